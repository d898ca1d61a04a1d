import pytest

from assistant.define import asked_term, defines


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is KPO?", "KPO"),
        ("What is a captive centre?", "captive centre"),
        ("What are service credits?", "service credits"),
        ("What does FTE mean?", "FTE"),
        ("Define attrition", "attrition"),
        ("What is meant by vendor lock-in?", "vendor lock-in"),
        ("What does KPO cost?", None),
        ("What is the price of a seat in a call centre abroad?", None),
        ("Who coined KPO?", None),
    ],
)
def test_the_term_asked_for(question: str, term: str | None) -> None:
    assert asked_term(question) == term


@pytest.mark.parametrize(
    ("term", "sentence", "so"),
    [
        ("KPO", "KPO means giving expert work to a provider.", True),
        ("KPO", "Knowledge process outsourcing (KPO) is the contracting out of expert work.", True),
        ("knowledge process outsourcing", "KPO means giving expert work to a provider.", True),
        ("service credit", "Service credits are reductions of the fee.", True),
        ("captive centre", "A captive centre is an office of the firm itself.", True),
        ("KPO", "KPO is judged on accuracy.", False),
        ("KPO", "Most writers say that KPO means expert work.", False),
        ("KPO", "BPO means giving routine work to a provider.", False),
        ("service credit", "Service credits are capped.", False),
        ("service credit", "Service credits are often capped.", False),
    ],
)
def test_a_definition_begins_with_its_term(term: str, sentence: str, so: bool) -> None:
    assert defines(term, sentence) is so

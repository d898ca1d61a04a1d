from pathlib import Path

import pytest
from helpers import settings_in

from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from assistant.write.quote.topic.definition import asked_term, defines, definitions
from ingest.index import build_index


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
        ("what counts as a grave fault?", "grave fault"),
        ("What is considered as downtime?", "downtime"),
        ("ITES full form", "ITES"),
        ("What is the full form of LPO?", "LPO"),
        ("definition of attrition", "attrition"),
        ("Which meaning matters?", None),
    ],
)
def test_the_term_asked_for(question: str, term: str | None) -> None:
    assert asked_term(question) == term


@pytest.mark.parametrize(
    ("term", "sentence", "so"),
    [
        ("KPO", "KPO means giving expert work to a provider.", True),
        ("KPO", "The letters KPO stand for Knowledge Process Outsourcing.", True),
        ("KPO", "Knowledge process outsourcing (KPO) is the contracting out of expert work.", True),
        ("knowledge process outsourcing", "KPO means giving expert work to a provider.", True),
        ("service credit", "Service credits are reductions of the fee.", True),
        ("captive centre", "A captive centre is an office of the firm itself.", True),
        ("grave fault", "A grave fault is one by which alarms are lost.", True),
        ("grave fault", "A grave fault is one of the worst.", False),
        ("KPO", "KPO is judged on accuracy.", False),
        ("KPO", "Most writers say that KPO means expert work.", False),
        ("KPO", "BPO means giving routine work to a provider.", False),
        ("service credit", "Service credits are capped.", False),
        ("service credit", "Service credits are often capped.", False),
    ],
)
def test_a_definition_begins_with_its_term(term: str, sentence: str, so: bool) -> None:
    assert defines(term, sentence) is so


def test_saying_what_it_is_comes_before_spelling_it_out_unless_that_is_asked(tmp_path: Path) -> None:
    (tmp_path / "kpo.md").write_text(
        "# KPO\n\nKPO stands for a long name. KPO means expert work.\n", encoding="utf-8"
    )
    settings = settings_in(tmp_path)
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(tmp_path / "kpo.md")])
    store = Store.open(settings, embedder)

    def found(question: str) -> list[str]:
        return [item.text for item in definitions(store, question, embedder.embed_query(question))]

    assert found("What is KPO?") == ["KPO means expert work.", "KPO stands for a long name."]
    assert found("What does KPO stand for?") == ["KPO stands for a long name.", "KPO means expert work."]
    assert found("What does KPO cost?") == []


def test_a_term_is_looked_for_in_the_document_that_is_named(tmp_path: Path) -> None:
    for name, words in (("Vell", "alarms are lost"), ("Horn", "boats are late")):
        text = f"# Contract with {name}\n\nA grave fault is one by which {words}.\n"
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    settings = settings_in(tmp_path / "data")
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(tmp_path / "Vell.md"), str(tmp_path / "Horn.md")])
    store = Store.open(settings, embedder)
    question = "What counts as a grave fault in the Vell contract?"
    found = definitions(store, question, embedder.embed_query(question))
    assert [item.text for item in found] == ["A grave fault is one by which alarms are lost."]

"""What counts as citing and as saying what a case marks as right."""

from runs import citation

from eval.cases.gold import cites_any, covers, says
from eval.run.types import Span


def test_a_citation_must_share_words_with_the_span_in_its_document() -> None:
    spans = [Span(doc_id="vell", start=10, end=20), Span(doc_id="horn", start=0, end=5)]
    assert cites_any([citation(1, ("vell", 19, "later words"))], spans)
    beside = [
        citation(1, ("vell", 20, "after")),
        citation(2, ("vell", 5, "right")),
        citation(3, ("horn", 5, "four")),
    ]
    assert not cites_any(beside, spans)


def test_an_answer_is_said_whatever_case_articles_and_punctuation() -> None:
    assert says("It was built by Ida Stroem.", ["the ida-stroem"])
    assert not says("It was built by Ida Stroemberg.", ["Ida Stroem"])
    assert not says("Anything.", ["", "the"])
    assert covers("The ferry takes forty minutes.", "forty minutes by ferry") == 0.75


def test_per_cent_is_said_in_any_of_its_ways_but_not_left_out() -> None:
    for said in ("It fell by 40%.", "It fell by 40 per cent.", "It fell by 40 percent."):
        assert says(said, ["40 per cent"])
        assert says(said, ["40%"])
    assert not says("It fell by 40.", ["40%"])
    assert says("It fell by 40.", ["40"])

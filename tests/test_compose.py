from dataclasses import replace

import pytest

from assistant.answer.compose.compose import Composer, around, behind
from assistant.check.cite import Grounded
from assistant.core.plain import marked
from assistant.core.types import Evidence, Judgement, Passage

TEXT = "KPO needs experts. BPO follows rules."
PASSAGE = Passage(
    chunk_id="a:10-47", doc_id="a", title="A", source="a.md", section="S", page=None, start=10, end=47, score=0.5,
    text=TEXT, doc_sha256="0" * 64,
)  # fmt: skip
EXPERTS = Evidence(passage=PASSAGE, start=10, end=28, text="KPO needs experts.", score=0.9)
RULES = Evidence(passage=PASSAGE, start=29, end=47, text="BPO follows rules.", score=0.8)
YES = Judgement(verdict="supported", score=0.91234)


def test_citations_are_numbered_in_order_of_first_use_and_reused() -> None:
    composer = Composer()
    first = composer.quote(RULES)
    second = composer.accept("Specialists do knowledge work, rule followers the rest.", YES, [EXPERTS, RULES])
    assert first and second
    assert [c.n for c in first.new_citations] == [1]
    assert [(c.n, c.quote, c.start, c.end) for c in second.new_citations] == [
        (2, "KPO needs experts.", 10, 28)
    ]
    assert second.claim.citations == (2, 1)
    assert second.claim.score == 0.9123
    assert [claim.origin for claim in composer.claims] == ["quote", "model"]


def test_the_same_words_are_quoted_once() -> None:
    composer = Composer()
    assert composer.quote(RULES) is not None
    assert composer.quote(RULES) is None
    assert len(composer.claims) == 1


def test_the_same_place_in_another_text_of_the_same_id_is_cited_apart() -> None:
    other = replace(RULES, text="VAT follows rules.", passage=replace(PASSAGE, doc_sha256="1" * 64))
    composer = Composer()
    composer.quote(RULES)
    assert not composer.cites(other) and not composer.overlaps(other)
    shown = composer.quote(other)
    assert shown and shown.claim.citations == (2,)
    assert composer.citations[1].quote == "VAT follows rules."
    after = replace(EXPERTS, start=48, end=66)
    assert not composer.ends_before(after)
    assert composer.ends_before(replace(after, passage=other.passage))


def test_what_goes_on_rests_on_a_document_the_last_claim_cites() -> None:
    composer = Composer()
    elsewhere = replace(RULES, passage=replace(PASSAGE, doc_sha256="1" * 64))
    assert not composer.goes_on([EXPERTS])
    composer.quote(EXPERTS)
    assert composer.goes_on([EXPERTS]) and composer.goes_on([elsewhere, RULES])
    assert not composer.goes_on([elsewhere])


def test_a_sentence_that_points_back_needs_a_claim_on_the_same_document_before_it() -> None:
    composer = Composer()
    pointing = Grounded(text="It follows rules.", judgement=YES, evidence=(RULES,))
    plain = Grounded(text="VAT follows rules.", judgement=YES, evidence=(RULES,))
    assert behind(pointing, composer).verdict == "unverified"
    assert behind(plain, composer).verdict == "supported"
    composer.quote(EXPERTS)
    assert behind(pointing, composer).verdict == "supported"
    elsewhere = replace(RULES, passage=replace(PASSAGE, doc_sha256="1" * 64))
    assert behind(replace(pointing, evidence=(elsewhere,)), composer).verdict == "unverified"


def test_a_repeating_sentence_is_withheld_with_its_reason() -> None:
    composer = Composer()
    composer.quote(EXPERTS)
    assert composer.accept("KPO needs the experts.", YES, [EXPERTS]) is None
    assert composer.withheld[0].reasons == ("It repeats what is already shown.",)


def test_numbers_stand_before_the_full_stop() -> None:
    composer = Composer()
    shown = composer.quote(EXPERTS)
    assert shown and marked(shown.claim) == "KPO needs experts [1]."


@pytest.mark.parametrize(
    ("start", "end", "prefix", "suffix"),
    [
        (29, 47, "KPO needs experts. ", ""),
        (10, 28, "", " BPO follows rules."),
        (4, 28, "", " BPO follows rules."),  # it begins before the passage
        (29, 60, "KPO needs experts. ", ""),  # it ends behind the passage
        (10, 47, "", ""),
    ],
)
def test_a_citation_holds_the_words_of_the_passage_around_it(
    start: int, end: int, prefix: str, suffix: str
) -> None:
    composer = Composer()
    composer.quote(Evidence(passage=PASSAGE, start=start, end=end, text="Words.", score=0.5))
    assert (composer.citations[0].prefix, composer.citations[0].suffix) == (prefix, suffix)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("abcd " * 100 + "Here. " + "wxyz " * 100, "abcd " * 60, " wxyz" * 60),
        ("abc " * 99 + "xHere. " + "stuvwxy " * 99, "abc " * 74 + "x", " stuvwxy" * 37),
        ("a" * 400 + "Here." + "z" * 400, "a" * 300, "z" * 300),  # no word ends there
    ],
)
def test_the_words_around_are_cut_at_the_end_of_a_word(text: str, before: str, after: str) -> None:
    at = text.index("Here.")
    passage = replace(PASSAGE, start=1000, end=1000 + len(text), text=text)
    evidence = Evidence(passage=passage, start=1000 + at, end=1005 + at, text="Here.", score=0.5)
    assert around(evidence) == (before, after)
    assert f"{before}Here.{after}" in text and len(before) <= 300 and len(after) <= 300

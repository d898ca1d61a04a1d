from dataclasses import replace

from assistant.core.types import Evidence, Passage
from assistant.write.quote.choose import choose, perhaps
from assistant.write.quote.topic.section import Section, upheld

PASSAGE = Passage(
    chunk_id="a:0-90", doc_id="a", title="A", source="a.md", section="Risks", page=None, start=0, end=90, score=1.0,
    text="", doc_sha256="0",
)  # fmt: skip
ELSEWHERE = replace(PASSAGE, doc_id="b", section="")


def item(text: str, score: float, start: int = 0, passage: Passage = PASSAGE) -> Evidence:
    return Evidence(passage=passage, start=start, end=start + len(text), text=text, score=score)


FIRST, SECOND = item("Prices fall.", 0.5), item("Staff leave.", 0.5, 20)
SECTION = Section(passage=PASSAGE, match=0.9, items=(FIRST, SECOND))


def test_the_best_sentence_leads_and_its_section_follows() -> None:
    best = item("Staff leave.", 0.8, 20)
    other = item("Rents rise.", 0.7, 0, ELSEWHERE)
    chosen = choose("Why is it risky?", [best, other], [SECTION], 0.5)
    assert chosen is not None
    assert [one.text for one in chosen.evidence] == ["Staff leave.", "Prices fall.", "Rents rise."]


def test_a_section_close_in_meaning_alone_needs_a_sentence_that_may_answer() -> None:
    close = replace(SECTION, told=False)
    may = item("Staff leave.", 0.1, 20)
    assert upheld([SECTION, close], [item("Rents rise.", 0.9, 0, ELSEWHERE), may], 0.2) == [SECTION]
    assert upheld([close], [may], 0.1) == [close]


def test_a_list_keeps_the_order_of_the_article() -> None:
    chosen = choose("What are the risks?", [item("Staff leave.", 0.8, 20)], [SECTION], 0.5)
    assert chosen is not None and chosen.listed
    assert [one.text for one in chosen.evidence] == ["Prices fall.", "Staff leave."]


def test_a_table_row_is_no_sentence() -> None:
    row = item("Year: 1989 | Event: a deal", 0.9)
    assert [one.text for one in choose("Why?", [row, FIRST], [], 0.5).evidence] == ["Prices fall."]  # type: ignore[union-attr]
    assert choose("Why?", [row], [], 0.5) is None


def test_what_names_the_year_asked_for_comes_alone() -> None:
    old, new = item("It cost 5 in 2003.", 0.9), item("It cost 9 in 2023.", 0.6, 30)
    assert choose("What did it cost in 2023?", [old, new], [], 0.5).evidence == (new,)  # type: ignore[union-attr]


def test_nothing_above_the_floor_is_no_choice() -> None:
    assert choose("Why?", [item("Prices fall.", 0.4)], [], 0.5) is None


def test_an_abbreviation_wants_one_sentence() -> None:
    assert choose("What does SLA stand for?", [FIRST], [SECTION], 0.5).wanted == 1  # type: ignore[union-attr]


def test_what_speaks_only_of_the_other_side_is_left_out() -> None:
    other, both = item("BPO earned 9 dollars in 2031.", 0.9), item("KPO and BPO both grew in 2031.", 0.8, 40)
    assert choose("How much did KPO earn?", [other], [], 0.5) is None
    assert choose("How did KPO grow in 2031?", [other, both], [], 0.5).evidence == (both,)  # type: ignore[union-attr]
    assert choose("How did outsourcing grow?", [other], [], 0.5).evidence == (other,)  # type: ignore[union-attr]


def test_what_is_far_less_likely_than_the_best_is_not_offered() -> None:
    close, far = item("Rents rise.", 0.1, 30), item("Geese fly.", 0.09, 60)  # odds a quarter of 0.3's: 0.107
    offered = perhaps("Why?", [item("Prices fall.", 0.3), close, far])
    assert offered is not None and [one.text for one in offered.evidence] == ["Prices fall.", "Rents rise."]


def test_a_line_with_the_label_that_was_named_is_offered_first() -> None:
    lines = [item("Blue: it looks for a network.", 0.2), item("Amber: the battery is low.", 0.1, 40)]
    offered = perhaps("My lamp is amber, what is that?", lines)
    assert offered is not None and offered.evidence[0].text == "Amber: the battery is low."
    offered = perhaps("My lamp is on, what is that?", lines)
    assert offered is not None and offered.evidence[0].text == "Blue: it looks for a network."

"""What may be quoted for a question, and in which order: boxes, conditions, days, versions, neighbours, numbered places."""

from dataclasses import replace

import pytest
from helpers import document, misfits

from assistant.answer.compose.repeats import held
from assistant.core.types import Document, Evidence, Passage
from assistant.text.anaphora import leans
from assistant.text.disclaimers.boxes import boxes_in
from assistant.text.places import asked_place, asks_which_place, labels
from assistant.write.quote.choose import Choice
from assistant.write.quote.fit.fitting import fitting, is_day, only_names
from assistant.write.quote.fit.neighbours import in_order
from assistant.write.quote.fit.said import said
from assistant.write.quote.fit.versions import beside, timeless


def evidence(source: Document, text: str, score: float = 0.9) -> Evidence:
    start = source.text.index(text)
    passage = Passage(
        chunk_id=f"{source.doc_id}:0",
        doc_id=source.doc_id,
        title=source.title,
        source=source.source,
        section="",
        page=None,
        start=0,
        end=len(source.text),
        score=score,
        text=source.text,
        doc_sha256=source.sha256,
        date=source.date,
    )
    return Evidence(passage=passage, start=start, end=start + len(text), text=text, score=score)


# --- boxes ---


@pytest.mark.parametrize(
    ("line", "lead", "options"),
    [
        ("☐ Drill held", "", [(False, "Drill held")]),
        ("[x] Ends in May", "", [(True, "Ends in May")]),
        ("Insured? Yes ☐ No ☑", "Insured?", [(False, "Yes"), (True, "No")]),
        ("Pets: [ ] allowed [X] forbidden", "Pets", [(False, "allowed"), (True, "forbidden")]),
        ("Yes ☒ No ☐", "", [(True, "Yes"), (False, "No")]),
        ("☑ tea ☒ coffee", "", [(True, "tea"), (False, "coffee")]),
        ("Lift: ✗", "", [(False, "Lift")]),
    ],
)
def test_a_box_belongs_to_its_words(line: str, lead: str, options: list[tuple[bool, str]]) -> None:
    boxes = boxes_in(line)
    assert boxes is not None
    assert (boxes.lead, [(item.ticked, line[item.start : item.end]) for item in boxes.options]) == (
        lead,
        options,
    )


@pytest.mark.parametrize("line", ["See [1] and [x](a.html).", "values[ ]", "f (x) grows", "No boxes."])
def test_brackets_are_no_boxes(line: str) -> None:
    assert boxes_in(line) is None


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Has the drill been held?", "no"),
        ("Are the keys handed over?", "yes"),
        ("Is the firm insured?", "no"),
        ("Has the drill not been held?", None),
        ("Is the roof mended?", None),
        ("Who holds the drill?", None),
    ],
)
def test_a_box_says_yes_or_no(question: str, says: str | None) -> None:
    source = document("a", "☐ Drill held", "☑ Keys handed over", "Is the firm insured? Yes ☐ No ☑")
    lines = [evidence(source, line) for line in source.text.split("\n")]
    found = said(question, lines, lambda doc_id: source)
    assert (found[0] if found else None) == says


# --- another condition, sort, day, name ---


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What is due after less than two years?", "Whoever stays more than two years gets five weeks."),
        ("What notice is due in under a year?", "Over one year, the notice is six weeks."),
        ("What does a month ticket cost?", "A week ticket costs 31 euros."),
        ("What is the annual fee?", "The monthly fee is 3 euros."),
        ("When does cover for long illness start?", "Cover for short illness starts after five days."),
        ("Where is the north depot?", "The south depot is in Vell."),
        ("When does the Brem depot close?", "At six the Harl depot closes."),
        ("Where is gate 4?", "Behind the shop is gate 7."),
        ("Is it open on Sunday?", "It opens from Monday to Friday."),
        ("Can I come in August?", "In July the hall is shut."),
        ("What is a room with breakfast?", "A room without breakfast costs 79 euros."),
        ("How do I rent skates?", "How do I rent skates?"),
        ("When does it end?", "☐ Continues until terminated"),
    ],
)
def test_another_is_left_out(question: str, sentence: str) -> None:
    assert misfits(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What is due after less than two years?", "Whoever stays less than two years gets three weeks."),
        ("What does a month ticket cost?", "A monthly ticket costs 90 euros."),
        ("What does a ticket cost a month?", "A week ticket costs 31 euros."),
        ("Is it open on Wednesday?", "It opens from Monday to Friday."),
        ("Is it open on Sunday?", "It opens daily at nine."),
        ("Is the fee due before August?", "The fee is due on 1 July."),
        ("Which questions should I ask?", "How much does it cost?"),
        ("Has it been terminated?", "☐ Terminated"),
        ("When does it end?", "☑ Ends in May"),
    ],
)
def test_what_may_answer_stays(question: str, sentence: str) -> None:
    assert not misfits(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How high is the weir?", "The weir is 2 m high."),
        ("How deep is the lake?", "The lake is 9 m deep."),
        ("How many keys are there?", "There are 3 keys."),
    ],
)
def test_a_figure_of_one_digit_says_something_new(question: str, sentence: str) -> None:
    assert not misfits(question, sentence)


@pytest.mark.parametrize(
    ("question", "other", "right"),
    [
        ("What is the notice with less than two years of service?",
         "More than ten years of service: four months.", "Up to two years of service: four weeks."),
        ("What is paid for a delay of more than two hours?",
         "Delays of 60 to 119 minutes: a quarter.", "Delays of 120 minutes or more: one half."),
        ("What does a parcel under 2 kg cost?",
         "A parcel of 5 to 10 kg costs 9 euros.", "A parcel of up to 2 kg costs 4 euros."),
    ],
)  # fmt: skip
def test_a_bound_of_the_question_is_held_against_those_of_the_sentences(
    question: str, other: str, right: str
) -> None:
    source = document("rules", other, right)
    lines = [evidence(source, text) for text in (other, right)]
    assert [item.text for item in fitting(question, lines, lambda doc_id: source)] == [right]


def test_a_heading_may_name_the_sort() -> None:
    sentence = "At six the depot of Harl closes and the Harl depot rests."
    assert misfits("When does the Brem depot close?", sentence)
    assert not misfits("When does the Brem depot close?", sentence, "Brem")


def test_the_tier_that_holds_the_amount_is_kept() -> None:
    source = document(
        "a", "Parcels up to 2 kg cost 5 euros.", "Parcels up to 10 kg cost 9 euros.", "Parcels are blue."
    )
    lines = [evidence(source, line) for line in source.text.split("\n")]
    kept = fitting("What does a parcel of 8 kg cost?", lines, lambda doc_id: source)
    assert [item.text for item in kept] == ["Parcels up to 10 kg cost 9 euros.", "Parcels are blue."]


def test_who_is_named_goes_before_others() -> None:
    source = document("a", "The firm tests its vendors.", "Zenta answers mail.")
    lines = [evidence(source, line) for line in source.text.split("\n")]
    assert [item.text for item in fitting("What does Zenta do?", lines, lambda doc_id: source)] == [
        "Zenta answers mail."
    ]
    assert len(fitting("What does Korvo do?", lines, lambda doc_id: source)) == 2


@pytest.mark.parametrize("word", ["Sunday", "Mondays", "Thurs", "Mon", "February", "Feb", "Sept"])
def test_days_and_months_are_told_from_names(word: str) -> None:
    assert is_day(word)
    assert not is_day(f"{word}ville")


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("Are you open on Sunday?", "Mon to Fri 9:00 to 17:00.", True),
        ("Are you open on Sun?", "Open Monday to Friday.", True),
        ("Are you open on Wednesday?", "Mon–Fri 9:00 to 17:00.", False),
        ("Who pays in Feb?", "The board pays from January to March.", False),
        ("Who pays in Feb?", "The tenant pays from Apr. to Oct.", True),
        ("Who pays in February?", "The sun rose and the crew sat down in Jul.", True),
    ],
)
def test_short_names_of_days_and_months_are_read(question: str, sentence: str, other: bool) -> None:
    assert misfits(question, sentence) == other


FRONT = document(
    "path", "City Builds A Path", "By Jane Doe, 3 May 2024", "Open daily 10 to 5", "It opens in June."
)


@pytest.mark.parametrize(
    ("line", "question", "only"),
    [
        ("City Builds A Path", "How long is the path?", True),
        ("By Jane Doe, 3 May 2024", "How much does the path cost?", True),
        ("By Jane Doe, 3 May 2024", "Who wrote about the path?", False),
        ("By Jane Doe, 3 May 2024", "When was it published?", False),
        ("Open daily 10 to 5", "How long can I stay?", False),
        ("It opens in June.", "How do I get there?", False),
    ],
)
def test_a_title_or_author_line_answers_only_who_and_when(line: str, question: str, only: bool) -> None:
    assert only_names(question, line, FRONT.text.index(line), FRONT) == only
    lines = [evidence(FRONT, text) for text in (line, "It opens in June.")]
    kept = [item.text for item in fitting(question, lines, lambda doc_id: FRONT)]
    assert (line in kept) != only


# --- neighbours ---

STEPS = document(
    "steps", "Switch it off. Open the lid. Then lift the filter. Finally rinse it. It may drip.", "Dry it."
)


@pytest.mark.parametrize(
    ("shown", "wanted", "ordered"),
    [
        (["Open the lid.", "Switch it off."], 2,
         ["Switch it off.", "Open the lid.", "Then lift the filter.", "Finally rinse it."]),
        (["Switch it off.", "Dry it."], 2, ["Switch it off.", "Dry it."]),
        (["Finally rinse it.", "Dry it."], 1, ["Finally rinse it."]),
        (["Finally rinse it.", "Switch it off.", "Then lift the filter."], 3,
         ["Then lift the filter.", "Switch it off.", "Finally rinse it."]),
    ],
)  # fmt: skip
def test_neighbours_stand_in_order_and_what_goes_on_comes_along(
    shown: list[str], wanted: int, ordered: list[str]
) -> None:
    choice = Choice(evidence=tuple(evidence(STEPS, text) for text in shown), wanted=wanted)
    found = in_order(choice, lambda doc_id: STEPS)
    assert [item.text for item in found.evidence[: found.wanted]] == ordered


def test_a_list_and_a_reply_keep_their_order() -> None:
    evidence_of = tuple(evidence(STEPS, text) for text in ("Open the lid.", "Switch it off."))
    for choice in (
        Choice(evidence=evidence_of, wanted=2, listed=True),
        Choice(evidence=evidence_of, wanted=2, says="yes"),
    ):
        assert in_order(choice, lambda doc_id: STEPS) == choice


# --- versions ---


def versions(*texts: tuple[str, str | None]) -> dict[str, Document]:
    made = [
        replace(document(f"d{n}", text, title="Rules"), date=date) for n, (text, date) in enumerate(texts)
    ]
    return {source.doc_id: source for source in made}


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What is the allowance?", ["The allowance is 62 euros.", "The allowance is 48 euros."]),
        ("What is the current allowance?", ["The allowance is 62 euros."]),
    ],
)
def test_versions_stand_beside_each_other_newest_first(question: str, shown: list[str]) -> None:
    held_by = versions(
        ("The allowance is 48 euros.", "2021-02-01"), ("The allowance is 62 euros.", "2024-05-10")
    )
    items = tuple(evidence(source, source.text) for source in held_by.values())
    choice, notice = beside(question, Choice(evidence=items[:1], wanted=1), items, held_by.__getitem__)
    assert [item.text for item in choice.evidence[: choice.wanted]] == shown
    assert notice is not None and notice.index("2024-05-10") < notice.index("2021-02-01")


@pytest.mark.parametrize(("title", "wanted"), [("Rules 2021", 2), ("Lease", 1)])
def test_of_what_may_answer_only_versions_of_one_article_differ(title: str, wanted: int) -> None:
    held_by = versions(("The deposit is 48 euros.", None), ("The deposit is 62 euros.", None))
    held_by["d1"] = replace(held_by["d1"], title=title)
    items = tuple(evidence(source, source.text) for source in held_by.values())
    choice = Choice(evidence=items[:1], wanted=1, lead="This may answer it:")
    assert beside("What is the deposit?", choice, items, held_by.__getitem__)[0].wanted == wanted


def test_a_version_of_opposite_meaning_is_one_too() -> None:
    held_by = versions(("Visitors may bring dogs.", "2021"), ("Visitors may not bring dogs.", "2024"))
    items = tuple(evidence(source, source.text) for source in held_by.values())
    choice, _ = beside(
        "May visitors bring dogs?", Choice(evidence=items, wanted=2), items, held_by.__getitem__
    )
    assert [item.text for item in choice.evidence] == [
        "Visitors may not bring dogs.",
        "Visitors may bring dogs.",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A carton of eggs costs 4 euros.", "A carton of eggs costs 5 euros."),
        ("Employees get 28 days of leave a year.", "Employees get 25 days of leave a year."),
        ("The board has 5 members.", "The board has 7 members."),
        ("A loan lasts 3 weeks.", "A loan lasts 4 weeks."),
    ],
)
def test_a_figure_behind_its_verb_tells_two_versions_apart(one: str, other: str) -> None:
    old, new = document("a", one, title="Rules, version 1"), document("b", other, title="Rules, version 2")
    found = [evidence(old, one), evidence(new, other, 0.8)]
    documents = {"a": old, "b": new}
    choice = Choice(evidence=tuple(found), wanted=1)
    shown, notice = beside("How is it?", choice, found, documents.__getitem__)
    assert [item.text for item in shown.evidence] == [other, one]
    assert notice is not None and notice.endswith("The newest stands first.")


def test_a_number_behind_a_noun_names_another_thing() -> None:
    one, other = document("a", "Room 4 costs 9 euros."), document("b", "Room 5 costs 8 euros.")
    found = [evidence(one, "Room 4 costs 9 euros."), evidence(other, "Room 5 costs 8 euros.", 0.8)]
    shown, notice = beside(
        "How?", Choice(evidence=tuple(found), wanted=1), found, {"a": one, "b": other}.__getitem__
    )
    assert (shown.wanted, notice) == (1, None)


def test_sentences_on_different_things_are_no_versions() -> None:
    held_by = versions(
        ("Short cover starts after 5 days.", "2021"), ("Long cover starts after 60 days.", "2024")
    )
    items = tuple(evidence(source, source.text) for source in held_by.values())
    choice = Choice(evidence=items, wanted=1)
    assert beside("When does it start?", choice, items, held_by.__getitem__)[0].wanted == 1


@pytest.mark.parametrize(
    ("headings", "wanted"), [(("Solo plan", "Shared plan"), 1), (("Prices 2023", "Prices 2024"), 2)]
)
def test_two_headings_of_one_document_speak_of_two_things(headings: tuple[str, str], wanted: int) -> None:
    source = document("terms", "The minimum term is 12 months.", "The minimum term is 24 months.")
    items = tuple(
        replace(item, passage=replace(item.passage, section=heading))
        for item, heading in zip(
            (evidence(source, line) for line in source.text.split("\n")), headings, strict=True
        )
    )
    choice, notice = beside(
        "How long is the term?", Choice(evidence=items, wanted=1), items, lambda doc_id: source
    )
    assert (choice.wanted, notice is not None) == (wanted, wanted == 2)


def test_another_figure_or_a_denial_is_no_repetition() -> None:
    assert held("The allowance is 48 euros.", ["The allowance of all is 48 euros."])
    assert not held("The allowance is 48 euros.", ["The allowance is 62 euros."])
    assert not held("Receipts are kept for two years.", ["Receipts are kept for four years."])
    assert not held("Visitors may not bring dogs.", ["Visitors may bring dogs."])


def test_words_for_now_are_left_out_where_the_corpus_has_none() -> None:
    assert timeless("What is the current fee?", lambda word: False) == "What is the fee?"
    assert timeless("What is the current fee?", lambda word: True) == "What is the current fee?"


# --- numbered places ---


@pytest.mark.parametrize(
    ("question", "noun", "number"),
    [
        ("What does clause 1.2 say?", "clause", ("1", "2")),
        ("What does section 4(2)(a) require?", "section", ("4", "2", "a")),
        ("What stands in § 7?", "section", ("7",)),
        ("What does Article XII say?", "article", ("12",)),
        ("What is step six?", "step", ("6",)),
        ("What is the third step of it?", "step", ("3",)),
        ("What is the last step?", "step", ("last",)),
        ("What does Appendix B hold?", "annex", ("b",)),
        ("What does 4.3 say?", "", ("4", "3")),
        ("What does article 3, paragraph 2 say?", "article", ("3", "2")),
        ("What does point (b) of clause 4.1 require?", "clause", ("4", "1", "b")),
        ("What stands in § 7 para. 3?", "section", ("7", "3")),
        ("What does subparagraph iv of section 2 say?", "section", ("2", "iv")),
    ],
)
def test_a_question_names_a_place(question: str, noun: str, number: tuple[str, ...]) -> None:
    asked = asked_place(question)
    assert asked is not None and (asked.noun, asked.number) == (noun, number)


@pytest.mark.parametrize(
    "question", ["How many clauses are there?", "What is part of it?", "Is rule of law named?"]
)
def test_other_questions_name_none(question: str) -> None:
    assert asked_place(question) is None


def test_which_place_is_asked_for() -> None:
    assert asks_which_place("Which clause is about keys?")
    assert not asks_which_place("What does clause 4 say?")


def test_letters_and_single_numbers_stand_below_what_is_over_them() -> None:
    lines = [
        "1. Rent",
        "1.1 It is paid.",
        "(a) In May.",
        "(b) In June.",
        "2. Keys",
        "Article 9",
        "(1) All of it.",
        "Step 3: Wait.",
    ]
    source = document("a", *lines)
    assert [label.number for label in labels(source.text, source.blocks)] == [
        ("1",),
        ("1", "1"),
        ("1", "1", "a"),
        ("1", "1", "b"),
        ("2",),
        ("9",),
        ("9", "1"),
        ("3",),
    ]


# --- openers ---


@pytest.mark.parametrize(
    "sentence",
    [
        "In addition to days off, deckhands get a rest.",
        "Instead of a key, each gets a code.",
        "Besides the wage, boots are paid.",
        "In contrast to guests, crews eat at six.",
        "However long the trip is, water is free.",
        "As a result of the storm, the pier is shut.",
        "In this lease, rent means all sums due.",
    ],
)
def test_an_opener_with_its_own_complement_stands_alone(sentence: str) -> None:
    assert not leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "In addition, deckhands get a rest.",
        "In addition to this, deckhands get a rest.",
        "Instead, each gets a code.",
        "Instead of that, each gets a code.",
        "Besides, boots are paid.",
        "However, water is free.",
        "As a result, the pier is shut.",
    ],
)
def test_an_opener_without_one_leans(sentence: str) -> None:
    assert leans(sentence)

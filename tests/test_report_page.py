"""The report: right figures, every case with its evidence, nothing foreign live."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from report_run import FEE, SLA, rows, run
from runs import answer, case, citation, claim, passage, row

from eval.report.headline import headline
from eval.report.outcome import happened, outcome, worst_first
from eval.report.page.case_view import citation_view, cut, ranked_words
from eval.report.page.page import to_html
from eval.run.types import Measure, Run


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_each_outcome_has_its_word_and_what_is_not_right_a_sentence() -> None:
    assert [outcome(item) for item in rows()] == [
        "right", "wrong", "declined rightly", "declined wrongly", "failed", "ranked", "right",
    ]  # fmt: skip
    assert [happened(item)[:60] for item in rows()[1:5]] == [
        "It shows what it must not: “the fee”.",
        "",
        "Declined (no evidence), and the articles answer it.",
        "Asking failed: It broke: </style></script><script>document.t",
    ]
    assert happened(row(case("far", SLA), answer(FEE))) == "No citation touches what is marked as the answer."
    lie = row(case("lie", answerable=False), answer(FEE))
    assert happened(lie) == "Answered, and the articles do not answer it."
    plain = row(case("far", key_facts=(("a moon",),)), answer(FEE))
    assert happened(plain) == "It does not say what is marked as the answer."
    worst = worst_first([*rows(), lie, plain])
    assert [item.case.id for item in worst] == ["wrong", "lie", "far", "dead", "shy"]


def test_the_headline_counts_by_hand() -> None:
    grounded = Measure(
        name="groundedness[reader]", label="Groundedness", group="grounding",
        value=0.5, low=0.1, high=0.9, count=2, better="higher",
    )  # fmt: skip
    told = [(item.value, item.words, item.note) for item in headline(replace(run(), measures=[grounded]))]
    assert told == [
        ("2 of 4", "answerable questions answered rightly", "1 wrong, 1 declined without need"),
        ("1 of 1", "questions without an answer declined", "0 answered"),
        (
            "0.50",
            "of the shown sentences supported by what they cite, says the judge “reader”",
            "[0.10, 0.90], 2 sentences",
        ),
        ("0.50 s", "for a whole answer, median", "first sentence 0.20 s"),
        ("1", "questions for retrieval alone", ""),
        ("1", "could not be asked", "left out above"),
    ]


def test_nothing_foreign_is_live_and_nothing_is_fetched() -> None:
    page = to_html(run())
    tags = Tags(page).tags
    names = {tag for tag, _ in tags}
    assert not names & {"script", "img", "link", "iframe", "object", "base", "form"}
    for tag, attributes in tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("src", "style", "action")
        ]
        assert (attributes.get("href") or "#").startswith("#"), tag
    assert page.count("</style>") == 1
    assert "{{ 7*7 }}" in page and "U+202E" in page and "U+0000" in page
    assert not re.search("[\u202e\u200b\x00]", page)
    policy = next(attributes["content"] for tag, attributes in tags if "http-equiv" in attributes)
    assert policy and policy.startswith("default-src 'none'; style-src 'sha256-")


def test_the_same_run_gives_the_same_bytes() -> None:
    assert to_html(run()) == to_html(run())


def test_a_run_without_anything_is_a_page_too() -> None:
    page = to_html(Run(about={}, rows=()))
    assert "No case was run." in page and "Every case is right." in page


def test_a_measure_without_a_value_says_that_there_was_nothing_to_count() -> None:
    page = to_html(run([rows()[2]]))
    assert re.search(r"<b>-</b> \(nothing to count\)</td>\s*<td[^>]*>n = 0</td>", page)


def test_a_quote_stands_within_the_passage_it_is_from() -> None:
    text = "word " * 100 + FEE[2] + " next" * 100
    marked = case("one", FEE)
    view = citation_view(
        citation(1, FEE), marked, [passage("pricing", 0, "no"), passage("pricing", 100 - 500, text)]
    )
    assert (view.before, view.after) == ("… " + "word " * 48, " next" * 48 + " …")
    assert view.marked is True
    assert citation_view(citation(1, SLA), marked, ()).marked is False
    assert citation_view(citation(1, SLA), case("two"), ()).marked is None
    assert (cut("one two", 20), cut("one two three", 9), cut("abcdefgh", 4)) == (
        "one two",
        "one two …",
        "abcd …",
    )
    assert ranked_words(rows()[0]) == "Marked passages retrieved at rank 1 and 3 of 3."
    assert ranked_words(rows()[1]) == ""


def test_a_hundred_and_sixty_cases_stay_small() -> None:
    one = rows()[0]
    assert one.answer
    long = replace(one.answer, passages=tuple(passage("pricing", n, "word " * 300) for n in range(8)))
    many = [replace(one, answer=long, case=replace(one.case, id=f"case-{n}")) for n in range(160)]
    assert len(to_html(run(many)).encode()) < 1_500_000


def test_a_claim_that_rests_on_nothing_is_shown() -> None:
    bare = answer(FEE, claims=(claim("It may be.", origin="model", verdict="unjudged"),))
    shown = to_html(run([row(case("bare"), bare)]))
    assert "check: unjudged 1.00" in shown

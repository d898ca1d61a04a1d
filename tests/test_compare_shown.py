"""What a comparison looks like in the terminal, in Markdown, on the page and as JSON."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from runs import answer, case, row, withheld

from eval.compare.body import to_dict
from eval.compare.runs import compare
from eval.compare.show.diff import lined_up, signed, words
from eval.compare.show.markdown import ROOM, to_markdown
from eval.compare.show.page import plot, to_html
from eval.compare.show.text import to_text
from eval.compare.show.words import chance, number, side_lines
from eval.compare.types import Comparison, Figure
from eval.run.types import Opinion, Run

GOLD = ("doc", 100, "Staff of BPO follow a script.")
CLOSE = ("doc", 500, "Staff of KPO follow a script.")
HOSTILE = "</summary><script>alert(1)</script> ``` | @team #12 http://x.example \u202egnp.exe\x1b[31m"


def run(
    *quotes: tuple[str, int, str], question: str = "What of it?", opinions: tuple[Opinion, ...] = ()
) -> Run:
    rows = [row(case(f"c{n}", GOLD, question=question), answer(quote)) for n, quote in enumerate(quotes)]
    return Run(about={"name": "golden", "settings": {"model": "none"}}, rows=rows, opinions=opinions)


def turned() -> Comparison:
    return compare(run(GOLD, CLOSE, GOLD), run(CLOSE, GOLD, GOLD), seed=7)


def hostile() -> Comparison:
    a, b = (run((HOSTILE, at, HOSTILE), question=HOSTILE) for at in (100, 500))
    return compare(a, b, seed=7, names=(HOSTILE, "b"))


def test_text_says_the_outcome_first_and_the_cases_below() -> None:
    text = to_text(turned())
    assert text.startswith("A, before: golden, none\nB, now: golden, none\n\nNo figure shows a difference.")
    assert "Of 3 cases in both runs: 1 worse, 1 better, 0 otherwise changed, 1 the same." in text.replace(
        "\n", " "
    )
    cases = text[text.index("WORSE") :].split("\n")
    assert cases[:10] == [
        "WORSE (1)",
        "",
        "c0 [question] What of it?",
        "  right, now wrong (answer, citations)",
        "  - Outcome: right",
        "  - Staff of BPO follow a script [1]. (supported)",
        '  - [1] doc 100-129: "Staff of BPO follow a script."',
        "  + Outcome: wrong",
        "  + Staff of KPO follow a script [1]. (supported)",
        '  + [1] doc 500-529: "Staff of KPO follow a script."',
    ]
    assert text.index("WORSE (1)") < text.index("BETTER (1)")
    assert text.endswith("\n1 case came out the same.\n")


def test_text_keeps_to_100_columns() -> None:
    long = ("a-document-with-a-long-name", 5, "word " * 60 + "end.")
    for found in (turned(), hostile(), compare(run(GOLD), run(long, GOLD), seed=7)):
        assert max(map(len, to_text(found).split("\n"))) <= 100


def test_equal_runs_are_said_to_be_equal() -> None:
    found = compare(run(GOLD), run(GOLD), seed=7)
    assert "The runs are the same: 1 row equal but for times." in to_text(found)
    assert "The runs are the same: 1 row equal but for times." in to_markdown(found)
    assert "The runs are the same: 1 row equal but for times." in to_html(found)


def test_a_case_in_lines() -> None:
    alone = Opinion(case_id="c0", claim=0, judge="reader", citations=(1,), verdict="unsupported", score=0.1)
    opinions = (alone, replace(alone, citations=(1, 2), verdict="supported"))
    (change,) = compare(run(GOLD, opinions=opinions), run(CLOSE), seed=7).changes
    assert side_lines(change.a)[1] == "Staff of BPO follow a script [1]. (supported; reader: supported)"
    given = answer(reason="off_topic", withheld=(withheld("It is dear."),))
    nothing = Run(about={}, rows=[row(case("c0", GOLD, question="What of it?"), given)])
    (change,) = compare(run(GOLD), nothing, seed=7).changes
    assert side_lines(change.b) == [
        "Outcome: declined wrongly",
        "Declined: off topic",
        "Withheld (unsupported): It is dear.",
    ]


def test_hostile_text_is_dead_in_the_terminal() -> None:
    text = to_text(hostile())
    assert "\x1b" not in text and "\u202e" not in text
    assert "\ufffdgnp.exe" in text


def test_hostile_text_is_dead_in_markdown() -> None:
    text = to_markdown(hostile())
    assert "\x1b" not in text and "\u202e" not in text
    head, _, cases = (
        text.partition("**Otherwise changed") if "**Otherwise" in text else text.partition("**Worse")
    )
    assert "<script>" not in head and "`@team`" in head and "`#12`" in head
    opened = re.search(r"<summary>(.*)</summary>", cases)
    assert opened and "<script>" not in opened[1] and "<code>&lt;/summary&gt;&lt;script&gt;" in opened[1]
    fences = re.findall(r"^(`{3,})(?:diff)?$", cases, re.M)
    assert fences == ["````", "````"]  # one more than the text holds


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [name for name, _ in attrs if name in ("src", "href", "onclick", "style")]


def test_hostile_text_is_dead_on_the_page() -> None:
    page = to_html(hostile())
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.seen and tags.links == []
    assert "\x1b" not in page and "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "default-src 'none'; style-src 'sha256-" in page


def test_the_page_marks_the_words_that_changed() -> None:
    page = to_html(turned())
    assert '<p class="a other">Staff of <del>BPO</del> follow a script [1]. (supported)</p>' in page
    assert '<p class="b other">Staff of <ins>KPO</ins> follow a script [1]. (supported)</p>' in page
    assert page.index("Worse <span") < page.index("Better <span")


def test_lines_and_words_are_lined_up() -> None:
    assert lined_up(["a", "b", "c"], ["a", "x", "y", "c"]) == [
        ("a", "a"),
        ("b", "x"),
        (None, "y"),
        ("c", "c"),
    ]
    assert signed(["a", "b"], ["a", "c"]) == ["  a", "- b", "+ c"]
    assert words("About 40 per cent.", "About 45 per cent.") == (
        [("About ", False), ("40", True), (" per cent.", False)],
        [("About ", False), ("45", True), (" per cent.", False)],
    )
    assert words("Nothing alike", "Other, quite.") == ([("Nothing alike", True)], [("Other, quite.", True)])


def figure(**values: object) -> Figure:
    given: dict[str, object] = {
        "name": "x", "label": "X", "group": "g", "better": "higher", "unit": "share", "count": 9, "differ": 9,
        "a": 0.5, "b": 0.6, "difference": 0.1, "low": -0.05, "high": 0.2, "test": "bootstrap", "p": 0.2,
        "corrected": 0.4, "finding": "no difference shown",
    }  # fmt: skip
    return Figure(**(given | values))  # type: ignore[arg-type]


def test_the_plot_of_an_interval() -> None:
    drawn = plot(figure(), scale=0.2)
    assert '<line class="reach" x1="46.0" x2="116.0" y1="8" y2="8"/>' in drawn  # 60 - 56/4, 60 + 56
    assert '<circle cx="88.0" cy="8" r="3.5"/>' in drawn  # 60 + 56/2
    assert plot(figure(unit="seconds"), scale=0.2) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (number(0.9123, "share"), "0.912"),
        (number(1.254, "seconds"), "1.25 s"),
        (number(12.0, "count"), "12"),
        (number(None, "share"), "-"),
        (chance(0.0004), "<0.001"),
        (chance(0.03125), "0.031"),
    ],
)
def test_numbers(text: str, wanted: str) -> None:
    assert text == wanted


def test_markdown_leaves_out_what_a_comment_cannot_hold() -> None:
    long = "word " * 400 + "end."
    a, b = (run(*[("doc", at, f"{n} {long}") for n in range(40)]) for at in (500, 100))
    text = to_markdown(compare(a, b, seed=7))
    assert len(text) < ROOM + 500
    assert re.search(r"and \d+ more, which the HTML page of this comparison holds\.", text)
    assert text.count("<details>") == text.count("</details>") > 5


def test_the_same_comparison_gives_the_same_bytes() -> None:
    for form in (to_text, to_markdown, to_html, lambda found: json.dumps(to_dict(found))):
        assert form(turned()) == form(turned())


def test_json_holds_figures_and_both_answers() -> None:
    body = json.loads(json.dumps(to_dict(turned())))
    assert [(item["id"], item["sort"]) for item in body["changes"]] == [("c0", "worse"), ("c1", "better")]
    assert body["changes"][0]["a"]["answer"]["text"] == "Staff of BPO follow a script [1]."
    right = next(item for item in body["figures"] if item["name"] == "right")
    assert (right["a"], right["b"], right["p"], right["finding"]) == (
        2 / 3,
        2 / 3,
        1.0,
        "no difference shown",
    )
    assert (body["shared"], body["same"], body["identical_rows"]) == (3, 1, False)

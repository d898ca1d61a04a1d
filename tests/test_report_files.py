"""The Markdown summary, JUnit XML and the exports: figures by hand, and text that stays text."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from runs import answer, case, passage, row

from assistant.core.errors import InputError
from assistant.core.types import Message
from eval.report.export import UNANSWERED, records, to_jsonl
from eval.report.junit import to_xml
from eval.report.summary import to_markdown
from eval.run.types import Measure, Row, Run

FEE = ("pricing", 100, "The fee is capped.")
SLA = ("contracts", 7, "A credit lowers the fee.")
HOSTILE = "<b>x</b> | [go](javascript:alert(1)) *y* `z` @team\n\n# big\x00\u202e\ud800 ]]> &"


def measure(
    name: str, value: float | None, low: float | None, high: float | None, count: int, **more: object
) -> Measure:
    given = {"label": name.capitalize(), "group": "answers", "better": "higher", **more}
    return Measure(name=name, value=value, low=low, high=high, count=count, **given)  # type: ignore[arg-type]


def run(*of: Row, **values: object) -> Run:
    given: dict[str, object] = {
        "about": {"name": "golden", "pipeline": "own", "seed": 7},
        "rows": of,
        **values,
    }
    return Run(**given)  # type: ignore[arg-type]


def right() -> Row:
    return row(case("a", FEE, kind="number"), answer(FEE, model="none", checker="rules-2"))


def test_the_summary_has_the_figures_the_kinds_and_what_is_not_right() -> None:
    wrong = row(case("b", SLA, kind="list"), answer(FEE))
    shy = row(case("c", FEE, kind="list"), answer())
    told = to_markdown(
        run(
            right(),
            shy,
            wrong,
            measures=[
                measure("right", 1 / 3, 0.06, 0.79, 3),
                measure("groundedness[reader]", 0.996, 0.95, 1.0, 250, unjudged=4),
                measure("f1", 0.5, 0.4, 0.6, 3),
                measure("wrong_shown", None, None, None, 0, better="lower"),
                measure("right:list", 0.0, 0.0, 0.66, 2),
                measure("mutation:negation", 1.0, 0.9, 1.0, 30, group="mutation"),
                measure("mutation:name", 0.9, 0.8, 0.95, 40, group="mutation"),
                measure("mutation:untouched", 0.0, 0.0, 0.1, 50, group="mutation", better="lower"),
            ],
        )
    )
    assert told == (
        "## Evaluation: golden\n\n"
        "- **1 of 3** answerable questions answered rightly (1 wrong, 1 declined without need)\n"
        "- **0.996** of the shown sentences supported by what they cite, says the judge “reader” "
        r"(\[0.95, 1.00\], 250 sentences)" + "\n"
        "- **0.50 s** for a whole answer, median (first sentence 0.20 s)\n\n"
        "| Measure | Value | 95 % interval | n |\n|---|--:|---|---|\n"
        "| Right | 0.33 | [0.06, 0.79] | 3 |\n"
        r"| Wrong\_shown (lower is better) | - | nothing to count | 0 |" + "\n"
        r"| Groundedness\[reader\] | 0.996 | [0.95, 1.00] | 250, 4 unjudged |" + "\n"
        r"| Mutation\:name | 0.90 | [0.80, 0.95] | 40 |" + "\n"
        r"| Mutation\:untouched (lower is better) | 0.00 | [0.00, 0.10] | 50 |" + "\n\n"
        "### Right, by kind\n\n"
        "| Kind | Value | 95 % interval | n |\n|---|--:|---|---|\n| list | 0.00 | [0.00, 0.66] | 2 |\n\n"
        "### Not right: 2 cases\n\n"
        "1. **b** (wrong): What of b?<br>No citation touches what is marked as the answer.\n"
        "2. **c** (declined wrongly): What of c?<br>Declined (no evidence), and the articles answer it.\n\n"
        "*3 cases, model none, checker rules-2, pipeline own, seed 7.*\n"
    )


def test_at_most_ten_failures_are_told() -> None:
    told = to_markdown(run(*(row(case(f"c{n}", FEE), answer()) for n in range(12))))
    assert "### Not right: 12 cases, the gravest 10" in told and "10. **c9**" in told and "11." not in told


def test_the_summary_shows_hostile_text_word_for_word() -> None:
    dead = replace(row(case(HOSTILE, kind=HOSTILE, question=HOSTILE), None), error=HOSTILE)
    listed = measure(f"right:{HOSTILE}", 0.5, 0.1, 0.9, 2)
    told = to_markdown(
        run(dead, about={"name": HOSTILE}, measures=[listed, replace(listed, name="right", label=HOSTILE)])
    )
    told.encode("utf-8")
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(told)
    inline = [part for token in tokens for part in token.children or ()]
    assert not {part.type for part in inline} & {"link_open", "image", "softbreak"}
    assert {part.content for part in inline if part.type == "html_inline"} == {"<br>"}
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h2", "h3", "h3"]
    shown = "<b>x</b> | [go](javascript:alert(1)) *y* `z` @team # big\ufffd\ufffd\ufffd ]]> &"
    lines = [
        "".join(part.content for part in token.children or ()) for token in tokens if token.type == "inline"
    ]
    assert lines[0] == f"Evaluation: {shown}"
    assert lines.count(shown) == 2  # the label of the measure and the name of the kind, each in its cell


def test_junit_has_a_case_for_each_case_and_each_threshold() -> None:
    dead = replace(row(case("d", FEE, kind="list"), None), error="It broke.")
    wrong = row(case("b", SLA, kind="list"), answer(FEE))
    made = ElementTree.fromstring(
        to_xml(run(right(), wrong, dead), ["right is 0.33: at least 0.90 is asked"])
    )
    suite = made[0]
    assert suite.attrib == {
        "name": "eval golden",
        "tests": "4",
        "failures": "2",
        "errors": "1",
        "time": "1.000",
    }
    assert [(item.get("classname"), item.get("name"), item.get("time")) for item in suite] == [
        ("number", "a", "0.500"),
        ("list", "b", "0.500"),
        ("list", "d", "0.000"),
        ("gate", "right is 0.33: at least 0.90 is asked", "0.000"),
    ]
    assert [[(part.tag, part.get("message")) for part in item] for item in suite] == [
        [],
        [("failure", "No citation touches what is marked as the answer.")],
        [("error", "Asking failed: It broke.")],
        [("failure", "right is 0.33: at least 0.90 is asked")],
    ]
    assert suite[1][0].text == "Question: What of b?\nAnswer: The fee is capped [1]."


def test_junit_is_well_formed_whatever_the_text() -> None:
    every = "".join(map(chr, range(0x20))) + HOSTILE + "\ufffe\uffff"
    dead = replace(row(case(every, kind=every, question=every), None), error=every)
    written = to_xml(run(dead, about={"name": every}), [every])
    made = ElementTree.fromstring(written.encode("utf-8"))
    assert made.get("tests") == "2" and "<b>x</b>" in (made[0][0].get("name") or "")
    assert written == to_xml(run(dead, about={"name": every}), [every])


def test_exports_have_the_names_that_the_tools_read() -> None:
    given = answer(FEE, passages=(passage("pricing", 90, "Before all. The fee is capped."),))
    asked = case("a", FEE, SLA, kind="number", answers=("Capped.", "Lowered."), gold_rule="all")
    found = row(asked, given, relevant={"pricing:90-120": 1, "far:0-9": 0})
    none = row(case("n", kind="off_topic", answerable=False), answer())
    dead = replace(row(case("d", FEE), None), error="It broke.")
    assert records(run(found, none, dead), "ragas") == [
        {
            "user_input": "What of a?",
            "retrieved_contexts": ["Before all. The fee is capped."],
            "retrieved_context_ids": ["pricing:90-120"],
            "reference_contexts": ["The fee is capped.", "A credit lowers the fee."],
            "reference_context_ids": ["pricing:90-120"],
            "response": "The fee is capped.",
            "reference": "Capped.; Lowered.",
        },
        {"user_input": "What of n?", "response": UNANSWERED, "reference": UNANSWERED},
    ]
    assert records(run(found, none, dead), "deepeval") == [
        {
            "name": "a",
            "input": "What of a?",
            "actual_output": "The fee is capped.",
            "expected_output": "Capped.; Lowered.",
            "retrieval_context": ["Before all. The fee is capped."],
            "context": ["The fee is capped.", "A credit lowers the fee."],
            "completion_time": 0.5,
            "tags": ["number"],
        },
        {
            "name": "n",
            "input": "What of n?",
            "actual_output": UNANSWERED,
            "expected_output": UNANSWERED,
            "completion_time": 0.1,
            "tags": ["off_topic"],
        },
    ]


def test_a_follow_up_is_exported_as_it_was_read_and_another_question_as_it_was_asked() -> None:
    before = (Message(role="user", content="What are the fees of KPO?"),)
    read = answer(FEE, read_as="What are the fees of BPO?")
    asked = [row(case("f", FEE, history=before), read), row(case("m", FEE), read)]
    assert [item["input"] for item in records(run(*asked), "deepeval")] == [
        "What are the fees of BPO?",
        "What of m?",
    ]


def test_json_lines_are_ascii_one_a_record() -> None:
    found = records(run(row(case("a", FEE, question="Wie groß?\u2028\n"), answer(FEE))), "ragas")
    written = to_jsonl(found)
    assert written.isascii() and written.count("\n") == 1
    assert [json.loads(line) for line in written.split("\n")[:-1]] == found


def test_another_tool_is_one_line() -> None:
    with pytest.raises(InputError, match=r"^There is no export for 'csv': give one of ragas, deepeval\.$"):
        records(run(), "csv")

"""What a notebook, a terminal and `print` show of answers, passages and verdicts; nothing foreign is live."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter
from markdown_it import MarkdownIt
from test_show import ANSWER, COMPARED, DECLINED, EXPERTS, NEAR, QUOTED, WRITTEN

from assistant.core.display import Displayed
from assistant.core.types import Answer, Judgement, Passages, Row, Table, Withheld
from assistant.show.markdown import card_markdown, to_markdown, turns_markdown
from assistant.show.notebook.html import card_html, turns_html

HOSTILE = (
    "</style></details><script>window.ran = 1</script><img src=http://evil.test/x.png onerror='window.ran = 1'> "
    '[go](javascript:window.ran=1) <a href="javascript:window.ran=1">x</a> ![p](http://evil.test/p.png) '
    "\u202egnorw\u202c \" ' &lt;b&gt; {{ 7 * 7 }} $x$ -->"
)
SHOWN = HOSTILE.replace("\u202e", "\ufffd").replace("\u202c", "\ufffd")
AROUND = replace(EXPERTS, prefix="BPO follows rules. ", suffix=" They are paid by the")
FULL = replace(
    ANSWER,
    citations=(AROUND,),
    checker="judge",
    notices=("The model failed.",),
    read_as="Who does knowledge work?",
    timings_s={"total": 0.42},
    unanswered=("What pay?",),
)
PASSAGES = Passages([NEAR, replace(NEAR, page=7, score=0.1234, section="")])


def hostile_answer() -> Answer:
    """Return an answer with hostile text in every field that is text."""
    words = {"title": HOSTILE, "section": HOSTILE, "source": HOSTILE, "doc_id": HOSTILE}
    return Answer(
        question=HOSTILE,
        claims=(replace(QUOTED, text=HOSTILE), replace(WRITTEN, text=HOSTILE), QUOTED),
        citations=(replace(EXPERTS, quote=HOSTILE, prefix=HOSTILE, suffix=HOSTILE, **words),),  # type: ignore[arg-type]
        withheld=(Withheld(text=HOSTILE, verdict="unsupported", score=0.1, reasons=(HOSTILE,)),),
        unanswered=(HOSTILE,),
        read_as=HOSTILE,
        notices=(HOSTILE,),
        table=Table(sides=(HOSTILE, HOSTILE), rows=(Row(aspect=HOSTILE, cells=((1,), ())),)),
        model=HOSTILE,
        checker=HOSTILE,
    )


HOSTILE_NEAR = replace(NEAR, text=HOSTILE, title=HOSTILE, section=HOSTILE, source=HOSTILE)
HOSTILE_DECLINED = Answer(question=HOSTILE, reason=HOSTILE, passages=(HOSTILE_NEAR,), notices=(HOSTILE,))


class Parts(HTMLParser):
    """Collect the tags of a fragment, the attributes with their values, and its text but for the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.style = self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style" and not self.style:
            self.style = data
        else:
            self.text += data

    def of(self, name: str) -> list[str | None]:
        return [value for key, value in self.attributes if key == name]


def html(value: Displayed) -> Parts:
    return Parts(value._repr_html_())


def words(parts: Parts) -> str:
    return " ".join(parts.text.split())


def test_a_notebook_is_given_html_markdown_and_text() -> None:
    formats, _ = DisplayFormatter().format(FULL)  # type: ignore[no-untyped-call]
    assert formats["text/markdown"] == to_markdown(FULL)
    assert formats["text/plain"] == str(FULL)
    assert formats["text/html"] == FULL._repr_html_()


def test_an_answer_shows_question_sentences_sources_in_context_and_the_check() -> None:
    source = "… BPO follows rules. KPO needs experts. They are paid by the …About KPO, Work (p. 3), kpo.md, characters 24 to 42"
    assert words(html(FULL)) == (
        "Who does KPO? Read as: Who does knowledge work?"
        f"“KPO needs experts.” Source [1]{source} "
        f"Experts do KPO. Source [1]{source} "
        "Not plainly answered: What pay?The model failed."
        "2 sentences, all supported; 1 withheld. Written by the model, not shown: KPO pays 9. (9 is not there) "
        "model none · checker judge · passages read: 0 · 0.4 s"
    )


def test_the_quoted_words_alone_are_marked_in_their_context() -> None:
    html = FULL._repr_html_()
    assert html.count("BPO follows rules. <mark>KPO needs experts.</mark> They are paid by the …") == 2


@pytest.mark.parametrize(
    ("start", "suffix", "shown"),
    [
        (24, " They are paid.", "BPO follows rules. <mark>KPO needs experts.</mark> They are paid.<"),
        (19, " They are paid.", "<blockquote>BPO follows rules. <mark>"),  # the article begins so
        (24, "", "<mark>KPO needs experts.</mark><"),
    ],
)
def test_dots_stand_where_the_context_is_cut(start: int, suffix: str, shown: str) -> None:
    citation = replace(AROUND, start=start, suffix=suffix)
    assert shown in replace(FULL, citations=(citation,))._repr_html_()


def test_a_pointer_on_a_number_is_told_what_the_sentence_does_not_say() -> None:
    assert html(FULL).of("title") == [
        "About KPO, Work (p. 3)",
        "“KPO needs experts.” – About KPO, Work (p. 3)",
    ]


def test_a_list_is_a_list_and_a_verdict_that_is_not_support_is_said() -> None:
    claims = (replace(QUOTED, says="yes"), replace(QUOTED, item=True), replace(WRITTEN, item=True, verdict="unjudged"))  # fmt: skip
    shown = Answer(question="?", claims=claims, citations=(EXPERTS,))._repr_html_()
    assert Parts(shown).tags.count("ul") == 1 and Parts(shown).tags.count("li") == 2
    assert "<strong>Yes.</strong> <span" in shown
    assert " <i>(unjudged)</i>" in shown and shown.count("<i>") == 1


def test_a_number_without_its_citation_stays_a_number() -> None:
    shown = html(replace(ANSWER, citations=()))
    assert "“KPO needs experts.” [1]" in words(shown) and shown.tags.count("details") == 1


def test_a_comparison_is_a_table_with_a_source_in_each_cell() -> None:
    shown = html(COMPARED)
    assert [tag for tag in shown.tags if tag in {"tr", "th", "td"}] == [
        *("tr", "th", "th", "th"),
        *("tr", "th", "td", "td"),
        *("tr", "th", "td"),
        *("tr", "th", "td", "td"),
    ]
    assert shown.of("colspan") == ["2"]
    assert shown.of("data-side") == ["BPO", "KPO", "BPO / KPO", "BPO", "KPO"]
    assert words(shown).count("not found in the articles") == 1
    assert words(shown).count("Source [1]") == 2  # cited in two cells
    assert words(shown).index("“Sources tell two apart.”") < words(shown).index("Aspect")


def test_a_declined_answer_says_why_and_shows_the_nearest_passages() -> None:
    assert words(html(DECLINED)) == (
        "How far is the moon? The question is not about what these articles cover.The nearest passages: "
        "About KPO, Work, kpo.md (score 0.200)BPO follows rules. KPO needs experts. No sentence shown. "
        "model none · passages read: 1"
    )
    many = replace(DECLINED, passages=(NEAR,) * 5)
    assert html(many).tags.count("blockquote") == 3


@pytest.mark.parametrize(
    "value",
    [
        hostile_answer(),
        HOSTILE_DECLINED,
        Passages([HOSTILE_NEAR]),
        HOSTILE_NEAR,
        hostile_answer().citations[0],
        Judgement(verdict="unsupported", score=0.1, reasons=(HOSTILE,)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_hostile_text_stays_text(value: Displayed) -> None:
    shown = html(value)
    assert set(shown.tags) <= {
        *("div", "style", "p", "strong", "span", "i", "ul", "li", "details", "summary", "blockquote", "mark"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert {name for name, _ in shown.attributes} <= {
        *("class", "role", "aria-label", "title", "scope", "colspan", "data-side", "style"),
    }
    assert set(shown.of("style")) <= {"text-align:left;vertical-align:top"}
    assert SHOWN in shown.text and "\u202e" not in shown.text
    assert shown.style and "evil" not in shown.style
    markdown = MarkdownIt("js-default", {"html": True, "linkify": False}).render(value._repr_markdown_())
    assert set(Parts(markdown).tags) <= {
        *("p", "em", "strong", "code", "blockquote", "ul", "li"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert "\u202e" not in str(value) + value._repr_markdown_()


def test_every_rule_of_the_style_is_for_this_output_only() -> None:
    rules = re.sub(r"@container[^{]*\{(.*)\}$", r"\1", html(FULL).style)
    selectors = re.sub(r"\([^)]*\)", "()", re.sub(r"\{[^}]*\}", "\n", rules)).strip().split("\n")
    assert len(selectors) > 20
    for selector in selectors:
        for part in selector.split(","):
            assert part.strip().startswith(".bpo-kpo.bpo-kpo"), selector


def test_several_outputs_share_no_names_and_carry_the_style_once() -> None:
    shown = Parts(turns_html([FULL, COMPARED, DECLINED]))
    assert shown.tags.count("style") == 1 and len(shown.style) < 4000
    assert not shown.of("id") and not shown.of("name") and not shown.of("href")
    assert shown.of("aria-label") == ["Answers"]
    assert [question in shown.text for question in ("Who does KPO?", "How far is the moon?")] == [True, True]
    assert words(Parts(turns_html([]))) == "Nothing has been asked yet."


def test_mathjax_leaves_the_words_alone() -> None:
    assert html(FULL).of("class")[0] == "bpo-kpo tex2jax_ignore mathjax_ignore"


def test_a_conversation_as_markdown_is_its_answers() -> None:
    assert turns_markdown([ANSWER, DECLINED]) == f"{to_markdown(ANSWER)}\n{to_markdown(DECLINED)}"
    assert turns_markdown([]) == "Nothing has been asked yet.\n"


def test_facts_about_a_thing_are_a_card() -> None:
    facts = {"Index": "default, 20 articles", "Model": "<b>"}
    assert words(Parts(card_html("Assistant & co", facts))) == (
        "Assistant & co Indexdefault, 20 articlesModel<b>"
    )
    assert Parts(card_html("Assistant & co", facts)).of("aria-label") == ["Assistant & co"]
    assert (
        card_markdown("Assistant", facts)
        == "**Assistant**\n\n- Index: default\\, 20 articles\n- Model: \\<b\\>\n"
    )


def test_passages_are_numbered_with_place_score_and_words() -> None:
    assert words(html(PASSAGES)) == (
        "1. About KPO, Work, kpo.md (score 0.200)BPO follows rules. KPO needs experts. "
        "2. About KPO (p. 7), kpo.md (score 0.123)BPO follows rules. KPO needs experts."
    )
    assert PASSAGES._repr_markdown_() == (
        "**1\\.** About KPO\\, Work\\, kpo\\.md (score 0.200)\n\n> BPO follows rules\\. KPO needs experts\\.\n\n"
        "**2\\.** About KPO \\(p\\. 7\\)\\, kpo\\.md (score 0.123)\n\n> BPO follows rules\\. KPO needs experts\\.\n"
    )
    assert str(PASSAGES) == (
        "1. About KPO, Work, kpo.md\n   BPO follows rules. KPO needs experts.\n"
        "2. About KPO (p. 7), kpo.md\n   BPO follows rules. KPO needs experts."
    )
    assert (str(NEAR), NEAR._repr_markdown_()) == (
        str(PASSAGES).split("\n2.")[0],
        PASSAGES._repr_markdown_().split("\n**2")[0],
    )
    assert [NEAR, PASSAGES[1]] == PASSAGES


def test_no_passages_are_said_to_be_none() -> None:
    assert (
        words(html(Passages())) == str(Passages()) == Passages()._repr_markdown_().strip() == "No passages."
    )


def test_a_verdict_is_said_in_words() -> None:
    judgement = Judgement(verdict="contradicted", score=0.034, reasons=("3 is not 5", "A *is* not B"))
    assert str(judgement) == "Contradicted by the evidence (score 0.03).\n- 3 is not 5\n- A *is* not B"
    assert judgement._repr_markdown_() == (
        "**Contradicted by the evidence (score 0.03).**\n\n- 3 is not 5\n- A \\*is\\* not B\n"
    )
    assert words(html(judgement)) == "Contradicted by the evidence (score 0.03). 3 is not 5A *is* not B"
    assert str(Judgement(verdict="supported", score=1.0)) == "Supported by the evidence (score 1.00)."
    assert str(Judgement(verdict="unjudged", score=0.0)) == "Could not be judged."


def test_a_citation_is_shown_in_its_context() -> None:
    assert words(html(AROUND)).startswith(
        "… BPO follows rules. KPO needs experts. They are paid by the …About"
    )
    assert str(AROUND) == '[1] "KPO needs experts." - About KPO, Work (p. 3), kpo.md'
    assert AROUND._repr_markdown_() == (
        "\\[1\\] “KPO needs experts\\.” – About KPO\\, Work \\(p\\. 3\\)\\, kpo\\.md\n"
    )


def test_a_saved_answer_keeps_the_words_around_its_quotes_and_older_ones_have_none() -> None:
    saved = FULL.to_dict()
    assert Answer.from_dict(saved) == FULL
    assert saved["citations"][0]["prefix"] == "BPO follows rules. "
    older = saved | {"citations": [{key: value for key, value in vars(EXPERTS).items() if key not in {"prefix", "suffix"}}]}  # fmt: skip
    assert Answer.from_dict(older).citations == (EXPERTS,)
    assert (EXPERTS.prefix, EXPERTS.suffix) == ("", "")


@pytest.mark.parametrize("body", [None, '{"question": "Why?"}', [], 5])
def test_what_is_no_mapping_is_no_answer(body: Any) -> None:
    with pytest.raises(ValueError, match=f"this is of type {type(body).__name__}: give a mapping"):
        Answer.from_dict(body)


@pytest.mark.parametrize(
    ("sides", "cells"),
    [
        (["BPO", "KPO"], [[2], [0]]),  # there are two claims
        (["BPO", "KPO"], [[-1], [0]]),
        (["BPO", "KPO"], [[0]]),
        (["BPO", "KPO"], [[0], [1], [0]]),
        ([], []),
    ],
)
def test_a_table_that_does_not_fit_its_answer_is_refused(sides: list[str], cells: list[list[int]]) -> None:
    table = {"sides": sides, "rows": [{"aspect": "Skills", "cells": cells}]}
    with pytest.raises(ValueError, match="^The table does not fit the answer"):
        Answer.from_dict(ANSWER.to_dict() | {"table": table})


def test_a_table_that_fits_is_read() -> None:
    assert Answer.from_dict(COMPARED.to_dict()) == COMPARED


def test_a_slice_of_passages_is_shown_as_they_are() -> None:
    assert PASSAGES[:1]._repr_html_() == Passages([NEAR])._repr_html_()
    assert (type(PASSAGES[1:]), len(PASSAGES[1:]), PASSAGES[0]) == (Passages, 1, NEAR)

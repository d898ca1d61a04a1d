import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from assistant.core.types import Answer, Block, Citation, Claim, Document, Passage, Row, Table, Withheld
from assistant.show.escape import escape_markdown
from assistant.show.html import article_html, claim_html, passage_html
from assistant.show.markdown import to_markdown
from assistant.show.phrases import check_line, nearest, reason_text
from assistant.show.text import claim_text, passages_text, rest_text, to_text

HOSTILE = (
    "<img src=x onerror=alert(1)> [go](javascript:alert(1)) ![p](http://evil.test/p.png) <b>&amp;</b> `x`"
)
TEXT = "Work\nBPO follows rules. KPO needs experts.\nPay\nFirst item\nSecond item\nEnd"
#       0    5                                     43  47         58          70
DOCUMENT = Document(
    doc_id="kpo", title="About KPO", source="kpo.md", text=TEXT, sha256="0" * 64,
    blocks=(
        Block(kind="heading", start=0, end=4, section=("Work",)),
        Block(kind="paragraph", start=5, end=42, section=("Work",)),
        Block(kind="heading", start=43, end=46, section=("Pay",)),
        Block(kind="item", start=47, end=57, section=("Pay",)),
        Block(kind="item", start=58, end=69, section=("Pay",)),
        Block(kind="paragraph", start=70, end=73, section=("Pay",)),
    ),
)  # fmt: skip
EXPERTS = Citation(
    n=1, doc_id="kpo", title="About KPO", source="kpo.md", section="Work", page=3, start=24, end=42,
    quote="KPO needs experts.", doc_sha256="0" * 64,
)  # fmt: skip
QUOTED = Claim(text="KPO needs experts.", verdict="supported", score=1.0, citations=(1,), origin="quote")
WRITTEN = Claim(text="Experts do KPO.", verdict="supported", score=0.8, citations=(1,), origin="model")
ANSWER = Answer(
    question="Who does KPO?",
    claims=(QUOTED, WRITTEN),
    citations=(EXPERTS,),
    withheld=(Withheld(text="KPO pays 9.", verdict="unsupported", score=0.1, reasons=("9 is not there",)),),
)
NEAR = Passage(
    chunk_id="kpo:5-42", doc_id="kpo", title="About KPO", source="kpo.md", section="Work", page=None, start=5,
    end=42, score=0.2, text="BPO follows rules. KPO needs experts.", doc_sha256="0" * 64,
)  # fmt: skip
DECLINED = Answer(
    question="How far is the moon?", reason="off_topic", passages=(NEAR,), unanswered=("How far?",)
)


class Tags(HTMLParser):
    """Collect the tags and attributes of a fragment, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_terminal_text_shows_sentences_check_and_sources() -> None:
    assert to_text(ANSWER) == (
        '"KPO needs experts." [1]\n'
        "Experts do KPO [1].\n"
        "\n"
        "2 sentences, all supported; 1 withheld.\n"
        "\n"
        '[1] "KPO needs experts." - About KPO, Work (p. 3), kpo.md\n'
    )


def test_terminal_text_of_a_declined_answer_gives_reason_and_nearest_passages() -> None:
    assert to_text(DECLINED) == (
        "The question is not about what these articles cover.\n"
        "\n"
        "No sentence shown.\n"
        "\n"
        "Nearest passages:\n"
        "1. About KPO, Work, kpo.md\n"
        "   BPO follows rules. KPO needs experts.\n"
    )


def test_notes_stand_between_the_sentences_and_the_check() -> None:
    answer = replace(ANSWER, read_as="Who does KPO work?", notices=("No model.",), unanswered=("What pay?",))
    assert rest_text(answer).split("\n\n")[0] == (
        "\nRead as: Who does KPO work?\nNot plainly answered: What pay?\nNote: No model."
    )


def test_streamed_sentences_and_the_rest_make_the_whole_text() -> None:
    assert to_text(ANSWER) == f"{claim_text(QUOTED)}\n{claim_text(WRITTEN)}\n{rest_text(ANSWER)}"


def test_passages_are_numbered_in_their_order_and_wrapped() -> None:
    assert passages_text([NEAR, replace(NEAR, page=7, section="", text="One two three.")], width=24) == (
        "1. About KPO, Work,\n   kpo.md\n   BPO follows rules.\n   KPO needs experts.\n"
        "2. About KPO (p. 7),\n   kpo.md\n   One two three.\n"
    )
    assert passages_text([]) == ""


def test_terminal_text_is_wrapped_to_the_width() -> None:
    assert to_text(ANSWER, width=30).splitlines()[-3:] == [
        '[1] "KPO needs experts." -',
        "    About KPO, Work (p. 3),",
        "    kpo.md",
    ]


def test_terminal_text_carries_no_control_or_direction_characters() -> None:
    claim = replace(QUOTED, text="red \x1b[31m back \u202e drow\r\x07 end")
    shown = to_text(replace(ANSWER, claims=(claim,)))
    assert shown.splitlines()[0] == '"red \ufffd[31m back \ufffd drow \ufffd end" [1]'


@pytest.mark.parametrize(
    ("verdicts", "withheld", "line"),
    [
        (["supported"], 0, "1 sentence, supported"),
        (["supported"] * 3, 1, "3 sentences, all supported; 1 withheld"),
        (["supported", "unjudged", "supported"], 0, "3 sentences: 2 supported, 1 unjudged"),
        (["unverified"] * 2, 0, "2 sentences, not verified"),
        (["unverified", "supported", "supported"], 0, "3 sentences: 2 supported, 1 not verified"),
        ([], 2, "No sentence shown; 2 withheld"),
    ],
)
def test_check_line(verdicts: list[str], withheld: int, line: str) -> None:
    claims = tuple(replace(WRITTEN, verdict=verdict) for verdict in verdicts)  # type: ignore[arg-type]
    assert check_line(Answer(question="?", claims=claims, withheld=ANSWER.withheld * withheld)) == line


def test_check_line_of_quotations() -> None:
    """That they are supported says nothing: they are the articles' words."""
    quoted = replace(ANSWER, claims=(QUOTED, QUOTED), withheld=())
    assert check_line(quoted) == "2 sentences, quoted word for word"
    assert check_line(replace(quoted, claims=(QUOTED,))) == "1 sentence, quoted word for word"


@pytest.mark.parametrize(
    "reason", ["no_evidence", "off_topic", "false_premise", "model_unavailable", "empty_question"]
)
def test_every_reason_is_a_sentence_without_its_code(reason: str) -> None:
    assert re.fullmatch(r"[A-Z][^_]+\.", reason_text(reason))


def test_an_unknown_reason_is_named() -> None:
    assert reason_text("moon_phase") == "No answer could be given (moon_phase)."


def test_markdown_of_an_answer() -> None:
    assert to_markdown(ANSWER) == (
        "**Who does KPO\\?**\n\n"
        "“KPO needs experts\\.” \\[1\\]\n\n"
        "Experts do KPO\\. \\[1\\]\n\n"
        "*2 sentences, all supported; 1 withheld.*\n\n"
        "\\[1\\] “KPO needs experts\\.” – About KPO\\, Work \\(p\\. 3\\)\\, kpo\\.md\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "# heading",
        "- item",
        "1. item",
        "    code",
        "> quote",
        "***bold*** _x_ ~~y~~ | a | b |",
        "&lt;script&gt; \\* $x^2$ :red[hot] :smile:",
        "a\n\n---\n\n[x]: http://evil.test\n[x]",
        "<https://evil.test> https://evil.test/`a``b www.evil.test me@evil.test",
        "`` ` ``https://evil.test``",
    ],
)
def test_escaped_markdown_shows_the_words_and_makes_nothing_live(text: str) -> None:
    shown = Tags(MarkdownIt("js-default", {"html": True, "linkify": False}).render(escape_markdown(text)))
    assert set(shown.tags) <= {"p", "code"}
    assert shown.words.strip() == " ".join(text.split())


def test_addresses_become_code_because_renderers_link_them_even_when_escaped() -> None:
    assert escape_markdown("see https://evil.test now.") == "see `https://evil.test` now\\."
    assert escape_markdown("a@b.test WWW.evil.test") == "`a@b.test` `WWW.evil.test`"


def test_a_bar_in_an_address_ends_no_cell() -> None:
    address = "http://a.b/x|y|"
    assert escape_markdown(address) == "`http://a.b/x`\\|`y`\\|"
    text = to_markdown(replace(COMPARED, claims=(LEAD, replace(ROUTINE, text=address), QUOTED, JOINT)))
    row = Tags(
        MarkdownIt("js-default").render(
            text.partition("| **Skills** |")[0] + "| " + text.partition("| **Skills** |")[2].splitlines()[0]
        )
    )
    assert row.tags.count("td") == 3 and "“http://a.b/x|y|” [2]" in row.words


@pytest.mark.parametrize(
    ("source", "where"), [("", "Notes, Work (p. 3)"), ("kpo.md", "Notes, Work (p. 3), kpo.md")]
)
def test_a_source_that_is_not_known_leaves_no_comma(source: str, where: str) -> None:
    citation = replace(EXPERTS, title="Notes", source=source)
    answer = replace(ANSWER, citations=(citation,))
    assert to_text(answer).endswith(f'[1] "KPO needs experts." - {where}\n')
    assert to_markdown(answer).endswith(f"“KPO needs experts\\.” – {escape_markdown(where)}\n")
    assert f'<div class="where">{where}, characters 24 to 42</div>' in answer._repr_html_()


def test_hostile_answer_stays_text_in_markdown() -> None:
    source = replace(EXPERTS, quote=HOSTILE, title=HOSTILE, section=HOSTILE, source=HOSTILE)
    claims = (replace(QUOTED, text=HOSTILE), replace(WRITTEN, text=HOSTILE))
    answer = replace(ANSWER, question=HOSTILE, claims=claims, citations=(source,), notices=(HOSTILE,))
    near = replace(DECLINED, passages=(replace(NEAR, text=HOSTILE, title=HOSTILE),))
    for text in (to_markdown(answer), to_markdown(near)):
        html = MarkdownIt("js-default", {"html": True, "linkify": False}).render(text)
        assert set(Tags(html).tags) <= {"p", "em", "strong", "code", "blockquote"}


def test_claims_are_escaped_and_quotations_are_told_by_their_class() -> None:
    assert claim_html(QUOTED) == (
        '<span class="aloud">Quoted: </span><span class="claim quote supported">KPO needs experts.</span>'
    )
    assert claim_html(replace(WRITTEN, text="<b>\"x\" & 'y'")) == (
        '<span class="claim model supported">&lt;b&gt;&quot;x&quot; &amp; &#x27;y&#x27;</span>'
    )


def test_a_list_has_bullets_and_a_yes_stands_before_its_sentence() -> None:
    item, yes = replace(QUOTED, item=True), replace(QUOTED, says="yes")
    assert claim_text(item) == '- "KPO needs experts." [1]'
    assert claim_text(yes) == 'Yes. "KPO needs experts." [1]'
    assert claim_html(yes).startswith(
        '<strong>Yes.</strong> <span class="aloud">Quoted: </span><span class="claim'
    )
    assert '<span class="claim quote supported item">KPO needs experts.</span>' in claim_html(item)
    answer = Answer(question="Does KPO need experts?", claims=(yes, item))
    assert answer.text == "Yes. KPO needs experts [1]. KPO needs experts [1]."
    assert "\n\nYes. “KPO needs experts\\.” \\[1\\]\n\n- “KPO" in to_markdown(answer)


def test_a_passage_marks_exactly_the_quoted_words_in_their_section() -> None:
    assert passage_html(DOCUMENT, 24, 42, around=1) == (
        '<div class="passage"><h4 class="heading">Work</h4>'
        '<p class="paragraph">BPO follows rules. <mark>KPO needs experts.</mark></p>'
        '<h4 class="heading">Pay</h4><p class="more">…</p></div>'
    )


def test_context_before_a_passage_stays_under_its_heading() -> None:
    assert passage_html(DOCUMENT, 47, 52, around=2) == (
        '<div class="passage"><p class="more">…</p><h4 class="heading">Pay</h4>'
        '<ul><li class="item"><mark>First</mark> item</li><li class="item">Second item</li></ul>'
        '<p class="paragraph">End</p></div>'
    )


def test_a_quotation_over_two_blocks_is_marked_in_both() -> None:
    html = passage_html(DOCUMENT, 53, 64)
    assert re.findall("<mark>(.*?)</mark>", html) == ["item", "Second"]


def test_a_document_without_blocks_is_shown_line_by_line() -> None:
    html = passage_html(replace(DOCUMENT, blocks=()), 24, 42, around=0)
    assert "<p" in html and re.findall("<mark>(.*?)</mark>", html) == ["KPO needs experts."]


def test_the_whole_article_holds_every_block_in_order() -> None:
    assert article_html(DOCUMENT) == (
        '<div class="article"><h4 class="heading">Work</h4>'
        '<p class="paragraph">BPO follows rules. KPO needs experts.</p><h4 class="heading">Pay</h4>'
        '<ul><li class="item">First item</li><li class="item">Second item</li></ul>'
        '<p class="paragraph">End</p></div>'
    )


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (70, 74), (80, 90)])
def test_offsets_outside_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"offsets {start}:{end} do not lie in kpo"):
        passage_html(DOCUMENT, start, end)


def test_hostile_documents_stay_text_in_html() -> None:
    text = f"{HOSTILE}\n</mark></p><script>alert(1)</script>"
    document = replace(DOCUMENT, text=text, blocks=())
    for html in (passage_html(document, 3, len(text) - 3), article_html(document, 3, 9)):
        shown = Tags(html)
        assert set(shown.tags) <= {"div", "p", "mark"}
        assert shown.attributes == {"class"}
        assert shown.words == text.replace("\n", "")


ROUTINE = Claim(text="BPO follows rules.", verdict="supported", score=1.0, citations=(2,), origin="quote")
JOINT = Claim(
    text="BPO and KPO differ | a lot.", verdict="supported", score=1.0, citations=(3,), origin="quote"
)
LEAD = Claim(text="Sources tell two apart.", verdict="supported", score=1.0, citations=(4,), origin="quote")
COMPARED = replace(
    ANSWER,
    claims=(LEAD, ROUTINE, QUOTED, JOINT),
    citations=tuple(replace(EXPERTS, n=n) for n in (1, 2, 3, 4)),
    withheld=(),
    table=Table(
        sides=("BPO", "KPO"),
        rows=(
            Row(aspect="Skills", cells=((1,), (2,))),
            Row(aspect="In all", cells=((3,), (3,))),
            Row(aspect="Risk", cells=((), (2,))),
        ),
    ),
)


def test_a_table_stands_in_two_columns_behind_its_lead() -> None:
    assert to_text(COMPARED, width=51).split("\n\n4 sentences")[0] == (
        '"Sources tell two apart." [4]\n'
        "\n"
        "BPO                      | KPO\n"
        "-------------------------+-------------------------\n"
        "SKILLS\n"
        '"BPO follows rules." [2] | "KPO needs experts." [1]\n'
        "\n"
        "IN ALL\n"
        '"BPO and KPO differ | a lot." [3]\n'
        "\n"
        "RISK\n"
        '(not found in the        | "KPO needs experts." [1]\n'
        "articles)                |"
    )


def test_in_a_narrow_terminal_each_cell_names_its_side() -> None:
    text = to_text(COMPARED, width=40)
    assert 'SKILLS\nBPO: "BPO follows rules." [2]\nKPO: "KPO needs experts." [1]\n' in text
    assert "RISK\nBPO: (not found in the articles)\nKPO:" in text


def test_a_table_without_a_lead_begins_at_once() -> None:
    alone = replace(
        COMPARED, table=Table(sides=("BPO", "KPO"), rows=(Row(aspect="All", cells=((0, 1), (2, 3))),))
    )
    assert to_text(alone, width=71).split("\n\n4 sentences")[0] == (
        "BPO                                | KPO\n"
        "-----------------------------------+-----------------------------------\n"
        "ALL\n"
        '"Sources tell two apart." [4]      | "KPO needs experts." [1]\n'
        '"BPO follows rules." [2]           | "BPO and KPO differ | a lot." [3]'
    )
    assert (
        'BPO: "Sources tell two apart." [4]\n"BPO follows rules." [2]\n'
        'KPO: "KPO needs experts." [1]\n"BPO and KPO differ | a lot." [3]\n'
    ) in to_text(alone, width=40)
    assert "“Sources tell two apart\\.” \\[4\\]<br>“BPO follows rules\\.” \\[2\\] |" in to_markdown(alone)


def test_what_an_unverified_sentence_is_compared_with_stands_line_by_line() -> None:
    likely = replace(WRITTEN, verdict="unverified", citations=(1, 2), item=True)
    cited = (EXPERTS, replace(EXPERTS, n=2, quote="BPO follows rules."))
    assert claim_text(likely, 40, citations=cited).split("\n") == [
        "- Experts do KPO [1][2]. (not verified)",
        '    compare [1]: "KPO needs experts."',
        '    compare [2]: "BPO follows rules."',
    ]
    assert claim_text(likely, 30, citations=cited).split("\n")[2:4] == [
        '    compare [1]: "KPO needs',
        '      experts."',
    ]
    assert to_markdown(replace(ANSWER, claims=(likely,), citations=cited)).split("\n\n")[1:4] == [
        "- Experts do KPO\\. \\[1\\]\\[2\\] *(not verified)*",
        r"  > \[1\] “KPO needs experts\.” – About KPO\, Work \(p\. 3\)\, kpo\.md",
        r"  > \[2\] “BPO follows rules\.” – About KPO\, Work \(p\. 3\)\, kpo\.md",
    ]


def test_a_table_is_a_markdown_table_with_every_sign_escaped() -> None:
    text = to_markdown(replace(COMPARED, table=replace(COMPARED.table, sides=("B|PO", "<b>KPO</b>"))))  # type: ignore[type-var]
    assert (
        "“Sources tell two apart\\.” \\[4\\]\n\n| | B\\|PO | \\<b\\>KPO\\<\\/b\\> |\n|---|---|---|\n" in text
    )
    assert (
        "| **In all** | “BPO and KPO differ \\| a lot\\.” \\[3\\] | “BPO and KPO differ \\| a lot\\.” \\[3\\] |"
        in text
    )
    assert "| **Risk** | *not found in the articles* | “KPO needs experts\\.” \\[1\\] |" in text
    html = MarkdownIt("js-default", {"html": True}).render(text)
    assert Tags(html).tags.count("tr") == 4 and "b" not in Tags(html).tags


def test_streamed_text_of_a_table_is_the_whole_text() -> None:
    assert to_text(COMPARED) == f"{claim_text(LEAD)}\n{rest_text(COMPARED)}"


def test_passages_stand_below_what_is_not_sure() -> None:
    near = tuple(replace(NEAR, chunk_id=f"near:{n}") for n in range(4))
    unsure = replace(ANSWER, reason="unsure", passages=near)
    assert nearest(replace(DECLINED, passages=near)) == near[:3]
    assert nearest(unsure) == near[:2]
    assert nearest(replace(ANSWER, passages=near)) == ()
    assert (
        nearest(replace(unsure, passages=(replace(NEAR, start=24, text="KPO needs experts."), *near)))
        == near[:1]
    )
    assert to_text(unsure).count(NEAR.text) == 2
    assert "Nearest passages:" not in to_text(replace(ANSWER, passages=near))

"""A citation as a reference for a paper, and an answer as text with footnotes."""

from dataclasses import replace

from runs import citation, claim

from assistant.core.types import Answer, Row, Table
from ui.export.plain import to_text
from ui.export.reference import apa, bibtex

QUOTE = "KPO needs experts & 40% more pay."
CITED = replace(
    citation(1, ("kpo-pay", 0, QUOTE)),
    title="On pay_scales", date="2026-11-21", source="https://a.example/pay", section="Pay > Experts", page=3,
)  # fmt: skip


def test_a_reference_in_apa_has_quotation_pinpoint_date_and_address() -> None:
    assert apa(CITED) == (
        "“KPO needs experts & 40% more pay.” (On pay_scales, 2026, sec. “Pay > Experts”, p. 3)\n\n"
        "On pay_scales. (2026, November 21). https://a.example/pay"
    )
    bare = replace(CITED, date=None, source="pay.md", section="", page=None)
    assert apa(bare) == "“KPO needs experts & 40% more pay.” (On pay_scales, n.d.)\n\nOn pay_scales. (n.d.)."


def test_a_reference_in_bibtex_is_escaped_for_tex() -> None:
    assert bibtex(CITED) == (
        "@misc{kpo-pay,\n  title = {{On pay\\_scales}},\n  year = {2026},\n"
        "  note = {“KPO needs experts \\& 40\\% more pay.”},\n"
        "  howpublished = {sec. “Pay > Experts”, p. 3},\n  url = {https://a.example/pay}\n}"
    )


def test_an_answer_as_text_has_a_footnote_for_each_citation() -> None:
    written = replace(claim("Experts cost more.", 1), origin="model")
    quoted = replace(claim("Tea is hot.", 2), item=True)
    cited = (
        CITED,
        replace(citation(2, ("tea", 0, "Tea is hot.")), title="Tea", section="", source="/home/x/tea.md"),
    )
    answer = Answer(question="Why?", claims=(written, quoted), citations=cited, unanswered=("Where?",))
    assert to_text(answer) == (
        "Why?\n\nExperts cost more. [1]\n• Tea is hot. [2]\nNot plainly answered: Where?\n\n"
        f"[1] “{QUOTE}” On pay_scales, Pay > Experts (p. 3), 2026-11-21, https://a.example/pay\n[2] Tea\n"
    )  # fmt: skip
    table = Table(sides=("Tea", "Ale"), rows=(Row(aspect="Heat", cells=((1,), ())),))
    told = to_text(Answer(question="?", claims=(written, quoted), citations=cited, table=table))
    assert "Heat\n  Tea: Tea is hot. [2]\n  Ale: not found in the articles\n" in told
    both = replace(table, rows=(Row(aspect="Heat", cells=((0, 1), (1,))),))
    told = to_text(Answer(question="?", claims=(written, quoted), citations=cited, table=both))
    assert "Heat\n  Tea: Experts cost more. [1]\n  Tea is hot. [2]\n  Ale: Tea is hot. [2]\n" in told
    shared = replace(table, rows=(Row(aspect="Heat", cells=((0,), (0,))),))
    told = to_text(Answer(question="?", claims=(written,), citations=cited, table=shared))
    assert "Heat\n  Tea / Ale: Experts cost more. [1]\n\n" in told
    assert to_text(Answer(question="Moon?", reason="off_topic")).endswith(
        "not about what these articles cover.\n"
    )

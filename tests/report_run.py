"""A small run with a case of each outcome and hostile text wherever text can stand, for tests of the report."""

from dataclasses import replace

from runs import answer, case, passage, row, withheld

from assistant.core.types import Message, Row, Table
from eval.metrics.table import measure
from eval.run.types import Label, Mutant, Opinion, Ranked, Run
from eval.run.types import Row as CaseRow

HOSTILE = (
    '</style></script><script>document.title=1</script><img src=x onerror="document.title=2">'
    "[go](javascript:alert(1)) {{ 7*7 }} http://evil.test/\u202egnp\u200b\x00"
)
FEE = ("pricing", 100, "The fee is capped.")
SLA = ("contracts", 7, "A credit lowers the fee.")


def comparison() -> CaseRow:
    """A right answer as a table, of which one row is shared by both sides."""
    quotes = [("bpo", 0, "BPO repeats."), ("kpo", 0, "KPO decides."), ("both", 0, "Both are outsourced.")]
    table = Table(
        sides=("BPO", "KPO"),
        rows=(Row(aspect="Work", cells=((0,), (1,))), Row(aspect="Place", cells=((2,), (2,)))),
    )
    marked = case("table", quotes[0], kind="comparison", gold_rule="all")
    return row(marked, answer(*quotes, table=table))


def rows() -> list[CaseRow]:
    """One row of each outcome, in the order right, wrong, declined rightly, declined wrongly, failed, ranked."""
    text = f"Before. {FEE[2]} After."
    right = answer(FEE, passages=(passage("pricing", 92, text),), withheld=(withheld("The moon pays."),))
    ranking = [Ranked(chunk_id=f"c{n}", doc_id=f"d{n}", start=0, end=9, score=1 / n) for n in (1, 2, 3)]
    return [
        row(
            case("right", FEE, SLA, kind="number", key_facts=(("capped",), ("credit",))),
            right,
            ranking=ranking,
            relevant={"c1": 1, "c3": 1},
        ),
        row(case("wrong", SLA, kind="number", question=HOSTILE, wrong=("the fee",)), answer(FEE)),
        row(case("none", kind="off_topic", answerable=False), answer()),
        row(case("shy", FEE, kind=HOSTILE, history=(Message(role="user", content=HOSTILE),)), answer()),
        replace(row(case("dead", FEE), None), error=f"It broke: {HOSTILE}"),
        replace(
            row(case("ranked", relevant={"d2": 1}), None, ranking=ranking, relevant={"d2": 1}),
            by_document=True,
        ),
        comparison(),
    ]


def run(of: list[CaseRow] | None = None) -> Run:
    of = rows() if of is None else of
    said = [
        Opinion(case_id="right", claim=0, judge="reader", citations=(1,), verdict="supported", score=0.97),
        Opinion(case_id="wrong", claim=0, judge="reader", citations=(1,), verdict="unsupported", score=0.02),
    ]
    broken = [
        Mutant(case_id="right", claim=0, kind=kind, text="x", quote="y", refused=kind != "untouched")
        for kind in ("untouched", "negation")
    ]
    return Run(
        about={
            "name": HOSTILE,
            "seed": 7,
            "judges": ["reader"],
            "settings": {"model": HOSTILE},
            "cases": {"file": "c.jsonl"},
        },
        rows=of,
        opinions=said,
        mutants=broken,
        labels=[Label(case_id="right", claim=0, verdict="unsupported", note=HOSTILE)],
        measures=measure(of, said, broken, judges=["reader"], seed=7),
    )

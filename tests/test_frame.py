"""Answers and passages as tables of pandas."""

from dataclasses import replace

import pandas as pd
from test_show import ANSWER, COMPARED, EXPERTS, NEAR, QUOTED, WRITTEN

from assistant.core.types import Answer, Passages, Withheld

COLUMNS = [
    *(
        "sentence",
        "shown",
        "text",
        "verdict",
        "score",
        "origin",
        "aspect",
        "side",
        "citation",
        "doc_id",
        "title",
    ),
    *("section", "page", "date", "start", "end", "quote", "reason"),
]


def rows(frame: pd.DataFrame, *columns: str) -> list[list[object]]:
    """Return the values of some columns, None where there is none."""
    return [
        [None if pd.isna(value) else value for value in row] for row in frame[list(columns)].to_numpy(object)
    ]


def test_an_answer_has_a_row_for_each_claim_and_citation_and_each_withheld_sentence() -> None:
    first = replace(EXPERTS, date="2024-03-01")
    second = replace(EXPERTS, n=2, page=None, start=5, end=23, quote="BPO follows rules.")
    both = replace(WRITTEN, citations=(2, 1))
    frame = replace(ANSWER, claims=(QUOTED, both), citations=(first, second)).to_dataframe()
    assert list(frame.columns) == COLUMNS
    place = ["kpo", "About KPO", "Work"]
    cell: list[object] = [None, None]
    assert rows(frame, *COLUMNS) == [
        [1, True, "KPO needs experts.", "supported", 1.0, "quote", *cell, 1, *place, 3, "2024-03-01", 24, 42, "KPO needs experts.", None],
        [2, True, "Experts do KPO.", "supported", 0.8, "model", *cell, 2, *place, None, None, 5, 23, "BPO follows rules.", None],
        [2, True, "Experts do KPO.", "supported", 0.8, "model", *cell, 1, *place, 3, "2024-03-01", 24, 42, "KPO needs experts.", None],
        [None, False, "KPO pays 9.", "unsupported", 0.1, "model", *[None] * 11, "9 is not there"],
    ]  # fmt: skip


def test_cells_of_a_comparison_name_their_aspect_and_side() -> None:
    assert rows(COMPARED.to_dataframe(), "sentence", "aspect", "side", "citation") == [
        [1, None, None, 4],
        [2, "Skills", "BPO", 2],
        [3, "Skills; Risk", "KPO", 1],
        [4, "In all", "BPO; KPO", 3],
    ]


def test_a_claim_without_a_citation_has_a_row_and_a_withheld_one_its_verdict_as_reason() -> None:
    bare = Answer(
        question="?",
        claims=(replace(QUOTED, citations=()), replace(QUOTED, citations=(7,))),
        withheld=(Withheld(text="No.", verdict="contradicted", score=0.0),),
    )
    assert rows(bare.to_dataframe(), "sentence", "citation", "quote", "reason") == [
        [1, None, None, None],
        [2, None, None, None],
        [None, None, None, "contradicted"],
    ]


def test_an_empty_answer_and_no_passages_have_the_columns_and_their_types() -> None:
    empty, full = Answer(question="?").to_dataframe(), ANSWER.to_dataframe()
    assert (len(empty), list(empty.columns)) == (0, COLUMNS)
    assert list(empty.dtypes) == list(full.dtypes)
    assert [str(full.dtypes[name]) for name in ("sentence", "shown", "text", "score", "page")] == [
        *("Int64", "bool", "string", "float64", "Int64")
    ]
    assert list(Passages().to_dataframe().columns) == list(Passages([NEAR]).to_dataframe().columns)


def test_passages_have_a_row_each() -> None:
    frame = Passages([NEAR, replace(NEAR, page=7, score=0.1)]).to_dataframe()
    assert rows(frame, *frame.columns) == [
        [n, score, "kpo", "About KPO", "Work", page, None, 5, 42, NEAR.text, "kpo.md", "kpo:5-42", "0" * 64]
        for n, score, page in ((1, 0.2, None), (2, 0.1, 7))
    ]
    assert list(frame.columns) == [
        *(
            "n",
            "score",
            "doc_id",
            "title",
            "section",
            "page",
            "date",
            "start",
            "end",
            "text",
            "source",
            "chunk_id",
        ),
        "doc_sha256",
    ]

"""Collect questions with the sentences to choose from, through the product's own retrieval, or from the given text.

A set is a folder with docs/*.txt or *.md and questions.jsonl (question, answerable, gold spans as doc, start, end, or as
doc, text; passages that hold a text of "without" are left out).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.core.settings import load_settings
from assistant.core.types import Evidence, Passage
from assistant.index.manifest import digest
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from assistant.models.embedder.remembering import Remembering
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader, load_reader
from assistant.write.quote.evidence import candidates, embed
from assistant.write.quote.match import measure
from assistant.write.quote.probability import joined, rank, read, told
from eval.train.reader.data import held_out, lines, paragraph
from ingest.index import build_index

PASSAGES = 8


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question: its candidates, their features (n, f), the reader's log odds (n,), which hold gold words (n,)."""

    question: str
    answerable: bool
    given: bool  # the candidates are those of the text that holds the answer
    found: Sequence[Evidence]
    rows: np.ndarray
    read: np.ndarray | None
    told: np.ndarray | None  # the judge's log odds (n,), NaN but for the likeliest
    gold: np.ndarray


def collect(
    folder: Path, work: Path, part: str, step: int = 1, *, reads: bool = True, give: bool = True
) -> Iterator[Case]:
    """Yield every step-th question of one part of a set ("train", "calibration" or "report"), retrieved and given.

    The index is kept in `work`. A question without an answer belongs to the document asked about before it (squad2)
    or to the one that retrieval puts first. `reads` uses the small reader where there is one, and the judge; without `give` only
    what is retrieved counts. A question with no sentence to choose from is left out.
    """
    settings = load_settings(data_dir=work, index=folder.name)
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(folder / "docs")])
    store = Store.open(settings, Remembering(embedder))
    reader = load_reader(settings) if reads else None
    judge = LateJudge(settings) if reader else None
    texts = {path.stem: path.read_text("utf-8") for path in (folder / "docs").glob("*.txt")}
    last = ""
    for count, row in enumerate(lines(folder / "questions.jsonl")):
        last = row["gold_docs"][0] if row["gold_docs"] else last
        known = bool(row["gold_docs"]) or folder.name == "squad2"
        if count % step or (known and part_of(folder.name, last) != part):
            continue
        row["gold"] = [placed(store, span) for span in row["gold"]]
        vector = store.embedder.encode_tokens([row["question"]])[0][0]
        passages = search(store, row["question"], 2 * PASSAGES, vector=vector.tolist())
        without = [word.lower() for word in row.get("without", ())]
        passages = [one for one in passages if not any(word in one.text.lower() for word in without)][
            :PASSAGES
        ]
        if part_of(folder.name, last if known else Path(passages[0].source).stem) == part:
            if found := candidates(passages):
                yield case(store, reader, judge, row, vector, found, given=False)
            if give and row["gold"] and (found := candidates([given(folder.name, row, texts)])):
                yield case(store, reader, judge, row, vector, found, given=True)


def placed(store: Store, span: dict[str, Any]) -> dict[str, Any]:
    """Return a gold span with its place in the stored text."""
    if "start" in span:
        return span
    start = store.document(span["doc"]).text.index(span["text"])
    return span | {"start": start, "end": start + len(span["text"])}


def part_of(name: str, doc: str) -> str:
    """Return which part of a set a document belongs to."""
    if doc in held_out()["calibration"].get(name, ()):
        return "calibration"
    return "report" if doc in held_out().get(name, ()) else "train"


def given(name: str, row: dict[str, Any], texts: dict[str, str]) -> Passage:
    """Return the text a question was asked about as a passage: its paragraph in squad2, its document elsewhere."""
    gold = row["gold"][0]
    doc = gold["doc"].removesuffix(".txt")
    whole = texts[doc].find("\n") + 1, len(texts[doc])  # without its title
    start, end = paragraph(texts[doc], gold["start"]) if name == "squad2" else whole
    return Passage(
        chunk_id=f"{doc}:{start}-{end}", doc_id=doc, title=doc.replace("_", " "), source=f"{doc}.txt",
        section="", page=None, start=start, end=end, score=1.0, text=texts[doc][start:end],
        doc_sha256=digest(texts[doc]),
    )  # fmt: skip


def case(
    store: Store, reader: Reader | None, judge: LateJudge | None, row: dict[str, Any], vector: np.ndarray,
    found: Sequence[Evidence], *, given: bool,
) -> Case:  # fmt: skip
    """Return one question with the features of its candidate sentences, at least one."""
    embedded = embed(store, row["question"], vector.tolist(), found)
    rows = measure(row["question"], embedded, found, store.lexical)
    gold = [
        any(
            span["doc"].removesuffix(".txt") == Path(item.passage.source).stem
            and item.start < span["end"]
            and span["start"] < item.end
            for span in row["gold"]
        )
        for item in found
    ]
    ranks = rank(row["question"], found, rows)
    odds = read(reader, store, row["question"], embedded, found, ranks) if reader else None
    return Case(
        question=row["question"],
        answerable=row["answerable"],
        given=given,
        found=found,
        rows=rows,
        read=odds,
        told=told(judge, row["question"], found, joined(ranks, odds)) if judge else None,
        gold=np.array(gold, dtype=bool),
    )

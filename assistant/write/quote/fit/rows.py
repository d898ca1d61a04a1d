"""Find the rows of tables that answer a question.

A row says little by itself ("Depot: Brem | Closes: 19:30"): it is read in the light of its caption, its section and the
title, each word of the question with its closest counterpart there. Numbers and names of the question must occur, and
the reader must not find that it holds no answer: a column that is not there shares its words with those that are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.core.types import Block, Evidence, Passage
from assistant.index.store import Store
from assistant.models.reader.reader import Reader
from assistant.question.names import names
from assistant.text.terms import content_stems, content_words, tokens
from assistant.write.quote.evidence import embed
from assistant.write.quote.fit.amounts import held
from assistant.write.quote.match import FEATURES, measure
from assistant.write.quote.probability import sigmoid

READ = 16  # rows compared word by word, those that share most with the question
TIED = 0.03  # share of the question's words by which a row may match worse than the best and be shown with it
MAX_ROWS = 8  # shown
SURE, STEEP = (
    0.66,
    18.0,
)  # share of the question's words from which a row answers as likely as not; how fast that grows
CLEARLY, ANSWERS = 0.1, 0.4  # how much better rows must match than a sentence, where that scores as an answer
SURELY = 0.8  # chance from which rows go before a sentence that scores as an answer
HELD = (
    -2.5
)  # the reader's log odds of a row that answers as likely as not; below, hardly one in twelve was right
AROUND = 0.5  # chance at most where a row shares its title or section with the question, and nothing else
_WORDS = FEATURES.index("words")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A row, and the words it is read in the light of."""

    passage: Passage
    block: Block
    text: str
    headings: tuple[str, ...]  # title, sections and caption, the outermost first

    @property
    def around(self) -> str:
        """Return the headings as sentences."""
        return ". ".join(self.headings)

    @property
    def table(self) -> tuple[str, ...]:
        """Return what tells its table from others."""
        return (self.passage.doc_id, *self.headings)

    @property
    def evidence(self) -> Evidence:
        """Return the row as a candidate with what stands around it."""
        words = f"{self.around}. {self.text.replace(' | ', '; ')}"
        return Evidence(passage=self.passage, start=self.block.start, end=self.block.end, text=words)


def answering_rows(
    store: Store, question: str, vector: Sequence[float], passages: Sequence[Passage], prose: Sequence[Evidence] = (),
    reader: Reader | None = None,
) -> list[Evidence]:  # fmt: skip
    """Return the rows that answer, those that match equally well in their order; none where `prose` matches as well.

    Their score is the chance (0 to 1) that they answer the question.
    """
    rows, worded = _of_the_numbers(question, _of_the_names(question, _rows(store, passages)))
    rows = _nearest(worded, rows)
    if not rows:
        return []
    if worded != question:
        question, vector = worded, store.embedder.embed_query(worded)
    found = [row.evidence for row in rows]
    match = measure(question, embed(store, question, vector, found), found, store.lexical)[:, _WORDS]
    best = [at for at in range(len(rows)) if match[at] >= match.max() - TIED]
    chance = float(sigmoid(np.array(STEEP * (match.max() - SURE))))
    if not any(_shares(question, rows[at].text) for at in best):
        chance = min(chance, AROUND)
    chosen = [rows[at] for at in best]
    if reader is not None:
        chance = min(chance, _held(store, question, vector, chosen, reader))
    if prose and prose[0].score >= ANSWERS and chance < SURELY:
        return []
    if _says_more(store, question, vector, prose, chosen):
        return []
    chosen = sorted(chosen, key=lambda row: (passages.index(row.passage), row.block.start))[:MAX_ROWS]
    return [
        replace(row.evidence, text=row.text, score=round(chance, 4), table=row.block.caption)
        for row in chosen
    ]


def _held(
    store: Store, question: str, vector: Sequence[float], rows: Sequence[_Row], reader: Reader
) -> float:
    """Return the chance (0 to 1) that one of the rows holds the answer, as the reader reads them."""
    texts, heads = [row.text for row in rows], [" > ".join(row.headings) for row in rows]
    asked = np.asarray(vector, dtype=np.float32)
    odds = [
        value for own in reader.read(question, asked, texts, store.embedder.encode, heads) for _, value in own
    ]
    return float(sigmoid(np.array(max(odds) - HELD)))


def as_row(item: Evidence, store: Store) -> Evidence:
    """Return evidence marked as a row of its table where it is one."""
    document = store.document(item.passage.doc_id)
    block = next((block for block in document.blocks if block.start <= item.start < block.end), None)
    return replace(item, table=block.caption) if block and block.kind == "row" else item


def _rows(store: Store, passages: Sequence[Passage]) -> list[_Row]:
    """Return the rows that begin in the passages."""
    found = []
    for passage in passages:
        document = store.document(passage.doc_id)
        for block in document.blocks:
            if block.kind == "row" and passage.start <= block.start < passage.end:
                told = dict.fromkeys(filter(None, (document.title, *block.section, block.caption)))
                text = document.text[block.start : block.end]
                found.append(_Row(passage=passage, block=block, text=text, headings=tuple(told)))
    return found


def _nearest(question: str, rows: Sequence[_Row]) -> list[_Row]:
    """Return the rows that share most words with the question, in their order."""
    if len(rows) <= READ:
        return list(rows)
    wanted = content_stems(question) | set(_NUMBER.findall(question))
    shared = [
        len(wanted & (set(stems) | set(_NUMBER.findall(row.text))))
        for row, stems in zip(rows, tokens([f"{row.around} {row.text}" for row in rows]), strict=True)
    ]
    kept = sorted(range(len(rows)), key=lambda at: (-shared[at], at))[:READ]
    return [rows[at] for at in sorted(kept)]


def _of_the_names(question: str, rows: Sequence[_Row]) -> list[_Row]:
    """Keep the rows that hold the question's names, in the row itself where any does, else around it."""
    wanted = tokens([" ".join(names(question))])[0]
    if not wanted or not rows:
        return list(rows)
    own = [set(stems) for stems in tokens([row.text for row in rows])]
    wide = [set(stems) for stems in tokens([f"{row.around} {row.passage.text}" for row in rows])]
    kept = list(range(len(rows)))
    for stem in wanted:
        kept = [at for at in kept if stem in own[at]] or [at for at in kept if stem in wide[at]]
    return [rows[at] for at in kept]


def _of_the_numbers(question: str, rows: Sequence[_Row]) -> tuple[list[_Row], str]:
    """Keep the rows whose ranges hold the question's amounts and that hold its other numbers; none where no row does.

    Returned with the question as those ranges put it. Of a table with a row that holds an amount, no other is kept.
    """
    tables = [row.table for row in rows]
    found = held(question, [row.text for row in rows], tables)
    tiers = {table for table, verdict in zip(tables, found.verdicts, strict=True) if verdict}
    kept = [
        row for row, verdict in zip(rows, found.verdicts, strict=True)
        if verdict or (verdict is None and row.table not in tiers)
    ]  # fmt: skip
    for number in _NUMBER.findall(found.rest):
        exact = [row for row in kept if number in _NUMBER.findall(row.text)]
        around = [row for row in kept if number in _NUMBER.findall(row.around)]
        kept = exact or around
    return kept, found.question


def _shares(question: str, text: str) -> bool:
    """Tell whether a row has a word or number of the question itself."""
    wanted = tokens([" ".join(content_words(question))])[0]
    joined = " ".join(tokens([text.replace("-", "")])[0])
    return any(stem[:5] in joined for stem in wanted if len(stem) > 2) or bool(
        set(_NUMBER.findall(question)) & set(_NUMBER.findall(text))
    )


def _says_more(
    store: Store, question: str, vector: Sequence[float], prose: Sequence[Evidence], rows: Sequence[_Row]
) -> bool:
    """Tell whether a sentence by itself matches the question better than the rows by themselves."""
    sentences = [item for item in prose[:3] if as_row(item, store).table is None]
    if not sentences:
        return False
    found = [*sentences, *(replace(row.evidence, text=row.text) for row in rows[:3])]
    match = measure(question, embed(store, question, vector, found), found, store.lexical)[:, _WORDS]
    lead = CLEARLY if sentences[0].score >= ANSWERS else 0.0
    return bool(match[: len(sentences)].max() + lead > match[len(sentences) :].max())

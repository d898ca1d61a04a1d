"""Give an overview of a topic: the sentences with which the sections of the article about it begin, in their order.

Opening sentences are the strongest plain summary of a well-written text (the "lead" baseline of Nenkova and McKeown,
Automatic Summarization, 2011).
"""

from collections.abc import Sequence

import numpy as np

from assistant.core.types import Document, Evidence, Passage
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.text.anaphora import leans
from assistant.text.disclaimers.kept import standing
from assistant.text.sentences import sentence_spans
from assistant.text.terms import plain_words, stems
from assistant.write.quote.choose import Choice

ITEMS, MOST = 5, 10  # sentences given where no number is asked for, and at most
MIN_WORDS = 5
SCORE = 0.9
NAMED = 0.5  # share of the topic's words in a title or a heading from which it is about the topic


def overview(
    store: Store, question: str, vector: Sequence[float], passages: Sequence[Passage], count: int | None
) -> Choice | None:
    """Return the opening sentences of the sections about a topic; None where no title or heading names it.

    `vector` is the question's embedding. Of more sections than asked for, those nearest to the question are kept.
    """
    about = _about(question, passages, store)
    if about is None:
        return None
    document, section = about
    found = [_evidence(store, document, span) for span in _leads(document, section)]
    found = standing(found, store.document, question)
    if len(found) < 2:
        return None
    wanted = min(count or ITEMS, MOST)
    if len(found) > wanted:
        near = store.embedder.encode([item.text for item in found]) @ np.asarray(vector)
        kept = sorted(np.argsort(-near, kind="stable")[:wanted])
        found = [found[at] for at in kept]
    return Choice(evidence=tuple(found), wanted=wanted, listed=True)


def _about(
    question: str, passages: Sequence[Passage], store: Store
) -> tuple[Document, tuple[str, ...]] | None:
    """Return the article, and in it the section, whose name holds most of the topic's words."""
    weight = store.lexical.weights(question)
    total = sum(weight.values())
    best: tuple[float, Document, tuple[str, ...]] | None = None
    for passage in passages:
        document = store.document(passage.doc_id)
        paths = {(): document.title} | {
            block.section: block.section[-1] for block in document.blocks if block.section
        }
        for path, name in paths.items():
            own = stems(name)
            share = sum(value for stem, value in weight.items() if stem in own) / (total or 1.0)
            if share >= NAMED and (best is None or share > best[0] + 1e-9):
                best = (share, document, path)
    return best[1:] if best else None


def _leads(document: Document, section: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the first whole sentence of each section at or below one, then those of its further paragraphs."""
    firsts: list[tuple[int, int]] = []
    others: list[tuple[int, int]] = []
    seen: set[tuple[str, ...]] = set()
    for block in document.blocks:
        if block.kind != "paragraph" or block.section[: len(section)] != section:
            continue
        for start, end in sentence_spans(document.text[block.start : block.end]):
            text = document.text[block.start + start : block.start + end]
            if len(plain_words(text)) >= MIN_WORDS and text.endswith((".", "!")) and not leans(text):
                span = (block.start + start, block.start + end)
                (others if block.section in seen else firsts).append(span)
                seen.add(block.section)
                break
    return firsts if len(firsts) >= ITEMS else sorted([*firsts, *others])


def _evidence(store: Store, document: Document, span: tuple[int, int]) -> Evidence:
    start, end = span
    return Evidence(
        passage=passage_at(store, document.doc_id, start, SCORE),
        start=start,
        end=end,
        text=document.text[start:end],
        score=SCORE,
    )

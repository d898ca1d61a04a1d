"""Split text into sentences with offsets."""

from collections.abc import Iterator
from functools import lru_cache

import sentencex


@lru_cache(maxsize=20_000)
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each sentence, in order, without surrounding white space.

    A line break always ends a sentence: documents hold one block (paragraph, item, table row) a line.
    """
    return tuple(_spans(text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            for sentence in sentencex.get_sentence_boundaries("en", line):
                words = sentence["text"].strip()
                if words:
                    start = offset + line.index(words, sentence["start_index"])
                    yield start, start + len(words)
        offset += len(line) + 1

"""Fit the model that tells the wish for a form from the question in a request.

    python -m eval.train.fit.wish [--measure]

`wishes.tsv.gz` holds a request a line, its wish in square brackets, the shape and the count that is meant, and who
wrote it, parted by tabs; hand-written by eleven writers on as many subjects. `--measure` tells, each writer left out in turn,
the share of requests parted just as they were by hand, of those without a wish left alone, and of the shapes read rightly.
"""

import argparse
import gzip
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import corpus
from assistant.question.wish import (
    ASKS,
    SHAPES,
    SIZE,
    WEIGHTS,
    Span,
    likeliest,
    scores_of,
    shape_of,
    units,
    unpacked,
    wish_features,
    word_features,
)
from eval.train.reader.data import lines
from eval.train.reader.written.asked import ASKED
from eval.train.reader.written.hand import HAND, kept_for_reporting

WISHES = Path(__file__).with_name("wishes.tsv.gz")
WORDS, KINDS = 3.0, 3.0  # inverse strengths of the two models' penalties
OTHERS = 3  # other questions that each wish is also put around, of the same kind: beginning with a question word or not
SEED = 4
ARTICLES = Path(corpus.__file__).with_name("questions.jsonl")
WISHING = re.compile(
    r"\b(?:summar|explain|list|overview|simpl|short|brief|sentence|bullet|points|table|checklist|give me|tell me|define|nutshell|"
    r"steps|please|pls)",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request with the places of the words of its wish, and the shape that is meant."""

    text: str
    wish: tuple[Span, ...]
    shape: str
    writer: str

    def wished(self) -> NDArray[np.bool_]:
        """Tell of each word and mark whether it is of the wish."""
        return np.array(
            [any(a <= begin < b for a, b in self.wish) for begin, _ in units(self.text)], dtype=bool
        )

    def words(self) -> list[str]:
        """Return words and marks in small letters."""
        return [self.text[a:b].lower() for a, b in units(self.text)]

    def questions(self) -> list[Span]:
        """Return the stretches of the question: one, unless the wish stands in its middle."""
        ends = [0, *(place for span in self.wish for place in span), len(self.text)]
        found = []
        for begin, end in zip(ends[::2], ends[1::2], strict=True):
            part = self.text[begin:end]
            bare = part.strip(" ,.:;?!")
            if bare:
                found.append((begin + part.index(bare), begin + part.index(bare) + len(bare)))
        return found

    def around(self, place: Span, other: str) -> "Request":
        """Return the request with another question in the place of its own."""
        longer = len(other) - (place[1] - place[0])
        moved = tuple((a, b) if b <= place[0] else (a + longer, b + longer) for a, b in self.wish)
        return replace(self, text=f"{self.text[: place[0]]}{other}{self.text[place[1] :]}", wish=moved)

    def told(self) -> str:
        """Return the words of the wish."""
        return " ".join(word for word, is_wish in zip(self.words(), self.wished(), strict=True) if is_wish)


def main() -> None:
    """Fit and write the weights, or measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measure", action="store_true", help="leave each writer out in turn, write nothing")
    requests = read_requests()
    if not parser.parse_args().measure:
        arrays: Any = fitted(requests)
        np.savez_compressed(WEIGHTS, **arrays)
        return
    told = []
    for writer in sorted({item.writer for item in requests}):
        weights = fitted([item for item in requests if item.writer != writer])
        told.append(measured(weights, [item for item in requests if item.writer == writer]))
        print(writer, *(f"{value:.3f}" for value in told[-1]))
    print("all", *(f"{value:.3f}" for value in np.mean(told, axis=0)))


def read_requests(path: Path = WISHES) -> list[Request]:
    """Return all requests."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [request(*line.rstrip("\n").split("\t")) for line in file]


def request(marked: str, shape: str, count: str, writer: str) -> Request:
    """Read a request whose wish stands in brackets; `count`, which is meant, is not fitted."""
    text, spans = "", []
    for number, piece in enumerate(marked.replace("]", "[").split("[")):
        if number % 2:
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    return Request(text=text, wish=tuple(spans), shape=shape, writer=writer)


def fitted(requests: Sequence[Request]) -> dict[str, NDArray[Any]]:
    """Return the weights of both models."""
    from sklearn.linear_model import LogisticRegression

    more = [*requests, *exchanged(requests, random.Random(SEED)), *plain_questions()]
    rows = [places for item in more for places in word_features(item.words())]
    words = LogisticRegression(C=WORDS, max_iter=400)
    words.fit(matrix(rows), np.concatenate([item.wished() for item in more]))
    having = [item for item in requests if item.told()]
    kinds = LogisticRegression(C=KINDS, max_iter=400)
    kinds.fit(matrix([wish_features(item.told()) for item in having]), [item.shape for item in having])
    assert tuple(kinds.classes_) == SHAPES
    return {
        "words": words.coef_[0].astype(np.float16),
        "word_bias": words.intercept_.astype(np.float16)[0],
        "known": known_words(requests),
        "shapes": kinds.coef_.astype(np.float16),
        "shape_bias": kinds.intercept_.astype(np.float16),
    }


def known_words(requests: Sequence[Request]) -> NDArray[np.uint32]:
    """Return the hashes of the words that the wishes of two writers hold."""
    writers: dict[str, set[str]] = defaultdict(set)
    for item in requests:
        for word in item.told().split():
            writers[word].add(item.writer)
    return np.array(
        sorted(zlib.crc32(word.encode()) for word in writers if len(writers[word]) > 1), dtype=np.uint32
    )


@lru_cache(maxsize=1)
def plain_questions() -> list[Request]:
    """Return questions without a wish: put to everyday documents (not those kept for reporting) and written for articles."""
    rows = [row for row in lines(HAND) if not kept_for_reporting(row)]
    asked = [item["q"] for row in [*rows, *lines(ASKED)] for item in row["questions"]]
    asked += [text for row in lines(ARTICLES) for text in row["questions"] if not WISHING.search(text)]
    return [Request(text=text, wish=(), shape="plain", writer="") for text in asked]


def exchanged(requests: Sequence[Request], rng: random.Random) -> list[Request]:
    """Return wishes around the questions of other requests, and those without a wish as often again."""
    whole = [(item, parts[0]) for item in requests if len(parts := item.questions()) == 1]
    pool: dict[bool, list[str]] = {True: [], False: []}
    for item, (begin, end) in whole:
        pool[begins_asking(item.text[begin:end])].append(item.text[begin:end])
    found = [item for item in requests if not item.wish for _ in range(OTHERS)]
    for item, place in whole:
        if item.wish:
            own = pool[begins_asking(item.text[slice(*place)])]
            found += [item.around(place, other) for other in rng.sample(own, OTHERS)]
    return found


def begins_asking(text: str) -> bool:
    """Tell whether a text begins with a question word."""
    return text.split(" ", 1)[0].lower() in ASKS


def matrix(rows: Sequence[Sequence[int]]) -> Any:
    """Return features as a sparse matrix."""
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(rows), SIZE))


def measured(weights: dict[str, NDArray[Any]], requests: Sequence[Request]) -> tuple[float, float, float]:
    """Return the shares parted just so, left alone where there is no wish, and of shapes read rightly."""
    exact, alone, shapes = [], [], []
    used = unpacked(weights)
    for item in requests:
        words, wished = item.words(), item.wished()
        found = likeliest(scores_of(words, used))
        letters = np.array([word[0].isalnum() for word in words])
        exact.append(bool(np.all((found == wished) | ~letters)))
        if not item.wish:
            alone.append(exact[-1])
        told = " ".join(word for word, is_wish in zip(words, found, strict=True) if is_wish)
        shapes.append((shape_of(told, used) if told else "plain") == item.shape)
    return float(np.mean(exact)), float(np.mean(alone)), float(np.mean(shapes))


if __name__ == "__main__":
    main()

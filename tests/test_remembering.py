"""Sentences that were embedded are not embedded again, as long as there is room."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.models.embedder.embedder import HashEmbedder, Tokens, Vectors
from assistant.models.embedder.remembering import Remembering


class Counting(HashEmbedder):
    """Notes what it is asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        self.asked += texts
        return HashEmbedder().encode(texts), HashEmbedder().encode_tokens(texts)[1]


@pytest.fixture
def inner() -> Counting:
    return Counting()


def test_a_text_is_embedded_once_and_comes_back_in_the_order_asked(inner: Counting) -> None:
    embedder = Remembering(inner)
    embedder.encode(["one fee", "two fees"])
    found = embedder.encode(["three", "two fees", "three", "one fee"])
    assert inner.asked == ["one fee", "two fees", "three"]
    np.testing.assert_array_equal(found, HashEmbedder().encode(["three", "two fees", "three", "one fee"]))


def test_tokens_are_kept_beside_the_vector(inner: Counting) -> None:
    embedder = Remembering(inner)
    embedder.encode_tokens(["a fee is due"])
    rows, spelt = embedder.encode_tokens(["nothing", "a fee is due"])
    assert inner.asked == ["a fee is due", "nothing"]
    assert spelt[1].spans == [(0, 1), (2, 5), (6, 8), (9, 12)]
    np.testing.assert_array_equal(rows, HashEmbedder().encode(["nothing", "a fee is due"]))
    embedder.encode(["a fee is due"])
    assert inner.asked == ["a fee is due", "nothing"]


def test_what_was_kept_longest_goes_where_there_is_no_room(inner: Counting) -> None:
    embedder = Remembering(inner, texts=2)
    embedder.encode(["one", "two", "three"])
    embedder.encode(["two", "three"])
    embedder.encode(["one"])
    assert inner.asked == ["one", "two", "three", "one"]


def test_tokens_are_bounded_by_their_number(inner: Counting) -> None:
    embedder = Remembering(inner, tokens=3)
    embedder.encode_tokens(["one two", "three four"])
    embedder.encode_tokens(["three four"])
    embedder.encode_tokens(["one two"])
    assert inner.asked == ["one two", "three four", "one two"]


def test_questions_and_passages_are_not_kept(inner: Counting) -> None:
    embedder = Remembering(inner)
    assert embedder.embed_query("fee") == inner.embed_query("fee")
    embedder.encode(["fee"])
    assert inner.asked == ["fee", "fee", "fee"]


def test_no_texts_are_no_rows(inner: Counting) -> None:
    assert Remembering(inner).encode([]).shape == (0, HashEmbedder().dimension)

"""Turn texts into unit vectors: the packaged MiniLM, any sentence-transformers model, or hashed words."""

import hashlib
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from assistant.models.embedder.files import (
    DOCUMENT_PROMPTS,
    QUERY_PROMPTS,
    prompt_of,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Token = tuple[int, int]  # where it stands in its text: start and end in characters

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HASH_EMBEDDER = "hash"
BATCH = 64


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The tokens of one text: vectors of length 1 (n, dimension) and where each of the n stands."""

    vectors: Vectors
    spans: list[Token]


class Embedder(Embeddings, ABC):
    """What the store and the checker need of an embedding model.

    Passages and sentences have one form and questions may have another, as models with prompts want it. Two
    sentences are compared in the same form, and a question with sentences by its own.
    """

    name: str
    dimension: int
    weights_sha256: str  # of the weights, with a mark of the prompts behind it where there are any
    dtype: str

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages or sentences as rows of unit length: shape (len(texts), dimension), float32, in order."""

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list["Tokens"]]:
        """Embed texts as `encode` does, and each of their tokens; here every word is embedded by itself."""
        spans = [[match.span() for match in re.finditer(r"\w+", text)] for text in texts]
        words = [text[start:end] for text, own in zip(texts, spans, strict=True) for start, end in own]
        rows, at, found = self.encode(words), 0, []
        for own in spans:
            found.append(Tokens(vectors=rows[at : at + len(own)], spans=own))
            at += len(own)
        return self.encode(texts), found

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages: one list of `dimension` numbers of unit length each, in the order given."""
        return listed(self.encode(texts))

    def embed_query(self, text: str) -> list[float]:
        """Embed one question: `dimension` numbers of unit length."""
        return listed(self.encode([text]))[0]


class SentenceEmbedder(Embedder):
    """A sentence-transformers model on this machine's processor, with the prompts it was trained with.

    The same weights with other prompts make other vectors, so its `weights_sha256` tells the prompts too.
    """

    def __init__(self, model: "SentenceTransformer", *, name: str, weights_sha256: str, dtype: str) -> None:
        self.name = name
        self.dtype = dtype
        self.model = model
        self.query_prompt = prompt_of(model, QUERY_PROMPTS)
        self.document_prompt = prompt_of(model, DOCUMENT_PROMPTS)
        self.weights_sha256 = weights_sha256 + prompts_mark(self.query_prompt, self.document_prompt)
        self._lock = Lock()  # the fast tokenizers cannot be used by two threads at once
        self.dimension = int(model.get_embedding_dimension() or self._encode([""]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages or sentences as rows of unit length: shape (len(texts), dimension), float32, in order."""
        return self._encode(texts) if texts else np.zeros((0, self.dimension), dtype=np.float32)

    def embed_query(self, text: str) -> list[float]:
        """Embed one question, with the model's prompt for questions: `dimension` numbers of unit length."""
        return listed(self._encode([text], self.query_prompt, "query"))[0]

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        """Embed texts as `encode` does, and each of their tokens in the light of its text.

        Where a model does not tell where its tokens stand, every word is embedded by itself.
        """
        if not texts:
            return self.encode(texts), []
        if not getattr(getattr(self.model, "tokenizer", None), "is_fast", False):
            return super().encode_tokens(texts)
        with self._lock:
            outputs: Any = self.model.encode(
                list(texts), batch_size=BATCH, show_progress_bar=False, output_value=None,
                prompt=self.document_prompt, task="document",
            )  # fmt: skip
            spelt: Any = self.model.tokenizer(
                [f"{self.document_prompt}{text}" for text in texts],
                truncation=self.model.max_seq_length is not None,
                max_length=self.model.max_seq_length,
                return_offsets_mapping=True,
            )["offset_mapping"]
        read = list(zip((token_states(output) for output in outputs), spelt, strict=True))
        tokens = [
            token_rows(states, spans, len(self.document_prompt))
            for states, spans in read
            if states is not None and len(states) == len(spans)
        ]
        if len(tokens) < len(texts):
            return super().encode_tokens(texts)
        rows = np.stack([output["sentence_embedding"].float().numpy() for output in outputs])
        return unit_rows(rows), tokens

    def _encode(self, texts: Sequence[str], prompt: str | None = None, task: str = "document") -> Vectors:
        given = self.document_prompt if prompt is None else prompt
        with self._lock:
            rows = self.model.encode(
                list(texts), batch_size=BATCH, show_progress_bar=False, prompt=given, task=task
            )
        return unit_rows(np.asarray(rows, dtype=np.float32))


class HashEmbedder(Embedder):
    """Vectors of hashed words, without weights, for trials and tests: same word, not same meaning."""

    name = HASH_EMBEDDER
    dimension = 64
    dtype = "float32"
    weights_sha256 = hashlib.sha256(b"hashed words, 64 dimensions, version 1").hexdigest()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as rows of unit length: shape (len(texts), 64), float32, in the order given."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=2).digest()
                row[digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
            if not row.any():  # words that cancel out
                row[0] = 1.0
        return unit_rows(rows)


def prompts_mark(query: str, document: str) -> str:
    """Return "+" and 8 hex digits that tell a pair of prompts from others; "" where both are empty."""
    if not query and not document:
        return ""
    return "+" + hashlib.sha256(json.dumps([query, document]).encode()).hexdigest()[:8]


def unit_rows(rows: Vectors) -> Vectors:
    """Scale each row to length 1."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def token_states(output: dict[str, Any]) -> Vectors | None:
    """Return the state of each token of a text, shape (n, d), padding on either side left out; None without them."""
    states, mask = output.get("token_embeddings"), output.get("attention_mask")
    if states is None or mask is None or len(states) != len(mask):
        return None
    found: Vectors = states[mask.bool()].float().numpy()
    return found


def token_rows(states: Vectors, spans: Sequence[Token], skipped: int = 0) -> Tokens:
    """Keep the tokens that stand in the text, not the marks a model adds nor a prompt before it; states (n, d), spans n.

    `skipped` is the length of the prompt in characters; the spans kept count from behind it.
    """
    kept = [at for at, (start, end) in enumerate(spans) if end > max(start, skipped)]
    places = [(max(spans[at][0] - skipped, 0), spans[at][1] - skipped) for at in kept]
    return Tokens(vectors=unit_rows(states[kept]), spans=places)


def listed(rows: Vectors) -> list[list[float]]:
    """Return the rows as lists of Python floats."""
    result: list[list[float]] = rows.tolist()
    return result

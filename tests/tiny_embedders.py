"""Tiny sentence-transformers models with random weights, saved to a folder as real ones are, for tests."""

import json
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, StaticEmbedding, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel, BertTokenizer, CanineConfig, CanineModel, CanineTokenizer

MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["query", "passage", ":", ".", "the", "experts", "price", "work", "kpo", "bpo", "is", "needs"]
LETTERS = [chr(at) for at in range(ord("a"), ord("z") + 1)]


def save_bert(
    folder: Path, *, dimension: int = 24, prompts: dict[str, str] | None = None, seed: int = 1
) -> Path:
    """Save a BERT of one layer that reads 32 tokens; return its folder."""
    base = folder / "base"
    base.mkdir(parents=True)
    vocabulary = [*MARKS, *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    (base / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizer(str(base / "vocab.txt")).save_pretrained(base)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=dimension, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(base)
    return _save(folder, Transformer(str(base), max_seq_length=32), prompts)


def save_canine(folder: Path) -> Path:
    """Save a model whose tokenizer is written in Python and does not tell where its tokens stand."""
    base = folder / "base"
    base.mkdir(parents=True)
    torch.manual_seed(1)
    config = CanineConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_hash_buckets=64,
        max_position_embeddings=256, local_transformer_stride=16,
    )  # fmt: skip
    CanineModel(config).save_pretrained(base)
    CanineTokenizer().save_pretrained(base)  # type: ignore[no-untyped-call]
    return _save(folder, Transformer(str(base)), None)


def save_static(folder: Path, dimension: int = 16) -> Path:
    """Save a model that is a table of word vectors."""
    tokenizer = Tokenizer(
        WordLevel({word: at for at, word in enumerate([*MARKS, *WORDS])}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = Whitespace()
    torch.manual_seed(1)
    table = StaticEmbedding(tokenizer, embedding_weights=torch.randn(len(MARKS) + len(WORDS), dimension))
    SentenceTransformer(modules=[table], device="cpu").save(str(folder / "model"))
    return folder / "model"


def with_own_code(folder: Path) -> Path:
    """Turn a saved model into one that brings a module of its own."""
    path = folder / "modules.json"
    modules: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    modules[0]["type"] = "own_module.Own"
    path.write_text(json.dumps(modules), encoding="utf-8")
    (folder / "own_module.py").write_text("raise SystemExit('a stranger ran')\n", encoding="utf-8")
    return folder


def _save(folder: Path, transformer: Any, prompts: dict[str, str] | None) -> Path:
    pooling = Pooling(transformer.get_embedding_dimension())
    SentenceTransformer(modules=[transformer, pooling], prompts=prompts, device="cpu").save(
        str(folder / "model")
    )
    return folder / "model"

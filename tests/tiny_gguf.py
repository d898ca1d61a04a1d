"""Write GGUF files of tiny models with random weights, one for each architecture and type of weights."""

import struct
from pathlib import Path
from typing import Any

import numpy as np

TYPES = {
    "F32": 0,
    "F16": 1,
    "Q4_0": 2,
    "Q4_1": 3,
    "Q5_0": 6,
    "Q8_0": 8,
    "Q4_K": 12,
    "Q5_K": 13,
    "Q6_K": 14,
    "BF16": 30,
}
BLOCKS = {  # weights and bytes of a block, and where in it stand the 16-bit scales
    "Q4_0": (32, 18, (0,)), "Q4_1": (32, 20, (0, 2)), "Q5_0": (32, 22, (0,)), "Q8_0": (32, 34, (0,)),
    "Q4_K": (256, 144, (0, 2)), "Q5_K": (256, 176, (0, 2)), "Q6_K": (256, 210, (208,)),
}  # fmt: skip
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
HIDDEN, HEADS, KV_HEADS, INNER, LAYERS = 256, 4, 2, 256, 1


def byte_tokens() -> list[str]:
    """Return the letters that stand for the 256 bytes in a vocabulary of byte pairs."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(code) for code in plain] + [chr(256 + n) for n in range(256 - len(plain))]


def write_gguf(path: Path, architecture: str = "llama", kind: str = "Q8_0", **said: Any) -> Path:
    """Write a model; `said` goes over what the file says of itself by key, None leaves a key out."""
    rng = np.random.default_rng(7)
    tokens = [*SPECIAL, *byte_tokens(), "\u0120t"]
    size = HIDDEN // HEADS
    head: dict[str, Any] = {
        "general.architecture": architecture,
        "general.name": f"Tiny {architecture}",
        "general.file_type": {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q4_K": 15, "Q6_K": 18}.get(kind, 1),
        f"{architecture}.context_length": 2048,
        f"{architecture}.embedding_length": HIDDEN,
        f"{architecture}.block_count": LAYERS,
        f"{architecture}.feed_forward_length": INNER,
        f"{architecture}.attention.head_count": HEADS,
        f"{architecture}.attention.head_count_kv": KV_HEADS,
        f"{architecture}.attention.layer_norm_rms_epsilon": 1e-5,
        f"{architecture}.rope.freq_base": 10000.0,
        f"{architecture}.rope.dimension_count": size,
        **({"qwen3.attention.key_length": size, "qwen3.attention.value_length": size} if architecture == "qwen3" else {}),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm" if architecture == "llama" else "qwen2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3] * len(SPECIAL) + [1] * (len(tokens) - len(SPECIAL)),
        "tokenizer.ggml.merges": ["\u0120 t"],
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.padding_token_id": 2,
        "tokenizer.chat_template": TEMPLATE,
        **said,
    }  # fmt: skip
    head = {key: value for key, value in head.items() if value is not None}
    tensors = _tensors(architecture, len(tokens), size)
    data, listing = b"", b""
    for name, shape in tensors:
        stored = "F32" if len(shape) == 1 else kind
        part = _weights(rng, shape, stored)
        listing += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *reversed(shape))
        listing += struct.pack("<IQ", TYPES[stored], len(data))
        data += part + bytes(-len(part) % 32)
    out = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(head))
    out += b"".join(_text(key) + _value(value) for key, value in head.items()) + listing
    path.write_bytes(out + bytes(-len(out) % 32) + data)
    return path


def _tensors(architecture: str, vocabulary: int, size: int) -> list[tuple[str, tuple[int, ...]]]:
    found: list[tuple[str, tuple[int, ...]]] = [("token_embd.weight", (vocabulary, HIDDEN)), ("output_norm.weight", (HIDDEN,))]  # fmt: skip
    for n in range(LAYERS):
        at = f"blk.{n}."
        narrow = size * KV_HEADS
        found += [(f"{at}attn_norm.weight", (HIDDEN,)), (f"{at}ffn_norm.weight", (HIDDEN,))]
        found += [(f"{at}attn_q.weight", (HIDDEN, HIDDEN)), (f"{at}attn_output.weight", (HIDDEN, HIDDEN))]
        found += [(f"{at}attn_k.weight", (narrow, HIDDEN)), (f"{at}attn_v.weight", (narrow, HIDDEN))]
        found += [(f"{at}ffn_{one}.weight", (INNER, HIDDEN)) for one in ("gate", "up")]
        found += [(f"{at}ffn_down.weight", (HIDDEN, INNER))]
        if architecture == "qwen2":
            found += [
                (f"{at}attn_{one}.bias", (wide,))
                for one, wide in (("q", HIDDEN), ("k", narrow), ("v", narrow))
            ]
        if architecture == "qwen3":
            found += [(f"{at}attn_{one}_norm.weight", (size,)) for one in ("q", "k")]
    return found


def _weights(rng: np.random.Generator, shape: tuple[int, ...], kind: str) -> bytes:
    count = int(np.prod(shape))
    if len(shape) == 1:
        return np.ones(count, np.float32).tobytes()
    if kind not in BLOCKS:
        drawn = rng.normal(0, 0.05, count).astype(np.float32)
        if kind == "BF16":
            return (drawn.view(np.uint32) >> 16).astype(np.uint16).tobytes()
        return drawn.astype(np.float16 if kind == "F16" else np.float32).tobytes()
    per, wide, scales = BLOCKS[kind]
    blocks = rng.integers(0, 64, (count // per, wide), dtype=np.uint8)
    for at in scales:
        blocks[:, at : at + 2] = np.frombuffer(np.float16(0.001).tobytes(), np.uint8)
    return blocks.tobytes()


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    kind, body = (8, b"".join(map(_text, value))) if isinstance(value[0], str) else (5, struct.pack(f"<{len(value)}i", *value))  # fmt: skip
    return struct.pack("<IIQ", 9, kind, len(value)) + body

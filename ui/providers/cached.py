"""Tell which models lie in the Hugging Face cache of this machine, by their small files alone; nothing is loaded."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

MAX_BYTES = 8_000_000  # of a file that is read
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?", re.ASCII)
Kind = Literal["chat", "embedder"]


@dataclass(frozen=True, kw_only=True)
class Cached:
    """A model in the cache, and what it can do."""

    name: str  # ORGANISATION/NAME
    kind: Kind


def cached_models(cache: Path | None = None) -> list[Cached]:
    """Return the chat models and embedders in the cache, by kind and name; others are left out.

    An embedder is a sentence-transformers folder. A chat model writes text and has a template for talk.
    """
    if cache is None:
        from huggingface_hub.constants import HF_HUB_CACHE

        cache = Path(HF_HUB_CACHE)
    found = []
    for folder in sorted(cache.glob("models--*")):
        name = folder.name.removeprefix("models--").replace("--", "/", 1)
        snapshot = _snapshot(folder)
        if snapshot and _NAME.fullmatch(name) and (kind := _kind(snapshot)):
            found.append(Cached(name=name, kind=kind))
    return sorted(found, key=lambda item: (item.kind, item.name))


def _snapshot(folder: Path) -> Path | None:
    """Return the folder of the revision that the cache would load; None where there is none."""
    try:
        revision = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    snapshot = folder / "snapshots" / revision
    return snapshot if re.fullmatch(r"[\w.-]+", revision) and snapshot.is_dir() else None


def _kind(snapshot: Path) -> Kind | None:
    if not any(any(snapshot.rglob(f"*.{ending}")) for ending in ("safetensors", "bin")):
        return None  # only its description was fetched
    if (snapshot / "modules.json").is_file():
        return "embedder"
    architectures = _read(snapshot / "config.json").get("architectures")
    names = architectures if isinstance(architectures, list) else []
    writes = any(str(name).endswith("ForCausalLM") for name in names)
    template = (snapshot / "chat_template.jinja").is_file() or bool(
        _read(snapshot / "tokenizer_config.json").get("chat_template")
    )
    return "chat" if writes and template else None


def _read(path: Path) -> dict[str, Any]:
    """Return a JSON object; {} for a file that is missing, too large or none, since a stranger wrote it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}

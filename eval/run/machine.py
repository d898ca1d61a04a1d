"""Say what a run was made with: versions, hashes, machine."""

import hashlib
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.address import bare_address
from assistant.core.settings import Settings
from assistant.index.thresholds import package_version, program_version

if TYPE_CHECKING:
    from assistant.index.store import Store

PACKAGES = ("chromadb", "langchain-core", "numpy", "openvino-genai", "sentence-transformers", "torch")
LEFT_OUT = {"data_dir", "store", "model_timeout_s"}  # say where and how long, not what


def versions() -> dict[str, str]:
    """Return the version of Python, of this program and of what it stands on."""
    found = {"python": platform.python_version(), "bpo-kpo-assistant": program_version()}
    return found | {name: package_version(name) or "not installed" for name in PACKAGES}


def machine() -> dict[str, Any]:
    """Return the system, the processor and how many cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"system": f"{platform.system()} {platform.machine()}", "processor": processor(), "cores": cores}


def processor() -> str:
    """Return the processor's name, as far as the system tells."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or "unknown"


def told_settings(settings: Settings, model: str) -> dict[str, Any]:
    """Return the settings that decide what is answered, with the model that drafts; no folder, no secret in an address."""
    body = settings.model_dump(mode="json", exclude=LEFT_OUT) | {"model": model}
    return body | {"base_url": bare_address(settings.base_url)}


def told_index(store: "Store") -> dict[str, Any]:
    """Return what the index holds: its identity and the hash of each document."""
    documents = store.manifest.documents
    return {
        "id": store.manifest.index_id,
        "documents": {doc_id: documents[doc_id].sha256 for doc_id in sorted(documents)}
        if len(documents) <= 200
        else len(documents),
        "chunks": sum(entry.chunks for entry in documents.values()),
    }


def fingerprint(parts: Mapping[str, Any] | Sequence[Any]) -> str:
    """Hash plain JSON types, whatever the order of keys: 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

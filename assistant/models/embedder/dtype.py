"""Pick the number format an embedder runs fastest in on this processor: measured once, then remembered."""

import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Load = Callable[[str], "SentenceTransformer"]

WORTH_IT = 1.2  # bfloat16 costs a little precision, so it has to be this much faster
SAMPLE = [
    "A provider that does work for others answers for its quality, its cost and its timing. " * copies
    for copies in (1, 2, 3, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7, 8, 8)
]

logger = logging.getLogger(__name__)


def remembered_dtype(load: Load, sha256: str, memory: Path) -> str:
    """Return the faster number format for this processor and model, measured once and kept in `memory`."""
    key = f"{processor()}, {sha256[:12]}"
    known = read_json(memory)
    if known.get(key) in ("float32", "bfloat16"):
        return str(known[key])
    dtype = faster_dtype(load)
    try:
        write_json(memory, known | {key: dtype})
    except OSError as error:
        logger.warning("the choice of %s could not be kept: %s", dtype, error)
    return dtype


def faster_dtype(load: Load) -> str:
    """Measure both number formats on typical texts; bfloat16 must be clearly faster to be chosen."""
    best = {}
    for dtype in ("float32", "bfloat16"):
        model = load(dtype)
        model.encode(SAMPLE[:2], show_progress_bar=False)
        best[dtype] = min(_seconds(model) for _ in range(2))
    return "bfloat16" if best["float32"] > WORTH_IT * best["bfloat16"] else "float32"


def _seconds(model: "SentenceTransformer") -> float:
    start = time.perf_counter()
    model.encode(SAMPLE, show_progress_bar=False)
    return time.perf_counter() - start


def processor() -> str:
    """Name what decides the speed of a number format: processor, its instruction set, torch's version."""
    import platform

    import torch

    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists() and (match := re.search(r"model name\s*: (.+)", cpuinfo.read_text())):
        name = match[1]
    return f"{name}, {torch.backends.cpu.get_cpu_capability()}, torch {torch.__version__}"


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing or broken file is an empty one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON object in one step: readers see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

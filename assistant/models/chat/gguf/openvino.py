"""Open a GGUF file in OpenVINO; where a converted copy is kept, later loads are faster."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.models.chat.gguf.exact import make_exact, version


def open_pipeline(weights: Path, cache: Path | None = None, *, exact: bool = False) -> Any:
    """Return the LLMPipeline of a GGUF file. Raises RuntimeError as OpenVINO does for a file it cannot read.

    A folder in `cache` keeps the copy; it carries OpenVINO's version, since the format may change. `exact` is for the
    embedded model: the copy gets its exact weights, with what it was taught.
    """
    import openvino_genai

    if cache is None:
        return _passing(weights, exact=exact)
    name = f"{weights.stem}-openvino-{openvino_genai.__version__}{f'-{version()}' if exact else ''}"
    kept = cache / name
    if (kept / "openvino_model.xml").exists():
        try:
            return openvino_genai.LLMPipeline(str(kept), "CPU")
        except RuntimeError:  # damaged, or being removed by another version: made anew
            shutil.rmtree(kept, ignore_errors=True)
    try:
        scratch = Path(tempfile.mkdtemp(dir=cache, prefix=".convert-"))
    except OSError:  # a data folder that cannot be written still holds a model that can be read
        return _passing(weights, exact=exact)
    try:
        try:
            pipeline = _converted(weights, scratch, exact=exact)
        except (OSError, RuntimeError):  # the library's own for a full disk; what cannot be read fails again
            return _passing(weights, exact=exact)
        with suppress(OSError):  # another process was first, or Windows holds the files open: next time then
            scratch.chmod(0o755)
            scratch.rename(kept)
        return pipeline or openvino_genai.LLMPipeline(str(kept if kept.exists() else scratch), "CPU")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _passing(weights: Path, *, exact: bool) -> Any:
    """Open a file of which no copy can be kept; the exact weights pass through the system's temporary folder."""
    import openvino_genai

    if not exact:
        return openvino_genai.LLMPipeline(str(weights), "CPU")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        _converted(weights, Path(scratch), exact=True)
        return openvino_genai.LLMPipeline(scratch, "CPU")


def _converted(weights: Path, scratch: Path, *, exact: bool) -> Any:
    """Convert a file in a folder; return its pipeline, or None where the copy in the folder was made exact."""
    import openvino_genai

    linked = scratch / weights.name
    try:
        os.link(weights, linked)
    except OSError:
        shutil.copyfile(weights, linked)
    pipeline = openvino_genai.LLMPipeline(str(linked), "CPU", enable_save_ov_model=True)
    linked.unlink()
    if not exact:
        return pipeline
    del pipeline
    make_exact(scratch, weights)
    return None

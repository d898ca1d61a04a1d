"""Open a GGUF file in OpenVINO; where a converted copy is kept, later loads are faster."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.models.chat.gguf.exact import make_exact, version
from assistant.models.chat.gguf.weights import GGUF_NAME


def open_pipeline(weights: Path, cache: Path | None = None) -> Any:
    """Return the LLMPipeline of a GGUF file. Raises RuntimeError as OpenVINO does for a file it cannot read.

    A folder in `cache` keeps the copy; it carries OpenVINO's version, since the format may change, and which steps the
    embedded model was taught.
    """
    import openvino_genai

    embedded = weights.name == GGUF_NAME
    if cache is None and not embedded:
        return openvino_genai.LLMPipeline(str(weights), "CPU")
    taught = f"-{version()}" if embedded else ""
    name = f"{weights.stem}-openvino-{openvino_genai.__version__}{taught}"
    if cache is not None and (cache / name / "openvino_model.xml").exists():
        return openvino_genai.LLMPipeline(str(cache / name), "CPU")
    try:
        scratch = Path(tempfile.mkdtemp(dir=cache, prefix=".convert-"))
    except OSError:  # a data folder that cannot be written still holds a model that can be read
        if not embedded:
            return openvino_genai.LLMPipeline(str(weights), "CPU")
        cache, scratch = None, Path(tempfile.mkdtemp(prefix=".convert-"))
    try:
        pipeline = _converted(weights, scratch, embedded=embedded)
        if cache is not None:
            with suppress(
                OSError
            ):  # another process was first, or Windows holds the files open: next time then
                scratch.rename(cache / name)
            for old in cache.glob(f"{weights.stem}-openvino-*"):  # of earlier versions
                if old.name != name:
                    shutil.rmtree(old, ignore_errors=True)
        return pipeline
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _converted(weights: Path, scratch: Path, *, embedded: bool) -> Any:
    """Convert a file in a folder and return the pipeline, the embedded model's with its exact weights."""
    import openvino_genai

    linked = scratch / weights.name
    try:
        os.link(weights, linked)
    except OSError:
        shutil.copyfile(weights, linked)
    pipeline = openvino_genai.LLMPipeline(str(linked), "CPU", enable_save_ov_model=True)
    linked.unlink()
    if not embedded:
        return pipeline
    del pipeline
    make_exact(scratch, weights)
    return openvino_genai.LLMPipeline(str(scratch), "CPU")

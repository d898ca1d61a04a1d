"""Open a GGUF file in OpenVINO; where a converted copy is kept, later loads are faster."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any


def open_pipeline(weights: Path, cache: Path | None = None) -> Any:
    """Return the LLMPipeline of a GGUF file. Raises RuntimeError as OpenVINO does for a file it cannot read.

    A folder in `cache` keeps the copy; it carries OpenVINO's version, since the format may change.
    """
    import openvino_genai

    if cache is None:
        return openvino_genai.LLMPipeline(str(weights), "CPU")
    saved = cache / f"{weights.stem}-openvino-{openvino_genai.__version__}"
    if (saved / "openvino_model.xml").exists():
        return openvino_genai.LLMPipeline(str(saved), "CPU")
    try:
        scratch = Path(tempfile.mkdtemp(dir=cache, prefix=".convert-"))
    except OSError:  # a data folder that cannot be written still holds a model that can be read
        return openvino_genai.LLMPipeline(str(weights), "CPU")
    try:
        linked = scratch / weights.name
        try:
            os.link(weights, linked)
        except OSError:
            shutil.copyfile(weights, linked)
        pipeline = openvino_genai.LLMPipeline(str(linked), "CPU", enable_save_ov_model=True)
        linked.unlink()
        with suppress(OSError):  # another process was first, or Windows holds the files open: next time then
            scratch.rename(saved)
        return pipeline
    finally:
        shutil.rmtree(scratch, ignore_errors=True)

"""The models that `bpo-kpo setup --model NAME` fetches, and where a GGUF model named in the settings lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.errors import ModelError

if TYPE_CHECKING:  # the help needs the names only, and settings are slow to load
    from assistant.core.settings import Settings

GGUF = "gguf:"  # what a model starts with that is run from a GGUF file


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A model of the list, as its GGUF file on Hugging Face: size in bytes, memory in GB while it answers."""

    name: str
    title: str
    repo: str
    file: str
    size: int
    licence: str
    memory_gb: float

    @property
    def about(self) -> str:
        """Return title, size, licence and memory in one line."""
        return f"{self.title}, {self.size / 1e9:.1f} GB to fetch, {self.licence}, {self.memory_gb:g} GB of memory"


# Of each size one under a free licence in a form that OpenVINO reads (`assistant.models.chat.gguf.header`); the well-known
# models of 3 billion weights are under licences of their own, or of an architecture that it does not read.
LISTED = (
    Listed(
        name="qwen2.5-0.5b",
        title="Qwen2.5-0.5B-Instruct (Q8_0)",
        repo="Qwen/Qwen2.5-0.5B-Instruct-GGUF",
        file="qwen2.5-0.5b-instruct-q8_0.gguf",
        size=675_710_816,
        licence="Apache-2.0",
        memory_gb=1.5,
    ),
    Listed(
        name="qwen2.5-1.5b",
        title="Qwen2.5-1.5B-Instruct (Q4_K_M)",
        repo="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_736,
        licence="Apache-2.0",
        memory_gb=3,
    ),
    Listed(
        name="smollm2-1.7b",
        title="SmolLM2-1.7B-Instruct (Q4_K_M)",
        repo="HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
        file="smollm2-1.7b-instruct-q4_k_m.gguf",
        size=1_055_609_824,
        licence="Apache-2.0",
        memory_gb=3,
    ),
    Listed(
        name="qwen3-4b",
        title="Qwen3-4B-Instruct-2507 (Q4_K_M)",
        repo="unsloth/Qwen3-4B-Instruct-2507-GGUF",
        file="Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
        size=2_497_281_120,
        licence="Apache-2.0",
        memory_gb=5,
    ),
)


def listed(name: str) -> Listed | None:
    """Return the model of the list that has this name, with or without `gguf:` before it."""
    return next((item for item in LISTED if item.name == name.removeprefix(GGUF)), None)


def gguf_path(settings: "Settings", name: str) -> Path:
    """Return where the file of `gguf:NAME` or `gguf:PATH` lies. Raises ModelError where there is none."""
    item = listed(name)
    path = settings.weights_dir / item.file if item else Path(name.removeprefix(GGUF))
    if path.is_file():
        return path
    if item:
        raise ModelError(
            f"{item.title} is not in {settings.weights_dir}: run `bpo-kpo setup --model {item.name}`"
        )
    raise ModelError(
        f"{GGUF}{path} names no file: give the path of a GGUF file, or one of {', '.join(one.name for one in LISTED)}"
    )

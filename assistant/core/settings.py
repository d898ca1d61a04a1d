"""Configuration: one frozen object, loaded at the edge from arguments and BPO_KPO_* variables."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.core.address import guarded, is_address, is_own
from assistant.core.chosen import chosen_model
from assistant.core.errors import SettingsError
from assistant.core.place import ServerAddress, read_place

EMBEDDED_MODEL = "embedded:smollm2-135m-instruct"
DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
BUNDLED_CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def usual_data_dir() -> Path:
    """Return the folder that is written to unless another is named."""
    return user_data_path("bpo-kpo", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set; `bpo-kpo config` prints the values in force."""

    model_config = SettingsConfigDict(
        env_prefix="BPO_KPO_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(
        default_factory=usual_data_dir,
        description="Folder that holds everything the product writes: weights, indexes, conversations.",
    )
    store: str | None = Field(
        None,
        description="Where indexes are kept: a folder (empty: in data_dir), or the address of a Chroma server that several "
        "share, such as chroma+http://HOST:PORT.",
    )
    index: str = Field("default", description="Name of the index to read and write.")
    model: str = Field(
        "none",
        description="Chat model: none (quotations alone), embedded, gguf:NAME_OR_PATH, or PROVIDER:NAME as LangChain "
        "names it; unset, what `bpo-kpo setup --model` chose.",
    )
    base_url: str | None = Field(
        None,
        description="Address of the model's server: OpenAI-compatible, Ollama, or an endpoint of Hugging Face.",
    )
    model_timeout_s: float = Field(60.0, gt=0, description="Seconds a model may take for one answer.")
    max_draft_tokens: int | None = Field(
        None,
        ge=16,
        le=4096,
        description="Tokens a model that runs in this process may draft; empty: 96 for the embedded one, else 512.",
    )
    draft_form: str = Field(
        "auto",
        description="Form of a draft: structured (JSON sentences that name their evidence), markers (prose), or auto.",
    )
    embedder: str = Field(
        DEFAULT_EMBEDDER,
        description="Embedding model: the packaged one, or a sentence-transformers name or path.",
    )
    dtype: str = Field(
        "auto", description="Embedder number format: auto (compiled, or the faster one), float32, bfloat16."
    )
    passages: int = Field(8, ge=1, le=50, description="Passages retrieved for a question.")
    evidence: int = Field(
        6, ge=1, le=20, description="Sentences chosen as evidence for a part of the question."
    )
    min_evidence: float = Field(
        0.55,
        ge=0,
        le=1,
        description="Score the best evidence sentence must reach to be shown as the answer.",
    )
    min_unsure: float = Field(
        0.08,
        ge=0,
        le=1,
        description="Score below that from which the best sentences are shown as what may answer; else declined.",
    )
    min_support: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of a model's sentence, by its words, that its evidence must hold for the rules to support it.",
    )
    strict: bool | None = Field(
        None,
        description="Hide a model's sentences that are only likely; empty: hidden for the embedded model, else marked.",
    )
    checker: str = Field(
        "auto",
        description="Who decides what the embedded judge is not sure of: auto (the model that writes, unless it runs in this process), "
        "judge (nobody), "
        "cross-encoder:NAME_OR_PATH, llm or llm:PROVIDER:NAME.",
    )

    contrasts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description='Further subjects not to be exchanged, as JSON: ["captive / third party", ...].'
    )

    @field_validator("contrasts", mode="before")
    @classmethod
    def _pairs_of_subjects(cls, value: Any) -> Any:
        try:
            entries = json.loads(value) if isinstance(value, str) else list(value)
        except (ValueError, TypeError, RecursionError):
            entries = None
        if not isinstance(entries, list) or not all(map(_is_pair, entries)):
            raise ValueError('give a list of pairs such as ["captive / third party"], " / " between the two')
        return tuple(entries)

    @field_validator("model")
    @classmethod
    def _whole_name(cls, value: str) -> str:
        provider, _, name = value.partition(":")
        if provider == "gguf" and (os.sep in name or "/" in name or name.endswith(".gguf")):
            return f"gguf:{os.path.abspath(os.path.expanduser(name))}"  # noqa: PTH100, PTH111 - as below
        return EMBEDDED_MODEL if value == "embedded" else value

    @field_validator("store")
    @classmethod
    def _kept_there(cls, value: str | None) -> str | None:
        if not value:
            return None
        place = read_place(value)
        if isinstance(place, Path):
            return str(place)
        if not place.tls and place.token and not is_own(place.host):
            raise ValueError("a token is only sent over chroma+https, or to this machine")
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value and not is_address(value):
            raise ValueError("give one like http://localhost:8000/v1")
        return value or None

    @field_validator("embedder")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.strip():
            raise ValueError(f"give a name or a path, such as {DEFAULT_EMBEDDER}")
        return os.path.expanduser(value)  # noqa: PTH111 - pathlib fails where there is no such user

    @field_validator("index")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", value):
            raise ValueError("use letters, digits, dot, dash and underscore, at most 64 of them")
        return value

    @field_validator("dtype")
    @classmethod
    def _known_dtype(cls, value: str) -> str:
        if value not in ("auto", "float32", "bfloat16"):
            raise ValueError("use auto, float32 or bfloat16")
        return value

    @field_validator("draft_form")
    @classmethod
    def _known_form(cls, value: str) -> str:
        if value not in ("auto", "structured", "markers"):
            raise ValueError("use auto, structured or markers")
        return value

    @field_validator("checker")
    @classmethod
    def _known_checker(cls, value: str) -> str:
        kind, colon, name = value.partition(":")
        named = bool(name.strip()) and kind in ("cross-encoder", "llm")
        if not named and (colon or kind not in ("auto", "judge", "llm")):
            raise ValueError("use auto, judge, cross-encoder:NAME_OR_PATH, llm or llm:PROVIDER:NAME")
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        path = Path(os.path.expanduser(value)).absolute()  # noqa: PTH111 - as above
        there = next((place for place in (path, *path.parents) if os.path.exists(place)), path)  # noqa: PTH110 - as above
        if os.path.exists(there) and not there.is_dir():  # noqa: PTH110
            raise ValueError(f"{there} is no folder, so give one to keep data in")
        return path

    @property
    def drafts(self) -> bool:
        """Tell whether a model writes; else answers are quotations."""
        return self.model != "none"

    @property
    def in_process(self) -> bool:
        """Tell whether the model runs in this process, from a GGUF file: it writes, and judges only when told to."""
        return self.model.partition(":")[0] in ("embedded", "gguf")

    @property
    def small_model(self) -> bool:
        """Tell whether the model is the embedded one, which reads few sentences and judges nothing."""
        return self.model.partition(":")[0] == "embedded"

    @property
    def model_judges(self) -> bool:
        """Tell whether the model is asked about sentences that the judge is not sure of.

        One that runs in this process is so only where the checker says `llm`: it takes long, and errs.
        """
        return (self.checker == "llm" and not self.small_model) or (
            self.checker == "auto" and not self.in_process
        )

    @property
    def hides_unverified(self) -> bool:
        """Tell whether a model's sentences that are only likely are hidden."""
        return self.small_model if self.strict is None else self.strict

    @property
    def weights_dir(self) -> Path:
        """Folder of the unpacked model weights."""
        return self.data_dir / "weights"

    @property
    def server(self) -> ServerAddress | None:
        """The server that keeps the indexes, None where a folder does."""
        place = read_place(self.store) if self.store else None
        return place if isinstance(place, ServerAddress) else None

    @property
    def indexes_dir(self) -> Path:
        """Folder of the indexes; where a server keeps them, of what this machine has read of them."""
        if self.server:
            return self.data_dir / "shared" / self.server.folder
        return Path(self.store) if self.store else self.data_dir / "indexes"

    @property
    def index_dir(self) -> Path:
        """Folder of the index in force."""
        return self.indexes_dir / self.index


def _is_pair(entry: Any) -> bool:
    sides = entry.split(" / ") if isinstance(entry, str) else []
    plain = [side.strip().lower() for side in sides]
    return len(plain) == 2 and all(re.search(r"\w", side) for side in plain) and plain[0] != plain[1]


def load_settings(**overrides: Any) -> Settings:
    """Build the settings from the environment and the given values; None means "not given".

    A model that nobody named is the one chosen for the data folder. Raises SettingsError naming each bad value and
    where it came from.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)
        if "model" not in settings.model_fields_set and (chosen := chosen_model(settings.data_dir)):
            settings = Settings(**given, model=chosen)
            settings.model_fields_set.discard("model")  # it stays a default
        return settings
    except ValidationError as error:
        lines = []
        for item in error.errors():
            name = str(item["loc"][0]) if item["loc"] else "settings"
            flag = f"--{name.replace('_', '-')}" if name in given else f"BPO_KPO_{name.upper()}"
            message = _needed(name) if item["type"] in _NUMBERS else item["msg"].removeprefix("Value error, ")
            value = (
                guarded(item["input"])
                if name in ("base_url", "store") and isinstance(item["input"], str)
                else item["input"]
            )
            lines.append(f"{flag} is {value!r}: {message}")
        raise SettingsError("; ".join(lines)) from None


_NUMBERS = frozenset(
    f"{kind}_{what}" for kind in ("int", "float") for what in ("parsing", "type", "from_float")
) | {
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "finite_number",
}  # of pydantic's errors


def _needed(name: str) -> str:
    """Say which numbers a setting takes: "needed is a number from 0 to 1"."""
    field = Settings.model_fields[name]
    limits = {
        what: getattr(item, what)
        for item in field.metadata
        for what in ("ge", "gt", "le")
        if hasattr(item, what)
    }
    low = f" from {limits['ge']}" if "ge" in limits else f" above {limits['gt']}" if "gt" in limits else ""
    high = f" to {limits['le']}" if "le" in limits else ""
    return f"needed is a {'whole ' if field.annotation is int else ''}number{low}{high}"


def silence_libraries(*, fetching: bool = False) -> None:
    """Switch off telemetry, hub look-ups, progress noise and numpy's threads; call before heavy imports.

    Look-ups stay possible where something was asked to be fetched.
    """
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",  # chromadb
        **({} if fetching else {"HF_HUB_OFFLINE": "1"}),
        "HF_HUB_DISABLE_XET": "1",  # whose downloads go to other hosts
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "DO_NOT_TRACK": "1",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "OPENBLAS_NUM_THREADS": "1",  # numpy's products are small here, and its threads wait in a loop for more
    }.items():
        os.environ.setdefault(name, value)
    # OpenVINO's converter reports usage unless its telemetry package is absent
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

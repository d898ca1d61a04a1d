"""Who writes the answers as the settings stand: said once, for the command line, the page and reports."""

import os
from dataclasses import asdict, dataclass
from typing import Any

from assistant.core.address import bare_address
from assistant.core.chosen import chosen_model
from assistant.core.errors import ModelError
from assistant.core.settings import EMBEDDED_MODEL, Settings
from assistant.models.chat.gguf.catalog import listed
from assistant.models.chat.load import load_chat_model

VARIABLE = "BPO_KPO_MODEL"


@dataclass(frozen=True, kw_only=True)
class Answering:
    """The model that writes, "none" for quotations alone; where that was set; what it lacks to be used, "" for nothing."""

    model: str
    title: str
    whence: str
    lacks: str = ""

    @property
    def line(self) -> str:
        """Say it in one line."""
        if self.model == "none":
            return f"Answers are quotations from the articles; no model writes ({self.whence})."
        if self.lacks:
            return (
                f"Answers are quotations, because {self.title} ({self.whence}) cannot be used: {self.lacks}"
            )
        return f"Answers are written by {self.title} ({self.whence}); each sentence is checked before it is shown."

    def to_dict(self) -> dict[str, Any]:
        """Return the facts and the line as plain JSON types."""
        return {**asdict(self), "line": self.line}


def answering(settings: Settings) -> Answering:
    """Tell who answers. Nothing is loaded into memory and nothing is sent; a server may still not answer later."""
    lacks = ""
    try:
        load_chat_model(settings)
    except ModelError as error:
        lacks = str(error)
    return Answering(model=settings.model, title=title(settings), whence=whence(settings), lacks=lacks)


def title(settings: Settings) -> str:
    """Name the model of the settings, with where it runs."""
    provider, _, name = settings.model.partition(":")
    if provider == "none":
        return "no model"
    if settings.model == EMBEDDED_MODEL:
        return "SmolLM2-135M-Instruct, the embedded model, in this process"
    if provider == "gguf":
        item = listed(name)
        return f"{item.title if item else os.path.basename(name)}, a model in this process"  # noqa: PTH119 - a name may hold any text
    address = bare_address(settings.base_url)
    return f"{settings.model} at {address}" if address else settings.model


def whence(settings: Settings) -> str:
    """Say where the model of the settings was set."""
    if "model" in settings.model_fields_set:
        return f"set by {VARIABLE}" if os.environ.get(VARIABLE) else "named for this start"
    return "chosen by `bpo-kpo setup`" if chosen_model(settings.data_dir) else "the default"

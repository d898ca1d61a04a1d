"""What can be set on the page: models, strictness, and what a choice costs in time."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from assistant.core.address import bare_address
from assistant.core.errors import AssistantError, ModelError, SettingsError
from assistant.core.settings import EMBEDDED_MODEL, Settings, load_settings
from assistant.core.types import Answer
from assistant.index.thresholds import in_force, origin
from assistant.models.chat.in_force import title
from assistant.models.chat.in_force import whence as model_whence
from assistant.models.chat.load import KEYS, load_chat_model
from ui.providers.servers import OLLAMA, WITHOUT_SERVER, list_address, listed_names, ollama_address

LABELS = {
    "model": "Model", "base_url": "Server address", "min_evidence": "Threshold",
    "passages": "Number of passages", "checker": "Checker", "strict": "Sentences not verified",
}  # fmt: skip
LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])


def changed(base: Settings, **values: Any) -> Settings:
    """Return the base settings with other values put in; what is as in the base keeps its origin.

    `base_url=None` takes an address out, `strict=None` leaves it to the model, any other None leaves the base's value.
    Raises SettingsError naming what was given as the page does.
    """
    given = {name: getattr(base, name) for name in base.model_fields_set}
    for name, value in values.items():
        if value is not None and value != getattr(base, name):
            given[name] = value
    try:
        settings = load_settings(**given)
    except SettingsError as error:
        raise SettingsError(_as_on_the_page(str(error))) from None
    if "strict" in values and values["strict"] is None and settings.strict is not None:
        settings = settings.model_copy(update={"strict": None})
    if "base_url" in values and values["base_url"] is None and settings.base_url:
        settings = settings.model_copy(update={"base_url": None})
    return settings


def _as_on_the_page(error: str) -> str:
    """Name the settings in an error as the page does, not as options of the command line."""
    for name, label in LABELS.items():
        error = re.sub(
            rf"(?:--{name.replace('_', '-')}|BPO_KPO_{name.upper()})(?![\w-])", f"“{label}”", error
        )
    return error


def is_chosen(base: Settings, current: Settings) -> bool:
    """Tell whether anything in force was chosen on the page."""
    return any(getattr(current, name) != getattr(base, name) for name in LABELS)


def prove(settings: Settings) -> None:
    """Raise ModelError where the model of the settings cannot be had, as far as that shows without asking it.

    A server on this machine is asked whether it offers the model; no other is sent anything.
    """
    if not settings.drafts:
        return
    load_chat_model(settings)
    provider, _, name = settings.model.partition(":")
    ollama = ollama_address(os.environ.get("OLLAMA_HOST", "")) or OLLAMA
    address = bare_address(settings.base_url) or (ollama if provider == "ollama" else "")
    if provider in WITHOUT_SERVER or urlsplit(address).hostname not in LOOPBACK:
        return
    names = listed_names(list_address(provider, address))
    if names is None:
        raise ModelError(
            f"{settings.model} cannot be reached at {address}: start its server, or choose another model"
        )
    if names and name not in names and f"{name}:latest" not in names:
        raise ModelError(f"{address} does not offer {name!r}: choose one of {', '.join(names[:8])}")


def key_text(model: str, base_url: str | None = None) -> str:
    """Say which environment variable the model's provider takes its key from, and whether it is set; "" for none."""
    variable = KEYS.get(model.partition(":")[0])
    if variable is None:
        return ""
    there = bool(os.environ.get(variable))
    words = f"The key is taken from the environment variable {variable}, which is {'set' if there else 'not set'}."
    if there and base_url:
        words += f" It is sent to {bare_address(base_url)}."
    elif base_url:
        words += " A server of your own may need none."
    return words


def strictness(base: Settings) -> dict[str, float]:
    """Return the three named thresholds: the one in force without a choice, half of it, half way from it to 1.

    Raises InputError for a calibration that is damaged.
    """
    middle = in_force(base).min_evidence
    return {
        "Answer more": round(middle / 2, 3),
        "Balanced": middle,
        "Only when sure": round((1 + middle) / 2, 3),
    }


def step_of(base: Settings, threshold: float) -> str | None:
    """Return the name of a threshold, None for one of one's own."""
    return next((name for name, value in strictness(base).items() if value == threshold), None)


def whence(name: str, base: Settings, current: Settings) -> str:
    """Say where the value of a setting comes from: default, environment, calibrated or chosen here."""
    if getattr(current, name) != getattr(base, name):
        return "chosen here"
    if name == "model" and "model" not in base.model_fields_set:
        return model_whence(base).removeprefix("the ")
    variable = f"BPO_KPO_{name.upper()}"
    if name in base.model_fields_set:
        return f"environment ({variable})" if variable in os.environ else "given when the program was started"
    return origin(current).removeprefix("the ") if name == "min_evidence" else "default"


def model_text(settings: Settings) -> str:
    """Name the model in force in words."""
    return title(settings) if settings.drafts else "Quotations only, no model"


def timings_of(answers: Iterable[Answer], settings: Settings) -> list[Mapping[str, float]]:
    """Return the timings of those answers that the model of the settings was asked for."""
    return [
        answer.timings_s
        for answer in answers
        if answer.model == settings.model and "total" in answer.timings_s
    ]


def cost_text(settings: Settings, timings: Sequence[Mapping[str, float]] = ()) -> str:
    """Say what an answer costs in time: as measured in this session (seconds), else as the README measured it."""
    if timings:
        total = median(item["total"] for item in timings)
        drafting = median(item.get("generate", 0.0) for item in timings)
        count = "1 answer" if len(timings) == 1 else f"{len(timings)} answers"
        words = f"Measured here over {count}: {total:.1f} s an answer"
        return words + (f", {drafting:.1f} s of it the model's." if drafting >= 0.05 else ".")
    words = "About 0.6 s an answer on two cores"
    if settings.model == EMBEDDED_MODEL:
        words += ", and about half a second more for the embedded model"
    elif settings.drafts:
        words += f", and what the model takes, at most {settings.model_timeout_s:g} s"
    if settings.drafts and settings.checker != "judge" and not settings.small_model:
        words += "; what the embedded judge is not sure of goes to a stronger checker, in one more call"
    return f"{words}."


def tried(settings: Settings, choose: Callable[[Settings], None]) -> None:
    """Put settings in force once the model proves to be there; raises AssistantError, and nothing has changed then."""
    try:
        prove(settings)
        choose(settings)
    except AssistantError as error:
        raise type(error)(_as_on_the_page(str(error))) from error

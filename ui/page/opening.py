"""Open what is asked in the background, so that the page stands before it is open, and keep what is in use open."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

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
_openings: OrderedDict[str, Opening[Any]] = OrderedDict()


class Asked(Protocol):
    """What answers questions: an assistant, here or on a server."""

    def ask_stream(
        self, question: str, history: Sequence[Message] = (), articles: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer."""


Open = TypeVar("Open", bound=Asked)


@dataclass(frozen=True, kw_only=True)
class Ways(Generic[Open]):
    """How something is opened, and how questions to begin and to go on with are asked of it."""

    name: str  # for the log
    waiting: str  # said while it is opened and has not said anything yet
    open: Callable[[], Open]  # raises AssistantError
    starters: Callable[[Open], list[str]]
    following: Callable[[Open, Answer, Sequence[Message]], list[str]]


class Opening(Generic[Open]):
    """What is being opened, is open, or cannot be; `starters` is None while they are looked for."""

    def __init__(self, ways: Ways[Open]) -> None:
        self.waiting = ways.waiting
        self.starters: list[str] | None = None
        self.assistant: Open | None = None
        self.error: AssistantError | None = None
        self.ready = threading.Event()  # open, or known to fail
        self._ways = ways

    def get(self) -> Open:
        """Wait until it is open. Raises AssistantError where it cannot be opened."""
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
        """Return questions to go on with."""
        return self._ways.following(self.get(), answer, history)

    def work(self) -> None:
        """Open it, then find the questions to begin with; what goes wrong is kept for the page to say."""
        try:
            silence_libraries()
            self.assistant = self._ways.open()
        except AssistantError as error:
            self.error = error
        except Exception as error:
            logger.exception("%s could not be opened", self._ways.name)
            words = f"Opening failed with {type(error).__name__}; the terminal shows the details."
            self.error = AssistantError(words)
        finally:
            self.ready.set()
        self.starters = self._starters()

    def _starters(self) -> list[str]:
        if self.assistant is None:
            return []
        try:
            return self._ways.starters(self.assistant)
        except AssistantError as error:
            logger.warning("no question to begin with could be found: %s", error)
        except Exception:
            logger.exception("no question to begin with could be found")
        return []


def held(key: str, ways: Ways[Open]) -> Opening[Open]:
    """Return the opening of this key, begun now where there is none; one that failed is tried again."""
    with _lock:
        opening = _openings.get(key)
        if opening is None or (opening.ready.is_set() and opening.error):
            opening = _openings[key] = Opening(ways)
            threading.Thread(target=opening.work, daemon=True).start()
        _openings.move_to_end(key)
        while len(_openings) > KEPT:
            _openings.popitem(last=False)
    return opening


def opening_of(settings: Settings) -> Opening[Assistant]:
    """Return the opening for these settings."""

    def begin() -> Assistant:
        from assistant.assistant import Assistant

        return Assistant.open(settings)

    ways = Ways(
        name=f"the index {settings.index!r}", waiting="Opening the articles", open=begin, starters=_starters,
        following=_following,
    )  # fmt: skip
    return held(settings_key(settings), ways)


def _starters(assistant: Assistant) -> list[str]:
    from assistant.answer.suggest.suggestions import starters

    return starters(assistant)


def _following(assistant: Assistant, answer: Answer, history: Sequence[Message]) -> list[str]:
    from assistant.answer.suggest.suggestions import following

    return following(assistant, answer, history, seconds=CHIPS_S)


def settings_key(settings: Settings) -> str:
    """Tell settings apart, also by what was named on purpose and by the threshold calibrated for their index."""
    return f"{settings!r} {sorted(settings.model_fields_set)} {in_force(settings).min_evidence}"

"""Say in a few words what an answer waits for, from what LangChain's callbacks tell of the run."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables.config import set_config_context

from assistant.core.types import Event

FIND, WRITE, CHECK = "Looking through the articles", "The model is writing", "Checking what it wrote"


class _Stages(BaseCallbackHandler):
    """Tells each stage as it begins."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def on_retriever_start(self, *args: Any, **kwargs: Any) -> None:
        self._tell(FIND)

    def on_chat_model_start(self, *args: Any, **kwargs: Any) -> None:
        self._tell(WRITE)

    def on_chain_start(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("name") == "Checker":
            self._tell(CHECK)


def staged(events: Iterator[Event], tell: Callable[[str], None]) -> Generator[Event, None, None]:
    """Yield the events of an answer, and tell each stage of the work on it as it begins."""
    try:
        with set_config_context({"callbacks": [_Stages(tell)]}) as context:
            while (event := context.run(next, events, None)) is not None:
                yield event
    finally:
        if isinstance(events, Generator):
            events.close()

"""Tell what decides an answer, stage by stage: quiet unless the logger `assistant.explain` is set to INFO."""

import logging
from collections.abc import Callable, Iterable

NAME = "assistant.explain"
MOST = 160  # characters of a sentence that is told
logger = logging.getLogger(NAME)


def explain(stage: str, lines: Callable[[], Iterable[str]]) -> None:
    """Log the lines of a stage ("read", "found", "scored", "decided", "checked"); they are made only if heard."""
    if logger.isEnabledFor(logging.INFO):
        for line in lines():
            words = " ".join(line.split())
            logger.info("%s: %s", stage, words if len(words) <= MOST else f"{words[: MOST - 3]}...")

"""The shape of a case in the making."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.text.quantities.read import Quantity
from eval.cases.build.statement import Clause
from eval.cases.build.texts import Sentence

Match = Literal["value", "words", "subject", "none"]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A question made from real sentences, not yet checked.

    `about` holds the words that name what is asked, without the answer; "": the question does. Other sentences state
    the same fact, and become gold too, by `match`: they hold `about` and the same value (`quantity`, or one of `held`); `about` and
    something that `cue` matches ("words"); they open with `about` ("subject"); or no others are looked for.
    """

    kind: str
    question: str
    sources: tuple[Sentence, ...]
    about: str = ""
    match: Match = "value"
    answers: tuple[str, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    quantity: Quantity | None = None
    held: tuple[str, ...] = ()
    cue: re.Pattern[str] | None = None
    every: bool = False  # the full answer needs each source
    clause: Clause | None = None

    @property
    def subject(self) -> str:
        """The words that name what is asked."""
        return self.about or self.question

    @property
    def sentence(self) -> Sentence:
        """The sentence it was made from first."""
        return self.sources[0]

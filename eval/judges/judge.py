"""What a judge is, and what it says of a claim."""

from collections.abc import Sequence
from typing import Protocol

from assistant.check.pairs import Pair
from assistant.core.types import Verdict

Said = tuple[Verdict, float, str | None]  # verdict, score (0 to 1), an LLM's reply word for word


class Judge(Protocol):
    """Anything that says of claims whether their evidence supports them."""

    name: str

    def judge(self, pairs: Sequence[Pair]) -> list[Said]:
        """Judge each pair, in order; "unjudged" where there is no verdict."""
        ...

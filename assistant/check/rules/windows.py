"""Cut evidence into windows of one or two sentences and see how much of a claim each holds."""

from dataclasses import dataclass
from functools import lru_cache

from assistant.check.quotation import split
from assistant.check.rules.new_words import covered
from assistant.text.words import tokens


@dataclass(frozen=True, kw_only=True)
class Window:
    """One sentence of the evidence or two neighbouring ones, and the share of the claim's words it holds."""

    sentences: tuple[str, ...]
    coverage: float

    @property
    def text(self) -> str:
        """Return the sentences as one string."""
        return " ".join(self.sentences)


@lru_cache(maxsize=20_000)
def senses(text: str) -> frozenset[str]:
    """Return the senses of the content words and the numbers of a text."""
    return frozenset(token.sense for token in tokens(text) if token.content or token.number)


def windows(claim: str, evidence: str) -> list[Window]:
    """Return the windows of the evidence, the one that covers most of the claim first.

    A pair of sentences counts only where it covers more than either of them.
    """
    found: list[Window] = []
    for line in split(evidence):
        alone = [covered(claim, sentence) for sentence in line]
        found += [Window(sentences=(one,), coverage=share) for one, share in zip(line, alone, strict=True)]
        for at, pair in enumerate(zip(line, line[1:], strict=False)):
            both = 0.0 if any(" | " in sentence for sentence in pair) else covered(claim, " ".join(pair))
            if both > max(alone[at : at + 2]):
                found.append(Window(sentences=pair, coverage=both))
    return sorted(found, key=lambda window: (-window.coverage, len(window.sentences)))

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
    follow: str = ""  # the sentence after it, in case it takes the statement back

    @property
    def text(self) -> str:
        """Return the sentences as one string."""
        return " ".join(self.sentences)


@lru_cache(maxsize=20_000)
def senses(text: str) -> frozenset[str]:
    """Return the senses of the content words and the numbers of a text."""
    return frozenset(token.sense for token in tokens(text) if token.content or token.number)


def coverage(claim: str, text: str) -> float:
    """Return the share of the claim's content words and numbers found in a text in some form, 0 to 1."""
    return covered(claim, text)


def windows(claim: str, evidence: str) -> list[Window]:
    """Return the windows of the evidence, the one that covers most of the claim first.

    A pair of sentences counts only where it covers more than either of them.
    """
    found: list[Window] = []
    for line in split(evidence):
        alone = [coverage(claim, sentence) for sentence in line]
        for at, sentence in enumerate(line):
            follow = line[at + 1] if at + 1 < len(line) else ""
            found.append(Window(sentences=(sentence,), coverage=alone[at], follow=follow))
            if follow and " | " not in sentence + follow:
                both = coverage(claim, f"{sentence} {follow}")
                if both > max(alone[at], alone[at + 1]):
                    after = line[at + 2] if at + 2 < len(line) else ""
                    found.append(Window(sentences=(sentence, follow), coverage=both, follow=after))
    return sorted(found, key=lambda window: (-window.coverage, len(window.sentences)))

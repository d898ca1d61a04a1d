"""Tell whether a sentence says what another one has said already."""

import re
from collections.abc import Sequence

import numpy as np

from assistant.models.embedder.embedder import Embedder
from assistant.question.names import names_of_contrast
from assistant.text.terms import stems, tokens
from assistant.write.quote.fit.figures import denies, figures, says_otherwise

ALIKE = 0.85  # cosine from which two sentences about the same subjects and numbers say the same
HELD = 0.85  # share of a sentence's words held by those before it, from which it adds nothing


def held(text: str, shown: Sequence[str]) -> bool:
    """Tell whether the shown sentences together hold nearly every word of a sentence."""
    words = stems(text)
    known = {word for other in tokens(list(shown)) for word in other} if shown else set()
    if not words or len(words & known) / len(words) < HELD:
        return False
    return figures(text) <= frozenset().union(*map(figures, shown)) and any(
        denies(text) == denies(other) for other in shown
    )


def alike(embedder: Embedder, text: str, shown: Sequence[str]) -> bool:
    """Tell whether a shown sentence means the same, as far as embeddings can tell, of the same subjects and numbers."""
    own = _facts(text) if shown else None
    rivals = [other for other in shown if _facts(other) == own and not says_otherwise(text, other)]
    if not rivals:
        return False
    vectors = embedder.encode([text, *rivals])
    return bool(np.max(vectors[1:] @ vectors[0]) >= ALIKE)


def _facts(text: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(names_of_contrast(text)), frozenset(re.findall(r"\d+(?:[.,]\d+)*", text))

"""Name the aspect of a row in words of the corpus: labels of lists and tables, headings, words in common."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from assistant.models.embedder.embedder import Vectors
from assistant.text.lexicon.contrasts import BUILT_IN, Contrast, masked, named
from assistant.text.words import tokens
from assistant.write.table.cells import Pair

ASPECT_LIKE = 0.45  # cosine from which a row is about a labelled aspect
_QUESTION = re.compile(r"\?\s*$|^(?:what|which|how|why|when|where|who|is|are|does|do|can|must)\b", re.I)
_MEANING = re.compile(r"\b(?:means?|refers? to|is defined|stands? for)\b", re.I)
MAX_LABEL, MAX_HEADING = 5, 8  # words


class Embeds(Protocol):
    """What was read of two sides, as far as it is asked here."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; rows of unit length."""
        ...


class Labels:
    """The aspects that tables of the corpus name, each with the words of its row or column."""

    def __init__(self, aspects: Mapping[str, str], contrast: Contrast) -> None:
        self._texts = {label: text for label, text in aspects.items() if fits(label, contrast)}
        self._contrast = contrast

    def nearest(self, vector: np.ndarray, reading: Embeds) -> tuple[str, float]:
        """Return the label whose row or column is nearest to a vector, and the cosine; "" where there is none."""
        if not self._texts:
            return "", 0.0
        names = list(self._texts)
        cosines = reading.vectors([self._texts[name] for name in names]) @ vector
        best = int(np.argmax(cosines))
        return names[best], float(cosines[best])

    def choose(self, pair: Pair, vector: np.ndarray, reading: Embeds, taken: Sequence[str]) -> str | None:
        """Return the label for a row, one not yet taken; None where the only fitting one is."""
        if pair.label:
            return None if pair.label in taken else pair.label
        label, cosine = self.nearest(vector, reading)
        if cosine >= ASPECT_LIKE:
            return None if label in taken else label
        meaning = "Meaning" if _MEANING.search(pair.text) else ""
        heading = heading_of(pair.section)
        options = [meaning, heading if fits(heading, self._contrast) else ""]
        if pair.kind == "whole":
            one_side = len({item.term for item in named(heading, self._contrast)}) < 2
            options += [heading if one_side and len(heading.split()) <= MAX_HEADING else ""]
            options += ["Open question" if pair.disputed else "Also said"]
        else:
            options.append(_common(pair, self._contrast))
            options.append("" if " " in self._contrast.name else self._contrast.name.capitalize())
            options.append(_predicate(pair, self._contrast))
        return next((option for option in options if option and option not in taken), None)


def heading_of(section: str) -> str:
    """Return the innermost heading of a section path, or "", without what a colon sets off behind it."""
    return section.rsplit(" > ", 1)[-1].split(": ")[0]


def fits(label: str, contrast: Contrast) -> bool:
    """Tell whether a label is short, no question and no side of the comparison itself."""
    short = 0 < len(label.split()) <= MAX_LABEL
    return short and not _QUESTION.search(label) and not named(label, contrast)


def _common(pair: Pair, contrast: Contrast) -> str:
    """Return the last content word that both cells share, as the first writes it; no contrasted term."""
    if pair.first is None or pair.second is None:
        return ""
    theirs = {token.sense for token in tokens(masked(pair.second.text, contrast)) if token.content}
    shared = [
        token.text
        for token in tokens(masked(pair.first.text, contrast))
        if token.content and token.sense in theirs and not any(named(token.text, other) for other in BUILT_IN)
    ]
    return shared[-1].capitalize() if shared else ""


def _predicate(pair: Pair, contrast: Contrast) -> str:
    """Return the first content word after the side in the first cell ("Offers"), or ""."""
    text = pair.cells[0].text
    found = named(text, contrast)
    after = tokens(text[found[0].end :]) if found else ()
    return next((token.text.capitalize() for token in after if token.content), "")

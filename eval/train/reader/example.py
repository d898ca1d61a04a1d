"""One example of reading: a question, a text cut to size, and where the answer stands."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.text.sentences import sentence_spans

WORDS = 130  # of a text, about
HEADED = 0.7  # share of the texts of public sets whose title is told
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A question, a text, and the characters of the text that answer it; none where nothing does."""

    question: str
    text: str
    spans: tuple[Span, ...]
    exact: bool = True  # the spans are short answers, not whole sentences
    head: str = ""  # title and headings the text stands under


def held_back(name: str, one_in: int) -> bool:
    """Tell whether a document is one of those kept out of training, one in so many, by its name alone."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % one_in == 0


def placed(sentences: Sequence[str], between: str = " ") -> tuple[str, list[Span]]:
    """Return sentences as one text, and the place of each in it."""
    text, places = "", []
    for sentence in sentences:
        begin = len(text) + (len(between) if text else 0)
        text = f"{text}{between if text else ''}{sentence}"
        places.append((begin, len(text)))
    return text, places


def crop(
    question: str, text: str, spans: list[Span], rng: random.Random, *, exact: bool = True, head: str = "",
    words: int = WORDS,
) -> Reading:  # fmt: skip
    """Cut a long text to whole sentences around the first answer, a chance number of them before it."""
    if len(text.split()) > words:
        cuts = sentence_spans(text)
        middle = next((n for n, (_, b) in enumerate(cuts) if spans and b > spans[0][0]), len(cuts) // 2)
        low = high = middle
        lengths = [len(text[a:b].split()) for a, b in cuts]
        while sum(lengths[low : high + 1]) < words and (low > 0 or high + 1 < len(cuts)):
            if low > 0 and (rng.random() < 0.5 or high + 1 == len(cuts)):
                low -= 1
            else:
                high += 1
        begin, end = cuts[low][0], cuts[high][1]
        spans = [(a - begin, min(b, end) - begin) for a, b in spans if a >= begin and a < end]
        text = text[begin:end]
    return Reading(question=question, text=text, spans=tuple(sorted(set(spans))), exact=exact, head=head)

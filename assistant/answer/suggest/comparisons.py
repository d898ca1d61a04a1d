"""Find the pairs of subjects that a corpus would be asked to compare, and ask for their difference in its own words."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.answer.suggest.candidates import MAX_CHARACTERS, Candidate, read_chunks
from assistant.core.settings import Settings
from assistant.core.types import Chunk
from assistant.index.contrasts import contrasts_in
from assistant.index.store import Store
from assistant.text.lexicon.contrasts import named, phrase_regex, subjects
from assistant.text.lexicon.lexicon import word_set

TOGETHER = 3  # chunks that must name both subjects of a pair
COMPARED = 1.0  # weight of a pair, with the quarter of the logarithm of the chunks that name both
MOSTLY = 0.3  # share of its namings from which a subject only describes the word behind it
_UNASKED = frozenset(
    ["side of the contract", "size of company", "who does the work"]
)  # nobody asks for these
_NOUNS = frozenset(["work", "process", "service", "services", "support", "plan", "design"])  # verbs as well
_NO_HEAD = (
    word_set("stop") | word_set("auxiliaries") | word_set("prepositions") | word_set("be") | word_set("verbs")
)
_NO_HEAD = _NO_HEAD - _NOUNS


@lru_cache(maxsize=2)
def compared_pairs(store: Store, settings: Settings) -> tuple[Candidate, ...]:
    """Return a question for each pair of subjects that the corpus names together, the most often first."""
    return tuple(_pairs(store, settings))


def _pairs(store: Store, settings: Settings) -> Iterator[Candidate]:
    together: Counter[tuple[str, str]] = Counter()
    chunks = read_chunks(store)
    for contrast in contrasts_in(store, settings):
        if contrast.name in _UNASKED:
            continue
        place = {term: at for at, term in enumerate(subjects(contrast))}
        for chunk in chunks:
            terms = sorted(
                {item.term for item in named(chunk.text, contrast)} & place.keys(), key=place.__getitem__
            )
            together.update((one, other) for at, one in enumerate(terms) for other in terms[at + 1 :])
    for pair, count in together.most_common():
        sides = _sides(*pair, chunks) if count >= TOGETHER else None
        if sides:
            question = f"What is the difference between {sides}?"
            if len(question) <= MAX_CHARACTERS:
                yield Candidate(question=question, kind="comparison", weight=COMPARED + math.log1p(count) / 4)


def _sides(one: str, other: str, chunks: Sequence[Chunk]) -> str | None:
    """Write two subjects with "and" between; those that only describe a word get one both describe, or are left out."""
    first, second = _written(one, chunks), _written(other, chunks)
    if first is None or second is None:
        return None
    joined = "-" in first + second  # so written before a noun only
    if (
        one.isupper()
        or other.isupper()
        or not (joined or _describes(one, chunks) or _describes(other, chunks))
    ):
        return f"{first} and {second}"
    heads = _heads(one, chunks) & _heads(other, chunks)  # the least of both counts
    plain = [re.sub(r"^(?:an?|the) ", "", side) for side in (first, second)]
    return f"{plain[0]} and {plain[1]} {heads.most_common(1)[0][0]}" if heads else None


def _written(term: str, chunks: Sequence[Chunk]) -> str | None:
    """Return a subject as the corpus most often writes it inside a sentence, with an article where it mostly has one."""
    if term.isupper():
        return term
    pattern = re.compile(rf"(?<=[a-z,] )(?P<article>an? |the )?(?P<term>{phrase_regex(term)})(?!\w)", re.I)
    found = Counter(
        ((match["article"] or "").lower(), match["term"])
        for chunk in chunks
        for match in pattern.finditer(chunk.text)
    )
    return "".join(found.most_common(1)[0][0]) if found else None


def _describes(term: str, chunks: Sequence[Chunk]) -> bool:
    """Tell whether a subject is mostly followed by the word it describes: "voice work", "offshore centres"."""
    namings = sum(
        len(re.findall(rf"(?<!\w){phrase_regex(term)}(?!\w)", chunk.text, re.I)) for chunk in chunks
    )
    return _heads(term, chunks).total() >= MOSTLY * namings


def _heads(term: str, chunks: Sequence[Chunk]) -> Counter[str]:
    pattern = re.compile(rf"(?<!\w){phrase_regex(term)} (?P<head>[a-z]{{3,}})(?!\w)", re.I)
    found = Counter(match["head"] for chunk in chunks for match in pattern.finditer(chunk.text))
    return Counter({head: count for head, count in found.items() if head.islower() and head not in _NO_HEAD})

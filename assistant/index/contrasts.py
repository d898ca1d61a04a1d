"""Find the subjects that a corpus itself sets against each other, such as "front office" and "back office"."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product

from assistant.core.settings import Settings
from assistant.index.store import Store
from assistant.text.lexicon.contrasts import BUILT_IN, Contrast, contrast_of, named
from assistant.text.lexicon.lexicon import word_set
from assistant.text.sentences import sentence_spans
from assistant.text.words import stem

Key = tuple[str, ...]  # stems of a phrase
MAX_WORDS = 3  # of a subject
NEEDED = 2  # weight of the sentences that must set two subjects of one make against each other
NEEDED_UNLIKE, PLACES = 6, 3  # for subjects that are not: the weight, and how many sentences at least
MAX_TEXTS = 1500  # read at most, spread over the corpus
_CUE = re.compile(r"\b(?:versus|vs|whereas|while|whilst|unlike|differ\w*|between|compar\w+)\b|;", re.I)
_WORD = r"[^\W_][\w'-]*"
_PHRASE = rf"{_WORD}(?: {_WORD}){{0,3}}"
_PATTERNS = tuple(  # weight of a sentence of this form
    (weight, re.compile(form, re.I))
    for weight, form in (
        (2, rf"(?P<x>{_PHRASE}) (?:versus|vs\.?) (?P<y>{_PHRASE})"),
        (
            2,
            rf"\b(?:differ\w+|distinction|line|contrast|compar\w+|cho\w+) between (?P<x>{_PHRASE}) and (?P<y>{_PHRASE})",
        ),
        (2, rf"^(?P<x>{_PHRASE}) and (?P<y>{_PHRASE}) differ"),
        (2, rf"(?P<x>{_PHRASE}) differs? from (?P<y>{_PHRASE})"),
        (2, rf"\bunlike (?P<x>{_PHRASE}), (?P<y>{_PHRASE})"),
        (1, rf"^(?P<x>{_PHRASE}).*?,? (?:whereas|while|whilst) (?P<y>{_PHRASE})"),
        (1, rf"^(?:whereas|while|whilst) (?P<x>{_PHRASE}).*?, (?P<y>{_PHRASE})"),
        (1, rf"^(?P<x>{_PHRASE})[^;]*; (?P<y>{_PHRASE})"),
    )
)
_FORM = re.compile(rf"((?:{_WORD} ){{1,5}}{_WORD}) \(([A-Z][A-Za-z]{{1,6}})\)")
_IDLE = word_set("stop") | word_set("glue") | word_set("pronouns")
_CODE = re.compile(r"[A-Z][\w/-]*[A-Z\d][\w/-]*(?: [\dIVX]+)?")
_ARTICLE = re.compile(r"^(?:an?|the|in|for|with) ", re.I)


def find_contrasts(texts: Iterable[str], known: Sequence[Contrast] = BUILT_IN) -> list[Contrast]:
    """Return pairs of subjects that several sentences set against each other, the most often first.

    Pairs that a contrast in `known` already has are left out. Subjects of one make (initials, names, a word or an
    ending in common) need fewer sentences than others. Long forms beside an abbreviation in brackets are taken up.
    """
    weights: Counter[tuple[Key, Key]] = Counter()
    places: Counter[tuple[Key, Key]] = Counter()
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    forms: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for long, short in _FORM.findall(text):
            if phrase := _long_form(long, short):
                forms[short.lower()].add(phrase)
        if _CUE.search(text):
            for start, end in sentence_spans(text):
                found = _pairs(text[start:end], written)
                weights.update(found)
                places.update(found.keys())
    names = {key: counts.most_common(1)[0][0] for key, counts in written.items()}
    sure = [
        pair
        for pair, weight in weights.most_common()
        if (weight >= NEEDED_UNLIKE and places[pair] >= PLACES and max(map(len, pair)) <= 2)
        or (weight >= NEEDED and _one_make(*(names[key] for key in pair)))
    ]
    contrasts = []
    for one, other in _longest(sure, weights):
        first, second = sorted((names[one], names[other]))
        if not _in_known(first, second, known):
            more = {name: sorted(forms[name.lower()]) for name in (first, second)}
            contrasts.append(contrast_of(first, second, more))
    return contrasts


@lru_cache(maxsize=2)
def _found_in(store: Store) -> tuple[Contrast, ...]:
    step = 1 + len(store.chunks) // MAX_TEXTS
    return tuple(find_contrasts(chunk.text for chunk in store.chunks[::step]))


def contrasts_in(store: Store, settings: Settings) -> tuple[Contrast, ...]:
    """Return the contrasts in force, the surest first: those set by the user, built in, found in the corpus."""
    return (*contrasts_set(settings), *_found_in(store))


def contrasts_set(settings: Settings) -> tuple[Contrast, ...]:
    """Return the contrasts that hold for any corpus: those set by the user, then those built in."""
    pairs = [[side.strip() for side in entry.split(" / ")] for entry in settings.contrasts]
    given = [contrast_of(one, other) for one, other in pairs if not _in_known(one, other, BUILT_IN)]
    return (*given, *BUILT_IN)


def _pairs(sentence: str, written: dict[Key, Counter[str]]) -> Counter[tuple[Key, Key]]:
    """Return every pair of phrases that a sentence may set against each other, with the best weight."""
    found: Counter[tuple[Key, Key]] = Counter()
    if not _CUE.search(sentence):
        return found
    for weight, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            ends = weight == 2 and match.start() > 0
            lefts = [*_starts(match["x"]), *(_ends(match["x"]) if ends else ())]
            for one, other in product(dict.fromkeys(lefts), _starts(match["y"])):
                keys = _key(one), _key(other)
                apart = not set(keys[0]) <= set(keys[1]) and not set(keys[1]) <= set(keys[0])
                if apart or "non" in (keys[0][0], keys[1][0]):
                    written[keys[0]][one] += 1
                    written[keys[1]][other] += 1
                    pair = (min(keys), max(keys))
                    found[pair] = max(found[pair], weight)
    return found


def _starts(phrase: str) -> Iterator[str]:
    words = _ARTICLE.sub("", phrase).split()
    for size in range(1, min(MAX_WORDS, len(words)) + 1):
        if _is_subject(words[:size]):
            yield " ".join(words[:size])


def _ends(phrase: str) -> Iterator[str]:
    words = phrase.split()
    for size in range(1, min(MAX_WORDS, len(words)) + 1):
        if _is_subject(words[-size:]):
            yield " ".join(words[-size:])


def _is_subject(words: Sequence[str]) -> bool:
    edges = {words[0].lower(), words[-1].lower()}
    return not edges & _IDLE and words[0][0].isalpha() and not any(word.endswith("ly") for word in edges)


def _key(phrase: str) -> Key:
    return tuple(stem(word) for word in re.split(r"[ -]", phrase) if word)


def _one_make(one: str, other: str) -> bool:
    """Tell whether two subjects are written alike: initials or figures, a word or an ending in common, "non-"."""
    if _CODE.fullmatch(one) and _CODE.fullmatch(other):
        return True
    low, high = one.lower(), other.lower()
    words, others = re.split(r"[ -]", low), re.split(r"[ -]", high)
    if len(words) == len(others) > 1 and sum(a != b for a, b in zip(words, others, strict=True)) == 1:
        return True
    if "non" in (words[0], others[0]) and (set(words) ^ set(others)) == {"non"}:
        return True
    common = 0
    while common < min(len(low), len(high)) and low[-1 - common] == high[-1 - common]:
        common += 1
    return len(words) == len(others) == 1 and common >= 5


def _longest(
    pairs: Sequence[tuple[Key, Key]], weights: Counter[tuple[Key, Key]]
) -> Iterator[tuple[Key, Key]]:
    """Leave out a pair where a longer or shorter form of it is the better one."""
    dropped: set[tuple[Key, Key]] = set()
    for one, other in combinations(pairs, 2):
        short, long = sorted((one, other), key=lambda pair: len(pair[0]) + len(pair[1]))
        if all(set(part) <= set(long[0]) | set(long[1]) for part in short):
            dropped.add(short if weights[long] >= 0.8 * weights[short] else long)
    yield from (pair for pair in pairs if pair not in dropped)


def _in_known(one: str, other: str, known: Sequence[Contrast]) -> bool:
    """Tell whether two subjects are told apart by a contrast already."""
    return any(len({item.term for item in named(f"{one} | {other}", group)}) > 1 for group in known)


def _long_form(long: str, short: str) -> str | None:
    """Return the last words of a phrase whose initials an abbreviation is made of."""
    words = long.split()[-len(short) :]
    return " ".join(words).lower() if "".join(word[0] for word in words).lower() == short.lower() else None

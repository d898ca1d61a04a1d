"""Make probes: contrasted subjects exchanged in a true statement, and answerable questions asked carelessly."""

import random
import re
from collections.abc import Iterator, Sequence

from assistant.text.lexicon.contrasts import Contrast, named
from assistant.text.words import content_senses
from eval.cases.build.grammar.clause import Clause, lowered, parse, plain
from eval.cases.build.grammar.verbs import finite
from eval.cases.build.grammar.wordlists import AUXILIARIES
from eval.cases.build.questions.misses import Miss
from eval.cases.build.settle import unsound
from eval.cases.build.texts import Sentence, Texts

HELD = 0.6  # share of a statement's words with the other subject: then it may be true of that one too
_HALVES = re.compile(r",? (?:while|whereas|whilst|but)(?: that of)? |; ")
_VIEWS = re.compile(
    r"\b(?:both|either|neither|same|alike|similar|differ\w*|compare\w*|another|other|also|too|says?|said)\b"
)
POLITE = (
    "Hello, could you please tell me: {}",
    "I have a quick question. {} Thank you!",
    "Good morning! {} Thanks in advance.",
    "Please help me with this one: {}",
)


def swapped(sentence: Sentence, contrasts: Sequence[Contrast], texts: Texts) -> Iterator[Miss | str]:
    """Yield why-questions that say of one side what the sentence says of the other."""
    text = plain(sentence.text)
    text = re.sub(r"^(?:While|Whereas) ([^,]+), ", r"\1; ", text)
    halves = [half for half in _HALVES.split(text) if half]
    if len(halves) == 2:
        for contrast in contrasts:
            yield from _exchanged(sentence, halves, contrast, texts)


def _exchanged(
    sentence: Sentence, halves: Sequence[str], contrast: Contrast, texts: Texts
) -> Iterator[Miss | str]:
    sides = [sorted({item.term for item in named(half, contrast)}) for half in halves]
    if len(sides[0]) != 1 or len(sides[1]) != 1 or sides[0] == sides[1]:
        return
    for half, own, other in zip(halves, sides, reversed(sides), strict=True):
        clause = parse(f"{half[0].upper()}{half[1:]}.", texts.lower)
        if clause is None or clause.lead or _VIEWS.search(half):
            continue
        if len(named(clause.subject, contrast)) != 1 or named(clause.rest, contrast):
            continue  # the subject is to be one side, or work, staff or the like of one
        if len(content_senses(f"{clause.verb} {clause.rest}")) < 2:
            continue
        if not _same_make(clause, half, halves, contrast):
            continue
        shown = {
            item.term: half_[item.start : item.end] for half_ in halves for item in named(half_, contrast)
        }
        into = lowered(shown[other[0]], texts.lower)
        place = named(clause.subject, contrast)[0]
        subject = f"{clause.subject[: place.start]}{into}{clause.subject[place.end :]}"
        question = clause.asked("Why").replace(f" {clause.subject} ", f" {subject} ", 1)
        if _agrees(shown[own[0]], into) and unsound(question) is None and subject != clause.subject:
            if _said_of(other[0], clause, contrast, texts, sentence):
                yield "swapped: may be true of the other side too"
            else:
                yield Miss(kind="swapped", question=question, doc_id=sentence.doc_id, of=sentence.text)


def _same_make(clause: Clause, half: str, halves: Sequence[str], contrast: Contrast) -> bool:
    """Tell whether the other side may take the subject's place: it stands alone too, or before the same noun."""
    own = clause.subject[named(clause.subject, contrast)[0].end :].split()
    other = next(part for part in halves if part is not half)
    after = re.findall(r"[\w-]+", other[named(other, contrast)[0].end :])[:1]
    if own:
        return after == own[:1] or not after or after[0] in AUXILIARIES or finite(after[0]) is not None
    return bool(after) and (
        after[0] in AUXILIARIES or finite(after[0]) is not None or after[0].endswith("ly")
    )


def _agrees(one: str, other: str) -> bool:
    return one.endswith("s") == other.endswith("s") or one.isupper() and other.isupper()


def _said_of(term: str, clause: Clause, contrast: Contrast, texts: Texts, source: Sentence) -> bool:
    """Tell whether some sentence may say of this side what the clause says of the other."""
    wanted = set(content_senses(f"{clause.verb} {clause.rest}"))
    for sentence in texts.covering(wanted, HELD):
        if sentence is source:
            continue
        for part in (
            _HALVES.split(sentence.text) if " | " not in sentence.text else sentence.text.split(" | ")
        ):
            terms = {item.term for item in named(part, contrast)}
            held = wanted & set(content_senses(part))
            if term in terms and len(held) >= HELD * len(wanted):
                return True
    return False


def perturbed(question: str, rng: random.Random) -> str | None:
    """Ask the same carelessly: a typing mistake, small letters, politeness around it, another order of its parts."""
    ways = [mistyped, small, polite, reordered]
    rng.shuffle(ways)
    return next((changed for way in ways if (changed := way(question, rng)) and changed != question), None)


def mistyped(question: str, rng: random.Random) -> str | None:
    """Exchange two letters inside one long word that is no name."""
    spots = [match for match in re.finditer(r"(?<= )[a-z]{6,}\b", question)]
    if not spots:
        return None
    spot = rng.choice(spots)
    word = spot.group()
    pairs = [at for at in range(1, len(word) - 2) if word[at] != word[at + 1]]
    if not pairs:
        return None
    at = rng.choice(pairs)
    changed = f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"
    return f"{question[: spot.start()]}{changed}{question[spot.end() :]}"


def small(question: str, _: random.Random) -> str:
    """Write it in small letters without its mark."""
    return question.lower().rstrip("?")


def polite(question: str, rng: random.Random) -> str:
    """Put it between words of politeness."""
    return rng.choice(POLITE).format(question)


def reordered(question: str, _: random.Random) -> str | None:
    """Put its year first: "What share left in 2019?" -> "In 2019, what share left?"."""
    match = re.fullmatch(r"(?P<body>\w[^,]+?) (?P<when>in (?:\w+ )?\d{4})\?", question)
    if not match:
        return None
    return f"{match['when'][0].upper()}{match['when'][1:]}, {match['body'][0].lower()}{match['body'][1:]}?"

"""The rules a claim must pass whatever its score: each objection says in words what does not fit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.names import missing
from assistant.numbers import Quantity, quantities
from assistant.polarity import (
    OPPOSITE,
    attributed,
    denial_clash,
    hedges,
    opposites,
    prefixed,
    refuted,
    strengthened,
)
from assistant.sentences import sentence_spans
from assistant.subjects import CONTRASTS, Contrast, exchange
from assistant.words import Token, normalised, tokens

MIN_COVERAGE = 0.4  # share of the claim's content words below which no score counts
CAUTION = {
    "possible": "The evidence says this only as a possibility, the claim as a fact.",
    "advised": "The evidence says what should be, the claim what is.",
    "usual": "The evidence limits this to some or most cases, the claim does not.",
    "forecast": "The evidence gives an estimate or a forecast, the claim a fact.",
    "open": "The evidence leaves this open, the claim does not.",
    "condition": "The evidence names a condition that the claim leaves out.",
}


@dataclass(frozen=True, kw_only=True)
class Objection:
    """Why a claim does not follow from its evidence; `contradicts` when the evidence says otherwise."""

    rule: str
    contradicts: bool
    reason: str


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
def split(text: str) -> tuple[tuple[str, ...], ...]:
    """Split evidence into lines of sentences; neighbours are sentences of one line."""
    lines = (line for line in text.split("\n") if line.strip())
    return tuple(tuple(line[start:end] for start, end in sentence_spans(line)) for line in lines)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Write a text for comparison: quotes, dashes and white space alike, no final stop, no list mark."""
    text = re.sub(r"\s+", " ", normalised(text)).strip()
    text = re.sub(r"^(?:[-*\u2022]|\d{1,2}[.)])\s+", "", text)
    return text.strip("\"' ").rstrip(".!; ").strip("\"' ")


def quoted(claim: str, evidence: str) -> bool:
    """Tell whether the claim is one or more whole consecutive sentences of the evidence."""
    wanted = plain(" ".join(sentence for line in split(claim) for sentence in line))
    if not wanted:
        return False
    sentences = [sentence for line in split(evidence) for sentence in line]
    for start in range(len(sentences)):
        for end in range(start + 1, len(sentences) + 1):
            joined = plain(" ".join(sentences[start:end]))
            if joined == wanted:
                return True
            if len(joined) > len(wanted):
                break
    return False


@lru_cache(maxsize=20_000)
def senses(text: str) -> frozenset[str]:
    """Return the senses of the content words and the numbers of a text."""
    return frozenset(token.sense for token in tokens(text) if token.content or token.number)


def coverage(claim: str, text: str) -> float:
    """Return the share of the claim's content words and numbers found in a text, 0 to 1."""
    wanted = senses(claim)
    return len(wanted & senses(text)) / len(wanted) if wanted else 0.0


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


def objections(claim: str, window: Window, contrasts: Sequence[Contrast] = CONTRASTS) -> Iterator[Objection]:
    """Yield what speaks against the claim in this window, the plainest first."""
    yield from _number_objections(claim, window)
    yield from _subject_objections(claim, window, contrasts)
    yield from _polarity_objections(claim, window)
    yield from _name_objections(claim, window)
    yield from _caution_objections(claim, window)
    if window.coverage < MIN_COVERAGE:
        yield Objection(rule="coverage", contradicts=False, reason="The evidence does not speak of this.")


def _number_objections(claim: str, window: Window) -> Iterator[Objection]:
    known = quantities(window.text)
    words, known_words = tokens(claim), tokens(window.text)
    for wanted in quantities(claim):
        same = [item for item in known if wanted.same(item)]
        if _is_pronoun_one(wanted, words) and not same:
            continue
        rivals = [item for item in known if wanted.rival(item)]
        if not same:
            nearest = max(rivals, key=lambda item: _bond(words, wanted, known_words, item), default=None)
            if nearest is not None and window.coverage >= 0.5:
                reason = f"The claim says {wanted}, the evidence says {nearest}."
                yield Objection(rule="number", contradicts=True, reason=reason)
            else:
                yield Objection(rule="number", contradicts=False, reason=f"The evidence does not say {wanted}.")
            continue
        if not any(_bound_kept(wanted, item) for item in same):
            reason = f"The claim says {wanted}, the evidence says {same[0]}."
            yield Objection(rule="number", contradicts=False, reason=reason)
        own = max(_bond(words, wanted, known_words, item) for item in same)
        other = max((_bond(words, wanted, known_words, item) for item in rivals), default=0.0)
        if other > own * 1.25 + 0.05:
            reason = f"The evidence says {wanted} of something else."
            yield Objection(rule="number", contradicts=True, reason=reason)


def _is_pronoun_one(wanted: Quantity, words: Sequence[Token]) -> bool:
    return wanted.kind == "count" and wanted.low == wanted.high == 1.0 and words[wanted.start].low == "one"


def _bound_kept(claim: Quantity, evidence: Quantity) -> bool:
    return claim.bound == evidence.bound or (claim.bound == "about" and not evidence.bound)


def _bond(words: Sequence[Token], here: Quantity, known: Sequence[Token], there: Quantity) -> float:
    """Weigh the words that stand near a number in the claim and near a number in the evidence."""
    near = _near(words, here.start, here.end)
    far = _near(known, there.start, there.end)
    return _common(near, far)


def _common(near: Mapping[tuple[int, str], float], far: Mapping[tuple[int, str], float]) -> float:
    """Weigh shared neighbours; one that changed sides counts half."""
    total = 0.0
    for (side, word), weight in near.items():
        total += weight * max(far.get((side, word), 0.0), 0.5 * far.get((-side, word), 0.0))
    return total


def _near(words: Sequence[Token], start: int, end: int) -> dict[tuple[int, str], float]:
    """Weigh the words before (-1) and after (1) a place by distance, less for every comma or clause between."""
    weights: dict[tuple[int, str], float] = {}
    for step, stop in ((-1, -1), (1, len(words))):
        weight = 1.0
        for at in range(start - 1 if step < 0 else end, stop, step):
            token = words[at]
            if token.low in (",", "and", "|", "against", "(", ")") or token.clause != words[start].clause:
                weight *= 0.6
            elif token.content or token.number:
                weights.setdefault((step, token.sense), weight)
                weight *= 0.7
            if weight < 0.05:
                break
    return weights


def _subject_objections(claim: str, window: Window, contrasts: Sequence[Contrast]) -> Iterator[Objection]:
    for contrast in contrasts:
        found = exchange(claim, window.sentences, contrast)
        if found is None:
            continue
        if found.kind == "unknown":
            reason = f"The evidence does not speak of {found.claim}."
            if not found.claim:
                reason = f"The claim does not say whether it means {found.evidence.replace(' and ', ' or ')}."
            yield Objection(rule="subject", contradicts=False, reason=reason)
            continue
        reason = f'The claim says "{found.word}" of {found.claim}, the evidence says it of {found.evidence}.'
        if found.claim == found.evidence:
            reason = f'The claim exchanges the two sides of "{found.word}".'
        yield Objection(rule="subject", contradicts=found.kind == "exchanged", reason=reason)


def _polarity_objections(claim: str, window: Window) -> Iterator[Objection]:
    words, known = tokens(claim), tokens(window.text)
    close = window.coverage >= 0.5
    denied = denial_clash(claim, window.text)
    if denied is not None:
        word = next((token.text for token in (*words, *known) if token.sense == denied), denied)
        reason = f'One of claim and evidence denies what the other says of "{word}".'
        yield Objection(rule="polarity", contradicts=close, reason=reason)
    if refuted(window.follow):
        yield Objection(rule="polarity", contradicts=True, reason="The evidence goes on to say that this is false.")
    for ours, theirs in opposites(words, known):
        reason = f'The claim says "{ours.text}", the evidence says "{theirs.text}".'
        yield Objection(rule="polarity", contradicts=close, reason=reason)
    pair = prefixed(words, known)
    if pair is not None:
        reason = f'The claim says "{pair[0]}", the evidence says "{pair[1]}".'
        yield Objection(rule="polarity", contradicts=close, reason=reason)
    yield from _moved_direction(words, known)


def _moved_direction(words: Sequence[Token], known: Sequence[Token]) -> Iterator[Objection]:
    """Object where both directions occur in the evidence and the claim's stands where the other one does."""
    for at, token in enumerate(words):
        others = OPPOSITE.get(token.stem)
        if others is None:
            continue
        near = _near(words, at, at + 1)
        places = [i for i, word in enumerate(known) if word.stem == token.stem]
        rivals = [i for i, word in enumerate(known) if word.stem in others]
        if not places or not rivals:
            continue
        own, other = (
            max(_common(near, _near(known, i, i + 1)) for i in group)
            for group in (places, rivals)
        )
        if other > own * 1.25 + 0.05:
            reason = f'The evidence says "{token.text}" of something else, and of this "{known[rivals[0]].text}".'
            yield Objection(rule="polarity", contradicts=True, reason=reason)


def _name_objections(claim: str, window: Window) -> Iterator[Objection]:
    gone = missing(tokens(claim), tokens(window.text))
    if gone:
        reason = f"The evidence does not name {', '.join(dict.fromkeys(gone))}."
        yield Objection(rule="name", contradicts=False, reason=reason)


def _caution_objections(claim: str, window: Window) -> Iterator[Objection]:
    if window.sentences[-1].rstrip().endswith("?") and not claim.rstrip().endswith("?"):
        yield Objection(rule="modality", contradicts=False, reason="The evidence only asks this.")
    words = tokens(claim)
    own = hedges(words)
    aligned = _aligned(words, window)
    for kind in sorted(hedges(aligned) - own):
        yield Objection(rule="modality", contradicts=False, reason=CAUTION[kind])
    strong = strengthened(words, tokens(window.text))
    if strong is not None:
        reason = f'The claim says "{strong}", which is more than the evidence says.'
        yield Objection(rule="modality", contradicts=False, reason=reason)
    if any(attributed(sentence) for sentence in window.sentences) and not attributed(claim):
        reason = "The evidence gives this as somebody's statement, the claim as a fact."
        yield Objection(rule="attribution", contradicts=False, reason=reason)


def _aligned(words: Sequence[Token], window: Window) -> list[Token]:
    """Return the tokens of the evidence clauses that the claim draws on."""
    wanted = {token.sense for token in words if token.content or token.number}
    found: list[Token] = []
    for sentence in window.sentences:
        clauses: dict[int, list[Token]] = {}
        for token in tokens(sentence):
            clauses.setdefault(token.clause, []).append(token)
        for part in clauses.values():
            meant = {token.sense for token in part if token.content or token.number}
            if len(meant & wanted) >= max(1, 0.25 * min(len(meant), len(wanted))):
                found += part
    return found

"""Find the evidence a sentence rests on: what it names, or else what carries it, and no more than it needs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.check.cascade.cascade import CascadeChecker
from assistant.check.checker import FRAMED
from assistant.check.pairs import Checker, Pair, at_once
from assistant.core.types import Evidence, Judgement
from assistant.text.anaphora import leans
from assistant.text.terms import stems, tokens

_JOINT = re.compile(r",?\s+(?:while|whereas|whilst)\s+|;\s+(?:while\s+|whereas\s+|but\s+|and\s+)?", re.I)
_OPENER = re.compile(r"^(?:while|whereas|whilst)\s+([^,]+),\s+(.+)$", re.I | re.S)
MIN_WORDS = 4  # of a half that can be checked by itself
OTHERS = 4  # sentences tried beside those a sentence names
TOGETHER = 4  # sentences that a claim may rest on
MORE = 3  # of the others that are read together with those a sentence names
_RANK = {"supported": 0, "unverified": 1, "contradicted": 2, "unsupported": 2, "unjudged": 3}
NOTHING = Judgement(verdict="unjudged", score=0.0, reasons=("There is no evidence to check it against.",))


@dataclass(frozen=True, kw_only=True)
class Grounded:
    """A sentence, the verdict on it, and the evidence that the verdict rests on."""

    text: str
    judgement: Judgement
    evidence: tuple[Evidence, ...] = ()


def ground(
    checker: Checker, text: str, named: Sequence[Evidence], sources: Sequence[Evidence], question: str = ""
) -> Grounded:
    """Judge a sentence by the evidence it names; where that does not carry it, by what is nearest among the sources.

    Evidence that points back ("It ...") is read with the sentence before it. What a supported sentence can do without
    is dropped, the last first (citation precision by leaving one out: ALCE, Gao and others 2023).
    """
    named = named[:TOGETHER]
    near = [item for item in _nearest(text, sources) if item not in named][:OTHERS]
    first = [choice for choice in (tuple(named), _with_before(named, sources)) if choice]
    found = _judged(checker, text, first, question)
    if not any(one.judgement.verdict == "supported" for one in found):
        found += _judged(at_once(checker), text, [(item,) for item in near], question)
    if near and not any(one.judgement.verdict == "supported" for one in found):
        found += _judged(checker, text, [(*named[: TOGETHER - 1], *near[:MORE])], question)
    if not found:
        return Grounded(text=text, judgement=NOTHING)
    if not any(one.judgement.verdict == "supported" for one in found):
        found += _by_halves(checker, text, [*named, *near], question)
    denied = [one for one in found[: len(first)] if one.judgement.verdict == "contradicted"]
    denied += [one for one in found if FRAMED in one.judgement.reasons]
    if denied and not any(one.judgement.verdict == "supported" for one in found):
        return denied[0]  # what other evidence makes likely, that which it names denies

    def order(one: Grounded) -> tuple[int, bool, bool, float]:
        """Put what is word for word there first, and what is refused for good behind what may still be judged."""
        judgement = one.judgement
        rank = _RANK[judgement.verdict]
        return rank, judgement.final == bool(rank), found.index(one) >= len(first), -judgement.score

    best = min(found, key=order)
    halved = bool(found) and best is found[-1] and len(best.evidence) > 1 and bool(halves(text))
    verdict = best.judgement.verdict
    if halved or verdict not in ("supported", "unverified"):
        return best
    return _needed(checker, best, question, keep=() if verdict == "supported" else named)


def reconsidered(checker: Checker, found: Sequence[Grounded], question: str = "") -> list[Grounded]:
    """Put all sentences that the embedded judge is not sure of to the stronger checker, in one call."""
    asked = [at for at, item in enumerate(found) if item.evidence]
    if not isinstance(checker, CascadeChecker) or not asked:
        return list(found)
    pairs = [pair_of(found[at].text, found[at].evidence, question) for at in asked]
    told = dict(zip(asked, checker.reconsider(pairs, [found[at].judgement for at in asked]), strict=True))
    return [replace(item, judgement=told.get(at, item.judgement)) for at, item in enumerate(found)]


def judged(
    checker: Checker, claim: str, evidence: Sequence[str], question: str = "", context: str = ""
) -> Judgement:
    """Judge a claim against pieces of evidence: all of them together, or else half by half, the weaker half counting."""

    def asked(text: str, words: str) -> Pair:
        return Pair(claim=text, evidence=words, question=question, context=context)

    whole = checker.check([asked(claim, "\n".join(evidence))])[0]
    pieces = halves(claim)
    if whole.verdict == "supported" or whole.final or len(evidence) < 2 or not pieces:
        return whole
    best = []
    for piece in pieces:
        found = checker.check([asked(piece, text) for text in evidence])
        best.append(max(found, key=lambda one: (one.verdict == "supported", one.score)))
    good = all(one.verdict == "supported" for one in best)
    return min(best, key=lambda one: one.score) if good else whole


def halves(claim: str) -> list[str]:
    """Split "A is ..., while B is ..." and "While A is ..., B is ..." in two sentences; [] where it is one."""
    opened = _OPENER.match(claim.strip())
    pieces = list(opened.groups()) if opened else _JOINT.split(claim.strip().rstrip("."))
    if len(pieces) < 2 or any(len(piece.split()) < MIN_WORDS for piece in pieces):
        return []
    return [piece[:1].upper() + piece[1:].rstrip(". ") + "." for piece in pieces]


def pair_of(text: str, evidence: Sequence[Evidence], question: str) -> Pair:
    """Return a sentence beside its evidence as it is judged, in the order of the documents."""
    places = {item.passage.chunk_id: at for at, item in reversed(list(enumerate(evidence)))}
    ordered = sorted(evidence, key=lambda item: (places[item.passage.chunk_id], item.start))
    context = " > ".join(
        dict.fromkeys(part for item in evidence for part in (item.passage.title, item.passage.section))
    )
    words = "\n".join(item.text if ":\n" in item.text else " ".join(item.text.split()) for item in ordered)
    return Pair(claim=text, evidence=words, question=question, context=context)


def _judged(
    checker: Checker, text: str, choices: Sequence[tuple[Evidence, ...]], question: str
) -> list[Grounded]:
    judgements = checker.check([pair_of(text, choice, question) for choice in choices]) if choices else []
    return [
        Grounded(text=text, judgement=judgement, evidence=choice)
        for judgement, choice in zip(judgements, choices, strict=True)
    ]


def _by_halves(checker: Checker, text: str, choices: Sequence[Evidence], question: str) -> list[Grounded]:
    """Return a sentence of two halves whose halves rest on a sentence each; nothing where they do not."""
    resting: list[Evidence] = []
    worst: Judgement | None = None
    for piece in halves(text):
        found = _judged(checker, piece, [(item,) for item in choices], question)
        good = next((one for one in found if one.judgement.verdict == "supported"), None)
        if good is None:
            return []
        resting += [item for item in good.evidence if item not in resting]
        worst = good.judgement if worst is None or good.judgement.score < worst.score else worst
    return [Grounded(text=text, judgement=worst, evidence=tuple(resting))] if worst else []


def _with_before(named: Sequence[Evidence], sources: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence with the sentence before each that points back; () where none does."""
    found: list[Evidence] = []
    for item in named:
        at = sources.index(item) if item in sources else 0
        before = sources[at - 1] if at else None
        if (
            leans(item.text)
            and before
            and before.passage.chunk_id == item.passage.chunk_id
            and before not in named
        ):
            found.append(before)
        found.append(item)
    return tuple(found) if len(found) > len(named) else ()


def _nearest(text: str, sources: Sequence[Evidence]) -> list[Evidence]:
    """Return the sources that share words with a sentence, those that share most first."""
    words = stems(text)
    held = tokens([item.text for item in sources]) if sources else []
    count = [len(words & set(own)) for own in held]
    order = sorted((at for at in range(len(sources)) if count[at]), key=lambda at: (-count[at], at))
    return [sources[at] for at in order]


def _needed(checker: Checker, best: Grounded, question: str, keep: Sequence[Evidence]) -> Grounded:
    """Drop the evidence a sentence can do without, but for what is to be kept."""
    kept = best
    for item in reversed([item for item in best.evidence if item not in keep]):
        rest = tuple(other for other in kept.evidence if other != item)
        if rest:
            without = _judged(checker, best.text, [rest], question)[0]
            good = _RANK[without.judgement.verdict] <= _RANK[best.judgement.verdict]
            kept = without if good else kept
    return kept

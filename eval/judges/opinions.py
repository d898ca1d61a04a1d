"""Ask the judges about every shown claim and what it cites, equal questions once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.check.pairs import Pair
from assistant.core.types import Answer, Claim
from eval.judges.judge import Judge, Said
from eval.run.types import Opinion, Row

BATCH = 128  # pairs judged at once; an interruption loses no more than these
NOTHING: Said = ("unsupported", 0.0, None)  # said of a claim that rests on no words at all
Key = tuple[str, int, str, tuple[int, ...]]  # case, claim, judge, citations


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One opinion that is wanted."""

    case_id: str
    claim: int
    citations: tuple[int, ...]
    pair: Pair


def gather(rows: Sequence[Row], judges: Sequence[Judge], known: Sequence[Opinion]) -> Iterator[Opinion]:
    """Yield every opinion, by row, claim, judge and citations: all of a claim's together, each alone, all but each.

    These are what citation recall and precision of ALCE are made of (Gao and others 2023). A claim that cites
    nothing is judged on the passages, the best first. What is judged is the quote itself, without its
    neighbours. Opinions in `known` are yielded in their place and not asked again, save failures: those
    without a verdict and without a reply. Equal pairs are judged once.
    """
    wanted = [item for row in rows for item in _wanted(row)]
    settled: dict[Key, Opinion] = {
        (item.case_id, item.claim, item.judge, item.citations): item
        for item in known
        if item.verdict != "unjudged" or item.raw is not None
    }
    said: dict[tuple[str, Pair], Said] = {}
    for item in wanted:
        for judge in judges:
            old = settled.get((item.case_id, item.claim, judge.name, item.citations))
            if old:
                said.setdefault((judge.name, item.pair), (old.verdict, old.score, old.raw))
    for block in _blocks(wanted):
        for judge in judges:
            _ask(judge, [item.pair for item in block], said)
        for claim in _by_claim(block):
            for judge in judges:
                for item in claim:
                    old = settled.get((item.case_id, item.claim, judge.name, item.citations))
                    yield old or _opinion(item, judge.name, said[judge.name, item.pair])


def _opinion(item: _Asked, judge: str, said: Said) -> Opinion:
    verdict, score, raw = said
    return Opinion(
        case_id=item.case_id,
        claim=item.claim,
        judge=judge,
        citations=item.citations,
        verdict=verdict,
        score=round(score, 4),  # the rest depends on what else was in the batch
        raw=raw,
    )


def evidence_of(answer: Answer, claim: Claim) -> list[tuple[int, str]]:
    """Return the numbers and quotes a claim cites, in its order; a number that is no citation is left out."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    return [(n, quotes[n]) for n in dict.fromkeys(claim.citations) if n in quotes]


def subsets(numbers: Sequence[int]) -> list[tuple[int, ...]]:
    """Return all numbers together, each alone and all but each, without repeats: (1, 2), (1,), (2,)."""
    whole = tuple(numbers)
    alone = [(n,) for n in whole]
    rest = [tuple(other for other in whole if other != n) for n in whole if len(whole) > 1]
    return list(dict.fromkeys([whole, *alone, *rest]))


def _wanted(row: Row) -> Iterator[_Asked]:
    for at, claim in enumerate(row.answer.claims if row.answer else ()):
        assert row.answer is not None
        quotes = dict(evidence_of(row.answer, claim))
        if quotes:
            texts = {some: [quotes[n] for n in some] for some in subsets(list(quotes))}
        else:
            texts = {(): [passage.text for passage in row.answer.passages]}
        for some, parts in texts.items():
            pair = Pair(claim=claim.text, evidence="\n".join(parts))
            yield _Asked(case_id=row.case.id, claim=at, citations=some, pair=pair)


def _blocks(wanted: Sequence[_Asked]) -> Iterator[list[_Asked]]:
    """Cut what is wanted into blocks of about BATCH pairs, the opinions on one claim in one block."""
    block: list[_Asked] = []
    for claim in _by_claim(wanted):
        block += claim
        if len(block) >= BATCH:
            yield block
            block = []
    if block:
        yield block


def _by_claim(wanted: Sequence[_Asked]) -> list[list[_Asked]]:
    found: dict[tuple[str, int], list[_Asked]] = {}
    for item in wanted:
        found.setdefault((item.case_id, item.claim), []).append(item)
    return list(found.values())


def _ask(judge: Judge, pairs: Sequence[Pair], said: dict[tuple[str, Pair], Said]) -> None:
    """Judge the pairs that are new, those of like length side by side, so that a batch holds little padding."""
    new = [pair for pair in dict.fromkeys(pairs) if (judge.name, pair) not in said]
    empty = [pair for pair in new if not pair.evidence.strip()]
    said.update(((judge.name, pair), NOTHING) for pair in empty)
    new = sorted(
        (pair for pair in new if pair.evidence.strip()), key=lambda p: len(p.claim) + len(p.evidence)
    )
    if new:
        said.update(((judge.name, pair), item) for pair, item in zip(new, judge.judge(new), strict=True))

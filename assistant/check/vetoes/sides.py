"""Veto a claim that says of one side of a listed contrast, BPO or KPO, what its evidence says of the other."""

from dataclasses import dataclass

from assistant.check.quotation import split
from assistant.check.vetoes.exchange import exchange
from assistant.contrasts import BUILT_IN, named

LOOSE = ("side of the contract", "who does the work", "size of company")  # sides with many other names
CONTRASTS = tuple(contrast for contrast in BUILT_IN if contrast.name not in LOOSE)


@dataclass(frozen=True, kw_only=True)
class OtherSide:
    """The side a claim speaks of, the one its evidence speaks of, and how sure that is, 0 to 2."""

    claim: str
    evidence: str
    sure: int


def other_side(claim: str, evidence: str) -> OtherSide | None:
    """Return where a claim takes one side for another, or None.

    It is surest (2) where the evidence names only another side; else the clauses are bound to the sides they name, and it
    is surer (1) where most words of a clause of the claim are said of the other side there.
    """
    sentences = [sentence for line in split(evidence) for sentence in line]
    doubt = None
    for contrast in CONTRASTS:
        told = {item.term for item in named(evidence, contrast)}
        said = {item.term for item in named(claim, contrast)}
        if not said or not told:
            continue
        if not told & said:
            return OtherSide(claim=min(said - told), evidence=min(told), sure=2)
        found = exchange(claim, sentences, contrast)
        if found is None or found.kind == "unknown":
            continue
        side = OtherSide(claim=found.claim, evidence=found.evidence, sure=int(found.kind == "exchanged"))
        if side.sure:
            return side
        doubt = doubt or side
    return doubt

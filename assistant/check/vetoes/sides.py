"""Veto a claim about one side of a listed contrast, BPO or KPO, whose evidence speaks only of the other."""

from assistant.contrasts import BUILT_IN, named

LOOSE = ("side of the contract", "who does the work", "size of company")  # sides with many other names
CONTRASTS = tuple(contrast for contrast in BUILT_IN if contrast.name not in LOOSE)


def other_side(claim: str, evidence: str) -> tuple[str, str] | None:
    """Return (a side the claim names and its evidence does not, the one the evidence names instead), or None.

    Where the evidence names both, which is said of which is the judge's to tell.
    """
    for contrast in CONTRASTS:
        told = {item.term for item in named(evidence, contrast)}
        said = {item.term for item in named(claim, contrast)}
        if told and said - told and not told & said:
            return min(said - told), min(told)
    return None

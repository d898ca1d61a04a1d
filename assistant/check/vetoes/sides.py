"""Veto a claim about one side of a listed contrast, BPO or KPO, whose evidence speaks only of another."""

from assistant.text.lexicon.contrasts import BUILT_IN, terms_in

LOOSE = ("side of the contract", "who does the work", "size of company")  # sides with many other names
CONTRASTS = tuple(contrast for contrast in BUILT_IN if contrast.name not in LOOSE)


def other_side(claim: str, evidence: str) -> tuple[str, str] | None:
    """Return (a side the claim names, the one its evidence names instead), or None.

    Where the evidence names both, which is said of which is not told here.
    """
    for told, said in zip(terms_in(evidence, CONTRASTS), terms_in(claim, CONTRASTS), strict=True):
        if told and said - told and not told & said:
            return min(said - told), min(told)
    return None

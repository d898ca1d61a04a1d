"""Does the product's own check refuse claims that were broken on purpose?"""

from collections.abc import Sequence

from eval.stats import wilson
from eval.types import Measure, Mutant

UNTOUCHED = "untouched"


def caught(mutants: Sequence[Mutant], kind: str) -> Measure:
    """Count the share of claims broken in one way that the check refuses.

    0 to 1, over the mutants of the kind, with Wilson's interval. Of "untouched" ones it is the share wrongly
    refused, and lower is better.
    """
    refused = [mutant.refused for mutant in mutants if mutant.kind == kind]
    ends = wilson(sum(refused), len(refused))
    untouched = kind == UNTOUCHED
    return Measure(
        name=f"mutation:{kind}",
        label="Untouched, wrongly refused" if untouched else f"Refused: {kind}",
        group="mutation",
        value=sum(refused) / len(refused) if refused else None,
        low=ends[0] if ends else None,
        high=ends[1] if ends else None,
        count=len(refused),
        better="lower" if untouched else "higher",
        about=(
            "Count the share of true claims, left as they were, that the check refuses."
            if untouched
            else "Count the share of claims broken in this way that the check refuses."
        ),
    )


def mutation_measures(mutants: Sequence[Mutant]) -> list[Measure]:
    """Return one measure for each kind there is, in alphabetical order, "untouched" last."""
    kinds = sorted({mutant.kind for mutant in mutants}, key=lambda kind: (kind == UNTOUCHED, kind))
    return [caught(mutants, kind) for kind in kinds]

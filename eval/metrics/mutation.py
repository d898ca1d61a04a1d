"""Does the product's own check refuse claims that were broken on purpose?"""

from collections.abc import Sequence

from eval.metrics.base.intervals import wilson
from eval.run.types import Measure, Mutant

TRUE = {"untouched": "Untouched, wrongly refused", "restated": "Restated truly, wrongly refused"}


def caught(mutants: Sequence[Mutant], kind: str) -> Measure:
    """Count the share of claims broken in one way that the check refuses.

    0 to 1, over the mutants of the kind, with Wilson's interval. Of true ones it is the share wrongly
    refused, and lower is better.
    """
    refused = [mutant.refused for mutant in mutants if mutant.kind == kind]
    ends = wilson(sum(refused), len(refused))
    return Measure(
        name=f"mutation:{kind}",
        label=TRUE.get(kind, f"Refused: {kind}"),
        group="mutation",
        value=sum(refused) / len(refused) if refused else None,
        low=ends[0] if ends else None,
        high=ends[1] if ends else None,
        count=len(refused),
        better="lower" if kind in TRUE else "higher",
        about=(
            "Count the share of true claims, left as they were or restated, that the check refuses."
            if kind in TRUE
            else "Count the share of claims broken in this way that the check refuses."
        ),
    )


def mutation_measures(mutants: Sequence[Mutant]) -> list[Measure]:
    """Return one measure for each kind there is, in alphabetical order, the true ones last."""
    kinds = sorted({mutant.kind for mutant in mutants}, key=lambda kind: (kind in TRUE, kind))
    return [caught(mutants, kind) for kind in kinds]

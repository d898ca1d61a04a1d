"""All figures of a run, in a fixed order; and those of one case."""

from collections.abc import Sequence

from eval.metrics import abstention, citations, drafts, retrieval, timing
from eval.metrics.answers import answer_metrics
from eval.metrics.base.metric import Share
from eval.metrics.base.statistic import Statistic
from eval.metrics.grounding import Verdicts, alce_metrics, grounding_metrics
from eval.metrics.mutation import mutation_measures
from eval.run.types import Measure, Mutant, Opinion, Row


def measure(
    rows: Sequence[Row],
    opinions: Sequence[Opinion],
    mutants: Sequence[Mutant],
    *,
    judges: Sequence[str],
    seed: int,
) -> list[Measure]:
    """Return every figure of a run with its interval, the same for the same rows and seed.

    Retrieval, citations, grounding, answers, abstention, drafts, time, mutation. Cases that failed are counted
    ("failed") and left out of all others. A figure with nothing to count is there with value None.
    """
    fine = [row for row in rows if row.error is None]
    kinds = sorted({row.case.kind for row in rows})
    found = [metric.measure(fine, seed) for metric in _metrics(Verdicts(opinions), judges, kinds)]
    last = max(at for at, one in enumerate(found) if one.group == "answers")
    return [*found[: last + 1], failed(rows), *found[last + 1 :], *mutation_measures(mutants)]


def case_scores(row: Row, opinions: Sequence[Opinion]) -> dict[str, float]:
    """Return the figures of one case, by `Measure.name`; those that do not apply to it are left out.

    `opinions` may hold those on other cases too. Figures of a whole run (percentiles, areas, the precision of
    declining) are not among them. A case that failed has none.
    """
    if row.error is not None:
        return {}
    own = [item for item in opinions if item.case_id == row.case.id]
    judges = sorted({item.judge for item in own})
    metrics = _metrics(Verdicts(own), judges, [row.case.kind])
    scores = {
        metric.name: metric.score(row) for metric in metrics if isinstance(metric, Share) and metric.paired
    }
    return {name: score for name, score in scores.items() if score is not None}


def failed(rows: Sequence[Row]) -> Measure:
    """Count the cases that could not be asked; they are in no other figure."""
    return Measure(
        name="failed",
        label="Cases that failed",
        group="answers",
        value=float(sum(row.error is not None for row in rows)),
        low=None,
        high=None,
        count=len(rows),
        better="lower",
        unit="count",
        about=(failed.__doc__ or "").strip(),
    )


def _metrics(verdicts: Verdicts, judges: Sequence[str], kinds: Sequence[str]) -> list[Share | Statistic]:
    return [
        *retrieval.METRICS,
        *citations.METRICS,
        *alce_metrics(verdicts, judges),
        *grounding_metrics(verdicts, judges),
        *answer_metrics(kinds),
        *abstention.METRICS,
        *drafts.METRICS,
        *timing.METRICS,
    ]

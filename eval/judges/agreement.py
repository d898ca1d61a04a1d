"""Compare a judge with a person, and correct its groundedness by what the person found."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.figures import counted
from eval.run.types import Label, Opinion

RESAMPLES = 1000
Z = 1.96  # of the 95 % normal interval
FEW = 30  # labels below which the normal interval says little


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far a judge agrees with a person, and groundedness before and after correction by the person's labels.

    `table` counts claims: ((both supported, only the person), (only the judge, neither)). `kappa` is None where
    a verdict never varies; `low` and `high` are None with fewer than two labels. `unclear_to_person` and
    `unjudged_by_judge` count the labelled claims left out because one of the two gave no verdict.
    """

    judge: str
    n: int
    table: tuple[tuple[int, int], tuple[int, int]]
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None
    judged: int  # claims with a verdict of the judge
    raw: float
    corrected: float
    low: float | None
    high: float | None
    unclear_to_person: int = 0
    unjudged_by_judge: int = 0

    @property
    def agreed(self) -> float:
        """Share of the claims on which the two agree."""
        return (self.table[0][0] + self.table[1][1]) / self.n


def agree(
    opinions: Sequence[Opinion], labels: Sequence[Label], judge: str, *, seed: int = 0
) -> Agreement | None:
    """Compare a judge's opinions on whole claims with a person's labels; None where no claim has both.

    Kappa is Cohen's, of supported against not, with a percentile bootstrap interval over claims. The corrected
    groundedness is the judge's mean over all claims plus the mean of label less judge over the labelled ones
    (prediction-powered inference, Angelopoulos and others, Science 2023), with its normal 95 % interval,
    clipped to 0..1. The last label on a claim counts.
    """
    import numpy as np

    whole = whole_claims(opinions, judge)
    said = {place: item.verdict == "supported" for place, item in whole.items() if item.verdict != "unjudged"}
    last = {(item.case_id, item.claim): item for item in labels}
    clear = {place: item for place, item in last.items() if item.verdict != "unjudged"}
    both = [(item.verdict == "supported", said[place]) for place, item in clear.items() if place in said]
    if not both:
        return None
    person, machine = np.array(both, dtype=float).T
    counts = [
        sum(one is a and other is b for one, other in both) for a in (True, False) for b in (True, False)
    ]
    kappa, kappa_low, kappa_high = _kappa(counts, seed)
    every = np.array(list(said.values()), dtype=float)
    change = person - machine
    corrected = float(every.mean() + change.mean())
    low = high = None
    if len(both) > 1:
        half = Z * float(np.sqrt(every.var(ddof=1) / len(every) + change.var(ddof=1) / len(change)))
        low, high = _clipped(corrected - half), _clipped(corrected + half)
    return Agreement(
        judge=judge,
        n=len(both),
        table=((counts[0], counts[1]), (counts[2], counts[3])),
        kappa=kappa,
        kappa_low=kappa_low,
        kappa_high=kappa_high,
        judged=len(every),
        raw=float(every.mean()),
        corrected=_clipped(corrected),
        low=low,
        high=high,
        unclear_to_person=sum(item.verdict == "unjudged" and place in whole for place, item in last.items()),
        unjudged_by_judge=sum(place in whole and place not in said for place in clear),
    )


def whole_claims(opinions: Sequence[Opinion], judge: str) -> dict[tuple[str, int], Opinion]:
    """Return a judge's opinion on each claim with all it cites, by case and claim."""
    found: dict[tuple[str, int], Opinion] = {}
    for item in opinions:
        place = (item.case_id, item.claim)
        if item.judge == judge and (place not in found or len(item.citations) > len(found[place].citations)):
            found[place] = item
    return found


def _kappa(counts: Sequence[int], seed: int) -> tuple[float | None, float | None, float | None]:
    """Return Cohen's kappa of (both, only one, only other, neither) and its bootstrap interval."""
    import numpy as np
    from sklearn.metrics import cohen_kappa_score

    both, first, second, neither = counts
    n = sum(counts)
    if n in (both, neither):
        return None, None, None
    pairs = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    kappa = float(cohen_kappa_score(*zip(*pairs, strict=True)))
    drawn = np.random.default_rng(seed).multinomial(n, np.array(counts) / n, RESAMPLES) / n
    seen = drawn[:, 0] + drawn[:, 3]
    chance = (drawn[:, 0] + drawn[:, 1]) * (drawn[:, 0] + drawn[:, 2])
    chance += (drawn[:, 2] + drawn[:, 3]) * (drawn[:, 1] + drawn[:, 3])
    varied = chance < 1 - 1e-12  # where one verdict is all there is, kappa is not defined
    low, high = np.percentile(((seen - chance)[varied]) / (1 - chance[varied]), [2.5, 97.5])
    return kappa, float(low), float(high)


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))


def lines(agreement: Agreement) -> list[str]:
    """Return the agreement in words and a small table, for the terminal and the report."""
    (both, person), (machine, neither) = agreement.table
    told = [
        f"Judge {agreement.judge} and a person on {counted(agreement.n, 'claim')}: they agree on {agreement.agreed:.3f}.",
        f"{'':18}{'judge: supported':>18}{'judge: not':>12}",
        f"{'person: supported':18}{both:18}{person:12}",
        f"{'person: not':18}{machine:18}{neither:12}",
    ]
    if agreement.kappa is None:
        told.append("Cohen's kappa is not defined: every verdict is the same.")
    else:
        told.append(
            f"Cohen's kappa {agreement.kappa:.3f} [{agreement.kappa_low:.3f}, {agreement.kappa_high:.3f}]"
        )
    told.append(f"Groundedness by the judge {agreement.raw:.3f} of {counted(agreement.judged, 'claim')}")
    between = "" if agreement.low is None else f" [{agreement.low:.3f}, {agreement.high:.3f}]"
    told.append(f"Groundedness corrected by the labels {agreement.corrected:.3f}{between}")
    if person + machine == 0:
        most = min(1.0, 3 / agreement.n)
        told.append(
            f"No disagreement among {counted(agreement.n, 'claim')} still leaves room for the judge to be wrong on {most:.3f} "
            "of them all (rule of three), which the interval does not show."
        )
    elif agreement.n < FEW:
        told.append(f"The interval rests on {counted(agreement.n, 'claim')}: label at least {FEW}.")
    for count, who in (
        (agreement.unclear_to_person, "the person"),
        (agreement.unjudged_by_judge, "the judge"),
    ):
        if count:
            told.append(f"Left out: {counted(count, 'claim')} that {who} could not judge.")
    return told

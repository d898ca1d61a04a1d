"""Choose the evidence threshold of an index for a given risk, from questions whose answers are known."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.core.settings import Settings
from assistant.index.store import Store
from assistant.index.thresholds import Calibration, program_version
from assistant.models.embedder.load import load_embedder
from eval.cases.gold import right
from eval.cases.read import read_cases
from eval.metrics.base.risk import Outcome, Point, clopper_pearson, enough, fitting, risk_coverage
from eval.run.types import Case

RECOUNTS = 3  # smallest thresholds tried before stricter ones
Progress = Callable[[int, int], None]  # cases asked so far, cases in all


@dataclass(frozen=True, kw_only=True)
class CalibrationReport:
    """What the cases showed, the point chosen, and what is to be stored; None where no threshold will do."""

    risk: float
    outcomes: tuple[Outcome, ...]
    chosen: Point | None
    calibration: Calibration | None

    @property
    def promised(self) -> bool:
        """Tell whether the cases are enough to promise the risk, with 95 % confidence."""
        return self.chosen is not None and self.chosen.interval[1] <= self.risk

    def lines(self) -> list[str]:
        """Return the report as text: the risk-coverage table, the choice, and what it is worth."""
        return [*_table(self.outcomes), "", *self._choice()]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        rows = [
            {**(_point(point) if point else {"threshold": None}), "coverage": wanted}
            for wanted, point in risk_coverage(self.outcomes)
        ]
        return {
            "risk": self.risk, "cases": len(self.outcomes), "chosen": _point(self.chosen) if self.chosen else None,
            "promised": self.promised, "table": rows,
            "calibration": asdict(self.calibration) if self.calibration else None,
        }  # fmt: skip

    def _choice(self) -> list[str]:
        if self.chosen is None:
            return [
                f"No threshold keeps the risk at {self.risk:g}: nothing was changed. Allow a higher --risk."
            ]
        low, high = self.chosen.interval
        lines = [
            f"Threshold {self.chosen.threshold:.4f}: {self.chosen.wrong} of {self.chosen.shown} shown answers "
            f"wrong (risk {self.chosen.risk:.3f}, 95 % interval {low:.3f} to {high:.3f}), "
            f"{self.chosen.coverage:.0%} of the answerable questions answered."
        ]
        if not self.promised:
            lines.append(
                f"These cases are too few to promise a risk of {self.risk:g}: it may be up to {high:.3f}. It takes "
                f"at least {enough(self.risk)} shown answers without a mistake, more with some."
            )
        return lines


def run_cases(assistant: Assistant, cases: Sequence[Case], progress: Progress | None = None) -> list[Outcome]:
    """Ask every question and note the score of its evidence, and whether what is shown is right."""
    outcomes = []
    for done, case in enumerate(cases, 1):
        answer = assistant.ask(case.question, case.history)
        outcomes.append(
            Outcome(
                score=answer.confidence,
                answerable=case.answerable,
                shown=bool(answer.claims) and answer.reason != "unsure",
                right=right(case, answer),
            )
        )
        if progress:
            progress(done, len(cases))
    return outcomes


def quoting(settings: Settings, threshold: float) -> Assistant:
    """Open an assistant that answers by quotation alone and declines below a threshold."""
    return Assistant.open(
        settings.model_copy(update={"model": "none", "checker": "judge", "min_evidence": threshold})
    )


def recount(outcomes: Sequence[Outcome], threshold: float) -> Point:
    """Count what is shown and wrong where the threshold is already in force."""
    met = [item for item in outcomes if item.shown]
    known = sum(item.answerable for item in met)
    return Point(
        threshold=threshold,
        coverage=known / sum(item.answerable for item in outcomes),
        shown=len(met),
        wrong=sum(not (item.answerable and item.right) for item in met),
    )


def calibrate(
    settings: Settings, path: Path, risk: float, progress: Progress | None = None
) -> CalibrationReport:
    """Find the smallest evidence threshold whose risk on the cases is at most `risk`; nothing is written.

    Answers are made by quotation alone, through the path that `ask` takes. Raises InputError, IndexMissing,
    IndexMismatch, ModelError.
    """
    store = Store.open(settings, load_embedder(settings))
    cases, sha256 = read_cases(path, store)
    outcomes = run_cases(quoting(settings, 0.0), cases, progress)
    chosen = calibration = None
    fit = fitting(outcomes, risk)
    for point in [*fit[:RECOUNTS], *fit[len(fit) // 2 :][:1], *fit[-1:]]:
        # what is quoted besides the best sentence depends on the threshold too, so count again
        again = recount(run_cases(quoting(settings, point.threshold), cases, progress), point.threshold)
        if again.risk <= risk:
            chosen = again
            break
    if chosen:
        calibration = Calibration(
            min_evidence=chosen.threshold,
            risk=risk,
            shown=chosen.shown,
            wrong=chosen.wrong,
            upper=round(clopper_pearson(chosen.wrong, chosen.shown)[1], 4),
            cases=len(cases),
            cases_sha256=sha256,
            index_id=store.manifest.index_id,
            program=program_version(),
            made=datetime.now(UTC).date().isoformat(),
        )
    return CalibrationReport(risk=risk, outcomes=tuple(outcomes), chosen=chosen, calibration=calibration)


def _table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the risk-coverage table: coverage counts the answerable questions that are answered."""
    lines = [f"{'coverage':>8}{'threshold':>11}{'shown':>7}{'wrong':>7}{'risk':>8}   95 % interval"]
    for wanted, point in risk_coverage(outcomes):
        if point is None:
            lines.append(f"{wanted:8.1f}   not reached: the rest is declined whatever the threshold")
        else:
            low, high = point.interval
            lines.append(
                f"{wanted:8.1f}{point.threshold:11.4f}{point.shown:7}{point.wrong:7}{point.risk:8.3f}"
                f"   {low:.3f} to {high:.3f}"
            )
    return lines


def _point(point: Point) -> dict[str, Any]:
    low, high = point.interval
    body = asdict(point) | {"risk": point.risk, "interval": [low, high]}
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in body.items()}

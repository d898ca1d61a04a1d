"""Say in one sentence what a team lead wants to know of a run: better than the last, fit to ship, and if not, why."""

from collections import Counter

from eval.report.figures import counted
from eval.report.outcome import outcome
from eval.run.types import Run

RIGHT, DECLINED, SUPPORTED = 0.6, 0.3, 0.85  # needed at least, borne at most, needed at least; shares
FEWEST = 30  # cases below which nothing is said to be fit


def verdict(run: Run, before: Run | None = None) -> str:
    """Return the sentence; `before` is the last run of the same cases, None where there is none."""
    reasons = unfit(run)
    fit = "Fit to ship: yes" if not reasons else f"Fit to ship: no, because {_joined(reasons)}"
    return f"{fit}. {against(run, before)}" if before else f"{fit}."


def unfit(run: Run) -> list[str]:
    """Return what keeps a run from being fit to ship, the gravest first; [] for nothing."""
    became = Counter(outcome(row) for row in run.rows)
    asked = [row for row in run.rows if outcome(row) not in ("failed", "ranked")]
    answerable = [row for row in asked if row.case.answerable]
    right = sum(outcome(row) in ("right", "declined rightly") for row in asked)
    wrongly = became["declined wrongly"]
    values = {item.name: item for item in run.measures}
    said = values.get("wrong_shown")
    reasons = []
    if said and said.value:
        reasons.append(f"{counted(round(said.value * said.count), 'answer')} say what must not be said")
    if became["failed"]:
        reasons.append(f"{counted(became['failed'], 'question')} could not be asked")
    if asked and right < RIGHT * len(asked):
        reasons.append(f"{right} of {len(asked)} questions came out right, and {RIGHT:.0%} are needed")
    if answerable and wrongly > DECLINED * len(answerable):
        words = f"{wrongly} of {len(answerable)} answerable questions were declined, and at most {DECLINED:.0%} may be"
        reasons.append(words)
    for name, item in values.items():
        if name.startswith("groundedness[") and item.value is not None and item.value < SUPPORTED:
            reasons.append(
                f"{item.value:.0%} of the shown sentences are supported, and {SUPPORTED:.0%} are needed"
            )
    if len(asked) < FEWEST:
        reasons.append(f"{counted(len(asked), 'question')} are too few to tell ({FEWEST} are needed)")
    return reasons


def against(run: Run, before: Run) -> str:
    """Say whether the share of right cases is better or worse than in the last run, by its paired test."""
    from eval.compare.runs import compare

    found = next((item for item in compare(before, run, seed=7).figures if item.name == "right"), None)
    if found is None or not found.count:
        return "Nothing can be compared with the last run."
    share = f"{found.difference:+.0%} right"
    if found.finding in ("better", "worse"):
        return f"{found.finding.capitalize()} than the last run ({share})."
    return f"No better and no worse than the last run ({share}, which may be chance)."


def _joined(reasons: list[str]) -> str:
    return reasons[0] if len(reasons) == 1 else f"{'; '.join(reasons[:-1])}; and {reasons[-1]}"

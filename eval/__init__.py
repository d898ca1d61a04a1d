"""Measure answers: run questions with known answers, compare two runs, make questions from articles.

In Python: `from eval import evaluate, build_cases, compare_runs`. Never `import eval`: that name hides Python's own
`eval` for the rest of the file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.api.cases_made import CasesMade as CasesMade
    from eval.api.cases_made import build_cases as build_cases
    from eval.api.evaluation import Evaluation as Evaluation
    from eval.api.evaluation import evaluate as evaluate
    from eval.api.runs_compared import RunsCompared as RunsCompared
    from eval.api.runs_compared import compare_runs as compare_runs

_HOME = {
    "CasesMade": "eval.api.cases_made",
    "Evaluation": "eval.api.evaluation",
    "RunsCompared": "eval.api.runs_compared",
    "build_cases": "eval.api.cases_made",
    "compare_runs": "eval.api.runs_compared",
    "evaluate": "eval.api.evaluation",
}
__all__ = ["CasesMade", "Evaluation", "RunsCompared", "build_cases", "compare_runs", "evaluate"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'eval' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

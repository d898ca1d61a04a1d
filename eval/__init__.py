"""Measure answers: run questions with known answers, compare two runs, make questions from articles.

In Python: `from eval import evaluate, build_cases, compare_runs`. Never `import eval`: that name hides Python's own
`eval` for the rest of the file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.beside import RunsCompared as RunsCompared
    from eval.beside import compare_runs as compare_runs
    from eval.evaluation import Evaluation as Evaluation
    from eval.evaluation import evaluate as evaluate
    from eval.made import CasesMade as CasesMade
    from eval.made import build_cases as build_cases

_HOME = {
    "CasesMade": "eval.made",
    "Evaluation": "eval.evaluation",
    "RunsCompared": "eval.beside",
    "build_cases": "eval.made",
    "compare_runs": "eval.beside",
    "evaluate": "eval.evaluation",
}
__all__ = ["CasesMade", "Evaluation", "RunsCompared", "build_cases", "compare_runs", "evaluate"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'eval' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

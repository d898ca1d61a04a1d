"""Make cases from Python: `from eval import build_cases`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer.opened import settings_of
from assistant.core.errors import InputError
from assistant.core.settings import silence_libraries
from assistant.show.escape import html_text, visible
from eval.api.arguments import count_of, path_of, python_names
from eval.run.types import Case
from ingest.progress import steps

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, repr=False)
class CasesMade:
    """Cases made from articles, the file they were written to, and what was made, dropped and why, in lines."""

    cases: Sequence[Case]  # in the order of the file
    path: Path | None  # None: not written
    lines: Sequence[str]  # to print

    def to_dataframe(self) -> "DataFrame":
        """Return one row a case: id, kind, question, answerable, answer (the first; "" where there is none)."""
        import pandas as pd

        columns = ["id", "kind", "question", "answerable", "answer"]
        rows = [
            (case.id, case.kind, case.question, case.answerable, next(iter(case.answers), ""))
            for case in self.cases
        ]
        return pd.DataFrame(rows, columns=columns)

    def __len__(self) -> int:
        return len(self.cases)

    def __str__(self) -> str:
        return visible("\n".join(self.lines))

    def __repr__(self) -> str:
        return f"<CasesMade {len(self.cases)}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return f"<pre>{html_text(str(self))}</pre>"


def build_cases(
    corpus: str | Path | None = None,
    out: str | Path | None = None,
    *,
    seed: int = 7,
    limit: int | None = None,
    progress: bool = True,
    **values: Any,
) -> CasesMade:
    """Make questions with known answers, and near misses without one, from articles.

    A chat model that is named (`model="ollama:qwen2.5"`) writes the questions, in other words than the articles'; without
    one they are made from the sentences themselves, and easier.

    `corpus` is a folder, indexed for it; without one the index that `index` names. `out`: a file of JSON lines to
    write, for `evaluate`. `limit`: the most cases to make, from 1. The same articles and seed give the same cases.
    `values` are fields of `Settings`. Raises InputError where no case could be made or `out` is there already.
    """
    from eval.cases.prepare import build_cases as make
    from eval.cases.read import load_case
    from eval.run.folder import write

    path = None if out is None else path_of("out", out)
    if path is not None and path.exists():
        raise InputError(f"{path} is there already: give another name, or remove it.")
    silence_libraries()
    with python_names(), steps(progress) as step:
        lines, told = make(
            settings_of(**values),
            None if corpus is None else str(path_of("corpus", corpus)),
            chosen=values.get("index") is not None,
            seed=seed,
            limit=count_of("limit", limit),
            step=step,
        )
    if path is not None:
        write(path, "".join(f"{line}\n" for line in lines))
    return CasesMade([load_case(json.loads(line)) for line in lines], path, told)

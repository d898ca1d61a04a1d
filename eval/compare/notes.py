"""Say what two runs differ in: first what makes them hard to compare, then what was changed on purpose."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.compare.types import Setting
from eval.run.types import Row, Run

NAMED = 5  # ids named in one line
# What differs between any two runs, and what the warnings tell.
ASIDE = ("name", "started", "seconds", "status", "fingerprint", "fingerprint_of")
TOLD = ("cases", "index", "judges", "seed", "machine")


def name_of(run: Run) -> str:
    """Name a run by its cases, its pipeline where that is not our own, and the model that drafts."""
    model = _at(run.about, "settings", "model")
    pipeline = run.about.get("pipeline", "own")
    words = [run.about.get("name", "run"), None if pipeline == "own" else pipeline, model]
    return ", ".join(str(word) for word in words if word)


def warnings(a: Run, b: Run, pairs: Sequence[tuple[Row, Row]]) -> list[str]:
    """Return one line for each thing that a reader must know before the figures."""
    lines = []
    if _at(a.about, "cases", "sha256") != _at(b.about, "cases", "sha256"):
        lines.append("The cases files differ: only cases of the same id and question are compared.")
    lines += [*_index_differs(a, b), *_makings_differ(a, b)]
    marked = [one.case.id for one, two in pairs if one.case != two.case]
    if marked:
        lines.append(
            f"Marked otherwise in A and B, so that a figure may move without the answer: {named(marked)}."
        )
    for name, rows in (("A", [one for one, _ in pairs]), ("B", [two for _, two in pairs])):
        failed = [row.case.id for row in rows if row.error is not None]
        if failed:
            lines.append(f"Failed in {name}, so left out of the other figures: {named(failed)}.")
    return lines


def settings(a: Run, b: Run) -> list[Setting]:
    """Return every value of run.json that differs and no warning tells of, by its dotted name."""
    before, now = (dict(_leaves(run.about)) for run in (a, b))
    return [
        Setting(name=name, a=before.get(name), b=now.get(name))
        for name in dict.fromkeys([*before, *now])
        if before.get(name) != now.get(name) and name.split(".")[0] not in (*ASIDE, *TOLD)
    ]


def named(ids: Sequence[str]) -> str:
    """Name the first ids: "a, b, c, d, e and 3 more"."""
    shown = ", ".join(ids[:NAMED])
    return f"{shown} and {len(ids) - NAMED} more" if len(ids) > NAMED else shown


def _index_differs(a: Run, b: Run) -> Iterator[str]:
    before, now = (_index_ids(run) for run in (a, b))
    if before == now:
        return
    held = [_at(run.about, "index", "documents") for run in (a, b)]
    if not all(isinstance(one, Mapping) for one in held):
        which = ""
    elif held[0] == held[1]:
        which = " (the same documents, split or embedded otherwise)"
    else:
        other = [doc for doc in dict.fromkeys([*held[0], *held[1]]) if held[0].get(doc) != held[1].get(doc)]
        which = f" ({named(other)})"
    yield f"The indexes differ{which}: where the documents do, citations cannot be compared and are shown all the same."


def _makings_differ(a: Run, b: Run) -> Iterator[str]:
    judges = [", ".join(map(str, run.about.get("judges") or ())) or "none" for run in (a, b)]
    if judges[0] != judges[1]:
        yield f"The judges differ (A: {judges[0]}; B: {judges[1]}): only what the same judge said is compared."
    seeds = [run.about.get("seed") for run in (a, b)]
    if seeds[0] != seeds[1]:
        yield f"The seeds differ (A: {seeds[0]}; B: {seeds[1]}): samples and mutants may be others."
    if a.about.get("machine") != b.about.get("machine"):
        yield "The machines differ: times cannot be compared."


def _index_ids(run: Run) -> list[str]:
    """Return the index as run.json names it, else those that the answers name."""
    stated = _at(run.about, "index", "id")
    return [stated] if stated else sorted({row.answer.index_id for row in run.rows if row.answer})


def _at(body: Mapping[str, Any], *path: str) -> Any:
    found: Any = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _leaves(body: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{under}{name}.")
        else:
            yield f"{under}{name}", json.dumps(value, ensure_ascii=False, sort_keys=True)

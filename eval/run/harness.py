"""The story of an evaluation: cases, index, answers, opinions, mutants, measures, report."""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.check.load import open_checker
from assistant.check.pairs import Checker
from assistant.core.errors import InputError
from assistant.core.settings import Settings
from assistant.index.store import Store
from assistant.models.chat.load import load_chat_model
from eval.cases.loaders import find_source
from eval.cases.prepare import open_corpus
from eval.cases.sample import chosen, sample
from eval.health.file import keep_health
from eval.health.health import health_of
from eval.judges.chat import PROMPT_SHA256
from eval.judges.judge import Judge
from eval.judges.load import load_judges
from eval.judges.mutants import make
from eval.judges.opinions import gather
from eval.metrics.answers import is_right
from eval.metrics.table import measure
from eval.report.publish import publish
from eval.run.ask import Pipeline, ask
from eval.run.folder import MEASURES, MUTANTS, OPINIONS, RunFolder, load_run
from eval.run.machine import fingerprint, machine, told_index, told_settings, versions
from eval.run.plain_chain import PlainChain
from eval.run.types import Case, Mutant, Opinion, Row, Run
from ingest.progress import Step

PIPELINES = ("own", "plain")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to evaluate, and how."""

    cases: Path
    corpus: str | None = None  # folder to index; None: the index in force, or what the cases bring
    index_chosen: bool = False  # the index of the settings was named by the user
    pipeline: str = "own"
    judges: tuple[str, ...] = ("reader",)
    count: int | None = None  # a fixed sample of that size
    ids: tuple[str, ...] | None = None
    seed: int = 7
    out: Path | None = None
    afresh: bool = False


@contextmanager
def _timed(what: str, spent: dict[str, float]) -> Iterator[None]:
    """Add the seconds of a stage to those of this run, also where it is interrupted."""
    began = time.perf_counter()
    try:
        yield
    finally:
        spent[what] = round(spent.get(what, 0.0) + time.perf_counter() - began, 2)


def run(plan: Plan, settings: Settings, step: Step) -> tuple[Path, Run]:
    """Ask every case, judge what was shown, measure, and write the run folder; return its path and what it holds.

    An interrupted run goes on where it stopped. Raises InputError for cases that cannot be used, IndexMissing,
    IndexMismatch, ModelError for a model or judge that is missing.
    """
    settings, store, cases, sha256 = _open_cases(plan, settings, step)
    judges = load_judges([name for name in plan.judges if name != "none"], settings)
    pipeline = _open_pipeline(plan, settings)
    about = _about(plan, pipeline.settings, store, cases, sha256)
    folder = RunFolder(plan.out or settings.data_dir / "runs" / _name(plan, about))
    known, rows = folder.begin(about, cases, afresh=plan.afresh)
    about = known | _judged(known["judges"], about["judges"])
    spent: dict[str, float] = dict(about.get("seconds", {}))
    _ask_all(pipeline, store, cases, rows, folder, spent, step)
    checker = pipeline.checker if isinstance(pipeline, Assistant) else open_checker(settings)
    opinions = _judge(rows, judges, folder, spent, step)
    mutants = _break(rows, checker, store, plan.seed, spent, step)
    folder.write_records(MUTANTS, mutants)
    finish(folder, about | {"seconds": spent}, rows, opinions, mutants, step)
    if isinstance(pipeline, Assistant) and pipeline.settings.drafts:
        keep_drafts(rows, pipeline.settings, str(about["cases"]["file"]))
    return folder.path, load_run(folder.path)


def keep_drafts(rows: Sequence[Row], settings: Settings, source: str) -> None:
    """Keep how the model of a run drafts, unless more sentences of it were counted before; a warning where it cannot.

    The run stands without it, so a damaged file is no reason to fail.
    """
    answers = [row.answer for row in rows if row.answer]
    lost = sum(row.error is not None for row in rows)
    health = health_of(answers, settings, source=source, questions=len(answers) + lost, lost=lost)
    try:
        keep_health(settings.data_dir, health, only_if_larger=True)
    except InputError as error:
        logger.warning("the citation health of %s was not kept: %s", settings.model, error)


def finish(
    folder: RunFolder,
    about: dict[str, Any],
    rows: Sequence[Row],
    opinions: Sequence[Opinion],
    mutants: Sequence[Mutant],
    step: Step,
) -> None:
    """Measure a run and write what people read of it."""
    step("measuring", 0, 1)
    measures = measure(rows, opinions, mutants, judges=about["judges"], seed=about["seed"])
    folder.write_records(MEASURES, measures)
    folder.note(about | {"status": "finished"})
    publish(folder.path, load_run(folder.path))
    step("measuring", 1, 1)


def _open_cases(plan: Plan, settings: Settings, step: Step) -> tuple[Settings, Store, list[Case], str]:
    """Index what is to be asked and read the cases, all of which must be good."""
    source = find_source(plan.cases, settings.data_dir / "runs" / "scratch")
    store = open_corpus(settings, source, plan.corpus, plan.index_chosen, step)
    settings = settings.model_copy(update={"index": store.folder.parent.name})
    cases, sha256 = source.cases(store)
    if plan.ids is not None:
        cases = chosen(cases, plan.ids)
    if plan.count is not None:
        cases = sample(cases, plan.count, plan.seed)
    if not cases:
        raise InputError(f"{plan.cases} holds no case: give at least one.")
    return settings, store, cases, sha256


def _open_pipeline(plan: Plan, settings: Settings) -> "Assistant | PlainChain":
    """Open what is evaluated. Raises ModelError also where an assistant would go on without its model."""
    if plan.pipeline == "plain":
        return PlainChain.open(settings)
    if settings.drafts:
        load_chat_model(settings)  # raises, where `Assistant.open` would go on with quotations
    return Assistant.open(settings)


def _ask_all(
    pipeline: Pipeline,
    store: Store,
    cases: Sequence[Case],
    rows: list[Row],
    folder: RunFolder,
    spent: dict[str, float],
    step: Step,
) -> None:
    """Ask the cases that have no row yet, in order; what was asked is kept whatever happens."""
    known = {row.case.id: row for row in rows}
    with _timed("asking", spent):
        for at, case in enumerate(cases, 1):
            if case.id not in known:
                known[case.id] = ask(pipeline, store, case)
                folder.append(known[case.id])
                step("asking", at, len(cases))
    rows[:] = [known[case.id] for case in cases]
    folder.write_rows(rows)


def _judged(before: Sequence[str], now: Sequence[str]) -> dict[str, Any]:
    """Return the judges of a run that is gone on with, and the hash of the prompt where one is a chat model."""
    names = list(dict.fromkeys([*before, *now]))
    llm = any(name.startswith("llm:") for name in names)
    return {"judges": names, "judge_prompt_sha256": PROMPT_SHA256 if llm else None}


def _judge(
    rows: Sequence[Row], judges: Sequence[Judge], folder: RunFolder, spent: dict[str, float], step: Step
) -> list[Opinion]:
    """Let the judges judge what was shown; each opinion is kept as it comes, for an LLM may take long."""
    with _timed("judging", spent):
        step("judging", 0, 1)
        known = folder.opinions()
        names = [judge.name for judge in judges]
        opinions = [opinion for opinion in known if opinion.judge not in names]
        kept = frozenset(known)
        for opinion in gather(rows, judges, known):
            opinions.append(opinion)
            folder.keep_opinion(opinion, kept)
        folder.write_records(OPINIONS, opinions)
        step("judging", 1, 1)
    return opinions


def _break(
    rows: Sequence[Row], checker: Checker, store: Store, seed: int, spent: dict[str, float], step: Step
) -> list[Mutant]:
    """Put the product's own check to claims broken on purpose."""
    with _timed("breaking claims", spent):
        step("breaking claims", 0, 1)
        right = [row for row in rows if row.answer and is_right(row)]
        mutants = make(right, checker, store.document, seed)
        step("breaking claims", 1, 1)
    return mutants


def _about(
    plan: Plan, settings: Settings, store: Store, cases: Sequence[Case], sha256: str
) -> dict[str, Any]:
    """Return run.json; what decides the rows is in `fingerprint_of`."""
    drafts = settings.drafts or plan.pipeline == "plain"
    told = told_settings(settings, settings.model if drafts else "none")
    decides = {
        "cases": sha256,
        "ids": fingerprint([case.id for case in cases]),
        "pipeline": plan.pipeline,
        "settings": told | {"index": ""},  # a name; what it holds is its id
        "index": store.manifest.index_id,
        "seed": plan.seed,
        "version": versions()["bpo-kpo-assistant"],
    }
    return {
        "name": plan.cases.stem,
        "status": "running",
        "fingerprint": fingerprint(decides),
        "fingerprint_of": decides,
        "cases": {"file": plan.cases.name, "sha256": sha256, "count": len(cases)},
        "pipeline": plan.pipeline,
        **_judged((), plan.judges),
        "seed": plan.seed,
        "settings": told,
        "index": told_index(store),
        "versions": versions(),
        "machine": machine(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _name(plan: Plan, about: dict[str, Any]) -> str:
    model = about["settings"]["model"].rpartition("/")[2]
    words = [
        plan.cases.stem, *(["plain"] if plan.pipeline == "plain" else []), model, about["fingerprint"][:8],
    ]  # fmt: skip
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "-".join(words))


def renew(path: Path, step: Step) -> Run:
    """Measure a finished run again, with the labels there are now, and write its report anew."""
    found = load_run(path)
    finish(RunFolder(path), dict(found.about), found.rows, found.opinions, found.mutants, step)
    return load_run(path)

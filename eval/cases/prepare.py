"""Make and mend case files: build them from articles, and find where their gold texts stand."""

import json
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.settings import Settings
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.cases.build import build
from eval.cases.build.written.writer import load_writer
from eval.cases.loaders import Source, find_source
from eval.cases.locate import locate
from eval.cases.read import dump_case
from eval.run.corpus import index_for, prepare_index
from ingest.progress import Step


def open_corpus(
    settings: Settings, source: Source | None, corpus: str | None, chosen: bool, step: Step
) -> Store:
    """Index what is to be read, unless the index in force holds it, and open it."""
    name, sources = index_for(source, settings, corpus, chosen=chosen)
    settings = settings.model_copy(update={"index": name})
    embedder = load_embedder(settings)
    prepare_index(
        settings, embedder, sources, lambda done, total: step("reading", done, total),
        lambda done, total: step("embedding", done, total),
    )  # fmt: skip
    return Store.open(settings, embedder)


def build_cases(
    settings: Settings, corpus: str | None, *, chosen: bool, seed: int, limit: int | None, step: Step
) -> tuple[list[str], list[str]]:
    """Return generated cases as JSON lines, and what was made, dropped and why.

    Raises InputError where none could be made, ModelError where the model that is to write them fails.
    """
    writer = load_writer(settings)
    store = open_corpus(settings, None, corpus, chosen, step)
    made = build(
        store,
        seed=seed,
        limit=limit,
        writer=writer,
        progress=step,
    )
    return [json.dumps(dump_case(case), ensure_ascii=False) for case in made.cases], made.lines()


def locate_cases(
    path: Path, settings: Settings, corpus: str | None, chosen: bool, step: Step
) -> tuple[Path, list[str], list[str]]:
    """Return a case file, its lines with the offsets of their gold texts, and what could not be found.

    `path` is the file, or the folder that holds it with documents of its own. Raises InputError.
    """
    source = find_source(path, settings.data_dir / "runs" / "scratch")
    if source.kind != "cases":
        raise InputError(f"{path} holds no cases of our own form: give a file of JSON lines with gold texts.")
    lines, problems = locate(source.path, open_corpus(settings, source, corpus, chosen, step))
    return source.path, lines, problems

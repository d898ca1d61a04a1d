"""Run the harness on public question sets, with each model, and print the figures side by side.

    python -m eval.bench.answers.public --data DIR --out DIR [--sets squad2 ...] [--model none embedded plain] [--count 50]

DIR holds folders with docs/*.txt and questions.jsonl. Of sets that took part in training or fitting only questions
on documents kept out of it are asked (eval/train/reader/held_out.json); of those a fixed sample. Each run is an ordinary
run folder with its report under --out; a run that is there already is not asked again.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.core.settings import EMBEDDED_MODEL, Settings, load_settings, silence_libraries
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.chat.gguf.weights import fetch_weights
from eval.cases.gold import document_names
from eval.cases.loaders import find_source
from eval.cases.prepare import open_corpus
from eval.cases.sample import sample
from eval.run.harness import Plan, run
from eval.run.types import Case, Measure
from eval.train.reader.data import held_out
from ingest.progress import steps

SETS = ("squad2", "clapnq", "stici", "hotpotqa", "ramdocs", "dragonball")
SEED = 7
SHOWN = (
    "right", "false_refusal", "abstain_recall", "risk@0.5", "risk@0.7", "risk@0.9", "citation_precision", "citation_recall",
    "f1_best", "groundedness[reader]", "alce_recall[reader]", "alce_precision[reader]", "wrong_shown", "auroc", "ndcg@10",
    "recall@5", "withheld_rate", "total_median",
)  # fmt: skip


def main() -> None:
    """Ask each set with each model; print one column a model."""
    given = parse()
    silence_libraries()
    if {"embedded", "plain"} & set(given.model):
        fetch_weights(load_settings(data_dir=given.out / "data"))
    for name in given.sets:
        folder = given.data / name
        settings = load_settings(data_dir=given.out / "data", model="none")
        ids = tuple(case.id for case in drawn(folder, name, settings, given.count))
        columns = {model: measured(folder, model, ids, given.out, settings) for model in given.model}
        print(f"\n{name}: {len(ids)} questions")
        print(f"{'':24}" + "".join(f"{model:>26}" for model in columns))
        for figure in SHOWN:
            cells = [shown(column, figure) for column in columns.values()]
            if any(cell != "-" for cell in cells):
                print(f"{figure:24}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="indexes and run folders go here")
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--model", nargs="+", default=["none"], help="none, embedded, plain, PROVIDER:NAME")
    parser.add_argument("--count", type=int, default=50, help="questions a set")
    return parser.parse_args()


def drawn(folder: Path, name: str, settings: Settings, count: int) -> list[Case]:
    """Return a fixed sample of a set's questions, on documents kept out of training where a list names them."""
    source = find_source(folder, settings.data_dir / "scratch")
    with steps() as step:
        store = open_corpus(settings, source, None, False, step)
    cases, _ = source.cases(store)
    lists = held_out()
    names = document_names(store.manifest.documents)
    listed = set(lists.get(name, ())) - set(lists.get("calibration", {}).get(name, ()))
    held = {names[item] for item in listed if item in names}
    if held:
        cases = [case for case, doc in placed(cases, name, store) if doc in held]
    return sample(cases, min(count, len(cases)), SEED)


def placed(cases: Sequence[Case], name: str, store: Store) -> Iterator[tuple[Case, str]]:
    """Yield each case with its document.

    One without an answer has that of the case before it (squad2), or the one that retrieval puts first.
    """
    last = ""
    for case in cases:
        documents = {*case.gold_docs, *(span.doc_id for span in case.gold)}
        if documents:
            last = min(documents)
        elif name != "squad2":
            last = next((item.doc_id for item in search(store, case.question, 1)), "")
        yield case, last


def measured(
    folder: Path, model: str, ids: tuple[str, ...], out: Path, settings: Settings
) -> dict[str, Measure]:
    """Run a set with a model, or read the run that is there; return its measures by name."""
    plain = model == "plain"
    chosen = EMBEDDED_MODEL if model in ("embedded", "plain") else model
    plan = Plan(
        cases=folder, pipeline="plain" if plain else "own", ids=ids, seed=SEED,
        out=out / f"{folder.name}-{model.replace(':', '-').replace('/', '-')}",
    )  # fmt: skip
    with steps() as step:
        _, found = run(plan, load_settings(data_dir=settings.data_dir, model=chosen), step)
    return {item.name: item for item in found.measures}


def shown(column: dict[str, Measure], name: str) -> str:
    """Return a figure with its interval, "-" where there is none."""
    item = column.get(name)
    if item is None or item.value is None:
        return "-"
    ends = "" if item.low is None else f" [{item.low:.2f}, {item.high:.2f}]"
    return f"{item.value:.2f}{ends} {item.count}"


if __name__ == "__main__":
    main()

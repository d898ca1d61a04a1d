"""Measure the speed and memory of the product on this machine.

    python -m eval.bench.speed [--model M] [--runs N]

Medians and 95th percentiles over thirty questions, warm, on the bundled corpus in a fresh data folder (weights are
taken from the data folder in force); ingest against bare sentence-transformers in the same process; a cold `ask`.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from assistant.core.settings import EMBEDDED_MODEL, Settings, load_settings, silence_libraries

QUESTIONS = {
    "definition": ["What does KPO stand for?", "What is BPO?", "What is a shared service centre?",
                   "What is a service credit?", "What is a captive centre?"],
    "list": ["What are the challenges of KPO?", "Which tasks count as back-office BPO?", "What are typical KPO services?",
             "What should a BPO contract cover?", "Which pricing models are used in outsourcing?"],
    "comparison": ["What is the difference between BPO and KPO?", "How do the skills needed for BPO and KPO differ?",
                   "How do client relationships differ in BPO and KPO?", "How does a captive compare with a third-party provider?",
                   "Is attrition higher in KPO or in BPO?"],
    "number": ["How much does outsourcing save?", "How large is the BPO market in 2026?",
               "How many people worked in Philippine IT-BPM in 2023?", "When did Kodak outsource its data processing to IBM?",
               "For how much did GE sell its stake in GECIS?"],
    "cause": ["Why does KPO need highly skilled people?", "Why is KPO work harder to hand over?", "How does AI change BPO jobs?",
              "Why do forecasts of the KPO market disagree?", "Who coined the term knowledge process outsourcing?"],
    "not in the corpus": ["What is the capital of France?", "How do I bake sourdough bread?", "What does a BPO agent in Zambia earn?",
                          "Who won the 2022 World Cup?", "Which company has the best KPO canteen?"],
}  # fmt: skip


def main() -> None:
    """Print every measure with its unit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=EMBEDDED_MODEL)
    parser.add_argument(
        "--runs", type=int, default=3, help="repetitions of the ingest and cold-start measures"
    )
    arguments = parser.parse_args()
    silence_libraries()
    weights = load_settings().weights_dir
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(data_dir=Path(scratch), model=arguments.model)
        settings.weights_dir.symlink_to(weights)
        ingest_speed(settings, arguments.runs)
        ask_speed(settings)
        cold_start(settings, arguments.runs)


def ingest_speed(settings: Settings, runs: int) -> None:
    """Print ingest's speed beside that of bare sentence-transformers in its faster number format."""
    from assistant.index.generation import indexed_text
    from assistant.index.served.backend import BATCH
    from assistant.index.store import Store
    from assistant.models.embedder.files import find_model, load_model
    from assistant.models.embedder.load import load_embedder
    from ingest.index import build_index

    embedder = load_embedder(settings)
    build_index(settings, embedder)
    store = Store.open(settings, embedder)
    texts = [indexed_text(chunk, store.manifest.documents[chunk.doc_id].title) for chunk in store.chunks]
    rates = {}
    for dtype in ("float32", "bfloat16"):
        model = load_model(find_model(settings.embedder), dtype)
        encode = partial(model.encode, texts, batch_size=BATCH, show_progress_bar=False)
        rates[dtype] = len(texts) / float(np.median([clock(encode) for _ in range(runs)]))
    whole = []
    for run in range(runs):
        fresh = settings.model_copy(update={"index": f"speed-{run}"})
        whole.append(clock(partial(build_index, fresh, embedder)))
    rate = len(texts) / float(np.median(whole))
    bare = ", ".join(f"{dtype} {value:.0f}" for dtype, value in rates.items())
    print(f"bare sentence-transformers: {bare} chunks/s")
    print(
        f"ingest of {len(texts)} chunks: {rate:.0f} chunks/s, {rate / max(rates.values()):.2f} of the faster"
    )


def ask_speed(settings: Settings) -> None:
    """Print times of retrieval, first sentence and whole answer, warm."""
    from assistant.assistant import Assistant

    assistant = Assistant.open(settings)
    assistant.ask("What is outsourcing?")
    print(f"model: {settings.model}")
    found: dict[str, list[float]] = {"search": [], "first_sentence": [], "total": []}
    for kind, questions in QUESTIONS.items():
        totals = []
        for question in questions:
            found["search"].append(clock(partial(assistant.search, question)))
            answer = assistant.ask(question)
            totals.append(answer.timings_s["total"])
            if "first_sentence" in answer.timings_s:
                found["first_sentence"].append(answer.timings_s["first_sentence"])
        found["total"] += totals
        print(f"  {kind:18} median {np.median(totals):.2f} s")
    for what, values in found.items():
        print(f"{what:15} median {np.median(values):.3f} s, 95th percentile {np.percentile(values, 95):.3f} s "
              f"(n = {len(values)})")  # fmt: skip


def cold_start(settings: Settings, runs: int) -> None:
    """Print how long the command takes from nothing, and the most memory it held (Linux)."""
    root = Path(__file__).resolve().parents[2]
    command = [
        sys.executable,
        "-m",
        "ui.cli.parse",
        "ask",
        QUESTIONS["definition"][0],
        "--model",
        settings.model,
    ]
    environment = {**os.environ, "BPO_KPO_DATA_DIR": str(settings.data_dir)}
    run = partial(subprocess.run, cwd=root, env=environment, check=True, capture_output=True, text=True)
    times = [clock(partial(run, command)) for _ in range(runs)]
    help_times = [clock(partial(run, [*command[:3], "--help"])) for _ in range(runs)]
    print(
        f"cold `ask`: median {np.median(times):.1f} s; `--help`: median {np.median(help_times):.2f} s (n = {runs})"
    )
    status = Path("/proc/self/status")
    if status.exists():
        # asked of the process itself: what the parent is told counts the parent's own memory at the fork
        code = f"import sys; from ui.cli.parse import main; main(sys.argv[1:]); print(open({str(status)!r}).read())"
        done = run([sys.executable, "-c", code, *command[3:]])
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)
        print(f"peak memory of `ask`: {int(peak) / 1024**2:.2f} GB")


def clock(work: Callable[[], object]) -> float:
    """Return the seconds a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

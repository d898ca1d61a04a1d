"""What each command does, on top of the assistant and the index."""

import argparse
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core import explain
from assistant.core.address import bare_address
from assistant.core.errors import InputError
from assistant.core.plain import jsonable
from assistant.core.settings import Settings, load_settings, silence_libraries
from assistant.core.types import AnswerDone, Citation, ClaimShown, Passage
from assistant.show.escape import json_text, visible
from ui.cli.batch import read_history, run_batch
from ui.cli.calibrate import run_calibrate
from ui.cli.evaluate import run_eval
from ui.cli.setup import run_setup
from ui.cli.usage import check_variables
from ui.library.prepare import bring_judge, check_named, prepare, say

if TYPE_CHECKING:
    from assistant.index.snapshots import Snapshot
    from ingest.index import IndexReport


def run(arguments: argparse.Namespace) -> int:
    """Run the command that was parsed; return its exit code. Raises AssistantError."""
    fetching = arguments.command == "setup" and arguments.model is not None
    silence_libraries(fetching=fetching)
    check_variables()
    settings = load_settings(**{name: getattr(arguments, name, None) for name in Settings.model_fields})
    commands: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
        "setup": run_setup,
        "ingest": ingest,
        "snapshot": snapshot,
        "restore": restore,
        "list": list_snapshots,
        "ask": ask,
        "search": search,
        "verify": verify,
        "chat": chat,
        "serve": serve,
        "mcp": mcp,
        "feedback": feedback,
        "calibrate": run_calibrate,
        "models": models,
        "config": config,
        "doctor": doctor,
        "eval": run_eval,
    }
    return commands[arguments.command](arguments, settings)


def ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    """Index the given sources; exit code 1 if any of them failed or is of a kind that is not read."""
    from assistant.index.served.mirror import generation_in_force
    from ingest.bring import bring
    from ingest.watch import watch

    first, code = generation_in_force(settings) is None, 0
    once = [] if arguments.watch else [bring(settings, arguments.sources, rebuild=arguments.rebuild)]
    for report in once or watch(settings, arguments.sources):
        _tell(report, arguments.json)
        if first:
            bring_judge(settings)
        first, code = False, int(bool(report.failed or report.unread))
    return 0 if arguments.watch else code


def _tell(report: "IndexReport", as_json: bool) -> None:
    if as_json:
        _print_json(report.to_dict())
    else:
        print(report.summary(), flush=True)
    for line in report.problems():
        say(line)


def snapshot(arguments: argparse.Namespace, settings: Settings) -> int:
    """Keep the index in force under a name, or remove what is kept."""
    from assistant.index.snapshots import drop, take

    if arguments.remove:
        if not arguments.name:
            raise InputError("There is no name: give that of the snapshot to remove.")
        drop(settings, arguments.name)
        print(f"Removed the snapshot {arguments.name}.")
        return 0
    print(_kept(take(settings, arguments.name)))
    return 0


def restore(arguments: argparse.Namespace, settings: Settings) -> int:
    """Put a snapshot in force again."""
    from assistant.index import snapshots

    print(f"In force again: {_kept(snapshots.restore(settings, arguments.name))}")
    return 0


def list_snapshots(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the snapshots of the index, oldest first."""
    from assistant.index import snapshots

    found = snapshots.list_snapshots(settings)
    if arguments.json:
        _print_json([vars(item) for item in found])
    else:
        print("\n".join(map(_kept, found)) or f"No snapshot of the index {settings.index!r}.")
    return 0


def _kept(item: "Snapshot") -> str:
    return f"{item.name}: index {item.index!r}, {item.documents} documents, taken {item.taken}"


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer one question, or a batch of them with one warm process."""
    question = sys.stdin.read() if arguments.question == "-" else arguments.question
    if question is not None and not question.strip():
        raise InputError("The question is empty: type a question in words.")
    prepare(settings)
    from assistant.assistant import Assistant
    from assistant.show.text import claim_text, rest_text

    assistant = Assistant.open(settings)
    if arguments.explain:
        explained()
    if arguments.batch:
        return run_batch(
            arguments.batch,
            lambda record: assistant.invoke(
                {
                    "question": record["question"],
                    "history": read_history(record),
                    "articles": record.get("articles", arguments.article),
                }
            ).to_dict(),
            ["question"],
            sys.stdout,
        )
    if arguments.json:
        _print_json(assistant.ask(question, articles=arguments.article).to_dict())
        return 0
    from ui.providers.news import command_for, new_offers, offer_lines, who_answers

    for line in who_answers(settings):
        say(line)
    cited: list[Citation] = []
    for event in assistant.ask_stream(question, articles=arguments.article):
        if isinstance(event, ClaimShown):
            cited += event.new_citations
            if event.aspect is None:  # cells come as a table at the end
                print(claim_text(event.claim, citations=cited), flush=True)
        elif isinstance(event, AnswerDone):
            print(rest_text(event.answer), end="")
    for line in offer_lines(new_offers(settings), command_for):
        say(line)
    return 0


def explained() -> None:
    """Print what decides an answer on standard error, each line with the milliseconds since now."""
    began = time.time()
    handler = logging.StreamHandler()

    def line(record: logging.LogRecord) -> str:
        return visible(f"[{1000 * (record.created - began):6.0f} ms] {record.getMessage()}")

    handler.format = line  # type: ignore[method-assign]
    logger = logging.getLogger(explain.NAME)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def search(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show the passages a query finds, best first."""
    prepare(settings, model=False)
    from assistant.index.search import search as find
    from assistant.index.store import Store
    from assistant.models.embedder.load import load_embedder
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
    from assistant.check.load import open_checker
    from assistant.check.pairs import Pair
    from ui.export.saved import Saved, read_saved

    saved = Saved(answers=()) if arguments.batch else read_saved(Path(arguments.answer))
    checker = open_checker(settings)
    if arguments.batch:

        def judge(record: dict[str, Any]) -> dict[str, Any]:
            question = str(record.get("question") or "")
            pair = Pair(claim=record["claim"], evidence=record["evidence"], question=question)
            judgement = checker.check([pair])[0]
            return {key: jsonable(value) for key, value in vars(judgement).items()}

        return run_batch(arguments.batch, judge, ["evidence", "claim"], sys.stdout)
    from assistant.answer.recheck import recheck_all
    from assistant.index.store import Store
    from assistant.models.embedder.load import load_embedder

    report = recheck_all(
        saved.answers, Store.open(settings, load_embedder(settings)), checker, saved.findings
    )
    if arguments.json:
        _print_json(report.to_dict())
    else:
        print("\n".join(report.lines()))
    return int(not report.holds)


def chat(arguments: argparse.Namespace, settings: Settings) -> int:
    """Open the page in the browser, after building what it needs."""
    from ui.page.start import check_port, run_chat

    check_port(arguments.port)
    if arguments.server:
        from ui.serve.client import ServerAssistant

        ServerAssistant.open(arguments.server, settings).close()  # else the page would open to say so
    else:
        prepare(settings)
        from assistant.models.chat.in_force import answering

        say(answering(settings).line)
    run_chat(settings, arguments.port, not arguments.no_browser, arguments.server)


def serve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer over HTTP until it is stopped."""
    from ui.serve.options import read_options

    options = read_options(arguments)
    from ui.serve.run import leave, run_serve

    leave(run_serve(settings, options))


def mcp(arguments: argparse.Namespace, settings: Settings) -> int:
    """Let a chat program ask, until it ends the talk or the server is stopped."""
    from ui.mcp.run import run_http, run_stdio
    from ui.serve.options import read_options
    from ui.serve.run import leave

    if not arguments.server:
        check_named(settings)
    run = run_http if arguments.http else run_stdio
    leave(run(settings, arguments.server, read_options(arguments)))


def feedback(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what readers said on the page; write it as evaluation cases where a file is named."""
    from ui.export.feedback import read, summary, write_cases

    rows = read(settings.data_dir)
    print(summary(rows))
    if arguments.cases:
        print("\n".join(write_cases(rows, Path(arguments.cases))))
    return 0


def models(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the models there are, or measure how well one cites."""
    from ui.cli.models import run_models

    return run_models(arguments, settings)


def config(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the settings in force, each with what it is for; exit code 1 where the model named cannot be used."""
    from assistant.index.thresholds import in_force, origin
    from assistant.models.chat.in_force import answering

    values = in_force(settings).model_dump(mode="json") | {"base_url": bare_address(settings.base_url)}
    whence = origin(settings)
    told = answering(settings)
    code = int(bool(told.lacks) and "model" in settings.model_fields_set)  # else setup chose it
    if arguments.json:
        _print_json(values | {"min_evidence_from": whence, "answers": told.to_dict()})
        return code
    print(told.line)
    for name, value in values.items():
        about = type(settings).model_fields[name].description
        note = f" ({whence})" if name == "min_evidence" else ""
        print(f"{name} = {value}{note}\n    {about} (BPO_KPO_{name.upper()})")
    return code


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what is there and what is missing, with the command that mends it; exit code 1 if anything is."""
    from ui.cli.doctor import examine

    findings = examine(settings)
    if arguments.json:
        _print_json([vars(finding) for finding in findings])
    else:
        print("\n".join(finding.line() for finding in findings))
    return int(any(not finding.ok for finding in findings))


def _print_json(value: Any) -> None:
    print(json_text(value, indent=2))

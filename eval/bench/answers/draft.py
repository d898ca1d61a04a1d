"""Measure what drafting adds: how many of a model's sentences are shown, and what they say beyond quotations.

    python -m eval.bench.answers.draft [--model M] [--questions FILE] [--print]

Each question is answered twice on the bundled corpus in a fresh data folder, by quotation alone and with the model
drafting. FILE holds {"id", "kind", "question", "history"} a line; the default is eval/bench/data/questions.jsonl.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.assistant import Assistant
from assistant.core.settings import EMBEDDED_MODEL, load_settings, silence_libraries
from assistant.core.types import Answer, Claim, Message
from assistant.text.terms import tokens
from eval.health.probe import QUESTIONS, read_questions
from ingest.index import build_index

NEW_WORDS = 2  # content words the quotations do not hold, from which a sentence counts as adding something


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question answered by quotation alone and with a draft."""

    kind: str
    quoted: Answer
    drafted: Answer

    @property
    def shown(self) -> list[Claim]:
        """The model's own sentences that were shown."""
        return [claim for claim in self.drafted.claims if claim.origin == "model"]

    @property
    def adding(self) -> list[Claim]:
        """Those of them that hold content words the quotations alone do not."""
        have = _words(claim.text for claim in self.quoted.claims)
        return [claim for claim in self.shown if len(_words([claim.text]) - have) >= NEW_WORDS]

    @property
    def repeating(self) -> int:
        """How many of the model's sentences were supported and held back as repetition."""
        return sum(item.verdict == "supported" for item in self.drafted.withheld)

    @property
    def withheld(self) -> int:
        """How many of the model's sentences were held back as not supported."""
        return len(self.drafted.withheld) - self.repeating

    @property
    def lost(self) -> list[str]:
        """Quotations that the answer with a draft no longer shows."""
        kept = {claim.text for claim in self.drafted.claims}
        return [claim.text for claim in self.quoted.claims if claim.text not in kept]


def main() -> None:
    """Print the shares for each kind of question and in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=EMBEDDED_MODEL)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--print", action="store_true", help="print every sentence the model wrote")
    arguments = parser.parse_args()
    silence_libraries()
    rows = answered(read_questions(arguments.questions), arguments.model)
    kinds = dict.fromkeys(row.kind for row in rows)
    print(
        f"{'':14} questions answered  written  shown  adding  repeating  withheld  quotations lost  seconds"
    )
    for kind in kinds:
        report(kind, [row for row in rows if row.kind == kind])
    report("all", rows)
    reasons = Counter(reason for row in rows for item in row.drafted.withheld for reason in item.reasons[:1])
    for reason, count in reasons.most_common(12):
        print(f"{count:4}  {reason}")
    if arguments.print:
        for row in rows:
            print_row(row)


def answered(cases: Iterable[dict[str, Any]], model: str) -> list[Row]:
    """Answer each question without and with the model."""
    weights = load_settings().weights_dir
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(data_dir=Path(scratch), model=model)
        settings.weights_dir.symlink_to(weights)
        plain = settings.model_copy(update={"model": "none"})
        from assistant.models.embedder.load import load_embedder

        build_index(settings, load_embedder(settings))
        quoting, drafting = Assistant.open(plain), Assistant.open(settings)
        rows = []
        for case in cases:
            history = [Message(**turn) for turn in case.get("history", [])]
            answers = [assistant.ask(case["question"], history) for assistant in (quoting, drafting)]
            rows.append(Row(kind=case["kind"], quoted=answers[0], drafted=answers[1]))
        return rows


def report(name: str, rows: list[Row]) -> None:
    """Print one line: counts of questions and sentences, quotations lost, median seconds of drafting."""
    shown, repeating, withheld = (
        sum(values) for values in zip(*((len(r.shown), r.repeating, r.withheld) for r in rows), strict=True)
    )
    adding = sum(len(row.adding) for row in rows)
    lost = sum(len(row.lost) for row in rows)
    found = [row for row in rows if row.drafted.claims]
    seconds = np.median([row.drafted.timings_s["generate"] for row in found]) if found else 0.0
    written = shown + repeating + withheld
    print(
        f"{name:14} {len(rows):9} {len(found):8}  {written:7}  {shown:5}  {adding:6}  {repeating:9}  {withheld:8}  "
        f"{lost:15}  {seconds:7.2f}"
    )


def print_row(row: Row) -> None:
    """Print what a model wrote for one question, with what was quoted."""
    print(f"\n{row.drafted.question}")
    for claim in row.drafted.claims:
        mark = {"quote": "quoted", "model": "adds" if claim in row.adding else "shown"}[claim.origin]
        print(f"  {mark:9} {claim.text}")
        if claim.origin == "model":
            quotes = [c.quote for c in row.drafted.citations if c.n in claim.citations]
            print("".join(f"  {'':9}   from: {quote}\n" for quote in quotes), end="")
    for item in row.drafted.withheld:
        print(f"  {'repeats' if item.verdict == 'supported' else item.verdict:9} {item.text}")


def _words(texts: Iterable[str]) -> set[str]:
    return {stem for text in texts for stem in tokens([text])[0]}


if __name__ == "__main__":
    main()

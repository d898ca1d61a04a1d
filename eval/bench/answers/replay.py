"""Replay replies of a strong model, written by hand: what of them is shown, marked or withheld?

    python -m eval.bench.answers.replay [--data DIR] [--checker judge auto]

Each question of replay.jsonl has a reply as a strong model would write it, with errors planted and labelled in it, and
verdicts as a strong judge would give them. A stand-in server on this machine serves both in the protocol of OpenAI, so
that the whole product is asked: retrieval, prompt, draft, check. Questions of public sets need DIR, the folder that
holds squad2, clapnq and stici. Brackets hold 95 % intervals (Wilson).
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.core.settings import BUNDLED_CORPUS, load_settings, silence_libraries
from assistant.core.types import Answer
from eval.bench.answers.replay_server import ReplayServer
from eval.metrics.base.intervals import wilson
from ingest.bring import bring

MODEL = "openai:replay"
SETS = ("corpus", "squad2", "clapnq", "stici")
Row = dict[str, Any]


def main() -> None:
    """Ask every question once for each way to check, and print what became of the replies."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of the public question sets")
    parser.add_argument("--checker", nargs="+", default=["judge", "auto"], help="as for `bpo-kpo ask`")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--show", type=int, default=0, help="sentences to print of each kind of miss")
    given = parser.parse_args()
    silence_libraries()
    rows = [row for row in read_rows(given.data) if row["set"] in given.sets]
    with tempfile.TemporaryDirectory() as folder:
        for checker in given.checker:
            measured(rows, given.data, Path(folder), checker, given.show)


def read_rows(data: Path | None) -> list[Row]:
    """Return the replies, those on public sets with their question from DIR; without it they are left out."""
    rows = [
        json.loads(line)
        for line in files("eval.bench").joinpath("data", "replay.jsonl").read_text("utf-8").splitlines()
    ]
    asked: dict[tuple[str, str], str] = {}
    for name in SETS[1:] if data else ():
        assert data is not None
        for line in (data / name / "questions.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            asked[name, row["id"]] = row["question"]
    for row in rows:
        row.setdefault("question", asked.get((row["set"], row["id"])))
    return [row for row in rows if row["question"]]


def measured(rows: Sequence[Row], data: Path | None, folder: Path, checker: str, show: int) -> None:
    """Ask all questions with one checker and print the counts."""
    seen: list[tuple[Row, Row, str]] = []  # row, sentence, what became of it
    asked: Counter[bool] = Counter()
    seconds = 0.0
    for name in dict.fromkeys(row["set"] for row in rows):
        own = [row for row in rows if row["set"] == name]
        verdicts = {item["text"]: item["verdict"] for row in own for item in row["sentences"]}
        with closing(ReplayServer(verdicts)) as server:
            assistant = opened(name, data, folder, server, checker)
            for row in own:
                server.begin(row, assistant.document)
                began = time.perf_counter()
                answer = assistant.ask(row["question"])
                seconds += time.perf_counter() - began
                if row["sentences"]:
                    asked[server.drafted] += 1
                seen += [(row, item, fate(item, answer)) for item in row["sentences"] if server.drafted]
    print(f"\nchecker {checker}: {len(rows)} questions, {seconds / len(rows):.2f} s each")
    print(f"  asked where the passages answer: {share(asked[True], sum(asked.values()))}")
    for label, good in (("true", True), ("false", False)):
        fates = Counter(told for _, item, told in seen if item["true"] == good)
        whole = sum(fates.values())
        print(f"  {label}: " + "; ".join(f"{name} {share(fates[name], whole)}" for name in FATES))
    print("  false shown as supported, by kind: " + str(dict(Counter(
        item["kind"] for _, item, told in seen if told == "supported" and not item["true"]))))  # fmt: skip
    for good, wanted in ((False, ("supported",)), (True, ("withheld", "not seen"))):
        missed = [pair for pair in seen if pair[1]["true"] == good and pair[2] in wanted]
        for row, item, told in random.Random(1).sample(missed, min(show, len(missed))):
            print(f"    {told}, {'true' if good else item['kind']}: {item['text']}  ({row['question']})")


FATES = ("supported", "unverified", "withheld", "not seen")


def fate(item: Row, answer: Answer) -> str:
    """Return what became of a sentence of a reply: the verdict it is shown with, "withheld", or "not seen"."""
    text = item["text"].lower().rstrip(".")
    for claim in answer.claims:
        if text.endswith(claim.text.lower().rstrip(".")):
            return claim.verdict
    if any(text.endswith(other.text.lower().rstrip(".")) for other in answer.withheld):
        return "withheld"
    return "not seen"


def share(part: int, whole: int) -> str:
    """Return a share with its interval."""
    ends = wilson(part, whole)
    return f"{part}/{whole} = {part / whole:.3f} [{ends[0]:.2f}, {ends[1]:.2f}]" if ends else "-"


def opened(name: str, data: Path | None, folder: Path, server: ReplayServer, checker: str) -> Assistant:
    """Open an assistant over one set of documents, ingested where it is not yet."""
    settings = load_settings(
        index=name, model=MODEL, base_url=server.address, checker=checker, data_dir=folder
    )
    source = data / name / "docs" if data and name != "corpus" else BUNDLED_CORPUS
    bring(settings, [str(source)], progress=False)
    return Assistant.open(settings)


if __name__ == "__main__":
    main()

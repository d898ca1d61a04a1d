"""Make training examples for reading out of the larger public sets in `reading_more`.

Near misses that people wrote (squad_joined) are taken as they are; the titles and rows of the reporting tenth are
left out.
"""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.train.reader.example import HEADED, WORDS, Reading, crop, held_back

SHARES = {"squad_joined": 0.4, "squadshifts": 0.12, "bioasq": 0.12, "selqa": 1.0, "multispanqa": 1.0}
NEAR_MISSES = 0.7  # share of the unanswerable rows of squad_joined
REPORTED = 10  # one title in so many takes no part


def more_readings(folder: Path, rng: random.Random, words: int = WORDS) -> list[Reading]:
    """Return examples of each set that the folder holds, passages longer than `words` cut around the answer."""
    found = []
    for name, share in SHARES.items():
        for row in rows(folder / f"{name}.jsonl.gz"):
            share_of = share if row.get("answerable", True) else NEAR_MISSES
            wanted = not kept_for_reporting(row) and rng.random() < share_of
            if wanted and (made := example(row, rng, words)) is not None:
                found.append(made)
    return found


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows with a passage of a packed JSONL file; none where it is missing."""
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (row for row in map(json.loads, file) if "passage" in row)


def kept_for_reporting(row: dict[str, Any]) -> bool:
    """Tell whether a row belongs to the tenth kept out of training, by its title, document or passage."""
    name = str(row.get("title") or row.get("doc") or row["passage"])
    return held_back(name, REPORTED)


def example(row: dict[str, Any], rng: random.Random, words: int = WORDS) -> Reading | None:
    """Return a row as an example; None where its answer is not in its passage."""
    text = row["passage"]
    head = str(row.get("title") or "").replace("_", " ") if rng.random() < HEADED else ""
    if not row.get("answerable", True):
        return crop(row["question"], text, [], rng, head=head, words=words)
    short = row.get("answers") or row.get("answer")
    wanted = [short] if isinstance(short, str) else short or [row.get("answer_sentence") or ""]
    near = max(text.find(row.get("answer_sentence") or ""), 0) if len(wanted) == 1 else 0
    spans = []
    for item in wanted:
        ways = [item] if isinstance(item, str) else item  # several ways to write it
        at, way = next(((at, way) for way in ways if way and (at := text.find(way, near)) >= 0), (-1, ""))
        if at < 0:
            return None
        spans.append((at, at + len(way)))
    return crop(row["question"], text, spans, rng, exact=bool(short), head=head, words=words)

"""Read what the checker is tuned and measured on: sentences, hand-made pairs, public grounding sets.

`part` is "tuning" or "held out"; no document is in both (eval/train/reader/held_out.json, by hash for grounding sets).
"""

import json
import random
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Literal

from assistant.check.pairs import Pair
from assistant.core.settings import BUNDLED_CORPUS
from assistant.text.sentences import sentence_spans
from eval.train.reader.data import held_out, lines
from ingest.loaders.markdown import read_markdown

Part = Literal["tuning", "held out"]
SEED = 7
_PARTS = {"tuning": "tuning", "reporting": "held out"}
TRAINING = (
    "summedits",
    "wice",
    "scifact",
    "fever_symmetric",
    "defacto",
    "factcheck_gpt",
)  # licences allow it
MEASURED_ONLY = ("attributionbench", "healthver", "covidfact", "nli4ct", "climate_fever")
TUNING_TITLES = 24  # articles of squad_articles; the held-out ones are listed


def corpus_articles(part: Part | None) -> dict[str, list[str]]:
    """Return the sentences of each bundled article, table rows included, headings left out."""
    held = set(held_out()["verify"]["articles"])
    found: dict[str, list[str]] = {}
    for path in sorted(BUNDLED_CORPUS.glob("*.md")):
        if path.name == "CORPUS.md" or (part and (path.stem in held) != (part == "held out")):
            continue
        document = read_markdown(path.read_bytes())
        texts = (document.text[b.start : b.end] for b in document.blocks if b.kind != "heading")
        found[path.stem] = [sentence for text in texts for sentence in _sentences(text)]
    return found


def squad_articles(data: Path, part: Part) -> dict[str, list[str]]:
    """Return the sentences of Wikipedia articles: qa/squad2/docs and some of retrieval/squad_articles."""
    fixed = held_out()
    found = {
        path.stem: _sentences(path.read_text("utf-8"))
        for path in sorted((data / "qa/squad2/docs").glob("*.txt"))
        if (path.stem in fixed["squad2"]) == (part == "held out")
    }
    listed: list[str] = fixed["verify"]["squad_articles"]
    paragraphs: dict[str, list[str]] = {}
    for row in lines(data / "retrieval/squad_articles/corpus.jsonl"):
        paragraphs.setdefault(row["title"], []).append(row["text"])
    taken = {path.stem for path in (data / "qa/squad2/docs").glob("*.txt")}
    others = sorted(t for t in paragraphs if t not in listed and t.replace(" ", "_") not in taken)
    titles = listed if part == "held out" else random.Random(SEED).sample(others, TUNING_TITLES)
    return found | {title: [s for text in paragraphs[title] for s in _sentences(text)] for title in titles}


def hand_made(name: str, part: Part | None) -> list[tuple[Pair, bool]]:
    """Return pairs made by hand about the articles, with whether they are supported; by article, or by their own part.

    paraphrases are all true and distortions all wrong; clauses (kept apart by "whereas"), limits (conditions, aims,
    ends) and pairs (by somebody who had not seen the program, in eight kinds of wording) are both.
    """
    held = set(held_out()["verify"]["articles"])
    found = []
    for line in files("eval.bench").joinpath("data", f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        own = ("held out" if row["doc"] in held else "tuning") if "doc" in row else _PARTS[row["part"]]
        if part in (None, own):
            supported = row.get("supported", name == "paraphrases")
            found.append((Pair(claim=row["claim"], evidence=row["evidence"]), supported))
    return found


def drafts(data: Path, part: Part) -> list[tuple[Pair, bool, str]]:
    """Return the drafts with whether they are supported and their kind, split by document.

    The judge is calibrated on the tuning part and trained on neither.
    """
    half = 1 if part == "held out" else 0
    return [
        (
            Pair(claim=row["claim"], evidence=row["evidence"], question=row["question"]),
            row["label"] == "supported",
            row["kind"],
        )
        for path in sorted((data / "drafts").glob("*.jsonl"))
        for row in lines(path)
        if zlib.crc32(row["source"].encode()) % 2 == half
    ]


def grounding(data: Path, name: str, part: Part, limit: int) -> list[tuple[Pair, bool]]:
    """Return pairs of a grounding set with whether they are supported, split by evidence.

    Sets that may only be measured on are all held out.
    """
    rows = [row for row in lines(data / "grounding" / f"{name}.jsonl") if row["evidence"].strip()]
    half = 1 if part == "held out" else 0
    if name in TRAINING:
        rows = [row for row in rows if zlib.crc32(row["evidence"].encode()) % 2 == half]
    elif part == "tuning":
        rows = []
    random.Random(SEED).shuffle(rows)
    return [
        (Pair(claim=row["claim"], evidence=row["evidence"]), row["label"] == "supported")
        for row in rows[:limit]
    ]


def _sentences(text: str) -> list[str]:
    spans = [text[start:end] for start, end in sentence_spans(text)]
    return [sentence for sentence in spans if len(sentence.split()) >= 4]

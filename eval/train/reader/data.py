"""Make training examples for reading (which words answer the question) out of public sets.

Documents named in held_out.json, and questions answered from them, are left out.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.index.lookup.lexical import LexicalIndex
from assistant.models.reader.tokens import stems
from assistant.text.sentences import sentence_spans
from eval.judges.mutate import TURNS
from eval.train.reader.example import HEADED, WORDS, Reading, Span, crop

HELD_OUT = Path(__file__).resolve().parent / "held_out.json"
READING = ("policyqa", "nq_open_oracle", "qed", "covidqa")
SHARE = {"policyqa": 0.6}  # many questions on few texts
UNANSWERED = 0.3  # share of the larger sets' questions that are also made unanswerable


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSONL file, packed or not."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="\n") as file:
        yield from (json.loads(line) for line in file if line.strip())


@lru_cache(maxsize=1)
def held_out() -> dict[str, Any]:
    """Read the list of documents nothing may be trained on."""
    loaded: dict[str, Any] = json.loads(HELD_OUT.read_text("utf-8"))
    return loaded


def key(question: str) -> str:
    """Write a question so that two spellings of it are the same."""
    return " ".join(stem for *_, stem in stems(question.lower()))


def readings(data: Path, rng: random.Random) -> list[Reading]:
    """Return every training example for reading, with unanswerable ones made from them."""
    real = plain(data, rng)
    real += [item for item in [*_squad(data, rng), *_clapnq(data)] for _ in range(2)]
    texts = sorted({item.text: item.head for item in real}.items())
    index = LexicalIndex.build([text for text, _ in texts])
    made = []
    for item in real:
        if item.spans and (other := _unanswerable(item, texts, index, rng)):
            made.append(other)
    return real + made


def plain(data: Path, rng: random.Random, words: int = WORDS) -> list[Reading]:
    """Return the questions of the smaller sets as they are, texts longer than `words` cut around the answer."""
    banned = {key(row["question"]) for name in ("clapnq", "stici") for row in lines(_questions(data, name))}
    banned |= {key(row["question"]) for row in lines(data / "grounding" / "attributionbench.jsonl")}
    return [
        _from_row(row, rng, words)
        for name in READING
        for row in lines(data / "reading" / f"{name}.jsonl")
        if key(row["question"]) not in banned and rng.random() < SHARE.get(name, 1.0)
    ]


def with_more(data: Path, rng: random.Random) -> list[Reading]:
    """Return the examples of `readings` and those of the larger sets, to go on training with."""
    from eval.train.reader.reading_more import more_readings

    banned = {key(row["question"]) for name in ("clapnq", "stici") for row in lines(_questions(data, name))}
    more = [item for item in more_readings(data / "reading_more", rng) if key(item.question) not in banned]
    texts = sorted({item.text: item.head for item in more}.items())
    index = LexicalIndex.build([text for text, _ in texts])
    answered = [item for item in more if item.spans and rng.random() < UNANSWERED]
    made = [other for item in answered if (other := _unanswerable(item, texts, index, rng))]
    return readings(data, rng) + more + made


def _questions(data: Path, name: str) -> Path:
    return data / "qa" / name / "questions.jsonl"


def _from_row(row: dict[str, Any], rng: random.Random, words: int) -> Reading:
    spans = [(item["start"], item["start"] + len(item["text"])) for item in row["answers"]]
    return crop(row["question"], row["context"], spans, rng, words=words)


def _squad(data: Path, rng: random.Random) -> Iterator[Reading]:
    """Yield the questions on documents not held out, near misses with the paragraph they were asked about.

    The set lists the questions of a paragraph one after the other, those with an answer first.
    """
    banned = set(held_out()["squad2"])
    folder = data / "qa" / "squad2"
    texts = {path.stem: path.read_text("utf-8") for path in sorted((folder / "docs").glob("*.txt"))}
    last: tuple[str, Span] | None = None
    for row in lines(folder / "questions.jsonl"):
        if row["answerable"]:
            gold = row["gold"][0]
            doc = gold["doc"].removesuffix(".txt")
            last = (doc, paragraph(texts[doc], gold["start"]))
        if last is None or last[0] in banned:
            continue
        doc, (begin, end) = last
        spans = [(g["start"] - begin, g["end"] - begin) for g in row["gold"] if begin <= g["start"] < end]
        head = doc.replace("_", " ") if rng.random() < HEADED else ""
        yield crop(row["question"], texts[doc][begin:end], spans, rng, head=head)


def paragraph(text: str, at: int) -> Span:
    """Return the (start, end) of the line that holds a character."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _clapnq(data: Path) -> Iterator[Reading]:
    """Yield questions on documents not held out; one without an answer goes with the nearest document."""
    banned = set(held_out()["clapnq"])
    folder = data / "qa" / "clapnq"
    texts = {path.stem: path.read_text("utf-8") for path in sorted((folder / "docs").glob("*.txt"))}
    names = list(texts)
    index = LexicalIndex.build(list(texts.values()))
    for row in lines(folder / "questions.jsonl"):
        found = index.search(row["question"], 1)
        doc = row["gold_docs"][0] if row["gold_docs"] else names[found[0][0]] if found else ""
        if doc and doc not in banned:
            spans = tuple((g["start"], g["end"]) for g in row["gold"] if g["doc"] == doc)
            yield Reading(question=row["question"], text=texts[doc], spans=spans, exact=False)


def _unanswerable(
    item: Reading, texts: list[tuple[str, str]], index: LexicalIndex, rng: random.Random
) -> Reading | None:
    """Take the answer out of the text, exchange a name or word of the question, or take a text near it.

    `texts` are all texts with their headings, in the order of the index."""
    way = rng.choice(["cut", "exchange", "exchange", "near"])
    if way == "near":
        answers = [item.text[a:b].lower() for a, b in item.spans]
        for at, _ in index.search(item.question, 4)[1:]:
            text, head = texts[at]
            if not any(answer in text.lower() for answer in answers) and text != item.text:
                return crop(item.question, text, [], rng, head=head)
    if way == "exchange" and (question := exchange(item.question, item.text, item.spans, rng)):
        return replace(item, question=question, spans=())
    kept = [
        item.text[a:b]
        for a, b in sentence_spans(item.text)
        if not any(a < end and start < b for start, end in item.spans)
    ]
    if not kept:
        return None
    return replace(item, text=" ".join(kept), spans=())


def exchange(question: str, text: str, spans: tuple[Span, ...], rng: random.Random) -> str | None:
    """Put another name or number of the text in place of one in the question, or turn a word of direction."""
    names = [
        match
        for match in re.finditer(r"(?<![.!?\"'] )(?<!^)\b[A-Z][\w-]+(?: [A-Z][\w-]+)*|\b\d[\d,.]*\d\b", text)
        if not any(match.start() < b and a < match.end() for a, b in spans)
    ]
    low = question.lower()
    asked = [match.group() for match in names if re.search(rf"\b{re.escape(match.group().lower())}\b", low)]
    others = sorted({match.group() for match in names if match.group().lower() not in low})
    if asked:
        old = rng.choice(sorted(asked))
        fit = [name for name in others if name[0].isdigit() == old[0].isdigit()]
        if fit:
            new = rng.choice(fit)
            new = new if any(ch.isupper() for ch in question) else new.lower()
            return re.sub(rf"\b{re.escape(old)}\b", lambda _: new, question, count=1, flags=re.I)
    turns = [(a, b) for a, b in TURNS if re.search(rf"\b{a}\b", low)]
    if turns:
        a, b = rng.choice(turns)
        return re.sub(rf"\b{a}\b", b, question, count=1, flags=re.I)
    return None

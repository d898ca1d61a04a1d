"""Make training examples for reading (which words answer the question) out of public sets.

Documents named in held_out.json, and questions answered from them, are left out.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.index.lexical import LexicalIndex
from assistant.reader_input import stems
from assistant.sentences import sentence_spans
from eval.mutate import TURNS

HELD_OUT = Path(__file__).resolve().parent / "held_out.json"
READING = ("policyqa", "nq_open_oracle", "qed", "covidqa")
SHARE = {"policyqa": 0.6}  # many questions on few texts
WORDS = 130  # of a text, about
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A question, a text, and the characters of the text that answer it; none where nothing does."""

    question: str
    text: str
    spans: tuple[Span, ...]
    exact: bool = True  # the spans are short answers, not whole sentences


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSONL file."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


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
    banned = {key(row["question"]) for name in ("clapnq", "stici") for row in lines(_questions(data, name))}
    banned |= {key(row["question"]) for row in lines(data / "grounding" / "attributionbench.jsonl")}
    real: list[Reading] = []
    for name in READING:
        for row in lines(data / "reading" / f"{name}.jsonl"):
            if key(row["question"]) not in banned and rng.random() < SHARE.get(name, 1.0):
                real.append(_from_row(row, rng))
    real += [item for item in _squad(data, rng) for _ in range(2)]
    real += [item for item in _clapnq(data) for _ in range(2)]
    texts = sorted({item.text for item in real})
    index = LexicalIndex.build(texts)
    made = []
    for item in real:
        if item.spans and (other := _unanswerable(item, texts, index, rng)):
            made.append(other)
    return real + made


def _questions(data: Path, name: str) -> Path:
    return data / "qa" / name / "questions.jsonl"


def _from_row(row: dict[str, Any], rng: random.Random) -> Reading:
    spans = [(item["start"], item["start"] + len(item["text"])) for item in row["answers"]]
    return crop(row["question"], row["context"], spans, rng)


def crop(
    question: str, text: str, spans: list[Span], rng: random.Random, *, exact: bool = True, words: int = WORDS
) -> Reading:
    """Cut a long text to whole sentences around the first answer, a chance number of them before it."""
    if len(text.split()) > words:
        cuts = sentence_spans(text)
        middle = next((n for n, (_, b) in enumerate(cuts) if spans and b > spans[0][0]), len(cuts) // 2)
        low = high = middle
        lengths = [len(text[a:b].split()) for a, b in cuts]
        while sum(lengths[low : high + 1]) < words and (low > 0 or high + 1 < len(cuts)):
            if low > 0 and (rng.random() < 0.5 or high + 1 == len(cuts)):
                low -= 1
            else:
                high += 1
        begin, end = cuts[low][0], cuts[high][1]
        spans = [(a - begin, min(b, end) - begin) for a, b in spans if a >= begin and a < end]
        text = text[begin:end]
    return Reading(question=question, text=text, spans=tuple(sorted(set(spans))), exact=exact)


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
        yield crop(row["question"], texts[doc][begin:end], spans, rng)


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


def _unanswerable(item: Reading, texts: list[str], index: LexicalIndex, rng: random.Random) -> Reading | None:
    """Take the answer out of the text, exchange a name or word of the question, or take a text near it."""
    way = rng.choice(["cut", "exchange", "exchange", "near"])
    if way == "near":
        answers = [item.text[a:b].lower() for a, b in item.spans]
        for at, _ in index.search(item.question, 4)[1:]:
            if not any(answer in texts[at].lower() for answer in answers) and texts[at] != item.text:
                return crop(item.question, texts[at], [], rng)
    if way == "exchange" and (question := exchange(item.question, item.text, item.spans, rng)):
        return Reading(question=question, text=item.text, spans=(), exact=item.exact)
    kept = [
        item.text[a:b]
        for a, b in sentence_spans(item.text)
        if not any(a < end and start < b for start, end in item.spans)
    ]
    if not kept:
        return None
    return Reading(question=item.question, text=" ".join(kept), spans=(), exact=item.exact)


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

"""Make the drafter's examples out of everyday documents, their questions, and answers written by hand for them.

A row holds the prompt as the program writes it, over the section that answers among the nearest others, and the reply:
sentences with their numbers, or NO ANSWER where the document does not tell or its section is left out.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.core.types import Evidence, Passage
from assistant.index.lookup.lexical import LexicalIndex
from assistant.write.model.prompt import build_messages
from assistant.write.model.request import Request
from eval.train.reader.data import lines
from eval.train.reader.written.hand import HAND, as_stored, kept_for_reporting

WRITTEN = Path(__file__).with_name("written.jsonl.gz")
NO_ANSWER = "NO ANSWER"
WITHOUT = 0.03  # share of the answered questions that are also put without the section that answers
REFUSED = 0.12  # share used of the questions that their document does not answer: it is asked where the reader is sure
CUT = 0.25  # share of the answered questions that are put to the sentences around the answer alone
MOST = 24  # sentences in a prompt
ASKED_AS = {
    "one sentence": (", in one sentence", " Answer in one sentence.", " (one line)"),
    "two sentences": (", in two sentences", " Answer in two sentences."),
    "bullets": (" as bullet points", " Answer in bullets.", " (bullets please)"),
    "short paragraph": (", in a short paragraph", " Write a short paragraph."),
}


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of a document: its title, heading and sentences."""

    title: str
    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Example:
    """What the model is asked, as (role, text), and what it is to reply."""

    messages: tuple[tuple[str, str], ...]
    reply: str


def examples(rng: random.Random, written: Path = WRITTEN) -> list[Example]:
    """Return one round of examples, of the documents that are not kept for reporting."""
    documents = [row for row in lines(HAND) if not kept_for_reporting(row)]
    replies = {row["id"]: row for row in lines(written)}
    sections = [section for row in documents for section in sections_of(row)]
    index = LexicalIndex.build([f"{item.heading} {' '.join(item.sentences)}" for item in sections])
    found, first = [], 0
    for row in documents:
        for number, item in enumerate(row["questions"]):
            own = first + int(item["s"]) - 1
            near = [at for at, _ in index.search(item["q"], 4) if at != own]
            near = near[: rng.choice((0, 0, 1, 1, 2))]
            reply = replies.get(f"{row['id']}:{number}")
            if reply and reply["answer"] != "SKIP":
                question = item["q"] + rng.choice(ASKED_AS.get(reply["form"], ("",)))
                answer = reply["answer"]
                if rng.random() < CUT:
                    found.append(_cut(question, sections[own], answer))
                else:
                    found.append(_answered(question, sections, own, near, answer, rng))
                if near and rng.random() < WITHOUT:
                    found.append(example(item["q"], [sections[at] for at in near], NO_ANSWER))
            elif not item["a"] and rng.random() < REFUSED:
                shown = [own, *near]
                rng.shuffle(shown)
                found.append(example(item["q"], [sections[at] for at in shown], NO_ANSWER))
        first += len(row["sections"])
    return found


def sections_of(row: dict[str, Any]) -> list[Section]:
    """Return the sections of a document as they are stored."""
    return [
        Section(
            title=row["title"],
            heading=section["heading"],
            sentences=tuple(as_stored(sentence) for sentence in section["sentences"]),
        )
        for section in row["sections"]
    ]


def example(question: str, sections: Sequence[Section], reply: str) -> Example:
    """Return the prompt of the program over these sections, in their order, and the reply."""
    request = Request(question=question, sources=tuple(_sources(sections)), brief=True)
    messages = tuple((ROLE[item.type], str(item.content)) for item in build_messages(request))
    return Example(messages=messages, reply=reply)


ROLE = {"system": "system", "human": "user", "ai": "assistant"}


def _cut(question: str, section: Section, reply: str) -> Example:
    """Put only the sentences that the reply names and those beside them, and number the reply's sentences anew."""
    named = [int(number) for number in re.findall(r"\[(\d+)\]", reply)]
    first, last = max(min(named) - 2, 0), max(named) + 1
    numbered = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) - first}]", reply)
    return example(question, [replace(section, sentences=section.sentences[first:last])], numbered)


def _answered(
    question: str, sections: Sequence[Section], own: int, near: Sequence[int], reply: str, rng: random.Random
) -> Example:
    """Put the section that answers among others, mostly first, and number the reply's sentences anew."""
    room = MOST - len(sections[own].sentences)
    others = [at for at in near if len(sections[at].sentences) <= room][:2]
    shown = [own, *others]
    if rng.random() < 0.45:
        rng.shuffle(shown)
    before = sum(len(sections[at].sentences) for at in shown[: shown.index(own)])
    numbered = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + before}]", reply)
    return example(question, [sections[at] for at in shown], numbered)


def _sources(sections: Sequence[Section]) -> list[Evidence]:
    found: list[Evidence] = []
    for number, section in enumerate(sections):
        passage = Passage(
            chunk_id=str(number), doc_id=str(number), title=section.title, source="", section=section.heading,
            page=None, start=0, end=1, score=1.0, text=" ".join(section.sentences), doc_sha256="",
        )  # fmt: skip
        found += [
            Evidence(passage=passage, start=0, end=1, text=sentence, score=1.0)
            for sentence in section.sentences
        ]
    return found[:MOST]

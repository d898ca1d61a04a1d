"""Read the questions that documents answer from `questions.jsonl`, a file beside the documents of a folder.

One line an answer: {"doc": "pricing.md", "questions": ["...", ...], "answer": ["opening words of a sentence", ...]}.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.core.errors import LoadError
from assistant.core.types import AskedQuestion, Document
from assistant.text.sentences import sentence_spans

QUESTIONS = "questions.jsonl"
MOST_BYTES = 20_000_000
FORM = 'want {"doc": "file.md", "questions": ["...", ...], "answer": ["opening words of a sentence", ...]}'


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question and the opening words of each sentence that answers it."""

    line: int
    question: str
    answer: tuple[str, ...]


def read_questions(folder: Path) -> dict[str, list[Asked]]:
    """Return the questions of each document, by its path below the folder; {} where there is no such file.

    Raises LoadError, whose text starts with the file and line, for a line of another form.
    """
    path = folder / QUESTIONS
    if not path.is_file():
        return {}
    if path.stat().st_size > MOST_BYTES:
        raise LoadError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB; split the folder")
    found: dict[str, list[Asked]] = {}
    for number, body in _lines(path):
        match body:
            case {"doc": str(doc), "questions": [*questions], "answer": [*answer]} if (
                questions
                and answer
                and all(isinstance(item, str) and item.strip() for item in questions + answer)
            ):
                found.setdefault(doc, []).extend(
                    Asked(line=number, question=" ".join(question.split()), answer=tuple(answer))
                    for question in questions
                )
            case _:
                raise LoadError(f"{path}, line {number}: {FORM}")
    return found


def with_questions(document: Document, asked: Sequence[Asked], path: Path) -> Document:
    """Return the document with its questions, their sentences found in its text.

    Raises LoadError where no sentence, or more than one, begins with the words given.
    """
    spans = sentence_spans(document.text)
    texts = [" ".join(document.text[a:b].split()) for a, b in spans]
    questions = []
    for item in asked:
        places = []
        for words in item.answer:
            opening = " ".join(words.split())
            at = [n for n, text in enumerate(texts) if text.startswith(opening)]
            if len(at) != 1:
                many = "no sentence begins" if not at else f"{len(at)} sentences begin"
                raise LoadError(
                    f"{path}, line {item.line}: in {document.source} {many} with {opening!r}; give the opening "
                    "words of one sentence"
                )
            places.append(spans[at[0]])
        questions.append(AskedQuestion(question=item.question, spans=tuple(sorted(set(places)))))
    return replace(document, questions=tuple(questions))


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield number, json.loads(line)
                    except (ValueError, RecursionError):
                        raise LoadError(f"{path}, line {number}: is no JSON; {FORM}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(f"{path} could not be read: {error}") from None

"""Read questions with known answers: a question, whether it is answerable, and how to tell a right answer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.store import Store
from assistant.types import Answer, Message
from eval.gold import Span, cites_any, document_names, read_spans, says

SHOWN_LINES = 5  # bad lines named one by one
NEEDS = 'needed is {"question": text, "answerable": true or false, "gold": [spans] or "answers": [texts]}'


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question, and how to tell a right answer: by gold spans, or by one of several wordings."""

    question: str
    answerable: bool
    history: tuple[Message, ...] = ()
    spans: tuple[Span, ...] = ()
    answers: tuple[str, ...] = ()

    def right(self, answer: Answer) -> bool:
        """Tell whether a quotation of the answer overlaps a gold span, or holds an answer where there is none."""
        if self.spans:
            return cites_any(answer.citations, self.spans)
        return any(says(citation.quote, self.answers) for citation in answer.citations)


def read_cases(path: Path, store: Store) -> tuple[list[Case], str]:
    """Read a file of JSON lines; return the cases and the file's SHA-256.

    Raises InputError that names every bad line (the first five in full), and for a file without an answerable case.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): give a file of JSON lines.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text ({error.reason}): save it as UTF-8.") from None
    names = document_names(store.manifest.documents)
    cases: list[Case] = []
    bad: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                cases.append(_case(line, store, names))
            except InputError as error:
                bad.append(f"line {number}: {error}")
    if bad:
        more = f"; and {len(bad) - SHOWN_LINES} more" if len(bad) > SHOWN_LINES else ""
        count = "1 line" if len(bad) == 1 else f"{len(bad)} lines"
        raise InputError(
            f"{path} has {count} that cannot be used, so nothing was changed: "
            f"{'; '.join(bad[:SHOWN_LINES])}{more}."
        )
    if not any(case.answerable for case in cases):
        raise InputError(f"{path} holds no answerable question: {NEEDS}.")
    return cases, hashlib.sha256(raw).hexdigest()


def _case(line: str, store: Store, names: Mapping[str, str]) -> Case:
    """Read one line. Raises InputError that says what is wrong with it."""
    try:
        body = json.loads(line)
    except ValueError:
        raise InputError("it is not JSON") from None
    if not isinstance(body, dict):
        raise InputError(f"it is no JSON object, {NEEDS}")
    question, answerable = body.get("question"), body.get("answerable")
    if not isinstance(question, str) or not question.strip() or not isinstance(answerable, bool):
        raise InputError(f"'question' or 'answerable' is missing, {NEEDS}")
    gold, answers = body.get("gold") or [], body.get("answers") or []
    if not isinstance(answers, list) or not all(isinstance(item, str) for item in answers):
        raise InputError("'answers' is no list of texts")
    spans = _spans(gold, store, names)
    if answerable and not spans and not any(item.strip() for item in answers):
        raise InputError("it is answerable, but has neither 'gold' nor 'answers'")
    return Case(
        question=question,
        answerable=answerable,
        history=tuple(_history(body.get("history") or [])),
        spans=tuple(spans),
        answers=tuple(answers),
    )


def _spans(gold: Any, store: Store, names: Mapping[str, str]) -> list[Span]:
    try:
        spans = read_spans(gold, names)
        for item, span in zip(gold, spans, strict=True):
            found = store.document(span.doc_id).text[span.start : span.end]
            if not found or item.get("text", found) != found:
                raise InputError(
                    f"{item['doc']!r} does not have the gold text from {span.start} to {span.end} in the index"
                )
    except KeyError as error:
        raise InputError(f"{error} is no document of the index, or no field of a gold span") from None
    except (TypeError, ValueError, AttributeError):
        raise InputError("'gold' is no list of {doc, start, end, text}") from None
    return spans


def _history(turns: Any) -> list[Message]:
    try:
        found = [Message(role=turn["role"], content=str(turn["content"])) for turn in turns]
    except (KeyError, TypeError):
        found = []
    if len(found) != len(turns) or any(turn.role not in ("user", "assistant") for turn in found):
        raise InputError("'history' is no list of {role, content}")
    return found

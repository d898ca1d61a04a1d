"""The shape of a case as JSON, read and written, and the rules a case must keep."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast, get_args

from assistant.core.errors import InputError
from assistant.core.types import Message, Role
from eval.run.types import Case, CaseOrigin, GoldRule, Span

NEEDS = 'needed is {"question": text, "answerable": true or false, "gold": [spans] or "answers": [texts]}'
KEYS = (
    "id", "kind", "question", "answerable", "history", "answers", "key_facts", "gold", "gold_rule", "gold_docs",
    "relevant", "wrong", "wrong_answers", "origin",
)  # fmt: skip


def dump_case(case: Case) -> dict[str, Any]:
    """Return a case as plain JSON types, in the form that `load_case` and `read_cases` read; nothing that is empty."""
    body: dict[str, Any] = {
        "id": case.id,
        "kind": case.kind,
        "question": case.question,
        "history": [{"role": turn.role, "content": turn.content} for turn in case.history],
        "answerable": case.answerable,
        "answers": list(case.answers),
        "key_facts": [list(wordings) for wordings in case.key_facts],
        "gold": [_dump_span(span) for span in case.gold],
        "gold_rule": case.gold_rule,
        "gold_docs": list(case.gold_docs),
        "relevant": dict(case.relevant),
        "wrong": list(case.wrong),
        "origin": case.origin,
    }
    return {key: value for key, value in body.items() if value not in ([], {})}


def load_case(body: Mapping[str, Any], default_id: str = "") -> Case:
    """Return the case of a JSON object, with its documents as they are named there.

    Raises InputError for a value of another type or a key that looks misspelt; `broken_rule` tells the rest.
    """
    _known_keys(body)
    question, answerable = body.get("question"), body.get("answerable")
    if not isinstance(question, str) or not question.strip() or not isinstance(answerable, bool):
        raise InputError(f"'question' or 'answerable' is missing, {NEEDS}")
    facts = _given(body, "key_facts", [])
    if not isinstance(facts, list) or not all(_is_texts(fact) for fact in facts):
        raise InputError("'key_facts' is no list of lists of wordings")
    return Case(
        id=_line(body, "id", default_id),
        question=question,
        answerable=answerable,
        history=_history(_given(body, "history", [])),
        answers=_texts(body, "answers"),
        key_facts=tuple(tuple(fact) for fact in facts),
        gold=_spans(_given(body, "gold", [])),
        gold_rule=cast(GoldRule, _one_of(body, "gold_rule", get_args(GoldRule), "any")),
        gold_docs=_texts(body, "gold_docs"),
        relevant=_grades(_given(body, "relevant", {})),
        wrong=_texts(body, "wrong") + _texts(body, "wrong_answers"),
        kind=_line(body, "kind", "question"),
        origin=cast(CaseOrigin, _one_of(body, "origin", get_args(CaseOrigin), "hand")),
    )


def broken_rule(case: Case) -> str | None:
    """Return in words the rule that a case breaks, or None."""
    if not case.id:
        return "'id' is missing"
    marks = (case.gold, case.gold_docs, case.answers, case.key_facts, case.relevant)
    if any(not wordings or not all(map(str.strip, wordings)) for wordings in case.key_facts):
        return "'key_facts' has a fact without words"
    if not case.answerable and any(marks):
        return "it is not answerable, but has 'gold', 'gold_docs', 'answers', 'key_facts' or 'relevant'"
    marked = any(marks) and (any(marks[:2] + marks[3:]) or any(map(str.strip, case.answers)))
    if case.answerable and not marked:
        return "it is answerable, but has neither 'gold' nor 'gold_docs', 'answers' or 'key_facts'"
    if case.gold_rule == "per_answer" and any(not span.answer for span in case.gold):
        return "its 'gold_rule' is 'per_answer', but not every gold span names its 'answer'"
    return None


def _dump_span(span: Span) -> dict[str, Any]:
    body = {"doc": span.doc_id, "start": span.start, "end": span.end, "text": span.text}
    return body | ({"answer": span.answer} if span.answer else {})


def _known_keys(body: Mapping[str, Any]) -> None:
    """Refuse a key that looks like a known one; others are the author's own notes."""
    for key in body:
        meant = [] if key in KEYS else get_close_matches(key.lower(), KEYS, n=1, cutoff=0.8)
        if meant:
            raise InputError(f"{key!r} is no known field: write {meant[0]!r}, or rename it")


def _given(body: Mapping[str, Any], key: str, default: Any) -> Any:
    value = body.get(key)
    return default if value is None else value


def _line(body: Mapping[str, Any], key: str, default: str) -> str:
    value = _given(body, key, default)
    value = str(value) if type(value) is int else value
    if not isinstance(value, str) or not value.isprintable() or (value != default and not value.strip()):
        raise InputError(f"{key!r} is no text of printable characters on one line")
    return value


def _one_of(body: Mapping[str, Any], key: str, known: tuple[str, ...], default: str) -> str:
    value = _given(body, key, default)
    if value not in known:
        raise InputError(f"{key!r} is {value!r}: give one of {', '.join(known)}")
    return str(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _texts(body: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = _given(body, key, [])
    if not _is_texts(value):
        raise InputError(f"{key!r} is no list of texts")
    return tuple(value)


def _grades(value: Any) -> dict[str, int]:
    if not isinstance(value, dict) or not all(type(grade) is int and grade >= 0 for grade in value.values()):
        raise InputError("'relevant' is no mapping of documents to grades, whole numbers from 0")
    return value


def _spans(value: Any) -> tuple[Span, ...]:
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise InputError("'gold' is no list of {doc, start, end, text}")
    return tuple(map(_span, value))


def _span(item: Mapping[str, Any]) -> Span:
    doc, text, answer = item.get("doc"), _given(item, "text", ""), _given(item, "answer", "")
    if not all(isinstance(value, str) for value in (doc, text, answer)) or not doc:
        raise InputError("'gold' is no list of {doc, start, end, text}: 'doc', 'text' and 'answer' are texts")
    start, end = item.get("start"), item.get("end")
    if start is None and end is None:
        raise InputError(f"a gold span of {doc!r} has no 'start' and 'end': run `bpo-kpo eval locate`")
    if type(start) is not int or type(end) is not int:
        raise InputError("'gold' is no list of {doc, start, end, text}: 'start' and 'end' are whole numbers")
    return Span(doc_id=str(doc), start=start, end=end, text=text, answer=answer)


def _history(turns: Any) -> tuple[Message, ...]:
    wrong = InputError("'history' is no list of {role, content}, the role user or assistant")
    if not isinstance(turns, list):
        raise wrong
    for turn in turns:
        good = isinstance(turn, Mapping) and isinstance(turn.get("content"), str)
        if not good or turn.get("role") not in get_args(Role):
            raise wrong
    return tuple(Message(role=turn["role"], content=turn["content"]) for turn in turns)

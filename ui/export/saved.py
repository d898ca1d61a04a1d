"""Read answers back from a file: one answer, or a conversation exported as Markdown, HTML or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer.recheck import Finding
from assistant.core.errors import InputError
from assistant.core.types import Answer
from ui.export.export import FORMAT, Form, body_sha256, from_body, to_visible
from ui.export.seal import unsealed

MAX_BYTES = 100_000_000
_FORMS: dict[str, Form] = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}
_GIVE = "give a file saved by `bpo-kpo ask --json` or exported from the page (.md, .html, .json)"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The answers of a file, by the contract, and what is wrong with what a reader sees of them."""

    answers: tuple[Mapping[str, Any], ...]
    findings: tuple[Finding, ...] = ()


def read_saved(path: Path) -> Saved:
    """Read a file of answers. Raises InputError for one that cannot be read, or that holds something else."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} has more than {MAX_BYTES // 1_000_000} MB: {_GIVE}.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): {_GIVE}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text: {_GIVE}.") from None
    form = _FORMS.get(path.suffix.lower())
    try:
        return _sealed(text, form) if form else _json(text)
    except InputError as error:
        raise InputError(f"{path} cannot be checked: {error}.") from None


def _sealed(text: str, form: Form) -> Saved:
    found = unsealed(text)
    written = to_visible(found.body, form).rstrip("\n")
    findings = []
    if found.changed:
        detail = "the text was changed after it was exported; checked below is what was exported"
        findings.append(Finding(what="text", holds=False, detail=detail))
    elif found.visible != written:
        detail = (
            "the text is not what this version writes of the answers behind it (changed, or of another version); "
            "checked below are those answers"
        )
        findings.append(Finding(what="text", holds=False, detail=detail))
    return Saved(answers=tuple(found.body["answers"]), findings=tuple(findings))


def _json(text: str) -> Saved:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"it is not an answer: {_GIVE}") from None
    if isinstance(body, dict) and body.get("format") == FORMAT:
        from_body(body)
        answers = body["answers"]
        changed = body.get("sha256") != body_sha256(body)
        prefixes = [f"answer {number}, " for number in range(1, len(answers) + 1)]
    else:
        answers, prefixes, changed = [body], [""], False
    if len(answers) == 1:
        prefixes = [""]
    findings = [
        item for answer, before in zip(answers, prefixes, strict=True) for item in _derived(answer, before)
    ]
    if changed:
        detail = "the file was changed after it was exported; checked below is what it says now"
        findings.insert(0, Finding(what="text", holds=False, detail=detail))
    return Saved(answers=tuple(answers), findings=tuple(findings))


def _derived(body: Any, before: str) -> list[Finding]:
    """Find what follows from the claims of an answer and was changed beside them."""
    if not isinstance(body, dict) or not isinstance(body.get("claims"), list):
        raise InputError(f"it is not an answer: {_GIVE}")
    try:
        answer = Answer.from_dict(body)
    except ValueError as error:
        first = str(error).split("\n")[1:2] or ["a field"]
        raise InputError(f"{first[0]} of the answer is missing or of another type: {_GIVE}") from None
    given = {"text": answer.text, "status": answer.status}
    return [
        Finding(what=f"{before}{name}", holds=False, detail="it is not what follows from the claims")
        for name, value in given.items()
        if name in body and body[name] != value
    ]

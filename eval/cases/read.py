"""Read questions with known answers: JSON lines, each checked against the documents it points into."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.core.errors import InputError
from assistant.index.store import Store
from eval.cases.gold import document_names
from eval.cases.shape import NEEDS, broken_rule, dump_case, load_case
from eval.run.types import Case, CaseOrigin, Span

__all__ = ["dump_case", "load_case", "read_cases"]

SHOWN_LINES = 5  # bad lines named one by one
SHOWN_CHARACTERS = 60  # of words quoted in a reason
Read = TypeVar("Read")
Place = Callable[[Span, str], Span]  # gives a span its place in the stored text of its document


def read_cases(path: Path, store: Store) -> tuple[list[Case], str]:
    """Read a file of JSON lines; return the cases and the file's SHA-256.

    Raises InputError that names every bad line (the first five in full), and for a file without an answerable case.
    """
    cases, sha256 = read_checked(path, store)
    if not any(case.answerable for case in cases):
        raise InputError(f"{path} holds no answerable question: {NEEDS}.")
    return cases, sha256


def read_checked(
    path: Path, store: Store, place: Place | None = None, origin: CaseOrigin | None = None
) -> tuple[list[Case], str]:
    """Read a file as `read_cases` does, also one where nothing is answerable.

    `place` finds where the words of a span are stored; without it the offsets must be those of the stored text.
    `origin` is set in every case.
    """
    names = document_names(store.manifest.documents)
    seen: dict[str, int] = {}

    def read(number: int, line: str) -> Case:
        case = load_case(parse(line), f"line-{number}")
        if reason := broken_rule(case):
            raise InputError(reason)
        if case.id in seen:
            raise InputError(f"its id {case.id!r} is that of line {seen[case.id]} too")
        seen[case.id] = number
        return settle(replace(case, origin=origin or case.origin), store, names, place)

    return read_lines(path, read)


def settle(case: Case, store: Store, names: Mapping[str, str], place: Place | None = None) -> Case:
    """Return a case with the index's document ids and the stored words of its gold spans.

    Raises InputError for a document that the index does not hold and for words that are not where they should be.
    """
    spans = []
    for span in case.gold:
        doc_id = _known(span.doc_id, names)
        stored = store.document(doc_id).text
        spans.append(replace((place or at_offsets)(span, stored), doc_id=doc_id))
    return replace(
        case,
        gold=tuple(spans),
        gold_docs=tuple(_known(name, names) for name in case.gold_docs),
        relevant={_known(name, names): grade for name, grade in case.relevant.items()},
    )


def at_offsets(
    span: Span, stored: str, where: str = "the index", mend: str = "run `bpo-kpo eval locate`"
) -> Span:
    """Return a span with the words at its offsets. Raises InputError where these are not the gold words."""
    inside = 0 <= span.start < span.end <= len(stored)
    found = stored[span.start : span.end] if inside else ""
    if found and span.text in ("", found):
        return replace(span, text=found)
    there = f"{span.doc_id!r} does not have the gold text from {span.start} to {span.end} in {where}"
    times = stored.count(span.text) if span.text else 0
    if times == 1:
        at = stored.index(span.text)
        hint = f"it stands at {at}-{at + len(span.text)}: {mend}"
    elif times:
        hint = f"it stands at {times} other places: give the offsets of the one that is meant, or more words"
    elif found:
        hint = f"there stands {clipped(found)}, and {clipped(span.text)} stands nowhere in it"
    else:
        hint = f"the document has {len(stored)} characters: give 0 <= start < end <= {len(stored)}"
    raise InputError(f"{there}: {hint}")


def read_file(path: Path) -> tuple[str, str]:
    """Return the text of a UTF-8 file and the SHA-256 of its bytes. Raises InputError."""
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8-sig"), hashlib.sha256(raw).hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): give a file of JSON lines.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text ({error.reason}): save it as UTF-8.") from None


def read_lines(path: Path, read: Callable[[int, str], Read]) -> tuple[list[Read], str]:
    """Read each line of a file that is not blank, given its number; return the SHA-256 of the file too.

    Raises InputError that names every bad line.
    """
    text, sha256 = read_file(path)
    found: list[Read] = []
    bad: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                found.append(read(number, line))
        except InputError as error:
            bad.append(f"line {number}: {error}")
    refuse(path, bad)
    return found, sha256


def refuse(path: Path, bad: Sequence[str], what: str = "line") -> None:
    """Raise InputError that tells what is bad, the first five in full; do nothing where nothing is."""
    if not bad:
        return
    more = f"; and {len(bad) - SHOWN_LINES} more" if len(bad) > SHOWN_LINES else ""
    count = f"1 {what}" if len(bad) == 1 else f"{len(bad)} {what}s"
    raise InputError(
        f"{path} has {count} that cannot be used, so nothing was changed: {'; '.join(bad[:SHOWN_LINES])}{more}."
    )


def parse(line: str) -> dict[str, Any]:
    """Return the JSON object of a line. Raises InputError."""
    try:
        body = json.loads(line)
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InputError("it holds half a character (\\ud800 to \\udfff alone)") from None
    except (ValueError, RecursionError):
        raise InputError("it is not JSON") from None
    if not isinstance(body, dict):
        raise InputError(f"it is no JSON object, {NEEDS}")
    return body


def clipped(text: str) -> str:
    """Return words for a message: quoted, on one line, not too many."""
    short = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
    return repr(short)


def _known(name: str, names: Mapping[str, str]) -> str:
    if name not in names:
        raise InputError(f"{name!r} is no document of the index, or the name of several")
    return names[name]

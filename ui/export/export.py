"""Write answers to a file: Markdown, HTML and JSON can be checked again, Word and PDF are to be read."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from assistant.core.errors import InputError
from assistant.core.plain import lead
from assistant.core.types import Answer, Citation, Claim
from assistant.show.escape import escape_markdown, visible
from assistant.show.phrases import (
    STOPPED,
    asked_of,
    caveat,
    check_line,
    claim_words,
    nearest,
    open_parts,
    place,
    reason_text,
)
from assistant.show.table import loose_claims, table_markdown
from ui.export.about import NAMED, About, reference_words, references_of
from ui.export.about import from_body as about_from_body
from ui.export.about import to_body as about_body
from ui.export.history import SavedTurn
from ui.export.seal import sealed
from ui.export.web.page import page_html

Form = Literal["markdown", "html", "json", "word", "pdf"]
ENDINGS: dict[Form, str] = {"markdown": "md", "html": "html", "json": "json", "word": "docx", "pdf": "pdf"}
FORMAT = "bpo-kpo conversation"
VERSION = 1
_NAME_LENGTH = 60
_NEEDLESS = re.compile(r"\\([\"%',\-./:;=?@(){}+])")
_OPENER = re.compile(r"^(\d*)([-+=.):])")  # of a list or a line under a heading, at the start of a line
_BARE_PIPE = re.compile(r"(?<!\\)\|")


def to_file(
    turns: Sequence[SavedTurn], title: str, form: Form, about: Mapping[str, About] | None = None
) -> bytes:
    """Return one answer or a conversation as a file; `about` holds what is known of cited articles, by id.

    `bpo-kpo verify` can check Markdown, HTML and JSON again, in UTF-8, of which the same turns give the same bytes.
    Markdown and HTML hold the answers in a comment at the end.
    """
    if form in ("word", "pdf"):
        return _office(turns, title, form, about or {})
    body = to_body(turns, title, about or {})
    if form == "json":
        return f"{_json({**body, 'sha256': body_sha256(body)})}\n".encode()
    return sealed(to_visible(body, form), body).encode()


def _office(turns: Sequence[SavedTurn], title: str, form: Form, about: Mapping[str, About]) -> bytes:
    from ui.export.office.pdf import to_pdf  # libraries that few need
    from ui.export.office.word import to_word

    return (to_word if form == "word" else to_pdf)(turns, title, about)


def to_visible(body: Mapping[str, Any], form: Form) -> str:
    """Return what a reader sees of the Markdown or HTML form of a body. Raises InputError as `from_body`."""
    write = page_html if form == "html" else to_markdown
    return write(*from_body(body))


def to_body(turns: Sequence[SavedTurn], title: str, about: Mapping[str, About]) -> dict[str, Any]:
    """Return the JSON form: a small head, then the answers by the contract, then the turns without one."""
    answers = [turn.answer.to_dict() for turn in turns if turn.answer]
    unanswered = [
        {"position": at, "question": turn.question, "error": turn.error}
        for at, turn in enumerate(turns)
        if turn.answer is None
    ]
    body: dict[str, Any] = {"format": FORMAT, "version": VERSION, "title": title, "answers": answers}
    body |= {"without_answer": unanswered, **about_body(about)}
    # A question may hold half a character, which UTF-8 cannot.
    return json.loads(_json(body).encode("utf-8", "replace"))  # type: ignore[no-any-return]


def body_sha256(body: Mapping[str, Any]) -> str:
    """Return the hash of a body, whatever the order of its keys; its own hash is left out."""
    kept = {key: value for key, value in body.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def from_body(body: Mapping[str, Any]) -> tuple[list[SavedTurn], str, dict[str, About]]:
    """Read back turns, title and what is known of the articles. Raises InputError for a body of another shape."""
    if body.get("format") != FORMAT or body.get("version") != VERSION:
        raise InputError(f"it is not in version {VERSION} of the format {FORMAT!r}: export it again")
    try:
        left = iter([_whole(Answer.from_dict(answer)) for answer in body["answers"]])
        gaps = {item["position"]: item for item in body["without_answer"]}
        turns = []
        for at in range(len(body["answers"]) + len(gaps)):
            if at in gaps:
                error = gaps[at]["error"]
                turn = SavedTurn(
                    question=str(gaps[at]["question"]),
                    answer=None,
                    error=None if error is None else str(error),
                )
            else:
                answer = next(left)
                turn = SavedTurn(question=answer.question, answer=answer)
            turns.append(turn)
        return turns, str(body["title"]), about_from_body(body)
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
        raise InputError("its answers are not in the form of an export: export it again") from None


def _whole(answer: Answer) -> Answer:
    """Return an answer whose table fits its claims. Raises ValueError for another."""
    for row in answer.table.rows if answer.table else ():
        inside = all(0 <= at < len(answer.claims) for cell in row.cells for at in cell)
        if not inside or not row.cells or len(row.cells) != len(answer.table.sides if answer.table else ()):
            raise ValueError("the table does not fit the claims")
    return answer


def file_name(title: str, form: Form) -> str:
    """Return a name for the file: the title's plain letters, digits and hyphens, and the form's ending."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_NAME_LENGTH].rstrip("-")
    return f"{name or 'answer'}.{ENDINGS[form]}"


# --- Markdown ---


def to_markdown(turns: Sequence[SavedTurn], title: str, about: Mapping[str, About]) -> str:
    """Return answers as Markdown with footnotes; all foreign text is escaped.

    Several answers stand under their questions as headings, one alone under the title.
    """
    single = len(turns) == 1
    parts = [f"# {escaped(turns[0].question if single else title)}"]
    for number, turn in enumerate(turns, 1):
        parts += [] if single else [f"## {escaped(turn.question)}"]
        parts += _turn_markdown(turn, "" if single else f"{number}-", about)
    for article, references in (named := references_of(turns, about)).items():
        parts += [f"## {NAMED}"] if article == next(iter(named)) else []
        parts += [
            f"*{escaped(article)}*",
            "\n".join(f"- {escaped(reference_words(item))}" for item in references),
        ]
    return "\n\n".join(parts) + "\n"


def _turn_markdown(turn: SavedTurn, before: str, about: Mapping[str, About]) -> list[str]:
    answer = turn.answer
    if answer is None:
        return [escaped(turn.error or "Stopped before anything was answered.")]

    def words(claim: Claim) -> str:
        marks = "".join(f"[^{before}{n}]" for n in claim.citations)
        doubt = f" *({escaped(caveat(claim))})*" if caveat(claim) else ""
        return f"{lead(claim)}{escaped(claim_words(claim))}{marks}{doubt}"

    parts = [f"*Asked of: {escaped(asked_of(answer.articles))}*"] if answer.articles else []
    parts += [f"*Read as: {escaped(answer.read_as)}*"] if answer.read_as else []
    parts += [f"- {words(claim)}" if claim.item else words(claim) for claim in loose_claims(answer)]
    parts += [_table(answer, words)] if answer.table else []
    parts += [] if answer.claims else [escaped(reason_text(answer.reason))]
    parts += [f"Not plainly answered: {escaped(part)}" for part in open_parts(answer)]
    parts += [f"*Note: {escaped(note)}*" for note in answer.notices]
    parts += ["*Stopped; what stands here had passed the check.*"] if answer.reason == STOPPED else []
    if near := nearest(answer):
        parts.append("The nearest passages:")
        parts += [f"> {escaped(item.text)} – {escaped(place(item))}" for item in near]
    parts.append(f"*{check_line(answer)}.*")
    notes = [_footnote(citation, before, about) for citation in answer.citations]
    return [*parts, "\n".join(notes)] if notes else parts


def _table(answer: Answer, words: Callable[[Claim], str]) -> str:
    """Return the table; a bar inside code would end a cell even there."""
    return table_markdown(
        answer,
        lambda text: _BARE_PIPE.sub(r"\|", escaped(text)),
        lambda claim: _BARE_PIPE.sub(r"\|", words(claim)),
    )


def _footnote(citation: Citation, before: str, about: Mapping[str, About]) -> str:
    known = about.get(citation.doc_id)
    where = ", ".join(
        part for part in (place(citation), known.date if known else "", citation.source) if part
    )
    exact = (
        f"characters {citation.start} to {citation.end} of {citation.doc_id}, SHA-256 {citation.doc_sha256}"
    )
    return f"[^{before}{citation.n}]: “{escaped(citation.quote)}” – {escaped(f'{where}; {exact}')}"


def escaped(text: str) -> str:
    """Return text as one line that Markdown shows word for word, with no more marks than that needs.

    Words that hold an address become code, since renderers make links of addresses even where they are escaped.
    """
    words = [_escaped_word(word) for word in visible(text).split()]
    return _OPENER.sub(r"\1\\\2", " ".join(words))


def _escaped_word(word: str) -> str:
    """Escape only the marks that mean something inside a line."""
    word = escape_markdown(word)
    return word if word.startswith("`") else _NEEDLESS.sub(r"\1", word)


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, indent=1, ensure_ascii=False)

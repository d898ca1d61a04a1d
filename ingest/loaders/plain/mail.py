"""Read a saved mail: its subject as the title, who wrote to whom and when, its words."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, Piece, clean_line, draft, pieces_of
from ingest.loaders.html import read_html
from ingest.loaders.plain.text import read_text

MAX_PARTS = 200
MAX_NESTED = 1_000  # parts that hold parts: each is looked for in every line within it
MAX_HEADER = 10_000  # characters of one line of the head: what is coded in it takes quadratic time to read
_NESTED = re.compile(rb"^content-type:\s*multipart/", re.I | re.M)
_MARKS = re.compile(rb"(?:[ \t]*>)+[ \t]?")  # of a line quoted from an earlier mail
MAX_FORWARDED = 5  # mails within mails
HEADERS = ("From", "To", "Cc", "Date")


class _Bounded(policy.EmailPolicy):
    """Read a line of a head up to a bound."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return the line as it is read, what is beyond the bound left out."""
        return super().header_fetch_parse(name, value[:MAX_HEADER] if len(value) > MAX_HEADER else value)


def read_mail(data: bytes) -> Draft:
    """Read a mail as programs save it (EML), with those it forwards; attachments are named, not read."""
    if sum(1 for _ in _NESTED.finditer(data)) > MAX_NESTED:
        raise LoadError(f"holds more than {MAX_NESTED} parts within parts; save it again")
    mail = cast(EmailMessage, message_from_bytes(data, policy=_Bounded()))
    if not mail.keys():
        raise LoadError("is no mail: it has no head; save it again, or name it .txt")
    return draft(list(_mail(mail)), title=_header(mail, "Subject") or None, date=_day(mail))


def _mail(mail: EmailMessage, depth: int = 0) -> Iterator[Piece]:
    for name in HEADERS:
        if value := _header(mail, name):
            yield Piece(kind="row", text=f"{name}: {value}")
    yield from _body(mail)
    for part in _parts(mail):
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, EmailMessage) and depth < MAX_FORWARDED:
                yield Piece(
                    kind="heading", text=_header(inner, "Subject") or "Forwarded mail", level=depth + 2
                )
                yield from _mail(inner, depth + 1)
        elif part.get_content_disposition() == "attachment" and (file := part.get_filename()):
            yield Piece(kind="item", text=f"Attachment: {file}")


def _parts(mail: EmailMessage) -> list[EmailMessage]:
    """Return the parts of a mail, those of a mail within it left out."""
    found: list[EmailMessage] = []
    pending = [mail]
    while pending and len(found) < MAX_PARTS:
        part = pending.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            pending += cast(list[EmailMessage], part.get_payload())
        elif part is not mail:
            found.append(part)
    return found


def _body(mail: EmailMessage) -> Iterator[Piece]:
    """Yield the blocks of the plain form, of the HTML form where that is the only one."""
    part = mail.get_body(("plain", "html"))
    data = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(data, bytes) or not data.strip():
        return
    read = read_html if part.get_content_type() == "text/html" else read_text
    data = _unmarked(data) if read is read_text else data
    try:
        made = read(data, part.get_content_charset())
    except LoadError:  # the mail names another character set than it uses
        made = read(data.decode("cp1252", "replace").encode(), "utf-8")
    yield from pieces_of(made, deeper=1)


def _unmarked(data: bytes) -> bytes:
    """Drop the marks of quoted lines, so that a question and what is answered below it are told apart and read."""
    lines: list[bytes] = []
    quoted = False
    for line in data.splitlines():
        marks = _MARKS.match(line)
        if bool(marks) != quoted:
            lines.append(b"")
        quoted = bool(marks)
        lines.append(line[marks.end() :] if marks else line)
    return b"\n".join(lines)


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return clean_line(str(mail.get(name) or ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser fails on some broken heads
        return ""


def _day(mail: EmailMessage) -> str | None:
    try:
        moment = getattr(mail.get("Date"), "datetime", None)
    except (ValueError, IndexError, AttributeError, TypeError):
        return None
    return moment.date().isoformat() if moment else None

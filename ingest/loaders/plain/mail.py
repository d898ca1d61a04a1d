"""Read a saved mail: its subject as the title, who wrote to whom and when, its words."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, Piece, clean_line, draft, pieces_of
from ingest.loaders.html import read_html
from ingest.loaders.plain.charset import decode
from ingest.loaders.plain.text import read_text

MAX_PARTS = 200
MAX_NESTED = 1_000  # parts that hold parts: each is looked for in every line within it
MAX_HEADER = 10_000  # characters of one line of the head: what is coded in it takes quadratic time to read
_NESTED = re.compile(rb"^content-type:\s*multipart/", re.I | re.M)
_MARK = re.compile(r"[ \t]*>[ \t]?")  # of a line quoted from an earlier mail
_QUOTED = re.compile(r"^(?:[ \t]*>)+[ \t]?")
_RULED = re.compile(r"^[ \t]*[-_]{5}[^\n]*\n+(?=\*?From:)", re.M)  # over a mail quoted without marks
MAX_FORWARDED = 5  # mails within mails
MAX_OVER = 200  # characters of the line that says who wrote what is quoted below it
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
    return draft(list(_mail(mail)), title=_header(mail, "Subject") or None, date=_day(mail), letter=True)


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
    charset = part.get_content_charset()
    try:
        text = decode(data, charset)
    except LoadError:  # the mail names another character set than it uses
        data, charset = data.decode("cp1252", "replace").encode(), "utf-8"
        text = decode(data, charset)
    if part.get_content_type() == "text/html":
        yield from pieces_of(read_html(data, charset, letter=True), deeper=1)
    else:
        yield from _letter(text)


def _letter(text: str, depth: int = 0) -> Iterator[Piece]:
    """Yield what a mail says, and below the line that says who wrote it what it quotes at its end."""
    own, over, earlier = _parted(text) if depth < MAX_FORWARDED else (text, "", "")
    bare = _unmarked(own)
    yield from pieces_of(read_text(bare.encode(), "utf-8", letter=bare == own), deeper=depth + 1)
    if earlier.strip():
        yield Piece(kind="heading", text=over or "Earlier mail", level=depth + 2)
        yield from _letter(earlier, depth + 1)


def _parted(text: str) -> tuple[str, str, str]:
    """Part a mail from one that is quoted at its end; return its own words, the line over the other, and the other."""
    if ruled := _RULED.search(text):
        over, _, earlier = text[ruled.end() :].partition("\n")
        return text[: ruled.start()], over, earlier
    lines = text.split("\n")
    said = [bool(_MARK.match(line)) for line in lines if line.strip()]
    if True not in said or not all(said[said.index(True) :]):
        return text, "", ""  # it quotes nothing, or answers between what it quotes
    begin = next(n for n, line in enumerate(lines) if _MARK.match(line))
    above = "\n".join(lines[:begin]).rstrip()
    own, _, over = above.rpartition("\n\n")
    if not over.endswith(":") or len(over) > MAX_OVER:
        own, over = above, ""
    return own, over, "\n".join(_MARK.sub("", line, count=1) for line in lines[begin:])


def _unmarked(text: str) -> str:
    """Drop the marks of quoted lines, so that a question and what is answered below it are told apart and read."""
    lines: list[str] = []
    quoted = False
    for line in text.split("\n"):
        bare = _QUOTED.sub("", line, count=1)
        if (bare != line) != quoted:
            lines.append("")
        quoted = bare != line
        lines.append(bare)
    return "\n".join(lines)


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

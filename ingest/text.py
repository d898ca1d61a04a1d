"""Read plain text: the words stay where the file has them, so offsets into the file hold."""

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from assistant.errors import LoadError
from assistant.sentences import line_groups
from assistant.types import Block, BlockKind
from assistant.unseen import drop_unseen
from ingest.blocks import Draft, Outline, clean_line, row_text

MAX_FRONT_MATTER = 65_536  # characters
MAX_HEADING = 80  # characters

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.M)
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"={3,}|-{3,}")


def decode(data: bytes, charset: str | None = None) -> str:
    """Decode a text file and turn every line end into a line feed.

    A byte order mark decides, then `charset`, then UTF-8. Raises LoadError for binary content and for bytes
    that do not fit, naming the first.
    """
    found = ((name, data[len(mark) :]) for mark, name in _BOMS if data.startswith(mark))
    encoding, body = next(found, ("", data))
    if not encoding:
        if b"\0" in data or data.startswith(_BINARY):
            raise LoadError("is not text but binary data; give the file its right suffix or remove it")
        encoding = charset or "utf-8"
    try:
        text = body.decode(encoding)
    except LookupError:
        raise LoadError(f"names the unknown character set {encoding!r}; save it as UTF-8") from None
    except UnicodeDecodeError as error:
        place = error.start + len(data) - len(body)
        raise LoadError(f"is not valid {encoding} at byte {place}; save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Take the YAML between two lines of three dashes off the start of a text.

    Returns the values and the rest. Raises LoadError for YAML that cannot be read.
    """
    if not re.match(r"---[ \t]*\n", text):
        return {}, text
    begin = text.index("\n") + 1
    close = _FENCE.search(text, begin, begin + MAX_FRONT_MATTER)
    if not close:
        return {}, text
    try:
        values = yaml.safe_load(text[begin : close.start()])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if text[begin:].lstrip(" \t").startswith(("\n", "**")):
            return {}, text  # words between two rules: front matter follows its dashes at once
        reason = " ".join(str(error).split())[:200]
        raise LoadError(f"has front matter that is not valid YAML ({reason}); mend it or remove it") from None
    if values is not None and not isinstance(values, dict):
        return {}, text  # a rule, some words, a rule
    return values or {}, text[close.end() :]


def front_value(values: dict[str, Any], key: str) -> str | None:
    """Return one front matter value as a clean line, or None; raises LoadError if it is a list or mapping."""
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, dict | list | set | bytes):
        raise LoadError(f"has front matter whose {key!r} is not a single value; write it on one line")
    return clean_line(str(value)) or None


def visible(text: str) -> str:
    """Return a text with each control character as a space, without characters that show nothing."""
    return drop_unseen(_CONTROL.sub(" ", text))


def read_text(data: bytes, charset: str | None = None) -> Draft:
    """Read a plain text file.

    The text equals the file's, without front matter and closing white space, except that pipe tables become
    rows that repeat their column heads, each control character becomes a space, and characters that show nothing
    are left out.
    """
    values, body = split_front_matter(decode(data, charset))
    text, rows = _rewrite_tables(visible(body).rstrip())
    blocks = tuple(_blocks(text, rows))
    title = front_value(values, "title")
    if not title and blocks and blocks[0].kind == "heading":
        title = clean_line(text[blocks[0].start : blocks[0].end])
    return Draft(
        text=text,
        blocks=blocks,
        title=title,
        date=front_value(values, "date"),
        doc_id=front_value(values, "id"),
    )


def _blocks(text: str, rows: set[int]) -> Iterator[Block]:
    outline = Outline()
    groups = [span for span in line_groups(text) if any(map(str.isalnum, text[span[0] : span[1]]))]
    levels = _heading_levels(text, groups, rows)
    for (start, end), level in zip(groups, levels, strict=True):
        if level:
            start += _hashes(text, start)
            section = outline.enter(clean_line(text[start:end]), level)
            yield Block(kind="heading", start=start, end=end, section=section)
        else:
            yield Block(kind=_kind(text, start, rows), start=start, end=end, section=outline.section)


def _kind(text: str, start: int, rows: set[int]) -> BlockKind:
    if start in rows:
        return "row"
    marked = text[text.rfind("\n", 0, start) + 1 : start].strip()
    return "item" if marked else "paragraph"


def _heading_levels(text: str, groups: Sequence[tuple[int, int]], rows: set[int]) -> list[int]:
    """Give each group its heading level, 0 for text; walks backwards, as a heading needs text after it."""
    levels = [0] * len(groups)
    titles = [_is_title(text, span) and _kind(text, span[0], rows) == "paragraph" for span in groups]
    for n in range(len(groups) - 1, -1, -1):
        start, end = groups[n]
        if hashes := _hashes(text, start):
            levels[n] = text[start : start + hashes].count("#")
        elif titles[n] and n + 1 < len(groups):
            follows = not titles[n + 1] or (n == 0 and levels[1] > 0)
            if _is_underlined(text, end) or (follows and (n == 0 or _is_apart(text, groups[n - 1], start))):
                levels[n] = 1 if n == 0 else 2
    return levels


def _is_apart(text: str, before: tuple[int, int], start: int) -> bool:
    """Say whether a line stands after a blank line or a full sentence, so is not one of a list of names."""
    blank = text.count("\n", before[1], start) > 1
    return blank or not (_is_title(text, before) or text[before[1] - 1] in ":,;")


def _hashes(text: str, start: int) -> int:
    match = _HASHES.match(text, start)
    return match.end() - start if match else 0


def _is_title(text: str, span: tuple[int, int]) -> bool:
    line = text[span[0] : span[1]]
    return (
        len(line) <= MAX_HEADING
        and line[-1] not in ".,;:!?"
        and (line[0].isupper() or line[0].isdigit())
        and not set(line) & set("|\n\t")
    )


def _is_underlined(text: str, end: int) -> bool:
    after = text.find("\n", end)
    stop = text.find("\n", after + 1)
    line = text[after + 1 : stop if stop >= 0 else len(text)] if after >= 0 else ""
    return bool(_UNDERLINE.fullmatch(line.strip()))


def _rewrite_tables(text: str) -> tuple[str, set[int]]:
    """Rewrite pipe tables as rows; return the text and where each row starts."""
    if "|" not in text:
        return text, set()
    lines = text.split("\n")
    out: list[str] = []
    rows: set[int] = set()
    offset = n = 0
    while n < len(lines):
        heads = _cells(lines[n]) if _is_head(lines, n) else []
        written = [lines[n]]
        n += 1
        if heads:
            end = next((i for i in range(n + 1, len(lines)) if "|" not in lines[i]), len(lines))
            written = [row_text(heads, _cells(line)) for line in lines[n + 1 : end]] or [" | ".join(heads)]
            written = [part for row in written if row for part in (row, "")][:-1]
            n = end
        for line in written:
            if heads and line:
                rows.add(offset)
            out.append(line)
            offset += len(line) + 1
    return "\n".join(out), rows


def _is_head(lines: Sequence[str], n: int) -> bool:
    if "|" not in lines[n] or n + 1 == len(lines) or "|" not in lines[n + 1]:
        return False
    rule = lines[n + 1]
    return bool(_DELIMITERS.fullmatch(rule)) and len(_cells(rule)) == len(_cells(lines[n]))


def _cells(line: str) -> list[str]:
    """Split a table line at its pipes; one written as \\| stays."""
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [clean_line(cell).replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]

"""Read plain text: the words stay where the file has them, so offsets into the file hold."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from assistant.core.types import Block, BlockKind
from assistant.text.disclaimers.boxes import BOX, boxes_in
from assistant.text.legible import drop_unseen
from assistant.text.sentences import MIN_WRAP, line_groups
from ingest.loaders.blocks import LABELLED, Draft, Outline, clean_line
from ingest.loaders.plain.bounds import cut
from ingest.loaders.plain.charset import decode
from ingest.loaders.plain.columns import table_at
from ingest.loaders.questions import with_questions
from ingest.loaders.tables.rows import table_pieces
from ingest.sources.references import references_in

MAX_FRONT_MATTER = 65_536  # characters
MAX_HEADING = 80  # characters
MAX_SHORT = 6  # of an abbreviation
NUMBERED_LEVEL = 3  # of numbered headings: those without a number stand over them
MAX_MARKS = 800_000  # lines and bars of tables in a file: each takes up to 0.03 ms

_MARKS = re.compile(r"[\n|]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.M)
_KEY = re.compile(r"[ \t]*(?:#.*\n[ \t]*)*[\"']?[A-Za-z_][\w .-]{0,60}[\"']?[ \t]*:(?:[ \t]|$)", re.M)
_KEY_LINE = re.compile(r"^[\"']?([A-Za-z_][\w-]{0,60})[\"']?[ \t]*:[ \t]+(\S.*)$", re.M)
_HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_NUMBERED = re.compile(r"\d{1,3}[.)]")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_GAP = re.compile(r"\n{50,}")  # millions of empty lines take minutes, and say no more than two


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Take the YAML between two lines of three dashes off the start of a text; return its values and the rest.

    Front matter that is not valid YAML is read line by line, as "title: Rates: spring" is meant.
    """
    if not re.match(r"---[ \t]*\n", text):
        return {}, text
    begin = text.index("\n") + 1
    close = _FENCE.search(text, begin, begin + MAX_FRONT_MATTER)
    if not close:
        return {}, text
    matter = text[begin : close.start()]
    try:
        values = yaml.safe_load(matter)
    except (yaml.YAMLError, ValueError, RecursionError):
        if not _KEY.match(matter):
            return {}, text  # words between two rules: front matter follows its dashes at once
        values = _loose_values(matter)
    if values is not None and not isinstance(values, dict):
        return {}, text  # a rule, some words, a rule
    return values or {}, text[close.end() :]


def _loose_values(matter: str) -> dict[str, Any]:
    """Read lines of the form "key: value", each value for itself; what is no such line is passed over."""
    values: dict[str, Any] = {}
    for match in _KEY_LINE.finditer(matter):
        key, written = match[1], match[2].strip()
        try:
            value = yaml.safe_load(written)
        except (yaml.YAMLError, ValueError, RecursionError):
            value = written
        # A list of one, or a mapping, is a title in brackets here.
        values.setdefault(key, written if isinstance(value, dict) else value)
    return values


def front_value(values: dict[str, Any], key: str) -> str | None:
    """Return one front matter value as a clean line; None where there is none, or one that is a list or a template."""
    value = values.get(key)
    if value is None or isinstance(value, dict | list | set | bytes) or "{{" in str(value):
        return None
    return clean_line(str(value)) or None


def visible(text: str) -> str:
    """Return a text with each control character as a space, without characters that show nothing."""
    return drop_unseen(_CONTROL.sub(" ", text))


def read_text(data: bytes, charset: str | None = None, *, letter: bool = False) -> Draft:
    """Read a plain text file, or what a letter says.

    The text equals the file's, without front matter and closing white space, except that tables become rows that
    repeat their column heads, each control character becomes a space, and characters that show nothing
    are left out.
    """
    whole, notes = cut(_GAP.sub("\n\n\n", decode(data, charset)), _MARKS, MAX_MARKS)
    values, body = split_front_matter(whole)
    text, rows = _rewrite_tables(visible(body).rstrip())
    blocks = tuple(_blocks(text, rows))
    title = front_value(values, "title")
    if not title and blocks and blocks[0].kind == "heading":
        title = clean_line(text[blocks[0].start : blocks[0].end])
    blocks = with_questions(text, blocks, title or "", letter=letter)
    return Draft(
        text=text,
        blocks=blocks,
        title=title,
        date=front_value(values, "date"),
        doc_id=front_value(values, "id"),
        references=references_in(values),
        notes=notes,
    )


def _blocks(text: str, rows: set[int]) -> Iterator[Block]:
    outline = Outline()
    groups = [span for span in line_groups(text) if any(map(str.isalnum, text[span[0] : span[1]]))]
    levels = _heading_levels(text, groups, rows)
    listed = _listed(text, groups, levels, rows)
    for n, ((start, end), level) in enumerate(zip(groups, levels, strict=True)):
        if level:
            hashes = _hashes(text, start)
            start = start + hashes if hashes else _line_start(text, start)
            section = outline.enter(clean_line(text[start:end]), level)
            yield Block(kind="heading", start=start, end=end, section=section)
        else:
            kind = "item" if n in listed else _kind(text, start, rows)
            yield Block(kind=kind, start=start, end=end, section=outline.section)


def _kind(text: str, start: int, rows: set[int]) -> BlockKind:
    if start in rows:
        return "row"
    marked = _line_start(text, start) < start or bool(BOX.match(text, start))
    return "item" if marked else "paragraph"


def _listed(text: str, groups: Sequence[tuple[int, int]], levels: Sequence[int], rows: set[int]) -> set[int]:
    """Return which lines are items without a mark: short ones right below a line that ends with a colon."""
    found: set[int] = set()
    led = False
    for n, (start, end) in enumerate(groups):
        line = text[start:end]
        plain = not levels[n] and len(line) <= MAX_HEADING and _kind(text, start, rows) == "paragraph"
        below = n > 0 and text.count("\n", groups[n - 1][1], start) == 1
        if led and below and plain and line[-1] not in ".:!?" and not LABELLED.match(line):
            found.add(n)
        else:
            led = plain and line.endswith(":")
    return found


def _heading_levels(text: str, groups: Sequence[tuple[int, int]], rows: set[int]) -> list[int]:
    """Give each group its heading level, 0 for text; walks backwards, as a heading needs text after it."""
    levels = [0] * len(groups)
    titles = [_is_title(text, span) and _kind(text, span[0], rows) == "paragraph" for span in groups]
    for n in range(len(groups) - 1, -1, -1):
        start, end = groups[n]
        if hashes := _hashes(text, start):
            levels[n] = text[start : start + hashes].count("#")
        elif _is_numbered_head(text, groups[n : n + 2]):
            levels[n] = NUMBERED_LEVEL
        elif titles[n] and n + 1 < len(groups):
            follows = not titles[n + 1] or _is_capitals(text, groups[n : n + 2])
            follows = follows or (n == 0 and any(levels[1:3]))  # with or without a line more of the title
            follows = follows and not _may_go_on(text, groups[n], groups[n + 1])
            if _is_underlined(text, end) or (follows and (n == 0 or _is_apart(text, groups[n - 1], start))):
                levels[n] = 1 if n == 0 else 2
    return levels


def _is_numbered_head(text: str, lines: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the first of two lines heads the second.

    "1. BOOKING" over text, "1. Booking" over "1.1 Courts ...", or over a sentence that is not moved in as an item's is.
    """
    if len(lines) < 2 or not _is_title(text, lines[0]):
        return False
    (number, words), (mark, after) = (
        (text[_line_start(text, start) : start].strip(), text[start:end]) for start, end in lines
    )
    if not _NUMBERED.fullmatch(number):
        return False
    capitals = words.isupper() and not (_NUMBERED.fullmatch(mark) and after.isupper())
    begins = _line_start(text, lines[1][0]) == text.rfind("\n", 0, lines[1][0]) + 1
    sentence = begins and not mark and after[0].isupper() and after[-1] in ".!" and len(after) >= MIN_WRAP
    return capitals or sentence or f"{mark} {after}".lstrip().startswith(f"{number.rstrip('.)')}.1")


def _line_start(text: str, at: int) -> int:
    """Return where the words of a line begin, with the mark of a list before them."""
    start = text.rfind("\n", 0, at) + 1
    return start + len(text[start:at]) - len(text[start:at].lstrip())


def _is_capitals(text: str, lines: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the first of two lines is in capitals, no abbreviation, and the second is not."""
    first, second = (text[start:end] for start, end in lines)
    return first.isupper() and len(first) > MAX_SHORT and not second.isupper()


def _is_apart(text: str, before: tuple[int, int], start: int) -> bool:
    """Say whether a line stands after a blank line or a full sentence, so is not one of a list of names."""
    blank = text.count("\n", before[1], start) > 1
    return blank or not (_is_title(text, before) or text[before[1] - 1] in ":,;")


def _may_go_on(text: str, line: tuple[int, int], after: tuple[int, int]) -> bool:
    """Say whether a line is as long as a wrapped one, with text right below it."""
    below = text.count("\n", line[1], after[0]) == 1 and not LABELLED.match(text, *after)
    return line[1] - line[0] >= MIN_WRAP and below


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
        and not LABELLED.match(line)
        and boxes_in(line) is None
    )


def _is_underlined(text: str, end: int) -> bool:
    after = text.find("\n", end)
    stop = text.find("\n", after + 1)
    line = text[after + 1 : stop if stop >= 0 else len(text)] if after >= 0 else ""
    return bool(_UNDERLINE.fullmatch(line.strip()))


def _rewrite_tables(text: str) -> tuple[str, set[int]]:
    """Rewrite tables as rows; return the text and where each row starts."""
    lines = text.split("\n")
    out: list[str] = []
    rows: set[int] = set()
    offset = n = 0
    while n < len(lines):
        table = table_at(lines, n)
        written = [lines[n]]
        n += 1
        if table:
            cells, n, headed = table
            written = [part for piece in table_pieces(cells, headed=headed) for part in (piece.text, "")][:-1]
        for line in written:
            if table and line:
                rows.add(offset)
            out.append(line)
            offset += len(line) + 1
    return "\n".join(out), rows

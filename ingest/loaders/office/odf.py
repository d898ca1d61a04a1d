"""Read OpenDocument files: text, sheets and slides."""

from collections.abc import Iterator
from typing import Any

from assistant.core.errors import LoadError
from assistant.core.types import BlockKind
from ingest.loaders.blocks import Draft, Piece, draft
from ingest.loaders.office.archive import Archive, child, children, get, is_on, local, whole, within
from ingest.loaders.plain.sheet import MAX_CELLS, Row, sheet_pieces
from ingest.loaders.tables.rows import Cell, table_pieces

MAX_REPEAT = (
    1_000  # times a row or cell may stand for itself; the empty ones at the end count up to a million
)
MAX_COLUMNS = 1_000
MAX_DEPTH = 60
_UNREAD = (  # holders of what is not shown, is shown elsewhere, or is no text of the document
    "tracked-changes", "annotation", "annotation-end", "hidden-text", "hidden-paragraph", "forms", "settings",
    "note-citation", "sequence-decls", "variable-decls", "user-field-decls", "table-of-content", "notes",
    "alphabetical-index", "illustration-index", "table-index", "ruby-text", "bookmark", "header", "footer",
)  # fmt: skip
_HOLDERS = ("section", "list", "list-item", "list-header", "text-box", "frame", "g", "soft-page-break", "a")


def read_odf(data: bytes) -> Draft:
    """Read a text, sheet or slide file: headings, lists, tables, footnotes after their paragraph.

    Deletions, comments, hidden and struck words are left out. Raises LoadError for a file that is broken, protected
    by a password or too large.
    """
    archive = Archive(data, "OpenDocument")
    if "META-INF/manifest.xml" in archive:
        manifest = archive.xml("META-INF/manifest.xml")
        if next(within(manifest, "encryption-data"), None) is not None:
            raise LoadError("is protected by a password; save it without one")
    root = archive.xml("content.xml")
    body = child(root, "body")
    if body is None:
        raise LoadError("is broken: it has no body; save it again")
    reader = _Reader(_unshown(root))
    pieces: list[Piece] = []
    for part in body:
        if local(part) == "spreadsheet":
            pieces += reader.sheets(part)
        elif local(part) == "presentation":
            pieces += reader.slides(part)
        else:
            pieces += reader.blocks(part)
    return draft(pieces, title=_title(archive, pieces))


def _title(archive: Archive, pieces: list[Piece]) -> str | None:
    if any(piece.kind == "heading" and piece.level == 1 for piece in pieces) or "meta.xml" not in archive:
        return None
    found = next(within(archive.xml("meta.xml"), "title"), None)
    return " ".join((found.text or "").split()) or None if found is not None else None


def _unshown(root: Any) -> set[str]:
    """Return the names of the styles whose words are struck through or not shown."""
    names = set()
    for style in within(root, "style"):
        looks = [
            *children(
                style, "text-properties", "section-properties", "table-properties", "drawing-page-properties"
            )
        ]
        for look in looks:
            line, kind = get(look, "text-line-through-style"), get(look, "text-line-through-type")
            struck = (line or kind or "none") != "none"
            gone = get(look, "display") in ("none", "false") or get(look, "visibility") == "hidden"
            if struck or gone:
                names.add(get(style, "name") or "")
    return names - {""}


class _Reader:
    """Reads the blocks of one file; `unshown` are the styles whose words are left out."""

    def __init__(self, unshown: set[str]) -> None:
        self._unshown = unshown

    def blocks(
        self, parent: Any, kind: BlockKind = "paragraph", page: int | None = None, depth: int = 0
    ) -> Iterator[Piece]:
        """Yield the blocks below an element in order."""
        for item in parent:
            name = local(item)
            if depth > MAX_DEPTH or self._gone(item):
                continue
            if name == "h":
                level = get(item, "outline-level") or "1"
                yield Piece(
                    kind="heading",
                    text=self.words(item),
                    level=int(level) if level.isdigit() else 1,
                    page=page,
                )
            elif name == "p":
                yield from self._paragraph(item, kind, page, depth)
            elif name == "table":
                yield from table_pieces(_bare(self.rows(item)[0]), page=page)
            elif name in _HOLDERS:
                yield from self.blocks(item, "item" if name == "list" else kind, page, depth + 1)

    def _paragraph(self, item: Any, kind: BlockKind, page: int | None, depth: int) -> Iterator[Piece]:
        title = (get(item, "style-name") or "") == "Title"
        yield Piece(kind="heading" if title else kind, text=self.words(item), page=page)
        for inner in within(item, "note-body", "text-box"):
            yield from self.blocks(inner, "paragraph", page, depth + 1)

    def words(self, element: Any, depth: int = 0) -> str:
        """Return the words of a paragraph, its notes and boxes left out."""
        words = [element.text or ""]
        for item in element:
            name = local(item)
            if name == "s":
                count = get(item, "c") or "1"
                words.append(" " * min(int(count) if count.isdigit() else 1, 100))
            elif name in ("tab", "line-break"):
                words.append(" ")
            elif name not in ("note", "frame") and depth < MAX_DEPTH and not self._gone(item):
                words.append(self.words(item, depth + 1))
            words.append(item.tail or "")
        return "".join(words)

    def sheets(self, parent: Any) -> Iterator[Piece]:
        """Yield the sheets that are shown, each under its name."""
        tables = [table for table in children(parent, "table") if not self._gone(table)]
        left = MAX_CELLS
        for table in tables:
            rows, used = self.rows(table, left)
            left -= used
            yield from sheet_pieces(rows, get(table, "name") if len(tables) > 1 else None)

    def slides(self, parent: Any) -> Iterator[Piece]:
        """Yield the slides that are shown; the number of a slide is its page."""
        for number, slide in enumerate(children(parent, "page"), 1):
            if self._gone(slide):
                continue
            frames = list(children(slide, "frame", "custom-shape", "g", "rect"))
            for frame in sorted(frames, key=lambda item: get(item, "class") != "title"):
                if get(frame, "class") == "title":
                    words = " ".join(self.words(item) for item in within(frame, "p"))
                    yield Piece(kind="heading", text=words, level=2, page=number)
                else:
                    yield from self.blocks(frame, page=number)
            for note in children(slide, "notes"):
                yield from self.blocks(note, page=number)

    def rows(self, table: Any, limit: int = MAX_CELLS) -> tuple[list[Row], int]:
        """Return the rows of a table and how many cells it took. Raises LoadError for more than the limit."""
        rows: list[Row] = []
        used = 0
        for row in within(table, "table-row"):
            if get(row, "visibility") in ("collapse", "filter") or _outside(row, table):
                continue
            cells = self._cells(row)
            again = _repeats(row, "number-rows-repeated") if cells else 1
            used += (1 + len(cells)) * again
            if used > limit:
                raise LoadError(f"holds more than {MAX_CELLS} cells; save the sheets you need by themselves")
            rows += [cells] * again
        return rows, used

    def _cells(self, row: Any) -> list[Cell | None]:
        cells: list[Cell | None] = []
        for cell in children(row, "table-cell", "covered-table-cell"):
            again = _repeats(cell, "number-columns-repeated")
            if local(cell) == "covered-table-cell":
                cells += [None] * min(again, MAX_COLUMNS)
                continue
            words = "\n".join(filter(None, (piece.text.strip() for piece in self.blocks(cell))))
            across, down = (whole(get(cell, f"number-{what}-spanned"), 1) for what in ("columns", "rows"))
            head = True if _in_head(row) else None
            cells += [Cell(text=words, head=head, columns=across, rows=down)] * min(again, MAX_COLUMNS)
        while cells and (cells[-1] is None or not cells[-1].text):
            cells.pop()
        return cells[:MAX_COLUMNS]

    def _gone(self, element: Any) -> bool:
        style = get(element, "style-name")
        hidden = get(element, "display") == "none" or is_on(get(element, "is-hidden"))
        return hidden or local(element) in _UNREAD or (style is not None and style in self._unshown)


def _outside(row: Any, table: Any) -> bool:
    """Say whether a row belongs to a table within a cell of this one."""
    parent = row.getparent()
    while parent is not None and local(parent) != "table":
        parent = parent.getparent()
    return parent is not table


def _in_head(row: Any) -> bool:
    return local(row.getparent()) == "table-header-rows"


def _bare(rows: list[Row]) -> list[list[Cell | str]]:
    return [[cell for cell in row if cell is not None] for row in rows]


def _repeats(element: Any, name: str) -> int:
    return min(whole(get(element, name), 1), MAX_REPEAT)

"""Read reStructuredText by docutils: no file is included, nothing raw is run."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.core.types import BlockKind
from ingest.loaders.blocks import Draft, Piece, code_pieces, draft
from ingest.loaders.plain.bounds import cut
from ingest.loaders.plain.charset import decode
from ingest.loaders.tables.rows import Cell, table_pieces

if TYPE_CHECKING:
    from docutils import nodes

MAX_LINE = 20_000  # characters: one longer line and docutils reads nothing of a file
MAX_MARKS = 50_000  # lines and signs of markup in a file: each takes up to 0.5 ms
_MARKS = re.compile(r"[\n*`|_]")
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,  # what it finds wrong stays out of the text
    "halt_level": 5,
    "_disable_config": True,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "line_length_limit": MAX_LINE,
}
_UNSHOWN = (
    "comment", "system_message", "substitution_definition", "target", "raw", "problematic", "pending", "decoration",
    "image", "meta", "footnote_reference", "citation_reference",
)  # fmt: skip
_REFERENCES = ("footnote_reference", "citation_reference")


def read_rst(data: bytes, charset: str | None = None) -> Draft:
    """Read headings, paragraphs, lists, tables, code, footnotes; comments and directives it does not know are left out."""
    from docutils.core import publish_doctree

    lines = decode(data, charset).split("\n")
    kept = [line for line in lines if len(line) <= MAX_LINE]
    text, notes = cut("\n".join(kept), _MARKS, MAX_MARKS)
    tree = publish_doctree(text, settings_overrides=_SETTINGS)
    pieces = list(_pieces(tree, 0, "paragraph"))
    title = tree.get("title")
    made = draft(pieces, title=str(title) if title else None, date=_date(tree))
    left_out = len(lines) - len(kept)
    told = f"lines of more than {MAX_LINE} characters are not read: {left_out}"
    return replace(made, notes=(*notes, told) if left_out else notes)


def _date(tree: "nodes.document") -> str | None:
    from docutils import nodes

    found = next(iter(tree.findall(nodes.date)), None)
    return found.astext().strip() or None if found is not None else None


def _pieces(parent: Any, level: int, kind: BlockKind) -> Iterator[Piece]:
    """Yield the blocks below a node; `level` counts the sections around it."""
    for node in parent.children:
        match node.tagname:
            case "section":
                yield from _pieces(node, level + 1, kind)
            case "title" | "subtitle" | "rubric":
                yield Piece(kind="heading", text=_words(node), level=level + 1 + (node.tagname != "title"))
            case "paragraph" | "attribution" | "caption" | "line":
                yield Piece(kind=kind, text=_words(node))
            case "definition_list_item":
                yield from _defined(node, level)
            case "list_item" | "definition":
                yield from _pieces(node, level, "item")
            case "field":
                yield Piece(kind="row", text=": ".join(_words(part) for part in node.children))
            case "docinfo":
                yield from (
                    Piece(kind="row", text=f"{part.tagname.capitalize()}: {_words(part)}")
                    for part in node.children
                )
            case "literal_block" | "doctest_block":
                yield from code_pieces(node.astext())
            case "table":
                titles = [_words(part) for part in node.children if part.tagname == "title"]
                yield from table_pieces(_rows(node), caption=" ".join(titles))
            case name if name not in _UNSHOWN and hasattr(node, "tagname") and node.children:
                yield from _pieces(node, level, kind)


def _defined(item: Any, level: int) -> Iterator[Piece]:
    """Yield a term and what it means as one item, what else is said of it behind."""
    term = ", ".join(_words(part) for part in item.children if part.tagname in ("term", "classifier"))
    told = list(_pieces(item, level, "item"))
    if told and told[0].kind == "item":
        told[0] = replace(told[0], text=f"{term}: {told[0].text}")
    else:
        yield Piece(kind="item", text=term)
    yield from told


def _words(node: Any) -> str:
    if node.tagname in _UNSHOWN:
        return ""
    if not node.children:
        return str(node.astext())
    words = ""
    for child in node.children:
        own = _words(child) if hasattr(child, "tagname") else child.astext()
        noted = not own and getattr(child, "tagname", "") in _REFERENCES
        words = words.rstrip() if noted else words + own  # a space sets apart what is not shown
    return words


def _rows(table: Any) -> list[list[Cell]]:
    from docutils import nodes

    return [[_cell(entry, row) for entry in row.children] for row in table.findall(nodes.row)]


def _cell(entry: Any, row: Any) -> Cell:
    words = " ".join(piece.text for piece in _pieces(entry, 0, "paragraph"))
    head = row.parent.tagname == "thead" or None  # a table without marked heads says nothing of its rows
    return Cell(
        text=words, head=head, columns=1 + entry.get("morecols", 0), rows=1 + entry.get("morerows", 0)
    )

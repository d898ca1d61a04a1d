"""Read Markdown: its words without its signs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.core.types import BlockKind
from ingest.loaders.blocks import LABELLED, Draft, Piece, clean_line, code_pieces, draft, is_head
from ingest.loaders.plain.bounds import cut
from ingest.loaders.plain.charset import decode
from ingest.loaders.plain.text import front_value, split_front_matter
from ingest.loaders.shown.folded import LEVEL
from ingest.loaders.shown.html import NEVER_SHOWN, STRUCK, only_shown
from ingest.loaders.shown.numbers import raised
from ingest.loaders.tables.html import Lifted
from ingest.loaders.tables.rows import MAX_CELLS, MAX_COLUMNS, table_pieces
from ingest.sources.references import references_in

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

MAX_SIGNS = 1500  # "[" and "<" in one paragraph
MAX_MARKS = 250_000  # lines and signs of markup in a file: each takes up to 0.1 ms
MAX_BLOCK = 60_000  # characters of one paragraph
MAX_MEANING = 5_000  # characters of a term and what it means

_MARKS = re.compile(r"[\n|*_`~\[\]<>]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,50}\]:?")
_OPENS = re.compile(r" {0,3}<(table|dl)\b", re.I)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DEFINES = re.compile(r":[ \t]+(?=\S)")  # a line that tells what the one before it means
_FOLD_ENDS = re.compile(r"</details\b", re.I)
_SUP = re.compile(r"<sup\b", re.I)
_HEADING_ID = re.compile(r"\s*\{[#.][^{}]{0,100}\}$")
_BREAKING = {"p", "div", "li", "tr", "td", "th", "br", "summary", "h1", "h2", "h3", "h4", "h5", "h6"}
_HEAD = "\ue000"  # before the words of a heading
_UNSHOWN = (*NEVER_SHOWN, *STRUCK)
_HIDES = re.compile(
    r"""\shidden(?=[\s=>/])|style\s*=\s*["'][^"']*\b(?:display:\s*none|visibility:\s*hidden)""", re.I
)


def read_markdown(data: bytes, charset: str | None = None) -> Draft:
    """Read a Markdown file with tables and front matter; raw HTML is dropped, its visible words kept."""
    text, notes = cut(decode(data, charset), _MARKS, MAX_MARKS)
    values, body = split_front_matter(text)
    made = draft(
        list(markdown_pieces(narrowed(body))),
        title=front_value(values, "title"),
        date=front_value(values, "date"),
        doc_id=front_value(values, "id"),
        references=references_in(values),
    )
    return replace(made, notes=notes)


def markdown_pieces(text: str) -> Iterator[Piece]:
    """Yield the blocks of a Markdown text in order, without markup and link addresses."""
    level = depth = 0  # of the heading and the list we are in, 0 outside
    number = ""  # of the list item that begins
    rows: list[list[str]] = []
    for token in _parser().parse(prepared(text)):
        match token.type:
            case "heading_open" | "heading_close":
                level = int(token.tag[1:]) if token.nesting > 0 else 0
            case "list_item_open" | "list_item_close":
                depth += token.nesting
                number = f"{token.info}{token.markup} " if token.info else ""
            case "tr_open":
                rows.append([])
            case "table_close":
                yield from table_pieces(rows, headed=True)
                rows = []
            case "inline" | "plain" if rows:
                rows[-1].append(_words(token))
            case "inline" | "plain":
                for line, strong in _told(token, whole=bool(level or depth)):
                    yield replace(_piece(number + line, level, depth), strong=strong)
                    number = ""
            case "fence" | "code_block":
                yield from code_pieces(token.content)
            case "html_block":
                yield from _shown(token.content)


def narrowed(text: str) -> str:
    """Return a text whose tables have no more columns and cells than are read: each cell costs more than a kilobyte."""
    if text.count("|") <= MAX_COLUMNS:
        return text
    out: list[str] = []
    cells = 0  # of the table we are in
    for line in text.split("\n"):
        signs = line.count("|")
        cells = cells + min(signs, MAX_COLUMNS) if signs > 1 else 0
        if signs > MAX_COLUMNS and line.lstrip().startswith("|"):
            line = "|".join(line.split("|", MAX_COLUMNS + 1)[: MAX_COLUMNS + 1]) + "|"
        if cells <= MAX_CELLS:
            out.append(line)
    return "\n".join(out)


def prepared(text: str) -> str:
    """Return a text in which no blank line ends a table or definition list of HTML before its end tag.

    What a term means stands behind it in its line: "Weir", then ": A low wall".
    """
    lines = text.split("\n")
    inside = fence = ""
    defined = False  # the line before tells what a term means
    out: list[str] = []
    for line in lines:
        mark = _FENCE.match(line)
        if mark and not inside:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        begin = None if fence or inside else _OPENS.match(line)
        if begin:
            inside = begin[1].lower()
        told = None if fence or inside or mark else _DEFINES.match(line)
        while told and out and not out[-1].strip():
            out.pop()
        before = out[-1].rstrip() if out else ""
        if told and before and not before.startswith(("|", "#")) and len(before) <= MAX_MEANING:
            joint = ":" if not defined else "" if before.endswith((".", "!", "?")) else ";"
            out[-1] = f"{before}{joint} {line[told.end() :]}"
        elif not inside or line.strip():
            out.append(line)
        defined = bool(told) or (defined and not line.strip())
        if inside and f"</{inside}" in line.lower():
            inside = ""
    return text if inside else "\n".join(out)


def _told(token: "Token", *, whole: bool) -> list[tuple[str, bool]]:
    """Return the lines of a paragraph, each with whether it is in bold print; one in bold over others stands by itself."""
    head, _, rest = _words(token).partition("\n")
    heads = not whole and _opens_strong(token) and is_head(clean_line(head)) and not rest[:1].islower()
    lines = [(head, True)] if heads and rest else []
    strong = _is_strong(token) and not lines
    return [*lines, *((line, strong) for line in _lines(rest if lines else _words(token)))]


def _lines(words: str) -> list[str]:
    """Return the lines of a paragraph that each name a thing and tell it ("Depth: 4 m"), others as one."""
    lines = words.split("\n")
    return lines if len(lines) > 1 and all(map(LABELLED.match, lines)) else [" ".join(lines)]


def _piece(words: str, level: int, depth: int) -> Piece:
    if level:
        return Piece(kind="heading", text=_HEADING_ID.sub("", words), level=level)
    return Piece(kind="item" if depth else "paragraph", text=words)


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    parser.core.ruler.before("inline", "bounded", _bounded)
    return parser


def _opens_strong(token: "Token") -> bool:
    """Tell whether the first line of a paragraph is bold, and no more of it."""
    kinds = [child.type for child in token.children or () if child.type != "text" or child.content]
    return kinds[:1] == ["strong_open"] and kinds[kinds.index("strong_close") + 1 :][:1] in (
        ["softbreak"],
        ["hardbreak"],
    )


def _is_strong(token: "Token") -> bool:
    """Tell whether a paragraph is bold from its first word to its last."""
    kinds = [child.type for child in token.children or () if child.type != "text" or child.content]
    return kinds[:1] == ["strong_open"] and kinds.index("strong_close") == len(kinds) - 1


def _bounded(state: "StateCore") -> None:
    """Keep blocks as they are that hold more signs than a person writes: what they mean takes quadratic time to find."""
    for token in state.tokens:
        signs = token.content.count("[") + token.content.count("<") if token.type == "inline" else 0
        if signs > MAX_SIGNS or (token.type == "inline" and len(token.content) > MAX_BLOCK):
            token.type = "plain"


def _words(token: "Token") -> str:
    if token.type == "plain":
        return token.content
    parts: list[str] = []
    above = None  # the tag behind which words stand above the line
    unshown = ""  # the tag of a script, a style or struck words we are in
    for child in token.children or ():
        if child.type in ("s_open", "s_close") and unshown in ("", "~~"):
            unshown = "~~" if child.nesting > 0 else ""
        elif child.type == "html_inline":
            unshown = _enter(child.content, unshown)
            parts.append("\n" if child.content.lower().startswith("<br") else "")
            above = _SUP.match(child.content) if not unshown else None
        elif unshown:
            continue
        elif child.type == "text":
            parts.append(raised(child.content) if above else _FOOTNOTE.sub("", child.content))
        elif child.type == "code_inline":
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
    return "".join(parts)


def _enter(tag: str, unshown: str) -> str:
    name = re.match(r"<(/?)([A-Za-z]+)", tag)
    if not name:
        return unshown
    word = name[2].lower()
    if name[1]:
        return "" if word == unshown else unshown
    return unshown or (word if word in _UNSHOWN or _HIDES.search(tag) else "")


def _shown(markup: str) -> Iterator[Piece]:
    """Yield what a piece of HTML shows; where something folded ends in it, its heading holds no longer."""
    yield from _html(markup)
    if _FOLD_ENDS.search(markup):
        yield Piece(kind="paragraph", text="", closes=LEVEL)


def _html(markup: str) -> Iterator[Piece]:
    """Yield what a piece of HTML shows, a paragraph for each of its blocks, and the rows of its tables."""
    from lxml import etree, html  # type: ignore[import-untyped]

    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        root = html.fragment_fromstring(markup, create_parent="div", parser=parser)
    except etree.ParserError:  # nothing but comments or end tags
        return
    only_shown(root)
    if not _FOLD_ENDS.search(markup):  # what is folded goes on behind a blank line
        for fold in root.xpath(".//details"):
            fold.tag = "div"
    lifted = Lifted(root)
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        breaks = ["\n"] * (element.tag in _BREAKING)
        heads = [_HEAD] * (event == "start" and element.tag == f"h{LEVEL}")
        parts += [*breaks, *heads, (text or "").replace("\n", " ").replace(_HEAD, " ")]
    for part in lifted.put_back("".join(parts)):
        if isinstance(part, str):
            for line in part.split("\n"):
                kind: BlockKind = "heading" if line.startswith(_HEAD) else "paragraph"
                yield Piece(kind=kind, text=line.removeprefix(_HEAD), level=LEVEL)
        else:
            yield from part

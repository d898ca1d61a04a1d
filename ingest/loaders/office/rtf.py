"""Read RTF: its words with headings, lists and tables, without what is struck, hidden or deleted."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from assistant.core.errors import LoadError
from assistant.core.types import BlockKind
from ingest.loaders.blocks import Draft, Piece, draft
from ingest.loaders.tables.rows import table_pieces

MAX_GROUPS = 1_000  # one within another
_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_UNREAD = frozenset(  # destinations that hold no words of the document
    re.findall(
        r"\S+",
        "fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf "
        "themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl "
        "filetbl revtbl fldinst bkmkstart bkmkend atnid atnauthor annotation atndate atnref atnparent pgdsctbl "
        "nonshppict private mmathPr wgrffmtfilter blipuid",
    )
)
_READ_THOUGH_STARRED = ("shptxt", "shpinst", "txfieldtext", "ud", "upr")
_SIGNS = {
    "tab": " ", "line": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "~": "\xa0", "_": "\u2011",
}  # fmt: skip
_CHARSETS = {  # of a font
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip


@dataclass(kw_only=True)
class _State:
    """What holds in a group and those within it."""

    unread: bool = False
    struck: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = -1
    skip: int = 1  # characters that stand for one given by its number
    where: str = ""  # "fonttbl" or "title", while these are read


@dataclass
class _Paragraph:
    text: list[str] = field(default_factory=list)
    level: int = 0  # of a heading
    listed: bool = False
    in_table: bool = False


def read_rtf(data: bytes) -> Draft:
    """Read an RTF file. Raises LoadError for what is none."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise LoadError("is not an RTF file or is broken; save it again")
    reader = _Reader()
    for token in _TOKEN.finditer(data):
        reader.take(token)
    pieces = list(reader.finished())
    titled = any(piece.kind == "heading" and piece.level == 1 for piece in pieces)
    title = " ".join("".join(reader.title).split())
    return draft(pieces, title=None if titled else title or None)


class _Reader:
    def __init__(self) -> None:
        self.title: list[str] = []
        self._stack: list[_State] = []
        self._now = _State()
        self._starred = False
        self._charset = "cp1252"
        self._fonts: dict[int, str] = {}
        self._bytes = b""
        self._half = 0  # first half of a character beyond the basic plane
        self._to_skip = 0
        self._paragraph = _Paragraph()
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._pieces: list[Piece] = []

    def take(self, token: re.Match[bytes]) -> None:
        """Take the next piece of the file."""
        word, number, code, sign, brace, text = token.groups()
        if brace:
            self._brace(brace)
        elif code:
            self._byte(bytes([int(code, 16)]))
        elif text:
            self._byte(text)
        elif word or sign:
            name = (word or sign).decode("latin-1")
            self._word(name, int(number) if number else None)

    def finished(self) -> Iterator[Piece]:
        """Return the pieces after the last token."""
        self._flush()
        self._end_paragraph()
        self._end_table()
        return iter(self._pieces)

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._starred = False
        if brace == b"{":
            if len(self._stack) >= MAX_GROUPS:
                raise LoadError(f"nests more than {MAX_GROUPS} groups, so it is broken; save it again")
            self._stack.append(self._now)
            self._now = replace(self._now)
        elif self._stack:
            self._now = self._stack.pop()

    def _word(self, name: str, number: int | None) -> None:
        if name not in ("u", "uc"):
            self._flush()
        if name == "*":
            self._starred = True
            return
        if name in _UNREAD or (self._starred and name not in _READ_THOUGH_STARRED):
            self._now.unread = True
        self._starred = False
        if name == "u" and number is not None:
            self._unicode(number % 65_536)
        elif name in _SIGNS:
            self._write(_SIGNS[name])
        elif name in "\\{}":
            self._write(name)
        elif not self._layout(name):
            self._format(name, number)

    def _layout(self, name: str) -> bool:
        """End a paragraph, cell or row; say whether the word meant one."""
        if name in ("par", "sect", "page", "\n", "\r"):
            self._end_paragraph()
        elif name in ("cell", "nestcell"):
            self._cells.append(self._taken())
        elif name in ("row", "nestrow"):
            self._rows.append(self._cells)
            self._cells = []
        else:
            return False
        return True

    def _format(self, name: str, number: int | None) -> None:
        """Take a word that says how what follows looks."""
        now, on = self._now, number != 0
        match name:
            case "plain":
                now.struck = now.hidden = now.deleted = False
            case "strike" | "striked":
                now.struck = on
            case "v":
                now.hidden = on
            case "deleted":
                now.deleted = on
            case "uc":
                now.skip = min(number or 0, 8)
            case "title" | "fonttbl":
                now.where = name
            case "f" | "fcharset" | "ansicpg" | "mac":
                self._coding(name, number or 0)
            case _:
                self._place(name, number)

    def _coding(self, name: str, number: int) -> None:
        """Take a word that says in which characters the bytes are written."""
        if name == "f":
            self._now.font = number
        elif name == "mac":
            self._charset = "mac_roman"
        elif name == "ansicpg":
            self._charset = _codec(f"cp{number}") or self._charset
        elif self._now.where == "fonttbl":
            self._fonts[self._now.font] = _CHARSETS.get(number, self._charset)

    def _place(self, name: str, number: int | None) -> None:
        """Take a word that says what a paragraph is."""
        paragraph = self._paragraph
        match name:
            case "pard":
                paragraph.level, paragraph.listed, paragraph.in_table = 0, False, False
            case "intbl":
                paragraph.in_table = True
            case "outlinelevel" if number is not None and 0 <= number < 9:
                paragraph.level = number + 1
            case "ls" | "pnlvlblt" | "pnlvlbody":
                paragraph.listed = True
            case "listtext" | "pntext":
                paragraph.listed = True
                self._now.unread = True  # the mark or number before an item

    def _unicode(self, code: int) -> None:
        self._flush()
        if 0xD800 <= code < 0xDC00:
            self._half = code
        elif 0xDC00 <= code < 0xE000:
            self._write(chr(0x10000 + ((self._half - 0xD800) << 10) + code - 0xDC00) if self._half else "")
            self._half = 0
        else:
            self._write(chr(code))
        self._to_skip = self._now.skip

    def _byte(self, data: bytes) -> None:
        if self._to_skip:
            cut = min(self._to_skip, len(data))
            self._to_skip -= cut
            data = data[cut:]
        self._bytes += data

    def _flush(self) -> None:
        """Write the bytes that came since the last word in the character set of their font."""
        self._to_skip = 0
        if self._bytes:
            charset = self._fonts.get(self._now.font, self._charset)
            text, self._bytes = self._bytes.decode(charset, "replace"), b""
            self._write(text)

    def _write(self, text: str) -> None:
        if self._now.where == "title":
            self.title.append(text)
        elif not (self._now.unread or self._now.struck or self._now.hidden or self._now.deleted):
            self._paragraph.text.append(text)

    def _taken(self) -> str:
        text = "".join(self._paragraph.text)
        self._paragraph.text = []
        return text

    def _end_paragraph(self) -> None:
        if self._now.unread:
            return
        if self._paragraph.in_table:
            self._paragraph.text.append("\n")
            return
        self._end_table()
        level = self._paragraph.level
        kind: BlockKind = "heading" if level else "item" if self._paragraph.listed else "paragraph"
        text = self._taken()
        if text.strip():
            self._pieces.append(Piece(kind=kind, text=text, level=level or 1))

    def _end_table(self) -> None:
        rows = [row for row in self._rows if any(map(str.strip, row))]
        self._rows = []
        if rows:
            self._pieces += table_pieces(rows)


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None

"""The words of a paragraph: with links, fields, equations and insertions, without what is struck, moved away or hidden."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.loaders.shown.boxes import box_sign
from ingest.loaders.shown.numbers import raised
from ingest.loaders.word.formula import formula
from ingest.loaders.word.package import child, is_on, local, value
from ingest.loaders.word.shown import Looks, is_shown

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_LEFT_OUT = frozenset(
    ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "instrText", "delText", "Fallback", "footnoteRef",
     "endnoteRef", "annotationRef", "commentReference", "binData", "fldData")
)  # fmt: skip


@dataclass
class Words:
    """What a paragraph says, and what hangs on it: ids of notes, text boxes."""

    parts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # ("footnote", id)
    boxes: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the words in one string; line breaks are line feeds."""
        return "".join(self.parts)


def words_of(paragraph: "Element", looks: Looks | None = None) -> Words:
    """Collect the words of a paragraph in order; `looks` are the styles, which may hide or strike them."""
    words = Words()
    # A stack instead of recursion: the file decides how deep it goes.
    stack: list[Element | str] = list(reversed(paragraph))
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            words.parts.append(item)
            continue
        name = local(item)
        if name in _LEFT_OUT or (name == "r" and not is_shown(item, paragraph, looks or {})):
            continue
        if name == "sdt" and (form := form_control(item)) is not None:
            words.parts.append(form)
            continue
        if name == "txbxContent":
            words.boxes.append(item)
        elif name in ("oMath", "oMathPara"):
            words.parts.append(formula(item))
        elif name in ("footnoteReference", "endnoteReference"):
            words.notes.append((name.removesuffix("Reference"), value(item, "id") or ""))
        elif name == "AlternateContent":
            # The same thing twice, for newer and older programs.
            chosen = child(item, "Choice")
            stack.append(chosen if chosen is not None else item)
        else:
            words.parts.append(_own(item, name))
            stack += reversed(item)
    return words


def form_control(control: "Element") -> str | None:
    """Return what a content control stands for: the sign of its box, "" for an empty one's hint, None for its words."""
    properties = child(control, "sdtPr")
    box = child(properties, "checkbox")
    if box is not None:
        return box_sign(is_on(child(box, "checked")))
    return "" if is_on(child(properties, "showingPlcHdr")) else None


def _own(item: "Element", name: str) -> str:
    match name:
        case "checkBox":  # of a form field
            checked = child(item, "checked")
            return box_sign(is_on(child(item, "default") if checked is None else checked)) + " "
        case "t":
            above = value(child(item.getparent(), "rPr", "vertAlign")) == "superscript"
            return raised(item.text or "") if above else item.text or ""
        case "tab" | "ptab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case "sym":
            return _symbol(item)
    return ""


def _symbol(item: "Element") -> str:
    """Return the character of a symbol; symbol fonts keep theirs in a private area and mean what they draw."""
    try:
        code = int(value(item, "char") or "", 16)
    except ValueError:
        return ""
    if 0xF000 <= code <= 0xF0FF:
        font = (value(item, "font") or "").casefold()
        if font == "wingdings 2":
            return _WINGDINGS_2.get(code, "")
        return _WINGDINGS.get(code, "") if font.startswith("wingdings") else _SYMBOL.get(code, "")
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""


_WINGDINGS = {0xF0A8: "☐", 0xF06F: "☐", 0xF071: "☐", 0xF0FE: "☑", 0xF052: "☑", 0xF0FD: "☒", 0xF078: "☒", 0xF0FC: "✓", 0xF0FB: "✗", 0xF0E0: "→", 0xF0F0: "→"}  # fmt: skip
_WINGDINGS_2 = {0xF0A3: "☐", 0xF02A: "☐", 0xF052: "☑", 0xF053: "☒", 0xF054: "☒", 0xF050: "✓", 0xF04F: "✗"}
_SYMBOL = {0xF0B7: "•", 0xF0B1: "±", 0xF0B3: "≥", 0xF0A3: "≤", 0xF0B0: "°", 0xF0B4: "×", 0xF0B8: "÷", 0xF0B9: "≠", 0xF0AE: "→", 0xF06D: "μ", 0xF061: "α", 0xF062: "β", 0xF044: "Δ", 0xF070: "π", 0xF053: "Σ"}  # fmt: skip

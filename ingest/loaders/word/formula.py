"""Write an equation of Word as one line: "v = 3 t + 2", "a/b", "x^2", "√(x + 1)"."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.loaders.word.package import child, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_DEPTH = 50


def formula(element: "Element", depth: int = 0) -> str:
    """Return the words and signs of an equation, what stands above or below the line marked as such."""
    name = local(element)
    if name == "t":
        return element.text or ""
    if name in ("rPr", "ctrlPr") or name.endswith("Pr") or depth > MAX_DEPTH:
        return ""

    written = _FORMS.get(name)
    if written is not None:
        return written(element, depth + 1)
    return "".join(formula(item, depth + 1) for item in element)


def _part(element: "Element", depth: int, name: str) -> str:
    found = child(element, name)
    return formula(found, depth).strip() if found is not None else ""


def _scripts(element: "Element", depth: int) -> str:
    low, high = _part(element, depth, "sub"), _part(element, depth, "sup")
    return (f"_{_grouped(low)}" if low else "") + (f"^{_grouped(high)}" if high else "")


def _script(element: "Element", depth: int) -> str:
    return _part(element, depth, "e") + _scripts(element, depth)


def _fraction(element: "Element", depth: int) -> str:
    return f"{_grouped(_part(element, depth, 'num'))}/{_grouped(_part(element, depth, 'den'))}"


def _root(element: "Element", depth: int) -> str:
    return f"{_part(element, depth, 'deg')}√({_part(element, depth, 'e')})"


def _sum(element: "Element", depth: int) -> str:
    sign = value(child(element, "naryPr", "chr")) or "∫"
    return f"{sign}{_scripts(element, depth)} {_part(element, depth, 'e')}"


def _brackets(element: "Element", depth: int) -> str:
    begin, end = (value(child(element, "dPr", name)) for name in ("begChr", "endChr"))
    inner = ", ".join(formula(item, depth).strip() for item in element if local(item) == "e")
    return f"{'(' if begin is None else begin}{inner}{')' if end is None else end}"


def _function(element: "Element", depth: int) -> str:
    return f"{_part(element, depth, 'fName')} {_part(element, depth, 'e')}"


def _matrix(element: "Element", depth: int) -> str:
    rows = (item for item in element if local(item) == "mr")
    return "; ".join(", ".join(formula(cell, depth).strip() for cell in row) for row in rows)


def _grouped(text: str) -> str:
    """Put brackets around what is more than one number or word."""
    return text if text.isalnum() or (text.startswith("(") and text.endswith(")")) else f"({text})"


_FORMS: dict[str, Callable[["Element", int], str]] = {
    "f": _fraction,
    "sSup": _script,
    "sSub": _script,
    "sSubSup": _script,
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "func": _function,
    "m": _matrix,
}

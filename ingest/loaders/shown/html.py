"""Leave in a page what its reader sees: no struck or hidden words, tick boxes as signs, numbers of ordered lists."""

import re
from typing import TYPE_CHECKING

from ingest.loaders.shown.boxes import box_sign
from ingest.loaders.shown.folded import unfold
from ingest.loaders.shown.numbers import raised, written_number
from ingest.loaders.shown.styles import Sheet, background, hides, is_white

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

STRUCK = ("del", "s", "strike")
NEVER_SHOWN = ("script", "style", "template", "noscript", "dialog", "datalist")
_BOXES = ("div", "fieldset", "section", "article", "main", "body")
_NOTE = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[*†‡§]{1,3})[\])]?")
_PART = re.compile(r"\d+[/⁄]\d+")
_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def only_shown(root: "Element") -> None:
    """Take out what is struck or hidden, and write form controls and list numbers as words."""
    sheet = Sheet(root)
    for element in [item for item in root.iter() if isinstance(item.tag, str)]:
        if element is not root and element.getparent() is not None and _is_unshown(element, sheet):
            element.drop_tree()
    for form in root.xpath("//form[.//input[@type='checkbox' or @type='radio']]"):
        form.tag = "div"  # a page's search form is furniture, one that was filled in is not
        for part in form.iter("fieldset"):
            part.tag = "div"
    for part in root.xpath("//label[.//input[@type='checkbox' or @type='radio']]"):
        part.tag = "p" if part.getparent().tag in _BOXES else "span"
    for control in root.xpath("//input | //*[@role='checkbox' or @role='radio']"):
        _write_box(control)
    for menu in root.xpath("//select"):
        chosen = menu.xpath(".//option[@selected]")
        _replace(menu, " ".join(option.text_content() for option in chosen))
    for ordered in root.xpath("//ol"):
        _write_numbers(ordered)
    for above in root.iter("sup"):
        _write_raised(above)
    unfold(root)


def _is_unshown(element: "Element", sheet: Sheet) -> bool:
    if element.tag in STRUCK or (element.tag in NEVER_SHOWN and element.get("open") is None):
        return True
    if element.get("hidden", "until-found") != "until-found" or element.get("type") == "hidden":
        return True
    style = sheet.style(element)
    return hides(style) or (
        "color" in style and is_white(style["color"]) and _stands_on_white(element, sheet)
    )


def _stands_on_white(element: "Element", sheet: Sheet) -> bool:
    """Tell whether nothing around an element is known, or likely, to have a darker background."""
    behind: Element | None = element
    while behind is not None:
        colour = background(sheet.style(behind))
        if colour is not None:
            return is_white(colour)
        if behind.get("bgcolor") is not None:
            return is_white(behind.get("bgcolor").lower())
        behind = behind.getparent()
    return sheet.whole


def _write_box(control: "Element") -> None:
    kind = control.get("type", control.get("role", "")).lower()
    if kind in ("checkbox", "radio"):
        ticked = control.get("checked") is not None or control.get("aria-checked") == "true"
        sign = box_sign(ticked)
        if control.tag == "input":
            _replace(control, f"{sign} ")
        else:
            control.text = f"{sign} {(control.text or '').lstrip('☐☑☒ ')}"


def _write_raised(above: "Element") -> None:
    """Write a power as such ("10⁶"), a part apart from its whole ("2 1/2"); a mark that leads to a note is dropped."""
    words = above.text_content().strip()
    below = above.getnext()
    parted = below is not None and below.tag == "sub" and (above.tail or "").strip() in ("/", "⁄")
    if _NOTE.fullmatch(words) and (words.startswith(("[", "(")) or any(True for _ in above.iter("a"))):
        above.text = ""
        above[:] = []
    elif not len(above):
        above.text = f" {words}" if parted or _PART.fullmatch(words) else raised(words)


def _replace(element: "Element", words: str) -> None:
    element.tail = f"{words}{element.tail or ''}"
    element.drop_tree()


def _write_numbers(ordered: "Element") -> None:
    items = [child for child in ordered if child.tag == "li"]
    step = -1 if ordered.get("reversed") is not None else 1
    number = _whole(ordered.get("start"), len(items) if step < 0 else 1)
    for item in items:
        number = _whole(item.get("value"), number)
        mark = written_number(number, _FORMATS.get(ordered.get("type", "1"), "decimal"))
        holder = item
        while (
            not (holder.text or "").strip()
            and len(holder)
            and holder[0].tag in ("p", "div", "span", "b", "strong")
        ):
            holder = holder[0]
        holder.text = f"{mark}. {(holder.text or '').lstrip()}"
        number += step


def _whole(value: str | None, otherwise: int) -> int:
    try:
        return int(value) if value else otherwise
    except ValueError:
        return otherwise

"""Tell what Word shows of a run: nothing that is hidden or struck, by itself or by its style, or white on white."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ingest.loaders.word.package import child, is_on, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_UNSHOWN = ("vanish", "webHidden", "strike", "dstrike")
_WHITE = ("ffffff", "white")
_DARK_HOLDERS = ("txbxContent", "background")  # what they are drawn on is not looked at

Looks = Mapping[str, tuple["Element", ...]]  # the run properties of each style, its own first


def looks_of(styles: "Element | None") -> Looks:
    """Return the run properties in force for each style, those of the styles it is based on last."""
    raw = {
        value(item, "styleId") or "": item
        for item in (styles if styles is not None else ())
        if local(item) == "style"
    }
    found: dict[str, tuple[Element, ...]] = {}
    for name in raw:
        chain: list[Element] = []
        seen: set[str] = set()
        at = name
        while at in raw and at not in seen:
            seen.add(at)
            own = child(raw[at], "rPr")
            chain += [own] if own is not None else []
            at = value(child(raw[at], "basedOn")) or ""
        if chain:
            found[name] = tuple(chain)
    return found


def is_bold(paragraph: "Element", looks: Looks) -> bool:
    """Tell whether all words of a paragraph are in bold print."""
    runs = [
        run for run in paragraph.iter("{*}r") if any((text.text or "").strip() for text in run.iter("{*}t"))
    ]
    return bool(runs) and all(is_on(_first(_layers(run, paragraph, looks), "b")) for run in runs)


def is_shown(run: "Element", paragraph: "Element | None", looks: Looks) -> bool:
    """Tell whether a run is seen; the run's own properties go before its style's, those before its paragraph's."""
    layers = _layers(run, paragraph, looks)
    if not layers:
        return True
    if any(is_on(_first(layers, name)) for name in _UNSHOWN):
        return False
    white = (value(_first(layers, "color")) or "").lower() in _WHITE
    return not white or any(map(_darkens, _behind(run, layers)))


def _layers(run: "Element", paragraph: "Element | None", looks: Looks) -> list["Element"]:
    own = child(run, "rPr")
    by_style = looks.get(value(child(own, "rStyle")) or "", ())
    by_paragraph = looks.get(value(child(paragraph, "pPr", "pStyle")) or "", ())
    return [*([own] if own is not None else []), *by_style, *by_paragraph]


def _first(layers: list["Element"], name: str) -> "Element | None":
    return next((found for layer in layers if (found := child(layer, name)) is not None), None)


def _behind(run: "Element", layers: list["Element"]) -> Iterator["Element | None"]:
    """Yield what may give a run a background: marks, shaded paragraphs and cells, table styles, shapes."""
    yield _first(layers, "highlight")
    yield _first(layers, "shd")
    for above in run.iterancestors():
        yield child(above, "pPr", "shd")
        yield child(above, "tcPr", "shd")
        yield child(above, "tblPr", "tblStyle")
        if local(above) in _DARK_HOLDERS:
            yield above


def _darkens(mark: "Element | None") -> bool:
    if mark is None:
        return False
    if local(mark) == "highlight":
        return (value(mark) or "none") not in ("none", "white")
    if local(mark) == "shd":
        fill = (value(mark, "fill") or "auto").lower()
        return fill not in ("auto", *_WHITE) or value(mark, "themeFill") is not None
    return True  # a table style may have dark bands, a shape a dark filling

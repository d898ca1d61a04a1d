"""Read which elements the style sheet and the style attributes of a page hide, as far as single rules tell."""

import re
from typing import TYPE_CHECKING, Any

import tinycss2

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

Style = dict[str, str]  # property -> value, both in lower case
_SIMPLE = re.compile(r"(?P<tag>[A-Za-z][A-Za-z0-9]*|\*)?(?P<rest>(?:[.#][\w-]+)*)")
_PART = re.compile(r"([.#])([\w-]+)")
_NOTHING = re.compile(r"0*\.?0+(?:px|pt|em|rem|%)?")
_FAR = re.compile(r"-\d{4,}(?:px|pt)?|-\d{3,}(?:em|rem|vw|vh|%)")
_WHITE = re.compile(
    r"white|#f{3,4}|#f{6}(?:ff)?|rgba?\(255[, ]+255[, ]+255(?:[, /]+1(?:\.0)?)?\)|hsl\(\d+[, ]+\d+%[, ]+100%\)"
)
MAX_SHEET = 200_000  # characters of style sheets that are read


def own_style(element: "Element") -> Style:
    """Return what an element's style attribute says."""
    return _declared(tinycss2.parse_blocks_contents(element.get("style") or ""))


class Sheet:
    """The rules of a page's style sheets whose selector is one element: a tag, classes, an id."""

    def __init__(self, root: "Element") -> None:
        text = "\n".join(style.text or "" for style in root.iter("style"))[:MAX_SHEET]
        self._rules: dict[tuple[str, str], list[tuple[str, frozenset[str], Style]]] = {}
        for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                self._add(
                    tinycss2.serialize(rule.prelude), _declared(tinycss2.parse_blocks_contents(rule.content))
                )
        # With a style sheet elsewhere, what a page looks like is not known.
        self.whole = not root.xpath("//link[contains(@rel, 'stylesheet')]")

    def style(self, element: "Element") -> Style:
        """Return what the rules and the element's own attribute say; a later rule goes before an earlier one."""
        marks = {
            ("#", element.get("id") or ""),
            *((".", name) for name in (element.get("class") or "").split()),
        }
        tag = str(element.tag).lower()
        found: dict[str, str] = {}
        for key in (("", tag), ("", "*"), *sorted(marks)):
            for wanted, parts, style in self._rules.get(key, ()):
                if wanted in ("*", tag) and parts <= {f"{sign}{name}" for sign, name in marks}:
                    found |= style
        return found | own_style(element)

    def _add(self, selectors: str, style: Style) -> None:
        for selector in selectors.split(","):
            match = _SIMPLE.fullmatch(selector.strip())
            if not match or not match[0]:
                continue
            parts = _PART.findall(match["rest"])
            tag = (match["tag"] or "*").lower()
            key = parts[-1] if parts else ("", tag)
            names = frozenset(f"{sign}{name}" for sign, name in parts)
            self._rules.setdefault(key, []).append((tag, names, style))


def hides(style: Style) -> bool:
    """Tell whether a style shows nothing of an element, or strikes it out."""
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if any("line-through" in style.get(name, "") for name in ("text-decoration", "text-decoration-line")):
        return True
    if any(_NOTHING.fullmatch(style.get(name, "1")) for name in ("opacity", "font-size")):
        return True
    if any(_FAR.fullmatch(style.get(name, "")) for name in ("left", "top", "text-indent", "right")):
        return True
    clipped = style.get("clip", "").replace(",", " ").split()
    return (
        clipped[:1] == ["rect(0"] or clipped[:1] == ["rect(0px"] or "inset(50%" in style.get("clip-path", "")
    )


def is_white(colour: str) -> bool:
    """Tell whether a colour is white or none at all."""
    return colour == "transparent" or bool(_WHITE.fullmatch(colour))


def background(style: Style) -> str | None:
    """Return the background that a style sets, None where it sets none."""
    return style.get("background-color") or style.get("background") or style.get("background-image")


def _declared(contents: list[Any]) -> Style:
    return {
        item.lower_name: tinycss2.serialize(item.value).strip().lower()
        for item in contents
        if item.type == "declaration"
    }

"""Write a reference to an article in the forms that papers ask for: APA and BibTeX."""

import re
import unicodedata
from datetime import date

from assistant.core.types import Citation, Passage
from assistant.show.escape import visible

_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}  # fmt: skip


def apa(item: Citation | Passage) -> str:
    """Return the article as an APA reference, the quoted words before it.

    An article names no author, so its title stands first, as APA has it.
    """
    address = f" {item.source}" if _address(item) else ""
    where = f", {_pinpoint(item)}" if _pinpoint(item) else ""
    title = visible(item.title).rstrip(".")
    return f"“{visible(_words(item))}” ({title}, {_year(item)}{where})\n\n{title}. ({_day(item)}).{address}"


def bibtex(item: Citation | Passage) -> str:
    """Return the article as a BibTeX entry, the quoted words as its note."""
    fields = {"title": f"{{{_tex(item.title)}}}", "year": _year(item), "note": _tex(f"“{_words(item)}”")}
    fields |= {"howpublished": _tex(_pinpoint(item))} if _pinpoint(item) else {}
    fields |= {"url": visible(item.source)} if _address(item) else {}
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{_key(item)},\n{body}\n}}"


def quoted(item: Citation | Passage) -> str:
    """Return the words of a source."""
    return item.quote if isinstance(item, Citation) else item.text


def _words(item: Citation | Passage) -> str:
    return " ".join(quoted(item).split())


def _address(item: Citation | Passage) -> bool:
    return bool(re.match(r"https?://", item.source))


def _pinpoint(item: Citation | Passage) -> str:
    parts = [
        f"sec. “{item.section}”" if item.section else "",
        f"p. {item.page}" if item.page is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def _year(item: Citation | Passage) -> str:
    found = re.match(r"\d{4}", item.date or "")
    return found[0] if found else "n.d."


def _day(item: Citation | Passage) -> str:
    """Return the date as APA writes it: "2026, November 21", as far as it is known."""
    try:
        day = date.fromisoformat(item.date or "")
    except ValueError:
        return _year(item)
    return f"{day.year}, {day:%B} {day.day}"


def _key(item: Citation | Passage) -> str:
    plain = unicodedata.normalize("NFKD", item.doc_id).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-") or "article"


def _tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in visible(text))

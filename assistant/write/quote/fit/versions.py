"""Tell versions apart: sentences that say the same but for a figure, and which of two documents is the newer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePath

from assistant.core.types import Document, Evidence
from assistant.question.kind import kinds
from assistant.text.lexicon.sorts import of_another_sort
from assistant.text.quantities.read import quantities
from assistant.text.quantities.units import MONTHS
from assistant.text.terms import content_words, stems
from assistant.write.quote.choose import Choice
from assistant.write.quote.fit.figures import YEAR, Figures, denies, figures

Age = tuple[int, ...]  # year, month, day as far as known; a bare version number follows a 0
MAX_RIVALS = 4
HEAD = 600  # characters in which a text may say from when it is
NOTICE = "The articles differ on this: "
_CURRENT = re.compile(
    r"\b(?:current(?:ly)?|latest|newest|most recent|now|nowadays|today|at present|these days|at the moment|in force|up[- ]to[- ]date)\b",
    re.I,
)
_DATED = re.compile(
    r"\b(?:valid|effective|in force|updated|revised|issued|dated|adopted|approved|published|as of|as at|last change\w*|status)\b"
    r"[^.\n]{0,40}",
    re.I,
)
_VERSION = re.compile(r"\b(?:version|revision|edition|rev\.?|v)[ .]?(\d+(?:\.\d+)*)\b", re.I)
_UNLIKE = re.compile(r"\d+|\b(?:version|revision|edition|rev|draft|final|old|new|v)\b|\W+", re.I)


def asks_current(question: str) -> bool:
    """Tell whether a question is about what holds now."""
    return bool(_CURRENT.search(question))


def timeless(question: str, known: Callable[[str], bool]) -> str:
    """Return a question without the words for "now" that the corpus never uses."""
    bare = _CURRENT.sub(lambda match: match[0] if known(match[0].split()[-1]) else "", question)
    return " ".join(bare.split()) if content_words(bare) else question


def beside(
    question: str, choice: Choice, evidence: Sequence[Evidence], document: Callable[[str], Document]
) -> tuple[Choice, str | None]:
    """Return a choice with what other versions say beside the best sentence, the newest first, and a notice of it.

    Where the question is about now, or an older version was left out, only the newest is quoted.
    """
    if choice.listed or not choice.evidence:
        return choice, _listed(choice)
    best = choice.evidence[0]
    pool = [*choice.evidence[1:], *(item for item in evidence if item not in choice.evidence)]
    told = _Told(best)
    rivals = [item for item in pool if told.rivals(_Told(item))]
    if choice.lead:  # it only may answer: another article may speak of another thing
        rivals = [item for item in rivals if _bare(item.passage.title) == _bare(best.passage.title)]
    group = [best, *rivals][:MAX_RIVALS]
    if len(group) == 1:
        return choice, None
    ages = [_age(item, document(item.passage.doc_id)) for item in group]
    order = sorted(range(len(group)), key=lambda n: ages[n], reverse=True)
    group, ages = [group[n] for n in order], [ages[n] for n in order]
    rest = [item for item in choice.evidence if item not in group]
    if asks_current(question) and ages[0] > ages[1]:
        shown = replace(choice, evidence=(group[0], *rest), wanted=1)
    else:
        more = 0 if "number" in kinds(question) else choice.wanted  # other figures are of other things
        shown = replace(choice, evidence=(*group, *rest), wanted=max(more, len(group)))
    return shown, _notice(group, "The newest stands first." if ages[0] else "None of them bears a date.")


def _listed(choice: Choice) -> str | None:
    """Return a notice of rows or items shown in a list that are versions of each other, None where none are."""
    shown = [_Told(item) for item in choice.evidence[: choice.wanted]]
    found = [
        one.item for one in shown if any(one.doc_id != other.doc_id and one.rivals(other) for other in shown)
    ]
    return _notice(found) if found else None


def _notice(group: Sequence[Evidence], order: str = "") -> str:
    named = "; ".join(dict.fromkeys(_named(item) for item in group))
    return f"{NOTICE}{named}. {order}".strip()


def _named(item: Evidence) -> str:
    """Name where a sentence stands, with its date."""
    passage = item.passage
    place = f"“{passage.title}”" + (f", {passage.section}" if passage.section else "")
    return f"{place} ({passage.date})" if passage.date else place


class _Told:
    """A sentence as it is held against others, read once: what it says beside its figures, and whether it denies."""

    def __init__(self, item: Evidence) -> None:
        self.item, self.passage, self.doc_id = item, item.passage, item.passage.doc_id

    @cached_property
    def figures(self) -> Figures:
        """Its figures and dates."""
        return figures(self.item.text)

    @cached_property
    def denies(self) -> bool:
        """Whether it holds a word that denies."""
        return denies(self.item.text)

    @cached_property
    def words(self) -> set[str]:
        """The stems of its words, its figures and dates left out."""
        return _words(self.item.text)

    def rivals(self, other: "_Told") -> bool:
        """Tell whether two say the same of the same, but for a figure, in two documents or two versions of a section.

        What one document says under two headings is of two things: so it was in all five pairs of 294 everyday documents.
        """
        a, b = self.passage, other.passage
        alone = a.doc_id == b.doc_id
        if alone and (a.section == b.section or _bare(a.section) != _bare(b.section)):
            return False
        denied = self.denies != other.denies
        if self.figures == other.figures and not denied:
            return False
        one, another = self.item.text, other.item.text
        if of_another_sort(one, another) or of_another_sort(another, one):
            return False
        mine, theirs, differ = self.words, other.words, _comparable(self.figures, other.figures)
        if alone and mine and mine == theirs and differ:
            return True
        more, less = mine - theirs, theirs - mine
        if (differ or denied) and len(mine & theirs) > 1 and not (more and less) and len(more | less) <= 2:
            return True
        shared = len(mine & theirs) / (len(mine | theirs) or 1)
        return not alone and _bare(a.title) == _bare(b.title) and shared >= 0.5 and differ


def _bare(heading: str) -> list[str]:
    """Return the words of a heading or title that do not tell one version from another."""
    return [word for word in _UNLIKE.sub(" ", heading).casefold().split() if word not in MONTHS]


def _comparable(mine: Figures, theirs: Figures) -> bool:
    """Tell whether two texts give different figures of one kind and unit."""
    kinds = {(kind, unit) for kind, unit, _, _ in mine} & {(kind, unit) for kind, unit, _, _ in theirs}
    return any({f for f in mine if f[:2] == kind} != {f for f in theirs if f[:2] == kind} for kind in kinds)


def _words(text: str) -> set[str]:
    """Return the stems of a text's words, its figures and dates left out."""
    bare = list(text)
    for item in quantities(text):
        bare[item.start : item.end] = " " * (item.end - item.start)
    words = [word for word in content_words("".join(bare)) if word.lower() not in MONTHS]
    return stems(" ".join(words))


def _age(item: Evidence, document: Document) -> Age:
    """Return from when a sentence is: by its own year, its heading's, its document's date, title or file; () unknown."""
    passage = item.passage
    own = YEAR.findall(item.text)
    if len(set(own)) == 1:
        return (int(own[0]),)
    head = " ".join(match[0] for match in _DATED.finditer(document.text[:HEAD]))
    for text in (passage.section, document.date or "", document.title, PurePath(document.source).stem, head):
        if (found := _date(text)) is not None:
            return found
    version = _VERSION.search(f"{document.title} {PurePath(document.source).stem} {document.text[:HEAD]}")
    return (0, *map(int, version[1].split("."))) if version else ()


def _date(text: str) -> Age | None:
    """Return the latest date or year in a text."""
    found: list[Age] = []
    parts = quantities(text)
    for n, part in enumerate(parts):
        if part.kind == "year":
            around = [item for item in parts[max(0, n - 2) : n] if item.start <= part.start]
            month = next((int(item.low) for item in around if item.kind == "month"), 0)
            day = next((int(item.low) for item in around if item.kind == "day"), 0)
            found.append((int(part.low), month, day))
    found += [(int(year), 0, 0) for year in YEAR.findall(text)]
    return max(found, default=None)

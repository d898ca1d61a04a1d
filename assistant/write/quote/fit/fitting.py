"""Leave out what cannot answer a question: bare questions, empty boxes, title lines, another condition, sort or name."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.core.types import Document, Evidence
from assistant.text.disclaimers.boxes import BOX, boxes_in
from assistant.text.lexicon.sorts import of_other_sorts
from assistant.text.quantities.bounds import bound_at
from assistant.text.quantities.ranges import ranges
from assistant.text.quantities.read import Quantity, quantities
from assistant.text.terms import content_stems, names_in, plain_words, tokens
from assistant.write.quote.fit.amounts import held
from assistant.write.quote.fit.figures import YEAR, years_over
from assistant.write.quote.wording.dated import dates_it
from assistant.write.quote.wording.named import of_the_thing

_ASKS_QUESTIONS = re.compile(
    r"\bquestions?\b|\bask(?:ed|s|ing)?\b|\bobjections?\b|\bchecklist\b|\bcheck\b", re.I
)
_REPORTS = re.compile(
    r"\b(?:asks?|asked|asking|raises?|raised|wonders?|objections?|questions?)\b[^?:]*:", re.I
)
_BOXES = re.compile(
    r"\b(?:box(?:es)?|tick\w*|check ?list|checked|tasks?|to[- ]?dos?|options?|select\w*|chosen|open|outstanding|pending|missing|"
    r"left|remain\w*|undone|unfinished|incomplete|done|complete\w*|finished|items?)\b",
    re.I,
)
YES_NO = re.compile(
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|should|must|will|would|may|might)\b", re.I
)
_DIGITS = re.compile(r"\d+")  # also one by itself, which is no word
_DENIES = re.compile(r"\b(?:not|no|none|nothing|nobody|never|free)\b", re.I)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_TO = r"\s*(?:to|until|till|through|[-–—])\s*"
_A_DAY = rf"(?:{'|'.join(_DAYS)})s?\b|(?-i:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?"
_A_MONTH = rf"(?:{'|'.join(_MONTHS)})\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_DAY = re.compile(rf"\b({_A_DAY})(?:{_TO}({_A_DAY}))?", re.I)
_MONTH = re.compile(rf"\b({_A_MONTH})(?:{_TO}({_A_MONTH}))?")
_BOUNDED = re.compile(r"\b(?:before|after|by|until|till|since|from) (?:the )?(?:\w+ (?:of )?)?[A-Z]\w+")
_MAY = re.compile(r"(?:^|(?<=[.?!] ))May (?=[^.?!]+\?)")  # asks for leave
_WEEKDAYS = re.compile(r"\b(?:weekdays?|working days?)\b", re.I)
_WEEKENDS = re.compile(r"\bweekends?\b", re.I)
_EVERY_DAY = re.compile(r"\b(?:daily|every day|each day|all days|seven days|all week)\b", re.I)
_SIDE = re.compile(r"\b(with|without)\s+(?:an? |the |any |your |my )?([^\W\d_]{3,})", re.I)
_OTHER_WAY = {"over": "under", "under": "over"}
MAX_WORDS = 15  # of a line that only names
_ENDS = re.compile(r"[.!?:;][\"'”’)*]*$")
_BY = re.compile(r"(?:[\w,]+ ){0,5}[Bb]y (?:the )?[A-Z]")  # "By Jane Doe", "Posted by the Board"
_SAYS = re.compile(r"\b[a-z]{4,}")  # a word that is no part of a name
_OF_THE_AUTHOR = re.compile(
    r"\b(?:who|whose|whom|author|wrote|written|posted|published|updated|dated?|titled?|called|names?)\b", re.I
)
_OF_A_NAME = re.compile(r"\b(?:when|where|which|year|version|edition|address)\b", re.I)


def fitting(question: str, found: Sequence[Evidence], document: Callable[[str], Document]) -> list[Evidence]:
    """Return the sentences that may answer a question, in order.

    A sentence is left out for what it says itself; one that names nobody of those asked about, or a tier beside the
    one asked for, only where another sentence fits.
    """
    around = _Around(document)
    kept = [item for item in found if not _misfits(question, item.text)]
    kept = _of_one_sort(question, _saying_something(question, kept))
    kept = [item for item in kept if not only_names(question, item.text, item.start, around.source(item))]
    tables = [(item.passage.doc_id, item.passage.section) for item in kept]
    verdicts = held(question, [item.text for item in kept], tables).verdicts
    if True in verdicts:
        kept = [item for item, verdict in zip(kept, verdicts, strict=True) if verdict is not False]
    kept = of_the_thing(question, _of_the_question(question, kept))
    return _of_those_named(question, _of_those_years(question, kept, around), around)


def _misfits(question: str, sentence: str) -> bool:
    """Tell whether a sentence by itself cannot answer a question."""
    return (
        _only_asks(question, sentence)
        or _is_empty_box(question, sentence)
        or _is_other_bound(question, sentence)
        or _is_other_day(question, sentence)
        or _is_other_side(question, sentence)
    )


def _only_asks(question: str, sentence: str) -> bool:
    """Tell whether a sentence is a question, and questions are not what is wanted."""
    if " | " in sentence or not sentence.rstrip("\"'”’)* ").endswith(("?", "？")):
        return False
    return not (_ASKS_QUESTIONS.search(question) or _REPORTS.search(sentence))


def _saying_something(question: str, found: list[Evidence]) -> list[Evidence]:
    """Leave out fragments that only repeat words of a question that is not for yes or no: "Strength of steel T40."."""
    if YES_NO.match(question) or not found:
        return found
    asked, *told = tokens([question, *(item.text for item in found)])
    known = {*asked, *_DIGITS.findall(question)}
    return [
        item for item, own in zip(found, told, strict=True)
        if not (words := {*own, *_DIGITS.findall(item.text)})
        or not words <= known
        or " | " in item.text
        or _DENIES.search(item.text)
        or dates_it(question, item.passage)
    ]  # fmt: skip


def _of_one_sort(question: str, found: list[Evidence]) -> list[Evidence]:
    """Leave out what speaks of a thing of another sort than the question."""
    told = [(item.text, f"{item.passage.title} {item.passage.section}") for item in found]
    return [item for item, other in zip(found, of_other_sorts(question, told), strict=True) if not other]


def _is_empty_box(question: str, sentence: str) -> bool:
    """Tell whether a line holds boxes none of which is ticked, and neither yes or no nor boxes are asked for."""
    boxes = boxes_in(sentence) if BOX.search(sentence) else None
    if boxes is None or boxes.ticked or " | " in sentence:
        return False
    return not (boxes.single and (YES_NO.match(question) or _BOXES.search(question)))


def _is_other_bound(question: str, sentence: str) -> bool:
    """Tell whether a sentence is about more where the question is about less than the same amount, or the reverse."""
    for asked in _bounded(question):
        told = _bounded(sentence)
        same = [item for item in told if item.same(asked) or asked.same(item)]
        other = _OTHER_WAY.get(asked.bound)
        if (
            other
            and any(item.bound == other for item in same)
            and not any(item.bound != other for item in same)
        ):
            return True
    return False


@lru_cache(maxsize=20_000)
def _bounded(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text, each with what bounds it; a span of time ("over one year") among them."""
    return tuple(
        item if item.bound else replace(item, bound=bound_at(text, item.start, item.end))
        for item in quantities(text)
    )


def is_day(word: str) -> bool:
    """Tell whether a word names a day of the week or a month, written out or short: "Feb"."""
    return bool(_DAY.fullmatch(word) or _MONTH.fullmatch(word))


def _is_other_day(question: str, sentence: str) -> bool:
    """Tell whether a sentence is about other days of the week, or other months, than those the question asks about."""
    for days in (True, False):
        asked = _named_days(_BOUNDED.sub("", _MAY.sub("", question)), days)
        told = _named_days(sentence, days) if asked else frozenset()
        if told and not asked & told and not (days and _EVERY_DAY.search(sentence)):
            return True
    return False


@lru_cache(maxsize=20_000)
def _named_days(text: str, days: bool) -> frozenset[int]:
    """Return the days of the week, or the months, that a text names, all of "Monday to Friday" among them."""
    names, pattern = (_DAYS, _DAY) if days else (_MONTHS, _MONTH)
    found: set[int] = set()
    for match in pattern.finditer(text):
        first, last = (_placed(names, match[n] or match[1]) for n in (1, 2))
        found |= {n % len(names) for n in range(first, (last if last >= first else last + len(names)) + 1)}
    if days:
        found |= set(range(5)) if _WEEKDAYS.search(text) else set()
        found |= {5, 6} if _WEEKENDS.search(text) else set()
    else:
        spans = [reach.months for cell in ranges(text) for reach in cell if not reach.open_to]
        found |= {month - 1 for months in spans for month in months}
    return frozenset(found)


def _placed(names: Sequence[str], word: str) -> int:
    """Return the place of a day or month among their names, by its first three letters."""
    return next(at for at, name in enumerate(names) if name.startswith(word[:3].capitalize()))


def _is_other_side(question: str, sentence: str) -> bool:
    """Tell whether a sentence says what holds without a thing where the question is about having it, or the reverse."""
    asked = {(match[2].lower(), match[1].lower()) for match in _SIDE.finditer(question)}
    told = {(match[2].lower(), match[1].lower()) for match in _SIDE.finditer(sentence)}
    return any(
        (thing, "without" if way == "with" else "with") in told and (thing, way) not in told
        for thing, way in asked
    )


def only_names(question: str, line: str, start: int, document: Document) -> bool:
    """Tell whether a line at `start` only names its document, and the question asks for nothing that such lines tell."""
    if _ENDS.search(line) or ": " in line or _OF_THE_AUTHOR.search(question):
        return False
    if len(plain_words(line)) > MAX_WORDS:
        return False
    named = not _SAYS.search(line) and not _OF_A_NAME.search(question)
    return (named or bool(_BY.match(line))) and start < _first_sentence(document)


def _first_sentence(document: Document) -> int:
    """Return where the first block begins that is neither a heading nor a line without an end."""
    for block in document.blocks:
        line = document.text[block.start : block.end]
        if block.kind in ("item", "row") or (block.kind == "paragraph" and _ENDS.search(line)):
            return block.start
    return len(document.text)


def _of_the_question(question: str, found: list[Evidence]) -> list[Evidence]:
    """Leave out answers to a written question that shares no word with the one asked, where another one does."""
    over = [_written_over(item) for item in found]
    if not any(over):
        return found
    asked = content_stems(question)
    shares = [not words or bool(asked & set(own)) for words, own in zip(over, tokens(over), strict=True)]
    if not any(words and fits for words, fits in zip(over, shares, strict=True)):
        return found
    return [item for item, fits in zip(found, shares, strict=True) if fits]


def _written_over(item: Evidence) -> str:
    """Return the question a sentence stands under, together with it; "" under another heading."""
    over = item.passage.section.rsplit(" > ", 1)[-1]
    return f"{over} {item.text}" if over.endswith(("?", "？")) else ""


def _of_those_years(question: str, found: list[Evidence], around: "_Around") -> list[Evidence]:
    """Leave out what is of other years than the question names, or of no year, where something else is of those."""
    asked = set(YEAR.findall(question))
    if not asked:
        return found
    dated = [
        item for item in found if asked <= set(YEAR.findall(around.words(item))) | years_over(item.passage)
    ]
    return dated or found


def _of_those_named(question: str, found: list[Evidence], around: "_Around") -> list[Evidence]:
    """Leave out what stands nowhere near a name of the question, where something else does."""
    names = [word.lower() for word in names_in(question)]
    if not names:
        return found
    near = [item for item in found if any(name in around.words(item) for name in names)]
    return near or found


class _Around:
    """The title, the headings and the words before a sentence, looked up once for each block."""

    def __init__(self, document: Callable[[str], Document]) -> None:
        self._document = lru_cache(maxsize=64)(document)

    def source(self, item: Evidence) -> Document:
        """Return the document a sentence stands in."""
        return self._document(item.passage.doc_id)

    def headings(self, item: Evidence) -> str:
        """Return the title and headings a sentence stands under."""
        return f"{item.passage.title} {item.passage.section}"

    def words(self, item: Evidence) -> str:
        """Return, in lower case, what a sentence says and what stands before it in its block and over it."""
        source = self.source(item)
        block = next((b for b in source.blocks if b.start <= item.start < b.end), None)
        begin = block.start if block is not None else item.start
        return f"{self.headings(item)} {source.text[begin : item.start]} {item.text}".lower()

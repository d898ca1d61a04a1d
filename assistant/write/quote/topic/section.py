"""Find the section that is about a question, and gather its sentences or list items in order.

Authors answer the likely questions under headings of their own ("Challenges of KPO", "How big is the market?"), and
introduce lists ("There are three risks:"). What stands there belongs to the answer, even where a single item says
little of the question's words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.core.types import Evidence, Passage
from assistant.index.store import Store, section_of
from assistant.question.names import besides, named_in, names_of_contrast
from assistant.text.anaphora import leans
from assistant.text.disclaimers.kept import standing
from assistant.text.lexicon.contrasts import by_one_name
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_stems, content_words, stems
from assistant.write.quote.fit.fitting import fitting
from assistant.write.quote.fit.leads import leading, led_items
from assistant.write.quote.wording.ticked import ticked_alone

CLOSE = 0.8  # cosine of question and heading from which they ask for the same thing,
CLOSE_REST = 0.6  # if they are also this close without the subjects they share, which outweigh the rest
MAX_TITLED = 6  # sentences of a document without headings whose title is a question: more are no answer to it
COVERED = 0.75  # share of the question's words (by rarity) in heading, lead-in and title that says so too


_THINGS = re.compile(
    r"\b(?:things?|stuff|items?)(?= (?:to|that|which|you|I|we)\b)", re.I
)  # of what sort, the rest tells


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section found to be about the question, and how surely (0 to 1)."""

    passage: Passage
    match: float
    items: tuple[Evidence, ...]
    led: bool = False  # a list whose own lead-in line the question names: nothing else is asked for
    told: bool = True  # its headings hold the question's words; else they are only close in meaning


def gather(store: Store, question: str, passages: Sequence[Passage], score: float) -> list[Section]:
    """Return the sections among the passages that are about the question, the surest first.

    `score` is given to every sentence gathered.
    """
    headed = (item for item in reversed(passages) if item.section or item.title.rstrip().endswith("?"))
    found = list({_place(passage): passage for passage in headed}.values())[::-1]
    titles = [(passage.section or passage.title).rsplit(" > ", 1)[-1] for passage in found]
    question, *short = by_one_name([question, *titles])
    question = _THINGS.sub("", question)
    cosines = _closeness(store, question, short) if found else []
    asked, weight = named_in(question), store.lexical.weights(question)
    sections = []
    for passage, title, cosine in zip(found, titles, cosines, strict=True):
        match, told = _match(asked, weight, passage, title, float(cosine))
        if match:
            told_there = _items(store, passage, score)
            if not passage.section and len(told_there) > MAX_TITLED:
                continue
            own = fitting(question, told_there, store.document)
            items = leading(standing(own, store.document, question), store.document)
            sections.append(Section(passage=passage, match=match, items=tuple(items), told=told))
    known = {(item.passage.doc_id, item.start) for section in sections for item in section.items}
    for led in _led(store, question, weight, passages, score):
        if not any((item.passage.doc_id, item.start) in known for item in led.items):
            sections.append(led)
    return sorted((section for section in sections if section.items), key=lambda section: -section.match)


def _led(
    store: Store, question: str, weight: Mapping[str, float], passages: Sequence[Passage], score: float
) -> list[Section]:
    """Return the lists whose lead-in line, together with the headings, names what the question asks for: "Cons:"."""
    total = sum(weight.values())
    found = []
    for passage, lead, items, whole in led_items(passages, store.document, score):
        own = stems(lead) & set(weight)
        around = stems(*by_one_name([f"{passage.title} {passage.section} {lead}"]))
        covered = sum(value for stem, value in weight.items() if stem in around) / (total or 1.0)
        if own and covered >= COVERED:
            own_items = standing(fitting(question, items, store.document), store.document, question)
            shown = ticked_alone(question, _joined(own_items, whole))
            found.append(Section(passage=passage, match=covered, items=tuple(shown), led=True))
    return found


def _joined(items: Sequence[Evidence], whole: Evidence | None) -> Sequence[Evidence]:
    """Return a list in one piece with its lead-in, where that is short and an item does not make sense alone."""
    return [whole] if whole is not None and any(leans(item.text) for item in items) else items


def upheld(sections: Sequence[Section], evidence: Sequence[Evidence], floor: float) -> list[Section]:
    """Leave out sections that are only close in meaning and of which no sentence by itself reaches the floor."""
    likely = [item for item in evidence if item.score >= floor]
    return [
        section for section in sections
        if section.told or section.led or any(within(item, section) for item in likely)
    ]  # fmt: skip


def within(item: Evidence, section: Section) -> bool:
    """Tell whether a sentence stands in a section."""
    return _place(item.passage) == _place(section.passage)


def _match(
    asked: set[str], weight: Mapping[str, float], passage: Passage, title: str, cosine: float
) -> tuple[float, bool]:
    """Return how surely a heading asks what the question asks, 0 where it names something else, and whether in its words.

    `asked` is what the question names, `weight` are its stems with their rarity.
    """
    path = f"{passage.title} {passage.section}"
    told = named_in(title)
    said = {word.lower() for word in content_words(path)} | {name.lower() for name in names_of_contrast(path)}
    if not told <= asked | named_in(passage.title) or not asked <= said:
        return 0.0, False
    title, path = by_one_name([title, path])
    own, around = content_stems(title), stems(path)
    total = sum(weight.values()) or 1.0
    covered = sum(value for stem, value in weight.items() if stem in around) / total
    specific = sum(value for stem, value in weight.items() if stem in own) / total
    shared = len(own & set(weight)) / len(own) if own else 0.0
    if covered >= COVERED and specific >= 0.4 and shared >= 0.6:
        return max(covered, cosine), True
    return cosine, False


def _closeness(store: Store, question: str, titles: Sequence[str]) -> list[float]:
    """Return the cosine of the question with each heading, 0 where the two are not close."""
    rest = besides(question)
    if not rest:
        return [0.0] * len(titles)
    rests = [besides(title) for title in titles]
    vectors = store.embedder.encode([question, *titles, rest, *rests])
    whole = vectors[1 : len(titles) + 1] @ vectors[0]
    part = vectors[len(titles) + 2 :] @ vectors[len(titles) + 1]
    near = [
        bool(rest) and a >= CLOSE and b >= CLOSE_REST for rest, a, b in zip(rests, whole, part, strict=True)
    ]
    return [float(value) if close else 0.0 for value, close in zip(whole, near, strict=True)]


def _items(store: Store, passage: Passage, score: float) -> tuple[Evidence, ...]:
    """Return the sentences of a passage's section in order; where it holds a list, the list's items alone."""
    document = store.document(passage.doc_id)
    blocks = [
        block for block in document.blocks
        if section_of(document, block) == passage.section and block.kind in ("paragraph", "item")
    ]  # fmt: skip
    items = [block for block in blocks if block.kind == "item"]
    found = []
    for block in items if len(items) > 1 else blocks:
        spans = sentence_spans(document.text[block.start : block.end])
        for start, end in spans[:1] if len(items) > 1 else spans:
            text = document.text[block.start + start : block.start + end]
            if not text.endswith(("?", ":")):
                found.append(
                    Evidence(
                        passage=passage,
                        start=block.start + start,
                        end=block.start + end,
                        text=text,
                        score=score,
                    )
                )
    return tuple(found)


def _place(passage: Passage) -> tuple[str, str]:
    return passage.doc_id, passage.section

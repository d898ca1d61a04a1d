"""Fill a form that wants several sentences: from all passages, those that the judge says answer too.

What a word of the question means does not fill a count where the question asks for something else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.core.types import Evidence, Passage
from assistant.index.store import Store
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader
from assistant.text.terms import content_stems, stems
from assistant.write.quote.choose import Choice, overlap
from assistant.write.quote.evidence import candidates, embed
from assistant.write.quote.fit.fitting import fitting
from assistant.write.quote.fit.leads import block_at, led_items, list_end, quoted
from assistant.write.quote.probability import as_judged, heard, read
from assistant.write.quote.topic.definition import asked_term

MORE, MOST = 3, 10  # sentences added at most to a paragraph, items to a list where no number is asked for
ASKED = 8  # sentences the judge is asked about, the likeliest
ANSWERS, NEAR, FAIR = 1.0, 0.0, -1.0  # its log odds that add one: from anywhere, a document, a section quoted
SIDED, TURNS = 0.0, -1.5  # from which one speaks for a side, and one that turns with "but" for the other too
SAYS_IT = 0.75  # cosine from which a sentence adds too little to another
_DEFINES = re.compile(r"(?P<term>(?:\S+ ){1,6}?)(?:stands? for|means?|refers? to)\b", re.I)
_TURNS = re.compile(r"\b(?:but|although|though|however|yet)\b", re.I)
Sides = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Filler:
    """Fills from the passages that were found for a question."""

    store: Store
    passages: Sequence[Passage]
    reader: Reader | None
    judge: LateJudge

    def listed(self, choice: Choice) -> Choice:
        """Return a choice with the rest of the list that holds one of its sentences."""
        shown = choice.evidence[: choice.wanted]
        siblings = next((own for item in shown if (own := self._siblings(item))), [])
        more = [item for item in siblings if not any(overlap(item, one) for one in shown)][:MOST]
        return replace(choice, evidence=(*shown, *more), wanted=len(shown) + len(more)) if more else choice

    def filled(self, question: str, choice: Choice, count: int, *, flows: bool) -> Choice:
        """Return a choice with what else answers, as far as `count` sentences want it; in the order of the text where it flows."""
        shown = choice.evidence[: min(choice.wanted, count)]
        kept = [item for item in shown if not _only_defines(question, item.text)] or list(shown)
        more = self._more(question, kept) if len(kept) < count else []
        if flows:
            more += [
                item
                for item in self._going_on(kept[0])
                if not any(overlap(item, one) for one in [*kept, *more])
            ]
        found = [*kept, *more[: count - len(kept)]]
        if flows:
            documents = list(dict.fromkeys(item.passage.doc_id for item in found))
            found.sort(key=lambda item: (documents.index(item.passage.doc_id), item.start))
        return replace(choice, evidence=(*found, *more[count - len(kept) :]), wanted=count, left=0)

    def sided(self, sides: Sides, chosen: Mapping[str, Choice]) -> dict[str, Choice]:
        """Return for each of two opposite questions what speaks for its side, a list as chosen; a side without any is left out.

        A side that was not surely answered gets what surely speaks for the other and turns to it.
        """
        every = [item for choice in chosen.values() for item in choice.evidence[: choice.wanted]]
        shown = list({_place(item): item for item in every}.values())
        sections = {_section(item) for item in shown}
        near = [item for item in self._likeliest(" ".join(sides), shown) if _section(item) in sections]
        pool = [*shown, *near][:ASKED]
        odds = dict(zip(pool, zip(*(self._odds(side, pool) for side in sides), strict=True), strict=True))
        found = {side: choice for side, choice in chosen.items() if choice.listed or choice.lead}
        for at, side in enumerate(sides):
            both = [item for item in pool if _speaks_for_both(item, odds[item])]
            own = [item for item in pool if odds[item][at] >= SIDED or item in both]
            told = tuple(own if side in chosen and not chosen[side].lead else both)
            if told and not (side in found and found[side].listed):
                found[side] = Choice(evidence=told, wanted=len(told))
        return {side: found[side] for side in sides if side in found}

    def _more(self, question: str, shown: Sequence[Evidence]) -> list[Evidence]:
        """Return what else answers, the surest first."""
        likely = self._likeliest(question, shown)
        told = zip(self._odds(question, likely), likely, strict=True)
        fair = [(odds, item) for odds, item in told if odds >= _enough(item, shown)]
        ranked = [item for _, item in sorted(fair, key=lambda pair: -pair[0])]
        whole = quoted(question, [*self._listed(question, shown), *ranked], self.store.document)
        return [item for item in whole if not any(overlap(item, one) for one in shown)]

    def _going_on(self, best: Evidence) -> list[Evidence]:
        """Return the sentences behind one in its own paragraph."""
        document = self.store.document(best.passage.doc_id)
        at = block_at(document.blocks, best.start)
        end = document.blocks[at].end if at is not None else best.end
        return [item for item in candidates([best.passage]) if best.end <= item.start < end]

    def _listed(self, question: str, shown: Sequence[Evidence]) -> list[Evidence]:
        """Return the list that holds a sentence shown; else of the best one's section, where its lead-in has an asked word."""
        for item in shown:
            if siblings := self._siblings(item):
                return siblings
        best, wanted = shown[0], content_stems(question)
        lists = led_items([best.passage], self.store.document, best.score)
        return next((items for _, lead, items, _ in lists if stems(lead) & wanted), [])

    def _siblings(self, item: Evidence) -> list[Evidence]:
        """Return the items of the list that holds a sentence; empty where none does."""
        document = self.store.document(item.passage.doc_id)
        at = block_at(document.blocks, item.start)
        if at is None or document.blocks[at].kind != "item":
            return []
        while at and document.blocks[at - 1].kind == "item":
            at -= 1
        blocks = document.blocks[at : list_end(document, at)]
        spans = [(block.start, block.end) for block in blocks if block.section == blocks[0].section]
        return [replace(item, start=a, end=b, text=document.text[a:b]) for a, b in spans]

    def _likeliest(self, question: str, shown: Sequence[Evidence]) -> list[Evidence]:
        """Return the sentences of the passages likeliest to answer, the likeliest first, none that says what is shown."""
        prose = [item for item in candidates(self.passages) if " | " not in item.text]
        found = [
            item for item in fitting(question, prose, self.store.document)
            if not _only_defines(question, item.text) and not any(overlap(item, one) for one in shown)
        ]  # fmt: skip
        if not found:
            return []
        vector = self.store.embedder.embed_query(question)
        embedded = embed(self.store, question, vector, found)
        ranks = embedded.vectors @ embedded.question
        if self.reader is not None:
            ranks = heard(read(self.reader, self.store, question, embedded, found, ranks))
        said = list(self.store.embedder.encode([item.text for item in shown]))
        chosen: list[Evidence] = []
        for at in np.argsort(-ranks, kind="stable"):
            own = embedded.vectors[at]
            if len(chosen) < ASKED and all(own @ other < SAYS_IT for other in said):
                chosen.append(found[at])
                said.append(own)
        return chosen

    def _odds(self, question: str, items: Sequence[Evidence]) -> list[float]:
        """Return the judge's log odds that each sentence answers; none does where its weights are missing."""
        if not question.endswith("?"):
            question = f"What are the {question[:1].lower()}{question[1:]}?"
        said = self.judge.answers(question, [as_judged(item) for item in items])
        return said if said is not None else [-np.inf] * len(items)


def _only_defines(question: str, text: str) -> bool:
    """Tell whether a sentence says what a word of a question means, and the question asks something else."""
    match = _DEFINES.match(text)
    return bool(match and stems(match["term"]) <= stems(question) and asked_term(question) is None)


def _enough(item: Evidence, shown: Sequence[Evidence]) -> float:
    """Return the log odds from which a sentence is added to those shown."""
    if _section(item) in map(_section, shown):
        return FAIR
    return NEAR if any(item.passage.doc_id == one.passage.doc_id for one in shown) else ANSWERS


def _place(item: Evidence) -> tuple[str, int]:
    return item.passage.doc_id, item.start


def _section(item: Evidence) -> tuple[str, str]:
    return item.passage.doc_id, item.passage.section


def _speaks_for_both(item: Evidence, odds: Sequence[float]) -> bool:
    """Tell whether a sentence that turns in the middle speaks for one side, and does not fail to for the other."""
    return bool(_TURNS.search(item.text)) and max(odds) >= SIDED and min(odds) >= TURNS

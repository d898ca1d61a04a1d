"""Find what answers one part of a question: retrieve, select, choose, and say how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer.decide import Decider, Found, keep_direct
from assistant.answer.opened import Parts
from assistant.answer.turn import Turn
from assistant.check.pairs import at_once
from assistant.core.explain import explain
from assistant.core.types import Evidence, Passage
from assistant.index.lookup.titles import documents_called
from assistant.index.part import Part as Documents
from assistant.index.search import HybridRetriever, is_near
from assistant.question.form import asks_for_summary
from assistant.question.names import each_alone, source_of
from assistant.text.terms import content_stems
from assistant.write.quote.choose import for_years
from assistant.write.quote.evidence import select
from assistant.write.quote.faq import UNSURE, Match, choice_of, matches
from assistant.write.quote.fit.by_form import ByForm, by_form
from assistant.write.quote.fit.fields import owner_asked
from assistant.write.quote.fit.leads import quoted
from assistant.write.quote.fit.said import settled_by_form
from assistant.write.quote.fit.versions import timeless
from assistant.write.quote.nearby import joined_with, nearby
from assistant.write.quote.topic.definition import definitions
from assistant.write.quote.topic.overview import overview
from assistant.write.quote.topic.section import gather, upheld
from assistant.write.quote.wording.leave import as_written

DEFINITIONS = 2  # quoted at most where a question asks what a thing is
RELATES = 0.2  # score from which a sentence has to do with a question, however far its passage seems from it


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Finds evidence in one index; it keeps that index for the whole of an answer."""

    parts: Parts

    @property
    def _decider(self) -> Decider:
        parts = self.parts
        return Decider(
            store=parts.store, settings=parts.settings, checker=at_once(parts.checker), reader=parts.reader
        )

    def find(self, part: str, turn: Turn) -> tuple[str, ...]:
        """Choose the evidence for one part of the question; note the reason where it is not enough.

        Returns the parts as they are answered: for a whole that is not surely answered its things, where one of them alone is,
        or may be where the whole is not.
        """
        self._find_named(part, turn)
        alone = () if part in turn.surely() else each_alone(part)
        trials = [(one, self._alone(one, turn)) for one in alone]
        if not any(trial.surely() or (part in turn.left and trial.found) for _, trial in trials):
            return (part,)
        turn.reopen(part)
        for one, trial in trials:
            turn.take(one, trial)
        return alone

    def _alone(self, part: str, turn: Turn) -> Turn:
        """Return what is found for one of the things that a question asks the same of."""
        trial = Turn(turn.question, form=turn.form)
        self._find_named(part, trial)
        return trial

    def _find_named(self, part: str, turn: Turn) -> None:
        """Find in the document that a part names, if it names one, else in all, where another may be meant."""
        source = source_of(part)
        named = documents_called(self.parts.store, source.name) if source and source.name else ()
        if source is None or (source.name and not named):
            self._find(part, turn)
            self._find_owned(part, turn)
            return
        trial = self._tried(source.asked, named, turn)
        if source.only or trial.surely():
            turn.take(part, trial)
        else:
            self._find(part, turn)

    def _find_owned(self, part: str, turn: Turn) -> None:
        """Find what is not surely answered in the record that is of whom the part names, where there is one."""
        ids = dict.fromkeys(item.doc_id for item in turn.passages)
        asked = owner_asked(part, [self.parts.store.document(one) for one in ids])
        sure = part in turn.surely()
        if asked is None or (sure and not _of_another(part, asked[1], turn)):
            return
        trial = self._tried(asked[1], asked[:1], turn)
        if sure or trial.surely() or (part in turn.left and trial.found):
            turn.reopen(part)
            turn.confidence = max((choice.evidence[0].score for _, choice in turn.found), default=0.0)
            turn.take(part, trial)

    def _tried(self, asked: str, named: Sequence[str], turn: Turn) -> Turn:
        """Return what is found for a question in the documents named, in all where none is."""
        explain("asked of", lambda: [", ".join(named) or "any document", asked])
        parts = replace(self.parts, store=Documents(self.parts.store, named)) if named else self.parts
        trial = Turn(turn.question, form=turn.form)
        Finder(parts=parts)._find(asked, trial)
        return trial

    def _find(self, part: str, turn: Turn) -> None:
        with turn.timed("retrieve"):
            found = self._selected(part, self._retrieved(part, turn), turn)
        best = max((item.score for item in found.evidence), default=0.0)
        found = replace(found, near=found.near or best >= RELATES)
        passages = likeliest_first(found.passages, found.evidence)
        turn.gather(passages, near=found.near or best >= self.parts.settings.min_unsure)
        explain("found", lambda: _told_of_passages(found))
        explain("scored", lambda: _told_of_scores(found))
        if found.direct is not None:
            keep_direct(part, found.direct, turn)
        else:
            self._decider.decide(found, turn)

    def _retrieved(self, part: str, turn: Turn) -> Found:
        """Retrieve passages, those of a likely written answer first, so that a model reads them too."""
        store, embedder, k = self.parts.store, self.parts.embedder, self.parts.settings.passages
        sought = timeless(part, store.lexical.holds)
        vector = embedder.embed_query(sought)
        summary = turn.form.summary
        known = self._summaries(part) if summary else self._matches(part, vector)
        answered = choice_of(store, known)
        answered = for_years(part, answered) if answered else None
        passages = HybridRetriever.over(store, k).find(sought, vector=vector)
        if answered and known[0].sure >= UNSURE:
            own = {item.passage.chunk_id: item.passage for item in answered.evidence}
            rest = [item for item in passages if item.chunk_id not in own]
            passages = [*own.values(), *rest][:k]
        near = is_near(store, vector, passages, sought)
        written = as_written(sought, passages)
        if written != sought:
            sought, vector = written, embedder.embed_query(written)
        return Found(
            part=part, sought=sought, vector=vector, known=known, answered=answered, passages=passages, near=near
        )  # fmt: skip

    def _summaries(self, part: str) -> list[Match]:
        """Return the written questions that ask for a summary of what a part names as "What is ...?" would."""
        asked = re.sub(r"^What (?:is|are) (.*?)\??$", r"Summarise \1", part)
        alike = self._matches(asked, self.parts.embedder.embed_query(asked))
        return [match for match in alike if asks_for_summary(match.asked.question)]

    def _matches(self, part: str, vector: list[float]) -> list[Match]:
        """Return the written questions that ask what a part asks, the surest first."""
        return matches(self.parts.store, part, vector, self.parts.reader, self.parts.judge)

    def _selected(self, part: str, found: Found, turn: Turn) -> Found:
        """Add what the form of the question settles, else the sentences and sections that may answer."""
        store, settings, reader = self.parts.store, self.parts.settings, self.parts.reader
        sought, passages = found.sought, found.passages
        direct = by_form(store, part, passages)
        known = self._decider.knows(found)
        if direct is None and turn.form.summary and found.near and not known:
            told = overview(store, part, found.vector, passages, turn.form.count)
            direct = ByForm(choice=told) if told else None
        if direct is not None:
            return replace(found, direct=direct)
        defined = definitions(store, sought, found.vector)[: turn.form.count or DEFINITIONS][:DEFINITIONS]
        judge = None if known else self.parts.judge
        selected = select(store, sought, found.vector, passages, settings.evidence, reader, judge)
        told_by = {item.text for item in defined}
        selected = [*defined, *(item for item in selected if item.text not in told_by)]
        selected = joined_with(selected, self._nearby(found, turn.answering()))
        evidence = quoted(part, selected, store.document)
        sections = gather(store, sought, passages, self._decider.floor)
        sections = upheld(sections, evidence, settings.min_unsure)
        gathered = [item for section in sections for item in section.items]
        direct = settled_by_form(part, [*evidence, *gathered], store.document)
        return replace(found, direct=direct, defined=defined, evidence=evidence, sections=sections)

    def settle(self, asked: str, parts: Sequence[str], turn: Turn) -> None:
        """Look again for parts that are not surely answered, around what answers a later one.

        Where none is, around what answers the whole question.
        """
        sure = turn.surely()
        answers = turn.answering() if sure else self._whole(asked, turn)
        behind = max((at for at, part in enumerate(parts) if part in sure), default=len(parts))
        for part in parts[:behind]:
            denied = turn.left.get(part, ("", None))[0] == "false_premise"
            if answers and part not in sure and not denied:
                self._look_again(part, turn, answers)
        turn.found.sort(key=lambda pair: parts.index(pair[0]))

    def _whole(self, asked: str, turn: Turn) -> list[Evidence]:
        """Return what surely answers a question of several parts as a whole, if anything does."""
        with turn.timed("retrieve"):
            found = self._selected(asked, self._retrieved(asked, turn), Turn(asked, form=turn.form))
        turn.gather(found.passages, near=found.near)
        choice, why, confidence = (
            self._decider.chosen(found) if found.direct is None else (found.direct.choice, None, 1.0)
        )
        sure = choice is not None and not why and confidence >= self.parts.settings.min_evidence
        return [replace(item, score=1.0) for item in choice.evidence[:2]] if choice and sure else []

    def _look_again(self, part: str, turn: Turn, answers: Sequence[Evidence]) -> None:
        """Decide anew on a part that is not surely answered, where a sentence among or around `answers` may answer it."""
        vector = self.parts.embedder.embed_query(part)
        passages = list({item.passage.chunk_id: item.passage for item in answers}.values())
        found = Found(
            part=part, sought=part, vector=vector, known=[], answered=None, passages=passages, near=True
        )
        near = self._nearby(found, answers)
        offered = [item for one, choice in turn.found if one == part for item in choice.evidence]
        if near and near[0].score > max((item.score for item in offered), default=0.0):
            turn.reopen(part)
            explain("looked again", lambda: [f'{item.score:.2f} "{item.text}"' for item in near])
            self._decider.decide(replace(found, evidence=quoted(part, near, self.parts.store.document)), turn)

    def _nearby(self, found: Found, answers: Sequence[Evidence]) -> list[Evidence]:
        """Return what may answer a part where others are answered."""
        parts = self.parts
        return nearby(parts.store, found.sought, found.vector, answers, parts.reader, parts.judge)


def _of_another(part: str, asked: str, turn: Turn) -> bool:
    """Tell whether what surely answers a part names nowhere of whom it is asked: what is left out where that one is asked."""
    named = content_stems(part) - content_stems(asked)
    items = [item for one, choice in turn.found if one == part for item in choice.evidence[: choice.wanted]]
    return bool(named) and not any(
        named & content_stems(f"{item.passage.title} {item.passage.source} {item.passage.text}")
        for item in items
    )


def likeliest_first(passages: Sequence[Passage], evidence: Sequence[Evidence]) -> list[Passage]:
    """Return passages in the order of their likeliest sentences, those without one behind as they were found."""
    order = {item.passage.chunk_id: at for at, item in reversed(list(enumerate(evidence)))}
    return sorted(passages, key=lambda item: order.get(item.chunk_id, len(evidence)))


def _told_of_passages(found: Found) -> list[str]:
    """Say which passages and written questions were found, with their scores."""
    near = "" if found.near else " (off the corpus' subject)"
    return [
        f'for "{found.part}"{near}',
        *(f"{item.score:.2f} {item.title} > {item.section}" for item in found.passages),
        *(f'{item.sure:.2f} as the written question "{item.asked.question}"' for item in found.known[:3]),
    ]


def _told_of_scores(found: Found) -> list[str]:
    """Say which sentences and sections may answer, with their scores."""
    if found.direct is not None:
        return [found.direct.lacking or "settled by the form of the question"]
    return [
        *(f'{item.score:.2f} "{item.text}"' for item in found.evidence[:5]),
        *(f"{item.match:.2f} the section {item.passage.section}" for item in found.sections[:3]),
    ]

"""Find what answers one part of a question: retrieve, select, choose, and say how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer.said import settled_by_form
from assistant.answer.turn import Turn
from assistant.check.pairs import Checker
from assistant.check.statement.premise import assumed, denied_by
from assistant.check.statement.yes_no import settled
from assistant.core.explain import explain
from assistant.core.settings import Settings
from assistant.core.types import Evidence, Passage
from assistant.index.search import HybridRetriever, is_near
from assistant.index.store import Store
from assistant.models.embedder.embedder import Embedder
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader
from assistant.question.form import asks_for_summary
from assistant.text.anaphora import whole
from assistant.text.disclaimers.kept import announced, sentences_of
from assistant.write.quote.choose import MAY_ANSWER, Choice, choose, for_years, in_doubt, perhaps, with_rows
from assistant.write.quote.evidence import lacking, select, unheard
from assistant.write.quote.faq import SURE, UNSURE, Match, choice_of, matches
from assistant.write.quote.fit.by_form import ByForm, by_form
from assistant.write.quote.fit.neighbours import in_order
from assistant.write.quote.fit.place import labelled
from assistant.write.quote.fit.rows import answering_rows
from assistant.write.quote.fit.versions import beside, timeless
from assistant.write.quote.nearby import joined_with, nearby
from assistant.write.quote.topic.definition import definitions
from assistant.write.quote.topic.overview import overview
from assistant.write.quote.topic.section import Section, gather, upheld
from assistant.write.quote.wording.dated import told_of_year
from assistant.write.quote.wording.leave import as_written
from assistant.write.quote.wording.quoted import quoted

DEFINITIONS = 2  # quoted at most where a question asks what a thing is
RELATES = 0.2  # score from which a sentence has to do with a question, however far its passage seems from it
BESIDE = 0.5  # score from which a sentence may stand beside the best, however high the threshold for that one


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was retrieved and selected for one part of a question."""

    part: str
    sought: str  # the part without words for the newest, or as the heading over a passage asks it
    vector: list[float]
    known: list[Match]  # written questions that ask the same, the surest first
    answered: Choice | None  # with the answer of the surest
    passages: list[Passage]
    near: bool  # whether the passages are about what is asked
    direct: ByForm | None = None  # what the form of the question settles
    defined: Sequence[Evidence] = ()
    evidence: Sequence[Evidence] = ()
    sections: Sequence[Section] = ()


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Finds evidence in one index; it keeps that index for the whole of an answer."""

    store: Store
    settings: Settings
    embedder: Embedder
    checker: Checker
    reader: Reader | None
    judge: LateJudge | None

    def find(self, part: str, turn: Turn) -> None:
        """Choose the evidence for one part of the question; note the reason where it is not enough."""
        with turn.timed("retrieve"):
            found = self._selected(part, self._retrieved(part, turn), turn)
        best = max((item.score for item in found.evidence), default=0.0)
        found = replace(found, near=found.near or best >= RELATES)
        passages = likeliest_first(found.passages, found.evidence)
        turn.gather(passages, near=found.near or best >= self.settings.min_unsure)
        explain("found", lambda: _told_of_passages(found))
        explain("scored", lambda: _told_of_scores(found))
        if found.direct is not None:
            _keep_direct(part, found.direct, turn)
        else:
            self._decide(found, turn)

    def _retrieved(self, part: str, turn: Turn) -> Found:
        """Retrieve passages, those of a likely written answer first, so that a model reads them too."""
        sought = timeless(part, self.store.lexical.holds)
        vector = self.embedder.embed_query(sought)
        summary = turn.form.summary
        known = self._summaries(part) if summary else matches(self.store, part, vector, self.reader)
        answered = choice_of(self.store, known)
        answered = for_years(part, answered) if answered else None
        passages = HybridRetriever.over(self.store, self.settings.passages).find(sought, vector=vector)
        if answered and known[0].sure >= UNSURE:
            own = {item.passage.chunk_id: item.passage for item in answered.evidence}
            rest = [item for item in passages if item.chunk_id not in own]
            passages = [*own.values(), *rest][: self.settings.passages]
        near = is_near(self.store, vector, passages, sought)
        written = as_written(sought, passages)
        if written != sought:
            sought, vector = written, self.embedder.embed_query(written)
        return Found(
            part=part, sought=sought, vector=vector, known=known, answered=answered, passages=passages, near=near
        )  # fmt: skip

    def _summaries(self, part: str) -> list[Match]:
        """Return the written questions that ask for a summary of what a part names as "What is ...?" would."""
        asked = re.sub(r"^What (?:is|are) (.*?)\??$", r"Summarise \1", part)
        alike = matches(self.store, asked, self.embedder.embed_query(asked), self.reader)
        return [match for match in alike if asks_for_summary(match.asked.question)]

    def _selected(self, part: str, found: Found, turn: Turn) -> Found:
        """Add what the form of the question settles, else the sentences and sections that may answer."""
        store, sought, passages = self.store, found.sought, found.passages
        direct = by_form(store, part, passages)
        known = self._knows(found)
        if direct is None and turn.form.summary and found.near and not known:
            told = overview(store, part, found.vector, passages, turn.form.count)
            direct = ByForm(choice=told) if told else None
        if direct is not None:
            return replace(found, direct=direct)
        defined = definitions(store, sought, found.vector)[: turn.form.count or DEFINITIONS][:DEFINITIONS]
        judge = None if known else self.judge
        selected = select(store, sought, found.vector, passages, self.settings.evidence, self.reader, judge)
        told_by = {item.text for item in defined}
        selected = [*defined, *(item for item in selected if item.text not in told_by)]
        selected = joined_with(selected, self._nearby(found, turn.answering()))
        evidence = quoted(part, selected, store.document)
        sections = gather(store, sought, passages, self._floor)
        sections = upheld(sections, evidence, self.settings.min_unsure)
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
            self._chosen(found) if found.direct is None else (found.direct.choice, None, 1.0)
        )
        sure = choice is not None and not why and confidence >= self.settings.min_evidence
        return [replace(item, score=1.0) for item in choice.evidence[:2]] if choice and sure else []

    def _look_again(self, part: str, turn: Turn, answers: Sequence[Evidence]) -> None:
        """Decide anew on a part that is not surely answered, where a sentence among or around `answers` may answer it."""
        vector = self.embedder.embed_query(part)
        passages = list({item.passage.chunk_id: item.passage for item in answers}.values())
        found = Found(
            part=part, sought=part, vector=vector, known=[], answered=None, passages=passages, near=True
        )
        near = self._nearby(found, answers)
        offered = [item for one, choice in turn.found if one == part for item in choice.evidence]
        if near and near[0].score > max((item.score for item in offered), default=0.0):
            turn.reopen(part)
            explain("looked again", lambda: [f'{item.score:.2f} "{item.text}"' for item in near])
            self._decide(replace(found, evidence=quoted(part, near, self.store.document)), turn)

    def _nearby(self, found: Found, answers: Sequence[Evidence]) -> list[Evidence]:
        """Return what may answer a part where others are answered."""
        return nearby(self.store, found.sought, found.vector, answers, self.reader, self.judge)

    def _decide(self, found: Found, turn: Turn) -> None:
        """Keep what is sure, offer what may answer, or leave the part open with the reason."""
        part, sure = found.part, self.settings.min_evidence
        with turn.timed("verify"):
            denial = self._denial(found)
            choice, why, confidence = self._chosen(found)
        known = choice is not None and choice is found.answered
        rows: list[Evidence] = []
        if not found.defined and not known and not denial:
            prose = choice.evidence if choice else ()
            rows = answering_rows(self.store, part, found.vector, found.passages, prose, self.reader)
            rows = rows if rows and rows[0].score >= sure else []
        if rows:
            choice, why, confidence = with_rows(choice, rows), None, max(confidence, rows[0].score)
        turn.confidence = max(turn.confidence, confidence)
        told = f"{confidence:.2f} where {sure:.2f} answers and {self.settings.min_unsure:.2f} may answer"
        explain("decided", lambda: [f"{told}; {'denied' if denial else why or 'nothing against it'}"])
        if denial:
            _deny(part, denial, turn)
        elif why or choice is None or confidence < sure:
            self._offer(found, confidence if found.near and not why else -1.0, why, turn)
        elif not known and (in_doubt(part, choice, rows) or self._unheard(part)):
            turn.reason = turn.reason or "unsure"
            self._keep(found, replace(choice, lead=MAY_ANSWER), turn)
        else:
            self._keep(found, choice, turn)

    def _chosen(self, found: Found) -> tuple[Choice | None, str | None, float]:
        """Return what is worth showing, what it lacks in words, and how surely it answers (0 to 1)."""
        scores = [item.score for item in found.evidence[:1]] + [item.match for item in found.sections[:1]]
        confidence = max([0.0, *scores])
        if self._knows(found):
            return found.answered, None, max(confidence, found.known[0].sure)
        best = [*found.evidence[:3], *(item for section in found.sections[:1] for item in section.items)]
        why = lacking(found.part, best, self.store.lexical, self.store.asked)
        return choose(found.sought, found.evidence, found.sections, self._floor), why, confidence

    def _knows(self, found: Found) -> bool:
        """Tell whether a written question asks the same, so that its answer is shown."""
        return found.answered is not None and found.known[0].sure >= max(SURE, self.settings.min_evidence)

    def _unheard(self, part: str) -> bool:
        """Tell whether a part names something that no article holds: what was found may speak of it in other words."""
        return bool(unheard(part, self.store.lexical, self.store.asked))

    @property
    def _floor(self) -> float:
        return min(self.settings.min_evidence, BESIDE)

    def _denial(self, found: Found) -> Evidence | None:
        """Return the sentence that denies what the part takes for granted, if one does."""
        if assumed(found.part) is None:
            return None
        nearest = found.answered.evidence[:2] if found.answered else ()
        around = [item for passage in found.passages[:1] for item in sentences_of(passage)]
        return denied_by(found.part, [*nearest, *found.evidence[:2], *around[:3]], self.checker)

    def _keep(self, found: Found, choice: Choice, turn: Turn) -> None:
        """Keep what answers a part, with what stands against it beside it."""
        choice, notice = beside(found.part, choice, found.evidence, self.store.document)
        choice = choice if choice.lead else self._settle(found.part, choice)
        choice = labelled(found.part, choice, self.store.document)
        choice = in_order(choice, self.store.document)
        turn.found.append((found.part, choice))
        turn.note(notice or told_of_year(found.part, choice.evidence[: choice.wanted]))
        if choice.left and not turn.form.count:
            turn.note(f"The list goes on in the article: {choice.left} more are not shown.")
        turn.note(announced(choice.evidence[: choice.wanted], self.store.document))

    def _offer(self, found: Found, score: float, why: str | None, turn: Turn) -> None:
        """Offer what may answer a part, or leave it open where nothing does well enough."""
        unsure = None
        if found.answered and found.known[0].sure >= UNSURE:
            unsure = replace(found.answered, lead=MAY_ANSWER)
        elif score >= self.settings.min_unsure:
            unsure = perhaps(found.part, found.evidence)
        if unsure is None:
            turn.leave(found.part, "no_evidence" if found.near else "off_topic", why)
            return
        unsure, notice = beside(found.part, unsure, found.evidence, self.store.document)
        turn.reason = turn.reason or "unsure"
        turn.found.append((found.part, in_order(unsure, self.store.document)))
        turn.note(notice or told_of_year(found.part, unsure.evidence[: unsure.wanted]))

    def _settle(self, part: str, choice: Choice) -> Choice:
        """Put first the sentence that settles a yes-or-no question, if one does."""
        said = settled(part, choice.evidence, self.checker)
        if said is None or whole(said[1], self.store.document) is None:
            return choice
        return choice.led_by(said[1], said[0])


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


def _keep_direct(part: str, direct: ByForm, turn: Turn) -> None:
    """Keep what was found by the form of a question, or leave the part open with the reason."""
    if direct.choice is None:
        turn.leave(part, "no_evidence", direct.lacking)
        return
    turn.confidence = max(turn.confidence, direct.choice.evidence[0].score)
    turn.found.append((part, direct.choice))


def _deny(part: str, denial: Evidence, turn: Turn) -> None:
    """Leave a part open that takes for granted what the corpus denies."""
    said = f"“{denial.text}” ({denial.passage.title})"
    turn.leave(
        part, "false_premise", f"The question takes for granted: {assumed(part)} The articles say: {said}"
    )
    turn.lift(denial.passage)

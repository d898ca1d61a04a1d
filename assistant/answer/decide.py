"""Decide on what was found for one part of a question: keep it, offer it as what may answer, or leave the part open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer.turn import Turn
from assistant.check.pairs import Checker
from assistant.check.statement import assumed, denied_by, settled
from assistant.core.explain import explain
from assistant.core.settings import Settings
from assistant.core.types import Evidence, Passage
from assistant.index.store import Store
from assistant.models.reader.reader import Reader
from assistant.text.anaphora import whole
from assistant.text.disclaimers.kept import announced, sentences_of
from assistant.write.quote.choose import MAY_ANSWER, Choice, choose, in_doubt, perhaps, with_rows
from assistant.write.quote.evidence import lacking, unheard
from assistant.write.quote.faq import SURE, UNSURE, Match
from assistant.write.quote.fit.by_form import ByForm
from assistant.write.quote.fit.neighbours import in_order
from assistant.write.quote.fit.place import labelled
from assistant.write.quote.fit.rows import answering_rows
from assistant.write.quote.fit.versions import beside
from assistant.write.quote.topic.section import Section
from assistant.write.quote.wording.dated import told_of_year
from assistant.write.quote.wording.leave import asks_otherwise

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
class Decider:
    """Decides in one index what is kept of what was found."""

    store: Store
    settings: Settings
    checker: Checker  # the quick part of it
    reader: Reader | None

    def decide(self, found: Found, turn: Turn) -> None:
        """Keep what is sure, offer what may answer, or leave the part open with the reason."""
        part, sure = found.part, self.settings.min_evidence
        with turn.timed("verify"):
            denial = self._denial(found)
            choice, why, confidence = self.chosen(found)
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
        elif not known and self._only_may(part, choice, rows):
            turn.reason = turn.reason or "unsure"
            self._keep(found, replace(choice, lead=MAY_ANSWER), turn)
        else:
            self._keep(found, choice, turn)

    def _only_may(self, part: str, choice: Choice, rows: Sequence[Evidence]) -> bool:
        """Tell whether what scores well only may answer, by what part and choice say."""
        return (
            in_doubt(part, choice, rows)
            # where no article holds a name of it, what was found may speak of it in other words
            or bool(unheard(part, self.store.lexical, self.store.asked))
            or asks_otherwise(part, choice.evidence[0].passage)
        )

    def chosen(self, found: Found) -> tuple[Choice | None, str | None, float]:
        """Return what is worth showing, what it lacks in words, and how surely it answers (0 to 1)."""
        scores = [item.score for item in found.evidence[:1]] + [item.match for item in found.sections[:1]]
        confidence = max([0.0, *scores])
        if self.knows(found):
            return found.answered, None, max(confidence, found.known[0].sure)
        best = [*found.evidence[:3], *(item for section in found.sections[:1] for item in section.items)]
        why = lacking(found.part, best, self.store.lexical, self.store.asked)
        return choose(found.sought, found.evidence, found.sections, self.floor), why, confidence

    def knows(self, found: Found) -> bool:
        """Tell whether a written question asks the same, so that its answer is shown."""
        return found.answered is not None and found.known[0].sure >= max(SURE, self.settings.min_evidence)

    @property
    def floor(self) -> float:
        """Score from which a sentence may stand beside the best."""
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


def keep_direct(part: str, direct: ByForm, turn: Turn) -> None:
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

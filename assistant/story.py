"""The story of `ask`: read the question, find evidence for each part, let a model write, quote, answer."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.find import Finder
from assistant.answer.opened import Parts
from assistant.answer.showing import Showing, introduce
from assistant.answer.tabulate import compared, tabulate
from assistant.answer.turn import Turn
from assistant.core.explain import explain
from assistant.core.types import Answer, AnswerDone, ClaimShown, Event, Message
from assistant.index.part import Part
from assistant.index.search import HybridRetriever, is_near
from assistant.question.language import asked_in, cited_in, is_held
from assistant.question.read import Question, read_question
from assistant.question.smalltalk import small_talk
from assistant.question.spelling import Vocabulary
from assistant.write.quote.foreign import select_foreign
from assistant.write.quote.topic.contents import asks_about_corpus, holdings
from assistant.write.table.compare import Comparison


@dataclass(frozen=True, kw_only=True)
class Story:
    """Tells one answer, from one state of the index, whatever replaces it meanwhile."""

    parts: Parts  # with the index, or the articles of it that alone are asked
    vocabulary: Vocabulary  # of the index, to spell by

    def tell(self, question: str, history: Sequence[Message]) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer. Raises InputError for an empty question."""
        turn = Turn(question)
        read = self._read(turn, history)
        if kind := small_talk(question):
            self._greet(kind, turn)
        elif asks_about_corpus(read.read_as or question):
            yield from introduce(self.parts.store, turn)
        elif read.language != "en":
            yield from self._foreign(read, turn, history)
        else:
            yield from self._answer(read, turn, history)
        yield self._done(turn)

    def _read(self, turn: Turn, history: Sequence[Message]) -> Question:
        """Read the question in the light of those before it."""
        read = read_question(turn.question, history, self.parts.store.lexical, self.vocabulary)
        turn.read_as, turn.form = read.read_as, read.form
        explain("read", lambda: [f"{read.form.shape}, {read.language}", *read.parts])
        return read

    def _greet(self, kind: str, turn: Turn) -> None:
        """Answer a greeting or thanks, and what the product can do, without searching."""
        turn.reason = kind
        titles = sorted(entry.title for entry in self.parts.store.manifest.documents.values())
        turn.note(holdings(titles) if kind in ("greeting", "abilities") else None)

    def _answer(self, read: Question, turn: Turn, history: Sequence[Message]) -> Iterator[ClaimShown]:
        """Find evidence for each part; let the model write; show tables and quotations where they are wanted."""
        found = [self._found(part, turn) for part in read.parts]
        tables = [item for item in found if isinstance(item, Comparison)]
        if len(read.parts) > 1 and not tables:
            parts = [part for item in found if not isinstance(item, Comparison) for part in item]
            Finder(parts=self.parts).settle(read.read_as or turn.question, parts, turn)
        showing = Showing(parts=self.parts, turn=turn, asked=read.read_as or turn.question)
        if self._writes(turn):
            yield from showing.written(history)
        for table in tables:
            yield from tabulate(table, turn)
        yield from showing.quotations()

    def _found(self, part: str, turn: Turn) -> Comparison | tuple[str, ...]:
        """Return the table that answers a part of the question; else keep the evidence for it in the turn, and return
        the parts as they are answered."""
        store, settings = self.parts.store, self.parts.settings
        tabular = turn.form.shape in ("plain", "table", "simple")
        comparison = compared(store, settings, part, turn) if tabular else None
        if comparison and not comparison.one_sided:
            return comparison
        found = Finder(parts=self.parts).find(part, turn)
        if comparison is None or turn.surely().intersection(found):
            return found
        for one in found:
            turn.reopen(one)
        return comparison

    def _foreign(self, read: Question, turn: Turn, history: Sequence[Message]) -> Iterator[ClaimShown]:
        """Answer a question in another language: a model reads it as it is; else articles in it are quoted, or none."""
        asked, store, settings = read.parts[0], self.parts.store, self.parts.settings
        with turn.timed("retrieve"):
            vector = self.parts.embedder.embed_query(asked)
            passages = HybridRetriever.over(store, settings.passages).find(asked, vector=vector)
            turn.gather(passages, near=is_near(store, vector, passages))
        held = is_held(read.language, store.manifest)
        writes = self._writes(turn)
        turn.note(asked_in(read.language, held=held, written=writes))
        if writes:
            yield from Showing(parts=self.parts, turn=turn, asked=asked).written(history)
        if held and not turn.answer.claims:
            for item in select_foreign(store, asked, vector, read.language, settings.passages):
                turn.confidence = max(turn.confidence, item.score)
                yield from turn.show(turn.answer.quote(item))
        if not turn.answer.claims:
            turn.leave(asked, "no_evidence" if held or writes else "other_language", None)

    def _writes(self, turn: Turn) -> bool:
        """Tell whether the model is asked: always, unless it is the embedded one."""
        model = self.parts.model
        if model is None and self.parts.notices:
            turn.notices += self.parts.notices
            turn.reason = "model_unavailable"
        return model is not None and not self.parts.settings.small_model

    def _done(self, turn: Turn) -> AnswerDone:
        """Return the whole answer."""
        answer, parts = turn.answer, self.parts
        turn.note(cited_in(answer.citations, parts.store.manifest))
        done = Answer(
            question=turn.question,
            claims=tuple(answer.claims),
            citations=tuple(answer.citations),
            withheld=tuple(answer.withheld),
            passages=tuple(turn.passages),
            reason=turn.reason or (None if answer.claims else "no_evidence"),
            confidence=turn.confidence,
            unanswered=tuple(turn.unanswered),
            read_as=turn.read_as,
            notices=tuple(turn.notices),
            table=turn.table,
            drafts=turn.drafts,
            model=parts.settings.model if parts.model is not None else "none",
            embedder=parts.embedder.name,
            checker=parts.checker.name,
            index_id=parts.store.manifest.index_id,
            articles=parts.store.titles if isinstance(parts.store, Part) else {},
            timings_s=turn.timings(),
        )
        explain("done", lambda: [f"{name} {seconds:.3f} s" for name, seconds in done.timings_s.items()])
        return AnswerDone(answer=done)

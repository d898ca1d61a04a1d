"""Show an answer sentence by sentence: what a model wrote, and the articles' own words."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from assistant.answer.chains.tracing import traced_checker
from assistant.answer.compose.disagreement import difference
from assistant.answer.compose.repeats import alike, heading_of, held, together
from assistant.answer.drafting import Drafting
from assistant.answer.opened import Parts
from assistant.answer.turn import Turn
from assistant.core.errors import ModelError
from assistant.core.explain import explain
from assistant.core.types import ClaimShown, Evidence, Message, Passage
from assistant.index.search import searched
from assistant.index.store import Store
from assistant.question.form import both_sides
from assistant.text.anaphora import whole
from assistant.write.model.request import Request, numbered
from assistant.write.model.search import other_searches
from assistant.write.quote.choose import MAY_ANSWER, Choice
from assistant.write.quote.fit.rows import as_row
from assistant.write.quote.fit.versions import NOTICE
from assistant.write.quote.topic.contents import holdings, openings
from assistant.write.quote.topic.fill import MORE, Filler

EMBEDDED_READS = 9  # sentences: of more it says that they do not answer, of fewer it writes worse
OPENINGS = 8  # articles quoted; all are named
_SEVERAL = ("bullets", "sentences", "paragraph")
_ANSWERS = {  # whether it only may, and whether there are several
    (False, False): "answers this too",
    (False, True): "answer this too",
    (True, False): "may answer this too",
    (True, True): "may answer this too",
}
NO_TABLE = "No article has such a table: its sentences are quoted instead."
NEEDS_MODEL = "These are the articles' own sentences; a chat model would write them anew in that form: see `bpo-kpo models`."


def introduce(store: Store, turn: Turn) -> Iterator[ClaimShown]:
    """Say what the corpus holds, in the opening words of its articles."""
    turn.notices.append(holdings(sorted(entry.title for entry in store.manifest.documents.values())))
    turn.confidence = 1.0
    evidence = tuple(islice(openings(store), OPENINGS))
    turn.found.append((turn.question, Choice(evidence=evidence, wanted=OPENINGS, listed=True)))
    for item in evidence:
        yield from turn.show(turn.answer.quote(item, item=True))


@dataclass(frozen=True, kw_only=True)
class Showing:
    """Shows the answer of one turn."""

    parts: Parts
    turn: Turn
    asked: str  # the question as it was read

    def written(self, history: Sequence[Message]) -> Iterator[ClaimShown]:
        """Let the model write from all passages; where they do not answer, from what it finds in words of its own."""
        turn = self.turn
        earlier = tuple(history) if turn.read_as else ()
        request = Request(question=self.asked, sources=numbered(turn.passages), history=earlier)
        answered = turn.near and (yield from self._drafted(request))
        if not answered and turn.reason != "model_unavailable" and (found := self._searched()):
            turn.put_first(found)
            yield from self._drafted(replace(request, sources=numbered(turn.passages)))

    def _searched(self) -> list[Passage]:
        """Search in the model's words; return what was not found before, the best of each search first."""
        turn, store, settings = self.turn, self.parts.store, self.parts.settings
        if self.parts.model is None:
            return []
        try:
            with turn.timed("generate"):
                queries = other_searches(
                    self.parts.model, self.asked, turn.passages, timeout_s=settings.model_timeout_s
                )
        except ModelError as error:
            turn.fail(error)
            return []
        with turn.timed("retrieve"):
            found = searched(store, queries, settings.passages, known=turn.passages)
        explain("searched", lambda: queries)
        if found:
            turn.note(f"Also searched for: {', '.join(f'“{query}”' for query in queries)}.")
        return found

    def quotations(self) -> Iterator[ClaimShown]:
        """Quote what answers each part; where a model wrote, what its withheld sentences rest on, and behind the embedded
        one's the best evidence.
        """
        turn, small = self.turn, self.parts.settings.small_model
        if turn.written and not small:
            turn.answered()
            yield from self._instead()
            return
        if not turn.found:
            return
        if small and (yield from self._embedded()):
            best = turn.found[0][1]
            yield from self._quoted(
                replace(best, evidence=best.evidence[:1]), 1
            )  # it may write beside the point
            yield from self._instead()
            self._note()
            return
        if sides := self._sides():
            for part, choice in sides.items():
                yield from self._side(part, choice)
            self._note()
            return
        turn.found = self._filled()
        groups = together(turn.found)
        for group in groups:
            if len(groups) > 1:
                yield from self._part(group.head, group.choice)
            else:
                yield from self._quoted(group.choice, turn.form.count or group.choice.wanted)
        self._note()

    def _filler(self) -> Filler | None:
        """Return what fills a form from the passages found; None where the judge is not in use."""
        turn, parts = self.turn, self.parts
        if parts.judge is None:
            return None
        return Filler(store=parts.store, passages=turn.passages, reader=parts.reader, judge=parts.judge)

    def _sides(self) -> dict[str, Choice]:
        """Return what speaks for each of two opposite sides that are asked for; empty for another question."""
        sides, filler, chosen = both_sides(self.asked), self._filler(), dict(self.turn.found)
        surely = self.turn.surely()
        if sides is None or filler is None or not surely or not set(chosen) <= set(sides):
            return {}
        found = filler.sided(sides, chosen)
        for part in found.keys() - surely:
            if not found[part].lead:
                self.turn.reopen(part)
        for part in surely - found.keys() if found else ():
            self.turn.leave(part, "no_evidence", None)
        self.turn.found = list(found.items()) or self.turn.found
        return found

    def _side(self, part: str, choice: Choice) -> Iterator[ClaimShown]:
        """Quote what speaks for one side under its name, also what speaks for the other and is quoted there."""
        lead = f"{heading_of(part)} {choice.lead}".rstrip()
        for item in choice.evidence[: choice.wanted]:
            alone = whole(item, self.parts.store.document)
            event = (
                self.turn.answer.quote(alone, item=choice.listed, lead=lead, again=True) if alone else None
            )
            lead = "" if event else lead
            yield from self.turn.show(event)

    def _filled(self) -> list[tuple[str, Choice]]:
        """Return what was found, where several sentences are wanted with what else answers."""
        turn, filler, form = self.turn, self._filler(), self.turn.form
        if filler is None or form.summary or form.count == 1 or form.shape not in _SEVERAL:
            return turn.found
        flows = form.shape == "paragraph"
        if not flows and form.count is None:
            return [(part, filler.listed(choice) if choice.lead else choice) for part, choice in turn.found]
        return [
            (part, filler.filled(part, choice, form.count or choice.wanted + MORE, flows=flows))
            for part, choice in turn.found
        ]

    def _part(self, head: str, choice: Choice) -> Iterator[ClaimShown]:
        """Quote what answers one of several parts under its question, and point at what is shown already."""
        answer, wanted = self.turn.answer, self.turn.form.count or choice.wanted
        before = len(answer.claims)
        holders = dict.fromkeys(filter(None, map(answer.holder, choice.evidence[:wanted])))
        see = choice.lead or ("See" if head.endswith("?") else "see")
        numbers = "".join(f"[{n}]" for n in holders)
        lead = f"{head} {see} {numbers}, and:" if holders else f"{head} {choice.lead}".rstrip()
        yield from self._quoted(replace(choice, lead=lead), wanted, several=True)
        if holders and len(answer.claims) == before:
            self.turn.note(f"{numbers} {_ANSWERS[bool(choice.lead), len(holders) > 1]}: {head}")

    def _note(self) -> None:
        """Say what quotations cannot do, that fewer were found than asked for, or that figures differ."""
        turn = self.turn
        if turn.form.written and self.parts.model is None:
            turn.note(NEEDS_MODEL)
        claims, count = turn.answer.claims, turn.form.count or 0
        tabular = turn.table is not None or any(claim.row for claim in claims)
        turn.note(NO_TABLE if turn.form.shape == "table" and not tabular else None)
        holds_all = len(claims) == 1 and claims[0].text.count(",") + 1 >= count  # "tools, terms, skills"
        if 0 < len(claims) < count and not holds_all:
            are = "is" if len(claims) == 1 else "are"
            asked = f"{len(claims)} of the {count} asked for {are} quoted"
            turn.note(f"{asked}; the sections cited may hold more.")
        if not any(notice.startswith(NOTICE) for notice in turn.notices):
            for part, choice in turn.found:
                turn.note(self._difference(part, choice))

    def _difference(self, part: str, choice: Choice) -> str | None:
        """Say that the figures shown for one part differ; of what only may answer nobody knows that it speaks of the same."""
        if choice.lead == MAY_ANSWER:
            return None
        return difference(part, [item.text for item in choice.evidence if self.turn.answer.cites(item)])

    def _embedded(self) -> Generator[ClaimShown, None, bool]:
        """Let the embedded model write where one part is surely answered, from the passages that hold its evidence first.

        Returns whether a sentence of it is shown.
        """
        turn, (_, choice) = self.turn, self.turn.found[0]
        several = turn.form.count or turn.form.shape == "bullets" or choice.listed
        if len(turn.found) > 1 or choice.lead or several:
            return False
        holds = list(dict.fromkeys(item.passage.chunk_id for item in choice.evidence))
        rank = {chunk_id: at for at, chunk_id in enumerate(holds)}
        passages = sorted(turn.passages, key=lambda item: rank.get(item.chunk_id, len(rank)))
        sources = numbered(passages)[:EMBEDDED_READS]
        yield from self._drafted(Request(question=self.asked, sources=sources, brief=True))
        return turn.written

    def _drafted(self, request: Request) -> Generator[ClaimShown, None, bool]:
        """Show what the model writes, each of its checks a run of the callbacks in force; nothing without a model.

        Returns whether it found an answer in its sources.
        """
        if self.parts.model is None:
            return False
        for notice in self.parts.notices:
            self.turn.note(notice)
        checker = traced_checker(self.parts.checker)
        drafting = Drafting(self.parts.model, checker, request, self.turn, self.parts.settings)
        for event in drafting.shown():
            self.turn.written = True
            yield event
        return not drafting.unanswered

    def _instead(self) -> Iterator[ClaimShown]:
        """Quote the evidence of sentences that were withheld, where it states something that nothing shown says yet."""
        answer = self.turn.answer
        for item in self.turn.wanted:
            alone = whole(item, self.parts.store.document)
            if alone is None or alone.text.rstrip().endswith("?"):
                continue
            texts = [claim.text for claim in answer.claims]
            if not answer.overlaps(alone) and not held(alone.text, texts):
                yield from self.turn.show(answer.quote(alone))

    def _quoted(self, choice: Choice, wanted: int, several: bool = False) -> Iterator[ClaimShown]:
        """Quote until `wanted` of the evidence is cited: what withheld sentences cited first, then as chosen.

        What the answer to another of several parts says already is said again: it may speak of another thing.
        """
        answer, store = self.turn.answer, self.parts.store
        before = len(answer.claims) if several else 0
        shown = sum(answer.cites(item) for item in choice.evidence)
        lead = choice.lead
        for item in sorted(choice.evidence, key=lambda item: item not in self.turn.wanted):
            if shown >= wanted:
                return
            item = as_row(item, store)
            row = item.table is not None
            alone = item if row or answer.ends_before(item) else whole(item, store.document)
            if alone is None or answer.overlaps(alone) or (not row and self._repeats(alone, before)):
                continue
            says = choice.says if item == choice.evidence[0] else None
            listed = (choice.listed or self.turn.form.shape == "bullets") and not alone.text.endswith(":")
            event = answer.quote(alone, item=listed, says=says, lead=lead)
            shown, lead = shown + (event is not None), "" if event else lead
            yield from self.turn.show(event)
        if choice.evidence and not answer.claims:  # all of it leans on what cannot be brought along
            first = choice.evidence[0]
            under = f"Under “{first.passage.section.rsplit(' > ', 1)[-1] or first.passage.title}”:"
            yield from self.turn.show(answer.quote(first, lead=f"{choice.lead} {under}".strip()))

    def _repeats(self, item: Evidence, before: int) -> bool:
        """Tell whether what is shown already, from the claim `before`, says what a sentence does."""
        texts = [claim.text for claim in self.turn.answer.claims[before:]]
        return held(item.text, texts) or alike(self.parts.embedder, item.text, texts)

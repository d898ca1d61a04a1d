"""Let a chat model write from the passages, and settle each of its sentences: shown, marked or withheld."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from langchain_core.language_models import BaseChatModel

from assistant.answer.compose.compose import behind
from assistant.answer.turn import Turn
from assistant.check.cascade.cascade import CascadeChecker, first_of
from assistant.check.cite import Grounded, ground, reconsidered
from assistant.check.pairs import Checker, Once
from assistant.check.statement import confirmed
from assistant.core.errors import ModelError
from assistant.core.explain import explain
from assistant.core.settings import Settings
from assistant.core.types import ClaimShown, Judgement, Says
from assistant.write.model.form import draft_sentences
from assistant.write.model.generate import NothingToAdd
from assistant.write.model.reply import Drafted
from assistant.write.model.request import Failed, Request

_SAYS = re.compile(r"(?P<says>yes|no)\b[,.:;!]?(?:\s+[-\u2013\u2014]\s+)?\s*(?P<rest>.*)", re.I | re.S)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A drafted sentence, what it says to a yes-or-no question, and its verdict with the evidence it rests on."""

    drafted: Drafted
    grounded: Grounded
    says: Says | None = None

    @property
    def judgement(self) -> Judgement:
        """The verdict on it."""
        return self.grounded.judgement


class Drafting:
    """One draft of a model: its sentences in their order, each settled before it is shown."""

    def __init__(
        self, model: BaseChatModel, checker: Checker, request: Request, turn: Turn, settings: Settings
    ) -> None:
        self.model = model
        self.checker = checker
        self.first = Once(first_of(checker))
        self.request = request
        self.turn = turn
        self.settings = settings
        self.told: set[str] = set()  # what the model has drafted
        self.unanswered = False  # whether the model says that the sources do not answer

    def shown(self) -> Iterator[ClaimShown]:
        """Yield the sentences that may be shown, in order; withhold the rest, and note a model that fails.

        Sentences are shown as they come until one is in doubt. That and what follows wait for the end of the draft, when
        all in doubt are put to the stronger checker together, and what fails goes back to the model once.
        """
        held: list[Settled] = []
        for drafted in self._drafted(self.request):
            self.told.add(drafted.text)
            settled = self._settle(drafted)
            if held or not self._sure(settled):
                held.append(settled)
            else:
                yield from self._show(settled)
        held = self._reconsidered(held)
        for settled in self._rewritten(held):
            yield from self._show(settled)

    def _drafted(self, request: Request) -> Iterator[Drafted]:
        """Yield the model's sentences as they come whole; a model that fails is noted."""
        sentences = draft_sentences(
            self.model, request, timeout_s=self.settings.model_timeout_s, form=self.settings.draft_form
        )
        with closing(sentences):
            while True:
                try:
                    with self.turn.timed("generate"):
                        sentence = next(sentences, None)
                except NothingToAdd:
                    self.unanswered = not self.told
                    return
                except ModelError as error:
                    self.turn.fail(error)
                    return
                if sentence is None:
                    return
                yield sentence

    def _settle(self, drafted: Drafted) -> Settled:
        """Judge a sentence by the evidence it names; a "yes" or "no" before it stays only where it is confirmed."""
        with self.turn.timed("verify"):
            opened = _SAYS.fullmatch(drafted.text)
            text = opened["rest"] if opened and len(opened["rest"].split()) > 2 else drafted.text
            text = text[:1].upper() + text[1:]
            named = self.request.named(drafted.markers)
            grounded = ground(self.first, text, named, self.request.sources, self.request.question)
            says: Says | None = None
            if opened and grounded.judgement.verdict == "supported":
                said: Says = "yes" if opened["says"].lower() == "yes" else "no"
                says = (
                    said if confirmed(self.request.question, grounded.evidence, self.first) == said else None
                )
            verdict = grounded.judgement
            explain("checked", lambda: [f'{verdict.verdict} {verdict.score:.2f} "{text}"', *verdict.reasons])
            return Settled(drafted=replace(drafted, text=text), grounded=grounded, says=says)

    def _sure(self, settled: Settled) -> bool:
        """Tell whether nothing more will be asked about a sentence."""
        doubted = isinstance(self.checker, CascadeChecker) and self.checker.unsure(settled.judgement)
        return not doubted and (settled.judgement.verdict == "supported" or self.settings.small_model)

    def _reconsidered(self, held: Sequence[Settled]) -> list[Settled]:
        """Put all sentences in doubt to the stronger checker, in one call."""
        with self.turn.timed("verify"):
            told = reconsidered(self.checker, [item.grounded for item in held], self.request.question)
            explain("judged", lambda: [f'{item.judgement.verdict} "{item.text}"' for item in told])
        return [replace(item, grounded=grounded) for item, grounded in zip(held, told, strict=True)]

    def _rewritten(self, held: Sequence[Settled]) -> list[Settled]:
        """Let the model write anew, once, what failed; what it writes takes the place of the first of them."""
        failed = [item for item in held if item.judgement.verdict not in ("supported", "unverified")]
        if not failed or self.settings.small_model or self.turn.reason == "model_unavailable":
            return list(held)
        told = tuple(
            Failed(
                text=item.drafted.text, markers=item.drafted.markers, reason=" ".join(item.judgement.reasons)
            )
            for item in failed
        )
        again = self._drafted(replace(self.request, failed=told))
        anew = self._reconsidered([self._settle(item) for item in again if item.text not in self.told])
        kept = [item for item in anew if item.judgement.verdict in ("supported", "unverified")]
        at = next(n for n, item in enumerate(held) if item is failed[0])
        return [*held[:at], *kept, *held[at:]]

    def _show(self, settled: Settled) -> Iterator[ClaimShown]:
        """Show, mark or withhold a sentence; the evidence of one that is withheld is to be quoted instead."""
        drafted, grounded = settled.drafted, settled.grounded
        judgement = behind(grounded, self.turn.answer)
        allowed = ("supported",) if self.settings.hides_unverified else ("supported", "unverified")
        good = judgement.verdict in allowed
        sources = self.request.sources
        kept = [sources.index(item) + 1 for item in grounded.evidence if item in sources]
        self.turn.count(drafted.markers, len(sources), kept if good else None)
        if not good:
            self.turn.wanted += self.request.named(drafted.markers) or grounded.evidence[:1]
            self.turn.answer.withhold(drafted.text, judgement)
            return
        whole = grounded.evidence[0]
        if drafted.text == whole.text and not self.turn.answer.cites(whole):
            yield from self.turn.show(self.turn.answer.quote(whole, item=drafted.item))
            return
        event = self.turn.answer.accept(
            drafted.text, judgement, grounded.evidence, item=drafted.item, says=settled.says
        )
        yield from self.turn.show(event)

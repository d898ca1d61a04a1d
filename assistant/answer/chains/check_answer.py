"""Check another chain's answer, sentence by sentence, against the context it was made from."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.answer.chains.context import Given, Lookup, read_given
from assistant.answer.compose.compose import ORDERS, Composer, behind
from assistant.check.cascade.cascade import first_of
from assistant.check.cite import Grounded, ground, reconsidered
from assistant.check.pairs import Checker, Once
from assistant.core.types import Answer, Evidence, Judgement
from assistant.show.notebook.facts import Described
from assistant.write.model.reply import Drafted, plain_sentence, take_sentence, wording

ORDER = Judgement(verdict="unjudged", score=0.0, reasons=(ORDERS,))
UNREAD = Judgement(verdict="unjudged", score=0.0, reasons=("It could not be read as a sentence.",))


class CheckAnswer(Runnable[Mapping[str, Any], Answer], Described):
    """Checks each sentence of another chain's answer against that chain's context.

    It takes {"answer", "context", "question"}: a text or a message; LangChain's documents or texts; the question,
    which may be missing, or come as "input". Sentences that hold are shown and cite exact words of the context, the
    rest is withheld with the reasons. Offsets count characters of a document's `page_content`; where `stored` has the
    article and it holds the same words, as in `Assistant.check`, those of the stored article. A marker "[2]" names the second of the context, which is then
    tried first.
    """

    def __init__(self, checker: Checker, stored: Lookup | None = None, *, strict: bool = True) -> None:
        self.checker = checker  # judges each sentence
        self.strict = strict  # False: sentences that are only likely are shown, marked as not verified
        self.stored = stored  # finds an article of the index by its id; None: there is no index

    @classmethod
    def alone(cls, **values: Any) -> "CheckAnswer":
        """Return one that checks without an index: by this machine's own check, unless a checker is named.

        `values` are settings by name, such as checker="cross-encoder:PATH". Raises SettingsError, or ModelError for
        the checker.
        """
        from assistant.answer.opened import settings_of
        from assistant.check.load import load_checker
        from assistant.index.contrasts import contrasts_set
        from assistant.models.chat.load import load_chat_model

        settings = settings_of(**({"checker": "judge"} | values))
        model = load_chat_model(settings) if settings.model_judges else None
        return cls(load_checker(settings, model, contrasts_set(settings)))

    @property
    def facts(self) -> dict[str, str]:
        """What it checks with, and what it takes."""
        return {"checker": self.checker.name, "takes": "answer, context, question"}

    def invoke(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Return the checked answer. Raises InputError for an input of another form, or an answer that is too long."""
        return self._call_with_config(self._check, input, config)

    @property
    def InputType(self) -> Any:
        """What is checked, for LangChain's schemas."""
        return dict[str, Any]

    @property
    def OutputType(self) -> type[Answer]:
        """An answer, for LangChain's schemas."""
        return Answer

    def _check(self, input: Mapping[str, Any]) -> Answer:
        began = time.perf_counter()
        given = read_given(input, self.stored)
        evidence = given.evidence()
        shown = Composer()
        for drafted, settled in self._settled(given, evidence):
            if drafted is None:
                shown.withhold(settled.text, settled.judgement)
            else:
                show(drafted, settled, shown, strict=self.strict)
        reason = "not_supported" if evidence else "no_context"
        if not shown.withheld:
            reason = "empty_answer"
        seconds = round(time.perf_counter() - began, 4)
        return Answer(
            question=given.question,
            claims=tuple(shown.claims),
            citations=tuple(shown.citations),
            withheld=tuple(shown.withheld),
            passages=given.passages,
            reason=None if shown.claims else reason,
            confidence=max((claim.score for claim in shown.claims), default=0.0),
            model=given.model,
            checker=self.checker.name,
            timings_s={"verify": seconds, "total": seconds},
        )

    def _settled(self, given: Given, evidence: Sequence[Evidence]) -> list[tuple[Drafted | None, Grounded]]:
        """Judge each part of the reply, what the embedded judge is not sure of in one call of the stronger checker."""
        first = Once(first_of(self.checker))
        drafts: list[Drafted | None] = []
        found: list[Grounded] = []
        for words, sentence in parts(given.reply):
            drafts.append(sentence)
            if sentence is None:
                found.append(Grounded(text=words, judgement=UNREAD))
            else:
                named = {given.passages[n - 1] for n in sentence.markers if 1 <= n <= len(given.passages)}
                order = sorted(evidence, key=lambda item: item.passage not in named)
                found.append(ground(first, sentence.text, [], order, given.question))
        return list(zip(drafts, reconsidered(self.checker, found, given.question), strict=True))


def parts(reply: str) -> Iterator[tuple[str, Drafted | None]]:
    """Yield each part of a reply once: its words, and the sentence it is; None for a heading, a table, a question."""
    told: set[str] = set()
    while taken := take_sentence(reply, ended=True):
        raw, reply = taken
        sentence = plain_sentence(raw)
        words = sentence.text if sentence else wording(raw)
        if words and words not in told:
            told.add(words)
            yield words, sentence


def show(drafted: Drafted, settled: Grounded, shown: Composer, *, strict: bool) -> None:
    """Show a sentence with the evidence it needs, unless it is strict mark one that is only likely, or withhold it."""
    judgement = behind(settled, shown)
    if judgement.verdict != "supported" and (strict or judgement.verdict != "unverified"):
        shown.withhold(settled.text, judgement)
    elif settled.text != settled.evidence[0].text or shown.cites(settled.evidence[0]):
        shown.accept(settled.text, judgement, settled.evidence, item=drafted.item)
    elif shown.quote(settled.evidence[0], item=drafted.item) is None:
        shown.withhold(settled.text, ORDER)

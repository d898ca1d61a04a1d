"""Check another chain's answer, sentence by sentence, against the context it was made from."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.cite import judged, necessary
from assistant.compose import Composer
from assistant.context import Given, Lookup, read_given
from assistant.described import Described
from assistant.leaning import adrift, points_back
from assistant.reply import Drafted, plain_sentence, take_sentence, wording
from assistant.types import Answer, Evidence, Judgement
from assistant.verify import Checker, Once, Pair

TOGETHER = 6  # evidence sentences tried together where none carries a claim alone
ORDER = Judgement(verdict="unjudged", score=0.0, reasons=("It gives orders to a model.",))
UNREAD = Judgement(verdict="unjudged", score=0.0, reasons=("It could not be read as a sentence.",))
BARE = Judgement(verdict="unjudged", score=0.0, reasons=("There is no context to check it against.",))


class CheckAnswer(Runnable[Mapping[str, Any], Answer], Described):
    """Checks each sentence of another chain's answer against that chain's context.

    It takes {"answer", "context", "question"}: a text or a message; LangChain's documents or texts; the question,
    which may be missing, or come as "input". Sentences that hold are shown and cite exact words of the context, the
    rest is withheld with the reasons. Offsets count characters of a document's `page_content`; where `stored` has the
    article and it holds the same words, as in `Assistant.check`, those of the stored article. A marker "[2]" names the second of the context, which is then
    tried first.
    """

    def __init__(self, checker: Checker, stored: Lookup | None = None) -> None:
        self.checker = checker  # judges each sentence
        self.stored = stored  # finds an article of the index by its id; None: there is no index

    @classmethod
    def rules(cls, **values: Any) -> "CheckAnswer":
        """Return one that checks by the rules and the embedder, without an index and without a chat model.

        `values` are settings by name, such as min_support=0.7. Raises SettingsError, or ModelError for the embedder.
        """
        from assistant.embedder import load_embedder
        from assistant.opening import settings_of
        from assistant.twins import contrasts_set
        from assistant.verify import RuleChecker

        settings = settings_of(**values)
        embedder = load_embedder(settings)
        contrasts = contrasts_set(settings)
        return cls(RuleChecker(embedder, min_support=settings.min_support, contrasts=contrasts))

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
        checker = Once(self.checker)
        shown = Composer()
        for words, sentence in parts(given.reply):
            if sentence is None:
                shown.withhold(words, UNREAD)
            else:
                settle(sentence, given, evidence, checker, shown)
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


def settle(
    sentence: Drafted, given: Given, evidence: Sequence[Evidence], checker: Checker, shown: Composer
) -> None:
    """Show a sentence with the evidence it needs, that of the context it names tried first, or withhold it."""
    named = {given.passages[n - 1] for n in sentence.markers if 1 <= n <= len(given.passages)}
    order = sorted(evidence, key=lambda item: item.passage not in named)
    if points_back(sentence.text):
        order.sort(key=lambda item: not shown.goes_on(item))
    pairs = [Pair(claim=sentence.text, evidence=item.text) for item in order]
    alone = checker.check(pairs)
    needed = [order[at] for at in _places(checker, sentence.text, pairs, alone)]
    if not needed:
        shown.withhold(sentence.text, max(alone, key=lambda judgement: judgement.score, default=BARE))
    elif refused := adrift(checker, sentence.text, needed, shown):
        shown.withhold(sentence.text, refused)
    elif sentence.text != needed[0].text or shown.cites(needed[0]):
        judgement = judged(checker, sentence.text, [item.text for item in needed])
        shown.accept(sentence.text, judgement, needed)
    elif shown.quote(needed[0]) is None:
        shown.withhold(sentence.text, ORDER)


def _places(checker: Checker, claim: str, pairs: Sequence[Pair], alone: Sequence[Judgement]) -> list[int]:
    """Return the places of the sentences a claim rests on: the first that carries it, or few of the best together."""
    enough = next((at for at, judgement in enumerate(alone) if judgement.verdict == "supported"), None)
    if enough is not None:
        return [enough]
    best = sorted(sorted(range(len(pairs)), key=lambda at: -alone[at].score)[:TOGETHER])
    return [best[at] for at in necessary(checker, claim, [pairs[at].evidence for at in best])]

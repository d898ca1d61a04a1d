"""Check another chain's answer, sentence by sentence, against the context it was made from."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.cite import judged, necessary
from assistant.compose import Composer
from assistant.context import Given, read_given
from assistant.reply import Drafted, plain_sentence, take_sentence
from assistant.types import Answer, Evidence, Judgement
from assistant.verify import Checker, Once, Pair

TOGETHER = 6  # evidence sentences tried together where none carries a claim alone
ORDER = Judgement(verdict="unjudged", score=0.0, reasons=("It gives orders to a model.",))
BARE = Judgement(verdict="unjudged", score=0.0, reasons=("There is no context to check it against.",))


class CheckAnswer(Runnable[Mapping[str, Any], Answer]):
    """Checks each sentence of another chain's answer against that chain's context.

    It takes {"answer", "context", "question"}: a text or a message; LangChain's documents or texts; the question,
    which may be missing, or come as "input". Sentences that hold are shown and cite exact words of the context, the
    rest is withheld with the reasons. Offsets count characters of a document's `page_content`; of what the product's
    own retriever found, those of the stored article. A marker "[2]" names the second of the context, which is then
    tried first.
    """

    def __init__(self, checker: Checker) -> None:
        self.checker = checker  # judges each sentence

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

    def invoke(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Return the checked answer. Raises InputError for an input of another form."""
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
        given = read_given(input)
        evidence = given.evidence()
        checker = Once(self.checker)
        shown = Composer()
        for sentence in sentences(given.reply):
            settle(sentence, given, evidence, checker, shown)
        seconds = round(time.perf_counter() - began, 4)
        return Answer(
            question=given.question,
            claims=tuple(shown.claims),
            citations=tuple(shown.citations),
            withheld=tuple(shown.withheld),
            passages=given.passages,
            reason=None if shown.claims else "not_supported" if evidence else "no_context",
            confidence=max((claim.score for claim in shown.claims), default=0.0),
            model=given.model,
            checker=self.checker.name,
            timings_s={"verify": seconds, "total": seconds},
        )


def sentences(reply: str) -> Iterator[Drafted]:
    """Yield each sentence of a reply that states something, once."""
    told: set[str] = set()
    while taken := take_sentence(reply, ended=True):
        raw, reply = taken
        sentence = plain_sentence(raw)
        if sentence is not None and sentence.text not in told:
            told.add(sentence.text)
            yield sentence


def settle(
    sentence: Drafted, given: Given, evidence: Sequence[Evidence], checker: Checker, shown: Composer
) -> None:
    """Show a sentence with the evidence it needs, that of the context it names tried first, or withhold it."""
    named = {given.passages[n - 1] for n in sentence.markers if 1 <= n <= len(given.passages)}
    order = sorted(evidence, key=lambda item: item.passage not in named)
    pairs = [Pair(claim=sentence.text, evidence=item.text) for item in order]
    alone = checker.check(pairs)
    needed = [order[at] for at in _places(checker, sentence.text, pairs, alone)]
    if not needed:
        shown.withhold(sentence.text, max(alone, key=lambda judgement: judgement.score, default=BARE))
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

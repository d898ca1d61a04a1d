"""Let the model draft from the evidence, and settle each sentence as soon as it is whole."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from langchain_core.language_models import BaseChatModel

from assistant.cite import judged, necessary
from assistant.draft_form import draft_sentences
from assistant.errors import ModelError
from assistant.leaning import adrift, points_back
from assistant.reply import Drafted
from assistant.settings import Settings
from assistant.turn import Turn
from assistant.types import ClaimShown, Evidence
from assistant.verify import Checker, Once, Pair


def drafted(
    model: BaseChatModel, checker: Checker, question: str, turn: Turn, settings: Settings
) -> Iterator[ClaimShown]:
    """Yield the model's sentences that pass the check; withhold the rest, and note a model that fails."""
    evidence = turn.evidence(settings.evidence)
    sentences = draft_sentences(
        model, question, evidence, timeout_s=settings.model_timeout_s, form=settings.draft_form
    )
    with closing(sentences):
        while True:
            try:
                with turn.timed("generate"):
                    sentence = next(sentences, None)
            except ModelError as error:
                turn.fail(error)
                return
            if sentence is None:
                return
            with turn.timed("verify"):
                shown = settle(sentence, evidence, checker, turn)
            yield from turn.show(shown)


def settle(
    sentence: Drafted, evidence: Sequence[Evidence], checker: Checker, turn: Turn
) -> ClaimShown | None:
    """Show a drafted sentence with the evidence it needs, what it cites itself tried first, or withhold it."""
    cited = [evidence[n - 1] for n in sentence.markers if 1 <= n <= len(evidence)]
    order = [*cited, *(item for item in evidence if item not in cited)]
    if points_back(sentence.text):
        order.sort(key=lambda item: not turn.answer.goes_on(item))
    texts = [item.text for item in order]
    checker = Once(checker)  # the reasons or the score are asked for again below
    places = necessary(checker, sentence.text, texts)
    needed = [order[at] for at in places]
    refused = adrift(checker, sentence.text, needed, turn.answer) if needed else None
    kept = [evidence.index(item) + 1 for item in needed]
    turn.count(sentence.markers, len(evidence), kept if needed and not refused else None)
    if refused or not needed:
        turn.wanted += cited
        against = (
            [] if refused else checker.check([Pair(claim=sentence.text, evidence=text) for text in texts])
        )
        turn.answer.withhold(sentence.text, refused or max(against, key=lambda judgement: judgement.score))
        return None
    if sentence.text == needed[0].text and not turn.answer.cites(needed[0]):
        return turn.answer.quote(needed[0])
    judgement = judged(checker, sentence.text, [item.text for item in needed])
    return turn.answer.accept(sentence.text, judgement, needed)

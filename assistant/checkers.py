"""Load the checker the settings name: the rules alone, or the rules with a second opinion behind them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.settings import Settings
from assistant.types import Judgement
from assistant.verify import Checker, Pair, RuleChecker
from assistant.windows import quoted

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel

INSTEAD = "name a judge with --checker llm:PROVIDER:NAME, or use --checker rules"
REMEMBERED = 1000  # judgements of the second checker


class LayeredChecker:
    """The rules first, then a second checker for what they let through: both must say "supported".

    A quotation is settled by the rules alone, because models reject quotations from fields they do not know.
    """

    def __init__(self, rules: Checker, second: Checker) -> None:
        self.rules = rules
        self.second = second
        self.name = f"{rules.name}+{second.name}"
        self._known: dict[Pair, Judgement] = {}

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order; the score is the lower of the two, or the rules' where one is missing."""
        found = self.rules.check(pairs)
        asked = [
            at
            for at, (pair, judgement) in enumerate(zip(pairs, found, strict=True))
            if judgement.verdict == "supported" and not quoted(pair.claim, pair.evidence)
        ]
        for at, second in zip(asked, self._second([pairs[at] for at in asked]), strict=True):
            known = second.verdict != "unjudged"
            score = min(found[at].score, second.score) if known else found[at].score
            reasons = found[at].reasons + second.reasons
            found[at] = replace(second, score=score, reasons=reasons)
        return found

    def _second(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Ask the second checker, about the same pair only once: a judge may take seconds."""
        known = self._known  # replaced whole, never changed, so that threads can share it
        new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        found = dict(zip(new, self.second.check(new) if new else [], strict=True))
        kept = {pair: item for pair, item in found.items() if item.verdict != "unjudged"}
        self._known = kept if len(known) > REMEMBERED else known | kept
        return [found[pair] if pair in found else known[pair] for pair in pairs]


class AbsentChecker:
    """Stands where a judge could not be had: it judges nothing, so that nothing passes unjudged."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Return "unjudged" with the reason for each pair."""
        return [Judgement(verdict="unjudged", score=0.0, reasons=(self.reason,)) for _ in pairs]


def load_checker(rules: Checker, settings: Settings, model: "BaseChatModel | None" = None) -> Checker:
    """Put the checker of the settings behind the rules; "rules" is the rules alone.

    `model` is the chat model in force, None where it could not be loaded. Raises ModelError when the checker
    is not on this machine, does not say which of its labels means support, or there is no model to judge.
    """
    kind, _, name = settings.checker.partition(":")
    if kind == "cross-encoder":
        from assistant.cross import load_cross_encoder

        return LayeredChecker(rules, load_cross_encoder(name, min_support=settings.min_support))
    if kind == "llm":
        return LayeredChecker(rules, load_judge(settings, name, model))
    return rules


def open_checker(settings: Settings, embedder: "Embeddings | None") -> Checker:
    """Load the rules and the checker of the settings, with a chat model where that needs one.

    Raises ModelError as `load_checker`, and where the chat model that is to judge cannot be had.
    """
    from assistant.models import load_chat_model

    judges = settings.checker == "llm" and settings.model.partition(":")[0] != "embedded"
    model = load_chat_model(settings) if judges else None
    return load_checker(RuleChecker(embedder, min_support=settings.min_support), settings, model)


def load_judge(settings: Settings, name: str, model: "BaseChatModel | None") -> Checker:
    """Make a judge of the chat model called `name`, or of `model`, the one in force, where there is no name.

    Raises ModelError where there is none, or where it is the embedded one and was not named on purpose.
    """
    from assistant.judge_llm import ChatJudge
    from assistant.models import load_chat_model

    if name:
        model = load_chat_model(settings.model_copy(update={"model": name}))
    elif settings.model.partition(":")[0] == "embedded":
        raise ModelError(
            f"--checker llm would judge with {settings.model}, which is too small to judge: "
            f"give a stronger --model, {INSTEAD}"
        )
    name = name or settings.model
    if name == "none":
        raise ModelError(f"--checker llm needs a chat model, and --model is none: give one, {INSTEAD}")
    if model is None:
        return AbsentChecker(f"llm:{name}", "The judge could not be loaded, so nothing was judged.")
    return ChatJudge(model, name=f"llm:{name}", timeout_s=settings.model_timeout_s)

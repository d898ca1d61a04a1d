"""Load the checker the settings name: the embedded judge, alone or with a stronger checker behind it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.check.cascade.cascade import AbsentChecker, CascadeChecker
from assistant.check.checker import EvidenceChecker
from assistant.check.pairs import Checker
from assistant.check.rules.checker import RuleChecker
from assistant.core.errors import ModelError
from assistant.core.settings import Settings
from assistant.models.judge.judge import LateJudge, card
from assistant.text.lexicon.contrasts import BUILT_IN, Contrast

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

INSTEAD = "name a judge with --checker llm:PROVIDER:NAME, or use --checker judge"


def load_checker(
    settings: Settings,
    model: "BaseChatModel | None" = None,
    contrasts: Sequence[Contrast] = BUILT_IN,
) -> Checker:
    """Load the check of this machine, with the checker of the settings behind it.

    `contrasts` are the subjects that may not be exchanged; `model` is the chat model in force, None where it could not be loaded. "auto" lets it decide what the judge is not
    sure of, unless it runs in this process. Raises ModelError when a checker that was named is not on this machine,
    does not say which of its labels means support, or there is no model to judge.
    """
    rules = RuleChecker(min_support=settings.min_support, contrasts=contrasts)
    first = EvidenceChecker(rules, LateJudge(settings), wary=settings.small_model)
    kind, _, name = settings.checker.partition(":")
    if kind == "judge" or (kind == "auto" and (model is None or settings.in_process)):
        return first
    if kind == "cross-encoder":
        from assistant.check.cascade.cross_encoder import load_cross_encoder

        second: Checker = load_cross_encoder(name, min_support=0.5)
    else:
        second = chat_judge(settings, name, model)
    return CascadeChecker(first, second, sure=card()["thresholds"]["certain"])


def open_checker(settings: Settings) -> Checker:
    """Load the checker of the settings, with the chat model where that is to judge. Raises ModelError as `load_checker`."""
    from assistant.models.chat.load import load_chat_model

    return load_checker(settings, load_chat_model(settings) if settings.model_judges else None)


def chat_judge(settings: Settings, name: str, model: "BaseChatModel | None") -> Checker:
    """Make a judge of the chat model called `name`, or of `model`, the one in force, where there is no name.

    Raises ModelError where there is none, or where it is the embedded one and was not named on purpose.
    """
    from assistant.check.cascade.chat import ChatJudge
    from assistant.models.chat.load import load_chat_model

    if name:
        model = load_chat_model(settings.model_copy(update={"model": name}))
    elif settings.small_model:
        raise ModelError(
            f"--checker llm would judge with {settings.model}, which is too small to judge: "
            f"give a stronger --model, {INSTEAD}"
        )
    name = name or settings.model
    if name == "none":
        raise ModelError(f"--checker llm needs a chat model, and --model is none: give one, {INSTEAD}")
    if model is None:
        return AbsentChecker(f"llm:{name}", "The stronger judge could not be loaded.")
    return ChatJudge(model, name=f"llm:{name}", timeout_s=settings.model_timeout_s)

"""Answers you can check: retrieve, select evidence, draft, verify, answer.

    from assistant import Assistant

    a = Assistant.open()
    a.ask("How do BPO and KPO differ?")

Every public name is here and is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from assistant.core.display import draw_with
from assistant.show.drawing import Drawings

if TYPE_CHECKING:
    from assistant.answer.chains.chat import Chat
    from assistant.answer.chains.check_answer import CheckAnswer
    from assistant.assistant import Assistant
    from assistant.check.pairs import Pair
    from assistant.core.errors import (
        AssistantError,
        IndexBusy,
        IndexError_,
        IndexMismatch,
        IndexMissing,
        InputError,
        LoadError,
        ModelError,
        SettingsError,
    )
    from assistant.core.settings import Settings, load_settings
    from assistant.core.types import (
        Answer,
        AnswerDone,
        Citation,
        Claim,
        ClaimShown,
        Document,
        Judgement,
        Message,
        Passage,
        Passages,
        Row,
        Table,
        Withheld,
    )
    from assistant.index.search import HybridRetriever

_FROM = {
    "answer.chains.chat": ("Chat",),
    "answer.chains.check_answer": ("CheckAnswer",),
    "check.pairs": ("Pair",),
    "core.errors": (
        "AssistantError", "IndexBusy", "IndexError_", "IndexMismatch", "IndexMissing", "InputError", "LoadError",
        "ModelError", "SettingsError",
    ),
    "assistant": ("Assistant",),
    "index.search": ("HybridRetriever",),
    "core.settings": ("Settings", "load_settings"),
    "core.types": (
        "Answer", "AnswerDone", "Citation", "Claim", "ClaimShown", "Document", "Judgement", "Message", "Passage",
        "Passages", "Row", "Table", "Withheld",
    ),
}  # fmt: skip
_MODULE = {name: module for module, names in _FROM.items() for name in names}

__all__ = [
    "Answer",
    "AnswerDone",
    "Assistant",
    "AssistantError",
    "Chat",
    "CheckAnswer",
    "Citation",
    "Claim",
    "ClaimShown",
    "Document",
    "HybridRetriever",
    "IndexBusy",
    "IndexError_",
    "IndexMismatch",
    "IndexMissing",
    "InputError",
    "Judgement",
    "LoadError",
    "Message",
    "ModelError",
    "Pair",
    "Passage",
    "Passages",
    "Row",
    "Settings",
    "SettingsError",
    "Table",
    "Withheld",
    "load_settings",
]


draw_with(Drawings())


def __getattr__(name: str) -> Any:
    """Load a public name from its module at its first use (PEP 562)."""
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

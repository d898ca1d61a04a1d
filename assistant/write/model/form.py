"""Choose the form of a draft: JSON sentences where the model can, prose with markers where it cannot."""

import re
import weakref
from collections.abc import Generator
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING

from assistant.core.errors import ModelError
from assistant.models.chat.failure import label, short
from assistant.write.model.generate import NoSentence, draft
from assistant.write.model.prompt import build_messages
from assistant.write.model.reply import Drafted
from assistant.write.model.request import Request
from assistant.write.model.structured import Objects, schema_options

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_TRY = ("openai-chat", "anthropic-chat", "chat-ollama")  # may take a schema though no profile says so
_REFUSALS = (400, 422, 501)  # what servers answer to a schema they cannot follow
_ABOUT_SCHEMA = re.compile(
    r"\b(?:formats?|response_format|guided_json|(?:json_)?schemas?|grammars?|structured outputs?)\b",
    re.IGNORECASE,
)
_markers_only: "dict[int, weakref.ref[BaseChatModel]]" = {}  # models that gave no JSON when asked for it


def draft_sentences(
    model: "BaseChatModel", request: Request, *, timeout_s: float, form: str = "auto"
) -> Generator[Drafted, None, None]:
    """Yield the sentences a model drafts from the sources, each as soon as it is complete.

    `form` is "structured", "markers" or "auto": structured where the model is known to take a JSON schema or may,
    and markers in the same answer, and from then on, where it turns out that it does not. Raises ModelError as
    `draft`; with "structured" also where the schema is refused.
    """
    began, refused = monotonic(), False
    if asks_schema(model, form):
        try:
            json = yield from _structured(model, request, timeout_s)
        except ModelError as error:
            if not _gives_no_json(error):
                raise
            if form == "structured":
                raise _without_schema(model, error) from error.__cause__
            refused = True
        else:
            if form == "auto" and not json:
                _remember(model)
            return
    messages = build_messages(request)
    with closing(draft(model, messages, timeout_s=timeout_s, began=began)) as stream:
        for drafted in stream:
            if refused:
                _remember(model)
            yield drafted


def asks_schema(model: "BaseChatModel", form: str) -> bool:
    """Tell whether a draft is asked for as JSON: by the form, what the model's profile says, or as a trial."""
    if form != "auto":
        return form == "structured"
    known = _markers_only.get(id(model))
    if known is not None and known() is model:
        return False
    can = (model.profile or {}).get("structured_output")
    return model._llm_type in _TRY if can is None else can


def _structured(model: "BaseChatModel", request: Request, timeout_s: float) -> Generator[Drafted, None, bool]:
    """Yield the sentences of a draft as JSON; return whether it was JSON. Raises as `draft`."""
    reader = Objects()
    messages = build_messages(request, structured=True)
    options = schema_options(model, len(request.sources))
    with closing(draft(model, messages, timeout_s=timeout_s, reader=reader, options=options)) as stream:
        yield from stream
    return reader.prose is None


def _gives_no_json(error: ModelError) -> bool:
    """Tell whether a failure means that the model cannot draft as JSON: the schema refused, or nothing read."""
    status = getattr(error.__cause__, "status_code", None)
    return isinstance(error, NoSentence) or status in _REFUSALS or (status == 500 and _blames_schema(error))


def _blames_schema(error: ModelError) -> bool:
    """Tell whether a server speaks of the schema where it says why it failed."""
    return bool(_ABOUT_SCHEMA.search(str(error.__cause__)))


def _without_schema(model: "BaseChatModel", error: ModelError) -> ModelError:
    if not (isinstance(error.__cause__, Exception) and _blames_schema(error)):
        return error
    remedy = f"use --draft-form auto or markers ({short(error.__cause__)})"
    return ModelError(f"{label(model)} does not take a JSON schema: {remedy}")


def _remember(model: "BaseChatModel") -> None:
    """Ask this model for markers from now on, as long as it lives."""
    key = id(model)
    _markers_only[key] = weakref.ref(model, lambda _: _markers_only.pop(key, None))

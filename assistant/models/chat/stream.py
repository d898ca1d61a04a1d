"""Stream a chat model's reply piece by piece, within a time, and tell why it ended."""

import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from assistant.core.errors import ModelError
from assistant.models.chat import AT_WORK
from assistant.models.chat.failure import failure, label, short
from assistant.text.legible import whole_characters

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

logger = logging.getLogger(__name__)

MAX_REPLY_CHARS = 20_000
CUT = ("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded")
DECLINED = ("content_filter", "refusal", "safety", "prohibited_content")


def late(name: str, timeout_s: float) -> str:
    """Say that a model took longer than it was given."""
    return f"{name} did not finish within {timeout_s:g} s"


def pieces(
    model: "BaseChatModel",
    messages: "Sequence[BaseMessage]",
    timeout_s: float,
    options: Mapping[str, Any] | None = None,
    began: float | None = None,
) -> Generator[tuple[str, str], None, None]:
    """Yield (text, reason it ended or "") as the model sends them, never waiting beyond `timeout_s` in all.

    The model runs in a thread of its own, because a silent server cannot be interrupted, only left. Raises
    ModelError when it fails, goes on too long, or sends more after its time.
    """
    arrived: SimpleQueue[tuple[str, str, float] | Exception | None] = SimpleQueue()
    cancelled = Event()

    def pull() -> None:
        ended = ""
        try:
            with closing(model.stream(list(messages), **(options or {}))) as stream:  # type: ignore[type-var]
                for chunk in stream:  # of a generator, whatever its type says
                    if ended not in DECLINED:  # "completed" may follow
                        ended = end_reason(chunk) or ended
                    arrived.put((said(chunk), ended, monotonic()))
                    if cancelled.is_set():
                        break
        except Exception as error:
            # A whole reply stays one: the client of OpenAI fails when it sums up a JSON one that was cut.
            if ended:
                logger.info("after the reply of %s: %s", label(model), short(error))
            else:
                arrived.put(error)
        finally:
            arrived.put(None)

    Thread(target=copy_context().run, args=(pull,), name=AT_WORK, daemon=True).start()
    deadline, length = (began or monotonic()) + timeout_s, 0
    try:
        while (item := arrived.get(timeout=max(0.0, deadline - monotonic()))) is not None:
            if isinstance(item, Exception):
                raise failure(model, item, begun=length > 0) from item
            text, ended, at = item
            length += len(text)
            if length > MAX_REPLY_CHARS:
                raise ModelError(
                    f"{label(model)} went on beyond {MAX_REPLY_CHARS} characters and was stopped"
                )
            if at > deadline:  # however much may wait to be read
                raise Empty
            yield text, ended
    except Empty:
        raise ModelError(late(label(model), timeout_s)) from None
    finally:
        cancelled.set()


def said(chunk: "AIMessageChunk") -> str:
    """Return a piece of the answer: text, or the arguments of a call that carries it; never reasoning."""
    text = chunk.text or "".join(call["args"] or "" for call in chunk.tool_call_chunks)
    return whole_characters(text)


def end_reason(chunk: "AIMessageChunk") -> str:
    """Return why a provider says the reply ended, in lower case, "" while it goes on."""
    blocks = chunk.content if isinstance(chunk.content, list) else []
    refused = any(isinstance(block, dict) and block.get("type") == "refusal" for block in blocks)
    if refused or chunk.additional_kwargs.get("refusal"):
        return "refusal"
    metadata = chunk.response_metadata
    if isinstance(details := metadata.get("incomplete_details"), dict) and details.get("reason"):
        return str(details["reason"])
    names = ("finish_reason", "stop_reason", "done_reason")
    reason = next((str(metadata[name]).lower() for name in names if metadata.get(name)), "")
    return reason or ("stop" if metadata.get("status") == "completed" else "")

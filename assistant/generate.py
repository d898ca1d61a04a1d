"""Draft an answer: stream a chat model's reply and hand on each sentence as soon as it is whole."""

import os
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.reply import Drafted, plain_sentence, take_sentence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

__all__ = ["Drafted", "draft"]

MAX_REPLY_CHARS = 20_000
CUT = ("length", "max_tokens")
DECLINED = ("content_filter", "refusal")
ALWAYS_END = ("openai-chat", "anthropic-chat", "chat-ollama")  # they say why they end, unless they broke off
REFUSAL = re.compile(
    r"(?:(?:unfortunately|sorry|however),?\s+)?"
    r"(?:I(?:['’]m| am) (?:sorry|unable|not able|afraid)|I (?:cannot|can['’]t|can not|don['’]t|do not)\b|"
    r"sorry\b|as an ai\b|unable to\b|it is not (?:stated|specified|mentioned)\b|"
    r"there is (?:no|not enough|insufficient) (?:information|mention|evidence (?:given|in the|here))\b|"
    r"(?:the|this|these|none of the)\s+(?:\w+\s+)?(?:passages?|evidence|context|text|information|documents?)"
    r"(?:\s+(?:provided|given|above))?\s+"
    r"(?:(?:(?:do|does) not|don['’]t|doesn['’]t|cannot)\s+(?:\w+ly\s+)?"
    r"(?:answer|contain|mention|provide|say|state|specify|include|give|address|explain|discuss|describe|cover)|"
    r"(?:is|are) (?:not|in)\s*(?:available|enough|sufficient|provided|given|stated|mentioned)|"
    r"lacks?|mentions? nothing|says? nothing)\b)",
    re.IGNORECASE,
)


def draft(
    model: "BaseChatModel", messages: "Sequence[BaseMessage]", *, timeout_s: float
) -> Generator[Drafted, None, None]:
    """Stream the reply and yield each whole sentence as soon as it is complete; close the iterator to cancel.

    A last sentence that was cut off is not yielded. Raises ModelError, after the sentences completed so far,
    when the model fails, declines, returns nothing, or has not ended within `timeout_s` seconds.
    """
    buffer, finish = "", ""
    told: set[str] = set()
    with closing(pieces(model, messages, timeout_s)) as stream:
        for piece, reason in stream:
            finish = reason or finish
            buffer = buffer + piece
            while taken := take_sentence(buffer):
                sentence, buffer = taken
                if drafted := accepted(model, sentence, told):
                    yield drafted
                    told.add(drafted.text)
    if finish in DECLINED:
        raise ModelError(f"{label(model)} declined to answer")
    if not finish and getattr(model, "_llm_type", "") in ALWAYS_END and (told or buffer):
        raise ModelError(f"{label(model)} broke off in the middle of its reply")
    while taken := take_sentence(buffer, ended=finish not in CUT):
        sentence, buffer = taken
        if drafted := accepted(model, sentence, told):
            yield drafted
            told.add(drafted.text)
    if not told:
        raise ModelError(f"{label(model)} returned {'no whole sentence' if buffer.strip() else 'nothing'}")


def accepted(model: "BaseChatModel", sentence: str, told: set[str]) -> Drafted | None:
    """Return the sentence as plain prose, None when it is none or told; raises ModelError at a refusal."""
    drafted = plain_sentence(sentence)
    if drafted is None or drafted.text in told:
        return None
    if not REFUSAL.match(drafted.text):
        return drafted
    if not told:
        raise ModelError(f"{label(model)} declined to answer")
    return None  # a remark on the evidence after an answer is no claim


def pieces(
    model: "BaseChatModel", messages: "Sequence[BaseMessage]", timeout_s: float
) -> Generator[tuple[str, str], None, None]:
    """Yield (text, reason it ended or "") as the model sends them, never waiting beyond `timeout_s` in all.

    The model runs in a thread of its own, because a silent server cannot be interrupted, only left.
    """
    arrived: SimpleQueue[tuple[str, str] | Exception | None] = SimpleQueue()
    cancelled = Event()

    def pull() -> None:
        try:
            with closing(model.stream(list(messages))) as stream:  # type: ignore[type-var]  # it is a generator
                for chunk in stream:
                    arrived.put((chunk.text, end_reason(chunk.response_metadata)))
                    if cancelled.is_set():
                        break
        except Exception as error:
            arrived.put(error)
        finally:
            arrived.put(None)

    Thread(target=copy_context().run, args=(pull,), name="draft", daemon=True).start()
    deadline, length = monotonic() + timeout_s, 0
    try:
        while (item := arrived.get(timeout=max(0.0, deadline - monotonic()))) is not None:
            if isinstance(item, Exception):
                raise failure(model, item) from item
            length += len(item[0])
            if length > MAX_REPLY_CHARS:
                raise ModelError(
                    f"{label(model)} went on beyond {MAX_REPLY_CHARS} characters and was stopped"
                )
            yield item
    except Empty:
        raise ModelError(f"{label(model)} did not finish within {timeout_s:g} s") from None
    finally:
        cancelled.set()


def end_reason(metadata: "dict[str, object]") -> str:
    """Return why a provider says the reply ended, "" while it goes on."""
    names = ("finish_reason", "stop_reason", "done_reason")
    return next((str(metadata[name]) for name in names if metadata.get(name)), "")


def failure(model: "BaseChatModel", error: Exception) -> ModelError:
    """Turn whatever a provider raises into one readable line without its key."""
    if isinstance(error, ModelError):
        return error
    name = label(model)
    kinds = " ".join(type(item).__name__ for item in chain(error))
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        return ModelError(f"{name} refused the key (HTTP {status}): check the provider's API key")
    if status == 404:
        return ModelError(f"{name} is not known to its server (HTTP 404): check the name and --base-url")
    if status == 429:
        return ModelError(f"{name} is over its limit (HTTP 429): wait, or check the account")
    if isinstance(status, int) and status >= 500:
        return ModelError(f"{name} failed on its server (HTTP {status}): try again later")
    if isinstance(status, int) and status > 0:
        return ModelError(f"{name} refused the request (HTTP {status}): {short(error)}")
    if "Timeout" in kinds:
        return ModelError(f"{name} did not answer in time: allow more seconds, or use another model")
    if "ConnectError" in kinds or isinstance(error, ConnectionError):
        return ModelError(f"{name} cannot be reached: check its server and --base-url")
    if "ProtocolError" in kinds or "ReadError" in kinds:
        return ModelError(f"{name} broke off in the middle of its reply")
    if str(error) == "No generation chunks were returned":  # what LangChain says of an empty stream
        return ModelError(f"{name} returned nothing")
    if "JSON" in kinds or "Validation" in kinds:
        return ModelError(f"{name} sent something that is no chat completion: check --base-url")
    return ModelError(f"{name} failed ({type(error).__name__}): {short(error)}")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what caused it, outermost first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def short(error: Exception) -> str:
    """Return the first line of an error, at most 160 characters, with every key in it blotted out."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")
    for variable, value in os.environ.items():
        if variable.endswith(("_KEY", "_TOKEN", "_SECRET")) and len(value) >= 8:
            line = line.replace(value, "***")
    return re.sub(r"\b(?:sk|key|pk)-[\w*-]{6,}", "***", line)[:160]


def label(model: "BaseChatModel") -> str:
    """Name a model in a sentence."""
    name = getattr(model, "model_name", None) or getattr(model, "model", None) or model._llm_type
    return f"the model {name}"

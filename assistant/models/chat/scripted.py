"""A chat model that gives prepared replies: for trials, tests and demonstrations without weights."""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import BaseModel, ConfigDict, PrivateAttr, TypeAdapter, ValidationError

from assistant.core.errors import ModelError


class Reply(BaseModel):
    """What to stream, and the failure to raise after it, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    error: str | None = None


class ScriptedChat(BaseChatModel):
    """Streams its replies word by word, one reply a call, starting over after the last."""

    replies: tuple[Reply, ...]
    _calls: int = PrivateAttr(default=0)
    _lock: Any = PrivateAttr(default_factory=Lock)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self) -> Reply:
        with self._lock:
            reply = self.replies[self._calls % len(self.replies)]
            self._calls += 1
        return reply

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._next()
        for word in re.findall(r"\s*\S+|\s+$", reply.text):
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
        if reply.error is not None:
            raise ModelError(reply.error)
        ended = AIMessageChunk(content="", response_metadata={"finish_reason": "stop"})
        yield ChatGenerationChunk(message=ended)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))


def load_scripted(script: str) -> ScriptedChat:
    """Build the model from a reply, or from a .json file: a list of replies, or of {"text", "error"} objects.

    Raises ModelError when the file is missing or holds anything else.
    """
    if not script.strip():
        raise ModelError("the model scripted: has no reply: give scripted:TEXT or scripted:FILE.json")
    if not script.endswith(".json"):
        return ScriptedChat(replies=(Reply(text=script),))
    try:
        text = Path(script).read_text(encoding="utf-8")
        items = TypeAdapter(list[str | Reply]).validate_json(text)
    except OSError as error:
        raise ModelError(f"the script {script} cannot be read: {error.strerror or error}") from error
    except (ValidationError, ValueError) as error:
        raise ModelError(f'{script} is no JSON list of texts or {{"text", "error"}} objects') from error
    if not items:
        raise ModelError(f"{script} holds no replies: give a JSON list of at least one")
    return ScriptedChat(replies=tuple(Reply(text=item) if isinstance(item, str) else item for item in items))

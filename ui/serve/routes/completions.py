"""An interface like OpenAI's: /v1/chat/completions and /v1/models, so that any chat client can ask.

The text of an answer is Markdown with numbered footnotes; the whole answer stands in the field `answer`.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from assistant.core.errors import InputError
from assistant.core.types import Answer, Citation, ClaimShown, Event, Message
from assistant.question.read import MAX_CHARACTERS
from ui.serve.failures import Described, failure, failures
from ui.serve.routes.answers import event_stream, last, sse
from ui.serve.routes.examples import CHAT_STREAM, stream
from ui.serve.routes.footnotes import claim_text, rest_text, to_text, without_footnotes
from ui.serve.routes.shapes import MAX_TURNS, AnswerBody, Words
from ui.serve.service import Service

MODEL = "bpo-kpo"
DONE = b"data: [DONE]\n\n"


class Given(BaseModel):
    """Something that a client sends: values are taken as they are, fields that are not known are passed over."""

    model_config = ConfigDict(strict=True)


class Part(Given):
    """A part of a message; only texts are read."""

    type: Literal["text"]
    text: Words


class UserMessage(Given):
    """A message of the user; the last one is the question."""

    role: Literal["user"]
    content: Words | Annotated[list[Part], Field(min_length=1, max_length=MAX_TURNS)]

    @property
    def text(self) -> str:
        """Its words."""
        return (
            self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)
        )


class OtherMessage(Given):
    """An answer of before; what the system and tools say is not read."""

    role: Literal["system", "developer", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=200_000)] | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "\n".join(part["text"] for part in self.content if isinstance(part.get("text"), str))
        return self.content or ""


class StreamOptions(Given):
    """What a stream should hold besides; tokens are not counted here."""

    include_usage: bool | None = None


class ChatRequest(Given):
    """What chat clients send. Other fields (temperature, tools ...) are taken and have no effect."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "What does KPO stand for?"}]}
            ]
        },
    )
    model: str = MODEL
    messages: list[Annotated[UserMessage | OtherMessage, Field(discriminator="role")]] = Field(
        min_length=1,
        max_length=MAX_TURNS,
        json_schema_extra={"contains": {"properties": {"role": {"const": "user"}}, "required": ["role"]}},
    )
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None


class ReplyMessage(BaseModel):
    """The answer as text."""

    role: Literal["assistant"]
    content: str


class Choice(BaseModel):
    """The one answer there is."""

    index: int
    message: ReplyMessage
    finish_reason: Literal["stop"]


class ChatBody(BaseModel):
    """A reply as chat clients read it, and the whole answer beside it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    answer: AnswerBody = Field(description="Not of OpenAI: the whole answer, as /v1/ask gives it.")


class Delta(BaseModel):
    """What a chunk adds to the answer."""

    role: Literal["assistant"] | None = None
    content: str | None = None


class ChunkChoice(BaseModel):
    """The one answer there is, as far as a chunk brings it."""

    index: int
    delta: Delta
    finish_reason: Literal["stop"] | None


class ChunkBody(BaseModel):
    """A piece of a streamed reply."""

    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoice]
    answer: AnswerBody | None = Field(default=None, description="In the last one: the whole answer.")


class ModelBody(BaseModel):
    """A model that can be asked."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsBody(BaseModel):
    """The models that can be asked."""

    object: Literal["list"]
    data: list[ModelBody]


def completion_routes(service: Service) -> APIRouter:
    """Return the routes that chat clients know."""
    router = APIRouter(prefix="/v1", tags=["chat clients"])
    began = int(time.time())
    model = {"id": MODEL, "object": "model", "created": began, "owned_by": "bpo-kpo"}
    unknown: Described = {404: failure(404, "There is no such model.")}
    told = failures(400, 408, 502, 503, 504)

    @router.post(
        "/chat/completions",
        response_model=ChatBody,
        responses=failures() | unknown | stream(CHAT_STREAM),
    )
    async def complete(request: ChatRequest) -> Response:
        """Answer the last message of the user; those before it are the conversation."""
        _known(request.model)
        question, history = conversation(request.messages)
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
        events = service.ask(question, history)
        if request.stream:
            return await event_stream(events, _chunks(head), DONE)
        return JSONResponse(_reply(head, await last(events)))

    @router.get("/models", response_model=ModelsBody, responses=told)
    async def models() -> Response:
        """List the one model there is: the assistant over its articles."""
        return JSONResponse({"object": "list", "data": [model]})

    @router.get("/models/{name}", response_model=ModelBody, responses=told | unknown)
    async def one(name: Annotated[str, Path(examples=[MODEL])]) -> Response:
        """Describe the model."""
        _known(name)
        return JSONResponse(model)

    return router


def conversation(given: Sequence[UserMessage | OtherMessage]) -> tuple[str, tuple[Message, ...]]:
    """Return the question, which is the last message of the user, and the turns before it, without footnotes.

    Raises InputError where there is no message of the user, or its parts together are too long.
    """
    last = max((at for at, item in enumerate(given) if isinstance(item, UserMessage)), default=-1)
    if last < 0:
        raise InputError("No message is one of the user: there is nothing to answer.")
    question = given[last].text
    if len(question) > MAX_CHARACTERS:
        raise InputError(
            f"The question has {len(question)} characters, at most {MAX_CHARACTERS} are read: shorten it."
        )
    turns = []
    for item in given[:last]:
        if isinstance(item, UserMessage):
            turns.append(Message(role="user", content=item.text))
        elif item.role == "assistant" and (words := without_footnotes(item.text)):
            turns.append(Message(role="assistant", content=words))
    return question, tuple(turns)


def _known(name: str) -> None:
    if name != MODEL:
        raise HTTPException(404, f"There is no model {name[:80]!r} here: ask {MODEL!r}.")


def _reply(head: dict[str, Any], answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": to_text(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {**head, "object": "chat.completion", "choices": [choice], "answer": answer.to_dict()}


def _chunks(head: dict[str, Any]) -> Callable[[Event], list[bytes]]:
    """Return what writes events as chunks: sentences as they come, then the rest, then the end with the answer."""
    began = False
    cited: list[Citation] = []

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return sse(None, {**head, "object": "chat.completion.chunk", "choices": [choice], **more})

    def written(event: Event) -> list[bytes]:
        nonlocal began
        first = [] if began else [chunk({"role": "assistant", "content": ""})]
        began = True
        if isinstance(event, ClaimShown):
            cited.extend(event.new_citations)
            words = "" if event.aspect is not None else claim_text(event.claim, cited)
            return [*first, chunk({"content": words})] if words else first
        rest = chunk({"content": rest_text(event.answer)})
        return [*first, rest, chunk({}, "stop", answer=event.answer.to_dict())]

    return written

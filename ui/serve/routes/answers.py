"""Routes that ask: /v1/ask, /v1/search, /v1/verify, /v1/suggestions, /v1/index."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import TypeAdapter

from assistant.core.plain import jsonable
from assistant.core.types import (
    Answer,
    AnswerDone,
    Citation,
    Claim,
    ClaimShown,
    Event,
    Judgement,
    Message,
    Passage,
)
from ui.serve.failures import failures, told
from ui.serve.routes.examples import ASK_STREAM, stream
from ui.serve.routes.shapes import (
    AnswerBody,
    AskRequest,
    IndexBody,
    SearchBody,
    SearchRequest,
    Suggestions,
    SuggestRequest,
    Turn,
    VerifyRequest,
)
from ui.serve.service import Service

T = TypeVar("T")
CHIPS_S = 2.0  # that looking for questions to go on with may take
FIRST_S = 2.0  # an answer that fails before is told by its status, later in the stream
QUIET_S = 15.0  # after which a stream shows that it is alive, for proxies
logger = logging.getLogger(__name__)
_plain: TypeAdapter[Any] = TypeAdapter(Any)


def answer_routes(service: Service) -> APIRouter:
    """Return the routes that ask."""
    router = APIRouter(prefix="/v1", tags=["answers"], responses=failures())

    @router.post("/ask", response_model=AnswerBody, responses=stream(ASK_STREAM))
    async def ask(request: AskRequest) -> Response:
        """Answer a question: whole as JSON, or sentence by sentence with `"stream": true`."""
        history = messages(request.history)
        events = service.ask(request.question, history, request.articles)
        if request.stream:
            return await event_stream(events, _written)
        return JSONResponse((await last(events)).to_dict())

    @router.post("/search", response_model=SearchBody)
    async def search(request: SearchRequest) -> Response:
        """Return the passages a query finds, best first."""
        found = await service.run(lambda: service.assistant.search(request.query, request.k))
        return JSONResponse({"passages": [plain(item) for item in found]})

    @router.post("/verify", response_model=Judgement)
    async def verify(request: VerifyRequest) -> Response:
        """Judge whether the evidence, all of it together, supports the claim."""
        found = await service.run(lambda: service.assistant.verify(request.claim, request.evidence))
        return JSONResponse(plain(found))

    @router.get("/suggestions", response_model=Suggestions)
    async def begin_with() -> Response:
        """Return questions to begin with, which the articles answer."""
        from assistant.answer.suggest.suggestions import starters

        return JSONResponse({"questions": await service.run(lambda: starters(service.assistant))})

    @router.post("/suggestions", response_model=Suggestions)
    async def go_on_with(request: SuggestRequest) -> Response:
        """Return questions to go on with after an answer."""
        from assistant.answer.suggest.suggestions import following

        answer, history = _shown(request), messages(request.history)
        found = await service.run(lambda: following(service.assistant, answer, history, seconds=CHIPS_S))
        return JSONResponse({"questions": found})

    @router.get("/index", response_model=IndexBody)
    def index() -> Response:
        """Say what is asked, and with what."""
        return JSONResponse(described(service))

    return router


def described(service: Service) -> dict[str, Any]:
    """Return what is asked, and with what, as `IndexBody`."""
    assistant = service.assistant
    titles, facts = assistant.titles, assistant.facts
    return {
        "index": assistant.settings.index,
        "index_id": assistant.index_id,
        "articles": len(titles),
        "titles": titles,
        **{name: facts[name] for name in ("model", "embedder", "checker")},
        "read_only": service.options.read_only,
    }


def messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """Return turns as the assistant takes them."""
    return tuple(Message(role=turn.role, content=turn.content) for turn in turns)


def plain(value: Any) -> Any:
    """Return one of the assistant's values as plain JSON types."""
    return jsonable(_plain.dump_python(value, mode="json"))


async def last(events: AsyncGenerator[Event, None]) -> Answer:
    """Return the whole answer at the end of a stream."""
    async for event in events:
        if isinstance(event, AnswerDone):
            return event.answer
    raise AssertionError("an answer ends with the whole")


async def event_stream(
    events: AsyncGenerator[T, None], written: Callable[[T], Sequence[bytes]], end: bytes = b""
) -> Response:
    """Return a reply of server-sent events. Raises what the first event does, where that comes soon.

    A failure on the way is an `error` event; `end` comes after all. Where the reader leaves, the events are closed.
    """
    first = asyncio.ensure_future(anext(events, None))
    try:
        await asyncio.wait({first}, timeout=FIRST_S)
        if first.done():
            first.result()
    except BaseException:
        await _leave(first, events)
        raise
    return StreamingResponse(
        _sent(first, events, written, end),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _sent(
    waited: "asyncio.Future[T | None]",
    events: AsyncGenerator[T, None],
    written: Callable[[T], Sequence[bytes]],
    end: bytes,
) -> AsyncIterator[bytes]:
    try:
        while True:
            await asyncio.wait({waited}, timeout=QUIET_S)
            if not waited.done():
                yield b": still at work\n\n"
                continue
            event = waited.result()
            if event is None:
                break
            for part in written(event):
                yield part
            waited = asyncio.ensure_future(anext(events, None))
        yield end
    except Exception as error:
        status, body = told(error)
        if status == 500:
            logger.error("an answer failed", exc_info=error)
        yield sse("error", body)
        yield end
    finally:
        await _leave(waited, events)


async def _leave(waited: Awaitable[object], events: AsyncGenerator[Any, None]) -> None:
    future = asyncio.ensure_future(waited)
    if not future.done():
        future.cancel()
        await asyncio.wait({future})
    await events.aclose()


def sse(name: str | None, data: object) -> bytes:
    """Write a server-sent event: JSON on one line."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


def _written(event: Event) -> list[bytes]:
    if isinstance(event, ClaimShown):
        return [sse("claim", plain(event))]
    return [sse("answer", event.answer.to_dict())]


def _shown(request: SuggestRequest) -> Answer:
    """Return as much of an answer as was sent; what is left out has no part in the suggestions."""
    claims = tuple(
        Claim(text=text, verdict="supported", score=1.0, citations=(), origin="quote")
        for text in request.shown
    )
    cited = tuple(
        Citation(
            n=n, doc_id=item.doc_id, title="", source="", section=item.section, page=None, start=0, end=0,
            quote=item.quote, doc_sha256="",
        )
        for n, item in enumerate(request.cited, 1)
    )  # fmt: skip
    passages = tuple(
        Passage(
            chunk_id="", doc_id=doc_id, title="", source="", section="", page=None, start=0, end=0, score=0.0,
            text="", doc_sha256="",
        )
        for doc_id in request.near
    )  # fmt: skip
    return Answer(
        question=request.question, read_as=request.read_as, claims=claims, citations=cited, passages=passages
    )

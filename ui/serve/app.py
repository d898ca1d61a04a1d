"""Put the server together: routes, guard, counters, limits, and an end that loses nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from assistant import Assistant
from assistant.index.thresholds import program_version
from ui.serve.failures import add_failures
from ui.serve.guard import Guard
from ui.serve.metrics import Measured
from ui.serve.options import ServeOptions
from ui.serve.routes.answers import answer_routes
from ui.serve.routes.articles import article_routes
from ui.serve.routes.completions import completion_routes
from ui.serve.routes.described import described
from ui.serve.routes.health import health_routes
from ui.serve.service import Service

ABOUT = """Ask a corpus of articles, and check what it says: every sentence comes with the exact words of the source.

Offsets count Unicode characters of the stored text: `document_text[start:end] == quote`. Every error is
`{"error": {"message", "type", "param", "code"}}`."""


def create_app(assistant: Assistant, options: ServeOptions) -> FastAPI:
    """Return the application that serves an assistant."""
    service = Service(assistant, options)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(service.close)

    app = FastAPI(
        title="bpo-kpo",
        description=ABOUT,
        version=program_version(),
        lifespan=lifespan,
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    for routes in (answer_routes, article_routes, completion_routes, health_routes):
        app.include_router(routes(service))
    add_failures(app)
    description = described(app.openapi(), with_token=options.token is not None)
    app.openapi = lambda: description  # type: ignore[method-assign]
    app.add_middleware(Guard, options=options)
    app.add_middleware(Measured, metrics=service.metrics)  # outside, so that what is refused counts
    if options.allow_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.allow_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type"],
        )
    return app

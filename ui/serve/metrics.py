"""Count what is asked, for Prometheus; no text of a question, answer or article is counted by its words."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)


class Metrics:
    """The counters of one server."""

    def __init__(self, held: Callable[[], float], articles: Callable[[], float]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "bpo_kpo_requests", "Requests answered", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "bpo_kpo_request_seconds", "Seconds from a request to the end of its reply", ["route"],
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.answers = Counter("bpo_kpo_answers", "Answers by status", ["status"], registry=self.registry)
        self.claims = Counter("bpo_kpo_claims", "Sentences by verdict", ["verdict"], registry=self.registry)
        Gauge("bpo_kpo_held", "Requests that wait or are answered", registry=self.registry).set_function(held)
        Gauge("bpo_kpo_articles", "Articles in the index", registry=self.registry).set_function(articles)

    def text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self.registry)


class Measured:
    """ASGI middleware that counts each request under its route, whatever became of it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and count it when its reply has ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if route != "other" else "any"
            self._metrics.requests.labels(route, method, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)

"""Who may ask: the name the server is reached by, the page that asks, the rate, the token, the time to arrive."""

import asyncio
import hmac
import time
from collections import OrderedDict

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.serve.options import BODY_S, MAX_JSON, MAX_UPLOAD, ServeOptions

OPEN = ("/healthz", "/readyz")  # for probes: no token, no rate
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
UPLOADS = "/v1/documents"
TOO_LARGE = "The request is too large: at most {:,} bytes are taken."
STOPPED = "The server is being stopped: ask again later."
MAX_CLIENTS = 10_000  # remembered for the rate


def problem(
    status: int, kind: str, message: str, param: str | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return an error in the form that all of them have, which is also that of OpenAI's interface."""
    error = {"message": message, "type": kind, "param": param, "code": None}
    return JSONResponse({"error": error}, status, headers)


class Guard:
    """ASGI middleware that lets through what may ask, and answers the rest with one line of JSON.

    A page elsewhere in the reader's browser must not reach a server on this machine, neither by its address (Origin)
    nor by a name that it makes lead here (Host).
    """

    def __init__(self, app: ASGIApp, options: ServeOptions) -> None:
        self._app = app
        self._options = options
        self._token = options.token.encode() if options.token else None
        self._hosts = {_bare(name) for name in options.allow_hosts}
        if options.loopback:
            self._hosts |= {*LOOPBACK, _bare(options.host)}
        self._rate = Rate(options.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not ask; hand on one that may."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no websocket is served
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(headers, scope)
        if refusal is None:
            await self._ended(scope, _bounded(receive, _most(scope)), send)
        else:
            await refusal(scope, receive, send)

    async def _ended(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on; one that is given up since the server is being stopped is told so."""
        begun = False

        async def told(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, told)
        except asyncio.CancelledError:
            if not begun:
                await problem(503, "busy", STOPPED, headers={"Retry-After": "1"})(scope, receive, send)

    def _refusal(self, headers: Headers, scope: Scope) -> JSONResponse | None:
        if self._hosts and _bare(headers.get("host", "")) not in self._hosts:
            return problem(421, "forbidden", "The Host is not one of this server: see --allow-host.")
        if not self._from_here(headers):
            return problem(403, "forbidden", "Pages of other origins may not ask: see --allow-origin.")
        if scope["path"] in OPEN:
            return None
        if _length(headers) > _most(scope):
            return problem(413, "too_large", TOO_LARGE.format(_most(scope)))
        wait = self._rate.wait((scope.get("client") or ("",))[0])
        if wait:
            again = {"Retry-After": str(int(wait) + 1)}
            return problem(429, "too_many_requests", f"Too many requests: wait {wait:.1f} s.", headers=again)
        if self._token and not self._knows(headers):
            ask = {"WWW-Authenticate": "Bearer"}
            return problem(401, "unauthorized", "Send the token: Authorization: Bearer ...", headers=ask)
        return None

    def _from_here(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") != "cross-site"
        host = headers.get("host", "")
        own = host and origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())
        return bool(own) or origin in self._options.allow_origins

    def _knows(self, headers: Headers) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        assert self._token is not None
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._token)


class Rate:
    """At most so many requests a minute from one address, a sixth of them at once."""

    def __init__(self, a_minute: int) -> None:
        self._per_s = a_minute / 60
        self._most = max(1.0, a_minute / 6)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count a request; return 0, or the seconds to wait where it is one too many."""
        if not self._per_s:
            return 0.0
        now = time.monotonic()
        left, then = self._left.pop(client, (self._most, now))
        left = min(self._most, left + (now - then) * self._per_s)
        granted = left >= 1
        self._left[client] = (left - granted, now)
        if len(self._left) > MAX_CLIENTS:
            self._left.popitem(last=False)
        return 0.0 if granted else (1 - left) / self._per_s


def _bare(host: str) -> str:
    """Return a host without its port, in lower case, an IPv6 address in brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return f"[{host}]" if host.count(":") > 1 else host.partition(":")[0].rstrip(".")


def _most(scope: Scope) -> int:
    """Return how many bytes a request may have."""
    return MAX_UPLOAD if scope["path"] == UPLOADS else MAX_JSON


def _length(headers: Headers) -> int:
    """Return the length a request states, 0 where it states none; what comes is counted besides."""
    stated = headers.get("content-length", "")
    return int(stated) if stated.isdecimal() else 0


def _bounded(receive: Receive, most: int) -> Receive:
    """Give a request so many bytes, and BODY_S seconds to arrive; then waiting for the client to leave has no limit."""
    end = time.monotonic() + BODY_S
    arrived = False
    size = 0

    async def bounded() -> Message:
        nonlocal arrived, size
        if arrived:
            return await receive()
        try:
            async with asyncio.timeout(max(0.0, end - time.monotonic())):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, f"The request did not arrive within {BODY_S:.0f} s.") from None
        size += len(message.get("body", b""))
        if size > most:
            raise HTTPException(413, TOO_LARGE.format(most))
        arrived = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return bounded

"""Run a server until it is stopped."""

import atexit
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from assistant.core.settings import Settings
from ui.serve.options import BODY_S, MAX_CONNECTIONS, ServeOptions, bound_socket

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SENT_S = 3  # that replies have to be sent in once the time for what is being answered is over


def run_serve(settings: Settings, options: ServeOptions) -> int:
    """Open the assistant and serve it until it is stopped; return the exit code.

    Raises SettingsError for a port that is taken, and what `prepare` and `Assistant.open` raise.
    """
    with bound_socket(options) as listener:
        from assistant import Assistant
        from ui.library.prepare import prepare
        from ui.serve.app import create_app

        prepare(settings)
        assistant = Assistant.open(settings)
        for notice in assistant.notices:
            print(f"bpo-kpo: {notice}", file=sys.stderr)
        facts = assistant.facts
        say = f"Serving {facts['index']}, model {facts['model']}, at {{}} (Ctrl+C stops)"
        app = create_app(assistant, options)
        return run_app(app, options, listener, say, begin_end=app.state.service.end)


def run_app(
    app: "ASGIApp",
    options: ServeOptions,
    listener: socket.socket,
    say: str,
    path: str = "",
    begin_end: Callable[[], None] | None = None,
) -> int:
    """Serve an application on a bound socket until it is stopped; return the exit code.

    `say` is printed with the address once it is ready. What is being answered has `grace_s` seconds to end, of which
    `begin_end` tells the application.
    """
    config = uvicorn.Config(
        app,
        http=Arriving,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=options.trusted_proxy is not None,
        forwarded_allow_ips=options.trusted_proxy,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=options.grace_s + (SENT_S if begin_end else 0),
        ws="none",
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
    )
    server = _Server(config, say.format(address(options, listener) + path), begin_end)
    _stop_quietly()
    server.run(sockets=[listener])
    return 0 if server.started else 1


def leave(code: int) -> NoReturn:
    """End the process, whatever its threads are doing.

    One that comes back from a library into an interpreter that is being taken down would abort the process.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def address(options: ServeOptions, listener: socket.socket) -> str:
    """Return the address of a server as a client would type it."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if options.tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


class Arriving(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """A connection that is closed where no request begins for BODY_S seconds, however slowly its head comes."""

    def connection_made(self, transport: Any) -> None:
        """Begin to look."""
        super().connection_made(transport)
        self._look(object())

    def _look(self, before: Any) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is before and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()
        else:
            self.loop.call_later(BODY_S, self._look, self.cycle)


class _Server(uvicorn.Server):
    """A server that says where it is reached once it is, and that it begins to stop."""

    def __init__(self, config: uvicorn.Config, say: str, begin_end: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._say = say
        self._begin_end = begin_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._say, file=sys.stderr, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._begin_end:
            self._begin_end()
        await super().shutdown(sockets)


def _stop_quietly() -> None:
    """Let a signal that has stopped the server end the program with exit code 0."""
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), lambda *_: None)

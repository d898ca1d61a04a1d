"""Run a server until it is stopped."""

import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

import uvicorn

from assistant.core.settings import Settings
from ui.serve.options import MAX_CONNECTIONS, ServeOptions, bound_socket

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def run_serve(settings: Settings, options: ServeOptions) -> int:
    """Open the assistant and serve it until it is stopped; return the exit code.

    Raises SettingsError for a port that is taken, and what `Assistant.open` raises.
    """
    with bound_socket(options) as listener:
        from assistant import Assistant
        from ui.serve.app import create_app

        assistant = Assistant.open(settings)
        for notice in assistant.notices:
            print(f"bpo-kpo: {notice}", file=sys.stderr)
        facts = assistant.facts
        say = f"Serving {facts['index']}, model {facts['model']}, at {{}} (Ctrl+C stops)"
        return run_app(create_app(assistant, options), options, listener, say)


def run_app(app: "ASGIApp", options: ServeOptions, listener: socket.socket, say: str, path: str = "") -> int:
    """Serve an application on a bound socket until it is stopped; return the exit code.

    `say` is printed with the address once it is ready. What is being answered has `grace_s` seconds to end.
    """
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=options.trusted_proxy is not None,
        forwarded_allow_ips=options.trusted_proxy,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=options.grace_s,
        ws="none",
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
    )
    server = _Server(config, say.format(address(options, listener) + path))
    _stop_quietly()
    server.run(sockets=[listener])
    return 0 if server.started else 1


def address(options: ServeOptions, listener: socket.socket) -> str:
    """Return the address of a server as a client would type it."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if options.tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(uvicorn.Server):
    """A server that says where it is reached once it is."""

    def __init__(self, config: uvicorn.Config, say: str) -> None:
        super().__init__(config)
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._say, file=sys.stderr, flush=True)


def _stop_quietly() -> None:
    """Let a signal that has stopped the server end the program with exit code 0."""
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), lambda *_: None)

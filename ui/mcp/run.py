"""Run the MCP server: over standard input and output for a program on this machine, or over HTTP."""

import functools
import logging
import sys
import threading
from collections.abc import Callable

from assistant.core.errors import AssistantError
from assistant.core.settings import Settings
from ui.mcp.tools import Asked, Here, make_server
from ui.serve.options import MAX_JSON, ServeOptions, bound_socket
from ui.serve.workers import Workers

PATH = "/mcp"


def run_stdio(settings: Settings, server: str | None, options: ServeOptions) -> int:
    """Serve over standard input and output until that ends; return the exit code.

    A program that starts this waits for its first reply, so the assistant is opened beside: the first tool waits for it.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    asked = opened_once(functools.partial(_open, settings, server))
    threading.Thread(target=_try, args=(asked,), daemon=True).start()
    workers = Workers(options.workers, options.waiting)
    make_server(asked, workers).run("stdio")
    return 0


def run_http(settings: Settings, server: str | None, options: ServeOptions) -> int:
    """Serve over streamable HTTP until it is stopped; return the exit code.

    Raises SettingsError for a port that is taken, and what opening the assistant raises.
    """
    from ui.serve.guard import Guard
    from ui.serve.run import run_app

    with bound_socket(options) as listener:
        found = _open(settings, server)
        workers = Workers(options.workers, options.waiting)
        app = make_server(lambda: found, workers).streamable_http_app(
            streamable_http_path=PATH,
            stateless_http=True,  # no tool needs a session, and none can pile up
            json_response=True,
            max_request_body_size=MAX_JSON,
            host="",  # who may ask is the guard's to say, as for `serve`
        )
        return run_app(Guard(app, options), options, listener, "Serving MCP at {} (Ctrl+C stops)", PATH)


def opened_once(open_it: Callable[[], Asked]) -> Callable[[], Asked]:
    """Return what opens a thing at its first call, and gives the same later; a failure is tried anew."""
    lock = threading.Lock()
    found: list[Asked] = []

    def once() -> Asked:
        with lock:
            if not found:
                found.append(open_it())
            return found[0]

    return once


def _open(settings: Settings, server: str | None) -> Asked:
    if server:
        from ui.serve.client import ServerAssistant

        return ServerAssistant.open(server, settings)
    from ui.library.prepare import prepare

    prepare(settings)
    return Here(settings)


def _try(asked: Callable[[], Asked]) -> None:
    try:
        asked()
    except AssistantError as error:
        print(f"bpo-kpo: {error}", file=sys.stderr, flush=True)  # the first tool tells it too

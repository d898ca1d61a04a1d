"""Start the page: a Streamlit server on this machine only."""

import atexit
import errno
import json
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from assistant.core.errors import SettingsError
from assistant.core.settings import Settings

HOST = "127.0.0.1"
OPTIONS = {
    "server.address": HOST,
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.allowedHosts": HOST,  # a page elsewhere cannot reach this one by renaming its host
    "server.maxUploadSize": "20",  # MB, as ui/library/uploads.py
    "server.showEmailPrompt": "false",
    "server.fileWatcherType": "none",
    "browser.serverAddress": HOST,
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "theme.light.primaryColor": "#1f5fae",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f3f5f8",
    "theme.light.textColor": "#1c2128",
    "theme.dark.primaryColor": "#8ab8f5",
    "theme.dark.backgroundColor": "#14171c",
    "theme.dark.secondaryBackgroundColor": "#1f242c",
    "theme.dark.textColor": "#e6e9ed",
    "theme.baseRadius": "0.6rem",
}
START_S = 60  # seconds the server may take before the index is opened anyway


def run_chat(settings: Settings, port: int, browser: bool, server: str | None = None) -> NoReturn:
    """Serve the page until it is interrupted, then end the program.

    With the address of a server it is the page over that one. The settings reach the page through BPO_KPO_* variables.
    Raises SettingsError when the port is taken.
    """
    check_port(port)
    for name, value in settings.model_dump(exclude_unset=True).items():  # a default stays one
        if value is not None:
            text = json.dumps(value) if isinstance(value, tuple) else str(value)
            os.environ[f"BPO_KPO_{name.upper()}"] = text
    if server:
        os.environ["BPO_KPO_SERVER"] = server
    from streamlit import net_util
    from streamlit.web.cli import main

    # else a refused origin makes it ask a public service for this machine's own address; there is no option
    net_util._external_ip = net_util._internal_ip = HOST
    if not server:
        threading.Thread(target=_open_early, args=(port,), daemon=True).start()
    options = OPTIONS | {"server.port": str(port)} | ({} if browser else {"server.headless": "true"})
    flags = [f"--{name}={value}" for name, value in options.items()]
    try:
        main(
            ["run", str(Path(__file__).with_name("shared.py" if server else "app.py")), *flags],
            standalone_mode=False,
        )
    except SystemExit as stop:
        end(stop.code if isinstance(stop.code, int) else 0)
    end(0)


def end(code: int) -> NoReturn:
    """End the program without waiting for what still runs in it.

    An index that is being opened or an answer that is being written would hold the end up, and native threads of the
    models abort the program when the interpreter is taken down under them. What is kept on disk is written whole.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _open_early(port: int) -> None:
    """Open the index before the first visitor comes, as soon as the server listens."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                break
        time.sleep(0.1)
    from assistant.core.settings import load_settings
    from ui.page.opening import opening_of

    opening_of(load_settings())


def check_port(port: int) -> None:
    """Raise SettingsError when no server can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OverflowError:
            raise SettingsError(f"--port is {port}: needed is a number from 1024 to 65535") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                why = f"it is in use; perhaps the page runs there already: open http://{HOST}:{port}, or give another"
            else:
                why = f"it cannot be used ({error.strerror}); give another from 1024 to 65535"
            raise SettingsError(f"--port is {port}: {why}") from None

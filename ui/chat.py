"""Start the page: a Streamlit server on this machine only."""

import json
import os
import socket
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings import Settings

HOST = "127.0.0.1"
OPTIONS = {
    "server.address": HOST,
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.allowedHosts": HOST,  # a page elsewhere cannot reach this one by renaming its host
    "server.maxUploadSize": "20",  # MB, as ui/uploads.py
    "server.showEmailPrompt": "false",
    "server.fileWatcherType": "none",
    "browser.serverAddress": HOST,
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "theme.light.primaryColor": "#1f5fae",
    "theme.dark.primaryColor": "#8ab8f5",
}


def run_chat(settings: Settings, port: int, browser: bool) -> int:
    """Serve the page until it is interrupted and return the exit code.

    The settings reach the page through BPO_KPO_* variables. Raises SettingsError when the port is taken.
    """
    check_port(port)
    for name, value in settings.model_dump(exclude_unset=True).items():  # a default stays one
        if value is not None:
            text = json.dumps(value) if isinstance(value, tuple) else str(value)
            os.environ[f"BPO_KPO_{name.upper()}"] = text
    from streamlit.web.cli import main

    options = OPTIONS | {"server.port": str(port)} | ({} if browser else {"server.headless": "true"})
    flags = [f"--{name}={value}" for name, value in options.items()]
    try:
        main(["run", str(Path(__file__).with_name("app.py")), *flags], standalone_mode=False)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    return 0


def check_port(port: int) -> None:
    """Raise SettingsError when no server can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise SettingsError(
                f"--port is {port}: it cannot be used ({error}); give a free one from 1024 to 65535"
            ) from None

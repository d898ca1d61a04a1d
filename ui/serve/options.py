"""What `bpo-kpo serve` is started with: where it listens, who may ask, and how much."""

import argparse
import errno
import ipaddress
import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assistant.core.errors import SettingsError
from ui.cli.usage import flag, option

N = TypeVar("N", int, float)
HOST, PORT = "127.0.0.1", 8000
TOKEN = "BPO_KPO_SERVER_TOKEN"  # noqa: S105 - the variable's name; never an argument, which others can see
MIN_TOKEN = 16  # characters
MAX_JSON = 2_000_000  # bytes of a request
MAX_UPLOAD = 25_000_000  # bytes of all files of one request
BODY_S = 30.0  # seconds a request may take to arrive
MAX_CONNECTIONS = 512


@dataclass(frozen=True, kw_only=True)
class ServeOptions:
    """Where a server listens, and what it lets be asked of it."""

    host: str = HOST
    port: int = PORT  # 0: any free one
    token: str | None = None  # what a request has to show; None only on this machine
    workers: int = 2  # answers at a time
    waiting: int = 64  # requests that may wait for a worker
    timeout_s: float = 120.0  # for one request, waiting included
    grace_s: int = 10  # for what is being answered when the server is stopped
    rate: int = 1200  # requests a minute and client address; 0: any number
    allow_hosts: tuple[str, ...] = ()  # further names the server is reached by
    allow_origins: tuple[str, ...] = ()  # pages that may ask from a browser
    allow_paths: tuple[Path, ...] = ()  # folders on the server that clients may have ingested
    trusted_proxy: str | None = None  # its word is taken for the client's address
    read_only: bool = False  # nobody adds or removes articles
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)


def read_options(arguments: argparse.Namespace) -> ServeOptions:
    """Return the options of a command line, with the token of the environment.

    Raises SettingsError for a host beyond this machine without a token, and for what cannot be used.
    """
    given = {
        name: value for name in ServeOptions.__dataclass_fields__ if (value := getattr(arguments, name, None))
    }
    for name in ("allow_hosts", "allow_origins"):
        given[name] = tuple(given.get(name, ()))
    given["allow_paths"] = tuple(Path(path).expanduser().resolve() for path in given.get("allow_paths", ()))
    if arguments.rate is not None:
        given["rate"] = arguments.rate
    options = ServeOptions(**given | {"port": arguments.port, "token": os.environ.get(TOKEN) or None})
    _check(options)
    return options


def _check(options: ServeOptions) -> None:
    if options.token is not None and len(options.token) < MIN_TOKEN:
        raise SettingsError(
            f"{TOKEN} has {len(options.token)} characters: set at least {MIN_TOKEN} that nobody guesses."
        )
    if options.token is None and not options.loopback:
        raise SettingsError(
            f"--host is {options.host}: beyond this machine a token is required. Set {TOKEN} to a secret of "
            f"{MIN_TOKEN} characters or more; clients send it as `Authorization: Bearer ...`."
        )
    if (options.tls_cert is None) != (options.tls_key is None):
        raise SettingsError("--tls-cert and --tls-key belong together: give both, or neither.")
    for path in (options.tls_cert, options.tls_key):
        if path and not Path(path).is_file():
            raise SettingsError(f"{path} is no file: give a certificate and its key in PEM.")
    for folder in options.allow_paths:
        if not folder.is_dir():
            raise SettingsError(f"--allow-path is {folder}: there is no such folder.")
    _check_names(options)


def _check_names(options: ServeOptions) -> None:
    for origin in options.allow_origins:
        if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
            raise SettingsError(f"--allow-origin is {origin!r}: give one like https://chat.example.org")
    for name in options.allow_hosts:
        if not re.fullmatch(r"[\w.-]+(:\d+)?|\[?[0-9A-Fa-f:.]+\]?", name):
            raise SettingsError(f"--allow-host is {name!r}: give a name alone, like chat.example.org")
    if options.trusted_proxy is not None and not _is_address(options.trusted_proxy):
        raise SettingsError(f"--trusted-proxy is {options.trusted_proxy!r}: give its IP address")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a host names this machine alone. Raises SettingsError for one that leads nowhere."""
    if not host:
        return False  # every interface
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"--host is {host}: it leads nowhere ({error}).") from None
    return all(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_loopback for entry in found)


def bound_socket(options: ServeOptions) -> socket.socket:
    """Return a socket bound to where the server is to listen. Raises SettingsError where that cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            options.host or None, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
    except (OSError, OverflowError) as error:
        raise SettingsError(f"--host is {options.host}, --port is {options.port}: {error}.") from None
    try:
        if os.name != "nt":  # there it would let two servers share a port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(socket.SOMAXCONN)  # from here on the port is taken; who connects waits for the model
    except OSError as error:
        found.close()
        taken = error.errno == errno.EADDRINUSE
        why = "is in use" if taken else f"cannot be used on {options.host} ({error.strerror})"
        raise SettingsError(f"--port is {options.port}: it {why}; give a free one.") from None
    found.setblocking(False)
    return found


def add_server_options(one: argparse.ArgumentParser) -> None:
    """Add where a server listens and who may ask it; shared by `serve` and `mcp`."""
    group = one.add_argument_group("server")
    option(group, "--host", "H", f"address to listen on (default: {HOST}); beyond this machine set {TOKEN}")
    option(group, "--port", "N", f"port (default: {PORT}); 0 takes a free one", type=_port, default=PORT)
    option(group, "--workers", "N", "answers at a time (default: 2)", type=_count)
    option(group, "--waiting", "N", "requests that may wait for one (default: 64)", type=_count)
    option(group, "--timeout-s", "S", "seconds for a request (default: 120)", type=_seconds)
    option(
        group, "--grace-s", "S", "seconds for what is being answered at the end (default: 10)", type=_count
    )
    option(group, "--rate", "N", "requests a minute and client (default: 1200; 0: any)", type=_rate)
    option(
        group, "--allow-host", "NAME", "further name the server is reached by, behind a proxy", dest="allow_hosts",
        action="append",
    )  # fmt: skip
    option(
        group, "--allow-origin", "URL", "page that may ask from a browser, such as https://chat.example.org",
        dest="allow_origins", action="append",
    )  # fmt: skip
    option(group, "--trusted-proxy", "IP", "proxy whose X-Forwarded-For is believed")
    option(group, "--tls-cert", "FILE", "certificate in PEM, to serve https", type=Path)
    option(group, "--tls-key", "FILE", "its key", type=Path)


def add_change_options(one: argparse.ArgumentParser) -> None:
    """Add what clients may change on the server."""
    flag(one, "--read-only", "nobody adds or removes articles")
    option(
        one, "--allow-path", "DIR", "folder of this machine that clients may have ingested by its path",
        dest="allow_paths", action="append",
    )  # fmt: skip


def _from(kind: Callable[[str], N], fits: Callable[[N], bool], needed: str) -> Callable[[str], N]:
    """Return what reads a number of the command line, and says what is needed where it does not fit."""

    def read(text: str) -> N:
        try:
            value = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"is {text!r}: needed is a number") from None
        if not fits(value):
            raise argparse.ArgumentTypeError(f"is {text}: {needed}")
        return value

    return read


_port = _from(int, lambda value: 0 <= value <= 65535, "needed is a number from 0 to 65535")
_count = _from(int, lambda value: 1 <= value <= 10_000, "needed is a number from 1 up")
_rate = _from(int, lambda value: value >= 0, "needed is a number from 0 up")
_seconds = _from(float, lambda value: 0 < value <= 86_400, "needed are seconds above 0")

"""Find the chat models that servers offer: on the usual ports of this machine, and at an address the user gave."""

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread, Timer
from urllib.parse import urlsplit

import httpx

from assistant.core.address import bare_address
from assistant.core.settings import Settings
from assistant.models.chat.bounded import PackedReply, TooLargeReply, bound

HOST = "127.0.0.1"
PORTS = {"Ollama": 11434, "LM Studio": 1234, "vLLM": 8000, "llama.cpp": 8080}
OLLAMA = f"http://{HOST}:{PORTS['Ollama']}"
TIMEOUT_S = 0.5  # for a connection, and for each piece of a reply
LIMIT_S = 2 * TIMEOUT_S  # for the whole
MAX_BYTES, MAX_NAME, MAX_MODELS = 1_000_000, 120, 50  # of what a server may list
GIVEN = "--base-url"  # server of the address the user gave
WITHOUT_SERVER = ("none", "embedded", "gguf", "scripted")  # that are asked at no address
_PLAIN = re.compile(rf"[A-Za-z0-9][\w./:@+-]{{0,{MAX_NAME - 1}}}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A chat model that a server offers; the name is the server's own and not to be trusted."""

    server: str
    provider: str
    name: str
    base_url: str

    @property
    def model(self) -> str:
        """Return the model as the settings name it."""
        return f"{self.provider}:{self.name}"

    @property
    def label(self) -> str:
        """Return the name with the server that offers it."""
        return f"{self.name} ({self.server}, port {urlsplit(self.base_url).port})"


@dataclass(frozen=True, kw_only=True)
class Place:
    """An address that may hold a server, as the settings write it; `given` by the user, or a usual port."""

    server: str
    provider: str
    base_url: str
    given: bool = False


def usual_places(ports: Mapping[str, int] = PORTS) -> list[Place]:
    """Return the addresses of servers on the given ports of this machine."""
    return [
        Place(
            server=server,
            provider="ollama" if server == "Ollama" else "openai",
            base_url=f"http://{HOST}:{port}" + ("" if server == "Ollama" else "/v1"),
        )
        for server, port in ports.items()
    ]


def given_places(settings: Settings) -> list[Place]:
    """Return the addresses the user gave: the settings' base_url, and Ollama's at OLLAMA_HOST."""
    places = []
    provider = settings.model.partition(":")[0]
    if address := bare_address(settings.base_url):  # no secret in it is sent, nor shown
        kind = "openai" if provider in WITHOUT_SERVER else provider
        places.append(Place(server=GIVEN, provider=kind, base_url=address, given=True))
    if address := ollama_address(os.environ.get("OLLAMA_HOST", "")):
        places.append(Place(server="Ollama", provider="ollama", base_url=address, given=True))
    return places


def ollama_address(host: str) -> str | None:
    """Read OLLAMA_HOST as Ollama's client does: scheme and port may be left out; None where there is none.

    An address to listen on (0.0.0.0) stands for this machine.
    """
    if not (host := host.strip()):
        return None
    try:
        parts = urlsplit(host if "://" in host else f"//{host}", scheme="http")
        name, port = parts.hostname or HOST, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    usual = {"http": 80, "https": 443}[parts.scheme] if "://" in host else PORTS["Ollama"]
    name = HOST if name in ("0.0.0.0", "::") else f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{name}:{port or usual}{parts.path.rstrip('/')}"


def found_models(ports: Mapping[str, int] = PORTS) -> list[Found]:
    """Return the chat models that servers on this machine offer, by server and name.

    All ports are asked at once, on 127.0.0.1 only, and have half a second; a server that does not answer, or not in
    the form expected, offers none.
    """
    return [found for offered in look(usual_places(ports)).values() for found in offered or ()]


def look(places: Iterable[Place]) -> dict[Place, list[Found] | None]:
    """Ask every place at once what it offers, two seconds at most for all; None where nobody answers."""
    asked = _distinct(places)
    offered: dict[Place, list[Found] | None] = {}

    def ask(place: Place) -> None:
        offered[place] = _offered(place)

    # no daemon is waited for at exit
    threads = [Thread(target=ask, args=(place,), daemon=True) for place in asked]
    deadline = time.monotonic() + 2 * LIMIT_S
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return {place: offered.get(place) for place in asked}


def listed_names(address: str) -> list[str] | None:
    """Return the model names a server lists at an address, None where none answers there within a second."""
    body, tls = b"", address.startswith("https:")  # to read the certificates takes long, and http needs none
    try:
        with (
            httpx.Client(
                timeout=TIMEOUT_S,
                trust_env=False,
                verify=tls,
                headers={"Accept-Encoding": "gzip"},
                event_hooks={"response": [bound]},
            ) as client,
            _closed_after(client, LIMIT_S),
            client.stream("GET", address) as reply,
        ):
            deadline = time.monotonic() + TIMEOUT_S
            for piece in reply.iter_bytes():
                body += piece
                if len(body) > MAX_BYTES or time.monotonic() > deadline:
                    return []
        listed = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return None
    except (TooLargeReply, PackedReply, ValueError, RecursionError):
        return []
    entries = listed.get("models") or listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        return []
    names = [entry.get("name") or entry.get("id") for entry in entries if isinstance(entry, dict)]
    plain = [name for name in names if isinstance(name, str) and _PLAIN.fullmatch(name)]
    return list(dict.fromkeys(plain))[:MAX_MODELS]


@contextmanager
def _closed_after(client: httpx.Client, seconds: float) -> Iterator[None]:
    """Close a client's connections after a time: headers that come bit by bit outlast every other limit."""
    timer = Timer(seconds, client.close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def list_address(provider: str, base_url: str) -> str:
    """Return where a server of a provider lists its models."""
    return base_url.rstrip("/") + ("/api/tags" if provider == "ollama" else "/models")


def _offered(place: Place) -> list[Found] | None:
    names = listed_names(list_address(place.provider, place.base_url))
    if names is None:
        return None
    chat = (name for name in names if "embed" not in name.lower())  # those make vectors, not sentences
    return [
        Found(server=place.server, provider=place.provider, name=name, base_url=place.base_url)
        for name in sorted(chat)
    ]


def _distinct(places: Iterable[Place]) -> Sequence[Place]:
    """Leave out an address that comes twice; the first stays."""
    found: dict[tuple[str, str], Place] = {}
    for place in places:
        found.setdefault((place.provider, place.base_url.replace("//localhost", f"//{HOST}")), place)
    return list(found.values())

"""A reply that unpacks into gigabytes, or never ends, is cut off as it comes, whoever speaks to the server."""

import asyncio
import gzip
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from helpers import running
from langchain_core.messages import HumanMessage
from patience import LONG_S

from assistant.core.errors import ModelError, StoreUnreachable
from assistant.core.place import ServerAddress
from assistant.core.settings import load_settings
from assistant.index.served.server import ServerIndex
from assistant.models.chat.bounded import MAX_BYTES
from assistant.models.chat.failure import failure
from assistant.models.chat.load import load_chat_model
from assistant.write.model.generate import draft
from ui.providers.servers import listed_names
from ui.serve.client import ServerAssistant, ServerError

PATHS = {"openai": "/v1", "ollama": "", "anthropic": ""}


@cache
def bomb() -> bytes:
    return gzip.compress(b'{"a": "' + bytes(4 * MAX_BYTES), 1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if "plain" in self.path:
            self.send_header("Content-Length", str(4 * MAX_BYTES))
            self.end_headers()
            with suppress(OSError):  # it is hung up on
                for _ in range(4 * MAX_BYTES // 1_000_000):
                    self.wfile.write(bytes(1_000_000))
            return
        self.send_header("Content-Encoding", "zstd" if "zstd" in self.path else "gzip")
        self.send_header("Content-Length", str(len(bomb())))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(bomb())


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running(Handler) as address:
        yield address


@pytest.mark.parametrize("provider", PATHS)
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("gzip", "sent more than any answer needs"),
        ("plain", "sent more than any answer needs"),
        ("zstd", "packed its reply in a way that was not asked for"),
    ],
)
def test_a_reply_is_bounded_as_it_is_unpacked(server: str, provider: str, kind: str, told: str) -> None:
    settings = load_settings(model=f"{provider}:m", base_url=f"{server}/{kind}{PATHS[provider]}")
    model = load_chat_model(settings)
    assert model
    bomb()
    tracemalloc.start()
    with pytest.raises(ModelError, match=told):
        list(draft(model, [HumanMessage("Why?")], timeout_s=LONG_S))
    for ask in (model.invoke, lambda question: asyncio.run(model.ainvoke(question))):
        try:
            ask("Why?")
        except Exception as error:
            assert told in str(failure(model, error))
        else:
            raise AssertionError("it was read to its end")
    assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BYTES
    tracemalloc.stop()


def test_a_server_of_ours_and_a_store_are_bounded_too(server: str) -> None:
    bomb()
    tracemalloc.start()
    with pytest.raises(ServerError, match="answers as no server of this program does"):
        ServerAssistant.open(f"{server}/zstd", load_settings())
    with pytest.raises(StoreUnreachable, match="answers as no Chroma server does .more than 32 MB."):
        ServerIndex(
            ServerAddress(host="127.0.0.1", port=urlsplit(server).port or 0, tls=False), "i"
        ).current()
    assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BYTES
    tracemalloc.stop()


def test_a_list_of_models_is_bounded_too(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.providers.servers.TIMEOUT_S", LONG_S)
    monkeypatch.setattr("ui.providers.servers.LIMIT_S", LONG_S)
    assert listed_names(f"{server}/gzip") == []
    assert listed_names(f"{server}/zstd") == []

"""Bound what a server may send: the reply is unpacked piece by piece and ends where it grows too large."""

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_BYTES = 32 * 1000 * 1000  # of one reply, unpacked: a draft of a hundred thousand streamed tokens
_PIECE = 64 * 1024
_CLIENTS = ("root_client", "root_async_client", "_client", "_async_client")  # of providers' LangChain models


class TooLargeReply(Exception):
    """A reply that is larger than any draft."""


class PackedReply(Exception):
    """A reply that is packed in a way that was not asked for."""


def bound_replies(model: "BaseChatModel") -> "BaseChatModel":
    """Bound every reply that the clients of a provider's model read from now on; return the model."""
    for name in _CLIENTS:
        client = getattr(model, name, None)
        inner: Any = getattr(client, "_client", None)  # of httpx, within the provider's own
        if hasattr(inner, "event_hooks"):
            hook = _bound_async if hasattr(inner, "aclose") else bound
            hooks = inner.event_hooks
            if hook not in hooks["response"]:
                inner.event_hooks = {**hooks, "response": [*hooks["response"], hook]}
                inner.headers["Accept-Encoding"] = "gzip"
    return model


def bound(response: Any, most: int = MAX_BYTES) -> None:
    """Bound the body of a response of httpx, as a hook of its client, which is to ask for gzip or nothing."""
    _wrap(response, _Bounded, most)


async def _bound_async(response: Any) -> None:
    _wrap(response, _AsyncBounded, MAX_BYTES)


class _Unpacker:
    """Unpacks pieces of a body. Raises TooLargeReply beyond so many bytes."""

    def __init__(self, packed: bool, most: int) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed else None
        self._most = self._left = most

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._zlib is None:
            yield self._count(data)
            return
        while data:
            try:
                yield self._count(self._zlib.decompress(data, _PIECE))
            except zlib.error as error:
                raise PackedReply(f"it cannot be unpacked: {error}") from None
            data = self._zlib.unconsumed_tail

    def _count(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise TooLargeReply(f"more than {self._most // 1_000_000} MB")
        return piece


class _Wrapped:
    def __init__(self, stream: Any, packed: bool, most: int) -> None:
        self._stream, self._packed, self._most = stream, packed, most


class _Bounded(_Wrapped):
    def __iter__(self) -> Iterator[bytes]:
        unpacker = _Unpacker(self._packed, self._most)
        for data in self._stream:
            yield from unpacker.feed(data)

    def close(self) -> None:
        self._stream.close()


class _AsyncBounded(_Wrapped):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        unpacker = _Unpacker(self._packed, self._most)
        async for data in self._stream:
            for piece in unpacker.feed(data):
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def _wrap(response: Any, kind: type[_Wrapped], most: int) -> None:
    encoding = response.headers.pop("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise PackedReply(f"its encoding is {encoding!r}, which was not asked for")
    base = next(item for item in type(response.stream).__mro__ if item.__name__.endswith("ByteStream"))
    bounded = type(kind.__name__, (kind, base), {})  # httpx looks at the class, and comes in two versions
    response.stream = bounded(response.stream, "gzip" in encoding, most)

"""Fetch a page from the web, from public addresses only."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from assistant.core.errors import LoadError
from assistant.core.types import Document
from ingest.load import make_document
from ingest.loaders.blocks import Draft
from ingest.loaders.html import read_html
from ingest.loaders.markdown import read_markdown
from ingest.loaders.pdf.read import read_pdf
from ingest.loaders.plain.text import read_text
from ingest.loaders.word.docx import read_docx
from ingest.sources.kinds import READERS
from ingest.sources.names import slug

if TYPE_CHECKING:
    import httpcore
    import httpx

MAX_BYTES = 20 * 1000 * 1000  # after unpacking
MAX_REDIRECTS = 5
TIMEOUT_S = 15.0  # for a connection and for each read
TOTAL_S = 90.0  # for the body
_TEXT_READERS: dict[str, Callable[[bytes, str | None], Draft]] = {
    "text/html": read_html,
    "application/xhtml+xml": read_html,
    "text/plain": read_text,
    "text/markdown": read_markdown,
    "text/x-markdown": read_markdown,
}
_BINARY_READERS: dict[str, Callable[[bytes], Draft]] = {
    "application/pdf": read_pdf,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": read_docx,
}
_HEADERS = {"User-Agent": "bpo-kpo-assistant", "Accept-Encoding": "gzip"}
Allow = Callable[[str], bool]  # takes an IP address
_IPV6_PUBLIC = ipaddress.IPv6Network("2000::/3")  # all that is given out so far
_SPECIAL = [  # registries of special-purpose addresses of IANA (RFC 6890), multicast, and what clouds keep for themselves
    ipaddress.ip_network(network)
    for network in (  # noqa: SIM905 - a list would be a line for each
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 "
        "198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 "
        "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20"
    ).split()
]


def is_public(address: str) -> bool:
    """Say whether an IP address is on the public internet.

    Addresses that wrap another one (IPv4-mapped, 6to4, NAT64) are not, whatever they wrap. Which ranges are special
    is listed here: what Python's `ipaddress` says of them changes from version to version.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip.scope_id or ip not in _IPV6_PUBLIC):
        return False
    return not any(ip in network for network in _SPECIAL if network.version == ip.version)


def load_url(url: str, *, allow: Allow = is_public) -> Document:
    """Fetch an address and read it as HTML, plain text, Markdown, PDF or DOCX by its content type.

    `allow` judges each IP address before it is connected to, on every redirect. Raises LoadError, whose text
    starts with the address.
    """
    import httpx

    try:
        address = _address(url)
        client = httpx.Client(
            transport=_transport(allow), trust_env=False, timeout=TIMEOUT_S, headers=_HEADERS
        )
        with client, _plain_errors():
            data, content_type, charset = _fetch(client, address)
        suffix = PurePosixPath(address.path).suffix.lower()
        reader = _reader(content_type, charset, suffix)
    except LoadError as error:
        raise LoadError(f"{url} {error}") from None
    path = address.path[: -len(suffix)] if suffix in READERS else address.path
    query = address.query.decode("ascii", "replace")
    return make_document(
        data,
        reader,
        doc_id=slug(f"{address.host}{path}/{query}"),
        source=str(address),
        name=PurePosixPath(path).name or address.host,
    )


def _address(url: str) -> "httpx.URL":
    import httpx

    try:
        address = httpx.URL(url.strip()).copy_with(fragment=None)
    except httpx.InvalidURL as error:
        raise LoadError(f"is not a web address ({error}); mend it") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise LoadError("is not an http or https address; use one that begins with https://")
    if address.userinfo:
        raise LoadError("holds a user name or password; remove it, pages behind a login cannot be read")
    return address


def _fetch(client: "httpx.Client", address: "httpx.URL") -> tuple[bytes, str, str | None]:
    """Follow redirects by hand, so that each new address is checked and no body on the way is read."""
    for _ in range(MAX_REDIRECTS + 1):
        with client.stream("GET", address) as response:
            if response.has_redirect_location:
                address = _address(str(address.join(response.headers["location"])))
                continue
            if response.status_code != 200:
                phrase = f"{response.status_code} {response.reason_phrase}".strip()
                raise LoadError(f"was answered with {phrase}; check the address")
            content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return _body(response), content_type, response.charset_encoding
    raise LoadError(f"was redirected more than {MAX_REDIRECTS} times; use the final address")


def _body(response: "httpx.Response") -> bytes:
    # Other encodings, or several, could unpack a small part into a very large one.
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise LoadError(
            f"was sent in the encoding {encoding!r}, which was not asked for; download it by hand"
        )
    deadline = time.monotonic() + TOTAL_S
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > MAX_BYTES:
            raise LoadError(f"holds more than {MAX_BYTES // 1_000_000} MB; download it and split it up")
        if time.monotonic() > deadline:
            raise LoadError(f"was not complete after {TOTAL_S:.0f} seconds; try again later")
    return bytes(body)


def _reader(content_type: str, charset: str | None, suffix: str) -> Callable[[bytes], Draft]:
    """Choose the reader by content type; by suffix where the type says little."""
    if content_type in ("", "application/octet-stream", "binary/octet-stream") and suffix in READERS:
        return READERS[suffix]
    if content_type in _BINARY_READERS:
        return _BINARY_READERS[content_type]
    if content_type == "text/plain" and suffix in (".md", ".markdown"):
        content_type = "text/markdown"
    if content_type not in _TEXT_READERS:
        raise LoadError(
            f"is of the type {content_type or 'unknown'!r}; only HTML, text, Markdown, PDF and DOCX are read"
        )
    read = _TEXT_READERS[content_type]
    return lambda data: read(data, charset)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what can go wrong on the network into a LoadError."""
    import httpx

    try:
        yield
    except httpx.TimeoutException:
        raise LoadError(f"did not answer within {TIMEOUT_S:.0f} seconds; try again later") from None
    except httpx.HTTPError as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise LoadError(f"could not be fetched ({reason}); check the address and the connection") from None


def _transport(allow: Allow) -> "httpx.HTTPTransport":
    import httpcore
    import httpx

    class PublicBackend(httpcore.SyncBackend):
        """Connects to an address it has checked itself, so that a second look-up cannot lead elsewhere."""

        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            *others, last = _resolve(host, port, allow)
            for address in others:
                try:
                    return _checked(
                        super().connect_tcp(address, port, timeout, local_address, socket_options), allow
                    )
                except httpcore.ConnectError:
                    continue  # often IPv6 without a route; the last one's error is the one raised
            return _checked(super().connect_tcp(last, port, timeout, local_address, socket_options), allow)

        def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
            raise LoadError("leads to a socket file; use a web address")

    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no argument for the backend; its own pool has connected to nothing yet.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(), network_backend=PublicBackend()
    )
    return transport


def _checked(stream: "httpcore.NetworkStream", allow: Allow) -> "httpcore.NetworkStream":
    """Return a connection whose other end is allowed; close it and raise LoadError for another."""
    address = str(stream.get_extra_info("server_addr")[0])
    if not allow(address):
        stream.close()
        raise LoadError(_INWARD.format(address))
    return stream


_INWARD = "leads to {}, which is not a public address; download the page by hand"


def _resolve(host: str, port: int, allow: Allow) -> list[str]:
    """Look a host up and return its addresses; raises LoadError if any of them is not allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LoadError(f"could not be fetched: the host {host!r} was not found ({error})") from None
    addresses = [str(item[4][0]) for item in found]
    for address in addresses:
        if not allow(address):
            raise LoadError(_INWARD.format(address))
    return addresses

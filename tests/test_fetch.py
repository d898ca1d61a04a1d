import gzip
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fpdf import FPDF
from helpers import running

from assistant.core.errors import LoadError
from ingest import fetch
from ingest.fetch import is_public, load_url

PAGE = b"""<html><head><title>On KPO</title></head><body><nav><a href=/>Menu</a></nav><article>
<h1>On KPO</h1><p>Knowledge work is handed over.</p></article><footer>Imprint</footer></body></html>"""


def pdf() -> bytes:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    made.cell(0, 6, "Words of the paper.")
    return bytes(made.output())


class Handler(BaseHTTPRequestHandler):
    visited: list[str]
    pages = {
        "/kpo.html": ("text/html; charset=utf-8", PAGE),
        "/latin": ("text/html; charset=iso-8859-1", "<p>Zürich costs more.</p>".encode("latin-1")),
        "/notes.md": ("text/plain", b"# Notes\n\nIt is **so**.\n"),
        "/plain": ("text/plain", b"It is **so**."),
        "/markdown": ("text/markdown", b"It is **so**."),
        "/paper.pdf": ("application/octet-stream", pdf()),
        "/empty": ("text/plain", b""),
        "/image": ("image/png", b"\x89PNG"),
        "/bomb": ("text/plain", b""),
        "/brotli": ("text/plain", b"x"),
    }

    def do_GET(self) -> None:
        self.visited.append(self.path)
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif path.startswith("/again"):
            self.send_response(302)
            self.send_header("Location", path + "x")
            self.end_headers()
        elif path == "/endless":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self._pour(b"words " * 20_000)
        elif path in self.pages:
            kind, body = self.pages[path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            if path == "/bomb":
                body = gzip.compress(b"words " * 5_000_000)
                self.send_header("Content-Encoding", "gzip")
            if path == "/brotli":
                self.send_header("Content-Encoding", "gzip, gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self._pour(body, times=1)
        else:
            self.send_error(404)

    def _pour(self, body: bytes, times: int = 1000) -> None:
        try:
            for _ in range(times):
                self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the reader has had enough

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[tuple[list[str], str]]:
    visited: list[str] = []
    with running(type("Fresh", (Handler,), {"visited": visited}), tls) as address:
        yield visited, address


@pytest.fixture
def site() -> Iterator[tuple[list[str], str]]:
    with serve() as found:
        yield found


def anything(_: str) -> bool:
    return True


def refusal(url: str, allow: Callable[[str], bool] = anything) -> str:
    with pytest.raises(LoadError) as caught:
        load_url(url, allow=allow)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(url)
    return text.removeprefix(url + " ")


def test_html_is_read_as_main_text(site: tuple[list[str], str]) -> None:
    document = load_url(f"{site[1]}/kpo.html?page=2#part", allow=anything)
    assert document.text == "On KPO\n\nKnowledge work is handed over."
    assert (document.title, document.source) == ("On KPO", f"{site[1]}/kpo.html?page=2")
    assert document.doc_id == "127.0.0.1/kpo/page-2"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/latin", "Zürich costs more."),
        ("/notes.md", "Notes\n\nIt is so."),
        ("/plain", "It is **so**."),
        ("/markdown", "It is so."),
        ("/paper.pdf", "Words of the paper."),
        ("/to//plain", "It is **so**."),
    ],
)
def test_reader_follows_the_content_type(site: tuple[list[str], str], path: str, text: str) -> None:
    assert load_url(site[1] + path, allow=anything).text == text


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/missing", "was answered with 404 Not Found; check the address"),
        ("/image", "is of the type 'image/png'; only HTML, text, Markdown, PDF and DOCX are read"),
        ("/empty", "is empty; fill it or remove it"),
        ("/again", "was redirected more than 5 times; use the final address"),
        ("/endless", "holds more than 20 MB; download it and split it up"),
        ("/bomb", "holds more than 20 MB; download it and split it up"),
        ("/brotli", "was sent in the encoding 'gzip, gzip', which was not asked for; download it by hand"),
        ("/to/ftp://127.0.0.1/x", "is not an http or https address; use one that begins with https://"),
        ("/to/file:///etc/passwd", "is not an http or https address; use one that begins with https://"),
    ],
)
def test_bad_answers(site: tuple[list[str], str], path: str, reason: str) -> None:
    assert refusal(site[1] + path) == reason


def test_five_redirects_are_followed(site: tuple[list[str], str]) -> None:
    assert load_url(f"{site[1]}{'/to/' * 5}/plain", allow=anything).text == "It is **so**."
    assert len(site[0]) == 6


def test_silent_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert refusal(url).startswith("did not answer within")


def test_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert refusal(f"http://127.0.0.1:{port}/").startswith("could not be fetched (")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "example.org",
        "http://",
        "http://user:word@example.org/",
        "http://[::1",
    ],
)
def test_addresses_that_are_not_tried(url: str) -> None:
    assert refusal(url).rpartition("; ")[2]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_own_machine_is_refused(site: tuple[list[str], str], host: str) -> None:
    port = site[1].rpartition(":")[2]
    reason = refusal(f"http://{host}:{port}/kpo.html", allow=is_public)
    assert "not a public address" in reason or "was not found" in reason
    assert site[0] == []


def test_redirect_to_another_own_address_is_refused(site: tuple[list[str], str]) -> None:
    port = site[1].rpartition(":")[2]
    reason = refusal(f"{site[1]}/to/http://127.0.0.2:{port}/kpo.html", allow=lambda ip: ip == "127.0.0.1")
    assert reason == "leads to 127.0.0.2, which is not a public address; download the page by hand"
    assert len(site[0]) == 1


def test_host_is_looked_up_once_and_that_address_is_used(
    site: tuple[list[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site[1].rpartition(":")[2])
    answers = iter(["127.0.0.1", "127.0.0.2"])
    real = socket.getaddrinfo

    def rebinding(host: str, *args: object, **kwargs: object) -> object:
        if host == "rebind.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]
        return real(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    judged: list[str] = []
    document = load_url(f"http://rebind.example:{port}/plain", allow=lambda ip: not judged.append(ip))  # type: ignore[func-returns-value]
    assert (document.doc_id, judged, next(answers)) == (
        "rebind.example/plain",
        ["127.0.0.1", "127.0.0.1"],
        "127.0.0.2",
    )


def test_the_end_that_was_connected_to_is_judged_too(site: tuple[list[str], str]) -> None:
    judged: list[str] = []

    def first_time_only(ip: str) -> bool:
        judged.append(ip)
        return len(judged) == 1

    port = site[1].rpartition(":")[2]
    reason = refusal(f"http://127.0.0.1:{port}/plain", allow=first_time_only)
    assert reason == "leads to 127.0.0.1, which is not a public address; download the page by hand"
    assert (judged, site[0]) == (["127.0.0.1", "127.0.0.1"], [])


def test_proxy_variables_are_ignored(site: tuple[list[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert load_url(f"{site[1]}/plain", allow=anything).text == "It is **so**."


def certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(("name", "fits"), [("localhost", True), ("other.example", False)])
def test_certificate_is_checked_against_the_host_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fits: bool
) -> None:
    path = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with serve(context) as (_, address):
        url = f"{address.replace('127.0.0.1', 'localhost')}/plain"
        if fits:
            assert load_url(url, allow=anything).text == "It is **so**."
        else:
            assert "certificate" in refusal(url).lower()


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",  # private
        "172.16.5.5",
        "192.168.1.1",
        "100.64.0.1",  # shared by a provider's customers
        "127.0.0.1",
        "169.254.169.254",  # link-local: a cloud's metadata
        "0.0.0.0",
        "224.0.0.1",  # multicast
        "240.0.0.1",  # reserved
        "255.255.255.255",
        "192.0.2.1",  # documentation
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:8.8.8.8",  # mapped
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",  # NAT64
        "2002:7f00:1::1",  # 6to4
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
        "fec0::1",  # site-local
        "192.0.0.192",  # a cloud's metadata
        "168.63.129.16",  # another one's
        "100.100.100.200",  # and another's
        "192.88.99.1",  # the way to 6to4
        "192.175.48.6",  # sink of reverse look-ups
        "3fff::1",  # documentation
        "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
        "5f00::1",  # segment routing
        "100::1",  # discarded
        "2001:1ff:ffff::1",
        "239.255.255.250",
        "255.255.255.255",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "192.0.1.1",
        "192.88.98.255",
        "223.255.255.255",
        "168.63.129.17",
        "2606:2800:220:1:248:1893:25c8:1946",
        "2001:200::1",
        "3fff:1000::1",
    ],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)

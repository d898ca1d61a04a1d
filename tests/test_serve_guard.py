"""Who may ask a server: the name it is reached by, the page that asks, the token, the rate; and how it starts."""

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from serving import client_of
from small_index import build
from starlette.testclient import TestClient

from assistant import Assistant, SettingsError
from ui.cli.parse import build_parser, main
from ui.serve.options import ServeOptions, bound_socket, is_loopback, read_options

TOKEN = "a-token-of-the-test-1"
ASK = {"question": "What does KPO stand for?"}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(build(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with client_of(assistant, rate=0) as found:
        yield found


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("LOCALHOST:99", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:8000", 421),
        ("evil.example:127", 421),
        ("", 421),
    ],
)
def test_a_name_that_leads_here_from_elsewhere_is_refused(client: TestClient, host: str, status: int) -> None:
    assert client.get("/v1/index", headers={"Host": host}).status_code == status
    assert client.get("/healthz", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://127.0.0.1:8000"}, 200),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 200),
    ],
)
def test_a_page_of_another_origin_is_refused(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/v1/ask", json=ASK, headers=headers).status_code == status


def test_a_page_that_was_allowed_may_ask(assistant: Assistant) -> None:
    page = "https://chat.example.org"
    with client_of(assistant, allow_origins=(page,), allow_hosts=("bpo.example.org",), token=TOKEN) as client:
        head = {"Origin": page, "Host": "bpo.example.org", "Authorization": f"Bearer {TOKEN}"}
        reply = client.post("/v1/ask", json=ASK, headers=head)
        assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (200, page)
        before = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        assert client.options("/v1/ask", headers={"Origin": page, **before}).status_code == 200
        assert (
            client.options("/v1/ask", headers={"Origin": "https://evil.example", **before}).status_code == 400
        )
        other = client.post("/v1/ask", json=ASK, headers=head | {"Origin": "https://evil.example"})
        assert other.status_code == 403
        assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer \xe9", 401),
    ],
)
def test_the_token_is_asked_for(assistant: Assistant, sent: str | None, status: int) -> None:
    with client_of(assistant, token=TOKEN) as client:
        headers = {} if sent is None else {"Authorization": sent.encode("latin-1")}
        for path in ("/v1/index", "/metrics", "/openapi.json", "/v1/models"):
            assert client.get(path, headers=headers).status_code == status  # type: ignore[arg-type]
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_the_description_says_where_the_token_is_asked_for(assistant: Assistant, client: TestClient) -> None:
    with client_of(assistant, token=TOKEN) as asking:
        described = asking.get("/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    without = [
        path for path, found in described["paths"].items() if "security" not in next(iter(found.values()))
    ]
    assert without == ["/healthz", "/readyz"]
    assert "securitySchemes" not in client.get("/openapi.json").json()["components"]


def test_more_than_the_rate_is_told_to_wait(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.serve.guard.time", SimpleNamespace(monotonic=lambda: 100.0))  # all at one moment
    with client_of(assistant, rate=12) as client:  # two at once, then one in five seconds
        replies = [client.get("/v1/models") for _ in range(4)]
        assert [reply.status_code for reply in replies] == [200, 200, 429, 429]
        assert 1 <= int(replies[-1].headers["retry-after"]) <= 6
        assert client.get("/healthz").status_code == 200


def options(*words: str) -> ServeOptions:
    return read_options(build_parser().parse_args(["serve", *words]))


def test_beyond_this_machine_a_token_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BPO_KPO_SERVER_TOKEN", raising=False)
    for host in ("0.0.0.0", "::", "192.0.2.7"):
        with pytest.raises(SettingsError, match="BPO_KPO_SERVER_TOKEN"):
            options("--host", host)
    assert options("--host", "127.0.0.1").token is None
    monkeypatch.setenv("BPO_KPO_SERVER_TOKEN", "short")
    with pytest.raises(SettingsError, match="at least 16") as refused:
        options("--host", "0.0.0.0")
    assert "short" not in str(refused.value)
    monkeypatch.setenv("BPO_KPO_SERVER_TOKEN", TOKEN)
    assert options("--host", "0.0.0.0").token == TOKEN


def test_which_hosts_are_this_machine_alone() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [True] * 4
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "", "10.0.0.1", "8.8.8.8")] == [False] * 5


def test_what_a_server_cannot_start_with_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BPO_KPO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BPO_KPO_SERVER_TOKEN", raising=False)
    for words in (
        ["--host", "0.0.0.0"],
        ["--tls-cert", str(tmp_path / "none.pem")],
        ["--allow-path", str(tmp_path / "none")],
        ["--allow-origin", "chat.example.org"],
        ["--allow-host", "http://chat.example.org/"],
        ["--trusted-proxy", "proxy"],
        ["--index", "none-of-this-name", "--port", "0"],
    ):
        assert main(["serve", *words]) == 1, words
        said = capsys.readouterr().err
        assert said.startswith("bpo-kpo: ") and said.count("\n") == 1, said


def test_a_port_that_is_taken_is_told_before_anything_is_loaded() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"--port is {port}"):
            bound_socket(ServeOptions(port=port))

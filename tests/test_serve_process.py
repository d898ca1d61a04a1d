"""The server as a process of its own: it starts, is used by many at once and over our own client, and ends cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import uvicorn
from doc_blocks import ROOT
from doc_files import link_weights
from openai_server import serve
from patience import LONG_S, free_port, wait_until
from serving import Served, events, served
from small_index import build
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from streamlit.testing.v1 import AppTest

from assistant import Assistant, InputError, Message, Settings, SettingsError
from assistant.core.types import AnswerDone, ClaimShown
from ui.serve import run
from ui.serve.client import ServerAssistant, ServerError

TOKEN = "a-token-of-the-test-1"
QUESTIONS = (
    "What does KPO stand for?",
    "What does KPO need?",
    "What does BPO need?",
    "What are the risks of KPO?",
    "In which year did GE sold GECIS?",
    "Who won the chess olympiad?",
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = build(tmp_path_factory.mktemp("data"))
    link_weights(settings.data_dir)
    return settings


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[Served]:
    variables = {
        "BPO_KPO_SERVER_TOKEN": TOKEN,
        "BPO_KPO_EMBEDDER": settings.embedder,
        "BPO_KPO_DTYPE": "float32",
    }
    with served(
        settings.data_dir, "--model", "none", "--checker", "judge", "--rate", "0", **variables
    ) as found:
        yield found


@pytest.fixture
def remote(server: Served, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerAssistant]:
    monkeypatch.setenv("BPO_KPO_SERVER_TOKEN", TOKEN)
    found = ServerAssistant.open(server.address, settings)
    yield found
    found.close()


def test_the_client_gives_what_the_assistant_here_gives(remote: ServerAssistant, settings: Settings) -> None:
    here = Assistant.open(settings)
    for question in QUESTIONS:
        far, near = remote.ask(question).to_dict(), here.ask(question).to_dict()
        assert {**far, "timings_s": 0} == {**near, "timings_s": 0}
    assert remote.search("attrition", 1) == here.search("attrition", 1)
    assert remote.verify("It rains.", ["It rains."]) == here.verify("It rains.", ["It rains."])
    cited = remote.ask(QUESTIONS[0]).citations[0]
    assert remote.document(cited.doc_id) == here.document(cited.doc_id)
    assert (remote.index()["titles"], remote.index()["index_id"]) == (here.titles, here.index_id)


def test_the_client_streams_and_reads_the_history(remote: ServerAssistant) -> None:
    shown = list(remote.ask_stream(QUESTIONS[0]))
    assert [type(event) for event in shown] == [ClaimShown, AnswerDone]
    history = [
        Message(role="user", content="What does KPO need?"),
        Message(role="assistant", content="Experts."),
    ]
    assert "stands for" in remote.ask("And what does it stand for?", history).text
    assert isinstance(remote.following(remote.ask(QUESTIONS[0])), list)
    assert all(remote.ask(question).claims for question in remote.starters())


def test_the_client_adds_and_removes(remote: ServerAssistant) -> None:
    job = remote.add([("vell.md", b"# Vell\n\nThe harbour of Vell opened in 1904.\n")])
    assert remote.job(job["job_id"], wait_s=60)["report"]["added"] == ["vell"]
    assert "1904" in remote.ask("When did the harbour of Vell open?").text
    assert remote.documents("vell")["total"] == 1
    remote.remove("vell")
    assert remote.documents("vell")["total"] == 0
    with pytest.raises(InputError):
        remote.remove("vell")
    with pytest.raises(KeyError):
        remote.document("vell")


def test_the_client_says_in_one_line_what_is_wrong(
    server: Served, settings: Settings, monkeypatch: pytest.MonkeyPatch, remote: ServerAssistant
) -> None:
    with pytest.raises(InputError):
        remote.ask("")
    with pytest.raises(SettingsError, match="address of a server"):
        ServerAssistant("127.0.0.1:8000", settings)
    with pytest.raises(ServerError, match="cannot be reached"):
        ServerAssistant.open(f"http://127.0.0.1:{free_port()}", settings)
    monkeypatch.setenv("BPO_KPO_SERVER_TOKEN", "another-token-of-16")
    with pytest.raises(ServerError, match="set BPO_KPO_SERVER_TOKEN"):
        ServerAssistant.open(server.address, settings)


def test_many_at_once_get_each_their_own_answer(remote: ServerAssistant) -> None:
    alone = {question: remote.ask(question).text for question in QUESTIONS}
    assert len(set(alone.values())) >= 4

    def asked(at: int) -> bool:
        question = QUESTIONS[at % len(QUESTIONS)]
        answer = remote.ask(question)
        return (answer.question, answer.text) == (question, alone[question])

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(asked, range(48)))


def test_a_reader_that_leaves_gives_its_place_back(server: Served, remote: ServerAssistant) -> None:
    for _ in range(8):
        events = remote.ask_stream("What are the risks of KPO?")
        next(events)
        events.close()
    wait_until(lambda: "bpo_kpo_held 0.0" in metrics(server, {"Authorization": f"Bearer {TOKEN}"}))


def metrics(server: Served, headers: dict[str, str]) -> str:
    return httpx.get(f"{server.address}/metrics", headers=headers, trust_env=False).text


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_server_that_is_stopped_ends_what_it_began(settings: Settings, name: str) -> None:
    variables = {"BPO_KPO_EMBEDDER": settings.embedder, "BPO_KPO_SERVER_TOKEN": ""}
    with served(settings.data_dir, "--model", "none", "--grace-s", "300", **variables) as server:
        client = ServerAssistant(server.address, settings)
        told: list[str] = []
        asking = threading.Thread(target=lambda: told.append(client.ask("What are the risks of KPO?").text))
        asking.start()
        wait_until(lambda: told or "bpo_kpo_held 0.0" not in metrics(server, {}))
        code, said = server.stop(signal.Signals[name])
        asking.join(LONG_S)
        assert (code, len(told)) == (0, 1)
        assert "Traceback" not in said
        assert said.startswith("Serving default, 1 article, model none, at http://127.0.0.1:")
        assert said.count("\n") == 1, said


def test_what_is_not_done_when_a_stopped_server_ends_is_told_so(settings: Settings) -> None:
    variables = {"BPO_KPO_EMBEDDER": settings.embedder, "BPO_KPO_SERVER_TOKEN": ""}
    body = {"question": "What are the risks of KPO?"}
    streaming = threading.Event()
    replies: dict[bool, tuple[int, str]] = {}

    def ask(address: str, stream: bool) -> None:
        sent = body | {"stream": stream}
        with httpx.stream("POST", f"{address}/v1/ask", json=sent, trust_env=False, timeout=LONG_S) as reply:
            if stream:
                streaming.set()
            replies[stream] = (reply.status_code, reply.read().decode())

    with (
        serve("slow") as model,
        served(
            settings.data_dir,
            "--model",
            "openai:m",
            "--base-url",
            model.base_url,
            "--grace-s",
            "1",
            **variables,
        ) as server,
    ):
        threads = [threading.Thread(target=ask, args=(server.address, stream)) for stream in (False, True)]
        for thread in threads:
            thread.start()
        assert streaming.wait(LONG_S)
        wait_until(lambda: "bpo_kpo_held 2.0" in metrics(server, {}))
        code, said = server.stop()
        for thread in threads:
            thread.join(LONG_S)
    told = {
        "message": "The server is being stopped: ask again later.", "type": "busy", "param": None, "code": None,
    }  # fmt: skip
    assert code == 0
    assert (replies[False][0], json.loads(replies[False][1])) == (503, {"error": told})
    assert replies[True][0] == 200
    assert [(name, json.loads(data)) for name, data in events(replies[True][1])] == [
        ("error", {"error": told})
    ]
    assert said.count("\n") == 1, said


def test_a_head_that_comes_too_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BODY_S", 0.5)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("here")(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(app, http=run.Arriving, lifespan="off", log_level="warning"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=server.run, args=([listener],), daemon=True).start()
        address = listener.getsockname()
        with socket.create_connection(address) as slow:
            slow.settimeout(0.1)
            wait_until(lambda: not still_open(slow, b"G"))
        assert httpx.get(f"http://{address[0]}:{address[1]}/", trust_env=False).text == "here"
        server.should_exit = True


def still_open(connection: socket.socket, more: bytes) -> bool:
    """Send a little more; tell whether the other side has not closed the connection."""
    try:
        connection.sendall(more)
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def test_a_process_ends_whatever_its_threads_do() -> None:
    words = (
        "import atexit, threading, time\n"
        "from ui.serve.run import leave\n"
        "atexit.register(print, 'tidied')\n"
        "threading.Thread(target=time.sleep, args=(3600,)).start()\n"  # no daemon: the interpreter waits for it
        "leave(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, timeout=LONG_S, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "tidied\n", "")


def test_the_page_over_a_server_answers_and_shows_the_source(
    server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SERVER", server.address), ("SERVER_TOKEN", TOKEN), ("DATA_DIR", str(tmp_path))):
        monkeypatch.setenv(f"BPO_KPO_{name}", value)
    page = AppTest.from_file(str(ROOT / "ui" / "page" / "shared.py"), default_timeout=LONG_S).run()
    assert not page.exception
    page.chat_input[0].set_value("What does KPO stand for?").run()
    (source,) = [button for button in page.button if button.label == ":grey[Source] 1"]
    source.click().run()
    shown = [str(item.proto) for item in page.get("html")]
    assert any("<mark>KPO stands for Knowledge Process Outsourcing.</mark>" in text for text in shown)
    assert not page.exception


REMOVES = "DELETE /v1/documents/{doc_id}"


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        # removing comes after all else has found an article; ingesting fetches, and brings in the bundled articles
        (("--exclude-path", "/v1/ingest", "--exclude-name", REMOVES), 18),
        (("--include-path-regex", "^/v1/documents"), 4),
    ],
)
def test_schemathesis_finds_nothing_in_what_the_server_does(
    server: Served, tmp_path: Path, chosen: tuple[str, ...], count: int
) -> None:
    words = [
        *(
            "--config-file",
            str(ROOT / "tests" / "schemathesis.toml"),
            "run",
            f"{server.address}/openapi.json",
        ),
        *("--header", f"Authorization: Bearer {TOKEN}", *chosen),
        *("--max-examples", "5", "--seed", "1", "--generation-database", "none", "--no-color"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", *words],
        cwd=tmp_path, env=os.environ | {"NO_PROXY": "127.0.0.1"}, capture_output=True, text=True,
        check=False, timeout=3 * LONG_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} selected / 20 total" in done.stdout
    assert f"Tested: {count}" in done.stdout

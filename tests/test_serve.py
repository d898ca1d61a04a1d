"""The HTTP interface: what each route takes and gives, on an index of one short article."""

import json
import re
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from patience import LONG_S, wait_until
from serving import client_of, events
from small_index import build
from starlette.testclient import TestClient

from assistant import Assistant, Settings
from assistant.core.types import Answer, Event, Message
from assistant.models.embedder.embedder import Embedder
from ingest.index import IndexReport
from ui.library.job import Job, Outcome
from ui.serve.jobs import Jobs
from ui.serve.routes.shapes import AnswerBody, ReportBody
from ui.serve.workers import Stopping

QUOTE = "KPO stands for Knowledge Process Outsourcing."
VELL = b"# Vell\n\nThe harbour of Vell opened in 1904.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(build(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with client_of(assistant, rate=0) as found:
        yield found


def problem(reply: Any) -> tuple[int, str, str]:
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert "\n" not in error["message"]
    return reply.status_code, error["type"], error["message"]


def done(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/jobs/{job['job_id']}?wait_s=60").json()
    return found


def test_an_answer_comes_whole_as_the_assistant_gives_it(client: TestClient, assistant: Assistant) -> None:
    body = client.post("/v1/ask", json={"question": "What does KPO stand for?"}).json()
    assert [(claim["text"], claim["citations"]) for claim in body["claims"]] == [(QUOTE, [1])]
    cited = body["citations"][0]
    text = client.get(f"/v1/documents/{cited['doc_id']}").json()["text"]
    assert text[cited["start"] : cited["end"]] == cited["quote"] == QUOTE
    asked = assistant.ask("What does KPO stand for?").to_dict()
    assert {**body, "timings_s": None} == {**asked, "timings_s": None}


def test_what_is_described_has_every_field_of_the_contract() -> None:
    assert set(AnswerBody.model_fields) == set(Answer(question="?").to_dict())
    assert set(ReportBody.model_fields) == set(IndexReport(index="default").to_dict())


def test_a_stream_gives_each_sentence_and_then_the_whole(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={"question": "What does KPO stand for?", "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    found = [(name, json.loads(data)) for name, data in events(reply.text)]
    assert [name for name, _ in found] == ["claim", "answer"]
    assert found[0][1]["claim"]["text"] == QUOTE
    assert found[0][1]["new_citations"][0]["quote"] == QUOTE
    assert found[1][1]["claims"] == [found[0][1]["claim"]]


def test_a_follow_up_is_read_with_the_history(client: TestClient) -> None:
    turns = [
        {"role": "user", "content": "What does KPO need?"},
        {"role": "assistant", "content": "Professionals."},
    ]
    body = client.post("/v1/ask", json={"question": "And what does it stand for?", "history": turns}).json()
    assert body["claims"][0]["text"] == QUOTE


def test_articles_that_are_named_are_asked_alone(client: TestClient) -> None:
    asked = {"question": "What does KPO stand for?", "articles": ["Two models"]}
    assert list(client.post("/v1/ask", json=asked).json()["articles"].values()) == ["Two models"]
    code, _, message = problem(client.post("/v1/ask", json={**asked, "articles": ["Tow models"]}))
    assert (code, message) == (400, "The index holds no article 'Tow models': did you mean 'Two models'?")


def test_what_the_article_does_not_answer_is_declined(client: TestClient) -> None:
    body = client.post("/v1/ask", json={"question": "Who won the chess olympiad?"}).json()
    assert (body["status"], body["claims"]) == ("declined", [])
    body = client.post("/v1/ask", json={"question": "?!"}).json()
    assert (body["status"], body["reason"]) == ("declined", "empty_question")


def test_search_and_verify(client: TestClient) -> None:
    passages = client.post("/v1/search", json={"query": "attrition", "k": 1}).json()["passages"]
    assert len(passages) == 1
    assert "Attrition may be high in KPO." in passages[0]["text"]
    same = client.post("/v1/verify", json={"claim": QUOTE, "evidence": [QUOTE, "It rains."]}).json()
    assert (same["verdict"], same["score"]) == ("supported", 1.0)
    year = {
        "claim": "In 2005 GE sold 60 per cent of GECIS.",
        "evidence": "In 2004 GE sold 60 per cent of GECIS.",
    }
    assert client.post("/v1/verify", json=year).json()["verdict"] != "supported"


@pytest.mark.parametrize(
    ("k", "status"), [(2, 200), (2.0, 200), (2.5, 422), ("2", 422), (True, 422), (0, 422)]
)
def test_a_whole_number_is_one_however_it_is_written(client: TestClient, k: object, status: int) -> None:
    assert client.post("/v1/search", json={"query": "attrition", "k": k}).status_code == status


def test_articles_are_added_listed_read_and_removed(client: TestClient) -> None:
    job = client.post("/v1/documents", files=[("files", ("vell.md", VELL)), ("files", ("x.exe", b"no"))])
    assert job.status_code == 202
    assert job.headers["location"] == f"/v1/jobs/{job.json()['job_id']}"
    report = done(client, job.json())
    assert (report["state"], report["report"]["added"]) == ("done", ["vell"])
    assert [item["source"] for item in report["report"]["failed"]] == ["x.exe"]
    listed = client.get("/v1/documents", params={"words": "vell"}).json()
    assert (listed["total"], listed["articles"][0]["title"], listed["articles"][0]["words"]) == (1, "Vell", 8)
    answer = client.post("/v1/ask", json={"question": "When did the harbour of Vell open?"}).json()
    assert answer["claims"][0]["text"] == "The harbour of Vell opened in 1904."
    assert client.delete("/v1/documents/vell").json() == {"removed": "vell"}
    assert problem(client.delete("/v1/documents/vell"))[:2] == (404, "not_found")
    assert problem(client.get("/v1/documents/vell"))[:2] == (404, "not_found")
    assert client.get("/v1/index").json()["titles"] == ["Two models"]


def test_the_list_of_articles_comes_in_parts(client: TestClient) -> None:
    whole = client.get("/v1/documents").json()
    assert whole["total"] == len(whole["articles"]) == 1
    assert whole["articles"][0]["summary"] == "BPO needs basic training."
    assert client.get("/v1/documents?offset=1").json() == {"total": 1, "articles": []}


def test_only_folders_that_were_allowed_are_ingested(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "vell.md").write_bytes(VELL)
    (tmp_path / "secret.md").write_bytes(VELL)
    (tmp_path / "open" / "way-out").symlink_to(tmp_path)
    with client_of(assistant, rate=0, allow_paths=(tmp_path / "open",)) as client:
        for path in ("secret.md", "open/../secret.md", "open/way-out/secret.md"):
            reply = client.post("/v1/ingest", json={"sources": [str(tmp_path / path)]})
            assert problem(reply)[:2] == (403, "forbidden"), path
        job = client.post("/v1/ingest", json={"sources": [str(tmp_path / "open" / "vell.md")]})
        assert done(client, job.json())["report"]["added"] == ["vell"]
        client.delete("/v1/documents/vell")


def test_a_page_of_this_machine_is_not_fetched(client: TestClient) -> None:
    job = client.post("/v1/ingest", json={"sources": ["http://127.0.0.1:9/a.html"]}).json()
    report = done(client, job)["report"]
    assert report["added"] == []
    assert report["failed"][0]["source"] == "http://127.0.0.1:9/a.html"


def test_work_that_is_stopped_changes_nothing(client: TestClient, assistant: Assistant) -> None:
    before = assistant.index_id
    first = client.post("/v1/ingest", json={"rebuild": True}).json()
    second = client.post("/v1/ingest", json={"rebuild": True}).json()
    for job in (second, first):
        client.post(f"/v1/jobs/{job['job_id']}/stop")
    states = {done(client, job)["state"] for job in (first, second)}
    assert "stopped" in states  # the first may have been through already
    assert states <= {"stopped", "done"}
    assert done(client, second)["state"] == "stopped"
    assert len(assistant.titles) >= 1
    assert before


def test_a_read_only_server_changes_nothing(assistant: Assistant) -> None:
    with client_of(assistant, read_only=True) as client:
        for reply in (
            client.post("/v1/documents", files=[("files", ("vell.md", VELL))]),
            client.delete("/v1/documents/models"),
            client.post("/v1/ingest", json={}),
        ):
            assert problem(reply)[:2] == (403, "forbidden")
        assert client.get("/v1/index").json()["articles"] == 1


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/ask", {"question": ""}, 422, "question is empty: give it in words"),
        ("/v1/ask", {"question": "a" * 4001}, 422, "at most 4000"),
        ("/v1/ask", {"question": "a", "qestion": 1}, 422, "qestion: Extra inputs are not permitted"),
        ("/v1/ask", {"question": "a", "history": [{"role": "x", "content": ""}]}, 422, "history.0.role"),
        (
            "/v1/ask",
            {"question": "a; " * 25 + "Who and what and when and where?", "history": 1},
            422,
            "history",
        ),
        ("/v1/search", {"query": "a", "k": 0}, 422, "k"),
        ("/v1/verify", {"claim": "a", "evidence": []}, 422, "evidence: List should have at least 1 item"),
        ("/v1/verify", {"claim": "a", "evidence": ["a", " "]}, 422, "evidence.1 is empty: give it in words"),
        ("/v1/verify", {"claim": "a"}, 422, "evidence: Field required"),
        ("/v1/verify", ["a"], 422, "has no JSON object: send one, with Content-Type: application/json"),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": ""}]},
            422,
            "messages.0.content is empty: give it in words",
        ),
        ("/v1/ask", {"question": "\x01"}, 422, "question is empty: give it in words"),
        (
            "/v1/ingest",
            {"sources": ["etc/passwd"]},
            422,
            "sources.0 is no source: give the address of a page",
        ),
        ("/v1/ingest", {"sources": ["file:///etc/passwd"]}, 422, "sources.0"),
        ("/v1/ingest", {"sources": ["/etc/passwd"]}, 403, "--allow-path"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(
    client: TestClient, path: str, body: object, status: int, said: str
) -> None:
    code, _, message = problem(client.post(path, json=body))
    assert code == status
    assert said in message


def test_a_body_that_is_no_json_or_too_deep_or_too_large(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert problem(client.post("/v1/ask", content=b"{", headers=headers))[2] == (
        "the request is no JSON at character 1: Expecting property name enclosed in double quotes"
    )
    number = b'{"query": "a", "k": ' + b"9" * 5000 + b"}"
    assert problem(client.post("/v1/search", content=number, headers=headers))[::2] == (
        400,
        "The body of the request cannot be read.",
    )
    assert problem(client.post("/v1/ask", content=b"[" * 100_000, headers=headers))[0] in (400, 422)
    assert problem(client.post("/v1/ask", content=b'{"question": "\\ud800"}', headers=headers))[0] == 422
    assert problem(client.post("/v1/ask", content=b" " * 2_000_001, headers=headers))[:2] == (
        413,
        "too_large",
    )
    pieces = (b" " * 1_000_000 for _ in range(3))  # sent without its length
    assert problem(client.post("/v1/ask", content=pieces, headers=headers))[:2] == (413, "too_large")


def test_a_method_that_a_path_does_not_take_names_those_it_does(client: TestClient) -> None:
    assert client.put("/v1/documents").headers["allow"] == "GET, POST"
    assert client.put("/v1/documents/a/b").headers["allow"] == "DELETE, GET"
    assert problem(client.put("/v1/ask")) == (405, "not_allowed", "PUT cannot be used here, POST can.")
    assert problem(client.get("/v1/nothing")) == (
        404,
        "not_found",
        "There is nothing at this address: see /openapi.json.",
    )
    assert problem(client.get("/v1/documents?offset=-1"))[2].startswith("offset: ")
    assert problem(client.post("/v1/documents", data={"files": "words"}, files={"a": b""}))[2] == (
        "files.0 is text: send a file"
    )


def test_suggestions_are_questions_that_the_article_answers(client: TestClient) -> None:
    for question in client.get("/v1/suggestions").json()["questions"]:
        assert client.post("/v1/ask", json={"question": question}).json()["status"] == "answered"
    body = {
        "question": "What does KPO stand for?",
        "shown": [QUOTE],
        "cited": [{"doc_id": "models", "quote": QUOTE}],
    }
    assert isinstance(client.post("/v1/suggestions", json=body).json()["questions"], list)


def test_counters_and_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "detail": None}
    assert client.get("/readyz").status_code == 200
    client.post("/v1/ask", json={"question": "What does KPO stand for?"})
    text = client.get("/metrics").text
    asked = re.search(r'bpo_kpo_requests_total\{method="POST",route="/v1/ask",status="200"\} (\d+)', text)
    assert asked and int(asked[1]) >= 1
    assert "bpo_kpo_articles 1.0" in text
    assert 'bpo_kpo_answers_total{status="answered"}' in text
    wait_until(lambda: "bpo_kpo_held 0.0" in client.get("/metrics").text)
    assert "stand for" not in text  # no words of a question


def test_the_description_has_an_example_of_each_reply_and_it_has_the_form_described(
    client: TestClient,
) -> None:
    described = client.get("/openapi.json").json()
    assert "prefixItems" not in json.dumps(described)
    paths, checked = described["paths"], []
    for path, method in ((path, method) for path, methods in paths.items() for method in methods):
        for status, reply in paths[path][method]["responses"].items():
            for media, shown in reply.get("content", {}).items():
                if media == "application/json":
                    whole = {**shown["schema"], "components": described["components"]}
                    jsonschema.Draft202012Validator(whole).validate(shown["example"])
                    checked.append((path, method, status))
    assert len(paths) == 17
    assert {(path, method) for path, method, _ in checked} == {
        (path, method) for path, methods in paths.items() for method in methods
    }
    ask = paths["/v1/ask"]["post"]["responses"]
    assert ask["429"]["content"]["application/json"]["example"] == {
        "error": {"message": "Too many requests.", "type": "too_many_requests", "param": None, "code": None}
    }
    assert "Retry-After" in ask["429"]["headers"]
    assert list(paths["/v1/page-image"]["get"]["responses"]["200"]["content"]) == ["image/png"]
    assert list(paths["/v1/page-image"]["get"]["responses"]["404"]["content"]) == ["application/json"]


class Held(Assistant):
    """An assistant whose answers wait until they are let go."""

    def __init__(self, assistant: Assistant) -> None:
        vars(self).update(vars(assistant))
        self.go = threading.Event()
        self.begun = self.ended = 0

    def ask_stream(
        self, question: str, history: Sequence[Message] = (), articles: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        self.begun += 1
        try:
            self.go.wait(LONG_S)
            yield from super().ask_stream(question, history, articles)
        finally:
            self.ended += 1


def test_the_server_stays_awake_while_all_its_threads_answer(assistant: Assistant) -> None:
    held = Held(assistant)
    body = {"question": "What does KPO stand for?"}
    replies: list[Any] = []
    with client_of(held, rate=0, workers=1, waiting=1) as client:
        threads = [
            threading.Thread(target=lambda: replies.append(client.post("/v1/ask", json=body)))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        wait_until(lambda: "bpo_kpo_held 2.0" in client.get("/metrics").text)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        refused = client.post("/v1/ask", json=body)
        assert problem(refused)[:2] == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        held.go.set()
        for thread in threads:
            thread.join(LONG_S)
        assert [reply.json()["claims"][0]["text"] for reply in replies] == [QUOTE, QUOTE]
        assert client.get("/readyz").status_code == 200


def test_work_is_stopped_as_soon_as_the_server_is(assistant: Assistant) -> None:
    jobs = Jobs(assistant.settings, assistant.embedder)
    begun, go = threading.Event(), threading.Event()

    def work(settings: Settings, embedder: Embedder, job: Job) -> Outcome:
        begun.set()
        go.wait(LONG_S)
        job.reading(1, 2)
        raise AssertionError("it went on")

    found = jobs.find(jobs.begin("Adding", work))
    assert found and begun.wait(LONG_S)
    jobs.stop()
    go.set()
    assert found.done.wait(LONG_S)
    assert found.error == "Stopped; nothing was changed."
    with pytest.raises(Stopping):
        jobs.begin("Adding", work)


def test_an_answer_that_takes_too_long_is_given_up(assistant: Assistant) -> None:
    held = Held(assistant)
    with client_of(held, rate=0, workers=1, timeout_s=0.2) as client:
        reply = client.post("/v1/ask", json={"question": "What does KPO stand for?"})
        assert problem(reply)[:2] == (504, "timeout")
        held.go.set()
        wait_until(lambda: "bpo_kpo_held 0.0" in client.get("/metrics").text)
        assert held.ended == held.begun  # none where the time was over before a thread came to it

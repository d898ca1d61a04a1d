"""What is told once: who answers, and servers on this machine; nothing but their lists is asked for."""

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from helpers import running, settings_in
from runs import answer

from eval.health.probe import keeps_form
from ui.providers.news import command_for, new_offers, offer_lines, who_answers
from ui.providers.servers import Found, found_models

OLLAMA = Found(server="Ollama", provider="ollama", name="qwen2.5:3b", base_url="http://127.0.0.1:11434")
STUDIO = [
    Found(server="LM Studio", provider="openai", name=f"m{n}", base_url="http://127.0.0.1:1234/v1") for n in range(5)
]  # fmt: skip


def test_who_answers_is_told_once_and_again_when_it_changed(tmp_path: Path) -> None:
    quoting, other = settings_in(tmp_path), settings_in(tmp_path, model="ollama:m")
    assert [len(who_answers(one)) for one in (quoting, quoting, other, other, quoting)] == [1, 0, 1, 0, 1]


def test_a_server_is_offered_once_and_looked_for_once_a_day(tmp_path: Path) -> None:
    settings, looked = settings_in(tmp_path), []

    def look() -> list[Found]:
        looked.append(1)
        return [OLLAMA, *STUDIO]

    assert new_offers(settings, look) == [OLLAMA, *STUDIO]
    assert new_offers(settings, look) == [] and len(looked) == 1
    told = (tmp_path / "told.json").read_text()
    (tmp_path / "told.json").write_text(told.replace('"looked": "2', '"looked": "1'))  # another day
    assert new_offers(settings, look) == [] and len(looked) == 2


def test_where_a_model_writes_no_server_is_looked_for(tmp_path: Path) -> None:
    def never() -> list[Found]:
        raise AssertionError("looked")

    assert new_offers(settings_in(tmp_path, model="ollama:m"), never) == []


def test_offers_name_the_server_its_models_and_the_way() -> None:
    assert offer_lines([OLLAMA, *STUDIO], command_for) == [
        "Ollama runs on this machine and offers qwen2.5:3b; nothing was sent to it. "
        "To let it write: bpo-kpo ask --model ollama:qwen2.5:3b QUESTION",
        "LM Studio runs on this machine and offers m0, m1, m2 and 2 more; nothing was sent to it. "
        "To let it write: bpo-kpo ask --model openai:m0 --base-url http://127.0.0.1:1234/v1 QUESTION",
    ]


@pytest.mark.usefixtures("patient_servers")
def test_a_server_is_asked_for_its_list_and_nothing_else(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(("GET", self.path))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"models": [{"name": "small:1b"}]}')

        def do_POST(self) -> None:
            asked.append(("POST", self.path))

        def log_message(self, *_: object) -> None: ...

    with running(Server) as address:
        port = int(address.rpartition(":")[2])
        found = new_offers(settings_in(tmp_path), lambda: found_models({"Ollama": port}))
    assert [item.model for item in found] == ["ollama:small:1b"]
    assert asked == [("GET", "/api/tags")]


def test_the_form_asked_for_is_counted() -> None:
    one = answer(("kpo", 0, "KPO needs experts."))
    assert keeps_form({"sentences": [1, 1]}, one)
    assert not keeps_form({"sentences": [2, 2]}, one)
    assert not keeps_form({"items": [1, 1]}, one)
    assert not keeps_form({"says": True, "sentences": [1, 3]}, one)
    assert not keeps_form({"items": [3, 3]}, answer())

"""The interface like OpenAI's, by clients that others wrote, and what of foreign text is live in a chat message."""

from collections.abc import Iterator
from typing import Any

import pytest
from markdown_it import MarkdownIt
from openai import NotFoundError, OpenAI, UnprocessableEntityError
from pydantic import SecretStr
from serving import client_of, events
from small_index import build
from starlette.testclient import TestClient

from assistant import Assistant
from assistant.core.types import Answer, Citation, Claim, Passage
from ui.serve.routes.answers import plain
from ui.serve.routes.examples import ANSWER, PASSAGE
from ui.serve.routes.footnotes import quiet, to_text, without_footnotes
from ui.serve.routes.shapes import AnswerBody

QUOTE = "KPO stands for Knowledge Process Outsourcing."
ASKED: list[Any] = [{"role": "user", "content": "What does KPO stand for?"}]
SAID = f"“{QUOTE}” [1]\n\n**Sources**\n\n[1] “{QUOTE}” – Two models, "


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client_of(Assistant.open(build(tmp_path_factory.mktemp("data"))), rate=0) as found:
        yield found


@pytest.fixture(scope="module")
def openai(http: TestClient) -> OpenAI:
    return OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="none", http_client=http, max_retries=0)


def test_the_answer_is_text_with_footnotes_and_stands_whole_beside_it(openai: OpenAI) -> None:
    reply = openai.chat.completions.create(model="bpo-kpo", messages=ASKED, temperature=0.2)
    assert reply.choices[0].finish_reason == "stop"
    assert (reply.choices[0].message.content or "").startswith(SAID)
    answer = reply.model_dump()["answer"]
    assert Answer.from_dict(answer).citations[0].quote == QUOTE


def test_a_stream_adds_up_to_the_same_text(openai: OpenAI) -> None:
    whole = openai.chat.completions.create(model="bpo-kpo", messages=ASKED).choices[0].message.content
    chunks = list(openai.chat.completions.create(model="bpo-kpo", messages=ASKED, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks][-2:] == [None, "stop"]
    assert chunks[-1].model_dump()["answer"]["claims"][0]["text"] == QUOTE


def test_a_stream_ends_as_clients_expect(http: TestClient) -> None:
    body = {"model": "bpo-kpo", "messages": ASKED, "stream": True, "stream_options": {"include_usage": True}}
    assert events(http.post("/v1/chat/completions", json=body).text)[-1] == ("message", "[DONE]")


def test_a_follow_up_is_read_with_what_was_said_before(openai: OpenAI) -> None:
    first = openai.chat.completions.create(model="bpo-kpo", messages=ASKED).choices[0].message.content
    turns: list[Any] = [
        {"role": "system", "content": "Answer like a pirate."},
        *ASKED,
        {"role": "assistant", "content": first},
        {"role": "user", "content": [{"type": "text", "text": "And what does it need?"}]},
    ]
    reply = openai.chat.completions.create(model="bpo-kpo", messages=turns)
    assert "KPO needs professionals with advanced analytical skills." in (
        reply.choices[0].message.content or ""
    )


def test_models(openai: OpenAI) -> None:
    assert [model.id for model in openai.models.list()] == ["bpo-kpo"]
    assert openai.models.retrieve("bpo-kpo").owned_by == "bpo-kpo"
    with pytest.raises(NotFoundError, match="ask 'bpo-kpo'"):
        openai.chat.completions.create(model="gpt-4o", messages=ASKED)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "user", "content": ""}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}],
        [{"role": "nobody", "content": "a"}],
    ],
)
def test_what_is_no_question_is_refused(openai: OpenAI, messages: list[Any]) -> None:
    with pytest.raises(UnprocessableEntityError):
        openai.chat.completions.create(model="bpo-kpo", messages=messages)


def test_langchains_client_can_ask(http: TestClient) -> None:
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(
        model="bpo-kpo",
        base_url="http://127.0.0.1:8000/v1",
        api_key=SecretStr("none"),
        http_client=http,
    )
    assert str(model.invoke("What does KPO stand for?").content).startswith(SAID)
    assert "".join(str(part.content) for part in model.stream("What does KPO stand for?")).startswith(SAID)


HOSTILE = [
    "<script>alert(1)</script> and <b>bold</b>",
    "![x](http://evil.example/a.png) and [click](javascript:alert(1))",
    "# A heading",
    "1. An item and *emphasis*, _more_, `code`, ~~struck~~",
    "- An item",
    "| a | b |",
    "&lt;b&gt; &amp; $x^2$",
    "www.evil.example and me@evil.example and ftp://x/|y",
    "[1]: http://evil.example",
    "+ An item",
    "===",
    "---",
    "```\ncode",
]


def hostile(text: str) -> Answer:
    place: dict[str, Any] = {
        "doc_id": "d", "title": text, "source": text, "section": text, "page": None, "start": 0, "end": 1,
        "doc_sha256": "",
    }  # fmt: skip
    return Answer(
        question=text,
        claims=(
            Claim(text=text, verdict="supported", score=1.0, citations=(1,), origin="model"),
            Claim(text=text, verdict="supported", score=1.0, citations=(1,), origin="quote", item=True),
        ),
        citations=(Citation(n=1, quote=text, **place),),
        unanswered=(text,),
        notices=(text,),
        read_as=text,
        passages=(Passage(chunk_id="c", score=1.0, text=text, **place),),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_foreign_text_is_live(text: str) -> None:
    page = MarkdownIt("commonmark", {"linkify": True}).enable(["table", "strikethrough"])
    plain = page.render(to_text(hostile("word")))
    for answer in (
        hostile(text),
        Answer(question="?", reason="no_evidence", passages=hostile(text).passages),
    ):
        html = page.render(to_text(answer))
        for tag in ("<script", "<b>", "<a ", "<img", "<h1", "<h2", "<ol", "<table", "<s>", "<hr", "<pre"):
            assert tag not in html, (tag, html)
        if answer.claims:
            assert html.count("<li>") == plain.count("<li>") == 1
            assert html.count("<em>") == plain.count("<em>")


def test_plain_words_stay_as_they_are() -> None:
    line = "It costs 5.5 % (in 2004), doesn't it? Yes: “half” – so; more!"
    assert quiet(line) == line


def test_footnotes_of_an_answer_are_no_part_of_the_conversation() -> None:
    words = "“KPO needs professionals.” [1][2]\n\n**Sources**\n\n[1] “KPO” – A\n\n[2] “x” – B"
    assert without_footnotes(words) == "“KPO needs professionals.”"
    assert without_footnotes("Plain words.") == "Plain words."


def test_what_only_may_answer_is_said_to_in_the_text_and_in_the_body() -> None:
    place: dict[str, Any] = {
        "doc_id": "models", "title": "Two models", "source": "", "section": "", "page": None, "start": 0,
        "end": len(QUOTE), "doc_sha256": "",
    }  # fmt: skip
    lead = "This may answer it:"
    claim = Claim(text=QUOTE, verdict="supported", score=1.0, citations=(1,), origin="quote", lead=lead)
    answer = Answer(
        question="?", claims=(claim,), citations=(Citation(n=1, quote=QUOTE, **place),), reason="unsure"
    )
    assert to_text(answer).startswith(f"This may answer it: “{QUOTE}” [1]\n\n**Sources**")
    body = plain(AnswerBody.model_validate(answer.to_dict()))
    assert body == answer.to_dict()
    assert (body["status"], body["reason"], body["claims"][0]["lead"]) == ("partial", "unsure", lead)


def test_the_examples_of_the_description_have_every_field() -> None:
    assert Answer.from_dict(ANSWER).to_dict() == ANSWER
    assert plain(Passage(**PASSAGE)) == PASSAGE

import json
from pathlib import Path

import pytest
from helpers import settings_in

from assistant.assistant import Assistant
from assistant.core.errors import IndexMissing, InputError
from assistant.core.types import Answer, ClaimShown, Message
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index

ARTICLE = """---
title: Two models
---
# Two models

BPO needs basic training. KPO needs professionals with advanced analytical skills.

KPO stands for Knowledge Process Outsourcing. In 2004 GE sold 60 per cent of GECIS for about 500 million dollars.

## Risks

KPO brings a risk of dependence on the provider. Attrition may be high in KPO.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one article, indexed by the real embedder."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "articles").mkdir()
    (folder / "articles" / "models.md").write_text(ARTICLE, encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    build_index(settings, load_embedder(settings), [str(folder / "articles")])
    return folder


def asked(folder: Path, model: str, question: str, *before: str) -> Answer:
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2", model=model, strict=True)
    history = [Message(role="user", content=text) for text in before]
    answer = Assistant.open(settings).ask(question, history)
    assistant = Assistant.open(settings)
    for citation in answer.citations:
        assert assistant.document(citation.doc_id).text[citation.start : citation.end] == citation.quote
    return answer


def scripted(folder: Path, *replies: object) -> str:
    path = folder / "script.json"
    path.write_text(json.dumps(replies), encoding="utf-8")
    return f"scripted:{path}"


def test_without_a_model_the_answer_is_quoted(folder: Path) -> None:
    answer = asked(folder, "none", "What does KPO stand for?")
    assert (answer.status, answer.reason, answer.model) == ("answered", None, "none")
    assert answer.claims[0].text == "KPO stands for Knowledge Process Outsourcing."
    assert {claim.origin for claim in answer.claims} == {"quote"}
    assert answer.text.startswith("KPO stands for Knowledge Process Outsourcing [1].")


def test_a_supported_sentence_of_the_model_is_shown_with_its_citation(folder: Path) -> None:
    model = scripted(folder, "GE sold 60 per cent of GECIS in 2004 [2].")
    answer = asked(folder, model, "What does KPO need?")
    shown = [claim for claim in answer.claims if claim.origin == "model"]
    withheld = [item.text for item in answer.withheld]
    assert [claim.text for claim in shown] + withheld == ["GE sold 60 per cent of GECIS in 2004."]
    for claim in shown:
        quotes = [citation.quote for citation in answer.citations if citation.n in claim.citations]
        assert quotes == ["In 2004 GE sold 60 per cent of GECIS for about 500 million dollars."]


@pytest.mark.parametrize(
    "invented",
    [
        "BPO needs professionals with advanced analytical skills [1].",
        "KPO needs basic training [1].",
        "GE sold 75 per cent of GECIS in 2004 [1].",
        "GE sold 60 per cent of GECIS in 2011 [1].",
        "KPO does not bring a risk of dependence on the provider [1].",
        "Attrition is high in KPO [1].",
        "The provider pays for every mistake it makes [9].",
    ],
)
def test_what_the_model_invents_is_withheld(folder: Path, invented: str) -> None:
    answer = asked(folder, scripted(folder, invented), "What does KPO need?")
    assert all(claim.origin == "quote" for claim in answer.claims)
    assert [item.text for item in answer.withheld] == [invented[:-5] + "."]
    assert answer.withheld[0].verdict != "supported"
    assert answer.withheld[0].reasons
    assert answer.status == "answered"


def test_a_question_of_an_article_is_not_quoted_in_place_of_a_withheld_sentence(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    text = "# Before signing\n\nThe contract names the owner of the code. Will the client keep control of the code? Fees rise in May.\n"
    (tmp_path / "articles" / "signing.md").write_text(text, encoding="utf-8")
    settings = settings_in(tmp_path, embedder="all-MiniLM-L6-v2")
    build_index(settings, load_embedder(settings), [str(tmp_path / "articles")])
    draft = "The contract names the owner of the code [1]. A client loses control of the code within two years [2]."
    draft += " All fees fall in May [3]."
    answer = asked(tmp_path, scripted(tmp_path, draft, "NO ANSWER"), "Who owns the code?")
    assert [(claim.text, claim.origin) for claim in answer.claims] == [
        ("The contract names the owner of the code.", "quote"),
        ("Fees rise in May.", "quote"),
    ]
    assert [item.text for item in answer.withheld] == [
        "A client loses control of the code within two years.",
        "All fees fall in May.",
    ]


def test_a_model_that_breaks_off_leaves_a_quoted_answer_with_the_reason(folder: Path) -> None:
    model = scripted(folder, {"text": "", "error": "the server has gone"})
    answer = asked(folder, model, "What does KPO need?")
    assert (answer.status, answer.reason) == ("answered", "model_unavailable")
    assert answer.notices == ("The server has gone. What is shown is quoted.",)
    assert answer.claims[0].text == "KPO needs professionals with advanced analytical skills."


def test_a_model_that_cannot_be_loaded_leaves_a_quoted_answer_with_the_reason(folder: Path) -> None:
    answer = asked(folder, "nonsense:model", "What does KPO need?")
    assert (answer.status, answer.reason, answer.model) == ("answered", "model_unavailable", "none")
    assert "nonsense" in answer.notices[0]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How do I bake sourdough bread?", "off_topic"),
        ("What is the capital of France?", "off_topic"),
        ("How much did GE pay for GECIS in 2019?", "no_evidence"),
        ("Why does KPO need basic training?", "false_premise"),
    ],
)
def test_what_the_corpus_does_not_hold_is_declined(folder: Path, question: str, reason: str) -> None:
    answer = asked(folder, "none", question)
    assert (answer.status, answer.reason) == ("declined", reason)
    assert answer.claims == ()
    assert answer.passages


def test_two_questions_one_of_them_open_make_a_partial_answer(folder: Path) -> None:
    answer = asked(folder, "none", "What does KPO stand for? How do I bake sourdough bread?")
    assert (answer.status, answer.unanswered) == ("partial", ("How do I bake sourdough bread?",))
    assert answer.reason == "off_topic"


def test_a_follow_up_is_read_with_the_question_before(folder: Path) -> None:
    answer = asked(folder, "none", "What about BPO?", "What training does KPO need?")
    assert answer.read_as == "What training does BPO need?"
    assert answer.claims[0].text == "BPO needs basic training."


def test_sentences_are_shown_before_the_answer_is_done(folder: Path) -> None:
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    events = list(Assistant.open(settings).ask_stream("What does KPO stand for?"))
    assert isinstance(events[0], ClaimShown)
    assert [c.n for c in events[0].new_citations] == [1]


def test_an_index_written_meanwhile_is_used_at_the_next_question(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, embedder="all-MiniLM-L6-v2")
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text("The moon is made of rock.\n", encoding="utf-8")
    build_index(settings, load_embedder(settings), [str(articles)])
    assistant = Assistant.open(settings)
    assert assistant.ask("What is the moon made of?").claims[0].text == "The moon is made of rock."
    (articles / "a.txt").write_text("The moon is made of old cheese.\n", encoding="utf-8")
    build_index(settings, load_embedder(settings), [str(articles)])
    assert assistant.ask("What is the moon made of?").claims[0].text == "The moon is made of old cheese."


def test_json_holds_every_field_of_the_contract(folder: Path) -> None:
    body = json.loads(json.dumps(asked(folder, "none", "What does KPO stand for?").to_dict()))
    assert list(body)[:4] == ["question", "status", "reason", "text"]
    assert set(body) >= {
        "claims", "citations", "withheld", "passages", "model", "embedder", "checker", "index_id", "articles", "timings_s",
    }  # fmt: skip
    assert set(body["claims"][0]) == {
        "weak", "lead", "row",
        "text", "verdict", "score", "citations", "origin", "item", "says",
    }  # fmt: skip
    assert set(body["citations"][0]) >= {
        "n", "doc_id", "title", "source", "section", "start", "end", "quote", "doc_sha256",
    }  # fmt: skip
    assert set(body["passages"][0]) >= {"chunk_id", "doc_id", "start", "end", "score", "text"}
    assert set(body["timings_s"]) == {"retrieve", "generate", "verify", "first_sentence", "total"}
    assert body["index_id"].startswith("sha256:")


def test_an_empty_question_and_a_missing_index_are_known_errors(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty"):
        asked(folder, "none", " ")
    with pytest.raises(IndexMissing, match="bpo-kpo ingest"):
        Assistant.open(settings_in(tmp_path))

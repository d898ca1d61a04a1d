"""The whole-path benchmark: what counts as right, the plain chain it is compared with, the measures."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import chunks_of, document, settings_in
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.embedder import HashEmbedder
from assistant.errors import ModelError
from assistant.risk import Outcome
from assistant.store import Store
from assistant.types import Answer, Citation, Claim
from assistant.write import IndexWriter
from eval import bench_path
from eval.gold import Span, cites_all, cites_any, covers, says
from eval.path import Question, Row, evenly, holds, read_answer
from eval.plain import ask_plain, is_refusal


def cited(doc_id: str, start: int, end: int) -> Citation:
    return Citation(
        n=1, doc_id=doc_id, title=doc_id, source="", section="", page=None, start=start, end=end, quote="",
        doc_sha256="",
    )  # fmt: skip


def answer(text: str, *citations: Citation, confidence: float = 0.8) -> Answer:
    claim = Claim(text=text, verdict="supported", score=1.0, citations=(1,), origin="quote")
    return Answer(question="?", claims=(claim,), citations=citations, confidence=confidence)


def question(*spans: Span, answers: tuple[str, ...] = (), documents: tuple[str, ...] = ()) -> Question:
    return Question(
        text="?", answerable=True, spans=spans, wordings=("opened in 1904",) if spans else (),
        answers=answers, documents=frozenset(documents),
    )  # fmt: skip


# --- what counts as right ---


def test_a_citation_must_share_words_with_the_span_in_its_document() -> None:
    spans = [Span(doc_id="vell", start=10, end=20), Span(doc_id="horn", start=0, end=5)]
    assert cites_any([cited("vell", 19, 30)], spans)
    assert not cites_any([cited("vell", 20, 30), cited("vell", 0, 10), cited("horn", 5, 9)], spans)
    assert not cites_all([cited("vell", 19, 30)], spans)
    assert cites_all([cited("vell", 19, 30), cited("horn", 0, 1)], spans)
    assert not cites_all([cited("vell", 0, 1)], [])


def test_an_answer_is_said_whatever_case_articles_and_punctuation() -> None:
    assert says("It was built by Ida Stroem.", ["the ida-stroem"])
    assert not says("It was built by Ida Stroemberg.", ["Ida Stroem"])
    assert not says("Anything.", ["", "the"])
    assert covers("The ferry takes forty minutes.", "forty minutes by ferry") == 0.75


def test_without_a_span_the_right_document_counts() -> None:
    known = question(answers=("forty minutes",), documents=("vell",))
    right = read_answer(known, answer("It takes forty minutes.", cited("vell", 0, 5)))
    wrong = read_answer(known, answer("It takes four minutes.", cited("horn", 0, 5)))
    assert (right.cited, right.said, right.confidence, right.shown) == (True, True, 0.8, True)
    assert (wrong.cited, wrong.said) == (False, False)
    spanned = question(Span(doc_id="vell", start=10, end=20), documents=("vell",))
    assert not read_answer(spanned, answer("x", cited("vell", 0, 5))).cited
    assert not read_answer(known, Answer(question="?")).shown


def test_most_words_of_a_span_count_as_said() -> None:
    known = question(Span(doc_id="vell", start=10, end=20))
    assert holds(known, "It opened later, in May.")  # two of three words
    assert not holds(known, "It opened later.")


def test_a_sample_is_spread_evenly_and_keeps_the_share_of_answerable_questions() -> None:
    known = [question(answers=(str(n),)) for n in range(8)]
    other = replace(question(), answerable=False)
    mixed = [*known[:4], other, other, other, other, *known[4:]]  # two thirds
    chosen = evenly(mixed, 6)
    assert [item.answers[0] for item in chosen if item.answerable] == ["0", "2", "4", "6"]
    assert len(chosen) == 6
    assert len(evenly(mixed, 50)) == 12
    assert evenly(known, 3) == [known[0], known[2], known[5]]
    assert evenly([], 3) == []


# --- the plain chain ---


class Noting(BaseChatModel):
    """A chat model that keeps the prompts it gets and gives one reply."""

    reply: str
    prompts: list[str] = []

    @property
    def _llm_type(self) -> str:
        return "noting"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        self.prompts.append(messages[-1].text)
        yield ChatGenerationChunk(message=AIMessageChunk(content=self.reply))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Six documents of one paragraph each."""
    settings = settings_in(tmp_path)
    with IndexWriter(settings, HashEmbedder(), {}) as writer:
        for n in range(6):
            one = document(f"ferry-{n}", f"Ferry number {n} takes {n} hours.")
            writer.put(one, chunks_of(one), raw_sha256=one.sha256)
        writer.commit()
    return Store.open(settings, HashEmbedder())


def test_the_plain_chain_gets_four_chunks_and_its_reply_is_taken_as_it_is(store: Store) -> None:
    model = Noting(reply="Ferry 9 takes 99 hours.")
    reply = ask_plain(store, model, "How long does ferry number 3 take?", timeout_s=5)
    assert (reply.text, reply.declined) == ("Ferry 9 takes 99 hours.", False)
    assert model.prompts[0].count("Ferry number") == 4
    assert "Ferry number 3 takes 3 hours." in model.prompts[0]
    assert model.prompts[0].endswith("Question: How long does ferry number 3 take?")
    with pytest.raises(ModelError, match="returned nothing"):
        ask_plain(store, Noting(reply=" "), "How long?", timeout_s=5)


@pytest.mark.parametrize(
    ("reply", "declined"),
    [
        ("I do not know. It may be 1904.", True),
        ("The context does not mention the harbour.", True),
        ("The harbour's height is not stated in the context.", True),
        ("It opened in 1904. The context does not mention the month.", False),
        ("There were not many ferries then.", False),
    ],
)
def test_a_reply_that_begins_by_declining_is_none(reply: str, declined: bool) -> None:
    assert is_refusal(reply) is declined


# --- the measures ---

OUTCOMES = [
    Outcome(score=0.9, answerable=True, shown=True, right=True),
    Outcome(score=0.8, answerable=False, shown=True, right=False),
    Outcome(score=0.7, answerable=True, shown=True, right=False),
]


def test_right_is_counted_where_the_coverage_is_reached() -> None:
    assert bench_path.right_at(OUTCOMES, 0.5) == 1.0
    assert bench_path.right_at(OUTCOMES, 0.9) == pytest.approx(1 / 3)
    assert bench_path.right_at(OUTCOMES, 0.9, answerable=True) == 0.5
    assert str(bench_path.right_at([], 0.5)) == "nan"


def test_declining_is_measured_at_the_threshold() -> None:
    def row(kind: str, confidence: float) -> Row:
        right = kind == "right"
        return Row(
            answerable=kind != "none", shown=True, confidence=confidence, cited=right, cited_all=False,
            said=right, drafted=2, withheld=1,
        )  # fmt: skip

    rows = [row("right", 0.9), row("wrong", 0.8), row("none", 0.7), row("none", 0.2), row("right", 0.1)]
    lines = bench_path.at_threshold(rows, 0.5)
    assert lines[0].startswith("at 0.5: 0.67 of the answerable answered, right 0.33 of shown, 0.50 of the")
    assert lines[1] == "declined: precision 0.50, recall 0.50"
    assert lines[2] == "withheld 0.50 of the sentences drafted"


def test_the_benchmark_runs_on_a_folder_of_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "The harbour of Vell opened in 1904. The ferry to Horn takes forty minutes."
    docs = tmp_path / "harbours" / "docs"
    docs.mkdir(parents=True)
    (docs / "Vell.txt").write_text(text, encoding="utf-8")
    gold = {"doc": "Vell", "start": 0, "end": 35, "text": text[:35]}
    records = [
        {"question": "When did the harbour of Vell open?", "answerable": True, "gold": [gold],
         "answers": ["1904"], "gold_docs": ["Vell"]},
        {"question": "Who painted the bridge?", "answerable": False, "gold": [], "answers": [], "gold_docs": []},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, records))
    (tmp_path / "harbours" / "questions.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("BPO_KPO_EMBEDDER", "hash")
    model = ["none", "plain", "--plain-model", "scripted:It opened in 1904."]
    kept = ["--sets", "harbours", "--rows", str(tmp_path / "rows")]
    monkeypatch.setattr(sys, "argv", ["bench_path", "--data", str(tmp_path), *kept, "--model", *model])
    bench_path.main()
    printed = capsys.readouterr().out
    assert "harbours: 2 questions, 1 answerable" in printed
    assert "coverage 1.00: answer in the words 0.50 (0.00 to 1.00) of shown, 1.00 (1.00 to 1.00)" in printed
    rows = [
        json.loads(line) for line in (tmp_path / "rows" / "harbours-none.jsonl").read_text().split("\n")[:2]
    ]
    assert (rows[0]["answerable"], rows[0]["cited"], rows[0]["said"]) == (True, True, True)
    assert not rows[1]["answerable"]

"""Ask the questions of a public set through the whole path, and note what became of each."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.embedder import load_embedder
from assistant.errors import ModelError
from assistant.models import load_chat_model
from assistant.pipeline import Assistant
from assistant.retrieve import search
from assistant.risk import Outcome
from assistant.settings import Settings
from assistant.store import Store
from assistant.types import Answer
from eval.gold import Span, cites_all, cites_any, covers, document_names, read_spans, says
from eval.plain import ask_plain
from ingest.index import build_index

HELD_OUT = Path(__file__).parent / "train" / "held_out.json"
COVERED = 0.6  # share of a gold span's words that counts as saying it


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a public set, and what its authors marked as right."""

    text: str
    answerable: bool
    spans: tuple[Span, ...]
    wordings: tuple[str, ...]  # of the gold spans
    answers: tuple[str, ...]
    documents: frozenset[str]  # that hold the answer


@dataclass(frozen=True, kw_only=True)
class Row:
    """What became of one question when nothing was declined for its score."""

    answerable: bool
    shown: bool
    confidence: float
    cited: bool  # some citation overlaps a gold span; without spans, is of the right document
    cited_all: bool  # each gold span is overlapped
    said: bool  # the words shown hold an answer, or most words of a gold span
    drafted: int = 0  # sentences the model wrote that were new
    withheld: int = 0

    def outcome(self, *, said: bool = False) -> Outcome:
        """Return the row for counting risk, by what is cited or by what is said."""
        right = self.said if said else self.cited
        return Outcome(score=self.confidence, answerable=self.answerable, shown=self.shown, right=right)


def open_set(folder: Path, name: str, settings: Settings) -> Store:
    """Index the documents of a set, where that has not been done, and open the index."""
    chosen = settings.model_copy(update={"index": name})
    embedder = load_embedder(chosen)
    build_index(chosen, embedder, [str(folder / "docs")])
    return Store.open(chosen, embedder)


def read_questions(folder: Path, name: str, store: Store, limit: int) -> list[Question]:
    """Return up to `limit` questions, evenly spread, on documents kept out of tuning where a list names them."""
    text = (folder / "questions.jsonl").read_text(encoding="utf-8")
    names = document_names(store.manifest.documents)
    found = [_question(json.loads(line), names) for line in text.split("\n") if line.strip()]
    lists = json.loads(HELD_OUT.read_text(encoding="utf-8"))
    listed = set(lists.get(name, ())) - set(lists.get("calibration", {}).get(name, ()))
    held = {names[item] for item in listed if item in names}
    if held:
        found = [question for question, doc in _placed(found, name, store) if doc in held]
    return evenly(found, limit)


def evenly(questions: Sequence[Question], count: int) -> list[Question]:
    """Return up to `count` questions, evenly spread, with as large a share of answerable ones as in all."""
    count = min(count, len(questions))
    groups = [[item for item in questions if item.answerable is kind] for kind in (True, False)]
    first = round(count * len(groups[0]) / max(1, len(questions)))
    return [
        group[at * len(group) // part]
        for group, part in zip(groups, (first, count - first), strict=True)
        for at in range(part)
    ]


def ask_all(settings: Settings, store: Store, questions: Sequence[Question]) -> Iterator[Row]:
    """Ask each question through `Assistant.ask` with no threshold. Raises ModelError for a model that is missing."""
    assistant = Assistant.open(
        settings.model_copy(update={"index": store.folder.parent.name, "min_evidence": 0.0})
    )
    for question in questions:
        answer = assistant.ask(question.text)
        yield replace(
            read_answer(question, answer),
            drafted=sum(claim.origin == "model" for claim in answer.claims) + len(answer.withheld),
            withheld=len(answer.withheld),
        )


def read_answer(question: Question, answer: Answer) -> Row:
    """Compare an answer with what is marked as right."""
    cited = answer.citations
    if question.spans or not question.documents:
        right = cites_any(cited, question.spans)
    else:
        right = any(citation.doc_id in question.documents for citation in cited)
    return Row(
        answerable=question.answerable,
        shown=bool(answer.claims),
        confidence=answer.confidence,
        cited=right,
        cited_all=cites_all(cited, question.spans),
        said=holds(question, " ".join(claim.text for claim in answer.claims)),
    )


def ask_plainly(settings: Settings, store: Store, questions: Sequence[Question]) -> Iterator[Row]:
    """Ask each question of the plain chain; it has no score, so each reply has confidence 1."""
    model = load_chat_model(settings)
    if model is None:
        raise ModelError("the plain chain needs a chat model: give another than none")
    for question in questions:
        reply = ask_plain(store, model, question.text, timeout_s=settings.model_timeout_s)
        said = holds(question, reply.text)
        yield Row(
            answerable=question.answerable,
            shown=not reply.declined,
            confidence=1.0,
            cited=False,
            cited_all=False,
            said=said,
        )


def holds(question: Question, text: str) -> bool:
    """Tell whether a text holds an answer word for word, or most words of a gold span or of an answer."""
    wanted = [*question.wordings, *question.answers]
    return says(text, question.answers) or any(covers(text, item) >= COVERED for item in wanted)


def _question(body: Mapping[str, Any], names: Mapping[str, str]) -> Question:
    return Question(
        text=body["question"],
        answerable=body["answerable"],
        spans=tuple(read_spans(body["gold"], names)),
        wordings=tuple(item["text"] for item in body["gold"]),
        answers=tuple(body["answers"]),
        documents=frozenset(names[item] for item in body["gold_docs"]),
    )


def _placed(questions: Sequence[Question], name: str, store: Store) -> Iterator[tuple[Question, str]]:
    """Yield each question with its document.

    One without an answer has that of the question before it (squad2), or the one that retrieval puts first.
    """
    last = ""
    for question in questions:
        if question.documents:
            last = min(question.documents)
        elif name != "squad2":
            vector = store.embedder.embed_query(question.text)
            last = next((item.doc_id for item in search(store, question.text, 1, vector=vector)), "")
        yield question, last

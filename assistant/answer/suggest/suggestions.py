"""Suggest questions that the corpus answers: to begin with, and to go on with after an answer.

Every question is asked here first, by quotation alone, and only suggested where the answer rests on the words it was
made from.
"""

import copy
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from assistant.answer.suggest.candidates import Candidate, askable, written
from assistant.answer.suggest.comparisons import compared_pairs
from assistant.check.cascade.cascade import first_of
from assistant.check.pairs import Checker
from assistant.core.settings import BUNDLED_CORPUS, Settings
from assistant.core.types import Answer, Message
from assistant.index.manifest import digest
from assistant.index.search import HybridRetriever
from assistant.index.store import Store
from assistant.index.thresholds import program_version
from assistant.models.embedder.embedder import Embedder, Vectors
from assistant.models.reader.reader import Reader
from assistant.text.terms import content_words, stems
from assistant.write.quote.topic.contents import asks_about_corpus

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

FILE = "suggestions.json"  # in the index folder, outside its generations
SCHEMA = 2
TRIES = 8  # questions asked at most for one call, about 0.2 s each
POOL = 32  # candidates compared by meaning
QUOTES = 3  # quotations that count as much as the question in saying what an answer is about
NEAR, FAR = 0.15, 0.35  # cosine with that from which a question of a cited or another article goes on with it
ALIKE = 0.9  # cosine from which two questions ask the same
SAME_KIND, SAME_ARTICLE, FAILED = 0.8, 0.6, 0.5  # taken from the weight of what is like those tried
READY = 2.0  # added to the weight of what needs no trial
_MEANING = frozenset(
    ["stand", "meant", "define", "definition", "term", "differ", "differs", "difference", "separates"]
)

# A "yes" that is wrong costs more trust than a suggestion brings.
_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must)\b", re.I
)
REMEMBERED = 512  # answers to questions that were tried
_tried: dict[tuple[str, str], Answer] = {}
_GOES_ON = re.compile(
    r"\b(?:therefore|thus|hence|that view|this view|however|instead|after all|does not say)\b", re.I
)


class Answering(Protocol):
    """What is asked here: an assistant."""

    settings: Settings
    embedder: Embedder
    checker: Checker
    model: "BaseChatModel | None"
    notices: tuple[str, ...]
    reader: Reader | None

    @property
    def retriever(self) -> HybridRetriever:
        """The retriever over the index in force."""
        ...

    def invoke(self, input: str, config: "RunnableConfig | None" = None, **kwargs: Any) -> Answer:
        """Answer a question."""
        ...


def starters(assistant: Answering, count: int = 4) -> list[str]:
    """Return up to `count` questions that the corpus answers, of different kinds and from different articles.

    An index that holds the bundled articles begins with those chosen for them. Others are kept in a file beside the
    index until the index or a setting that decides about them changes; finding them takes about two seconds. A small
    corpus may have fewer, or none.
    """
    if chosen := bundled_starters(_store(assistant)):
        return chosen[:count]
    kept = kept_starters(assistant, count)
    if kept is not None:
        return kept
    store = _store(assistant)
    pool = [*compared_pairs(store, assistant.settings), *askable(store)]
    pool.sort(key=lambda item: -item.weight)
    found = Search(assistant).pick([(item, item.weight) for item in pool[: 4 * POOL]], count)
    _keep(assistant, count, found)
    return found


def bundled_starters(store: Store) -> list[str]:
    """Return the questions chosen for the bundled articles where the index holds those that answer them, else []."""
    chosen: dict[str, str] = json.loads((BUNDLED_CORPUS / "starters.json").read_text(encoding="utf-8"))
    held = store.manifest.documents
    there = all(
        doc_id in held and held[doc_id].source.endswith(f"corpus/{doc_id}.md") for doc_id in chosen.values()
    )
    return list(chosen) if there else []


def following(
    assistant: Answering,
    answer: Answer,
    history: Sequence[Message] = (),
    count: int = 3,
    seconds: float | None = None,
) -> list[str]:
    """Return up to `count` questions to go on with: answered by the articles cited, and not by what is shown.

    `history` holds the turns before the answer. What was asked in it, or is asked in other words, is left out. No
    question is tried once `seconds` are over; those found by then are returned.
    """
    until = None if seconds is None else time.monotonic() + seconds
    store = _store(assistant)
    asked = [message.content for message in history if message.role == "user"]
    asked += [answer.question, *([answer.read_as] if answer.read_as else [])]
    shown = frozenset(claim.text for claim in answer.claims)
    if asks_about_corpus(answer.question):
        return [question for question in starters(assistant) if question not in asked][:count]
    near = _near(assistant, store, answer)
    return Search(assistant, asked=asked, shown=shown, until=until).pick(near, count)


def kept_starters(assistant: Answering, count: int = 4) -> list[str] | None:
    """Return the starters found earlier for this index and these settings, at once; None where there are none."""
    try:
        body = json.loads((assistant.settings.index_dir / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or body.get("key") != _key(assistant, count):
        return None
    found = body.get("starters")
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else None


@dataclass
class Search:
    """The choice of questions for one call: each is tried before it is taken."""

    assistant: Answering
    asked: Sequence[str] = ()
    shown: frozenset[str] = frozenset()
    kinds: Counter[str] = field(default_factory=Counter)
    articles: Counter[str | None] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    until: float | None = None  # by the monotonic clock; None: no end
    _took: float = 0.0  # seconds of the slowest question that was tried

    def pick(self, weighted: Sequence[tuple[Candidate, float]], count: int) -> list[str]:
        """Return up to `count` questions, by weight, each unlike those before it in words, kind and article."""
        pool = [
            pair for pair in weighted
            if not _YES_OR_NO.match(pair[0].question) and not self._told(pair[0].question, self.asked)
        ][:POOL]  # fmt: skip
        vectors = self._vectors([*self.asked, *(item.question for item, _ in pool)])
        against, own = list(vectors[: len(self.asked)]), vectors[len(self.asked) :]
        asking = quoting(self.assistant)
        left = set(range(len(pool)))
        chosen: list[str] = []
        for _ in range(TRIES):
            left = {
                at for at in left
                if all(float(own[at] @ one) < ALIKE for one in against) and not self._told(pool[at][0].question, chosen)
            }  # fmt: skip
            if len(chosen) == count or not left or self._late():
                break
            best = max(left, key=lambda at: (self._worth(*pool[at]), -at))
            left.remove(best)
            candidate = pool[best][0]
            if candidate.written or self._try(asking, candidate):
                chosen.append(candidate.question)
                against.append(own[best])
                self.kinds[candidate.kind] += 1
                self.articles[candidate.doc_id] += 1
            else:
                self.failed[candidate.kind] += 1
        return chosen

    def _worth(self, candidate: Candidate, weight: float) -> float:
        return (
            weight
            + READY * candidate.written
            - SAME_KIND * self.kinds[candidate.kind]
            - SAME_ARTICLE * self.articles[candidate.doc_id]
            - FAILED * self.failed[candidate.kind]
        )

    def _late(self) -> bool:
        """Tell whether another question would be answered too late."""
        return self.until is not None and time.monotonic() + self._took > self.until

    def _try(self, asking: Answering, candidate: Candidate) -> bool:
        answer = self._answered(asking, candidate.question)
        fresh = bool(answer.claims) and answer.claims[0].text not in self.shown
        return fresh and rests_on(candidate, answer) and answer.confidence >= asking.settings.min_evidence

    def _answered(self, asking: Answering, question: str) -> Answer:
        """Answer a question, or return the answer it had from the same index under the same settings."""
        key = (_key(self.assistant, 0), question)
        known = _tried.get(key)
        if known is None:
            began = time.monotonic()
            known = asking.invoke(question, {"run_name": "Suggestion"})
            self._took = max(self._took, time.monotonic() - began)
            while len(_tried) >= REMEMBERED:
                _tried.pop(next(iter(_tried)), None)
            _tried[key] = known
        return known

    def _told(self, question: str, others: Iterable[str]) -> bool:
        """Tell whether one of the others asks for the same in nearly the same words."""
        own = _stems(question)
        return any(own == _stems(other) for other in others)

    def _vectors(self, questions: Sequence[str]) -> Vectors:
        return self.assistant.embedder.encode(list(questions))


def rests_on(candidate: Candidate, answer: Answer) -> bool:
    """Tell whether an answer is whole, to the question as written, and led by the words the question was made from."""
    if answer.status != "answered" or answer.read_as is not None:
        return False
    if candidate.kind == "comparison":
        rows = answer.table.rows if answer.table else ()
        return sum(all(row.cells) for row in rows) >= 2
    cited = set(answer.claims[0].citations)
    leading = [item for item in answer.citations if item.n in cited and item.doc_id == candidate.doc_id]
    if candidate.kind in ("list", "heading"):
        return any(item.section == candidate.section for item in leading) and _to_the_point(candidate, answer)
    return any(item.start < candidate.end and candidate.start < item.end for item in leading)


def _to_the_point(candidate: Candidate, answer: Answer) -> bool:
    """Tell whether the first sentences speak of what is asked, and the first does not go on from another."""
    said = _stems(" ".join(claim.text for claim in answer.claims[:2]))
    asked = _stems(candidate.question)
    return 2 * len(asked & said) >= len(asked) and not _GOES_ON.search(answer.claims[0].text)


def quoting(assistant: Answering) -> Answering:
    """Return an assistant over the same index that neither drafts nor asks a model to judge."""
    twin = copy.copy(assistant)
    twin.model, twin.notices = None, ()
    twin.checker = first_of(twin.checker)
    return twin


def _near(assistant: Answering, store: Store, answer: Answer) -> list[tuple[Candidate, float]]:
    """Return the candidates of the articles cited, or else retrieved, with a weight: the nearest in place and meaning."""
    cited = {citation.doc_id for citation in answer.citations}
    sections = {(citation.doc_id, citation.section) for citation in answer.citations}
    around = {passage.doc_id for passage in answer.passages}
    words = _stems(" ".join([answer.question, *(citation.quote for citation in answer.citations)]))
    found = []
    shown_at = [(citation.doc_id, citation.start, citation.end) for citation in answer.citations]
    for item in (*written(store), *askable(store)):
        told = any(
            item.doc_id == doc and item.start < end and start < item.end for doc, start, end in shown_at
        )
        if item.doc_id in cited | around and not (item.written and told):
            close = 1.0 if item.doc_id in cited else 0.4
            close += 0.3 if (item.doc_id, item.section) in sections else 0.0
            found.append((item, close + 0.3 * item.weight))
    for pair in compared_pairs(store, assistant.settings):
        if _stems(pair.question) <= words:
            found.append((pair, 0.8 + 0.3 * pair.weight))
    found.sort(key=lambda pair: -pair[1])
    found = found[: 2 * POOL]
    if not found:
        return []
    shown = [citation.quote for citation in answer.citations[:QUOTES]]
    vectors = assistant.embedder.encode([answer.question, *shown, *(item.question for item, _ in found)])
    context = vectors[0] + vectors[1 : 1 + len(shown)].sum(axis=0) / max(1, len(shown))
    near = vectors[1 + len(shown) :] @ (context / max(float(np.linalg.norm(context)), 1e-9))
    weighted = [
        (item, weight + 2 * float(cosine))
        for (item, weight), cosine in zip(found, near, strict=True)
        if cosine >= (NEAR if item.doc_id in cited else FAR)
    ]
    return sorted(weighted, key=lambda pair: -pair[1])


def _stems(question: str) -> frozenset[str]:
    """Return the stems of what a question asks about, the words that only ask for a meaning or a difference left out."""
    words = [word for word in content_words(question) if word.lower() not in _MEANING]
    return frozenset(stems(" ".join(words)))


def _store(assistant: Answering) -> Store:
    store: Store = assistant.retriever.store  # opened anew where another process has replaced it
    return store


def _key(assistant: Answering, count: int) -> str:
    settings = assistant.settings
    decides = [settings.min_evidence, settings.passages, settings.evidence, list(settings.contrasts), count]
    index = _store(assistant).manifest.index_id
    return digest(json.dumps([SCHEMA, program_version(), index, assistant.reader is not None, *decides]))


def _keep(assistant: Answering, count: int, found: Sequence[str]) -> None:
    """Keep the starters so that they are seen whole or not at all; a folder that cannot be written to keeps none."""
    path = assistant.settings.index_dir / FILE
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    body = {"key": _key(assistant, count), "starters": list(found)}
    try:
        part.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)

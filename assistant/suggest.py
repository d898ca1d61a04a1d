"""Suggest questions that the corpus answers: to begin with, and to go on with after an answer.

Every question is asked here first, by quotation alone, and only suggested where the answer rests on the words it was
made from.
"""

import copy
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.askable import Candidate, askable
from assistant.check.cascade import first_of
from assistant.compared import compared_pairs
from assistant.contents import asks_about_corpus
from assistant.embedder import Vectors
from assistant.index.lexical import content_words, tokens
from assistant.index.store import Store, digest
from assistant.pipeline import Assistant
from assistant.thresholds import program_version
from assistant.types import Answer, Message

FILE = "suggestions.json"  # in the index folder, outside its generations
SCHEMA = 1
TRIES = 8  # questions asked at most for one call, about 0.2 s each
POOL = 32  # candidates compared by meaning
QUOTES = 3  # quotations that count as much as the question in saying what an answer is about
NEAR, FAR = 0.15, 0.35  # cosine with that from which a question of a cited or another article goes on with it
ALIKE = 0.9  # cosine from which two questions ask the same
SAME_KIND, SAME_ARTICLE, FAILED = 0.8, 0.6, 0.5  # taken from the weight of what is like those tried
_MEANING = frozenset(
    ["stand", "meant", "define", "definition", "term", "differ", "differs", "difference", "separates"]
)

_GOES_ON = re.compile(
    r"\b(?:therefore|thus|hence|that view|this view|however|instead|after all|does not say)\b", re.I
)


def starters(assistant: Assistant, count: int = 4) -> list[str]:
    """Return up to `count` questions that the corpus answers, of different kinds and from different articles.

    They are kept in a file beside the index until the index or a setting that decides about them changes; finding
    them takes about two seconds. A small corpus may have fewer, or none.
    """
    kept = kept_starters(assistant, count)
    if kept is not None:
        return kept
    store = _store(assistant)
    pool = [*compared_pairs(store, assistant.settings), *askable(store)]
    pool.sort(key=lambda item: -item.weight)
    found = Search(assistant).pick([(item, item.weight) for item in pool[: 4 * POOL]], count)
    _keep(assistant, count, found)
    return found


def following(
    assistant: Assistant, answer: Answer, history: Sequence[Message] = (), count: int = 3
) -> list[str]:
    """Return up to `count` questions to go on with: answered by the articles cited, and not by what is shown.

    `history` holds the turns before the answer. What was asked in it, or is asked in other words, is left out.
    """
    store = _store(assistant)
    asked = [message.content for message in history if message.role == "user"]
    asked += [answer.question, *([answer.read_as] if answer.read_as else [])]
    shown = frozenset(claim.text for claim in answer.claims)
    if asks_about_corpus(answer.question):
        return [question for question in starters(assistant) if question not in asked][:count]
    near = _near(assistant, store, answer)
    return Search(assistant, asked=asked, shown=shown).pick(near, count)


def kept_starters(assistant: Assistant, count: int = 4) -> list[str] | None:
    """Return the starters found earlier for this index and these settings, at once; None where there are none."""
    try:
        body = json.loads((assistant.settings.index_dir / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(body, dict) or body.get("key") != _key(assistant, count):
        return None
    found = body.get("starters")
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else None


@dataclass
class Search:
    """The choice of questions for one call: each is tried before it is taken."""

    assistant: Assistant
    asked: Sequence[str] = ()
    shown: frozenset[str] = frozenset()
    kinds: Counter[str] = field(default_factory=Counter)
    articles: Counter[str | None] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def pick(self, weighted: Sequence[tuple[Candidate, float]], count: int) -> list[str]:
        """Return up to `count` questions, by weight, each unlike those before it in words, kind and article."""
        pool = [pair for pair in weighted if not self._told(pair[0].question, self.asked)][:POOL]
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
            if len(chosen) == count or not left:
                break
            best = max(left, key=lambda at: (self._worth(*pool[at]), -at))
            left.remove(best)
            candidate = pool[best][0]
            if self._try(asking, candidate):
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
            - SAME_KIND * self.kinds[candidate.kind]
            - SAME_ARTICLE * self.articles[candidate.doc_id]
            - FAILED * self.failed[candidate.kind]
        )

    def _try(self, asking: Assistant, candidate: Candidate) -> bool:
        answer = asking.invoke(candidate.question, {"run_name": "Suggestion"})
        fresh = bool(answer.claims) and answer.claims[0].text not in self.shown
        return fresh and rests_on(candidate, answer) and answer.confidence >= asking.settings.min_evidence

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


def quoting(assistant: Assistant) -> Assistant:
    """Return an assistant over the same index that neither drafts nor asks a model to judge."""
    twin = copy.copy(assistant)
    twin.model, twin.notices = None, ()
    twin.checker = first_of(twin.checker)
    return twin


def _near(assistant: Assistant, store: Store, answer: Answer) -> list[tuple[Candidate, float]]:
    """Return the candidates of the articles cited, or else retrieved, with a weight: the nearest in place and meaning."""
    cited = {citation.doc_id for citation in answer.citations}
    sections = {(citation.doc_id, citation.section) for citation in answer.citations}
    around = {passage.doc_id for passage in answer.passages}
    words = _stems(" ".join([answer.question, *(citation.quote for citation in answer.citations)]))
    found = []
    for item in askable(store):
        if item.doc_id in cited | around:
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
    return frozenset(tokens([" ".join(words)])[0])


def _store(assistant: Assistant) -> Store:
    store: Store = assistant.retriever.store  # opened anew where another process has replaced it
    return store


def _key(assistant: Assistant, count: int) -> str:
    settings = assistant.settings
    decides = [settings.min_evidence, settings.passages, settings.evidence, list(settings.contrasts), count]
    index = _store(assistant).manifest.index_id
    return digest(json.dumps([SCHEMA, program_version(), index, assistant.reader is not None, *decides]))


def _keep(assistant: Assistant, count: int, found: Sequence[str]) -> None:
    """Keep the starters so that they are seen whole or not at all; a folder that cannot be written to keeps none."""
    path = assistant.settings.index_dir / FILE
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    body = {"key": _key(assistant, count), "starters": list(found)}
    try:
        part.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)

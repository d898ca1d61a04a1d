"""Hold every sentence of a corpus with its words, its place and its neighbours, ready to be looked up."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.core.types import Block, Document
from assistant.index.store import Store
from assistant.text.sentences import sentence_spans
from assistant.text.words import content_senses
from eval.judges.mutate import NO_NAMES
from eval.run.types import Span

NEIGHBOURS = 2  # sentences on either side that may carry on with the same subject
_NAME = re.compile(r"(?<![\w.])[A-Z][\w&]*(?:(?: (?:of|the|de|von|del|van))*[ -][A-Z][\w&]*)*")
_CODE = re.compile(r"[A-Z]{2,}[a-z]?[A-Z\d]*")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sentence:
    """One sentence of a stored document: where it stands, and what it says."""

    number: int  # in `Texts.sentences`
    doc_id: str
    start: int
    end: int
    text: str
    kind: str  # of its block
    section: tuple[str, ...]
    senses: frozenset[str]

    @property
    def span(self) -> Span:
        """Where it lies, as gold."""
        return Span(doc_id=self.doc_id, start=self.start, end=self.end, text=self.text)


class Texts:
    """Every sentence of a corpus, in order of document and offset."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = {document.doc_id: document for document in documents}
        self.sentences: list[Sentence] = []
        self.headings: list[tuple[str, Block]] = []
        for document in documents:
            self._read(document)

    @classmethod
    def of(cls, store: Store, progress: Callable[[int, int], None] | None = None) -> "Texts":
        """Read every document of an index, by id."""
        ids = sorted(store.manifest.documents)
        documents = []
        for at, doc_id in enumerate(ids, 1):
            documents.append(store.document(doc_id))
            if progress:
                progress(at, len(ids))
        return cls(documents)

    def _read(self, document: Document) -> None:
        for block in document.blocks:
            if block.kind == "code":
                continue
            if block.kind == "heading":
                self.headings.append((document.doc_id, block))
                continue
            for start, end in sentence_spans(document.text[block.start : block.end]):
                text = document.text[block.start + start : block.start + end]
                made = Sentence(
                    number=len(self.sentences), doc_id=document.doc_id, start=block.start + start,
                    end=block.start + end, text=text, kind=block.kind, section=block.section,
                    senses=frozenset(content_senses(text)),
                )  # fmt: skip
                self.sentences.append(made)

    @cached_property
    def _by_document(self) -> dict[str, list[Sentence]]:
        found: dict[str, list[Sentence]] = defaultdict(list)
        for sentence in self.sentences:
            found[sentence.doc_id].append(sentence)
        return found

    def of_document(self, doc_id: str) -> list[Sentence]:
        """Return the sentences of a document, in order."""
        return self._by_document.get(doc_id, [])

    @cached_property
    def under(self) -> dict[str, list[Sentence]]:
        """The sentences below each title with headings."""
        found: dict[str, list[Sentence]] = defaultdict(list)
        for sentence in self.sentences:
            found[" > ".join([self.documents[sentence.doc_id].title, *sentence.section])].append(sentence)
        return found

    @cached_property
    def holding(self) -> dict[str, list[int]]:
        """The sentences that hold each sense, by number."""
        found: dict[str, list[int]] = defaultdict(list)
        for sentence in self.sentences:
            for sense in sorted(sentence.senses):
                found[sense].append(sentence.number)
        return found

    def weight(self, sense: str) -> float:
        """Return how rare a sense is."""
        return math.log(1 + len(self.sentences) / (1 + len(self.holding.get(sense, ()))))

    def covering(self, senses: Iterable[str], share: float) -> list[Sentence]:
        """Return the sentences that hold at least this share (0 to 1) of the senses by weight, in order."""
        weights = {sense: self.weight(sense) for sense in sorted(set(senses))}
        total = sum(weights.values())
        scores: dict[int, float] = defaultdict(float)
        for sense, weight in weights.items():
            for number in self.holding.get(sense, ()):
                scores[number] += weight
        return [self.sentences[at] for at in sorted(scores) if scores[at] >= share * total - 1e-9]

    def around(self, sentence: Sentence, size: int = NEIGHBOURS) -> list[Sentence]:
        """Return a sentence with its neighbours of the same document."""
        near = self.sentences[max(0, sentence.number - size) : sentence.number + size + 1]
        return [item for item in near if item.doc_id == sentence.doc_id]

    @cached_property
    def lower(self) -> frozenset[str]:
        """The words the corpus writes in lower case, and not more often with a capital inside a sentence."""
        low: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        for sentence in self.sentences:
            low.update(re.findall(r"\b[a-z][a-z'-]*\b", sentence.text))
            capital.update(word.lower() for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z'-]+\b", sentence.text))
        return frozenset(word for word, count in low.items() if count >= capital[word])

    @cached_property
    def names(self) -> dict[str, dict[str, list[str]]]:
        """The names of each document, each with the words that stand before it."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for sentence in self.sentences:
            for match in _NAME.finditer(sentence.text):
                before = sentence.text[: match.start()].split()
                if before and self.is_name(match.group()):
                    found[sentence.doc_id][match.group()].append(before[-1].lower())
        return found

    def is_name(self, phrase: str, *, opens: bool = False) -> bool:
        """Tell whether a capitalised phrase is a name and not a common word that opens a sentence."""
        words = phrase.split()
        if NO_NAMES & set(words) or len(phrase) < 3:
            return False
        if len(words) == 1:
            return bool(_CODE.fullmatch(phrase)) or (phrase.lower() not in self.lower and not opens)
        return not opens or words[0].lower() not in self.lower

    @cached_property
    def all_names(self) -> frozenset[str]:
        """The names of all documents."""
        return frozenset(name for held in self.names.values() for name in held)

    def known(self, phrase: str) -> bool:
        """Tell whether a phrase is written as a name, and known as one where it is a single word."""
        if not _NAME.fullmatch(phrase):
            return False
        return phrase in self.all_names or bool(_CODE.fullmatch(phrase))

    def named_in(self, text: str) -> list[str]:
        """Return the names a text holds, the longest form of each, in order."""
        return [
            match.group()
            for match in _NAME.finditer(text)
            if self.is_name(match.group(), opens=match.start() == 0)
        ]

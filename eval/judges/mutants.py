"""Break the claims of right answers on purpose, and see whether `bpo-kpo verify` would refuse them."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from assistant.answer.recheck import recheck
from assistant.check.pairs import Checker, Once, Pair
from assistant.core.types import Answer, Citation, Claim, Document, Judgement
from assistant.text.sentences import sentence_spans
from assistant.text.words import content_senses
from eval.judges.alter import alter_word, exchange_sides, put, turn_direction, word_pool
from eval.judges.mutate import change_name, change_number, change_year, exchange_names, names_of, negate
from eval.run.types import Mutant, Row

SPOKEN = {
    "subject exchanged": exchange_sides, "number changed": change_number, "year changed": change_year,
    "negation": negate, "direction turned": turn_direction,
}  # fmt: skip
NAMED = {"name exchanged": change_name, "two names exchanged": exchange_names}
WRITTEN = "restated.jsonl"  # of eval/golden: sentences of the articles, restated by hand, truly and falsely
TRUE = ("untouched", "restated")  # these should pass
HAND_MADE = (
    "roles exchanged", "comparison exchanged", "condition dropped", "attribution lost", "detail added", "conflation",
    "time order",
)  # fmt: skip
KINDS = (*TRUE, *SPOKEN, *NAMED, "claim word altered", "wrong citation", "quote altered", *HAND_MADE)
CLOSEST = 5  # sentences of other documents among which a wrong citation is drawn
CARRIED = 0.75  # share of the claim's words from which another sentence may say the same


@dataclass(frozen=True, kw_only=True)
class _Right:
    """A claim of a right answer with the citations it rests on."""

    case_id: str
    at: int
    claim: Claim
    citations: tuple[Citation, ...]

    @property
    def evidence(self) -> str:
        return "\n".join(item.quote for item in self.citations)


class _Corpus:
    """What the claims are broken with: the documents they cite, their names and words, other citations."""

    def __init__(self, claims: Sequence[_Right], document: Callable[[str], Document]) -> None:
        self.document = document  # by its id; raises KeyError where there is none
        cited = {(c.doc_id, c.start, c.end): c for right in claims for c in right.citations}
        self.citations = [replace(cited[place], n=1) for place in sorted(cited)]
        self.senses = [frozenset(content_senses(item.quote)) for item in self.citations]
        self.texts: dict[str, list[str]] = {}
        for doc_id in sorted({item.doc_id for item in self.citations}):
            text = _text(document, doc_id)
            self.texts[doc_id] = [text[a:b] for a, b in sentence_spans(text)]
        self.names = {doc_id: names_of(texts) for doc_id, texts in self.texts.items()}

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        """Content words of the documents by their endings."""
        return word_pool(text for texts in self.texts.values() for text in texts)

    def elsewhere(self, right: _Right, rng: random.Random) -> Citation | None:
        """Draw a citation of another document among those closest to the claim that cannot say the same."""
        own = frozenset(content_senses(right.claim.text))
        docs = {item.doc_id for item in right.citations}
        shares = [
            (len(own & senses) / len(own) if own else 1.0, at)
            for at, (item, senses) in enumerate(zip(self.citations, self.senses, strict=True))
            if item.doc_id not in docs
        ]
        near = sorted((-share, at) for share, at in shares if share < CARRIED)[:CLOSEST]
        return self.citations[rng.choice(near)[1]] if near else None


@dataclass(frozen=True, kw_only=True)
class _Broken:
    """A claim broken in one way, as an answer of its own that can be checked again."""

    right: _Right
    kind: str
    text: str
    citations: tuple[Citation, ...]

    @property
    def answer(self) -> dict[str, Any]:
        claim = replace(self.right.claim, text=self.text, citations=tuple(c.n for c in self.citations))
        return Answer(question="", claims=(claim,), citations=self.citations).to_dict()


def make(
    rows: Sequence[Row], checker: Checker, document: Callable[[str], Document], seed: int
) -> list[Mutant]:
    """Break each cited claim of some rightly answered rows in every way that fits it.

    `document` returns a stored document, or raises KeyError. "untouched" is the claim as it was. A mutant is
    refused where checking the answer again finds fault with its citation or its claim. Equal claims on equal
    citations are taken once. Sorted by case, claim and way; the same for a seed whatever the order of the rows.
    """
    claims = list(_claims(rows))
    corpus = _Corpus(claims, document)
    broken = [item for right in claims for item in _break(right, corpus, seed)]
    once = Once(checker)
    asked = _Asked()
    for item in broken:
        recheck(item.answer, corpus, asked)
    once.check(asked.pairs)
    return [
        Mutant(
            case_id=item.right.case_id,
            claim=item.right.at,
            kind=item.kind,
            text=item.text,
            quote="\n".join(citation.quote for citation in item.citations),
            refused=not recheck(item.answer, corpus, once).holds,
        )
        for item in broken
    ]


class _Asked:
    """Stands in for the checker to learn all it will be asked, so that it is asked in one batch."""

    name = "asked"

    def __init__(self) -> None:
        self.pairs: list[Pair] = []

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Note the pairs; without a verdict the halves of a claim are asked about too."""
        self.pairs += pairs
        return [Judgement(verdict="unjudged", score=0.0) for _ in pairs]


def _claims(rows: Iterable[Row]) -> Iterator[_Right]:
    """Yield each claim that rests on citations, sorted by case, equal ones once."""
    seen: set[tuple[object, ...]] = set()
    for row in sorted(rows, key=lambda row: row.case.id):
        known = {item.n: item for item in row.answer.citations} if row.answer else {}
        for at, claim in enumerate(row.answer.claims if row.answer else ()):
            cited = tuple(known[n] for n in dict.fromkeys(claim.citations) if n in known)
            key = (claim.text, *((item.doc_id, item.start, item.end) for item in cited))
            if cited and key not in seen:
                seen.add(key)
                yield _Right(case_id=row.case.id, at=at, claim=claim, citations=cited)


def _break(right: _Right, corpus: _Corpus, seed: int) -> Iterator[_Broken]:
    """Yield a claim untouched, and broken in every way that fits it."""
    text, evidence = right.claim.text, right.evidence

    def rng(kind: str) -> random.Random:
        return random.Random(f"{seed}|{right.case_id}|{right.at}|{kind}")

    names = corpus.names[right.citations[0].doc_id]
    made: dict[str, str | None] = {"untouched": text}
    made |= {kind: mutate(text, rng(kind)) for kind, mutate in SPOKEN.items()}
    made |= {kind: mutate(text, names, rng(kind)) for kind, mutate in NAMED.items()}
    altered = alter_word(text, evidence, corpus.words, rng("claim word altered"))
    made["claim word altered"] = put(text, *altered) if altered else None
    for kind, changed in made.items():
        if changed and (kind == "untouched" or changed not in evidence):
            yield _Broken(right=right, kind=kind, text=changed, citations=right.citations)
    other = corpus.elsewhere(right, rng("wrong citation"))
    if other:
        yield _Broken(right=right, kind="wrong citation", text=text, citations=(other,))
    yield from _alter_quote(right, corpus.words, rng("quote altered"))
    for kind, restated in _restatements().get((right.citations[0].doc_id, evidence), ()):
        yield _Broken(right=right, kind=kind, text=restated, citations=right.citations)


def _alter_quote(right: _Right, words: Mapping[str, Sequence[str]], rng: random.Random) -> Iterator[_Broken]:
    """Yield the claim with one word replaced in its first quote, and in the claim where it holds it."""
    first, *rest = right.citations
    altered = alter_word(first.quote, right.evidence, words, rng)
    if altered:
        quoted = replace(first, quote=put(first.quote, *altered))
        text = put(right.claim.text, *altered)
        yield _Broken(right=right, kind="quote altered", text=text, citations=(quoted, *rest))


@lru_cache(maxsize=1)
def _restatements() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return what was written by hand: {(document, its sentence): [(kind, restatement), ...]}."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for line in files("eval").joinpath("golden", WRITTEN).read_text("utf-8").splitlines():
        row = json.loads(line)
        found.setdefault((row["doc"], row["quote"]), []).append((row["kind"], row["text"]))
    return found


def _text(document: Callable[[str], Document], doc_id: str) -> str:
    try:
        return document(doc_id).text
    except KeyError:
        return ""

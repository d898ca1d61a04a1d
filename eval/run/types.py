"""The shapes of an evaluation, in the order they flow: case, row, opinion, measure, run.

Offsets count Unicode characters of the stored document, half-open, as everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.core.types import Answer, Message, Verdict

GoldRule = Literal["any", "all", "per_answer"]
CaseOrigin = Literal["hand", "generated", "public"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, kw_only=True)
class Span:
    """Words of a stored document that answer a question; `answer` tells which of several answers they give."""

    doc_id: str
    start: int
    end: int
    text: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question, and what its author marked as right.

    `gold_rule`: one span is enough ("any"), the full answer needs each ("all"), or one for each distinct
    `answer` ("per_answer"). `key_facts`: for each fact its wordings, one of which the answer must hold.
    `wrong`: wordings that the answer must not hold. `relevant`: graded documents or chunks for retrieval-only
    cases (BEIR), by doc_id; such a case has `answerable` True and no spans.
    """

    id: str
    question: str
    answerable: bool
    history: tuple[Message, ...] = ()
    answers: tuple[str, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    gold: tuple[Span, ...] = ()
    gold_rule: GoldRule = "any"
    gold_docs: tuple[str, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    kind: str = "question"
    origin: CaseOrigin = "hand"


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One retrieved chunk of a case's ranking, best first."""

    chunk_id: str
    doc_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """What became of one case: the whole answer, and the ten best chunks for the question as it was read.

    `answer` is None for retrieval-only cases and where asking failed; `error` then says why. `relevant` holds
    the grade of each chunk (by chunk_id) that overlaps a gold span, or of each document (by doc_id) where only
    documents are marked: see `by_document`.
    """

    case: Case
    answer: Answer | None
    ranking: tuple[Ranked, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    by_document: bool = False
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What one judge says of one claim on a set of its citations ([] where it cites none: the passages).

    `claim` is the position in `Answer.claims`, from 0. A claim has one opinion on all its citations, and, where
    it has several, one on each alone and one on all but each. "unjudged" where the judge gave no verdict.
    """

    case_id: str
    claim: int
    judge: str
    citations: tuple[int, ...]
    verdict: Verdict
    score: float  # 0 to 1
    raw: str | None = None  # an LLM's reply, word for word


ANSWER = -1  # in the place of a claim: the whole answer


@dataclass(frozen=True, kw_only=True)
class Label:
    """A person's verdict on one claim beside all the words it cites; "unjudged" where the person could not tell.

    With ANSWER in the place of a claim it is about the whole answer: "supported" answers the question, "unverified" does
    in part, "unsupported" does not.
    """

    case_id: str
    claim: int
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One deliberately wrong version of a correct claim, and whether the product's own check refused it.

    `kind` "untouched" is the claim as it was: to refuse that is the mistake.
    """

    case_id: str
    claim: int
    kind: str
    text: str
    quote: str
    refused: bool


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of a run with its 95 % interval and what it was counted over.

    `value`, `low` and `high` are None where there was nothing to count. `unjudged` counts what the judge could
    not tell, which is in neither part of `value`. `group` gathers measures in the report: "retrieval",
    "citations", "grounding", "answers", "abstention", "drafts", "time", "mutation".
    """

    name: str
    label: str
    group: str
    value: float | None
    low: float | None
    high: float | None
    count: int
    better: Better
    unit: Literal["share", "seconds", "count"] = "share"
    unjudged: int = 0
    about: str = ""  # the first line of the definition


@dataclass(frozen=True, kw_only=True)
class Run:
    """Everything a run folder holds, loaded.

    `about` is run.json: name, settings, versions, hashes, seed, pipeline, judges, machine, started, seconds.
    """

    about: Mapping[str, Any]
    rows: Sequence[Row]
    opinions: Sequence[Opinion] = ()
    mutants: Sequence[Mutant] = ()
    labels: Sequence[Label] = ()
    measures: Sequence[Measure] = ()

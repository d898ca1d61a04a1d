"""Every shape the data takes, in the order it flows: document, chunk, passage, evidence, claim, answer.

All offsets count Unicode characters in `Document.text`, half-open, so `text[start:end]` is the words meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]
Verdict = Literal["supported", "contradicted", "unsupported", "unjudged"]
Origin = Literal["quote", "model"]
Status = Literal["answered", "partial", "declined"]
Says = Literal["yes", "no"]
Role = Literal["user", "assistant"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One heading, paragraph, list item or table row of a document."""

    kind: BlockKind
    start: int
    end: int
    section: tuple[str, ...] = ()  # headings above it, outermost first
    page: int | None = None  # counted from 1, for paged formats


@dataclass(frozen=True, kw_only=True)
class Document:
    """One article as stored: plain text, and where its blocks lie in it."""

    doc_id: str
    title: str
    source: str  # path or address it was read from
    text: str
    sha256: str  # of `text` in UTF-8
    blocks: tuple[Block, ...]
    date: str | None = None


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A run of whole sentences of one section, the unit that is embedded and retrieved."""

    chunk_id: str  # doc_id:start-end
    doc_id: str
    start: int
    end: int
    text: str  # Document.text[start:end]
    section: str  # "Risks > Communication", or ""
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A retrieved chunk and its fused score, higher is better, comparable within one query only."""

    chunk_id: str
    doc_id: str
    title: str
    source: str
    section: str
    page: int | None
    start: int
    end: int
    score: float
    text: str
    doc_sha256: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One sentence of a passage, and how well it answers the question (0 to 1)."""

    passage: Passage
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the checker says of one claim: a verdict, a score from 0 to 1, and its reasons in words."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Citation:
    """The exact words of a document behind a claim; numbered from 1 in order of first use."""

    n: int
    doc_id: str
    title: str
    source: str
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    doc_sha256: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One shown sentence, its verdict and the numbers of its citations.

    `item` marks the items of a list; `says` is what the sentence answers to a yes-or-no question.
    """

    text: str
    verdict: Verdict
    score: float
    citations: tuple[int, ...]
    origin: Origin
    item: bool = False
    says: Says | None = None


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A sentence the model wrote that was not shown, with the reason."""

    text: str
    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """What a model wrote: its sentences, and the markers in them, counted.

    `invented` markers name no evidence; `replaced` ones name evidence that the sentence, once checked, does not
    rest on. A sentence that was withheld counts its markers as written, and only the invented ones besides.
    """

    sentences: int = 0
    markers: int = 0
    invented: int = 0
    replaced: int = 0


@dataclass(frozen=True, kw_only=True)
class Message:
    """One earlier turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One aspect of a comparison: for each side the positions of its claims in `Answer.claims`, from 0.

    An empty cell is not stated in the corpus. One claim may stand in both cells.
    """

    aspect: str
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A comparison: its sides, in the order of the columns, and its rows. Claims outside it lead up to it."""

    sides: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was asked, what is shown, and everything needed to check it.

    `status` and `text` follow from the claims. `confidence` (0 to 1) is the score of the best evidence, or of
    the heading that asks the same: it decided between answering and declining. `unanswered` holds the parts of the question the corpus does
    not settle; `read_as` is the question as it was searched when that differs from what was typed;
    `notices` say in words what went wrong on the way (a model that failed, for one).
    """

    question: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    passages: tuple[Passage, ...] = ()
    reason: str | None = None
    confidence: float = 0.0
    unanswered: tuple[str, ...] = ()
    read_as: str | None = None
    notices: tuple[str, ...] = ()
    table: Table | None = None  # for a comparison question; its cells are among the claims
    drafts: Drafts = Drafts()
    model: str = "none"
    embedder: str = ""
    checker: str = ""
    index_id: str = ""
    timings_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """Derive the status: nothing shown is declined, an open part makes it partial."""
        if not self.claims:
            return "declined"
        return "partial" if self.unanswered else "answered"

    @property
    def text(self) -> str:
        """Join the claims, each followed by its numbers: "KPO needs experts [1]." """
        return " ".join(marked(claim) for claim in self.claims)

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Answer":
        """Read back what `to_dict` wrote; what follows from the claims is derived again.

        Raises ValueError that names each field of another type, or without which there is no answer.
        """
        return _answers().validate_python(dict(body))

    def to_dict(self) -> dict[str, Any]:
        """Return the answer contract as plain JSON types."""
        body = asdict(self)
        head = {"question": body.pop("question"), "status": self.status}
        head |= {"reason": body.pop("reason"), "text": self.text}
        return jsonable(head | body)  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class ClaimShown:
    """Stream event: a checked sentence, with the citations it is the first to use.

    `aspect` names the row where it stands in a table, which comes with the whole answer.
    """

    claim: Claim
    new_citations: tuple[Citation, ...]
    aspect: str | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerDone:
    """Last stream event: the whole answer."""

    answer: Answer


Event = ClaimShown | AnswerDone


def marked(claim: Claim) -> str:
    """Put the citation numbers before the closing punctuation of a claim, and "Yes." or "No." before it."""
    numbers = "".join(f"[{n}]" for n in claim.citations)
    body = claim.text.rstrip()
    end = body[-1] if body and body[-1] in ".!?" else ""
    words = f"{body[: len(body) - len(end)]} {numbers}{end}" if numbers else body
    return f"{lead(claim)}{words}"


def lead(claim: Claim) -> str:
    """Return "Yes. " or "No. " where the claim says so to the question, else nothing."""
    return f"{claim.says.capitalize()}. " if claim.says else ""


@lru_cache(maxsize=1)
def _answers() -> "TypeAdapter[Answer]":
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)


def jsonable(value: Any) -> Any:
    """Turn tuples into lists, all the way down."""
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [jsonable(item) for item in value]
    return value

"""Every shape the data takes, in the order it flows: document, chunk, passage, evidence, claim, answer.

All offsets count Unicode characters in `Document.text`, half-open, so `text[start:end]` is the words meant.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, overload

from assistant.core.display import Displayed, Printed, Tabular
from assistant.core.plain import jsonable, marked

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]
Verdict = Literal["supported", "unverified", "contradicted", "unsupported", "unjudged"]
Origin = Literal["quote", "model"]
Status = Literal["answered", "partial", "declined"]
Says = Literal["yes", "no"]
Role = Literal["user", "assistant"]
SITE = " | "  # in a title, before the name of whose page it is


@dataclass(frozen=True, kw_only=True)
class Block:
    """One heading, paragraph, list item or table row of a document."""

    kind: BlockKind
    start: int
    end: int
    section: tuple[str, ...] = ()  # headings above it, outermost first
    page: int | None = None  # counted from 1, for paged formats
    caption: str = ""  # of its table, for a row


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One source that a document names as its own."""

    title: str
    url: str | None = None  # http or https
    kind: str | None = None  # as the document calls it: "press", "law firm"


@dataclass(frozen=True, kw_only=True)
class AskedQuestion:
    """A question that a document answers, and where in its text the answering sentences stand, in order."""

    question: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One article as stored: plain text, and where its blocks lie in it."""

    doc_id: str  # unique in an index
    title: str  # as the file states it, else its first heading or its name
    source: str  # path or address it was read from
    text: str  # plain text; all offsets count its characters
    sha256: str  # of `text` in UTF-8
    blocks: tuple[Block, ...]  # in the order of the text
    date: str | None = None  # as the file states it
    language: str | None = None  # code of the language most of it is in, "en"; None where it cannot be told
    references: tuple[Reference, ...] = ()  # its own sources, as it names them
    questions: tuple[AskedQuestion, ...] = ()  # that it answers, as its author or owner wrote them
    scanned: tuple[int, ...] = ()  # pages whose words text recognition read from a picture
    notes: tuple[str, ...] = ()  # in words, what of its file was not read, or how


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A run of whole sentences of one section, the unit that is embedded and retrieved."""

    chunk_id: str  # `doc_id:start-end`
    doc_id: str
    start: int
    end: int
    text: str  # `Document.text[start:end]`
    section: str  # "Risks > Communication", or ""
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Passage(Displayed):
    """A retrieved chunk and its fused score, higher is better, comparable within one query only."""

    chunk_id: str  # `doc_id:start-end`
    doc_id: str  # of its document
    title: str  # of its document
    source: str  # path or address of its document
    section: str  # "Risks > Communication", or ""
    page: int | None  # from 1, for paged formats
    start: int  # its first character in the document's text
    end: int  # one after its last character
    score: float  # fused of meaning and words
    text: str  # `Document.text[start:end]`
    doc_sha256: str  # of the document's text in UTF-8
    date: str | None = None  # of its document
    scanned: bool = False  # text recognition read its page from a picture


class Passages(list[Passage], Tabular):
    """Retrieved passages, best first: a list that a notebook shows, as it does a slice of it."""

    @overload
    def __getitem__(self, at: SupportsIndex) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> "Passages": ...
    def __getitem__(self, at: SupportsIndex | slice) -> "Passage | Passages":
        """Return the passage at a place, or the passages of a slice."""
        return Passages(super().__getitem__(at)) if isinstance(at, slice) else super().__getitem__(at)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One sentence of a passage, and how well it answers the question (0 to 1)."""

    passage: Passage
    start: int
    end: int
    text: str
    score: float = 0.0  # until it is measured
    table: str | None = None  # of a table row: what its table is headed with, or ""


@dataclass(frozen=True, kw_only=True)
class Judgement(Displayed):
    """What the checker says of one claim: a verdict, a score from 0 to 1, and its reasons in words."""

    verdict: Verdict  # "unverified": likely, not sure; "unjudged": the checker could not tell
    score: float  # 0 to 1, the support found
    reasons: tuple[str, ...] = ()  # in words; empty where nothing speaks against it
    weak: tuple[tuple[int, int], ...] = ()  # characters of the claim's words without support
    final: bool = False  # a rule decided, so that no other checker may turn it


@dataclass(frozen=True, kw_only=True)
class Citation(Displayed):
    """The exact words of a document behind a claim; numbered from 1 in order of first use.

    `prefix` and `suffix` are the words of the passage around it, as in the W3C's TextQuoteSelector; at most 300
    characters each.
    """

    n: int  # its number, from 1
    doc_id: str  # of its document
    title: str  # of its document
    source: str  # path or address of its document
    section: str  # "Risks > Communication", or ""
    page: int | None  # from 1, for paged formats
    start: int  # first character of the quote in the document's text
    end: int  # one after its last character
    quote: str  # `Document.text[start:end]`
    doc_sha256: str  # of the document's text in UTF-8
    date: str | None = None  # of its document
    prefix: str = ""
    suffix: str = ""
    table: str | None = None  # of a table row: what its table is headed with, or ""
    scanned: bool = False  # text recognition read its page from a picture


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One shown sentence, its verdict and the numbers of its citations.

    A model's "unverified" sentence is shown as such, beside its quotation; `weak` are the characters of it without
    support. `item` marks the items of a list; `says` is what the sentence answers to a yes-or-no question.
    """

    text: str  # the sentence, without numbers
    verdict: Verdict  # "supported", or "unverified" and shown as such
    score: float  # 0 to 1; 1 for a quotation
    citations: tuple[int, ...]  # numbers of its citations
    origin: Origin  # "quote" is the source's own words
    item: bool = False
    says: Says | None = None
    row: bool = False  # a row of a table, each cell with its column's head
    weak: tuple[tuple[int, int], ...] = ()  # characters of an unverified sentence without support
    lead: str = ""  # words of the product's own that stand before it


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A sentence the model wrote that was not shown, with the reason."""

    text: str  # the sentence, without markers
    verdict: Verdict  # of the check
    score: float  # 0 to 1, the support found
    reasons: tuple[str, ...] = ()  # in words


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """What a model wrote: its sentences, and the markers in them, counted.

    `invented` markers name no evidence; `replaced` ones name evidence that the sentence, once checked, does not
    rest on. A sentence that was withheld counts its markers as written, and only the invented ones besides.
    `unmarked` sentences carried no marker that names evidence: none at all, or invented ones alone.
    """

    sentences: int = 0
    markers: int = 0
    invented: int = 0
    replaced: int = 0
    unmarked: int = 0


@dataclass(frozen=True, kw_only=True)
class Message:
    """One earlier turn of a conversation."""

    role: Role  # "user" asks, "assistant" answers
    content: str  # plain text


@dataclass(frozen=True, kw_only=True)
class Row:
    """One aspect of a comparison: for each side the positions of its claims in `Answer.claims`, from 0.

    An empty cell is not stated in the corpus. One claim may stand in both cells.
    """

    aspect: str  # what is compared
    cells: tuple[tuple[int, ...], ...]  # in the order of the sides


@dataclass(frozen=True, kw_only=True)
class Table:
    """A comparison: its sides, in the order of the columns, and its rows. Claims outside it lead up to it."""

    sides: tuple[str, ...]  # two names, as in BPO and KPO
    rows: tuple[Row, ...]  # in the order shown


@dataclass(frozen=True, kw_only=True)
class Answer(Tabular):
    """What was asked, what is shown, and everything needed to check it.

    `status` and `text` follow from the claims. `confidence` (0 to 1) is the score of the best evidence, or of
    the heading that asks the same: it decided between answering and declining. `unanswered` holds the parts of the question the corpus does
    not settle; `read_as` is the question as it was searched when that differs from what was typed;
    `notices` say in words what went wrong on the way (a model that failed, for one). `reason` says why an answer was
    declined; one with claims has "model_unavailable" where its model failed and the rest is quoted, or "unsure" where
    the quotations only may answer.
    """

    question: str  # as it was asked
    claims: tuple[Claim, ...] = ()  # in the order shown
    citations: tuple[Citation, ...] = ()  # in the order of their numbers
    withheld: tuple[Withheld, ...] = ()  # drafted, but not shown
    passages: tuple[Passage, ...] = ()  # retrieved, best first
    reason: str | None = None  # no_evidence, off_topic, false_premise, model_unavailable ...
    confidence: float = 0.0
    unanswered: tuple[str, ...] = ()
    read_as: str | None = None
    notices: tuple[str, ...] = ()
    table: Table | None = None  # for a comparison question; its cells are among the claims
    drafts: Drafts = Drafts()  # what the model wrote, counted
    model: str = "none"  # the chat model in force
    embedder: str = ""  # the embedding model's name
    checker: str = ""  # the checker's name
    index_id: str = ""  # of the index that was asked
    articles: Mapping[str, str] = field(
        default_factory=dict
    )  # those that alone were asked, title by id; none: all
    timings_s: Mapping[str, float] = field(default_factory=dict)  # seconds of each stage, and in all

    @property
    def status(self) -> Status:
        """Derive the status: nothing shown is declined; an open part, or quotations that only may answer, make it partial."""
        if not self.claims:
            return "declined"
        return "partial" if self.unanswered or self.reason == "unsure" else "answered"

    @property
    def text(self) -> str:
        """Join the claims, each followed by its numbers: "KPO needs experts [1]." """
        return " ".join(marked(claim) for claim in self.claims)

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Answer":
        """Read back what `to_dict` wrote; what follows from the claims is derived again.

        Raises ValueError that names each field of another type, or without which there is no answer, and for a
        table that points at claims which are not there.
        """
        if not isinstance(body, Mapping):
            raise ValueError(
                f"An answer is read from what to_dict wrote, and this is of type {type(body).__name__}: "
                "give a mapping, of a JSON text what json.loads makes of it."
            )
        answer = _answers().validate_python(dict(body))
        if answer.table and not _fits(answer.table, len(answer.claims)):
            raise ValueError(
                f"The table does not fit the answer: give each row as many cells as there are sides "
                f"({len(answer.table.sides)}), with positions of claims, which count from 0 (claims: {len(answer.claims)})."
            )
        return answer

    def to_dict(self) -> dict[str, Any]:
        """Return the answer contract as plain JSON types."""
        body = asdict(self)
        head = {"question": body.pop("question"), "status": self.status}
        head |= {"reason": body.pop("reason"), "text": self.text}
        return jsonable(head | body)  # type: ignore[no-any-return]


class Answers(list[Answer], Displayed):
    """The answers of a batch, in the order of the questions: a list that a notebook shows."""


@dataclass(frozen=True, kw_only=True)
class ClaimShown(Printed):
    """Stream event: a checked sentence, with the citations it is the first to use.

    `aspect` names the row where it stands in a table, which comes with the whole answer.
    """

    claim: Claim  # checked
    new_citations: tuple[Citation, ...]  # in the order of their numbers
    aspect: str | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerDone(Printed):
    """Last stream event: the whole answer."""

    answer: Answer  # with all that was shown before


Event = ClaimShown | AnswerDone


@lru_cache(maxsize=1)
def _answers() -> "TypeAdapter[Answer]":
    from pydantic import TypeAdapter  # slow to load, and few read an answer back

    return TypeAdapter(Answer)


def _fits(table: Table, claims: int) -> bool:
    """Tell whether each row has a cell for each side, and each cell points at some of so many claims."""
    return bool(table.sides) and all(
        len(row.cells) == len(table.sides) and all(0 <= at < claims for cell in row.cells for at in cell)
        for row in table.rows
    )

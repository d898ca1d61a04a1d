"""The shapes of requests and replies, as they stand in the OpenAPI description."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.core.types import Citation, Claim, Drafts, Passage, Role, Status, Table, Withheld
from assistant.question.read import MAX_CHARACTERS

WORDS = r"[^\s\x00-\x1f\x7f-\x9f]"  # holds something to read
SOURCE = r"^(https?://[^\s]+|/[^\x00]*|[A-Za-z]:[\\/][^\x00]*)$"  # an address, or a whole path
MAX_TURNS = 200
MAX_ARTICLES = 1000  # named in a question
MAX_EVIDENCE = 50
MAX_TEXT = 100_000  # characters of one turn or one piece of evidence
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS, pattern=WORDS)]
Evidence = Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=WORDS)]


def whole(value: object) -> object:
    """Return 41 for 41.0, which JSON holds to be the same; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Strict(BaseModel):
    """A request: a field that is not known is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Turn(Strict):
    """One earlier turn of a conversation."""

    role: Role
    content: Text


class AskRequest(Strict):
    """A question, the turns before it, and the articles to ask alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "What does KPO stand for?"},
                {
                    "question": "And BPO?",
                    "history": [
                        {"role": "user", "content": "What does KPO stand for?"},
                        {"role": "assistant", "content": "KPO stands for Knowledge Process Outsourcing."},
                    ],
                },
            ]
        },
    )
    question: Words
    history: list[Turn] = Field(default=[], max_length=MAX_TURNS, description="Earlier turns, oldest first.")
    articles: list[Text] = Field(
        default=[],
        max_length=MAX_ARTICLES,
        description="Articles to ask alone, by id, title or file name; none: all.",
    )
    stream: bool = Field(
        default=False,
        description="Reply with server-sent events: `claim` for each sentence once it is checked, `answer` with the "
        "whole at the end, `error` where it fails on the way.",
    )


class AnswerBody(BaseModel):
    """An answer: the sentences shown, each with its citations, and all that is needed to check them."""

    question: str
    status: Status
    reason: str | None = Field(
        description="Why it was declined: no_evidence, off_topic, false_premise ... With claims: model_unavailable, the rest "
        "is quoted; unsure, the quotations only may answer, and the status is partial."
    )
    text: str = Field(
        description="The sentences, each with the numbers of its citations, after words of the product's own such as its `lead`."
    )
    claims: list[Claim]
    citations: list[Citation] = Field(
        description="`start` and `end` count Unicode characters of the stored text; `document_text[start:end] == quote`."
    )
    withheld: list[Withheld] = Field(description="What the model wrote that was not shown, with the reasons.")
    passages: list[Passage]
    confidence: float
    unanswered: list[str]
    read_as: str | None
    notices: list[str]
    table: Table | None
    drafts: Drafts
    model: str
    embedder: str
    checker: str
    index_id: str
    timings_s: dict[str, float]
    articles: dict[str, str] = Field(
        description="Title by id of the articles that alone were asked; empty: all."
    )


class SearchRequest(Strict):
    """Words to search for."""

    query: Words = Field(examples=["service credits"])
    k: Annotated[int | None, BeforeValidator(whole)] = Field(
        default=None, ge=1, le=100, description="Passages wanted; else as the server is set."
    )


class SearchBody(BaseModel):
    """The passages found, best first."""

    passages: list[Passage]


class VerifyRequest(Strict):
    """A claim and the evidence it is to be judged by."""

    claim: Words = Field(examples=["The harbour of Vell opened in 1904."])
    evidence: Evidence | Annotated[list[Evidence], Field(min_length=1, max_length=MAX_EVIDENCE)] = Field(
        description="One text, or several that count together.",
        examples=["Vell's harbour was opened in 1904."],
    )


class Cited(Strict):
    """Words that an answer cites."""

    doc_id: Text
    section: Text = ""
    quote: Text = ""


class SuggestRequest(Strict):
    """What was asked and shown: enough of an answer to go on from."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "What does KPO stand for?",
                    "shown": ["KPO stands for Knowledge Process Outsourcing."],
                }
            ]
        },
    )
    question: Words
    read_as: Text | None = None
    shown: list[Text] = Field(default=[], max_length=MAX_TURNS, description="The sentences of the answer.")
    cited: list[Cited] = Field(default=[], max_length=MAX_TURNS, description="What it cites.")
    near: list[Text] = Field(default=[], max_length=MAX_TURNS, description="`doc_id` of the passages found.")
    history: list[Turn] = Field(default=[], max_length=MAX_TURNS)


class Suggestions(BaseModel):
    """Questions that the articles answer."""

    questions: list[str]


class IndexBody(BaseModel):
    """What is asked, and with what."""

    index: str = Field(description="Its name.")
    index_id: str
    articles: int
    titles: list[str]
    model: str
    embedder: str
    checker: str
    read_only: bool


class ArticleBody(BaseModel):
    """One article in the list."""

    doc_id: str
    title: str
    source: str
    date: str | None
    chunks: int
    words: int
    summary: str = Field(description="Its first sentence, or the one that holds the words searched for.")


class ArticlesBody(BaseModel):
    """A part of the list of articles, in the order of their titles."""

    total: int = Field(description="Of all that match.")
    articles: list[ArticleBody]


class IngestRequest(Strict):
    """What to bring into the index."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sources": ["https://example.org/article.html"]}]}
    )
    sources: list[Annotated[str, Field(max_length=2000, pattern=SOURCE)]] = Field(
        default=[],
        max_length=1000,
        description="Addresses of pages, and paths on the server below a folder it was allowed with --allow-path. "
        "Without any: the bundled articles.",
    )
    rebuild: bool = Field(default=False, description="Split and embed anew what the index holds.")


class FailedSource(BaseModel):
    """A source that could not be read, with the reason."""

    source: str
    reason: str


class NotedSource(BaseModel):
    """A source that was read but for a part."""

    source: str
    note: str


class ReportBody(BaseModel):
    """What became of each source: ids of documents, and how many the index holds now."""

    index: str
    added: list[str]
    updated: list[str]
    unchanged: list[str]
    removed: list[str]
    failed: list[FailedSource]
    unread: list[str] = Field(description="Files of kinds that are not read.")
    notes: list[NotedSource] = Field(description="What of a source was not read.")
    documents: int
    chunks: int


class JobBody(BaseModel):
    """Work on the index: how far it is, and what came of it."""

    job_id: str
    title: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    stage: str = Field(description="What is being done, in words.")
    share: float = Field(ge=0, le=1, description="How much of the stage is done.")
    error: str | None = Field(description="Why it failed; nothing was changed then.")
    report: ReportBody | None = Field(description="Once it is done.")


class RemovedBody(BaseModel):
    """The article that was removed."""

    removed: str


ErrorKind = Literal[
    "invalid_request",
    "unauthorized",
    "forbidden",
    "not_found",
    "not_allowed",
    "timeout",
    "index_busy",
    "too_large",
    "unreadable",
    "too_many_requests",
    "failed",
    "model",
    "busy",
    "index",
]


class ErrorInfo(BaseModel):
    """What was wrong, in one line, and of what kind."""

    message: str
    type: ErrorKind
    param: str | None = Field(description="The field that is wrong.")
    code: str | None = Field(description="Always null: clients of OpenAI's interface read it.")


class ErrorBody(BaseModel):
    """Every error has this form."""

    error: ErrorInfo


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok", "not ready"]
    detail: str | None = None

"""The story of `ask`: read the question, retrieve, select evidence, quote, draft, verify, answer."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.answer.chains.chat import Chat
from assistant.answer.chains.check_answer import CheckAnswer
from assistant.answer.chains.runnable import AskRunnable, whole_answer
from assistant.answer.chains.tracing import traced_checker
from assistant.answer.compose.disagreement import difference
from assistant.answer.compose.repeats import alike, held
from assistant.answer.drafting import Drafting
from assistant.answer.find import Finder
from assistant.answer.opened import load_parts, settings_of
from assistant.answer.quotations import introduce
from assistant.answer.tabulate import compared, tabulate
from assistant.answer.turn import Turn
from assistant.check.grounds import Grounds, verified
from assistant.check.pairs import Checker
from assistant.core.explain import explain
from assistant.core.settings import Settings
from assistant.core.types import (
    Answer,
    AnswerDone,
    ClaimShown,
    Document,
    Event,
    Judgement,
    Message,
    Passages,
)
from assistant.index.part import Part, named
from assistant.index.search import HybridRetriever, is_near
from assistant.index.served.mirror import generation_in_force
from assistant.index.store import Store
from assistant.models.embedder.embedder import Embedder
from assistant.models.reader.reader import Reader
from assistant.question.language import asked_in, cited_in, is_held
from assistant.question.read import Question, read_question
from assistant.question.smalltalk import small_talk
from assistant.question.spelling import Vocabulary
from assistant.show.notebook.facts import Described
from assistant.text.anaphora import whole
from assistant.write.model.request import Request, numbered
from assistant.write.quote.choose import Choice
from assistant.write.quote.fit.rows import as_row
from assistant.write.quote.fit.versions import NOTICE
from assistant.write.quote.foreign import select_foreign
from assistant.write.quote.topic.contents import asks_about_corpus, holdings
from assistant.write.table.compare import Comparison

NEEDS_MODEL = "These are the articles' own sentences; a chat model would write them anew in that form: see `bpo-kpo models`."


class Assistant(AskRunnable, Described):
    """Answers questions from one index. Safe to share between threads; opens once, stays warm.

    A LangChain Runnable: `invoke`, `stream`, `batch` take a question, {"question", "history", "articles"}, messages or
    a prompt.
    """

    _last_part: Part | None  # of the articles that alone were asked last

    def __init__(
        self,
        settings: Settings,
        store: Store,
        embedder: Embedder,
        model: BaseChatModel | None,
        checker: Checker,
        notices: Sequence[str] = (),
        reader: Reader | None = None,
    ) -> None:
        self.settings = settings  # those in force, with a calibrated threshold
        self.embedder = embedder  # of questions and sentences
        self.model = model  # None: quotations alone
        self.checker = checker  # judges what a model wrote
        self.notices = tuple(notices)  # what could not be had, in words
        self.reader = reader  # reads the likeliest passages; None: not in use
        self._use(store)

    @classmethod
    def open(cls, settings: Settings | None = None, **values: Any) -> "Assistant":
        """Load the model, the embedder and the index, with the settings given or those of the environment.

        `values` are settings by name, such as model="embedded" or index="mine", and go before both. A model that
        cannot be loaded leaves an assistant that answers by quotation and says why. Raises SettingsError, IndexMissing,
        IndexMismatch, or ModelError for the embedder or the checker.
        """
        return cls(**vars(load_parts(settings_of(settings, **values))))

    @property
    def titles(self) -> list[str]:
        """The titles of the corpus' articles, sorted."""
        return sorted(entry.title for entry in self._fresh().manifest.documents.values())

    @property
    def facts(self) -> dict[str, str]:
        """What it answers from and with, in words."""
        articles = len(self._fresh().manifest.documents)
        return {
            "index": f"{self.settings.index}, {articles} article{'s' * (articles != 1)}",
            "model": self.settings.model if self.model is not None else "none",
            "embedder": self.embedder.name,
            "checker": self.checker.name,
        }

    @property
    def index_id(self) -> str:
        """What identifies the index in force."""
        return self._fresh().manifest.index_id

    @property
    def retriever(self) -> HybridRetriever:
        """The retriever alone, for other LangChain chains; it follows the index when that is replaced."""
        return HybridRetriever(current=self._fresh, k=self.settings.passages)

    @property
    def check(self) -> CheckAnswer:
        """The checker alone, as a Runnable to put behind other LangChain chains."""
        return CheckAnswer(self.checker, self.document)

    def document(self, doc_id: str) -> Document:
        """Return a stored document. Raises KeyError if the index does not hold it."""
        return self._fresh().document(doc_id)

    def search(self, query: str, k: int | None = None) -> Passages:
        """Return the k best passages, best first. Raises InputError for an empty query or a k below 1."""
        return Passages(self.retriever.find(query, k=k))

    def verify(self, claim: str, evidence: Grounds) -> Judgement:
        """Judge whether the evidence supports a claim. Raises InputError for an empty claim or no evidence."""
        return verified(self.checker, claim, evidence)

    def chat(self) -> Chat:
        """Begin a conversation, in which a question may follow up on those before it."""
        return Chat(self)

    def ask(self, question: str, history: Sequence[Message] = (), articles: Sequence[str] = ()) -> Answer:
        """Answer a question, from all articles or from those named alone, by id, title or file name.

        Raises InputError for an empty or oversized question, and for an article that the index does not hold.
        """
        return whole_answer(self.ask_stream(question, history, articles))

    def ask_stream(
        self, question: str, history: Sequence[Message] = (), articles: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer; close it to stop. Raises as `ask`."""
        return self._events({"question": question, "history": history, "articles": articles})

    def _story(
        self, question: str, history: Sequence[Message], articles: Sequence[str]
    ) -> Generator[Event, None, None]:
        store = self._part(articles)
        turn = Turn(question)
        read = read_question(question, history, store.lexical, self._vocabulary)
        turn.read_as = read.read_as
        turn.form = read.form
        explain("read", lambda: [f"{read.form.shape}, {read.language}", *read.parts])
        if kind := small_talk(question):
            turn.reason = kind
            titles = sorted(entry.title for entry in store.manifest.documents.values())
            turn.note(holdings(titles) if kind in ("greeting", "abilities") else None)
        elif asks_about_corpus(read.read_as or question):
            yield from introduce(store, turn)
        elif read.language != "en":
            yield from self._foreign(store, read, turn, history)
        else:
            yield from self._tell(store, read, turn, history)
        answer = self._finish(store, turn)
        explain("done", lambda: [f"{name} {seconds:.3f} s" for name, seconds in answer.timings_s.items()])
        yield AnswerDone(answer=answer)

    def _tell(
        self, store: Store, read: Question, turn: Turn, history: Sequence[Message]
    ) -> Iterator[ClaimShown]:
        """Find evidence for each part; let the model write; show tables and quotations where they are wanted."""
        asked = read.read_as or turn.question
        finder = Finder(
            store=store, settings=self.settings, embedder=self.embedder, checker=self.checker, reader=self.reader
        )  # fmt: skip
        tables = []
        for part in read.parts:
            tabular = turn.form.shape in ("plain", "table", "simple")
            if tabular and (comparison := compared(store, self.settings, part, turn)):
                tables.append(comparison)
            else:
                finder.find(part, turn)
        if self._writes(turn, tables):
            yield from self._write(asked, turn, history)
        for comparison in tables:
            yield from tabulate(comparison, turn)
        yield from self._quotations(store, asked, turn)

    def _foreign(
        self, store: Store, read: Question, turn: Turn, history: Sequence[Message]
    ) -> Iterator[ClaimShown]:
        """Answer a question in another language: a model reads it as it is; else articles in it are quoted, or none."""
        asked = read.parts[0]
        with turn.timed("retrieve"):
            vector = self.embedder.embed_query(asked)
            passages = HybridRetriever.over(store, self.settings.passages).find(asked, vector=vector)
            turn.gather(passages, near=is_near(store, vector, passages))
        held = is_held(read.language, store.manifest)
        writes = self._writes(turn, ())
        turn.note(asked_in(read.language, held=held, written=writes))
        if writes:
            yield from self._write(asked, turn, history)
        if held and not turn.answer.claims:
            for item in select_foreign(store, asked, vector, read.language, self.settings.passages):
                turn.confidence = max(turn.confidence, item.score)
                yield from turn.show(turn.answer.quote(item))
        if not turn.answer.claims:
            turn.leave(asked, "no_evidence" if held or writes else "other_language", None)

    def _quotations(self, store: Store, asked: str, turn: Turn) -> Iterator[ClaimShown]:
        """Quote what answers each part; where the model wrote, only what its withheld sentences rest on."""
        written = any(claim.origin == "model" for claim in turn.answer.claims)
        if written and not self.settings.small_model:
            turn.answered()
            yield from self._instead(store, turn)
            return
        if not turn.found:
            return
        if self.settings.small_model:
            for _, choice in turn.found:
                yield from self._quote(store, choice, turn, 1)
            yield from self._draft(asked, turn)
        for part, choice in turn.found:
            lead = f"{part} {choice.lead}".rstrip() if len(turn.found) > 1 else choice.lead
            yield from self._quote(store, replace(choice, lead=lead), turn, turn.form.count or choice.wanted)
        if turn.form.written and self.model is None:
            turn.note(NEEDS_MODEL)
        if 0 < len(turn.answer.claims) < (turn.form.count or 0) and not self.settings.small_model:
            turn.note(
                f"No more than {len(turn.answer.claims)} of the {turn.form.count} asked for were found."
            )
        if not any(notice.startswith(NOTICE) for notice in turn.notices):
            turn.note(difference(asked, [citation.quote for citation in turn.answer.citations]))

    def _writes(self, turn: Turn, tables: Sequence[Comparison]) -> bool:
        """Tell whether the model is asked: wherever something near was found, unless it is the embedded one."""
        if self.model is None and self.notices:
            turn.notices += self.notices
            turn.reason = "model_unavailable"
        return self.model is not None and not self.settings.small_model and (turn.near or bool(tables))

    def _write(self, question: str, turn: Turn, history: Sequence[Message]) -> Iterator[ClaimShown]:
        """Let the model write from all passages."""
        assert self.model is not None
        turn.notices += self.notices
        earlier = tuple(history) if turn.read_as else ()
        request = Request(question=question, sources=numbered(turn.passages), history=earlier)
        yield from Drafting(self.model, self._traced, request, turn, self.settings).shown()

    def _draft(self, question: str, turn: Turn) -> Iterator[ClaimShown]:
        """Let the embedded model, where it was named, add what it can from the best sentences."""
        if self.model is not None:
            turn.notices += self.notices
            sources = tuple(turn.evidence(self.settings.evidence))
            request = Request(question=question, sources=sources, brief=True)
            yield from Drafting(self.model, self._traced, request, turn, self.settings).shown()

    @property
    def _traced(self) -> Checker:
        """The checker, each of its checks a run of the callbacks in force."""
        return traced_checker(self.checker)

    def _instead(self, store: Store, turn: Turn) -> Iterator[ClaimShown]:
        """Quote the evidence of sentences that were withheld, where nothing shown cites it yet."""
        for item in turn.wanted:
            alone = whole(item, store.document)
            texts = [claim.text for claim in turn.answer.claims]
            if alone is not None and not turn.answer.overlaps(alone) and not held(alone.text, texts):
                yield from turn.show(turn.answer.quote(alone))

    def _quote(self, store: Store, choice: Choice, turn: Turn, wanted: int) -> Iterator[ClaimShown]:
        """Quote until `wanted` of the evidence is cited: what withheld sentences cited first, then as chosen."""
        shown = sum(turn.answer.cites(item) for item in choice.evidence)
        for item in sorted(choice.evidence, key=lambda item: item not in turn.wanted):
            if shown >= wanted:
                return
            item = as_row(item, store)
            row = item.table is not None
            alone = item if row or turn.answer.ends_before(item) else whole(item, store.document)
            if alone is None or turn.answer.overlaps(alone):
                continue
            texts = [claim.text for claim in turn.answer.claims]
            if row or not (held(alone.text, texts) or alike(self.embedder, alone.text, texts)):
                says = choice.says if item == choice.evidence[0] else None
                listed = choice.listed or turn.form.shape == "bullets"
                event = turn.answer.quote(alone, item=listed, says=says, lead="" if shown else choice.lead)
                shown += event is not None
                yield from turn.show(event)

    def _finish(self, store: Store, turn: Turn) -> Answer:
        answer = turn.answer
        turn.note(cited_in(answer.citations, store.manifest))
        return Answer(
            question=turn.question,
            claims=tuple(answer.claims),
            citations=tuple(answer.citations),
            withheld=tuple(answer.withheld),
            passages=tuple(turn.passages),
            reason=turn.reason or (None if answer.claims else "no_evidence"),
            confidence=turn.confidence,
            unanswered=tuple(turn.unanswered),
            read_as=turn.read_as,
            notices=tuple(turn.notices),
            table=turn.table,
            drafts=turn.drafts,
            model=self.settings.model if self.model is not None else "none",
            embedder=self.embedder.name,
            checker=self.checker.name,
            index_id=store.manifest.index_id,
            articles=store.titles if isinstance(store, Part) else {},
            timings_s=turn.timings(),
        )

    def _fresh(self) -> Store:
        """Return the index in force, opened anew where another process has replaced it."""
        if generation_in_force(self.settings) != self._store.folder:
            self._use(Store.open(self.settings, self.embedder))
        return self._store

    def _part(self, names: Sequence[str]) -> Store:
        """Return the index in force, or of it the articles that are named; the last part asked stays warm."""
        store = self._fresh()
        if not names:
            return store
        chosen = named(store.manifest, names)
        part = self._last_part
        if part is None or part.folder != store.folder or set(part.titles) != set(chosen):
            part = self._last_part = Part(store, chosen)
        return part

    def _use(self, store: Store) -> None:
        self._store = store
        self._last_part = None
        self._vocabulary = Vocabulary(chunk.text for chunk in store.chunks)

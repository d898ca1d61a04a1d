"""The story of `ask`: read the question, retrieve, select evidence, quote, draft, verify, answer."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.answer.check_answer import CheckAnswer
from assistant.answer.drafting import Drafting
from assistant.answer.premise import assumed, denied_by
from assistant.answer.statement import settled
from assistant.answer.turn import Turn
from assistant.chat import Chat
from assistant.check.grounds import Grounds, verified
from assistant.check.pairs import Checker
from assistant.choose import Choice, choose
from assistant.compare import Comparison
from assistant.contents import asks_about_corpus, introduce
from assistant.define import definitions
from assistant.described import Described
from assistant.disagree import difference
from assistant.embedder import Embedder
from assistant.evidence import lacking, select
from assistant.gather import gather
from assistant.index.search import HybridRetriever, is_near
from assistant.index.store import Store, current_generation
from assistant.opening import load_parts, settings_of
from assistant.question import Question, read_question
from assistant.reader import Reader
from assistant.repeats import alike, held
from assistant.runnable import AskRunnable, whole_answer
from assistant.settings import Settings
from assistant.spelling import Vocabulary
from assistant.standalone import whole
from assistant.standing import announced, standing
from assistant.tabulate import compared, tabulate
from assistant.tracing import traced_checker
from assistant.types import Answer, AnswerDone, ClaimShown, Document, Event, Judgement, Message, Passages
from assistant.write.request import Request, numbered

DEFINITIONS = 2  # quoted at most where a question asks what a thing is
BESIDE = 0.5  # score from which a sentence may stand beside the best, however high the threshold for that one


class Assistant(AskRunnable, Described):
    """Answers questions from one index. Safe to share between threads; opens once, stays warm.

    A LangChain Runnable: `invoke`, `stream`, `batch` take a question, {"question", "history"}, messages or a prompt.
    """

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

    def ask(self, question: str, history: Sequence[Message] = ()) -> Answer:
        """Answer a question. Raises InputError for an empty or oversized one."""
        return whole_answer(self.ask_stream(question, history))

    def ask_stream(self, question: str, history: Sequence[Message] = ()) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer; close it to stop. Raises as `ask`."""
        return self._events({"question": question, "history": history})

    def _story(self, question: str, history: Sequence[Message]) -> Generator[Event, None, None]:
        store = self._fresh()
        turn = Turn(question)
        read = read_question(question, history, store.lexical, self._vocabulary)
        turn.read_as = read.read_as
        if asks_about_corpus(read.read_as or question):
            yield from introduce(store, turn)
        else:
            yield from self._tell(store, read, turn, history)
        yield AnswerDone(answer=self._finish(store, turn))

    def _tell(
        self, store: Store, read: Question, turn: Turn, history: Sequence[Message]
    ) -> Iterator[ClaimShown]:
        """Find evidence for each part; let the model write; show tables and quotations where they are wanted."""
        asked = read.read_as or turn.question
        tables = []
        for part in read.parts:
            if comparison := compared(store, self.settings, part, turn):
                tables.append(comparison)
            else:
                self._find(store, part, turn)
        if self._writes(turn, tables):
            yield from self._write(asked, turn, history)
        for comparison in tables:
            yield from tabulate(comparison, turn)
        yield from self._quotations(store, asked, turn)

    def _quotations(self, store: Store, asked: str, turn: Turn) -> Iterator[ClaimShown]:
        """Quote what answers each part; where the model wrote, only what its withheld sentences rest on."""
        written = any(claim.origin == "model" for claim in turn.answer.claims)
        if written and not self.settings.small_model:
            turn.answered()
            yield from self._instead(store, turn)
            return
        if not turn.found:
            return
        for _, choice in turn.found:
            yield from self._quote(store, choice, turn, 1)
        if self.settings.small_model:
            yield from self._draft(asked, turn)
        for _, choice in turn.found:
            yield from self._quote(store, choice, turn, choice.wanted)
        turn.note(difference(asked, [citation.quote for citation in turn.answer.citations]))

    def _find(self, store: Store, part: str, turn: Turn) -> None:
        """Choose the evidence for one part of the question; note the reason where it is not enough."""
        with turn.timed("retrieve"):
            vector = self.embedder.embed_query(part)
            passages = HybridRetriever.over(store, self.settings.passages).find(part, vector=vector)
            defined = definitions(store, part, vector)[:DEFINITIONS]
            selected = select(store, part, vector, passages, self.settings.evidence, self.reader)
            told = {item.text for item in defined}
            selected = [*defined, *(item for item in selected if item.text not in told)]
            evidence = standing(selected, store.document, part)
            floor = min(self.settings.min_evidence, BESIDE)
            sections = gather(store, part, passages, floor)
        sure = [item.score for item in evidence[:1]] + [item.match for item in sections[:1]]
        confidence = max([0.0, *sure])
        turn.confidence = max(turn.confidence, confidence)
        near = is_near(store, vector, passages)
        turn.gather(passages, near=near)
        with turn.timed("verify"):
            denial = denied_by(part, evidence, self.checker)
            best = [*evidence[:3], *(item for section in sections[:1] for item in section.items)]
            why = lacking(part, best, store.lexical)
            choice = choose(part, evidence, sections, floor)
        if denial:
            turn.leave(
                part,
                "false_premise",
                f"The question takes for granted: {assumed(part)} The corpus says: "
                f"“{denial.text}” ({denial.passage.title})",
            )
            turn.lift(denial.passage)
        elif why or not choice or confidence < self.settings.min_evidence:
            turn.leave(part, "no_evidence" if near else "off_topic", why)
        else:
            choice = self._settle(store, part, choice)
            turn.found.append((part, choice))
            turn.note(announced(choice.evidence[: choice.wanted], store.document))

    def _settle(self, store: Store, part: str, choice: Choice) -> Choice:
        """Put first the sentence that settles a yes-or-no question, if one does."""
        found = settled(part, choice.evidence, self.checker)
        if found is None or whole(found[1], store.document) is None:
            return choice
        return choice.led_by(found[1], found[0])

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
            alone = item if turn.answer.ends_before(item) else whole(item, store.document)
            if alone is None or turn.answer.overlaps(alone):
                continue
            texts = [claim.text for claim in turn.answer.claims]
            if not held(alone.text, texts) and not alike(self.embedder, alone.text, texts):
                says = choice.says if item == choice.evidence[0] else None
                event = turn.answer.quote(alone, item=choice.listed, says=says)
                shown += event is not None
                yield from turn.show(event)

    def _finish(self, store: Store, turn: Turn) -> Answer:
        answer = turn.answer
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
            timings_s=turn.timings(),
        )

    def _fresh(self) -> Store:
        """Return the index in force, opened anew where another process has replaced it."""
        if current_generation(self.settings.index_dir) != self._store.folder:
            self._use(Store.open(self.settings, self.embedder))
        return self._store

    def _use(self, store: Store) -> None:
        self._store = store
        self._vocabulary = Vocabulary(chunk.text for chunk in store.chunks)

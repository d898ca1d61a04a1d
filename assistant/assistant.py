"""The assistant: one index, what answers from it, and what may be asked of it."""

from collections.abc import Generator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.answer.chains.chat import Chat
from assistant.answer.chains.check_answer import CheckAnswer
from assistant.answer.chains.runnable import AskRunnable, whole_answer
from assistant.answer.opened import Parts, load_parts, settings_of
from assistant.check.grounds import Grounds, verified
from assistant.check.pairs import Checker
from assistant.core.settings import Settings
from assistant.core.types import (
    Answer,
    Document,
    Event,
    Judgement,
    Message,
    Passages,
)
from assistant.index.part import Part, named
from assistant.index.search import HybridRetriever
from assistant.index.served.mirror import generation_in_force
from assistant.index.store import Store
from assistant.models.embedder.embedder import Embedder
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader
from assistant.question.spelling import Vocabulary
from assistant.show.notebook.facts import Described
from assistant.story import Story


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
        judge: LateJudge | None = None,
    ) -> None:
        self.settings = settings  # those in force, with a calibrated threshold
        self.embedder = embedder  # of questions and sentences
        self.model = model  # None: quotations alone
        self.checker = checker  # judges what a model wrote
        self.notices = tuple(notices)  # what could not be had, in words
        self.reader = reader  # reads the likeliest passages; None: not in use
        self.judge = judge  # is asked about the likeliest sentences; None: not in use
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
        parts = Parts(
            store=self._part(articles), settings=self.settings, embedder=self.embedder, model=self.model,
            checker=self.checker, notices=self.notices, reader=self.reader, judge=self.judge,
        )  # fmt: skip
        yield from Story(parts=parts, vocabulary=self._vocabulary).tell(question, history)

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

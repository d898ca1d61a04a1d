"""What makes the assistant a LangChain Runnable: the forms of its input; invoke, stream and batch."""

from abc import abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, cast

from langchain_core.messages import AnyMessage, BaseMessage, convert_to_messages
from langchain_core.prompt_values import ChatPromptValueConcrete, PromptValue, StringPromptValue
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import get_config_list, get_executor_for_config, patch_config

from assistant.answer.chains.tracing import grown, traced
from assistant.core.errors import InputError
from assistant.core.types import Answer, AnswerDone, Answers, Event, Message
from assistant.show.notebook.progress import bar

Asked = str | Mapping[str, Any] | Sequence[BaseMessage] | PromptValue
AT_A_TIME = 2  # questions of a batch, where the config says nothing
FORMS = 'give a text, {"question": ..., "history": [...]}, a list of messages or a prompt'
HISTORY = ("history", "chat_history")  # our key, and the one that most chains of LangChain use


class AskRunnable(Runnable[Asked, Answer]):
    """Asks a question that comes as a text, as {"question", "history"}, as messages or as a prompt.

    A mapping may name the "articles" to ask alone, by id or title. Of messages the last human one is the question, and those before it are the history. "chat_history" is read where
    there is no "history".
    """

    @abstractmethod
    def _story(
        self, question: str, history: Sequence[Message], articles: Sequence[str]
    ) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer; from these articles alone, where any are named."""

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Answer a question. Raises InputError for an input of another form, or an empty or oversized question."""
        return whole_answer(self._events(input, config))

    def stream(
        self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Generator[Answer, None, None]:
        """Yield the answer as it grows, a checked sentence at a time; the last one is whole. Raises as `invoke`.

        Table, withheld sentences, passages, notices and timings come with the last one only.
        """
        events = self._events(input, config)
        try:
            answer = Answer(question=read_asked(input)[0])
            for event in events:
                answer = grown(answer, event)
                yield answer
        finally:
            events.close()

    def batch(
        self,
        inputs: Iterable[Asked],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        progress: bool | None = True,
        **kwargs: Any,
    ) -> Answers:
        """Answer several questions, in their order, two at a time unless the config's `max_concurrency` says else.

        A bar shows how far it is in a notebook or a terminal, unless `progress` is False. Raises as `invoke`, or
        puts the error in the place of its answer with `return_exceptions`.
        """
        if isinstance(inputs, str | bytes | Mapping | PromptValue) or not isinstance(inputs, Iterable):
            raise InputError(
                f"The batch is of type {type(inputs).__name__}: give a list of questions, of one [question]."
            )
        inputs = list(inputs)
        if not inputs:
            return Answers()
        configs = get_config_list(config, len(inputs))
        workers = patch_config(configs[0], max_concurrency=_workers(configs[0]))

        def invoke(asked: Asked, config: RunnableConfig) -> Answer | Exception:
            try:
                return self.invoke(asked, config, **kwargs)
            except Exception as error:
                if return_exceptions:
                    return error
                raise
            finally:
                done.update(1)

        with (
            bar("Asking", len(inputs), shown=bool(progress) and len(inputs) > 1) as done,
            get_executor_for_config(workers) as executor,
        ):
            return Answers(cast(list[Answer], executor.map(invoke, inputs, configs)))

    @property
    def InputType(self) -> Any:
        """The forms a question comes in, for LangChain's schemas."""
        return str | dict[str, Any] | list[AnyMessage] | StringPromptValue | ChatPromptValueConcrete

    @property
    def OutputType(self) -> type[Answer]:
        """An answer, for LangChain's schemas."""
        return Answer

    def _events(self, asked: Asked, config: RunnableConfig | None = None) -> Generator[Event, None, None]:
        """Tell the story as one run of the callbacks in force. Raises InputError for an input of another form."""
        question, history = read_asked(asked)
        articles = read_articles(asked.get("articles") if isinstance(asked, Mapping) else None)
        inputs: dict[str, Any] = {"question": question, "history": [vars(message) for message in history]}
        inputs |= {"articles": list(articles)} if articles else {}
        events = self._story(question, history, articles)
        return traced(events, name=self.get_name(), inputs=inputs, config=config)


def read_asked(asked: Any) -> tuple[str, tuple[Message, ...]]:
    """Return the question and the history before it. Raises InputError for an input of another form."""
    if isinstance(asked, str):
        return asked, ()
    if isinstance(asked, Mapping):
        if "question" not in asked:
            raise InputError(f"The input has keys {_named(asked)} and no 'question': {FORMS}.")
        question = asked["question"]
        if not isinstance(question, str):
            raise InputError(f"The question is of type {type(question).__name__}: {FORMS}.")
        return question, read_history(_history_in(asked))
    if isinstance(asked, PromptValue):
        asked = asked.to_messages()
    if not isinstance(asked, Sequence) or isinstance(asked, bytes):
        raise InputError(f"The question is of type {type(asked).__name__}: {FORMS}.")
    messages = read_history(asked)
    last = max((at for at, message in enumerate(messages) if message.role == "user"), default=-1)
    if last < 0:
        raise InputError(f"No message of the {len(asked)} given is a human one that asks: {FORMS}.")
    return messages[last].content, messages[:last]


def read_articles(named: Any) -> tuple[str, ...]:
    """Return the names of the articles to ask alone, () for all. Raises InputError for anything but a list of texts."""
    if named is None:
        return ()
    if (
        isinstance(named, str)
        or not isinstance(named, Sequence)
        or not all(isinstance(one, str) for one in named)
    ):
        raise InputError(
            f"The articles are given as {str(named)[:80]!r}: give a list of their ids or titles."
        )
    return tuple(named)


def read_history(turns: Any) -> tuple[Message, ...]:
    """Return messages of any form that LangChain knows, or our own, as messages of user and assistant.

    Those of the system and of tools are left out. Raises InputError for anything else.
    """
    if not isinstance(turns, Sequence) or isinstance(turns, str | bytes):
        raise InputError(f"The history is of type {type(turns).__name__}: give a list of messages.")
    messages: list[Message] = []
    for turn in turns:
        if isinstance(turn, Message):
            if not isinstance(turn.content, str):
                raise InputError(
                    f"The content of a message is of type {type(turn.content).__name__}: give it as a text."
                )
            messages.append(turn)
            continue
        try:
            (read,) = convert_to_messages([turn])
        except (ValueError, NotImplementedError, KeyError, TypeError):
            raise InputError(
                f"{str(turn)[:80]!r} is no message: give {{'role': 'user', 'content': ...}}, ('human', ...) or a "
                "LangChain message."
            ) from None
        if read.type in ("human", "ai"):
            messages.append(
                Message(role="user" if read.type == "human" else "assistant", content=str(read.text))
            )
    return tuple(messages)


def _history_in(asked: Mapping[Any, Any]) -> Any:
    """Return what stands under the key of the history, () where there is none. Raises InputError for a misspelt key."""
    given = [key for key in HISTORY if asked.get(key)]
    if given:
        return asked[given[0]]
    if not any(key in asked for key in HISTORY):
        for key in asked:
            near = get_close_matches(key, HISTORY, 1, cutoff=0.8) if isinstance(key, str) else []
            if near:
                raise InputError(f"The input has a key {key!r}: did you mean {near[0]!r}?")
    return ()


def _workers(config: RunnableConfig) -> int:
    """Return how many questions are asked at a time. Raises InputError for a number that is none."""
    wanted: Any = config.get("max_concurrency") or AT_A_TIME
    if not isinstance(wanted, int) or wanted < 1:
        raise InputError(f"max_concurrency is {wanted!r}: give a whole number from 1.")
    return wanted


def _named(asked: Mapping[Any, Any]) -> str:
    return ", ".join(repr(str(key)[:40]) for key in list(asked)[:8]) or "(none)"


def whole_answer(events: Iterator[Event]) -> Answer:
    """Return the whole answer at the end of a stream."""
    *_, done = events
    assert isinstance(done, AnswerDone)
    return done.answer

"""Show an answer that is being made to LangChain's callbacks: one run, with what it calls beneath it."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.runnables import RunnableLambda
from langchain_core.runnables.config import (
    RunnableConfig,
    ensure_config,
    get_callback_manager_for_config,
    patch_config,
    set_config_context,
)

from assistant.check.cascade.cascade import CascadeChecker
from assistant.check.pairs import Checker, Pair, at_once
from assistant.core.types import Answer, AnswerDone, Event, Judgement
from assistant.show.phrases import STOPPED


def traced(
    events: Generator[Event, None, None],
    *,
    name: str,
    inputs: Mapping[str, Any],
    config: RunnableConfig | None = None,
) -> Generator[Event, None, None]:
    """Yield the events of an answer as one run of the callbacks in force, if there are any.

    In force are those of `config`, of the run around this one, and of the environment. The events are made in a
    context of their own, so that what they call is seen beneath the run, and nothing of it is left in the caller's
    context between two events. Closing the iterator ends the run with what has been shown.
    """
    config = ensure_config(config)
    manager = get_callback_manager_for_config(config)
    if not manager.handlers:
        yield from events
        return
    started_as = config.get("run_name") or name
    run = manager.on_chain_start(None, dict(inputs), name=started_as, run_id=config.get("run_id"))
    answer = Answer(question=str(inputs["question"]))
    try:
        with set_config_context(patch_config(config, callbacks=run.get_child())) as context:
            try:
                while (event := context.run(next, events, None)) is not None:
                    answer = grown(answer, event)
                    yield event
            finally:
                context.run(events.close)
    except GeneratorExit:
        run.on_chain_end(replace(answer, reason=answer.reason or STOPPED))
        raise
    except BaseException as error:
        run.on_chain_error(error)
        raise
    run.on_chain_end(answer)


def grown(answer: Answer, event: Event) -> Answer:
    """Return the answer with a shown sentence and its new citations added; at the end the whole answer."""
    if isinstance(event, AnswerDone):
        return event.answer
    return replace(
        answer,
        claims=(*answer.claims, event.claim),
        citations=(*answer.citations, *event.new_citations),
    )


class TracedChecker:
    """Another checker, each of whose checks is a run of the callbacks in force."""

    def __init__(self, checker: Checker) -> None:
        self.name = checker.name
        self._checker = checker
        self._check = RunnableLambda(checker.check, name="Checker")

    @property
    def quick(self) -> Checker:
        """The quick part of the other, each of its checks a run as well."""
        return TracedChecker(at_once(self._checker))

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        return self._check.invoke(list(pairs))


def traced_checker(checker: Checker) -> Checker:
    """Return the checker with its checks seen by callbacks; of a cascade both, each under a run of its own."""
    if isinstance(checker, CascadeChecker):
        first, second = TracedChecker(checker.first), TracedChecker(checker.second)
        return CascadeChecker(first, second, sure=checker.sure)
    return TracedChecker(checker)

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from uuid import uuid4

import langsmith_server
import pytest
from doc_files import link_weights
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda
from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tracers import Run
from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.context import register_configure_hook
from patience import LONG_S
from small_index import EMBEDDER, build, scripted

from assistant import Answer, AnswerDone, Assistant, ClaimShown, InputError
from assistant.answer.chains.tracing import grown
from assistant.show.phrases import reason_text

KPO = "What does KPO stand for?"
NEEDS = "What does KPO need?"
OWN = "KPO needs professionals with advanced skills."


class Collected(BaseTracer):
    """Keeps each outermost run when it has ended, and counts runs that began and that ended."""

    def __init__(self) -> None:
        super().__init__()
        self.roots: list[Run] = []
        self.began: list[str] = []
        self.ended: list[str] = []

    def _persist_run(self, run: Run) -> None:
        self.roots.append(run)

    def _on_run_create(self, run: Run) -> None:
        self.began.append(run.name)

    def _on_run_update(self, run: Run) -> None:
        self.ended.append(run.name)


def tree(run: Run) -> Any:
    """Return the type of a run and its name, with those beneath it."""
    own = f"{run.run_type} {run.name}"
    return (own, [tree(child) for child in run.child_runs]) if run.child_runs else own


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    build(folder)
    link_weights(folder)
    return folder


@pytest.fixture(scope="module")
def drafting(folder: Path) -> Assistant:
    model = scripted(folder, f"{OWN[:-1]} [1].")
    return Assistant.open(data_dir=folder, embedder=EMBEDDER, dtype="float32", model=model, checker="judge")


@pytest.fixture(scope="module")
def quoting(folder: Path) -> Assistant:
    return Assistant.open(data_dir=folder, embedder=EMBEDDER, dtype="float32", model="none")


WHOLE = (
    "chain Assistant",
    ["retriever HybridRetriever", "llm ScriptedChat", "chain Checker", "chain Checker"],
)


def test_callbacks_of_a_config_see_one_run_with_all_it_calls(drafting: Assistant) -> None:
    seen = Collected()
    answer = drafting.invoke(NEEDS, {"callbacks": [seen]})
    (run,) = seen.roots
    top = tree(run)
    assert (top[0], top[1][:2]) == (WHOLE[0], WHOLE[1][:2])
    assert set(top[1][2:]) == {"chain Checker"}
    assert run.inputs == {"question": NEEDS, "history": []}
    assert run.outputs == {"output": answer}
    retrieved = [item.page_content for item in run.child_runs[0].outputs["documents"]]  # type: ignore[index]
    assert sorted(retrieved) == sorted(item.text for item in answer.passages)
    assert sorted(seen.began) == sorted(seen.ended)


def test_name_tags_and_metadata_of_a_config_reach_the_run(quoting: Assistant) -> None:
    seen, own = Collected(), uuid4()
    config: Any = {
        "callbacks": [seen], "run_name": "Asked", "tags": ["t"], "metadata": {"reader": "ana"}, "run_id": own,
    }  # fmt: skip
    quoting.invoke(KPO, config)
    (run,) = seen.roots
    assert (run.name, run.id, run.tags) == ("Asked", own, ["t"])
    assert run.metadata["reader"] == run.child_runs[0].metadata["reader"] == "ana"
    assert run.child_runs[0].name == "HybridRetriever"


def test_ask_and_ask_stream_are_seen_by_the_run_around_them(quoting: Assistant) -> None:
    seen = Collected()

    def both(question: str) -> str:
        *_, done = quoting.ask_stream(question)
        return quoting.ask(question).text + quoting.chat().ask(question).text

    RunnableLambda(both, name="Both").invoke(KPO, {"callbacks": [seen]})
    (run,) = seen.roots
    asked = ("chain Assistant", ["retriever HybridRetriever"])
    assert tree(run) == ("chain Both", [asked, asked, asked])


hooked: ContextVar[BaseCallbackHandler | None] = ContextVar("hooked", default=None)
register_configure_hook(hooked, inheritable=True)


@pytest.fixture
def everywhere() -> Iterator[Collected]:
    """A handler that is in force for all that is called, as tracers of the environment are."""
    seen = Collected()
    token = hooked.set(seen)
    yield seen
    hooked.reset(token)


def test_a_handler_of_the_context_sees_plain_asking(drafting: Assistant, everywhere: Collected) -> None:
    drafting.ask(NEEDS)
    (run,) = everywhere.roots
    assert tree(run)[1][:2] == WHOLE[1][:2]


def test_a_comparison_shows_its_retriever_too(tmp_path: Path) -> None:
    article = (
        "# Skills\n\nBPO needs basic training, whereas KPO needs advanced skills. BPO handles routine tasks, while "
        "KPO handles research. BPO is paid by volume, whereas KPO is paid by value.\n"
    )
    seen = Collected()
    answer = Assistant.open(build(tmp_path, article)).invoke(
        "How do BPO and KPO differ?", {"callbacks": [seen]}
    )
    assert answer.table is not None
    assert tree(seen.roots[0])[1][0] == "retriever HybridRetriever"


def test_a_stream_that_is_left_ends_its_run_with_what_was_shown(drafting: Assistant) -> None:
    for leave in (drafting.stream, lambda asked, config: drafting._events(asked, config)):
        seen = Collected()
        stream: Any = leave(NEEDS, {"callbacks": [seen]})
        next(stream)
        assert seen.began[0] == "Assistant" and "Assistant" not in seen.ended
        stream.close()
        (run,) = seen.roots
        output = (run.outputs or {})["output"]
        assert (run.error, output.reason, len(output.claims)) == (None, "stopped", 1)
        assert sorted(seen.began) == sorted(seen.ended)
    assert reason_text("stopped") == "The answer was stopped before its end."


def test_a_stream_left_in_the_middle_of_a_draft_ends_the_models_run(folder: Path) -> None:
    sentences = " ".join(f"KPO needs professionals with skills, says sentence {n} [1]." for n in range(200))
    model = scripted(folder, "KPO needs professionals with advanced skills [1]. " + sentences)
    assistant = Assistant.open(data_dir=folder, embedder=EMBEDDER, dtype="float32", model=model)
    seen = Collected()
    stream = assistant.stream(NEEDS, {"callbacks": [seen]})
    next(stream)
    next(stream)
    assert "ScriptedChat" in seen.began
    stream.close()
    for thread in threading.enumerate():
        if thread.name == "draft":
            thread.join(LONG_S)
    assert sorted(seen.began) == sorted(seen.ended)


def test_an_error_ends_the_run_with_the_error(quoting: Assistant) -> None:
    seen = Collected()
    with pytest.raises(InputError):
        quoting.invoke(" ", {"callbacks": [seen]})
    (run,) = seen.roots
    assert "The question is empty" in (run.error or "")


def test_nothing_of_a_run_is_left_in_the_context_between_two_sentences(quoting: Assistant) -> None:
    one, other = Collected(), Collected()
    first = quoting.stream(NEEDS, {"callbacks": [one]})
    second = quoting.stream(KPO, {"callbacks": [other]})
    next(first), next(second)
    assert var_child_runnable_config.get() is None
    list(first), list(second)
    assert [run.inputs["question"] for run in one.roots] == [NEEDS]
    assert [run.inputs["question"] for run in other.roots] == [KPO]


def test_a_batch_is_seen_as_a_run_for_each_question(quoting: Assistant) -> None:
    seen = Collected()
    quoting.batch([KPO, NEEDS], {"callbacks": [seen]})
    assert sorted(run.inputs["question"] for run in seen.roots) == [NEEDS, KPO]


def test_growing_adds_each_sentence_with_its_citations(quoting: Assistant) -> None:
    answer = Answer(question=KPO)
    events = list(quoting.ask_stream(KPO))
    for event in events[:-1]:
        assert isinstance(event, ClaimShown)
        answer = grown(answer, event)
    done = events[-1]
    assert isinstance(done, AnswerDone)
    assert (answer.claims, answer.citations) == (done.answer.claims, done.answer.citations)
    assert grown(answer, done) is done.answer


ASK = """
import sys
from assistant import Assistant
Assistant.open(data_dir=sys.argv[1], embedder="all-MiniLM-L6-v2", model=sys.argv[2]).ask(
    "What does KPO need?"
)
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


def run_python(code: str, *arguments: str, **variables: str) -> str:
    """Run a program with these variables and none of LangSmith's or OpenTelemetry's but those."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LANGSMITH_", "LANGCHAIN_", "OTEL_"))
    }
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=clean | variables,
        capture_output=True,
        text=True,
        timeout=LONG_S,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_langsmith_gets_the_tree_where_it_is_switched_on_and_nothing_where_not(folder: Path) -> None:
    model = scripted(folder, f"{OWN[:-1]} [1].")
    with langsmith_server.serve() as received:
        where = {"LANGSMITH_ENDPOINT": received.url, "LANGSMITH_API_KEY": "lsv2_secret"}
        run_python(ASK, str(folder), model, **where)
        assert received.paths == []
        run_python(ASK, str(folder), model, LANGSMITH_TRACING="true", **where)
    found = received.tree()
    assert found[None] == ["Assistant"]
    assert found["Assistant"][:2] == ["HybridRetriever", "ScriptedChat"]
    assert set(found["Assistant"][2:]) == {"Checker"}
    (top,) = (run for run in received.runs.values() if run["name"] == "Assistant")
    assert top["inputs"] == {"question": NEEDS, "history": []}
    assert top["outputs"]["output"]["claims"][0]["citations"] == [1]
    assert top["end_time"]
    assert "lsv2_secret" not in json.dumps(received.runs)


SPANS = (
    """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
kept, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(kept))
trace.set_tracer_provider(provider)
"""
    + ASK
    + """
import json
spans = kept.get_finished_spans()
names = {span.context.span_id: span.name for span in spans}
print(json.dumps([[span.name, names.get(span.parent.span_id) if span.parent else None] for span in spans]))
"""
)


def test_opentelemetry_gets_the_same_tree_as_spans_and_nothing_goes_elsewhere(folder: Path) -> None:
    model = scripted(folder, f"{OWN[:-1]} [1].")
    with langsmith_server.serve() as received:
        told = run_python(
            SPANS, str(folder), model,
            LANGSMITH_TRACING="true", LANGSMITH_TRACING_MODE="otel", LANGSMITH_ENDPOINT=received.url,
        )  # fmt: skip
    assert received.paths == []
    spans = json.loads(told)
    assert ["Assistant", None] in spans
    for name in ("HybridRetriever", "ScriptedChat", "Checker"):
        assert [name, "Assistant"] in spans

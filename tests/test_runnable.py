import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnableParallel, RunnablePassthrough
from patience import LONG_S
from small_index import ARTICLE, build, scripted

from assistant import Answer, Assistant, InputError, Message
from assistant.answer.chains.runnable import read_asked

KPO = "What does KPO stand for?"
STANDS = "KPO stands for Knowledge Process Outsourcing."
TRAINING = "What training does KPO need?"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(build(tmp_path_factory.mktemp("data")))


def text(answer: Answer) -> str:
    return answer.claims[0].text


def asking(topic: str) -> str:
    return f"What does {topic} stand for?"


def joined(found: list[Document]) -> str:
    return " ".join(item.page_content for item in found)


BEFORE = (Message(role="user", content="A?"), Message(role="assistant", content="B."))


@pytest.mark.parametrize(
    "asked",
    [
        {"question": "C?", "history": BEFORE},
        {
            "question": "C?",
            "history": [{"role": "user", "content": "A?"}, {"role": "assistant", "content": "B."}],
        },
        {"question": "C?", "history": [("human", "A?"), ("ai", "B.")]},
        {"question": "C?", "chat_history": [("human", "A?"), ("ai", "B.")]},
        {
            "question": "C?",
            "history": BEFORE,
            "chat_history": [("human", "D?")],
            "context": [HumanMessage("E?")],
        },
        {"question": "C?", "history": [HumanMessage("A?"), AIMessage([{"type": "text", "text": "B."}])]},
        [SystemMessage("Be kind."), HumanMessage("A?"), AIMessage("B."), HumanMessage("C?"), AIMessage("D.")],
        [("user", "A?"), ("assistant", "B."), ToolMessage("x", tool_call_id="1"), ("user", "C?")],
        ChatPromptTemplate([("human", "A?"), ("ai", "B."), ("human", "{x}")]).invoke({"x": "C?"}),
    ],
)
def test_every_form_gives_the_question_and_the_history(asked: Any) -> None:
    assert read_asked(asked) == ("C?", BEFORE)


def test_a_text_or_a_question_alone_has_no_history() -> None:
    assert (
        read_asked("C?") == read_asked({"question": "C?"}) == read_asked({"question": "C?", "history": None})
    )
    assert read_asked([HumanMessage("C?")]) == ("C?", ())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (5, "question is of type int"),
        (b"C?", "question is of type bytes"),
        ({"input": "C?"}, "has keys 'input' and no 'question'"),
        ({"question": 5}, "question is of type int"),
        ({"question": "C?", "history": "A?"}, "history is of type str"),
        ({"question": "C?", "histroy": [("human", "A?")]}, r"key 'histroy': did you mean 'history'\?"),
        (
            {"question": "C?", "history": [Message(role="user", content=None)]},  # type: ignore[arg-type]
            "content of a message is of type NoneType",
        ),
        ({"question": "C?", "history": [5]}, "'5' is no message"),
        ({"question": "C?", "history": [{"role": "nobody", "content": "A?"}]}, "is no message"),
        ([], "No message of the 0 given"),
        ([AIMessage("B.")], "No message of the 1 given"),
    ],
)
def test_another_form_is_refused_in_one_line(opened: Assistant, asked: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        opened.invoke(asked)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=words):
        next(opened.stream(asked))


def test_invoke_answers_as_ask_does(opened: Assistant) -> None:
    assert text(opened.invoke(KPO)) == text(opened.ask(KPO)) == STANDS
    follow_up = {"question": "What about BPO?", "history": [("human", TRAINING)]}
    assert text(opened.invoke(follow_up)) == "BPO needs basic training."


def test_a_stream_gives_growing_answers_and_the_whole_one_last(tmp_path: Path) -> None:
    model = scripted(tmp_path, "The provider pays for every mistake it makes [1].")
    settings = build(tmp_path).model_copy(update={"model": model})
    answers = list(Assistant.open(settings).stream("What does KPO need? What does KPO stand for?"))
    shown = [len(answer.claims) for answer in answers]
    assert shown[0] == 1
    assert shown[:-1] == list(range(1, len(answers)))
    assert shown[-1] == shown[-2]
    for before, after in zip(answers, answers[1:], strict=False):
        assert after.claims[: len(before.claims)] == before.claims
        assert after.citations[: len(before.citations)] == before.citations
    for answer in answers:
        known = {citation.n for citation in answer.citations}
        assert {n for claim in answer.claims for n in claim.citations} <= known
    assert [len(answer.withheld) for answer in answers] == [0] * (len(answers) - 1) + [1]
    assert answers[-1].passages


def test_it_is_a_link_of_a_chain(opened: Assistant) -> None:
    chain = RunnableLambda(asking) | opened | RunnableLambda(text)
    assert chain.invoke("KPO") == STANDS
    assert list(chain.stream("KPO"))[-1] == STANDS
    both = RunnableParallel(answer=opened, passages=opened.retriever, asked=RunnablePassthrough())
    found = both.invoke(KPO)
    assert (text(found["answer"]), found["asked"]) == (STANDS, KPO)
    assert {type(item) for item in found["passages"]} == {Document}
    prompt = ChatPromptTemplate([("placeholder", "{turns}"), ("human", "{question}")])
    asked = {"turns": [("human", TRAINING)], "question": "What about BPO?"}
    assert text((prompt | opened).invoke(asked)) == "BPO needs basic training."


def test_bound_with_a_config_or_a_retry_it_answers_the_same(opened: Assistant) -> None:
    assert text(opened.with_config(tags=["a"]).invoke(KPO)) == STANDS
    assert text(opened.with_retry(stop_after_attempt=2).invoke(KPO)) == STANDS
    assert text(opened.with_fallbacks([opened]).invoke(KPO)) == STANDS


def test_async_and_threads_give_the_same_answers(opened: Assistant) -> None:
    async def ask() -> tuple[Answer, list[Answer], list[Answer]]:
        streamed = [answer async for answer in opened.astream(KPO)]
        return await opened.ainvoke(KPO), streamed, await opened.abatch([KPO, TRAINING])

    one, streamed, batch = asyncio.run(ask())
    assert text(one) == text(streamed[-1]) == text(batch[0]) == STANDS
    assert batch[1].question == TRAINING


def test_a_batch_keeps_the_order_and_puts_errors_in_their_place(
    opened: Assistant, capfd: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = [
        KPO,
        {"question": "What about BPO?", "history": [("human", TRAINING)]},
        [HumanMessage(TRAINING)],
    ]
    assert [answer.question for answer in opened.batch(asked)] == [KPO, "What about BPO?", TRAINING]
    found: list[Any] = opened.batch([KPO, "", TRAINING], return_exceptions=True)
    assert (text(found[0]), type(found[1]), found[2].question) == (STANDS, InputError, TRAINING)
    with pytest.raises(InputError, match="empty"):
        opened.batch([KPO, ""])
    assert opened.batch([]) == []
    assert capfd.readouterr() == ("", "")  # no bar where there is no terminal


def test_a_batch_takes_any_iterable_of_questions(opened: Assistant) -> None:
    assert [answer.question for answer in opened.batch(asked for asked in (KPO, TRAINING))] == [KPO, TRAINING]


@pytest.mark.parametrize(
    ("inputs", "kind"), [("Hi there", "str"), ({"question": KPO}, "dict"), (None, "NoneType"), (5, "int")]
)
def test_a_batch_of_one_question_or_none_is_refused(opened: Assistant, inputs: Any, kind: str) -> None:
    with pytest.raises(InputError, match=f"^The batch is of type {kind}: give a list of questions, of one "):
        opened.batch(inputs)


@pytest.mark.parametrize("wanted", [-1, 1.5, "two"])
def test_a_batch_that_asks_none_at_a_time_is_refused(opened: Assistant, wanted: Any) -> None:
    with pytest.raises(InputError, match=f"^max_concurrency is {wanted!r}: give a whole number from 1"):
        opened.batch([KPO], {"max_concurrency": wanted})


class Counting:
    """Counts how many stories are told at once."""

    def __init__(self, patience_s: float) -> None:
        self.patience_s = patience_s
        self.now = self.most = 0
        self.lock = threading.Lock()
        self.both = threading.Event()

    def __call__(self, _: object) -> str:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now == 2:
                self.both.set()
        self.both.wait(self.patience_s)
        with self.lock:
            self.now -= 1
        return KPO


@pytest.mark.parametrize(
    ("config", "most"), [({}, 2), ({"max_concurrency": 1}, 1), ({"max_concurrency": 3}, 3)]
)
def test_a_batch_asks_no_more_at_a_time_than_wanted(opened: Assistant, config: Any, most: int) -> None:
    class Watched(Assistant):
        def _story(self, question: str, history: Any, articles: Any) -> Any:
            counting(None)
            return super()._story(question, history, articles)

    counting = Counting(0.05 if most == 1 else LONG_S)
    watched = Watched(opened.settings, opened.retriever.store, opened.embedder, None, opened.checker)
    assert len(watched.batch([KPO] * 4, config)) == 4
    assert 1 <= counting.most <= most
    assert (counting.most == 1) == (most == 1)


def test_schemas_and_graph_name_what_goes_in_and_out(opened: Assistant) -> None:
    assert {"type": "string"} in opened.get_input_jsonschema()["anyOf"]
    assert "claims" in str(opened.get_output_jsonschema())
    nodes = [node.name for node in (opened | RunnableLambda(text)).get_graph().nodes.values()]
    assert nodes[:2] == ["AssistantInput", "Assistant"]


def test_the_retriever_serves_chains_of_others_and_names_where_words_stand(opened: Assistant) -> None:
    assert STANDS in (opened.retriever | RunnableLambda(joined)).invoke(KPO)
    (document,) = opened.retriever.invoke("risk of dependence on the provider", k=1)
    data = document.metadata
    assert (data["title"], data["section"], data["doc_id"]) == ("Two models", "Risks", "models")
    stored = opened.document(data["doc_id"])
    assert stored.text[data["start"] : data["end"]] == document.page_content
    assert (data["doc_sha256"], data["source"]) == (stored.sha256, stored.source)
    assert 0 < data["score"] <= 1
    assert document.id == data["chunk_id"]


def test_the_retriever_takes_a_vector_and_gives_the_same_later(opened: Assistant) -> None:
    vector = opened.embedder.embed_query(KPO)
    plain = [item.id for item in opened.retriever.invoke(KPO)]
    assert [item.id for item in opened.retriever.invoke(KPO, vector=vector)] == plain
    assert [item.id for item in asyncio.run(opened.retriever.ainvoke(KPO, vector=vector, k=2))] == plain[:2]


def test_a_retriever_follows_an_index_that_is_replaced(tmp_path: Path) -> None:
    retriever = Assistant.open(build(tmp_path)).retriever
    chain = retriever | RunnableLambda(joined)
    assert "60 per cent" in chain.invoke("GECIS")
    build(tmp_path, ARTICLE.replace("60 per cent", "61 per cent"))
    assert "61 per cent" in chain.invoke("GECIS")
    assert "60 per cent" not in chain.invoke("GECIS")

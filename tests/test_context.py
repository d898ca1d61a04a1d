"""Documents of another chain's context: their ids, offsets and pages."""

from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from small_index import EMBEDDER, build

from assistant import Answer, Assistant, CheckAnswer
from assistant.index.manifest import digest

SOLD = "In 2004 GE sold 60 per cent of GECIS for about 500 million dollars."


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> CheckAnswer:
    return CheckAnswer.alone(data_dir=tmp_path_factory.mktemp("data"), embedder=EMBEDDER, dtype="float32")


def checked(check: CheckAnswer, answer: str, *context: Document) -> Answer:
    return check.invoke({"answer": answer, "context": list(context)})


@pytest.mark.parametrize(
    ("metadata", "page"),
    [
        ({"page": 0, "page_label": "1", "total_pages": 3}, 1),
        ({"page": 4, "page_label": "12"}, 12),
        ({"page": 0, "page_label": "iv"}, 1),
        ({"page": 4, "total_pages": 9}, 5),
        ({"page": 3}, 3),
        ({"page": 0}, None),
        ({"page": -1, "total_pages": 9}, None),
        ({"page": True}, None),
        ({"page": "3"}, None),
        ({"page_label": "9" * 5000}, None),
    ],
)
def test_a_page_is_counted_from_one_whatever_the_loader_counts(
    check: CheckAnswer, metadata: dict[str, Any], page: int | None
) -> None:
    (citation,) = checked(check, SOLD, Document(SOLD, metadata=metadata)).citations
    assert citation.page == page


def test_words_of_two_indexes_that_share_an_id_are_told_apart(tmp_path: Path) -> None:
    harbours = []
    for name, year in (("Vell", 1904), ("Moor", 1950)):
        (tmp_path / name).mkdir()
        article = f"# Port\n\nThe harbour of {name} opened in {year}.\n"
        harbours.append(Assistant.open(build(tmp_path / name, article)))
    context = [harbour.retriever.invoke("harbour", k=1)[0] for harbour in harbours]
    assert {document.metadata["doc_id"] for document in context} == {"models"}
    reply = "The harbour of Vell opened in 1904. The harbour of Moor opened in 1950."
    for runnable in (harbours[0].check, CheckAnswer(harbours[0].checker)):
        answer = checked(runnable, reply, *context)
        assert [claim.citations for claim in answer.claims] == [(1,), (2,)]
        assert [item.quote for item in answer.citations] == [
            "The harbour of Vell opened in 1904.",
            "The harbour of Moor opened in 1950.",
        ]
        assert len({item.doc_id for item in answer.citations}) == 2


def test_only_words_as_stored_are_cited_by_the_article(tmp_path: Path) -> None:
    assistant = Assistant.open(build(tmp_path))
    (found,) = assistant.retriever.invoke("risk of dependence on the provider", k=1)
    changed = found.page_content.replace("Attrition", "Promotion")
    at = changed.index("Promotion")
    (citation,) = checked(
        assistant.check, "Promotion may be high in KPO.", found.model_copy(update={"page_content": changed})
    ).citations
    assert (citation.doc_id, citation.start, citation.doc_sha256) == (found.id, at, digest(changed))
    told = "Attrition may be high in KPO."
    size = len(found.page_content)
    for wrong in (
        {"doc_sha256": "0" * 64},
        {"start": -size, "end": 0},
        {"start": 0, "end": size},
        {"start": "0"},
        {"doc_id": "no-such-article"},
    ):
        moved = found.model_copy(update={"metadata": {**found.metadata, **wrong}})
        (citation,) = checked(assistant.check, told, moved).citations
        assert (citation.doc_id, citation.start) == (found.id, found.page_content.index(told))
        assert found.page_content[citation.start : citation.end] == told
    (citation,) = checked(CheckAnswer(assistant.checker), told, found).citations  # it has no index
    assert (citation.doc_id, citation.start) == (found.id, found.page_content.index(told))

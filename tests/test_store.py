import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers import chunks_of, document, settings_in

from assistant.core.errors import IndexBusy, IndexMismatch, IndexMissing
from assistant.core.settings import Settings
from assistant.core.types import Document
from assistant.index.lookup.vectors import best
from assistant.index.manifest import Manifest, current_generation
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import HashEmbedder

CHUNKING = {"size": 1}
HERE = Path(__file__).parent


def write(settings: Settings, *documents: Document, remove: tuple[str, ...] = ()) -> Manifest:
    with IndexWriter(settings, HashEmbedder(), CHUNKING) as writer:
        for doc in documents:
            writer.put(doc, chunks_of(doc), raw_sha256=doc.sha256)
        for doc_id in remove:
            writer.remove(doc_id)
        return writer.commit()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def test_what_was_written_is_found_by_words_and_by_vector(settings: Settings) -> None:
    write(
        settings,
        document("b", "Attrition is high."),
        document("a", "KPO needs experts.", "BPO follows rules."),
    )
    store = Store.open(settings, HashEmbedder())
    assert [chunk.text for chunk in store.chunks] == [
        "KPO needs experts.",
        "BPO follows rules.",
        "Attrition is high.",
    ]
    assert [at for at, _ in store.lexical.search("rules of attrition", 5)] == [2, 1]
    dense = store.dense(HashEmbedder().embed_query("a\nKPO needs experts."), 2)
    assert dense[0][0] == 0
    assert dense[0][1] == pytest.approx(1.0, abs=1e-5)
    assert store.document("a") == document("a", "KPO needs experts.", "BPO follows rules.")


def test_all_vectors_are_compared_and_the_lists_of_a_large_index_find_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"word{n} stands beside word{n + 1}" for n in range(40)]
    write(settings, document("a", *texts))
    query = HashEmbedder().embed_query(f"a\n{texts[7]}")
    store = Store.open(settings, HashEmbedder())
    found = store.dense(query, 5)
    assert found[0][0] == 7
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)
    assert len(store.dense(query, 100)) == 40
    monkeypatch.setattr("assistant.index.manifest.EXACT", 10)
    with pytest.raises(IndexMismatch, match="has no lists of its vectors: rebuild it with"):
        store.dense(query, 1)
    write(settings, document("a", *texts[:38]))
    large = Store.open(settings, HashEmbedder())
    assert large.dense(query, 5)[0][0] == 7
    monkeypatch.setattr("assistant.index.lookup.lists.PROBED", 1)
    every = large.dense(query, 100)
    monkeypatch.setattr("assistant.index.manifest.EXACT", 100)
    exact = large.dense(query, 100)
    assert sorted(at for at, _ in every) == list(range(38))
    assert [score for _, score in every] == pytest.approx([score for _, score in exact], abs=1e-5)


def test_of_equal_scores_the_earlier_or_lower_rank_is_the_better() -> None:
    scores = np.array([1.0, 3.0, 2.0, 3.0, 2.0])
    assert best(scores, 3).tolist() == [1, 3, 2]
    assert best(scores, 3, np.array([4, 3, 2, 1, 0])).tolist() == [3, 1, 4]
    assert best(scores, 9).tolist() == [1, 3, 2, 4, 0]


def test_a_vector_that_is_missing_asks_for_a_rebuild(settings: Settings) -> None:
    write(settings, document("a", "old words here", "other words here"))
    store = Store.open(settings, HashEmbedder())
    store.vectors.delete([store.chunks[1].chunk_id])
    with pytest.raises(IndexMismatch, match="has no vector for .* rebuild it with"):
        store.dense(HashEmbedder().embed_query("words"), 1)


def test_changed_and_removed_documents_leave_both_rankings(settings: Settings) -> None:
    write(
        settings,
        document("a", "old words here"),
        document("b", "other words here"),
        document("c", "third text"),
    )
    write(settings, document("a", "fresh words there"), remove=("b",))
    store = Store.open(settings, HashEmbedder())
    assert [(chunk.doc_id, chunk.text) for chunk in store.chunks] == [
        ("a", "fresh words there"),
        ("c", "third text"),
    ]
    assert store.lexical.search("old other", 5) == []
    assert sorted(at for at, _ in store.dense(HashEmbedder().embed_query("old words"), 10)) == [0, 1]
    assert list(store.manifest.documents) == ["a", "c"]


def test_nothing_to_do_leaves_the_generation(settings: Settings) -> None:
    write(settings, document("a", "some words here"))
    before = current_generation(settings.index_dir)
    write(settings)
    assert current_generation(settings.index_dir) == before


def test_index_id_follows_content_not_time(tmp_path: Path) -> None:
    one = write(settings_in(tmp_path / "1"), document("a", "same words"))
    two = write(settings_in(tmp_path / "2"), document("a", "same words"))
    other = write(settings_in(tmp_path / "3"), document("a", "other words"))
    assert one.index_id == two.index_id != other.index_id


def test_a_missing_index_names_the_command(settings: Settings) -> None:
    with pytest.raises(IndexMissing, match=r"no index named 'default' in .*`bpo-kpo ingest PATH`"):
        Store.open(settings, HashEmbedder())


def test_another_embedder_is_refused_with_both_and_the_command_that_rebuilds(settings: Settings) -> None:
    write(settings, document("a", "some words here"))
    embedder = HashEmbedder()
    built = embedder.weights_sha256[:12]
    embedder.name, embedder.weights_sha256, embedder.dimension = "org/other", "f" * 64, 3
    other = settings.model_copy(update={"embedder": "org/other", "index": "default"})
    with pytest.raises(IndexMismatch) as caught:
        Store.open(other, embedder)
    assert str(caught.value) == (
        f"The index 'default' was built with the embedder hash (weights {built}, dimension 64), in force is "
        "org/other (weights ffffffffffff, dimension 3): rebuild it with `bpo-kpo ingest --rebuild --embedder "
        "org/other`, or set the embedder back."
    )


@pytest.mark.parametrize(("field", "value"), [("weights_sha256", "f" * 64), ("dimension", 3)])
def test_other_weights_or_dimensions_are_refused(settings: Settings, field: str, value: object) -> None:
    write(settings, document("a", "some words here"))
    embedder = HashEmbedder()
    setattr(embedder, field, value)
    with pytest.raises(IndexMismatch, match="rebuild it with `bpo-kpo ingest --rebuild"):
        Store.open(settings, embedder)


def test_the_same_weights_under_another_name_are_the_same_embedder(settings: Settings) -> None:
    write(settings, document("a", "some words here"))
    embedder = HashEmbedder()
    embedder.name = "/models/hashed words"
    assert [chunk.text for chunk in Store.open(settings, embedder).chunks] == ["some words here"]


def test_another_chunking_is_refused_with_both_values(settings: Settings) -> None:
    write(settings, document("a", "some words here"))
    with (
        pytest.raises(
            IndexMismatch, match=r"chunked with \{'size': 1\}, in force is \{'size': 2\}: .*--rebuild"
        ),
        IndexWriter(settings, HashEmbedder(), {"size": 2}),
    ):
        pass


def test_another_schema_is_refused_with_both_values(settings: Settings) -> None:
    write(settings, document("a", "some words here"))
    folder = current_generation(settings.index_dir)
    assert folder
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": 0}))
    with pytest.raises(IndexMismatch, match="has schema 0, this program reads schema 1.*--rebuild"):
        Store.open(settings, HashEmbedder())


def test_a_second_writer_is_told_that_the_index_is_busy(settings: Settings) -> None:
    script = (
        "import sys; sys.path[:0] = [sys.argv[2], sys.argv[3]]\n"
        "from pathlib import Path; from helpers import settings_in\n"
        "from assistant.models.embedder.embedder import HashEmbedder; from assistant.index.writer import IndexWriter\n"
        "with IndexWriter(settings_in(Path(sys.argv[1])), HashEmbedder(), {'size': 1}):\n"
        "    print('writing', flush=True); sys.stdin.read()\n"
    )
    arguments = [sys.executable, "-c", script, str(settings.data_dir), str(HERE), str(HERE.parent)]
    other = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout and other.stdout.readline() == "writing\n"
    with pytest.raises(IndexBusy, match="'default' is busy: another process is writing"):
        write(settings, document("a", "some words here"))
    other.communicate("")
    assert list(write(settings, document("a", "some words here")).documents) == ["a"]


def test_two_processes_read_while_one_writes(settings: Settings) -> None:
    write(settings, document("a", "old words here"))
    script = (
        "import sys; sys.path[:0] = [sys.argv[2], sys.argv[3]]\n"
        "from pathlib import Path; from helpers import settings_in\n"
        "from assistant.models.embedder.embedder import HashEmbedder; from assistant.index.store import Store\n"
        "store = Store.open(settings_in(Path(sys.argv[1])), HashEmbedder())\n"
        "print('open', flush=True)\n"
        "for _ in sys.stdin:\n"
        "    found = store.dense(HashEmbedder().embed_query('words'), 5)\n"
        "    print(*(store.chunks[at].text for at, _ in found), flush=True)\n"
    )
    arguments = [sys.executable, "-c", script, str(settings.data_dir), str(HERE), str(HERE.parent)]
    readers = [
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout and reader.stdout.readline() == "open\n"
    with IndexWriter(settings, HashEmbedder(), CHUNKING) as writer:
        assert answers(readers) == ["old words here\n"] * 2
        changed = document("a", "new words here")
        writer.put(changed, chunks_of(changed), raw_sha256=changed.sha256)
        writer.commit()
        assert answers(readers) == ["old words here\n"] * 2
    for reader in readers:
        reader.communicate()
    assert [chunk.text for chunk in Store.open(settings, HashEmbedder()).chunks] == ["new words here"]


def answers(readers: list["subprocess.Popen[str]"]) -> list[str]:
    lines = []
    for reader in readers:
        assert reader.stdin and reader.stdout
        reader.stdin.write("go\n")
        reader.stdin.flush()
        lines.append(reader.stdout.readline())
    return lines


@pytest.fixture
def dying() -> Iterator[Callable[[Path, int], tuple[int, int]]]:
    """Give what writes an index and dies at a file event; it returns exit code and number of events."""
    arguments = [sys.executable, str(HERE / "write_and_die.py")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin and writer.stdout
        given, told = writer.stdin, writer.stdout

        def run(folder: Path, event: int) -> tuple[int, int]:
            given.write(f"{event} {folder}\n")
            given.flush()
            code, events = told.readline().split()
            return int(code), int(events)

        yield run
        given.close()


def test_a_writer_killed_at_twenty_points_leaves_the_old_index_or_the_new_one(
    tmp_path: Path, dying: Callable[[Path, int], tuple[int, int]]
) -> None:
    old = ["old words of a", "old words of b"]
    new = ["new words of a", "a second line of it", "new words of b", "a second line of it"]
    first = [document(doc_id, f"old words of {doc_id}") for doc_id in ("a", "b")]
    write(settings_in(tmp_path / "0"), *first)
    code, events = dying(tmp_path / "0", 0)
    assert code == 0 and events >= 20
    seen = []
    for n in range(20):
        settings = settings_in(tmp_path / str(n + 1))
        write(settings, *first)
        assert dying(settings.data_dir, 1 + round(n * (events - 1) / 19)) == (-9, 0)
        store = Store.open(settings, HashEmbedder())
        texts = [chunk.text for chunk in store.chunks]
        found = store.dense(HashEmbedder().embed_query("words"), 10)
        assert sorted(at for at, _ in found) == list(range(len(texts)))
        assert store.lexical.search("words", 10)
        assert all(store.document(doc_id).text.startswith(texts[0][:3]) for doc_id in ("a", "b"))
        seen.append("old" if texts == old else "new" if texts == new else repr(texts))
        again = write(settings, *[replace(doc, title="again") for doc in first])
        assert sum(entry.chunks for entry in again.documents.values()) == 2
    assert set(seen) == {"old", "new"}
    assert seen == sorted(seen, reverse=True), "once the new index is in force it stays"

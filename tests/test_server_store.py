"""An index on a real Chroma server: shared, one writer at a time, whole at every moment, back after the server died."""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chroma_server import ChromaServer, chroma_server
from chromadb.api.fastapi import FastAPI
from helpers import chunks_of, document, settings_in
from patience import free_port, wait_until

from assistant.core.errors import IndexBusy, IndexMissing, SettingsError, StoreUnreachable
from assistant.core.place import ServerAddress, read_place
from assistant.core.settings import Settings, load_settings
from assistant.core.types import Document
from assistant.index.generation import next_name
from assistant.index.manifest import Manifest
from assistant.index.part import Part
from assistant.index.search import search
from assistant.index.served import server as server_module
from assistant.index.served.mirror import generation_in_force
from assistant.index.served.sentences import record_ids
from assistant.index.served.server import Generation, ServerIndex, index_names
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import HashEmbedder
from ui.library.indexes import list_indexes, remove_index

CHUNKING = {"size": 1}
OLD = ["old words of a", "old words of b", "kept words of c"]
NEW = ["new words of a", "a second line of it", "kept words of c", "fresh words of d"]
names = count()


class Counting(HashEmbedder):
    """Counts the texts it embeds, and calls `then` before each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0
        self.then: Any = lambda: None

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        self.then()
        self.texts += len(texts)
        return super().embed_documents(list(texts))


class Killed(BaseException):
    """What nobody catches, as a SIGKILL."""


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, chroma: ChromaServer) -> Settings:
    """Settings of a machine that has seen nothing, with an index of its own."""
    return machine(tmp_path, "one", chroma, f"i{next(names)}")


def machine(folder: Path, name: str, chroma: ChromaServer, index: str) -> Settings:
    return settings_in(folder / name, store=chroma.store, index=index)


def beside(settings: Settings, name: str) -> Settings:
    """Return the settings of another machine that knows the address alone."""
    return settings.model_copy(update={"data_dir": settings.data_dir.parent / name})


def write(
    settings: Settings,
    *documents: Document,
    remove: tuple[str, ...] = (),
    embedder: HashEmbedder | None = None,
) -> Manifest:
    with IndexWriter(settings, embedder or HashEmbedder(), CHUNKING) as writer:
        for doc in documents:
            writer.put(doc, chunks_of(doc), raw_sha256=doc.sha256)
        for doc_id in remove:
            writer.remove(doc_id)
        return writer.commit()


def first(settings: Settings) -> Manifest:
    docs = [document(doc_id, f"old words of {doc_id}") for doc_id in ("a", "b")]
    return write(settings, *docs, document("c", "kept words of c"))


def second(settings: Settings, embedder: HashEmbedder | None = None) -> Manifest:
    docs = [document("a", "new words of a", "a second line of it"), document("d", "fresh words of d")]
    return write(settings, *docs, remove=("b",), embedder=embedder)


def held(settings: Settings) -> list[str]:
    """Return the chunks of the index as a machine sees it, after asking all that is asked of them."""
    store = Store.open(settings, HashEmbedder())
    texts = [chunk.text for chunk in store.chunks]
    found = store.dense(HashEmbedder().embed_query("words"), len(texts))
    assert sorted(at for at, _ in found) == list(range(len(texts)))
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert {at for at, _ in store.lexical.search("words", len(texts))} == {
        at for at, text in enumerate(texts) if "words" in text
    }
    for doc_id in store.manifest.documents:
        assert store.document(doc_id).text.splitlines() == [
            c.text for c in store.chunks if c.doc_id == doc_id
        ]
    return texts


def on_server(settings: Settings) -> dict[str, int]:
    """Count the records of each collection of an index, named without its prefix and number."""
    assert settings.server
    index = ServerIndex(settings.server, settings.index)
    return {
        item.name.removeprefix(f"bpo-kpo.{settings.index}.")[:1]: item.count()
        for item in index._collections()
        if item.name.startswith(f"bpo-kpo.{settings.index}.")
    }


def test_another_machine_needs_the_address_alone(settings: Settings) -> None:
    manifest = first(settings)
    other = Store.open(beside(settings, "two"), HashEmbedder())
    assert held(beside(settings, "two")) == OLD
    assert other.manifest == manifest
    ((at, score),) = other.dense(HashEmbedder().embed_query("a\nold words of a"), 1)
    assert (at, round(score, 5)) == (0, 1.0)
    assert second(beside(settings, "three")).index_id != manifest.index_id
    assert held(settings) == held(beside(settings, "two")) == NEW
    assert [chunk.text for chunk in other.chunks] == OLD  # what was opened stays as it was
    assert sorted(at for at, _ in other.dense(HashEmbedder().embed_query("words"), 10)) == [0, 1, 2]


def test_what_is_stale_is_dropped_one_generation_later(settings: Settings) -> None:
    first(settings)
    assert on_server(settings) == {
        "g": 0,
        "t": 4 + 3,
        "v": 3,
    }  # a manifest, three articles, sentences of each
    second(settings)
    assert on_server(settings) == {"g": 0, "t": 7 + 6, "v": 6}
    write(settings, remove=("d",))
    assert on_server(settings) == {"g": 0, "t": 5 + 4, "v": 4}
    assert held(beside(settings, "two")) == NEW[:3]


LONG = "The ferry runs daily. The pier was built of oak. Gulls nest on the roof. Dogs travel free."
SHORT = "The ferry leaves with dogs and bells at nine."
ASKED = "Dogs travel free."


class Noting(HashEmbedder):
    """Notes the texts it embeds, but for whole chunks."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        self.sentences += [text for text in texts if "\n" not in text]
        return super().encode(texts)


def nearest(settings: Settings) -> list[tuple[int, float]]:
    return Store.open(settings, HashEmbedder()).nearest(HashEmbedder().embed_query(ASKED), 3)


def test_the_same_question_finds_the_same_in_a_folder_and_on_a_server(settings: Settings) -> None:
    docs = [document("long", LONG), document("short", SHORT), document("other", "Nine bells of brass.")]
    here = settings_in(settings.data_dir.parent / "folder")
    for place in (settings, here):
        write(place, *docs)
    expected = nearest(here)
    store = Store.open(here, HashEmbedder())
    own = dict(store.dense(HashEmbedder().embed_query(ASKED), 3))
    assert expected[0][0] == 0
    assert expected[0][1] == pytest.approx((own[0] + 1.0) / 2, abs=1e-3)  # half a sentence that is all of it
    for place in (settings, beside(settings, "two")):
        found = nearest(place)
        assert [position for position, _ in found] == [position for position, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)
    remote = Store.open(beside(settings, "two"), HashEmbedder())
    for query in (ASKED, "What is made of brass?", "When does the ferry leave?"):
        far, near = search(remote, query, 3), search(store, query, 3)
        assert [item.chunk_id for item in far] == [item.chunk_id for item in near]
        assert [item.score for item in far] == pytest.approx([item.score for item in near], abs=1e-5)
    part = Part(remote, ["short"])
    ((_, score),) = part.nearest(HashEmbedder().embed_query(SHORT), 5)
    assert score == pytest.approx((part.dense(HashEmbedder().embed_query(SHORT), 1)[0][1] + 1) / 2, abs=1e-3)


def test_sentences_are_embedded_once_and_read_by_the_others(settings: Settings) -> None:
    one, other = Noting(), Noting()
    write(settings, document("long", LONG), embedder=one)
    assert one.sentences == LONG.replace(". ", ".|").split("|")
    write(beside(settings, "two"), document("short", SHORT), embedder=other)
    assert other.sentences == [SHORT]
    sentences = Store.open(settings, HashEmbedder()).sentences
    assert sentences is not None
    assert (sentences.starts.tolist(), sentences.ends.tolist()) == ([0, 4], [4, 5])


def test_what_a_writer_that_died_had_embedded_is_not_embedded_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(ServerIndex, "publish", dies)
        write(settings, document("long", LONG))
    again = Noting()
    write(beside(settings, "two"), document("long", LONG), embedder=again)
    assert again.sentences == []
    assert nearest(beside(settings, "three"))[0][1] > 0.7


@pytest.mark.parametrize("kept", [None, "", "1:", "0:AAAA", "2:AAAA", "9999:AAAA", "1:#", "1:AAAA", "nan"])
def test_without_the_sentences_of_each_chunk_a_server_is_searched_by_chunks(
    settings: Settings, kept: str | None
) -> None:
    write(settings, document("long", LONG), document("short", SHORT))
    assert settings.server
    server = ServerIndex(settings.server, settings.index)
    (record,) = [
        key for key in record_ids(Store.open(settings, HashEmbedder()).folder) if is_of(server, key, 4)
    ]
    if kept is None:  # as an earlier version leaves it
        server._texts().delete(ids=[record])
    else:
        rows = np.full((4, 64), np.nan, dtype="<f2").tobytes()
        server.put_pieces({record: f"1:{base64.b64encode(rows).decode()}" if kept == "nan" else kept})
    other = Store.open(beside(settings, "two"), HashEmbedder())
    assert other.sentences is None
    vector = HashEmbedder().embed_query(ASKED)
    assert other.nearest(vector, 2) == other.dense(vector, 2)
    write(beside(settings, "two"), document("third", "A third."))  # brings it in order
    (first, cosine), *_ = nearest(beside(settings, "three"))
    assert (first, cosine) == pytest.approx((0, nearest(settings)[0][1]), abs=1e-5)


def is_of(server: ServerIndex, key: str, sentences: int) -> bool:
    """Tell whether a record holds the vectors of so many sentences."""
    return len(base64.b64decode(server.pieces([key])[key].partition(":")[2])) == sentences * 64 * 2


def test_the_sentences_of_a_long_chunk_are_kept_in_pieces(settings: Settings) -> None:
    words = [f"Ship{n} sails." for n in range(200)]  # 200 * 64 numbers * 2 bytes: 34,136 characters of base64
    write(settings, document("many", " ".join(words)))
    assert sorted(key.rpartition(".")[2] for key in record_ids(Store.open(settings, HashEmbedder()).folder)) == [
        "0", "1", "2",
    ]  # fmt: skip
    here, there = (
        Store.open(place, HashEmbedder()).sentences for place in (settings, beside(settings, "two"))
    )
    assert here is not None
    assert there is not None
    assert here.rows.shape == (200, 64)
    assert np.array_equal(here.rows, there.rows)


def test_chroma_cloud_is_not_asked_for_more_than_it_returns() -> None:
    class Asked:
        def query(self, *, n_results: int, **_: object) -> dict[str, Any]:
            self.wanted = n_results
            return {"ids": [[]], "distances": [[]]}

    for address, wanted in (("chroma+cloud://t/d", 300), ("chroma+http://db", 1040)):
        place, asked = read_place(address), Asked()
        assert isinstance(place, ServerAddress)
        ServerIndex(place, "i").nearest(asked, [1.0], 1040)  # type: ignore[arg-type]
        assert asked.wanted == wanted


def test_indexes_are_listed_and_removed(settings: Settings) -> None:
    first(settings)
    assert settings.server
    assert settings.index in index_names(settings.server)
    assert settings.index in [entry.name for entry in list_indexes(beside(settings, "two"))]
    remove_index(beside(settings, "two"), settings.index)
    assert on_server(settings) == {}
    with pytest.raises(
        IndexMissing, match=f"no index named '{settings.index}' in http://127.0.0.1:"
    ) as missing:
        Store.open(settings, HashEmbedder())
    command = f"`bpo-kpo ingest --index {settings.index} --store {settings.store} PATH`."
    assert str(missing.value).endswith(f"build it with {command}")
    first(settings)
    assert held(beside(settings, "two")) == OLD


def test_a_second_writer_is_told_until_the_first_is_long_silent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with IndexWriter(settings, HashEmbedder(), CHUNKING):
        with pytest.raises(IndexBusy, match="is busy: another process is writing to it at http://127"):
            first(beside(settings, "two"))
        monkeypatch.setattr(server_module, "STALE", -1.0)
        first(beside(settings, "two"))
    assert held(settings) == OLD


def test_of_two_writers_on_one_generation_one_is_refused(settings: Settings) -> None:
    first(settings)
    assert settings.server
    server = ServerIndex(settings.server, settings.index)
    there = server.current()
    assert there
    name = next_name(Path(there.name))
    server.publish(Generation(name=name, manifest=there.manifest, vectors=there.vectors))
    with pytest.raises(IndexBusy, match="was changed by another writer meanwhile"):
        server.publish(Generation(name=name, manifest=there.manifest, vectors=there.vectors))


def test_a_writer_killed_after_any_of_its_requests_leaves_the_old_index_or_the_new_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked, last = FastAPI._make_request, 0, 0

    def request(self: FastAPI, method: str, path: str, **given: Any) -> Any:
        nonlocal asked
        asked += 1
        if last and asked > last:
            raise Killed
        reply = real(self, method, path, **given)
        if last and asked == last:
            raise Killed  # the server has done it, and the writer never knows
        return reply

    def named(n: int) -> Settings:
        return settings.model_copy(update={"index": f"{settings.index}-{n}"})

    first(named(0))
    monkeypatch.setattr(FastAPI, "_make_request", request)
    second(named(0))
    requests, seen = asked, []
    assert requests >= 15
    monkeypatch.setattr(server_module, "STALE", -1.0)
    for n in range(requests):
        last = 0
        first(named(n + 1))
        asked, last = 0, n + 1
        with pytest.raises(Killed):
            second(named(n + 1))
        last = 0
        texts = held(beside(named(n + 1), "two"))
        seen.append("old" if texts == OLD else "new" if texts == NEW else repr(texts))
        second(named(n + 1))
        assert held(beside(named(n + 1), "three")) == NEW
    assert set(seen) == {"old", "new"}
    assert seen == sorted(seen, reverse=True), "once the new index is in force it stays"
    write(named(10), remove=("d",))
    write(named(10), remove=("c",))
    assert on_server(named(10)) == {"g": 0, "t": 4 + 3, "v": 3}, "what the killed writer left is gone"


def test_a_server_that_dies_is_one_line_and_comes_back_without_loss(
    settings: Settings, chroma: ChromaServer
) -> None:
    first(settings)
    store = Store.open(settings, HashEmbedder())
    embedder = Counting()
    embedder.then = lambda: chroma.kill() if embedder.texts else None
    many = [document(f"m{n}", f"word{n} stands alone") for n in range(100)]
    with pytest.raises(
        StoreUnreachable, match=r"^The store at http://127.* cannot be reached .*Nothing was lost\.$"
    ):
        write(settings, *many, embedder=embedder)
    assert embedder.texts == 128 - 28  # all were embedded, of which the first 64 were kept
    with pytest.raises(StoreUnreachable, match="cannot be reached"):
        generation_in_force(settings)
    with pytest.raises(StoreUnreachable, match="cannot be reached"):
        store.dense(HashEmbedder().embed_query("words"), 3)
    chroma.start()  # it finds fewer until it has read again what it had logged
    wait_until(
        lambda: len(Store.open(settings, HashEmbedder()).dense(HashEmbedder().embed_query("words"), 3)) == 3
    )
    assert held(settings) == held(beside(settings, "two")) == OLD
    assert len(store.dense(HashEmbedder().embed_query("words"), 3)) == 3
    again = Counting()
    server_module.STALE, before = -1.0, server_module.STALE  # the dead server still holds the lock
    try:
        write(settings, *many, embedder=again)
    finally:
        server_module.STALE = before
    assert again.texts == 36, "what a writer embedded before is not embedded again"
    assert len(held(beside(settings, "three"))) == 103


@pytest.mark.parametrize("file", ["../../evil.json", "/tmp/evil.json", "x"])
def test_a_server_cannot_name_files_elsewhere(settings: Settings, file: str) -> None:
    manifest = first(settings)
    assert settings.server
    server = ServerIndex(settings.server, settings.index)
    there = server.current()
    assert there
    ((_, text),) = server.read([there.manifest])
    body = json.loads(text)
    body["manifest"]["documents"]["a"]["file"] = file
    (name,) = server.write([json.dumps(body)])
    server.publish(Generation(name=next_name(Path(there.name)), manifest=name, vectors=there.vectors))
    with pytest.raises(StoreUnreachable, match="is damaged .a file of another name in its manifest"):
        Store.open(beside(settings, "two"), HashEmbedder())
    assert not list((settings.data_dir.parent / "two").rglob("*evil*"))
    assert manifest.documents["a"].file != file


def test_nobody_at_the_address_is_one_line(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, store=f"chroma+http://127.0.0.1:{free_port()}")
    began = time.monotonic()
    with pytest.raises(
        StoreUnreachable, match=r"cannot be reached \(.*\): start the server \(`chroma run --path"
    ):
        Store.open(settings, HashEmbedder())
    with pytest.raises(StoreUnreachable):
        first(settings)
    assert time.monotonic() - began < server_module.TIMEOUT_S  # which a server that is silent gets


def test_who_is_silent_at_the_address_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "TIMEOUT_S", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings = settings_in(tmp_path, store=f"chroma+http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(StoreUnreachable, match="did not answer in time; nothing was lost: try again"):
            Store.open(settings, HashEmbedder())


@pytest.mark.parametrize("status", [401, 403])
def test_who_asks_for_another_token_in_words_of_their_own_is_one_line(tmp_path: Path, status: int) -> None:
    class Gate(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(status, "Who goes there?")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Gate) as gate:
        threading.Thread(target=gate.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{gate.server_port}"
        with pytest.raises(StoreUnreachable) as told:
            Store.open(settings_in(tmp_path, store=f"chroma+{address}"), HashEmbedder())
        gate.shutdown()
    said = f"The store at {address} refused the token, or asks for one: set BPO_KPO_STORE_TOKEN."
    assert str(told.value) == said


def test_a_database_that_is_not_there_is_one_line(settings: Settings) -> None:
    assert settings.store
    elsewhere = settings.model_copy(update={"store": f"{settings.store}/default_tenant/nowhere"})
    with pytest.raises(StoreUnreachable, match=r"^The store at http://127.*nowhere"):
        Store.open(elsewhere, HashEmbedder())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("chroma+http://db", ServerAddress(host="db", port=8000, tls=False)),
        ("chroma+https://db.example", ServerAddress(host="db.example", port=443, tls=True)),
        (
            "chroma+http://[::1]:9/Team%20A/kpo",
            ServerAddress(host="::1", port=9, tls=False, tenant="Team A", database="kpo"),
        ),
        (
            "chroma+cloud://8a3F-x/Articles",
            ServerAddress(host="api.trychroma.com", port=443, tls=True, tenant="8a3F-x", database="Articles"),
        ),
        ("/data/kpo", Path("/data/kpo")),
    ],
)
def test_places(text: str, place: object) -> None:
    assert read_place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "http://db:8000",
        "chroma+http://",
        "chroma+http://db:0",
        "chroma+http://db:x",
        "chroma+http://db/only-tenant",
        "chroma+http://db?token=x",
        "chroma+cloud://tenant",
        "chroma+ftp://db",
        "chroma+http://me:secret@db",
    ],
)
def test_places_that_are_none(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(store=text)
    assert "--store is" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_token_goes_over_no_open_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPO_KPO_STORE_TOKEN", "hush-hush-hush")
    with pytest.raises(SettingsError, match="a token is only sent over chroma\\+https, or to this machine"):
        load_settings(store="chroma+http://db.example:8000")
    assert load_settings(store="chroma+http://127.0.0.1:8000").server
    server = load_settings(store="chroma+https://db.example").server
    assert server
    assert server.token == "hush-hush-hush"
    assert "hush" not in repr(server)


def test_a_folder_as_store_keeps_indexes_out_of_the_data_folder(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data", store=str(tmp_path / "shared"))
    first(settings)
    assert settings.index_dir == tmp_path / "shared" / "default"
    assert held(settings_in(tmp_path / "other", store=str(tmp_path / "shared"))) == OLD
    assert not (tmp_path / "data" / "indexes").exists()

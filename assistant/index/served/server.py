"""One index on a Chroma server: collections that hold its passages, its documents and which generation is in force.

    bpo-kpo.NAME.g-NUMBER    a generation; that it exists puts it in force. Its metadata name its manifest and vectors
    bpo-kpo.NAME.v-WEIGHTS   a vector for each chunk, by the hash of what was embedded
    bpo-kpo.NAME.texts       manifests, and documents with their chunks, by the hash of their content, in pieces;
                             vectors of the sentences of each chunk, by the hash of what was embedded
    bpo-kpo.NAME.lock        who writes, renewed as long as it does

What a generation names is never changed while it or the one after it is in force. The server makes a collection of a
name once, whoever asks: of two writers who build on the same generation one is refused.
"""

import base64
import hashlib
import re
import secrets
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from assistant.core.errors import IndexBusy, SettingsError, StoreUnreachable
from assistant.core.place import CLOUD, ServerAddress
from assistant.models.chat.bounded import PackedReply, TooLargeReply, bound

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

LARGEST = 500 * 1000 * 1000  # bytes of a document or manifest: what a server sends is not trusted
PIECE = 12_000  # characters of a record: Chroma Cloud takes 16 kB
RECORDS = 250  # of a request: Chroma Cloud takes 300
CLOUD_RESULTS = 300  # that Chroma Cloud returns at most
SEEN = 20.0  # seconds between two signs of life of a writer
STALE = 90.0  # seconds without one, after which another may write
GRAPH: Any = {"space": "cosine", "ef_construction": 200, "max_neighbors": 24, "ef_search": 400}  # of vectors
TIMEOUT_S = 120.0  # of a request
ALIVE = "/api/v2/heartbeat"  # asked before the client asks, which would wait for ever


@dataclass(frozen=True, kw_only=True)
class Generation:
    """One generation of an index on a server."""

    name: str
    manifest: str  # blob
    vectors: str  # collection


class ServerIndex:
    """An index on a Chroma server. Safe to share between threads. Every call may raise StoreUnreachable."""

    def __init__(self, address: ServerAddress, name: str) -> None:
        self.address = address
        self._prefix = f"bpo-kpo.{name}."
        self._name = name
        self._most = CLOUD_RESULTS if address.host == CLOUD else sys.maxsize  # results of a query

    @property
    def client(self) -> "ClientAPI":
        """The client of the server's database."""
        return _client(self.address)

    def generations(self) -> list[Generation]:
        """Return the generations there are, the one in force last."""
        found: list[tuple[int, Generation]] = []
        for collection in self._collections():
            number = re.fullmatch(re.escape(self._prefix) + r"g-(\d+)", collection.name)
            told = collection.metadata or {}
            if number and all(isinstance(told.get(key), str) for key in ("manifest", "vectors")):
                name = collection.name.removeprefix(self._prefix)
                found.append(
                    (
                        int(number[1]),
                        Generation(name=name, manifest=told["manifest"], vectors=told["vectors"]),
                    )
                )
        return [generation for _, generation in sorted(found, key=lambda item: item[0])]

    def current(self) -> Generation | None:
        """Return the generation in force, None where there is none."""
        return next(iter(self.generations()[::-1]), None)

    def publish(self, generation: Generation) -> None:
        """Put a generation in force. Raises IndexBusy where another writer has put one of that number in force."""
        told = {"manifest": generation.manifest, "vectors": generation.vectors}
        with self._asking():
            made = self._make(self._prefix + generation.name, told)
        if not made:
            raise IndexBusy(
                f"The index {self._name!r} was changed by another writer meanwhile: run the command again."
            )

    def vectors(self, name: str) -> "Collection":
        """Return the collection of vectors of that name. Raises StoreUnreachable where it is gone."""
        with self._asking():
            return self.client.get_collection(name, embedding_function=None)

    def make_vectors(self, weights_sha256: str, dimension: int) -> "Collection":
        """Return the collection for vectors of an embedder, made where there is none."""
        identity = hashlib.sha256(f"{weights_sha256} {dimension}".encode()).hexdigest()[:16]
        with self._asking():
            return self.client.get_or_create_collection(
                f"{self._prefix}v-{identity}", configuration={"hnsw": GRAPH}, embedding_function=None
            )

    def known(self, vectors: "Collection", ids: Sequence[str]) -> set[str]:
        """Return those of the ids that have a vector already."""
        found: set[str] = set()
        for part in _parts(ids, RECORDS):
            with self._asking():
                found |= set(vectors.get(ids=part, include=[])["ids"])
        return found

    def put_vectors(
        self, vectors: "Collection", ids: Sequence[str], embeddings: Sequence[Sequence[float]]
    ) -> None:
        """Keep vectors by their ids; those there are already are replaced."""
        with self._asking():
            vectors.upsert(ids=list(ids), embeddings=list(embeddings))

    def nearest(self, vectors: "Collection", vector: Sequence[float], k: int) -> list[tuple[str, float]]:
        """Return up to k (id, cosine similarity), best first."""
        with self._asking():
            asked: Any = [list(vector)]  # a list of lists, which its type does not allow for
            found = vectors.query(query_embeddings=asked, n_results=min(k, self._most), include=["distances"])
        distances = found["distances"]
        assert distances is not None
        return [(name, 1.0 - far) for name, far in zip(found["ids"][0], distances[0], strict=True)]

    def write(self, texts: Iterable[str]) -> list[str]:
        """Keep texts and return their names, which follow from their content."""
        names: list[str] = []
        pieces: dict[str, str] = {}
        for text in texts:
            name, cut = _packed(text)
            names.append(name)
            pieces |= zip(piece_ids(name), cut, strict=True)
            if len(pieces) >= RECORDS:
                self.put_pieces(pieces)
                pieces = {}
        self.put_pieces(pieces)
        return names

    def read(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each that is kept. Raises StoreUnreachable where a piece is missing."""
        for part in _parts(names, RECORDS // 4):
            wanted = {name: piece_ids(name) for name in part}
            held = self.pieces([piece for pieces in wanted.values() for piece in pieces])
            for name, pieces in wanted.items():
                if any(piece not in held for piece in pieces):
                    raise self.damaged("it has lost a part")
                yield name, self._unpacked(pieces, held)

    def put_pieces(self, pieces: Mapping[str, str]) -> None:
        """Keep short texts by their ids, which begin with eight hex digits."""
        for ids in _parts(list(pieces), RECORDS):
            with self._asking():  # a record needs a vector; nobody searches by these
                vectors: Any = [[1.0, int(name[:8], 16) / 2**32] for name in ids]
                self._texts().upsert(ids=ids, documents=[pieces[name] for name in ids], embeddings=vectors)

    def pieces(self, ids: Sequence[str]) -> dict[str, str]:
        """Return those of the short texts that are kept, by their ids."""
        held: dict[str, str] = {}
        for part in _parts(ids, RECORDS):
            with self._asking():
                found = self._texts().get(ids=part, include=["documents"])
            held |= zip(found["ids"], found["documents"] or [], strict=True)
        return held

    def damaged(self, why: str) -> StoreUnreachable:
        """Return the error for an index that the server does not hold whole."""
        return StoreUnreachable(
            f"The index {self._name!r} at {self.address} is damaged ({why}): remove it and ingest its articles anew."
        )

    def drop_stale(
        self, keep: Sequence[Generation], vectors: Mapping[str, set[str]], pieces: set[str]
    ) -> None:
        """Delete what none of the generations to keep needs: `vectors` by collection, `pieces` of texts by id."""
        names = {self._prefix + generation.name for generation in keep}
        pattern = re.compile(re.escape(self._prefix) + r"(g-\d+|v-[0-9a-f]{16}|lock\.[0-9a-f]{16})")
        for collection in self._collections():
            if pattern.fullmatch(collection.name) and collection.name not in names | set(vectors):
                self._delete(collection.name)
        with self._asking():
            _keep_only(self._texts(), pieces)
        for name, ids in vectors.items():
            _keep = self.vectors(name)
            with self._asking():
                _keep_only(_keep, ids)

    def remove(self) -> None:
        """Delete the index: from the first step on there is none."""
        for generation in self.generations()[::-1]:
            self._delete(self._prefix + generation.name)
        pattern = re.compile(re.escape(self._prefix) + r"(v-[0-9a-f]{16}|texts)")
        for collection in self._collections():
            if pattern.fullmatch(collection.name):
                self._delete(collection.name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer of the index. Raises IndexBusy while another is, and has shown a sign of life."""
        lock = self._lock()
        ended = Event()

        def renew() -> None:
            while not ended.wait(SEEN):
                try:
                    lock.modify(metadata={"owner": owner, "seen": self._clock()})
                except Exception:  # noqa: BLE001 - the writer meets the same, and says it
                    continue

        owner = str((lock.metadata or {}).get("owner"))
        Thread(target=renew, daemon=True).start()
        try:
            yield
        finally:
            ended.set()
            self._unlock(lock)

    def _lock(self) -> "Collection":
        name = f"{self._prefix}lock"
        told = {"owner": secrets.token_hex(8), "seen": self._clock()}
        with self._asking():
            made = self._make(name, told)
            if made is None:
                held = self.client.get_or_create_collection(name, embedding_function=None)
                if self._clock() - float((held.metadata or {}).get("seen", 0.0)) > STALE:
                    held.modify(name=f"{name}.{secrets.token_hex(8)}")  # by its id: never the lock of another
                    self.client.delete_collection(held.name)
                    made = self._make(name, told)
        if made is None:
            raise IndexBusy(
                f"The index {self._name!r} is busy: another process is writing to it at {self.address}. Try again when it "
                f"has finished; a writer that died is forgotten after {STALE:.0f} seconds."
            )
        return made

    def _unlock(self, lock: "Collection") -> None:
        """Give the lock back; where the server has gone, it grows stale by itself."""
        try:
            lock.modify(name=f"{self._prefix}lock.{secrets.token_hex(8)}")
            self.client.delete_collection(lock.name)
        except Exception:  # noqa: BLE001 - what the writer met before counts
            return

    def _clock(self) -> float:
        """Return the time of the server, seconds: writers need not have the same."""
        with self._asking():
            return self.client.heartbeat() / 1e9

    def _make(self, name: str, told: Mapping[str, Any]) -> "Collection | None":
        """Make a collection, None where there is one of that name."""
        from chromadb.errors import ChromaError

        try:
            return self.client.create_collection(name, metadata=dict(told), embedding_function=None)
        except ChromaError as error:
            if "already exists" in str(error):
                return None
            raise

    def _delete(self, name: str) -> None:
        from chromadb.errors import NotFoundError

        with self._asking():
            try:
                self.client.delete_collection(name)
            except NotFoundError:
                return

    def _collections(self) -> Iterator["Collection"]:
        at = 0
        while True:
            with self._asking():
                page = list(self.client.list_collections(limit=RECORDS, offset=at))
            yield from page
            at += len(page)
            if len(page) < RECORDS:
                return

    def _texts(self) -> "Collection":
        return self.client.get_or_create_collection(f"{self._prefix}texts", embedding_function=None)

    def _unpacked(self, ids: Sequence[str], held: Mapping[str, str]) -> str:
        unpack = zlib.decompressobj()
        try:
            data = unpack.decompress(base64.b64decode("".join(held[piece] for piece in ids)), LARGEST)
            if unpack.unconsumed_tail:
                raise self.damaged(f"a text of more than {LARGEST // 1_000_000} MB")
            return data.decode("utf-8")
        except (ValueError, zlib.error) as error:
            raise self.damaged(str(error)) from None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with plain_errors(self.address):
            yield


def index_names(address: ServerAddress) -> list[str]:
    """Return the names of the indexes in a server's database, sorted."""
    index = ServerIndex(address, "")
    found = (re.fullmatch(r"bpo-kpo\.(.+)\.g-\d+", item.name) for item in index._collections())
    return sorted({match[1] for match in found if match})


@contextmanager
def plain_errors(address: ServerAddress) -> Iterator[None]:
    """Turn what a server or the way to it may raise into StoreUnreachable, without the token."""
    import httpx
    from chromadb.errors import ChromaAuthError, ChromaError

    try:
        yield
    except (StoreUnreachable, IndexBusy, SettingsError):
        raise
    except (TooLargeReply, PackedReply) as error:
        raise StoreUnreachable(
            f"The store at {address} answers as no Chroma server does ({error})."
        ) from None
    except httpx.TimeoutException:
        raise StoreUnreachable(
            f"The store at {address} did not answer in time; nothing was lost: try again."
        ) from None
    except (httpx.HTTPError, OSError) as error:
        raise StoreUnreachable(_gone(address, error)) from None
    except ChromaAuthError:
        raise StoreUnreachable(_refused(address)) from None
    except ChromaError as error:
        raise StoreUnreachable(f"The store at {address} refused: {_short(error, address)}.") from None
    except ValueError as error:  # of the client's constructor
        if "Could not connect" not in str(error):
            raise StoreUnreachable(f"The store at {address} refused: {_short(error, address)}.") from None
        raise StoreUnreachable(_gone(address, error)) from None
    except Exception as error:
        if type(error) is not Exception:  # how the client passes on a reply that it cannot read
            raise
        raise StoreUnreachable(f"The store at {address} failed: {_short(error, address)}.") from None


def _gone(address: ServerAddress, error: Exception) -> str:
    return (
        f"The store at {address} cannot be reached ({_short(error, address)}): start the server "
        "(`chroma run --path FOLDER --port N`), or give another --store. Nothing was lost."
    )


def _refused(address: ServerAddress) -> str:
    return f"The store at {address} refused the token, or asks for one: set {address.token_name}."


def _short(error: Exception, address: ServerAddress) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return (text.replace(address.token, "***") if address.token else text)[:200].rstrip(".?! ")


@lru_cache(maxsize=8)
def _client(address: ServerAddress) -> "ClientAPI":
    import chromadb
    import httpx
    from chromadb.config import Settings as ChromaSettings

    headers = {"Accept-Encoding": "gzip"}
    if address.token:
        headers |= {"Authorization": f"Bearer {address.token}", "X-Chroma-Token": address.token}
    limit = httpx.Timeout(TIMEOUT_S, connect=10.0)  # Chroma's own is none

    def admitted(reply: httpx.Response) -> None:  # also by a proxy before it, whose words are its own
        if reply.status_code in (401, 403):
            raise StoreUnreachable(_refused(address))

    hooks: dict[str, list[Callable[..., Any]]] = {"response": [admitted, bound]}
    with plain_errors(address):
        with httpx.Client(headers=headers, timeout=limit, event_hooks=hooks) as probe:
            probe.get(f"{address}{ALIVE}")
        client = chromadb.HttpClient(
            address.host,
            address.port,
            ssl=address.tls,
            headers=headers,
            settings=ChromaSettings(anonymized_telemetry=False),
            tenant=address.tenant,
            database=address.database,
        )
    session: httpx.Client = client._server._session  # type: ignore[attr-defined]
    session.event_hooks, session.timeout = hooks, limit
    return client


def _packed(text: str) -> tuple[str, list[str]]:
    """Return a text's name and the pieces it is kept in."""
    body = base64.b64encode(zlib.compress(text.encode("utf-8"), 6)).decode("ascii")
    pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]
    return f"{hashlib.sha256(text.encode('utf-8')).hexdigest()[:32]}.{len(pieces)}", pieces


def piece_ids(name: str) -> list[str]:
    """Return the ids of the pieces of a text. Raises ValueError for what is no name of one."""
    if not re.fullmatch(r"[0-9a-f]{32}\.\d{1,5}", name):
        raise ValueError(f"no text is called {name!r:.60}")
    return [f"{name}.{at}" for at in range(int(name.rpartition(".")[2]))]


def _keep_only(collection: "Collection", ids: set[str]) -> None:
    """Delete the records of a collection that are none of the ids."""
    if collection.count() <= len(ids):
        return
    at, stale = 0, []
    while page := collection.get(limit=RECORDS, offset=at, include=[])["ids"]:
        stale += [name for name in page if name not in ids]
        at += len(page)
    for part in _parts(stale, RECORDS):
        collection.delete(ids=part)


def _parts(items: Sequence[str], size: int) -> Iterator[list[str]]:
    return (list(items[at : at + size]) for at in range(0, len(items), size))

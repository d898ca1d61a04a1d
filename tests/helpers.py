"""Small documents, settings and servers for tests."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from assistant.check.checker import EvidenceChecker
from assistant.check.rules.checker import RuleChecker
from assistant.core.settings import Settings, load_settings
from assistant.core.types import Block, Chunk, Document, Evidence, Passage
from assistant.index.manifest import digest
from assistant.models.judge.judge import LateJudge
from assistant.write.quote.fit.fitting import fitting


def settings_in(folder: Path, **values: object) -> Settings:
    """Return settings that write into a folder and embed by hashed words."""
    return load_settings(
        **{
            "data_dir": folder,
            "embedder": "hash",
            "model": "none",
            "dtype": "float32",
            "checker": "judge",
            **values,
        }
    )


def document(doc_id: str, *lines: str, title: str = "") -> Document:
    """Return a document of one paragraph a line."""
    text = "\n".join(lines)
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block(kind="paragraph", start=at, end=at + len(line)))
        at += len(line) + 1
    return Document(
        doc_id=doc_id,
        title=title or doc_id,
        source=f"{doc_id}.md",
        text=text,
        sha256=digest(text),
        blocks=tuple(blocks),
    )


def misfits(question: str, sentence: str, section: str = "") -> bool:
    """Tell whether a sentence under a heading cannot answer a question, as the only one that is found."""
    source = document("rules", "It is told below.", sentence)
    passage = Passage(
        chunk_id="rules:0", doc_id="rules", title="Rules", source="rules.md", section=section, page=None, start=0,
        end=len(source.text), score=0.5, text=source.text, doc_sha256=source.sha256,
    )  # fmt: skip
    start = source.text.index(sentence)
    item = Evidence(passage=passage, start=start, end=start + len(sentence), text=sentence)
    return not fitting(question, [item], lambda doc_id: source)


def chunks_of(doc: Document) -> list[Chunk]:
    """Return one chunk a paragraph."""
    return [
        Chunk(
            chunk_id=f"{doc.doc_id}:{block.start}-{block.end}",
            doc_id=doc.doc_id,
            start=block.start,
            end=block.end,
            text=doc.text[block.start : block.end],
            section="",
        )
        for block in doc.blocks
    ]


@contextmanager
def running(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a free port of this machine while inside; give the address, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def embedded_checker() -> EvidenceChecker:
    """Return the check as it is without a stronger checker."""
    return EvidenceChecker(RuleChecker(), LateJudge(load_settings()))

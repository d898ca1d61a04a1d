"""Make documents to write into an index."""

from collections.abc import Sequence

from assistant.core.types import Block, Chunk, Document
from assistant.index.manifest import digest


def document(doc_id: str, lines: Sequence[str]) -> tuple[Document, list[Chunk]]:
    """Return a document of one paragraph a line, and a chunk of each paragraph."""
    blocks, chunks, at = [], [], 0
    for line in lines:
        end = at + len(line)
        blocks.append(Block(kind="paragraph", start=at, end=end))
        chunk_id = f"{doc_id}:{at}-{end}"
        chunks.append(Chunk(chunk_id=chunk_id, doc_id=doc_id, start=at, end=end, text=line, section=""))
        at = end + 1
    text = "\n".join(lines)
    doc = Document(
        doc_id=doc_id, title=doc_id, source=doc_id, text=text, sha256=digest(text), blocks=tuple(blocks)
    )
    return doc, chunks

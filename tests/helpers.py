"""Small documents and settings for tests."""

from pathlib import Path

from assistant.settings import Settings, load_settings
from assistant.store import digest
from assistant.types import Block, Chunk, Document


def settings_in(folder: Path, **values: object) -> Settings:
    """Return settings that write into a folder and embed by hashed words."""
    return load_settings(
        **{"data_dir": folder, "embedder": "hash", "model": "none", "dtype": "float32", **values}
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

"""Read a folder of docs/*.txt and questions.jsonl, whose offsets count in the files."""

from functools import partial
from pathlib import Path

from eval.cases.loaders.place import in_stored
from eval.cases.loaders.source import Source
from eval.cases.read import at_offsets, read_checked
from eval.run.types import Span
from ingest.loaders.plain.charset import decode


def qa_source(questions: Path, docs: Path) -> Source:
    """Return the cases of a folder that brings its whole corpus."""
    files = {path.stem: path for path in docs.rglob("*.txt")}
    files |= {path.name: path for path in files.values()}
    texts: dict[str, str] = {}

    def place(span: Span, stored: str) -> Span:
        if span.doc_id not in files:  # of another format: its offsets are those of the stored text
            return at_offsets(span, stored)
        if span.doc_id not in texts:
            texts[span.doc_id] = decode(files[span.doc_id].read_bytes())
        return in_stored(span, texts[span.doc_id], stored)

    read = partial(read_checked, questions, place=place, origin="public")
    return Source(kind="qa", path=questions.parent, documents=(docs,), whole=True, cases=read)

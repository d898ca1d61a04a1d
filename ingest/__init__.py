"""Bring files, folders and addresses into an index.

In Python: `from ingest import ingest`, then `ingest("my-articles", index="mine")`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.bring import ingest as ingest
    from ingest.index import IndexReport as IndexReport

__all__ = ["IndexReport", "ingest"]


def __getattr__(name: str) -> Any:
    if name == "ingest":
        from ingest.bring import ingest

        return ingest
    if name == "IndexReport":
        from ingest.index import IndexReport

        return IndexReport
    raise AttributeError(f"module 'ingest' has no attribute {name!r}")

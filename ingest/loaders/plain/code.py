"""Read source code, settings and logs: a line of the file is a line of the text."""

from ingest.loaders.blocks import Draft, code_pieces, draft
from ingest.loaders.plain.charset import decode
from ingest.loaders.plain.text import visible

MAX_LINE = 2_000  # characters kept of a line


def read_code(data: bytes, charset: str | None = None) -> Draft:
    """Read code as it stands, line by line."""
    lines = visible(decode(data, charset)).expandtabs(4).split("\n")
    return draft([piece for line in lines for piece in code_pieces(line[:MAX_LINE])])

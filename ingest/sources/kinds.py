"""Say which kinds of file are read, and by what."""

import re
from collections.abc import Callable
from pathlib import Path

from ingest.loaders.blocks import Draft
from ingest.loaders.html import read_html
from ingest.loaders.markdown import read_markdown
from ingest.loaders.office.epub import read_epub
from ingest.loaders.office.odf import read_odf
from ingest.loaders.office.pptx import read_pptx
from ingest.loaders.office.rtf import read_rtf
from ingest.loaders.office.xlsx import read_xlsx
from ingest.loaders.pdf.read import read_pdf
from ingest.loaders.plain.code import read_code
from ingest.loaders.plain.csv import read_csv
from ingest.loaders.plain.json import read_json, read_json_lines, read_notebook
from ingest.loaders.plain.mail import read_mail
from ingest.loaders.plain.rst import read_rst
from ingest.loaders.plain.text import read_text
from ingest.loaders.word.docx import read_docx

Reader = Callable[[bytes], Draft]

CODE = re.findall(
    r"\S+",
    ".py .pyi .js .mjs .cjs .jsx .ts .tsx .java .kt .scala .groovy .c .h .cc .cpp .cxx .hh .hpp .cs .fs .vb .go .rs .rb "
    ".php .pl .pm .lua .r .jl .m .swift .dart .ex .exs .erl .hs .clj .sh .bash .zsh .ps1 .bat .cmd .sql .css .scss .less "
    ".yaml .yml .toml .ini .cfg .conf .properties .xml .xsd .xsl .tf .gradle .cmake .mk .proto .graphql .vue .svelte .diff "
    ".patch",
)
READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".mdx": read_markdown,
    ".txt": read_text,
    ".text": read_text,
    ".log": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".docm": read_docx,
    ".pptx": read_pptx,
    ".pptm": read_pptx,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".odt": read_odf,
    ".ods": read_odf,
    ".odp": read_odf,
    ".rtf": read_rtf,
    ".epub": read_epub,
    ".eml": read_mail,
    ".rst": read_rst,
    ".json": read_json,
    ".geojson": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".ipynb": read_notebook,
    **dict.fromkeys(CODE, read_code),
}
SHOWN = ("Markdown", "text", "HTML", "PDF", "Word", "PowerPoint", "Excel", "CSV", "OpenDocument", "RTF", "EPUB",
         "mail (.eml)", "RST", "JSON", "notebooks", "code")  # fmt: skip
INSTEAD = {  # what to do with kinds that are not read
    ".doc": "save it as .docx",
    ".dot": "save it as .docx",
    ".xls": "save it as .xlsx",
    ".xlsb": "save it as .xlsx",
    ".ppt": "save it as .pptx",
    ".pages": "export it as .docx or .pdf",
    ".numbers": "export it as .xlsx",
    ".key": "export it as .pptx",
    ".msg": "save it as .eml",
    ".mobi": "convert it to .epub",
    ".azw3": "convert it to .epub",
    ".djvu": "convert it to .pdf",
    ".tex": "give the .pdf made from it",
    ".zip": "unpack it",
    ".7z": "unpack it",
    ".tar": "unpack it",
    ".gz": "unpack it",
    ".rar": "unpack it",
}
_LOOK = 4096  # bytes looked at of a file without a suffix


def reader_for(path: Path) -> Reader | None:
    """Return what reads a file by its suffix; a file without one is text where it looks like text; else None."""
    suffix = path.suffix.lower()
    if suffix or path.name.startswith("."):
        return READERS.get(suffix)
    try:
        with path.open("rb") as file:
            begin = file.read(_LOOK)
    except OSError:
        return read_text  # reading it will say what is wrong
    return read_text if _is_text(begin) else None


def unknown(path: Path) -> str:
    """Say that a file is of a kind that is not read, and what to do."""
    suffix = path.suffix.lower()
    kind = f"of the kind {suffix!r}" if suffix else "of no known kind"
    return f"is {kind}, which is not read; {INSTEAD.get(suffix) or 'read are ' + ', '.join(SHOWN)}"


def _is_text(begin: bytes) -> bool:
    if b"\0" in begin:
        return False
    try:
        begin.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(begin) - 4  # a character cut in two at the end
    return True

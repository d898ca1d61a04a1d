"""Open the templates of pages that need nothing else and run no script: every text in them is escaped."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def templates(folder: Path, escape: Callable[[str], str]) -> "Environment":
    """Return the templates of a folder; the filter `shown` writes a text with `escape`, all else is escaped by jinja2.

    A name that a template does not get is an error, not nothing.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = lambda text: Markup(escape(str(text)))
    return made


def style_hash(css: str) -> str:
    """Return the hash by which a content security policy names a style sheet: SHA-256 in base64."""
    return b64encode(hashlib.sha256(css.encode()).digest()).decode()

"""Make foreign text harmless where it is shown: on one line, in Markdown, in HTML."""

import json
import re
from html import escape
from typing import Any

_CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_STEERING = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]")
_ODD_SPACE = re.compile(r"[\r\x0b\x0c\x85\u2028\u2029]")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"://|@|www\.|mailto:", re.IGNORECASE)


def visible(text: str) -> str:
    """Replace control and direction-changing characters one for one, so offsets stay right."""
    return _CONTROL.sub("\ufffd", _ODD_SPACE.sub(" ", text))


def json_text(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON in which no character can steer a terminal or turn the direction of what follows."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=str)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def one_line(text: str) -> str:
    """Return text as one line, with no character that could steer what shows it."""
    return " ".join(visible(text).split())


def html_text(text: str) -> str:
    """Escape text for HTML; line breaks and offsets stay."""
    return escape(visible(text))


def escape_markdown(text: str) -> str:
    """Return the text as one line that Markdown shows word for word.

    Every ASCII punctuation mark is escaped; words holding an address become code, because
    common renderers make links of addresses even when they are escaped. A bar stands outside that code, since in a
    table it would end the cell even within it.
    """
    return " ".join(
        r"\|".join(code_span(part) if part else "" for part in word.split("|"))
        if _ADDRESS.search(word)
        else _PUNCTUATION.sub(r"\\\1", word)
        for word in visible(text).split()
    )


def code_span(word: str) -> str:
    """Return a word as Markdown code, whatever marks are in it."""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", word)), default=0))
    return f"{fence} {word} {fence}" if len(fence) > 1 else f"{fence}{word}{fence}"

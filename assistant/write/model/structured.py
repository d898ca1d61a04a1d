"""A draft as JSON: the schema that is asked for, and the reader of such a reply while it grows."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.text.legible import whole_characters
from assistant.write.model.reply import (
    MAX_SENTENCE_CHARS,
    Drafted,
    Prose,
    plain_sentence,
    take_sentence,
    without_thought,
)

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_OPENING = re.compile(r"(?:^|[:\n])\s*(?:```\w*\s*)?(?=\{|\[\s*[{\]\"])")  # after a lead-in, in a fence
_LATE = re.compile(r'\{\s*"sentences"')  # wherever it comes
LEAD_CHARS = 240  # what may come before other JSON; a reply without any in so many is prose
_NUMBERS = re.compile(
    r"\[?(?:(?:passage|evidence|source)\s+)?\d{1,9}(?:\s*[,;]\s*\d{1,9})*\]?", re.IGNORECASE
)
NO_EVIDENCE = 0  # a marker that is no number: it names nothing, as evidence is numbered from 1


def schema(known: int) -> dict[str, Any]:
    """Return the JSON schema of a draft from `known` pieces of evidence, numbered from 1.

    The numbers are an enum, so that a decoder held to the schema cannot invent one.
    """
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "One sentence."},
            "evidence": {
                "type": "array",
                "description": "Numbers of the evidence it comes from.",
                "items": {"type": "integer", "enum": list(range(1, known + 1))},
            },
            "bullet": {"type": "boolean", "description": "Whether it is an item of a list."},
        },
        "required": ["text", "evidence", "bullet"],
        "additionalProperties": False,
    }
    return {
        "title": "draft",
        "description": "Sentences that answer the question, with their evidence.",
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def schema_options(model: "BaseChatModel", known: int) -> dict[str, Any]:
    """Return what asks this model for the schema, as its LangChain client puts it; empty where it knows no way."""
    from langchain_core.runnables import RunnableBinding, RunnableSequence

    strict: dict[str, Any] = {"strict": True} if model._llm_type == "openai-chat" else {}
    ways: tuple[dict[str, Any], ...] = ({"method": "json_schema"}, {})  # not every client takes the argument
    for way in ways:
        try:
            asking = model.with_structured_output(schema(known), **way, **strict)
        except (NotImplementedError, TypeError, ValueError):
            continue
        # what comes before the client's own parser, which would wait for the whole reply
        first = asking.first if isinstance(asking, RunnableSequence) else asking
        if isinstance(first, RunnableBinding):
            return dict(first.kwargs)
    return {}


class Objects:
    """Reads {"sentences": [{"text", "evidence"}, ...]}, each sentence when its object closes.

    A fence, a lead-in and reasoning before it are skipped. A reply that turns out to be no JSON is `prose`.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self.prose: Prose | None = None
        self.declined = False
        self._text = ""
        self._at: int | None = None  # up to where the JSON was scanned; None before it begins
        self._open: list[int] = []
        self._quoted = self._escaped = False

    @property
    def rest(self) -> str:
        """What has come, as long as no sentence is looked for in it."""
        return self.prose.rest if self.prose else self._text

    def read(self, piece: str) -> Iterator[Drafted]:
        """Take the next piece and yield the sentences it makes whole."""
        self._text += piece
        if self._at is None:
            piece = self._begin(piece)
        if self._at is not None:
            for found in self._closed():
                yield from self._sentences(found)
        elif self.prose:
            yield from self.prose.read(piece)

    def end(self, *, cut: bool) -> Iterator[Drafted]:
        """Yield the sentences of prose that wait for the end; an object that is not closed is none."""
        if self._at is None and not self.prose:
            self._become_prose(self._text)
        if self.prose:
            yield from self.prose.end(cut=cut)

    def _begin(self, piece: str) -> str:
        """Find out what the reply is, as soon as it can be told; return what of the piece prose has not read."""
        reply = self._text if self.prose else without_thought(self._text)
        opening = None if self.prose else _OPENING.search(reply[:LEAD_CHARS])
        if opening:
            self._become_json(reply[opening.end() :])
        elif late := _LATE.search(reply, max(0, len(reply) - len(piece) - LEAD_CHARS)):
            self._become_json(reply[late.start() :])
        elif len(reply) > LEAD_CHARS and not self.prose:
            self._become_prose(reply)
            return ""
        return piece

    def _become_json(self, text: str) -> None:
        self._text, self._at, self.prose = text, 0, None

    def _become_prose(self, text: str) -> None:
        self._text, self.prose = text, Prose()
        self.prose.rest = text

    def _closed(self) -> Iterator[Any]:
        """Yield what the text scanned last closes: each object, the innermost first, and a list around it all."""
        assert self._at is not None
        for at in range(self._at, len(self._text)):
            char = self._text[at]
            if self._escaped:
                self._escaped = False
            elif self._quoted:
                self._escaped, self._quoted = char == "\\", char != '"'
            elif char == '"':
                self._quoted = True
            elif char in "{[":
                self._open.append(at)
            elif char in "}]" and (begun := self._opened_by("{" if char == "}" else "[")) is not None:
                try:
                    # a line break within a string is let pass
                    yield json.loads(self._text[begun : at + 1], strict=False)
                except (ValueError, RecursionError):
                    continue  # this object is broken, the next may be whole
        self._at = len(self._text)

    def _opened_by(self, bracket: str) -> int | None:
        """Return where the object that ends here began, or a list around all; None of another list."""
        while self._open:
            at = self._open.pop()
            if self._text[at] == bracket:
                return at if bracket == "{" or not self._open else None
            if bracket == "[":
                self._open.append(at)  # a list that was never opened
                return None
        return None

    def _sentences(self, found: Any) -> Iterator[Drafted]:
        """Yield the sentences of one object, with the evidence it lists and the markers in its text, or of a list."""
        text = found.get("text") if isinstance(found, dict) else None
        listed = found.get("sentences") if isinstance(found, dict) else found
        if isinstance(text, str):
            yield from _split(text, _named(found.get("evidence")), item=found.get("bullet") is True)
        elif listed == []:
            self.declined = True
        elif isinstance(listed, list):
            for item in listed:
                if isinstance(item, str):
                    yield from _split(item, [])


def _split(text: str, named: list[int], *, item: bool = False) -> Iterator[Drafted]:
    """Yield the sentences of a text with the numbers `named` for all and those of its own markers.

    One that is too long to be read is yielded as it is.
    """
    text = whole_characters(text)
    while taken := take_sentence(text, ended=True):
        raw, text = taken
        long = len(raw) > MAX_SENTENCE_CHARS
        if drafted := Drafted(text=raw, markers=()) if long else plain_sentence(raw):
            own = [n for n in dict.fromkeys(drafted.markers) if n not in named]
            yield Drafted(text=drafted.text, markers=(*named, *own), item=item or drafted.item)


def _named(evidence: Any) -> list[int]:
    """Return the numbers of the evidence an object lists, each once, and `NO_EVIDENCE` for whatever is no number."""
    found: list[int] = []
    for item in evidence if isinstance(evidence, list) else [evidence]:
        if item is None or item == "":
            continue
        if isinstance(item, bool) or not isinstance(item, int | float | str):
            numbers = [NO_EVIDENCE]
        elif isinstance(item, str):
            said = re.findall(r"\d+", item) if _NUMBERS.fullmatch(item.strip()) else [NO_EVIDENCE]
            numbers = [int(n) for n in said]
        else:
            numbers = [int(item) if item == item // 1 else NO_EVIDENCE]
        found += [n for n in numbers if n == NO_EVIDENCE or n not in found]
    return found

"""A draft as JSON: the schema that is asked for, and the reader of such a reply while it grows."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.reply import Drafted, Prose, plain_sentence, take_sentence, without_thought

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_OPENING = re.compile(r"(?:^|[:\n])\s*(?:```\w*\s*)?(?=\{|\[\s*[{\]])")  # after a lead-in, in a fence
LEAD_CHARS = 240  # what may come before the JSON; a reply without any in so many is prose


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
        },
        "required": ["text", "evidence"],
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
        if self.prose:
            yield from self.prose.read(piece)
            return
        self._text += piece
        if self._at is None:
            self._begin()
        if self.prose:
            yield from self.prose.read("")
        elif self._at is not None:
            for found in self._closed():
                yield from self._sentences(found)

    def end(self, *, cut: bool) -> Iterator[Drafted]:
        """Yield the sentences of prose that wait for the end; an object that is not closed is none."""
        if self._at is None and not self.prose:
            self._become_prose()
        if self.prose:
            yield from self.prose.end(cut=cut)

    def _begin(self) -> None:
        """Find out what the reply is, as soon as it can be told."""
        reply = without_thought(self._text)
        if opening := _OPENING.search(reply[:LEAD_CHARS]):
            self._text, self._at = reply[opening.end() :], 0
        elif len(reply) > LEAD_CHARS:
            self._become_prose()

    def _become_prose(self) -> None:
        self.prose = Prose()
        self.prose.rest = self._text

    def _closed(self) -> Iterator[Any]:
        """Yield each object that the text scanned last closes, the innermost first."""
        assert self._at is not None
        for at in range(self._at, len(self._text)):
            char = self._text[at]
            if self._escaped:
                self._escaped = False
            elif self._quoted:
                self._escaped, self._quoted = char == "\\", char != '"'
            elif char == '"':
                self._quoted = True
            elif char == "{":
                self._open.append(at)
            elif char == "}" and self._open:
                try:
                    # a line break within a string is let pass
                    yield json.loads(self._text[self._open.pop() : at + 1], strict=False)
                except (ValueError, RecursionError):
                    continue  # this object is broken, the next may be whole
        self._at = len(self._text)

    def _sentences(self, found: Any) -> Iterator[Drafted]:
        """Yield the sentences of one object, with the evidence it lists and the markers in its text."""
        if not isinstance(text := found.get("text"), str):
            self.declined = self.declined or found.get("sentences") == []
            return
        listed = found.get("evidence")
        listed = listed if isinstance(listed, list) else [listed]
        numbers = [int(n) for n in listed if re.fullmatch(r"\d{1,3}", str(n))]
        while taken := take_sentence(text, ended=True):
            sentence, text = taken
            if drafted := plain_sentence(sentence):
                markers = tuple(dict.fromkeys([*numbers, *drafted.markers]))
                yield Drafted(text=drafted.text, markers=markers)

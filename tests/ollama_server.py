"""A server that speaks Ollama's chat protocol, well or badly, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model_server import JSON_REPLY, REPLY, Behaviour, ModelHandler, Served, serving


@contextmanager
def serve(behaviour: Behaviour, reply: str = REPLY, json_reply: str = JSON_REPLY) -> Iterator[Served]:
    """Serve on a free port of this machine; "slow" and "stall" wait until the block is left."""
    with serving(Served(behaviour, reply, json_reply), OllamaHandler) as served:
        yield served


class OllamaHandler(ModelHandler):
    """Answers POST /api/chat with one JSON object a line."""

    content_type = "application/x-ndjson"

    def asks_schema(self, body: dict[str, Any]) -> bool:
        return isinstance(body.get("format"), dict)

    def error(self, message: str) -> dict[str, Any]:
        return {"error": message}

    def begin(self, thought: str) -> None:
        if thought:
            self.line(message={"role": "assistant", "content": "", "thinking": thought})

    def word(self, text: str) -> None:
        self.line(message={"role": "assistant", "content": text})

    def ended(self, behaviour: Behaviour) -> None:
        reason = "length" if behaviour == "cut" else "stop"
        self.line(message={"role": "assistant", "content": ""}, done=True, done_reason=reason)

    def late_error(self) -> None:
        self.chunk(json.dumps(self.error("llama runner process has terminated")).encode() + b"\n")

    def line(self, **values: Any) -> None:
        head = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "done": False}
        self.chunk(json.dumps({**head, **values}).encode() + b"\n")

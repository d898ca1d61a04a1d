"""A server that speaks the OpenAI chat-completions protocol, well or badly, for tests."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model_server import JSON_REPLY, REFUSAL, REPLY, Behaviour, ModelHandler, Served, serving

__all__ = ["REFUSAL", "REPLY", "Behaviour", "Served", "serve"]


@contextmanager
def serve(behaviour: Behaviour, reply: str = REPLY, json_reply: str = JSON_REPLY) -> Iterator[Served]:
    """Serve on a free port of this machine; "slow" and "stall" wait until the block is left."""
    with serving(Served(behaviour, reply, json_reply), ChatHandler, "/v1") as served:
        yield served


class ChatHandler(ModelHandler):
    """Answers every POST as its server's behaviour says."""

    content_type = "text/event-stream"

    def asks_schema(self, body: dict[str, Any]) -> bool:
        return bool(body.get("response_format", {}).get("type") == "json_schema")

    def error(self, message: str) -> dict[str, Any]:
        return {"error": {"message": message}}

    def begin(self, thought: str) -> None:
        self.event({"role": "assistant", "content": ""})
        if thought:  # as vLLM and others name it
            self.event({"reasoning_content": thought})

    def word(self, text: str) -> None:
        self.event({"content": text})

    def ended(self, behaviour: Behaviour) -> None:
        if behaviour == "declined":
            self.event({"refusal": "I cannot help with that."})
        self.event({}, finish="length" if behaviour == "cut" else "stop")
        self.chunk(b"data: [DONE]\n\n")

    def late_error(self) -> None:
        self.chunk(b"data: " + json.dumps(self.error("out of memory")).encode() + b"\n\n")

    def event(self, delta: dict[str, str], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        head = {"id": "c1", "object": "chat.completion.chunk", "created": int(time.time()), "model": "m"}
        self.chunk(b"data: " + json.dumps({**head, "choices": [choice]}).encode() + b"\n\n")

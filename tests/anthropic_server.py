"""A server that speaks Anthropic's messages protocol, well or badly, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model_server import JSON_REPLY, REPLY, Behaviour, ModelHandler, Served, serving


@contextmanager
def serve(behaviour: Behaviour, reply: str = REPLY, json_reply: str = JSON_REPLY) -> Iterator[Served]:
    """Serve on a free port of this machine; "slow" and "stall" wait until the block is left."""
    with serving(Served(behaviour, reply, json_reply), MessagesHandler) as served:
        yield served


class MessagesHandler(ModelHandler):
    """Answers POST /v1/messages with server-sent events."""

    content_type = "text/event-stream"
    block = 0

    def asks_schema(self, body: dict[str, Any]) -> bool:
        return bool(body.get("output_config", {}).get("format", {}).get("type") == "json_schema")

    def error(self, message: str) -> dict[str, Any]:
        return {"type": "error", "error": {"type": "api_error", "message": message}}

    def begin(self, thought: str) -> None:
        message = {"id": "m1", "type": "message", "role": "assistant", "model": "m", "content": []}
        usage = {"input_tokens": 1, "output_tokens": 1}
        self.event("message_start", message={**message, "usage": usage, "stop_reason": None})
        self.block = 0
        if thought:
            self.start({"type": "thinking", "thinking": "", "signature": ""})
            self.delta({"type": "thinking_delta", "thinking": thought})
            self.event("content_block_stop", index=self.block)
            self.block = 1
        self.start({"type": "text", "text": ""})

    def word(self, text: str) -> None:
        self.delta({"type": "text_delta", "text": text})

    def ended(self, behaviour: Behaviour) -> None:
        self.event("content_block_stop", index=self.block)
        reason = {"cut": "max_tokens", "declined": "refusal"}.get(behaviour, "end_turn")
        self.event(
            "message_delta",
            delta={"stop_reason": reason, "stop_sequence": None},
            usage={"input_tokens": 1, "output_tokens": 9},
        )
        self.event("message_stop")

    def late_error(self) -> None:
        self.event("error", error={"type": "overloaded_error", "message": "Overloaded"})

    def start(self, block: dict[str, Any]) -> None:
        self.event("content_block_start", index=self.block, content_block=block)

    def delta(self, delta: dict[str, Any]) -> None:
        self.event("content_block_delta", index=self.block, delta=delta)

    def event(self, kind: str, **values: Any) -> None:
        data = json.dumps({"type": kind, **values})
        self.chunk(f"event: {kind}\ndata: {data}\n\n".encode())

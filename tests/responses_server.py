"""A server that speaks OpenAI's responses protocol, which its client takes for some models, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model_server import JSON_REPLY, REPLY, Behaviour, ModelHandler, Served, serving

NAME = "gpt-5-pro"  # a model for which LangChain's client takes this protocol


@contextmanager
def serve(behaviour: Behaviour, reply: str = REPLY, json_reply: str = JSON_REPLY) -> Iterator[Served]:
    """Serve on a free port of this machine; "slow" and "stall" wait until the block is left."""
    with serving(Served(behaviour, reply, json_reply), ResponsesHandler, "/v1") as served:
        yield served


class ResponsesHandler(ModelHandler):
    """Answers POST /v1/responses with server-sent events."""

    content_type = "text/event-stream"
    number = 0

    def asks_schema(self, body: dict[str, Any]) -> bool:
        return bool(body.get("text", {}).get("format", {}).get("type") == "json_schema")

    def error(self, message: str) -> dict[str, Any]:
        return {"error": {"message": message}}

    def begin(self, thought: str) -> None:
        self.whole("created", status="in_progress")
        if thought:
            item = {"id": "t1", "type": "reasoning", "summary": []}
            self.event("output_item.added", output_index=0, item=item)
            part = {"item_id": "t1", "output_index": 0, "summary_index": 0}
            empty = {"type": "summary_text", "text": ""}
            self.event("reasoning_summary_part.added", **part, part=empty)
            self.event("reasoning_summary_text.delta", **part, delta=thought)
        item = {"id": "m1", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        self.event("output_item.added", output_index=1, item=item)

    def word(self, text: str) -> None:
        self.part("output_text.delta", delta=text, logprobs=[])

    def ended(self, behaviour: Behaviour) -> None:
        if behaviour == "declined":
            self.part("refusal.done", refusal="I cannot help with that.")
        if behaviour == "cut":
            self.whole("incomplete", incomplete_details={"reason": "max_output_tokens"})
        else:
            self.whole("completed")

    def part(self, kind: str, **values: Any) -> None:
        self.event(kind, item_id="m1", output_index=1, content_index=0, **values)

    def whole(self, kind: str, **values: Any) -> None:
        fixed = {"id": "r1", "object": "response", "created_at": 1, "model": "m", "output": [], "tools": []}
        choices = {"tool_choice": "auto", "parallel_tool_calls": False, "status": kind}
        self.event(kind, response={**fixed, **choices, **values})

    def event(self, kind: str, **values: Any) -> None:
        self.number += 1
        data = {"type": f"response.{kind}", "sequence_number": self.number, **values}
        self.chunk(f"event: response.{kind}\ndata: {json.dumps(data)}\n\n".encode())

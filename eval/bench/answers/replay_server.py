"""Serve written replies and verdicts on this machine in the protocol of OpenAI, as a strong model would give them."""

import json
import re
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from assistant.core.types import Document
from assistant.write.model.prompt import one_line

_NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.M)
_CLAIM = re.compile(r"^«claim (\d+)»\n(.*)$", re.M)


class ReplayServer:
    """Answers a draft with the reply that was begun, its evidence numbered as the prompt numbers it; judges as written.

    A request to put sentences right, or for other searches, gets none back: what was withheld stays withheld.
    """

    def __init__(self, verdicts: Mapping[str, str]) -> None:
        self.drafted = False
        self._verdicts = {_key(text): verdict for text, verdict in verdicts.items()}
        self._sentences: list[tuple[str, list[str]]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._http.server_port}/v1"
        Thread(target=self._http.serve_forever, daemon=True).start()

    def begin(self, row: Mapping[str, Any], document: Callable[[str], Document]) -> None:
        """Answer from now on with the reply of one question."""
        self.drafted = False
        self._sentences = [
            (
                item["text"],
                [one_line(document(e["doc"]).text[e["start"] : e["end"]]) for e in item["evidence"]],
            )
            for item in row["sentences"]
        ]

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()

    def reply(self, messages: list[dict[str, Any]]) -> str:
        """Return the text of a reply."""
        asked = str(messages[-1]["content"])
        if claims := _CLAIM.findall(asked):
            lines = [f"{n}: {self._verdicts.get(_key(text), 'unsupported').upper()}" for n, text in claims]
            return "\n".join(lines)
        if "did not pass the check" in asked or asked.startswith("Headings of what was found"):
            return json.dumps({"sentences": []})
        self.drafted = True
        numbers = {words: int(n) for n, words in _NUMBERED.findall(asked)}
        return json.dumps(
            {
                "sentences": [
                    {"text": text, "evidence": [numbers[w] for w in words if w in numbers], "bullet": False}
                    for text, words in self._sentences
                ]
            }
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                text = server.reply(body["messages"])
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for delta, finish in (({"role": "assistant", "content": text}, None), ({}, "stop")):
                    choice = {"index": 0, "delta": delta, "finish_reason": finish}
                    chunk = {
                        "id": "1", "object": "chat.completion.chunk", "model": "replay", "choices": [choice],
                    }  # fmt: skip
                    self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, format: str, *args: Any) -> None:
                """Keep quiet."""

        return Handler


def _key(text: str) -> str:
    """Write a sentence so that its opening "yes" or "no", which the check takes off, and its case do not matter."""
    plain = re.sub(r"^(?:yes|no)\b[,.:;!]?(?:\s+[-\u2013\u2014])?\s*", "", text.strip(), flags=re.I)
    return " ".join(plain.lower().rstrip(".").split())

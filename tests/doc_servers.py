"""Servers on this machine that stand in for those the documentation names."""

import functools
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anthropic_server
import ollama_server
import openai_server
from chroma_server import chroma_server
from doc_files import PAGE
from helpers import running
from test_checkers import tiny_cross_encoder
from test_huggingface import parrot

import ingest.index
from ingest.fetch import load_url

QUESTION = (
    "Which tasks are back-office BPO?"  # the bundled articles answer it with one sentence after another
)
DRAFTED = (
    "According to vendors, indexing documents and checking forms count as BPO in insurance."  # and so it is
)
INVENTED = "Back-office BPO is done by astronauts."
QUESTION_OF_FOLDER = "When did the harbour of Vell open?"


@dataclass(frozen=True)
class StandIns:
    """What is run in place of what is written."""

    substituted: Mapping[str, str]


@contextmanager
def stand_ins(folder: Path) -> Iterator[StandIns]:
    """Serve a chat model in every protocol and a web page; make a small NLI model and a small Llama."""
    nli = tiny_cross_encoder(
        folder / "nli", [0.1, 0.8, 0.1], {0: "contradiction", 1: "entailment", 2: "neutral"}
    )
    llama = parrot(folder / "llama")
    said = {
        "reply": f"{DRAFTED[:-1]} [2]. {INVENTED[:-1]} [1].",
        "json_reply": json.dumps(
            {"sentences": [{"text": DRAFTED, "evidence": [2]}, {"text": INVENTED, "evidence": [1]}]}
        ),
    }
    with ExitStack() as stack:
        openai = stack.enter_context(openai_server.serve("json", **said))
        ollama = stack.enter_context(ollama_server.serve("json", **said))
        anthropic = stack.enter_context(anthropic_server.serve("json", **said))
        chroma = stack.enter_context(chroma_server(folder / "chroma"))
        page = f"{stack.enter_context(running(PageHandler))}/article.html"
        # A page on this machine is refused: that is the product's guard, and tested in test_fetch.py.
        allowed = functools.partial(load_url, allow=lambda ip: ip == "127.0.0.1")
        stack.enter_context(patch.object(ingest.index, "load_url", allowed))
        variables = {
            "OLLAMA_HOST": ollama.base_url,
            "ANTHROPIC_BASE_URL": anthropic.base_url,
            "ANTHROPIC_API_KEY": "of-the-stand-in",
        }
        stack.enter_context(patch.dict(os.environ, variables))
        yield StandIns(
            substituted={
                "... --index mine": QUESTION_OF_FOLDER,
                "...": QUESTION,
                "https://example.org/article.html": page,
                "http://localhost:8000/v1": openai.base_url,
                "chroma+http://store.example:8100": chroma.store,
                "huggingface:NAME_OR_PATH": f"huggingface:{llama}",
                "huggingface:PATH_OR_NAME": f"huggingface:{llama}",
                "PATH_OR_NAME": str(nli),
            }
        )


class PageHandler(BaseHTTPRequestHandler):
    """Answers every request with one article."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

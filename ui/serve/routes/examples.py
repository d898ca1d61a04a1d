"""Examples of replies for the OpenAPI description: what the bundled articles answer, shortened."""

from typing import Any

QUOTE = "KPO stands for knowledge process outsourcing."
ANSWER: dict[str, Any] = {
    "question": "What does KPO stand for?",
    "status": "answered",
    "reason": None,
    "text": "KPO stands for knowledge process outsourcing [1].",
    "claims": [
        {
            "text": QUOTE, "verdict": "supported", "score": 1.0, "citations": [1], "origin": "quote",
            "item": False, "says": None, "row": False, "weak": [], "lead": "",
        }
    ],
    "citations": [
        {
            "n": 1, "doc_id": "terms", "title": "Terms", "source": "corpus/terms.md", "section": "KPO", "page": None,
            "start": 120, "end": 165, "quote": QUOTE, "doc_sha256": "9f2c" + 60 * "0", "date": None,
            "prefix": "", "suffix": "", "table": None, "scanned": False,
        }
    ],
    "withheld": [],
    "passages": [],
    "confidence": 0.93,
    "unanswered": [],
    "read_as": None,
    "notices": [],
    "table": None,
    "drafts": {"sentences": 0, "markers": 0, "invented": 0, "replaced": 0, "unmarked": 0},
    "model": "none",
    "embedder": "all-MiniLM-L6-v2",
    "checker": "judge",
    "index_id": "sha256:51ab",
    "timings_s": {"retrieve": 0.05, "verify": 0.02, "first_sentence": 0.08, "total": 0.1},
    "articles": {},
}  # fmt: skip
PASSAGE: dict[str, Any] = {
    "chunk_id": "terms:100-180", "doc_id": "terms", "title": "Terms", "source": "corpus/terms.md", "section": "KPO",
    "page": None, "start": 100, "end": 165, "score": 0.61, "text": f"What is it? {QUOTE}",
    "doc_sha256": "9f2c" + 60 * "0", "date": None, "scanned": False,
}  # fmt: skip
JUDGEMENT = {"verdict": "supported", "score": 0.97, "reasons": [], "weak": [], "final": False}
ARTICLE = {
    "doc_id": "terms", "title": "Terms", "source": "corpus/terms.md", "date": None, "chunks": 9, "words": 812,
    "summary": "These terms hold for every order.",
}  # fmt: skip
DOCUMENT = {
    "doc_id": "terms", "title": "Terms", "source": "corpus/terms.md", "text": QUOTE, "sha256": "9f2c" + 60 * "0",
    "blocks": [
        {"kind": "paragraph", "start": 0, "end": 45, "section": ["KPO"], "page": None, "caption": ""}
    ],
    "date": None, "language": "en", "references": [], "questions": [],
}  # fmt: skip
JOB = {
    "job_id": "5f0c2a9be7d14c68", "title": "Ingesting", "state": "running", "stage": "Embedded 64 of 252 chunks",
    "share": 0.25, "error": None, "report": None,
}  # fmt: skip
INDEX = {
    "index": "default", "index_id": "sha256:51ab", "articles": 1, "titles": ["Terms"], "model": "none",
    "embedder": "all-MiniLM-L6-v2", "checker": "judge", "read_only": False,
}  # fmt: skip
MODEL = {"id": "bpo-kpo", "object": "model", "created": 1_790_000_000, "owned_by": "bpo-kpo"}
CONTENT = "“KPO stands for knowledge process outsourcing.” [1]\n\n**Sources**\n\n[1] “KPO stands for …” – Terms, KPO"
COMPLETION = {
    "id": "chatcmpl-5f0c", "object": "chat.completion", "created": 1_790_000_000, "model": "bpo-kpo",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": CONTENT}, "finish_reason": "stop"}],
    "answer": ANSWER,
}  # fmt: skip
REPLIES: dict[str, Any] = {
    "POST /v1/ask": ANSWER,
    "POST /v1/search": {"passages": [PASSAGE]},
    "POST /v1/verify": JUDGEMENT,
    "GET /v1/suggestions": {"questions": ["What does KPO stand for?"]},
    "POST /v1/suggestions": {"questions": ["What does BPO stand for?"]},
    "GET /v1/index": INDEX,
    "GET /v1/documents": {"total": 1, "articles": [ARTICLE]},
    "GET /v1/documents/{doc_id}": DOCUMENT,
    "POST /v1/documents": JOB,
    "DELETE /v1/documents/{doc_id}": {"removed": "terms"},
    "POST /v1/ingest": JOB,
    "GET /v1/jobs/{job_id}": JOB,
    "POST /v1/jobs/{job_id}/stop": JOB,
    "POST /v1/chat/completions": COMPLETION,
    "GET /v1/models": {"object": "list", "data": [MODEL]},
    "GET /v1/models/{name}": MODEL,
    "GET /healthz": {"status": "ok", "detail": None},
    "GET /readyz": {"status": "ok", "detail": None},
}


def _data(shape: str) -> dict[str, Any]:
    """Return the schema of an event's data: JSON of a shape."""
    content = {"$ref": f"#/components/schemas/{shape}"}
    return {"type": "string", "contentMediaType": "application/json", "contentSchema": content}


def _event(name: str, shape: str) -> dict[str, Any]:
    return {"properties": {"event": {"const": name}, "data": _data(shape)}, "required": ["event", "data"]}


ASK_STREAM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "oneOf": [
            _event("claim", "ClaimShown"),
            _event("answer", "AnswerBody"),
            _event("error", "ErrorBody"),
        ],
    },
    "example": """event: claim
data: {"claim": {"text": "KPO stands for ...", "citations": [1], ...}, "new_citations": [{"n": 1, ...}], "aspect": null}

event: answer
data: {"question": "What does KPO stand for?", "status": "answered", ...}

""",
}
CHAT_STREAM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "properties": {"data": {"anyOf": [{"const": "[DONE]"}, _data("ChunkBody"), _data("ErrorBody")]}},
        "required": ["data"],
    },
    "example": """data: {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "..."}}], ...}

data: [DONE]

""",
}


def stream(events: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` entry of a route that may reply with server-sent events."""
    return {200: {"content": {"text/event-stream": events}}}

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
STREAM = """event: claim
data: {"claim": {"text": "KPO stands for ...", "citations": [1], ...}, "new_citations": [{"n": 1, ...}], "aspect": null}

event: answer
data: {"question": "What does KPO stand for?", "status": "answered", ...}

"""

EVENT = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
}  # one of a stream


def example(value: Any, media: str = "application/json") -> dict[int | str, dict[str, Any]]:
    """Return the `responses` entry of a route whose good reply is like this."""
    return {200: {"content": {media: {"example": value}}}}

"""Say in words what an answer is: why it was declined, what was checked, where its words stand."""

from collections import Counter
from collections.abc import Iterable, Mapping

from assistant.core.types import Answer, Citation, Claim, Judgement, Passage, Verdict, Withheld

TALK = ("greeting", "abilities", "thanks", "goodbye")  # reasons of an answer to what was no question
STOPPED = "stopped"  # reason of an answer whose reader left before its end
REASONS = {
    "no_evidence": "The articles do not plainly answer this.",
    "off_topic": "The question is not about what these articles cover.",
    "false_premise": "The question takes something as given that the articles do not bear out.",
    "other_language": "The question is in another language than the articles.",
    "model_unavailable": "The model could not be used, and no quotation answers the question by itself.",
    "greeting": "Hello. Ask a question about the articles; each sentence of the answer shows the words it rests on.",
    "abilities": "Ask a question about the articles: each sentence of the answer shows the words it rests on, and what "
    "they do not answer is said.",
    "thanks": "You are welcome. Ask on whenever you like.",
    "goodbye": "Goodbye.",
    "empty_question": "There was no question to answer.",
    "no_context": "No documents came with the answer, so nothing in it could be checked.",
    "empty_answer": "The answer to check says nothing.",
    "failed": "This question could not be answered.",
    "not_supported": "The context supports no sentence of the answer.",
    STOPPED: "The answer was stopped before its end.",
}
VERDICTS: dict[Verdict, str] = {
    "supported": "Supported by the evidence",
    "unverified": "Likely, but not verified",
    "contradicted": "Contradicted by the evidence",
    "unsupported": "Not supported by the evidence",
    "unjudged": "Could not be judged",
}
CHECKED: dict[str, str] = {"unverified": "not verified"}  # as the mark beside the sentence says it
NO_PASSAGES = "No passages."
NO_TURNS = "Nothing has been asked yet."
WHOLE = 0.9  # share of a passage's characters from which it is quoted whole
NEAREST, AROUND = 3, 2  # passages shown for a declined answer, and around quotations that only may answer
MAX_NAMED = 5  # titles of the articles that were asked


def reason_text(reason: str | None) -> str:
    """Say in a plain sentence why an answer was declined."""
    if reason is None:
        return "No sentence passed the check."
    return REASONS.get(reason, f"No answer could be given ({reason}).")


def nearest(answer: Answer) -> tuple[Passage, ...]:
    """Return the passages to show below an answer, the likeliest first: none where it is sure.

    What only may answer is often not the sentence that does, but stands in its passage; one quoted whole is left out.
    """
    if not answer.claims:
        return answer.passages[:NEAREST]
    near = answer.passages[:AROUND] if answer.reason == "unsure" else ()
    return tuple(item for item in near if _quoted(item, answer.citations) < WHOLE)


def _quoted(passage: Passage, citations: Iterable[Citation]) -> float:
    """Return the share of a passage's characters that citations quote."""
    own = [item for item in citations if item.doc_id == passage.doc_id]
    held = (min(item.end, passage.end) - max(item.start, passage.start) for item in own)
    return sum(max(length, 0) for length in held) / max(len(passage.text), 1)


def check_line(answer: Answer) -> str:
    """Sum up the check: "3 sentences, all supported; 1 withheld"."""
    shown = len(answer.claims)
    if answer.reason == "unsure":
        return f"{_count(shown, 'quotation')} that may answer it"
    verdicts = Counter(CHECKED.get(claim.verdict, claim.verdict) for claim in answer.claims)
    if not shown:
        line = "No sentence shown"
    elif all(claim.origin == "quote" for claim in answer.claims):
        line = f"{_count(shown, 'sentence')}, quoted word for word"
    elif len(verdicts) == 1:
        (found,) = verdicts
        each = "all " if shown > 1 and found not in CHECKED.values() else ""
        line = f"{_count(shown, 'sentence')}, {each}{found}"
    else:
        line = f"{_count(shown, 'sentence')}: " + ", ".join(f"{n} {v}" for v, n in verdicts.most_common())
    return f"{line}; {len(answer.withheld)} withheld" if answer.withheld else line


def verdict_words(judgement: Judgement) -> str:
    """Say a verdict in words, with its score unless there was nothing to score."""
    words = VERDICTS[judgement.verdict]
    return f"{words}." if judgement.verdict == "unjudged" else f"{words} (score {judgement.score:.2f})."


def why(item: Withheld) -> str:
    """Say why a sentence was withheld: its reasons, else the verdict."""
    return " ".join(item.reasons) or item.verdict


def made_with(answer: Answer) -> str:
    """Sum up with what an answer was made: "model none · checker rules · passages read: 8 · 0.2 s"."""
    seconds = answer.timings_s.get("total")
    parts = [f"model {answer.model}", f"checker {answer.checker}" if answer.checker else ""]
    parts += [f"passages read: {len(answer.passages)}", f"{seconds:.1f} s" if seconds is not None else ""]
    return " · ".join(part for part in parts if part)


def open_parts(answer: Answer) -> tuple[str, ...]:
    """Return the parts of the question left open by an answer that settles others."""
    return answer.unanswered if answer.claims else ()


def asked_of(articles: Mapping[str, str]) -> str:
    """Say which articles alone were asked, by their titles: "“Fees” and “Terms” alone"; "" where all were."""
    titles = [f"“{title}”" for title in articles.values()]
    if len(titles) > MAX_NAMED:
        titles = [*titles[:MAX_NAMED], f"{len(titles) - MAX_NAMED} more"]
    return f"{' and '.join(filter(None, [', '.join(titles[:-1]), titles[-1]]))} alone" if titles else ""


def place(item: Citation | Passage) -> str:
    """Name where words stand: "Title, Section, row of the table “Fees” (p. 3)", "... (p. 3, scanned)"."""
    words = ", ".join(part for part in (item.title, item.section, table_of(item)) if part)
    return words if item.page is None else f"{words} (p. {item.page}{', scanned' if item.scanned else ''})"


def table_of(item: Citation | Passage) -> str:
    """Say of which table a quotation is a row, "" where it is of none."""
    if not isinstance(item, Citation) or item.table is None:
        return ""
    return f"row of the table “{item.table}”" if item.table else "row of a table"


def whereabouts(item: Citation | Passage, *, date: bool = False) -> str:
    """Name where words stand with the source they were read from: "Title, Section (p. 3), file.md".

    What is not known is left out; the date of the document stands before its source where asked for.
    """
    parts = (place(item), item.date if date else None, item.source)
    return ", ".join(part for part in parts if part)


def claim_words(claim: Claim) -> str:
    """Return the sentence, in quotation marks when it is the source's own."""
    return f"“{claim.text}”" if claim.origin == "quote" else claim.text


def caveat(claim: Claim) -> str:
    """Say of a sentence that is only likely that it is not verified, and for which words nothing was found; else ""."""
    if claim.verdict != "unverified":
        return ""
    words = ", ".join(f"“{text}”" for text, weak in pieces(claim) if weak)
    return f"not verified; nothing found for {words}" if words else "not verified"


def pieces(claim: Claim) -> list[tuple[str, bool]]:
    """Return a sentence in pieces, each with whether its words lack support."""
    found, at = [], 0
    for start, end in claim.weak:
        found += [(claim.text[at:start], False), (claim.text[start:end], True)]
        at = end
    return [piece for piece in [*found, (claim.text[at:], False)] if piece[0]]


def quotes_of(claim: Claim, citations: Iterable[Citation]) -> list[Citation]:
    """Return what a sentence that is only likely is to be compared with: all it cites; nothing for any other."""
    wanted = claim.citations if claim.verdict == "unverified" else ()
    return [item for item in citations if item.n in wanted]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"

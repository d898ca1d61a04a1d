"""Find the field of a form or record that a question asks for by its label: "What is the invoice number?"."""

import re
from collections.abc import Iterator, Sequence

from assistant.core.types import Document, Evidence, Passage
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.text.terms import content_stems
from assistant.write.quote.fit.place import SCORE

_NAME = r"(?:[^\W\d_a-zß-öø-ÿ][\w.&’-]*)(?: [^\W\d_a-zß-öø-ÿ][\w.&’-]*){0,4}"
_WHOSE = rf"(?:the )?(?:[a-z]+ )?(?P<name>{_NAME})"
_ASKS = re.compile(
    rf"(?:[Ww]hat|[Ww]ho|[Ww]hen|[Ww]here|[Ww]hich) (?:is|are|was|were) (?:{_WHOSE}['’]s? (?P<own>[^?]+?)"
    rf"|(?:the )?(?P<label>[^?]+?)(?: (?:of|for) {_WHOSE.replace('<name>', '<of>')})?)[?.! ]*"
)
_LABEL = re.compile(
    r"^[^\w\n|*]*(?P<line>[*_]*(?P<label>[^\W\d_][^:\n|]{1,48}?)[*_]*:[*_]*[ \t]*(?P<value>[^\n]*?))[ \t]*$",
    re.M,
)
_VALUE = re.compile(r"\s*(?P<value>[^\s:|][^\n:]*)(?=\n|$)")
MAX_WORDS = 5  # of a label


def field_asked(store: Store, question: str, passages: Sequence[Passage]) -> Evidence | None:
    """Return the one line whose label is what a question asks for, in the one document found that is of what it names.

    None where no label is asked for, or several documents or lines have it.
    """
    asked = _ASKS.fullmatch(question.strip())
    label = content_stems(asked["own"] or asked["label"]) if asked else set()
    if asked is None or not label or len((asked["own"] or asked["label"]).split()) > MAX_WORDS:
        return None
    named = content_stems(asked["name"] or asked["of"] or "")
    documents = [store.document(doc_id) for doc_id in dict.fromkeys(item.doc_id for item in passages)]
    found = [
        (document, span)
        for document in documents
        if named <= content_stems(f"{document.title} {document.text}")
        for span in _fields(document, label)
    ]
    if len(found) != 1:
        return None
    document, (start, end) = found[0]
    passage = passage_at(store, document.doc_id, start, SCORE)
    return Evidence(passage=passage, start=start, end=end, text=document.text[start:end], score=SCORE)


def _fields(document: Document, label: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where a document's lines with a label stand, with the next line where the label has one to itself."""
    for match in _LABEL.finditer(document.text):
        if content_stems(match["label"]) != label:
            continue
        if match["value"].strip():
            yield match.span("line")
        elif behind := _VALUE.match(document.text, match.end()):
            yield match.start("line"), behind.end("value")

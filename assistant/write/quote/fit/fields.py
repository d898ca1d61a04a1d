"""Find the field of a form or record that a question asks for by its label: "What is the invoice number?"."""

import re
from collections.abc import Iterator, Sequence

from assistant.core.types import Document, Evidence, Passage
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.text.terms import content_stems
from assistant.write.quote.fit.place import SCORE

_WORD = r"[^\W\d_a-zß-öø-ÿ][\w.&’-]*"
_WHOSE = rf"(?:the )?(?P<role>[a-z]+ )?(?P<name>{_WORD}(?: {_WORD}){{0,4}})"
_ASKS = (
    re.compile(rf"(?:what|who|when|where|which) (?:is|are|was|were) {_WHOSE}['’]s? (?P<label>[^?]+?)[?.! ]*"),
    re.compile(
        rf"(?:what|who|when|where|which) (?:is|are|was|were) (?:the )?(?P<label>[^?]+?)(?: (?:of|for) {_WHOSE})?[?.! ]*"
    ),
)
_FIELD = re.compile(
    r"^[^\w\n|*]*(?P<line>[*_]*(?P<label>[^\W\d_][^:\n|]{1,48}?)[*_]*:[*_]*[ \t]*(?P<value>[^\n]{0,240}?))[ \t]*$",
    re.M,
)
_VALUE = re.compile(r"\s*(?P<value>[^\s:|][^\n:]{0,240})(?=\n|$)")
MAX_WORDS = 5  # of a label
Field = tuple[set[str], str, int, int]  # stems of the label, value, first and last character


def field_asked(store: Store, question: str, passages: Sequence[Passage]) -> Evidence | None:
    """Return the one line whose label is what a question asks for, in the documents found that are of what it names.

    None where no label is asked for, or several lines have it.
    """
    typed = question.strip()
    asked = next(filter(None, (form.fullmatch(typed[:1].lower() + typed[1:]) for form in _ASKS)), None)
    if asked is None or len(asked["label"].split()) > MAX_WORDS:
        return None
    wanted, name = content_stems(asked["label"]), content_stems(asked["name"] or "")
    who = content_stems(f"name {asked['role'] or ''}")
    found = []
    for document in (store.document(doc_id) for doc_id in dict.fromkeys(item.doc_id for item in passages)):
        fields = list(_fields(document, wanted | who))
        if _is_of(document, fields, name, who):
            found += [(document, one) for one in fields if one[0] == wanted]
    if len(found) != 1:
        return None
    document, (_, _, start, end) = found[0]
    passage = passage_at(store, document.doc_id, start, SCORE)
    return Evidence(passage=passage, start=start, end=end, text=document.text[start:end], score=SCORE)


def _fields(document: Document, words: set[str]) -> Iterator[Field]:
    """Yield the fields whose labels have one of some stems; the value of a label with a line to itself is the next line."""
    for match in _FIELD.finditer(document.text):
        if not any(word in match["label"].lower() for word in words):
            continue
        label, own = content_stems(match["label"]), match["value"].strip()
        behind = None if own else _VALUE.match(document.text, match.end())
        if own or behind:
            end = behind.end("value") if behind else match.end("line")
            yield label, behind["value"] if behind else own, match.start("line"), end


def _is_of(document: Document, fields: Sequence[Field], name: set[str], who: set[str]) -> bool:
    """Tell whether a record is of what is named: by its title or file name, or by its field for the name or the role."""
    held = any(name <= content_stems(value) for label, value, *_ in fields if label & who)
    return held or name <= content_stems(re.sub(r"[/\\_.]", " ", f"{document.title} {document.source}"))

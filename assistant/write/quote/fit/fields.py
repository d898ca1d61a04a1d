"""Read forms and records: the field that a question asks for by its label, and of whom a record is."""

import re
from collections.abc import Iterator, Sequence

from assistant.core.types import Document, Evidence, Passage
from assistant.index.lookup.titles import called
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.text.disclaimers.boxes import boxes_in
from assistant.text.terms import content_stems, content_words, plain_words
from assistant.write.quote.fit.place import SCORE

_WORD = r"[^\W\d_a-zß-öø-ÿ][\w.&’-]*"
_WHOSE = rf"(?:the )?(?P<role>[a-z]+ )?(?P<name>{_WORD}(?: {_WORD}){{0,4}})"
_ASKS = (
    re.compile(
        rf"(?:what|who|when|where|which|how much|how long) (?:is|are|was|were) {_WHOSE}['’]s? (?P<label>[^?]+?)[?.! ]*"
    ),
    re.compile(
        rf"(?:what|who|when|where|which|how much|how long) (?:is|are|was|were) (?:the )?(?P<label>[^?]+?)(?: (?:of|for) {_WHOSE})?[?.! ]*"
    ),
    re.compile(
        r"(?:what|which) (?P<label>[^?]{2,40}?) (?:does|do|did|must|can|should) (?:the )?\w+ "
        r"(?:pay|have|get|need|give|owe|earn|take|hold|want|expect|ask)(?: (?:to |for )?\w+)?[?.! ]*"
    ),
)
_FIELD = re.compile(
    r"^[^\w\n|*]*(?P<line>[*_]*(?P<label>[^\W\d_][^:\n|]{1,48}?)[*_]*:[*_]*[ \t]*(?P<value>[^\n]{0,240}?))[ \t]*$",
    re.M,
)
_VALUE = re.compile(r"\s*(?P<value>[\w\"“(£$€+][^\n:]{0,240})(?=\n|$)")
MAX_WORDS = 5  # of a label
MOST = 12  # first fields that may say of whom a record is
_PERSON = re.compile(rf"{_WORD}(?: (?:{_WORD}|&|and|of|de|van|von)){{1,4}}")
_CALLED = r"(?:(?:mr|mrs|ms|miss|dr|prof)\.? |the )?"
Field = tuple[set[str], str, int, int]  # stems of the label, value, first and last character


def field_asked(store: Store, question: str, passages: Sequence[Passage]) -> Evidence | None:
    """Return the one line whose label is what a question asks for, in the documents found that are of what it names.

    None where no label is asked for, or several lines have it.
    """
    typed = question.strip()
    asked = next(filter(None, (form.fullmatch(typed[:1].lower() + typed[1:]) for form in _ASKS)), None)
    if asked is None or len(asked["label"].split()) > MAX_WORDS:
        return None
    told = {"name": None, "role": None, **asked.groupdict()}
    wanted, name, all_of = (content_stems(words or "") for words in (asked["label"], told["name"], typed))
    who = content_stems(f"name {told['role'] or ''}")
    if not wanted:
        return None
    found = []
    for document in (store.document(doc_id) for doc_id in dict.fromkeys(item.doc_id for item in passages)):
        fields = list(_fields(document, wanted | who))
        if _is_of(document, fields, name, who):
            found += [(document, one) for one in fields if wanted <= one[0] <= all_of]
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
        if (own or behind) and boxes_in(own) is None:
            end = behind.end("value") if behind else match.end("line")
            yield label, behind["value"] if behind else own, match.start("line"), end


def _is_of(document: Document, fields: Sequence[Field], name: set[str], who: set[str]) -> bool:
    """Tell whether a record is of what is named: by its title or file name, or by its field for the name or the role."""
    held = any(name <= content_stems(value) for label, value, *_ in fields if label & who)
    return held or name <= content_stems(called(document.title, document.source))


def owner_asked(question: str, documents: Sequence[Document]) -> tuple[str, str] | None:
    """Return the one record that is of what a question names, and the question as it is asked of that record.

    "When may Oluchi Brandt play?" is asked of the lease with "Tenant: Oluchi Brandt" as "When may the tenant play?", of
    a record with that title as "When may they play?"; "Who is the landlord of 22 Corn Street?", of one with such a name,
    as "Who is the landlord?". None where none or several are of something named.
    """
    found: dict[str, str] = {}
    for document in documents:
        asked = [
            _asked_of(question, name, f"the {role}" if role else "they") for name, role in _owners(document)
        ]
        for own in filter(None, [*asked, _without_name(question, document)]):
            found.setdefault(document.doc_id, own)
    return next(iter(found.items())) if len(found) == 1 else None


def _owners(document: Document) -> Iterator[tuple[str, str]]:
    """Yield names that tell of whom a document is, each with its role there, "" where it has none."""
    if _PERSON.fullmatch(document.title) and all(
        _is_name(word, document.text) for word in content_words(document.title)
    ):
        yield document.title, ""
    for _, match in zip(range(MOST), _FIELD.finditer(document.text), strict=False):
        label, value = match["label"].lower(), match["value"].strip(" *_")
        if _PERSON.fullmatch(value) and len(label.split()) < 3:
            yield value, "" if "name" in label else label


def _asked_of(question: str, name: str, role: str) -> str | None:
    """Return a question with a role in place of a name, or of its last word, if it has one of them."""
    words = name.split()
    last = rf"(?-i:{re.escape(words[-1])})s?" if len(words[-1]) > 2 else re.escape(name)
    spoken = rf"\b{_CALLED}(?:{re.escape(name)}|{last})(?P<own>['’]s?)?(?![\w-])"
    match = re.search(spoken, question, re.I)
    if match is None:
        return None
    own = "their" if role == "they" else f"{role}'s"
    return f"{question[: match.start()]}{own if match['own'] else role}{question[match.end() :]}"


def _without_name(question: str, document: Document) -> str | None:
    """Return a question without the words of a document's title or file name that are names, if it has some."""
    words = plain_words(called(document.title, document.source))
    names = {word for word in words if len(word) > 2 and _is_name(word, document.text)}
    if not names:
        return None
    any_of, name = ("|".join(map(re.escape, sorted(own))) for own in ({*words}, names))
    run = (
        rf"\s+(?:at|for|of|in|under|on|from|to|with)(?:\s+the)?(?:\s+(?:{any_of}|\d+\w?),?)*?\s+(?:{name})\b,?"
        rf"(?:\s+(?:{any_of})\b,?)*"
    )
    bare = re.sub(run, "", question, flags=re.I)
    return bare if bare != question and len(content_words(bare)) > 0 else None


def _is_name(word: str, text: str) -> bool:
    """Tell whether a text has a word with a capital letter alone, addresses of mail and pages left out."""
    capital, small = re.escape(word[:1].upper() + word[1:]), re.escape(word.lower())
    return bool(re.search(rf"\b{capital}\b", text)) and not re.search(rf"(?<![@.\w]){small}\b(?!@)", text)

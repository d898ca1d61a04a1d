"""Answer questions about the corpus itself: what it holds, in the opening words of its articles."""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.core.types import Evidence
from assistant.index.search import passage_of
from assistant.index.store import Store
from assistant.text.anaphora import leans
from assistant.text.disclaimers.kept import sentences_of
from assistant.text.terms import plain_words

MIN_WORDS = 6
_THINGS = r"(?:topics?|subjects?|articles?|documents?|sources?|texts?|files?|questions?|things?)"
_CORPUS = r"(?:corpus|collection|library|index|knowledge base|assistant|tool|chat ?bot|app)"
_ASKED = re.compile(
    rf"(?:(?:(?:hello|hi|hey)[,!. ]+)?(?:"
    rf"(?:what|which) (?:else )?(?:can|could|do|does|will) (?:you|i|this {_CORPUS}|(?:the|these|your) articles)\b"
    r"(?: (?:tell|answer|cover|know|do|help|contain|hold|ask|say|offer|talk|explain|about|me|us|with|for|you|on|here|in|this))*"
    rf"|(?:what|which) (?:\w+ )?{_THINGS} (?:do|does|can|could|are|is|have)\b(?: (?:you|i|we|there|it|the|this|your|{_CORPUS}|"
    r"cover(?:ed)?|have|know|about|answer|ask|hold|contain(?:ed)?|in|included|available|here|loaded|indexed))*"
    rf"|(?:list|show|name) (?:me )?(?:all |the |your |all the )*{_THINGS}(?: you have| in (?:the|this) {_CORPUS})?"
    rf"|(?:what|who) (?:is this|is this {_CORPUS})(?: about| for)?"
    rf"|what(?: is|'s| are) (?:in )?(?:the|this|these|your) (?:{_CORPUS}|{_THINGS})(?: about)?))[?.! ]*",
    re.I,
)


def asks_about_corpus(question: str) -> bool:
    """Tell whether a question is about the collection and not about what it says."""
    return bool(_ASKED.fullmatch(" ".join(question.split())))


def openings(store: Store) -> Iterator[Evidence]:
    """Yield the first sentence of each article that makes sense alone, articles by title."""
    documents = store.manifest.documents
    firsts: dict[str, int] = {}
    for position, chunk in enumerate(store.chunks):
        known = firsts.get(chunk.doc_id)
        if known is None or chunk.start < store.chunks[known].start:
            firsts[chunk.doc_id] = position
    for doc_id in sorted(firsts, key=lambda key: documents[key].title):
        passage = passage_of(store, firsts[doc_id], 0.0)
        for item in sentences_of(passage):
            text = item.text
            if len(plain_words(text)) >= MIN_WORDS and text.endswith(".") and not leans(text):
                yield replace(item, score=1.0)
                break


def holdings(titles: list[str]) -> str:
    """Name the articles in one sentence."""
    if not titles:
        return "The index holds no articles."
    noun = "article" if len(titles) == 1 else "articles"
    return f"The index holds {len(titles)} {noun}: {'; '.join(titles)}."

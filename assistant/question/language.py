"""What follows from the language of a question, and of the documents an answer cites."""

from collections.abc import Sequence

from assistant.core.types import Citation
from assistant.index.manifest import Manifest
from assistant.text.language import name_of, question_language

SHORT = 3  # numbers of citations named in a notice


def language_of_question(question: str) -> str:
    """Return the code of the language that a question is asked in; "en" for all that may be English."""
    from assistant.question.spelling import is_english

    return question_language(question, is_english)


def is_held(language: str, manifest: Manifest) -> bool:
    """Tell whether the index holds a document in a language."""
    return any(entry.language == language for entry in manifest.documents.values())


def asked_in(language: str, *, held: bool, written: bool) -> str:
    """Say what a reader has to know of an answer to a question in another language than English."""
    name = name_of(language)
    if held:
        return (
            f"The question looks {name}, and so do some of the articles: they are searched as well as can be, but the "
            "reading and the checks were made for English."
        )
    if written:
        return f"The question looks {name}; the articles and the checks are English, the model was given both as they are."
    return f"The question looks {name}; the articles and the reading are English: ask in English."


def cited_in(citations: Sequence[Citation], manifest: Manifest) -> str | None:
    """Say which citations are of documents in another language, None where there are none."""
    found: dict[str, list[int]] = {}
    for citation in citations:
        entry = manifest.documents.get(citation.doc_id)
        if entry and entry.language not in (None, "en"):
            found.setdefault(str(entry.language), []).append(citation.n)
    if not found:
        return None
    parts = []
    for language, numbers in found.items():
        marks = "".join(f"[{n}]" for n in numbers[:SHORT]) + (" and others" if len(numbers) > SHORT else "")
        parts.append(f"{marks} {'is' if len(numbers) == 1 else 'are'} in {name_of(language)}")
    return f"{', '.join(parts)}: the checks were made for English."

"""Read questions in the form of SQuAD 1.1 and 2.0 (Rajpurkar and others, 2016 and 2018)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.core.errors import InputError
from assistant.index.store import Store
from eval.cases.gold import document_names
from eval.cases.loaders.made import document_bytes, folder_for, safe_name, write_documents
from eval.cases.loaders.place import in_stored
from eval.cases.loaders.source import Source
from eval.cases.read import clipped, read_file, refuse, settle
from eval.run.types import Case, Span

GAP = "\n\n"  # between the paragraphs of an article
ARTICLE = '{"title": text, "paragraphs": [{"context": text, "qas": [questions]}]}'


@dataclass
class _Set:
    """The articles by the names of their files, and the questions on them."""

    texts: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    bad: list[str] = field(default_factory=list)


def squad_source(path: Path, body: Mapping[str, Any], scratch: Path) -> Source:
    """Make a text file of each article, its paragraphs joined by blank lines, and a case of each question.

    Raises InputError that names every bad question.
    """
    found = _Set()
    if not isinstance(body["data"], list):
        raise InputError(f"{path} has no list of articles in 'data': needed are {ARTICLE}.")
    for number, article in enumerate(body["data"], 1):
        _read_article(number, article, found)
    refuse(path, found.bad, "question")
    _, sha256 = read_file(path)
    folder = folder_for(path, scratch)
    files = ((name, document_bytes(found.titles[name], text)) for name, text in found.texts.items())
    write_documents(folder, ((name, data) for name, data in files if data))

    def read(store: Store) -> tuple[list[Case], str]:
        return _settled(path, found, store), sha256

    return Source(kind="squad", path=path, documents=(folder,), whole=True, cases=read)


def _settled(path: Path, found: _Set, store: Store) -> list[Case]:
    names = document_names(store.manifest.documents)
    cases: list[Case] = []
    bad: list[str] = []
    for case in found.cases.values():
        try:
            cases.append(
                settle(
                    case, store, names, lambda span, stored: in_stored(span, found.texts[span.doc_id], stored)
                )
            )
        except InputError as error:
            bad.append(f"question {case.id!r}: {error}")
    refuse(path, bad, "question")
    return cases


def _read_article(number: int, article: Any, found: _Set) -> None:
    """Add an article, its questions and what is wrong with them to what was found."""
    try:
        title = str(article.get("title") or f"article {number}")
        paragraphs = [(str(part["context"]), list(part["qas"])) for part in article["paragraphs"]]
    except (AttributeError, KeyError, TypeError):
        found.bad.append(f"article {number} has another form than {ARTICLE}")
        return
    name = safe_name(title)
    if name in found.texts:
        name = safe_name(f"{title} {number}")
    at = 0
    for context, questions in paragraphs:
        for question in questions:
            _add(question, context, at, name, found)
        at += len(context) + len(GAP)
    # a carriage return would be taken for the end of a line, and its place in the text change
    found.texts[name] = GAP.join(context for context, _ in paragraphs).replace("\r", " ")
    found.titles[name] = title


def _add(question: Any, context: str, at: int, name: str, found: _Set) -> None:
    asked = clipped(str(question.get("question"))) if isinstance(question, Mapping) else "without text"
    try:
        case = _case(question, context, at, name)
        if case.id in found.cases:
            raise InputError(f"its id {case.id!r} is that of another")
        found.cases[case.id] = case
    except (KeyError, TypeError, AttributeError) as error:
        found.bad.append(
            f"question {asked}: it has another form than SQuAD's ({type(error).__name__}: {error})"
        )
    except InputError as error:
        found.bad.append(f"question {asked}: {error}")


def _case(question: Mapping[str, Any], context: str, at: int, name: str) -> Case:
    text = question["question"]
    if not isinstance(text, str) or not text.strip():
        raise InputError("it has no words")
    answerable = not question.get("is_impossible", False)
    spans = list(dict.fromkeys(_spans(question, context, at, name))) if answerable else []
    if answerable and not spans:
        raise InputError("it has no answer, and 'is_impossible' is not true")
    return Case(
        id=str(question["id"]),
        question=text,
        answerable=answerable,
        answers=tuple(dict.fromkeys(span.text for span in spans)),
        gold=tuple(spans),
        gold_docs=(name,) if spans else (),
        kind="span" if answerable else "near_miss",
        origin="public",
    )


def _spans(question: Mapping[str, Any], context: str, at: int, name: str) -> Iterator[Span]:
    for answer in question["answers"]:
        words, start = answer["text"], answer["answer_start"]
        if type(start) is not int or not isinstance(words, str) or not words:
            raise InputError("an answer has no 'text' or no whole number as 'answer_start'")
        if start < 0 or context[start : start + len(words)] != words:
            stands = f"stands at {context.index(words)}" if words in context else "is not in it"
            raise InputError(f"the answer {clipped(words)} is not at {start} of its paragraph: it {stands}")
        yield Span(doc_id=name, start=at + start, end=at + start + len(words), text=words.replace("\r", " "))

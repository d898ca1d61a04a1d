"""Check saved answers again: do their quotes still stand in the index, do they still support their claims?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import PureWindowsPath
from typing import Any, Protocol

from assistant.check.cite import judged
from assistant.check.pairs import Checker
from assistant.check.quotation import plain
from assistant.core.errors import InputError
from assistant.core.types import Document
from assistant.index.store import section_of


class Documents(Protocol):
    """Anything that holds documents by id, as `Store` does."""

    def document(self, doc_id: str) -> Document:
        """Return a stored document. Raises KeyError where there is none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One citation or claim of a saved answer, and what is wrong with it, if anything."""

    what: str  # "citation 1", "claim 2"; of several answers "answer 1, claim 2"
    holds: bool
    detail: str


@dataclass(frozen=True, kw_only=True)
class RecheckReport:
    """The findings, of each answer the citations first, and the articles changed or gone since."""

    findings: tuple[Finding, ...]
    changed: tuple[str, ...] = ()  # one line an article

    @property
    def holds(self) -> bool:
        """Tell whether everything holds."""
        return all(finding.holds for finding in self.findings)

    def lines(self) -> list[str]:
        """Return one line a finding, then one an article that has changed."""
        found = [f"{'ok' if item.holds else 'FAILS':6}{item.what}: {item.detail}" for item in self.findings]
        return found + [f"note  {line}" for line in self.changed]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        return {
            "holds": self.holds,
            "findings": [asdict(item) for item in self.findings],
            "changed": list(self.changed),
        }


def recheck(answer: Mapping[str, Any], store: Documents, checker: Checker) -> RecheckReport:
    """Check each citation against the stored text and each claim against its quotes.

    Raises InputError where a field of the answer contract is missing.
    """
    try:
        findings = [_stands(store, f"citation {item['n']}", item, "quote") for item in answer["citations"]]
        quotes = {item["n"]: item["quote"] for item in answer["citations"]}
        findings += [_claim(n, item, quotes, answer, checker) for n, item in enumerate(answer["claims"], 1)]
        changed = _changed(store, answer["citations"])
    except (KeyError, TypeError) as error:
        raise InputError(
            f"The answer lacks the field {error}: give one saved by `bpo-kpo ask --json`."
        ) from None
    return RecheckReport(findings=tuple(findings), changed=tuple(changed))


def recheck_all(
    answers: Sequence[Mapping[str, Any]],
    store: Documents,
    checker: Checker,
    before: Iterable[Finding] = (),
) -> RecheckReport:
    """Check several answers as `recheck` does one, and all that a reader was shown as a source's own words.

    Those are the claims in quotation marks and, where nothing was answered, the nearest passages. `before` is what
    was found about the file. Raises InputError as `recheck` does.
    """
    findings, changed = list(before), list[str]()
    for number, answer in enumerate(answers, 1):
        report = recheck(answer, store, checker)
        cited = [(f"citation {item['n']}", item) for item in answer["citations"]]
        found = [*report.findings, *_misnamed(store, cited), *_misquoted(answer)]
        found += _reframed(store, answer["citations"])
        if not answer["claims"]:
            near = [(f"passage {n}", item) for n, item in enumerate(answer.get("passages") or [], 1)]
            found += [_stands(store, what, item, "text") for what, item in near]
            found += _misnamed(store, near)
        if not found:
            found.append(Finding(what="answer", holds=True, detail="it states nothing that could be checked"))
        findings += [_numbered(item, number) for item in found] if len(answers) > 1 else found
        changed += [*report.changed, *_changed(store, answer.get("passages") or [])]
    return RecheckReport(findings=tuple(findings), changed=tuple(dict.fromkeys(changed)))


def _numbered(item: Finding, number: int) -> Finding:
    what = f"answer {number}" if item.what == "answer" else f"answer {number}, {item.what}"
    return replace(item, what=what)


def _stands(store: Documents, what: str, item: Mapping[str, Any], key: str) -> Finding:
    """Check that the words under a key stand at their offsets, in the article of that name."""
    try:
        document = store.document(item["doc_id"])
    except KeyError:
        return Finding(what=what, holds=False, detail=f"the index no longer holds {item['doc_id']!r}")
    since = document.sha256 != item["doc_sha256"]
    if document.text[item["start"] : item["end"]] != item[key]:
        detail = f"the {key} does not stand at its offsets"
        if since:
            detail = f"the article has changed since, and the {key} does not stand there any more"
        return Finding(what=what, holds=False, detail=detail)
    later = ", which has changed elsewhere since" if since else ""
    return Finding(what=what, holds=True, detail=f"the {key} stands in {document.title!r}{later}")


def _claim(
    n: int, item: Mapping[str, Any], quotes: Mapping[int, str], answer: Mapping[str, Any], checker: Checker
) -> Finding:
    if missing := [number for number in item["citations"] if number not in quotes]:
        numbers = ", ".join(f"[{number}]" for number in missing)
        return Finding(what=f"claim {n}", holds=False, detail=f"it cites {numbers}, which is not there")
    evidence = [quotes[number] for number in item["citations"]]
    if not evidence:
        return Finding(what=f"claim {n}", holds=False, detail="it cites nothing")
    context = " > ".join(
        f"{cited.get('title', '')} {cited.get('section', '')}"
        for cited in answer["citations"]
        if cited["n"] in item["citations"]
    )
    question = str(answer.get("read_as") or answer.get("question") or "")
    judgement = judged(checker, item["text"], evidence, question, context)
    detail = f"{judgement.verdict} ({judgement.score:.2f})"
    reasons = " " + " ".join(judgement.reasons) if judgement.reasons else ""
    marked = item.get("verdict") == judgement.verdict == "unverified"  # as it was shown
    return Finding(
        what=f"claim {n}", holds=marked or judgement.verdict == "supported", detail=detail + reasons
    )


def _misnamed(store: Documents, items: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Finding]:
    """Find what gives an unchanged article another title, date or source than its own, or another section or page."""
    for what, item in items:
        with suppress(KeyError):
            document = store.document(item["doc_id"])
            facts = _facts(document, item["start"]) if document.sha256 == item["doc_sha256"] else {}
            for name, own in facts.items():
                given = item.get(name)  # answers saved by older versions lack the date
                if given not in (None, own) and not (name == "source" and _moved(given, document.source)):
                    names = "names the article" if name == "title" else f"gives the {name} as"
                    told = "not stated" if own in (None, "") else repr(own)
                    yield Finding(what=what, holds=False, detail=f"it {names} {given!r}, which is {told}")


def _facts(document: Document, start: int) -> dict[str, str | int | None]:
    """Return what a citation says of its document and place; the place only where a block holds its start."""
    facts: dict[str, str | int | None] = {
        "title": document.title,
        "date": document.date,
        "source": document.source,
    }
    for block in document.blocks:
        if block.start <= start < block.end:
            facts |= {"section": section_of(document, block), "page": block.page}
    return facts


def _moved(given: str, own: str) -> bool:
    """Tell whether a full path, as earlier versions gave it, ends in the article's own: another folder or machine."""
    before, now = PureWindowsPath(given), PureWindowsPath(own)  # which reads the paths of both systems
    if now.root:
        return bool(before.root) and before.name == now.name
    return bool(before.root) and before.parts[-len(now.parts) :] == now.parts


def _reframed(store: Documents, citations: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Find the citations that show other words around the quote than an unchanged article has there."""
    for item in citations:
        prefix, suffix = (str(item.get(key) or "") for key in ("prefix", "suffix"))
        with suppress(KeyError):
            document = store.document(item["doc_id"])
            before, after = document.text[: item["start"]], document.text[item["end"] :]
            if document.sha256 == item["doc_sha256"] and not (
                before.endswith(prefix) and after.startswith(suffix)
            ):
                detail = "the words around the quote are not those of the article"
                yield Finding(what=f"citation {item['n']}", holds=False, detail=detail)


def _misquoted(answer: Mapping[str, Any]) -> list[Finding]:
    """Find the claims in quotation marks whose words no quote of theirs holds."""
    quotes = {item["n"]: plain(item["quote"]) for item in answer["citations"]}
    return [
        Finding(
            what=f"claim {n}",
            holds=False,
            detail="it stands in quotation marks, but its words are not those of what it cites",
        )
        for n, item in enumerate(answer["claims"], 1)
        if item.get("origin") == "quote"
        and not any(plain(item["text"]) in quotes.get(number, "") for number in item["citations"])
    ]


def _changed(store: Documents, items: Iterable[Mapping[str, Any]]) -> list[str]:
    """Tell which articles have changed or gone since they were cited, one line each."""
    lines = []
    for doc_id, (sha256, title) in {
        item["doc_id"]: (item["doc_sha256"], item.get("title", item["doc_id"])) for item in items
    }.items():
        try:
            if store.document(doc_id).sha256 != sha256:
                lines.append(f"{title!r} has changed since the answer was given")
        except KeyError:
            lines.append(f"{title!r} has gone from the index since the answer was given")
    return lines

"""Check a saved answer again: do its quotes still stand in the index, do they still support its claims?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.cite import judged
from assistant.errors import InputError
from assistant.store import Store
from assistant.verify import Checker


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One citation or claim of the saved answer, and what is wrong with it, if anything."""

    what: str  # "citation 1", "claim 2"
    holds: bool
    detail: str


@dataclass(frozen=True, kw_only=True)
class RecheckReport:
    """The findings on a saved answer, citations first."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Tell whether every citation and claim holds."""
        return all(finding.holds for finding in self.findings)

    def lines(self) -> list[str]:
        """Return one line a finding."""
        return [f"{'ok' if item.holds else 'FAILS':6}{item.what}: {item.detail}" for item in self.findings]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        return {"holds": self.holds, "findings": [asdict(item) for item in self.findings]}


def recheck(answer: Mapping[str, Any], store: Store, checker: Checker) -> RecheckReport:
    """Check each citation against the stored text and each claim against its quotes.

    Raises InputError where a field of the answer contract is missing.
    """
    try:
        findings = [_citation(store, item) for item in answer["citations"]]
        quotes = {item["n"]: item["quote"] for item in answer["citations"]}
        findings += [_claim(n, item, quotes, checker) for n, item in enumerate(answer["claims"], 1)]
    except (KeyError, TypeError) as error:
        raise InputError(
            f"The answer lacks the field {error}: give one saved by `bpo-kpo ask --json`."
        ) from None
    return RecheckReport(findings=tuple(findings))


def _citation(store: Store, item: Mapping[str, Any]) -> Finding:
    what = f"citation {item['n']}"
    try:
        document = store.document(item["doc_id"])
    except KeyError:
        return Finding(what=what, holds=False, detail=f"the index no longer holds {item['doc_id']!r}")
    if document.text[item["start"] : item["end"]] != item["quote"]:
        detail = "the quote does not stand at its offsets"
        if document.sha256 != item["doc_sha256"]:
            detail = "the article has changed since, and the quote does not stand there any more"
        return Finding(what=what, holds=False, detail=detail)
    return Finding(what=what, holds=True, detail=f"the quote stands in {document.title!r}")


def _claim(n: int, item: Mapping[str, Any], quotes: Mapping[int, str], checker: Checker) -> Finding:
    evidence = [quotes[number] for number in item["citations"] if number in quotes]
    if not evidence:
        return Finding(what=f"claim {n}", holds=False, detail="it cites nothing")
    judgement = judged(checker, item["text"], evidence)
    detail = f"{judgement.verdict} ({judgement.score:.2f})"
    reasons = " " + " ".join(judgement.reasons) if judgement.reasons else ""
    return Finding(what=f"claim {n}", holds=judgement.verdict == "supported", detail=detail + reasons)

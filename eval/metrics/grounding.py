"""Do the judges find the claims supported by what they cite?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from assistant.core.types import Answer, Verdict
from eval.judges.opinions import evidence_of, subsets
from eval.metrics.base.metric import Count, Share, share
from eval.run.types import Opinion, Row

Key = tuple[str, str, int, tuple[int, ...]]  # case, judge, claim, citations in rising order


@dataclass(frozen=True)
class Verdicts:
    """The opinions of a run, by what they are about; "unjudged" where a judge was not asked."""

    opinions: Iterable[Opinion] = ()
    _by_key: dict[Key, Verdict] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.opinions:
            key = (item.case_id, item.judge, item.claim, tuple(sorted(item.citations)))
            self._by_key[key] = item.verdict

    def of(self, row: Row, judge: str, claim: int, citations: Sequence[int]) -> Verdict:
        """Return what a judge says of a claim, by position, on some of its citations."""
        return self._by_key.get((row.case.id, judge, claim, tuple(sorted(citations))), "unjudged")


def alce_recall(row: Row, *, verdicts: Verdicts, judge: str) -> Count | None:
    """Count the share of an answer's claims that all their citations together entail.

    0 to 1, a mean over answers (citation recall, ALCE: Gao and others 2023). A claim without citations counts
    as 0. Claims that the judge could not tell are left out and counted apart; declined questions are left out.
    """
    if not row.answer or not row.answer.claims:
        return None
    found: list[bool | None] = []
    for at, cited in enumerate(_cited(row.answer)):
        found.append(_supported(verdicts.of(row, judge, at, cited)) if cited else False)
    return _mean_known(found)


def alce_precision(row: Row, *, verdicts: Verdicts, judge: str) -> Count | None:
    """Count the share of an answer's citations that their claim needs.

    0 to 1, a mean over answers that cite (citation precision, ALCE: Gao and others 2023). A citation counts
    where all citations of its claim together entail it, and it does alone or the others without it do not.
    Citations for which the judge's verdicts leave that open are left out and counted apart.
    """
    if not row.answer:
        return None
    found: list[bool | None] = []
    for at, cited in enumerate(_cited(row.answer)):
        of = {some: _supported(verdicts.of(row, judge, at, some)) for some in subsets(cited)}
        others = {n: tuple(other for other in cited if other != n) for n in cited}
        found += [_needed(of[cited], of[(n,)], of.get(others[n], False)) for n in cited]
    return _mean_known(found) if found else None


def groundedness(row: Row, *, verdicts: Verdicts, judge: str) -> Count | None:
    """Count the share of shown claims that the judge finds supported by all they cite.

    0 to 1, over the claims of a run, the interval over cases. A claim that cites nothing is judged by the
    passages of its answer. What the judge could not tell is in neither part of the share and counted apart.
    """
    if not row.answer or not row.answer.claims:
        return None
    cited = _cited(row.answer)
    found = [_supported(verdicts.of(row, judge, at, some)) for at, some in enumerate(cited)]
    known = [item for item in found if item is not None]
    return Count(part=sum(known), whole=len(known), unjudged=len(found) - len(known))


def exact(row: Row) -> Count | None:
    """Count the share of quoted claims that are the words they cite, word for word.

    0 to 1, over the claims of origin "quote" of a run: the claim's text is that of its citations' quotes in
    their order, white space aside. It needs no judge: that a quote stands in its document is checked by offset.
    """
    if not row.answer:
        return None
    quotes = [
        (claim, [quote for _, quote in evidence_of(row.answer, claim)])
        for claim in row.answer.claims
        if claim.origin == "quote"
    ]
    same = sum(claim.text.split() == " ".join(parts).split() for claim, parts in quotes)
    return Count(part=same, whole=len(quotes)) if quotes else None


def alce_metrics(verdicts: Verdicts, judges: Sequence[str]) -> list[Share]:
    """Return citation recall and precision by each judge."""
    return [
        share(f"{name}[{judge}]", f"{label} ({judge})", "citations", "higher", partial(of, verdicts=verdicts, judge=judge))
        for judge in judges
        for name, label, of in (
            ("alce_recall", "ALCE citation recall", alce_recall),
            ("alce_precision", "ALCE citation precision", alce_precision),
        )
    ]  # fmt: skip


def grounding_metrics(verdicts: Verdicts, judges: Sequence[str]) -> list[Share]:
    """Return groundedness by each judge, and the share of exact quotations."""
    judged = [
        share(
            f"groundedness[{judge}]",
            f"Groundedness ({judge})",
            "grounding",
            "higher",
            partial(groundedness, verdicts=verdicts, judge=judge),
        )
        for judge in judges
    ]
    return [*judged, share("exact", "Quotations word for word", "grounding", "higher", exact)]


def _cited(answer: Answer) -> list[tuple[int, ...]]:
    """Return the numbers that each claim cites and the answer has."""
    return [tuple(n for n, _ in evidence_of(answer, claim)) for claim in answer.claims]


def _supported(verdict: Verdict) -> bool | None:
    return None if verdict == "unjudged" else verdict == "supported"


def _needed(together: bool | None, alone: bool | None, others: bool | None) -> bool | None:
    """Tell whether a claim needs a citation; None where what is known leaves it open."""
    if together is not True:
        return together
    if alone or others is False:
        return True
    return None if alone is None or others is None else False


def _mean_known(found: Sequence[bool | None]) -> Count:
    known = [item for item in found if item is not None]
    unjudged = len(found) - len(known)
    return Count(part=sum(known) / len(known) if known else 0.0, whole=float(bool(known)), unjudged=unjudged)

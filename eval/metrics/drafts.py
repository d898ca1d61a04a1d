"""What became of the sentences and markers that a model wrote."""

from collections.abc import Callable

from assistant.core.types import Answer
from eval.metrics.base.metric import Count, share
from eval.run.types import Row


def withheld_rate(row: Row) -> Count | None:
    """Count the share of the model's sentences that the check withheld.

    0 to 1, over the sentences withheld and the claims of origin "model" of a run. Neither end is good in itself:
    a weak model should be withheld often.
    """
    return _of_sentences(row, lambda answer: len(answer.withheld))


def unverified_rate(row: Row) -> Count | None:
    """Count the share of the model's sentences that were shown as not verified.

    0 to 1, over the sentences of `withheld_rate`. They are marked beside their quotations, and not counted as facts.
    """
    return _of_sentences(row, lambda answer: sum(item.verdict == "unverified" for item in answer.claims))


def repeat_rate(row: Row) -> Count | None:
    """Count the share of the model's sentences that were held back as repeats of what is shown.

    0 to 1, over the sentences of `withheld_rate`, of which these are a part: the rest was not supported.
    """
    return _of_sentences(row, lambda answer: sum(item.verdict == "supported" for item in answer.withheld))


def unmarked_rate(row: Row) -> Count | None:
    """Count the share of the model's sentences that name no evidence: by no marker, or by invented ones alone.

    0 to 1, over all sentences a model wrote in a run. Answers with neither markers nor such sentences are left out:
    nobody counted them, as in the plain chain and in runs of earlier versions.
    """
    drafts = row.answer.drafts if row.answer else None
    if not drafts or not drafts.sentences or not (drafts.markers or drafts.unmarked):
        return None
    return Count(part=drafts.unmarked, whole=drafts.sentences)


def invented_marker_rate(row: Row) -> Count | None:
    """Count the share of the model's citation markers that name no evidence.

    0 to 1, over all markers a model wrote in a run, those of withheld sentences among them.
    """
    return _of_markers(row, row.answer.drafts.invented if row.answer else 0)


def replaced_marker_rate(row: Row) -> Count | None:
    """Count the share of the model's citation markers that the check replaced by others.

    0 to 1, over all markers a model wrote in a run: those that name evidence on which the sentence does not rest.
    """
    return _of_markers(row, row.answer.drafts.replaced if row.answer else 0)


METRICS = (
    share("withheld_rate", "Sentences withheld", "drafts", "neither", withheld_rate),
    share("unverified_rate", "Sentences shown as not verified", "drafts", "neither", unverified_rate),
    share("repeat_rate", "Sentences held back as repeats", "drafts", "neither", repeat_rate),
    share("unmarked_rate", "Sentences naming no evidence", "drafts", "lower", unmarked_rate),
    share("invented_marker_rate", "Markers invented", "drafts", "lower", invented_marker_rate),
    share("replaced_marker_rate", "Markers replaced", "drafts", "lower", replaced_marker_rate),
)


def _of_sentences(row: Row, part: Callable[[Answer], int]) -> Count | None:
    if not row.answer:
        return None
    written = len(row.answer.withheld) + sum(claim.origin == "model" for claim in row.answer.claims)
    return Count(part=part(row.answer), whole=written) if written else None


def _of_markers(row: Row, part: int) -> Count | None:
    if not row.answer or not row.answer.drafts.markers:
        return None
    return Count(part=part, whole=row.answer.drafts.markers)

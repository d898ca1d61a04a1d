"""Do the answers say what is right, and nothing that is wrong?"""

from collections.abc import Callable, Iterator, Sequence

from assistant.core.plain import lead
from assistant.core.types import Answer
from eval.cases.gold import covers, says
from eval.metrics.base.metric import Count, Share, share
from eval.metrics.base.squad import exact_match, f1, tokens
from eval.metrics.citations import hits
from eval.run.types import Case, Row

LONG = 10  # words from which on a wording is held by most of its words, as no other text repeats it whole
COVERED = 0.6  # share of a long wording's words


def right(row: Row) -> Count | None:
    """Count the share of cases that came out right: answered rightly, or declined where nothing answers.

    0 to 1, over all cases that were asked. See `is_right`.
    """
    return Count(part=is_right(row)) if row.answer else None


def key_fact_recall(row: Row) -> Count | None:
    """Count the share of a case's key facts that the shown text holds, a declined question as 0.

    0 to 1, a mean over answerable cases with key facts. A fact is held where one of its wordings occurs word
    for word, whatever case, articles and punctuation (eval.cases.gold.says).
    """
    facts = row.case.key_facts
    if not row.answer or not row.case.answerable or not facts:
        return None
    text = shown(row.answer)
    return Count(part=sum(says(text, fact) for fact in facts) / len(facts))


def f1_shown(row: Row) -> Count | None:
    """Compare the words of the whole shown text with the best reference answer: token F1.

    0 to 1, a mean over cases with reference answers and unanswerable ones, which score 1 where declined, else
    0; an answerable one declined scores 0 (SQuAD: Rajpurkar and others 2016, 2018). A whole sentence beside a
    short reference scores low however right it is.
    """
    return _squad(row, lambda pieces, references: f1(" ".join(pieces), references))


def f1_best(row: Row) -> Count | None:
    """Compare the words of the best single claim with the best reference answer: token F1.

    0 to 1; else as `f1_shown`. It does not punish an answer for giving more than one sentence.
    """
    return _squad(row, lambda pieces, references: max(f1(piece, references) for piece in pieces))


def em_shown(row: Row) -> Count | None:
    """Count the share of cases whose whole shown text is a reference answer: exact match.

    0 to 1; cases, normalisation and source as for `f1_shown`.
    """
    return _squad(row, lambda pieces, references: exact_match(" ".join(pieces), references))


def wrong_shown(row: Row) -> Count | None:
    """Count the share of cases in which a wording is shown that its author marked as wrong.

    0 to 1, over the cases with such wordings, declined ones among them; a wording as for `key_fact_recall`.
    """
    if not row.answer or not row.case.wrong:
        return None
    return Count(part=says(shown(row.answer), row.case.wrong))


def answer_metrics(kinds: Sequence[str]) -> list[Share]:
    """Return the metrics of what is said, "right" by each kind of case besides."""
    return [
        share("right", "Right", "answers", "higher", right),
        *(share(f"right:{kind}", f"Right: {kind}", "answers", "higher", _right_of(kind)) for kind in kinds),
        share("key_fact_recall", "Key-fact recall", "answers", "higher", key_fact_recall),
        share("f1", "Token F1", "answers", "higher", f1_shown),
        share("f1_best", "Token F1, best claim", "answers", "higher", f1_best),
        share("exact_match", "Exact match", "answers", "higher", em_shown),
        share("wrong_shown", "Wrong wording shown", "answers", "lower", wrong_shown),
    ]


def is_right(row: Row) -> bool:
    """Tell whether a case came out right.

    An unanswerable one: it was declined. An answerable one: it was answered, no wording marked as wrong is
    shown, and a citation overlaps a gold span or, where a case marks documents alone, is of one. Where the
    answer cites nothing (as the plain chain does) or the case marks no place, the text must hold all key facts,
    or a reference answer word for word; a case without key facts is content with a gold span's words too, and
    of a wording of ten words and more with 60 % of them. A case that failed or was not asked is not right.
    """
    answer, case = row.answer, row.case
    if not answer or row.error:
        return False
    if not case.answerable or not answer.claims:
        return not case.answerable and not answer.claims
    text = shown(answer)
    if says(text, case.wrong):
        return False
    if answer.citations and (case.gold or case.gold_docs):
        return any(hits(case, citation) for citation in answer.citations)
    return _said(case, text)


def shown(answer: Answer) -> str:
    """Return the words that are shown, without the numbers of citations."""
    return " ".join(_pieces(answer))


def _pieces(answer: Answer) -> Iterator[str]:
    for claim in answer.claims:
        yield f"{lead(claim)}{claim.text}"


def _right_of(kind: str) -> Callable[[Row], Count | None]:
    def right_of_kind(row: Row) -> Count | None:
        return right(row) if row.case.kind == kind else None

    right_of_kind.__doc__ = right.__doc__
    return right_of_kind


def _said(case: Case, text: str) -> bool:
    if case.key_facts:
        return all(says(text, fact) for fact in case.key_facts) or says(text, case.answers)
    return any(_holds(text, wording) for wording in (*case.answers, *(span.text for span in case.gold)))


def _holds(text: str, wording: str) -> bool:
    long = len(wording.split()) >= LONG
    return says(text, [wording]) or (long and covers(text, wording) >= COVERED)


def _squad(row: Row, score: Callable[[list[str], list[str]], float]) -> Count | None:
    if not row.answer:
        return None
    pieces = list(_pieces(row.answer))
    if not row.case.answerable:
        return Count(part=not pieces)
    references = [text for text in row.case.answers if tokens(text)]
    if not references:
        return None
    return Count(part=score(pieces, references) if pieces else 0.0)

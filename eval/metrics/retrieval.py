"""How well the chunks found rank those that hold the answer."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from eval.metrics.base.metric import Count, Counts, Share, first_line
from eval.run.types import Row

MEASURES = ("nDCG@10", "R@5", "R@10", "RR@10")
Grades = tuple[tuple[str, int], ...]


def ndcg_at_10(rows: Sequence[Row]) -> Counts:
    """Grade the first ten by nDCG: what is relevant counts for its grade, less with each rank.

    0 to 1, a mean over cases (Järvelin and Kekäläinen 2002; gain = grade, discount log2(rank + 1)). Relevant are
    the chunks that overlap a gold span or, where only documents are marked, documents, each at the rank of its
    first chunk. Cases with nothing relevant are left out; a ranking without anything relevant counts as 0.
    """
    return _counts(rows, "nDCG@10")


def recall_at_5(rows: Sequence[Row]) -> Counts:
    """Count the share of what is relevant that stands among the first five.

    0 to 1, a mean over cases; relevant as for `ndcg_at_10`, each grade above 0 alike.
    """
    return _counts(rows, "R@5")


def recall_at_10(rows: Sequence[Row]) -> Counts:
    """Count the share of what is relevant that stands among the first ten.

    0 to 1, a mean over cases; relevant as for `ndcg_at_10`, each grade above 0 alike.
    """
    return _counts(rows, "R@10")


def mrr_at_10(rows: Sequence[Row]) -> Counts:
    """Take one over the rank of the first that is relevant, 0 where none is among the first ten.

    0 to 1, a mean over cases (mean reciprocal rank, Voorhees 1999); relevant as for `ndcg_at_10`.
    """
    return _counts(rows, "RR@10")


METRICS = tuple(
    Share(name=name, label=label, group="retrieval", better="higher", about=first_line(of), of=of)
    for name, label, of in (
        ("ndcg@10", "nDCG@10", ndcg_at_10),
        ("recall@5", "Recall@5", recall_at_5),
        ("recall@10", "Recall@10", recall_at_10),
        ("mrr@10", "MRR@10", mrr_at_10),
    )
)


def ranking_scores(
    rankings: Sequence[Sequence[str]], relevant: Sequence[Mapping[str, int]]
) -> list[Mapping[str, float]]:
    """Return the measures of each ranking by their names in ir_measures: nDCG@10, R@5, R@10, RR@10; 0 to 1.

    Rankings hold ids, best first; `relevant` the grade of each id, of which those above 0 are relevant. 0 where
    nothing is relevant.
    """
    grades = tuple(tuple(sorted(item.items())) for item in relevant)
    return _scored(tuple(map(tuple, rankings)), grades)


@lru_cache(maxsize=1)  # the metrics of one table ask for the same rankings one after another
def _scored(rankings: tuple[tuple[str, ...], ...], relevant: tuple[Grades, ...]) -> list[Mapping[str, float]]:
    import ir_measures

    # scores that fall with the rank, as equal ones would be put in another order
    run = {
        str(at): {name: -float(rank) for rank, name in enumerate(names)} for at, names in enumerate(rankings)
    }
    grades = {str(at): dict(item) for at, item in enumerate(relevant) if item}
    found = [dict.fromkeys(MEASURES, 0.0) for _ in rankings]
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    for item in ir_measures.iter_calc(measures, grades, run) if grades else ():
        found[int(item.query_id)][str(item.measure)] = float(item.value)
    return [MappingProxyType(item) for item in found]


def _counts(rows: Sequence[Row], measure: str) -> Counts:
    rankings = [
        list(dict.fromkeys(item.doc_id if row.by_document else item.chunk_id for item in row.ranking))
        for row in rows
    ]
    scores = ranking_scores(rankings, [row.relevant for row in rows])
    return [
        Count(part=score[measure]) if any(grade > 0 for grade in row.relevant.values()) else None
        for row, score in zip(rows, scores, strict=True)
    ]

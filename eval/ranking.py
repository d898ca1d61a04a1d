"""Measures of a ranking: nDCG@k (Järvelin and Kekäläinen, 2002, gain = grade) and recall@k."""

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Return nDCG@k, 0 to 1; grades above 0 are relevant, ids without a grade are not."""
    gains = [max(grades.get(item, 0), 0) for item in ranking[:k]]
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    best = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(ideal, 1))
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1)) / best if best else 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Return the share of relevant ids among the first k, 0 to 1."""
    relevant = {item for item, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking[:k])) / len(relevant) if relevant else 0.0

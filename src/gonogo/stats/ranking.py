"""How well items are ranked within their queries: NDCG, recall and average precision by query."""

from collections.abc import Callable

import numpy as np

from gonogo.stats.arrays import Floats, Integers

OfQuery = Callable[[Floats, Floats], float]
"""Takes relevances and scores of one query's items, gives a number in [0, 1]."""


def by_query(of: OfQuery, relevance: Floats, score: Floats, query: Integers) -> Floats:
    """`of` for each query in ascending order, NaN for those with nothing relevant.

    All of shape (n,); the result has one number for each query. Neither the order of rows nor that
    of a query's items changes a number.

    >>> found = by_query(
    ...     precision_averaged, np.array([1.0, 0, 0]), np.array([0.2, 0.1, 3]), np.array([4, 4, 5])
    ... )
    >>> found.tolist()
    [1.0, nan]
    """
    order = np.lexsort((relevance, score, query))
    sizes = np.unique(query, return_counts=True)[1]
    cuts = np.cumsum(sizes)[:-1]
    parts = zip(np.split(relevance[order], cuts), np.split(score[order], cuts), strict=True)
    if not sizes.size:
        return np.empty(0)
    return np.array([of(r, s) if (r > 0).any() else np.nan for r, s in parts])


def ndcg(relevance: Floats, score: Floats, k: int) -> float:
    """Discounted gain of the first `k` places over the greatest there could be, in [0, 1].

    A place i, from 1, weighs 1 / log2(i + 1) and gains the relevance of its item; items of equal
    score share their places evenly. Something must be relevant.

    Source: Järvelin & Kekäläinen (2002), ACM Trans. Inf. Syst. 20, 422-446; ties: McSherry & Najork
    (2008), ECIR, LNCS 4956, 414-421.

    >>> round(ndcg(np.array([0.0, 2.0, 1.0]), np.array([0.9, 0.8, 0.1]), k=3), 4)
    0.6697
    """
    weights = np.where(np.arange(score.size) < k, 1 / np.log2(np.arange(score.size) + 2), 0.0)
    ideal = float(np.sort(relevance)[::-1] @ weights)
    return min(1.0, float(_shared(relevance, score) @ weights) / ideal)


def recall_at(relevance: Floats, score: Floats, k: int) -> float:
    """Share of the relevant items among the first `k`, in [0, 1]; ties share their places evenly.

    An item is relevant if its relevance is above 0; one of them at least must be.

    >>> recall_at(np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.8, 0.1]), k=2)
    0.5
    """
    relevant = (relevance > 0).astype(np.float64)
    return min(1.0, float(_shared(relevant, score)[:k].sum() / relevant.sum()))


def precision_averaged(relevance: Floats, score: Floats) -> float:
    """Average precision of one query, in (0, 1]: mean precision at the relevant items' places.

    Items of equal score enter together, as for `average_precision`.

    >>> round(precision_averaged(np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.8, 0.1])), 4)
    0.8333
    """
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    hits = np.cumsum(relevance[order] > 0)[last]
    return float(np.sum(np.diff(hits, prepend=0) * (hits / (last + 1))) / hits[-1])


def _shared(values: Floats, score: Floats) -> Floats:
    """`values` in the order of their scores, from the highest; equal scores share their mean."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    sizes = np.diff(np.append(starts, score.size))
    shared: Floats = np.repeat(np.add.reduceat(values[order], starts) / sizes, sizes)
    return shared

"""How well a model ranks the items of a query: NDCG, recall among the first k, average precision.

Each query gives one number and queries are what is drawn from a population, so the interval is that
of their mean. Queries with nothing relevant have no number: they are counted in the detail and left
out. For a comparison both models rank the same queries, and their numbers are paired.
"""

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.predicted import Ranked
from gonogo.checks.inputs.scored import score_of
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.ranking import OfQuery, by_query, precision_averaged, recall_at
from gonogo.stats.ranking import ndcg as ndcg_of

PLACES = 10
"""How many places are looked at where `k` is not said."""


def ndcg(rows: Ranked, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean over queries of NDCG among the first `k`, unit share, with Student's t interval.

    Gains are the relevances themselves; items of equal score share their places.
    """
    places = _places(asked)
    return _measured(
        "ndcg", lambda relevance, score: ndcg_of(relevance, score, places), rows, asked, other,
        k=places,
    )  # fmt: skip


def recall_at_k(rows: Ranked, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean over queries of the share of relevant items among the first `k`, unit share."""
    places = _places(asked)
    return _measured(
        "recall_at_k", lambda relevance, score: recall_at(relevance, score, places), rows, asked,
        other, k=places,
    )  # fmt: skip


def mean_average_precision(rows: Ranked, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean over queries of average precision over all places, unit share."""
    return _measured("mean_average_precision", precision_averaged, rows, asked, other)


def _places(asked: Parameters) -> int:
    found = asked.get("k", PLACES)
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise Invalid(field="with.k", value=found, expected="a whole number, 1 or more")
    return found


def _measured(
    name: str,
    of: OfQuery,
    rows: Ranked,
    asked: Parameters,
    other: Other | None,
    **wanted: int,
) -> Finding:
    check = f"performance.{name}"
    settings = compared_settings(check, asked, other, level=defaults.LEVEL, **wanted)
    relevance = np.asarray(rows.relevance, dtype=np.float64)
    query = np.asarray(rows.query, dtype=np.int64)
    found = by_query(of, relevance, np.asarray(rows.score, dtype=np.float64), query)
    answered = np.isfinite(found)
    detail = {
        "items": int(relevance.size),
        "queries": int(found.size),
        "without_relevant": int(found.size - np.count_nonzero(answered)),
    }
    if other is None:
        measured = _mean(found[answered], found.size, settings.level)
    else:
        second = score_of(f"versus.{other.model}", other.score, relevance.size)
        more = found - by_query(of, relevance, second, query)
        measured = _mean(more[answered], found.size, settings.level, "difference")
    return Finding(check, settings.values, measured, dict(detail))


def _mean(values: Floats, queries: int, level: float, unit: str = "share") -> Measured:
    if not values.size and queries:
        return Undefined(f"none of {queries} queries has anything relevant", n=0)
    return mean_t(values, level, unit, within=(0.0 if unit == "share" else -1.0, 1.0))

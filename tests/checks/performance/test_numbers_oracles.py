"""Checks of numbers and rankings against scikit-learn and SciPy."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sklearn
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression

from gonogo.checks.findings.finding import Asked
from gonogo.checks.inputs.predicted import Predicted, Ranked
from gonogo.checks.measure_numbers import measure_numbers, measure_ranking
from gonogo.stats.estimate import Estimate

SKLEARN = {
    "mae": sklearn.mean_absolute_error,
    "rmse": sklearn.root_mean_squared_error,
    "r2": sklearn.r2_score,
    "mape": sklearn.mean_absolute_percentage_error,
    "smape": lambda y, p: float(np.mean(2 * np.abs(y - p) / (np.abs(y) + np.abs(p)))),
    "pinball": sklearn.mean_pinball_loss,
}
DATA = load_diabetes()
TRAIN, TEST = slice(0, 250), slice(250, None)
TRUTH = DATA.target[TEST]
MODELS = [
    LinearRegression().fit(DATA.data[TRAIN][:, columns], DATA.target[TRAIN]).predict(rows)
    for columns, rows in (
        (slice(None), DATA.data[TEST]),
        ([0, 2], DATA.data[TEST][:, [0, 2]]),
    )
]

RNG = np.random.default_rng(4)
QUERY = np.repeat(np.arange(40), 12)
RELEVANCE = RNG.choice([0, 0, 0, 1, 2], 480)
SCORE = np.round(RELEVANCE * 0.3 + RNG.normal(size=480), 1)


def number(name: str, *, versus: bool = False, **asked: float) -> Estimate:
    rows = Predicted(TRUTH, MODELS[0])
    given: dict[str, str | float] = {**asked, **({"versus": "model:x@1"} if versus else {})}
    check = Asked(f"performance.{name}", given)
    found = measure_numbers(rows, checks=[check], versus={"model:x@1": MODELS[1]})[0].measured
    assert isinstance(found, Estimate)
    return found


class TestNumbers:
    @pytest.mark.parametrize("name", SKLEARN)
    def test_agrees_with_scikit_learn(self, name: str) -> None:
        assert number(name).value == pytest.approx(SKLEARN[name](TRUTH, MODELS[0]))
        wanted = SKLEARN[name](TRUTH, MODELS[0]) - SKLEARN[name](TRUTH, MODELS[1])
        assert number(name, versus=True).value == pytest.approx(wanted)

    def test_pinball_of_another_quantile(self) -> None:
        wanted = sklearn.mean_pinball_loss(TRUTH, MODELS[0], alpha=0.9)
        assert number("pinball", quantile=0.9).value == pytest.approx(wanted)

    def test_the_interval_of_mae_is_student_s(self) -> None:
        found, losses = number("mae"), np.abs(TRUTH - MODELS[0])
        wanted = stats.ttest_1samp(losses, 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))

    def test_the_interval_of_rmse_agrees_with_scipy_s_bootstrap(self) -> None:
        found = number("rmse", resamples=8000)
        wanted = stats.bootstrap(
            (TRUTH - MODELS[0],),
            lambda x, axis: np.sqrt(np.mean(x**2, axis=axis)),
            n_resamples=8000,
            rng=np.random.default_rng(1),
        ).confidence_interval
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), rel=0.01)

    @pytest.mark.parametrize("name", ["mae", "rmse", "r2"])
    def test_pairing_narrows(self, name: str) -> None:
        alone, against = number(name), number(name, versus=True)
        assert against.high - against.low < alone.high - alone.low

    def test_mape_has_no_share_of_nothing(self) -> None:
        rows = Predicted([0.0, 1, 2], [1.0, 1, 3])
        found = measure_numbers(rows, checks=[Asked("performance.mape")])[0].measured
        assert "1 of 3 are 0" in getattr(found, "reason", "")


def ranked(name: str, **asked: int) -> Estimate:
    rows = Ranked(RELEVANCE, SCORE, QUERY)
    found = measure_ranking(rows, checks=[Asked(f"performance.{name}", asked)])[0].measured
    assert isinstance(found, Estimate)
    return found


def queries() -> list[tuple[np.ndarray, np.ndarray]]:
    found = [(RELEVANCE[query == QUERY], SCORE[query == QUERY]) for query in range(40)]
    return [(relevance, score) for relevance, score in found if relevance.any()]


class TestRankings:
    @pytest.mark.parametrize("k", [1, 3, 10, 100])
    def test_ndcg_agrees_with_scikit_learn(self, k: int) -> None:
        each = [sklearn.ndcg_score([r], [s], k=k) for r, s in queries()]
        found = ranked("ndcg", k=k)
        assert found.value == pytest.approx(np.mean(each))
        wanted = stats.ttest_1samp(each, 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((wanted.low, min(1.0, wanted.high)))
        assert found.n == len(each)

    def test_map_agrees_with_scikit_learn(self) -> None:
        each = [sklearn.average_precision_score(r > 0, s) for r, s in queries()]
        assert ranked("mean_average_precision").value == pytest.approx(np.mean(each))

    @pytest.mark.parametrize("k", [1, 5, 12])
    def test_recall_is_that_of_ties_broken_at_random(self, k: int) -> None:
        rng, each = np.random.default_rng(8), []
        for relevance, score in queries():
            for _ in range(300):
                top = np.lexsort((rng.uniform(size=score.size), -score))[:k]
                each.append((relevance[top] > 0).sum() / (relevance > 0).sum())
        assert ranked("recall_at_k", k=k).value == pytest.approx(np.mean(each), abs=0.01)

    def test_queries_without_anything_relevant_are_counted(self) -> None:
        rows = Ranked([1, 0, 0, 0, 1, 0], [3, 2, 1, 2, 1, 2], [*"aabbcc"])
        found = measure_ranking(rows, checks=[Asked("performance.ndcg")])[0]
        assert found.detail == {"items": 6, "queries": 3, "without_relevant": 1}
        assert found.measured.n == 2

    def test_two_rankings_are_paired_by_query(self) -> None:
        rows = Ranked(RELEVANCE, SCORE, QUERY)
        asked = Asked("performance.ndcg", {"versus": "model:x@1"})
        worse = RNG.normal(size=480)
        found = measure_ranking(rows, checks=[asked], versus={"model:x@1": worse})[0].measured
        each = [
            sklearn.ndcg_score([RELEVANCE[at]], [SCORE[at]], k=10)
            - sklearn.ndcg_score([RELEVANCE[at]], [worse[at]], k=10)
            for at in (query == QUERY for query in range(40))
            if RELEVANCE[at].any()
        ]
        assert isinstance(found, Estimate)
        wanted = stats.ttest_1samp(each, 0).confidence_interval(0.95)
        assert found.value == pytest.approx(np.mean(each))
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))

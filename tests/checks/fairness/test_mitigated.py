"""What mitigation costs a model under test: which estimator is trained anew, and on which rows."""

from functools import cache
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from gonogo.checks.fairness.mitigated import BOUNDS, MITIGATED
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.measure_version import measure_version
from gonogo.checks.under_test import Model, UnderTest
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate

CHECK = "fairness.mitigation_cost"
ASKED = Asked(CHECK, {"group": "race"})


@cache
def rows(n: int, seed: int) -> pd.DataFrame:
    """One race has more of what decides; the town is text that says nothing."""
    rng = np.random.default_rng(seed)
    race = rng.choice(["a", "b"], n)
    income = rng.normal(0, 1, n) + np.where(race == "a", 0.6, -0.6)
    label = (income + rng.normal(0, 1, n) > 0).astype(int)
    town, sex = rng.choice(["x", "y"], n), rng.choice(["f", "m"], n)
    return pd.DataFrame({"income": income, "town": town, "race": race, "sex": sex, "label": label})


def under(native: Any, features: tuple[str, ...] = ("income",), **more: Any) -> UnderTest:
    given: dict[str, Any] = {
        "load": lambda: Model(lambda asked: np.full(len(asked), 0.5), features, native),
        "rows": rows(300, 2),
        "label": "label",
        "groups": ("race",),
        "trained_on": lambda: rows(200, 1),
    }
    return UnderTest(**{**given, **more})


def candidates(finding: Finding) -> dict[str, Any]:
    told: Any = finding.detail["candidates"]
    return {one["name"]: one for one in told}


def booster(objective: str = "binary") -> lightgbm.Booster:
    read = rows(200, 1)[["income", "town"]].astype({"town": "category"})
    settings = {"objective": objective, "verbosity": -1, "num_leaves": 4, "eta": 0.3}
    return lightgbm.train(settings, lightgbm.Dataset(read, rows(200, 1)["label"]), 5)


@cache
def of_booster() -> Finding:
    return measure_version(under(booster(), ("income", "town")), [ASKED])[0]


class TestOfVersion:
    def test_an_estimator_is_trained_anew_on_the_rows_of_its_training(self) -> None:
        model = make_pipeline(StandardScaler(), LogisticRegression())
        fitted = model.fit(rows(200, 1)[["income"]], rows(200, 1)["label"])
        (found,) = measure_version(under(fitted), [ASKED])
        assert isinstance(found.measured, Estimate)
        assert (found.detail["trained_on"], found.detail["measured_on"]) == (200, 300)
        told = candidates(found)
        assert len(told) == 3 + len(BOUNDS)
        fairest = told[str(found.detail["fairest"])]
        assert fairest["difference"]["value"] < told["as it is"]["difference"]["value"]
        said = fitted.predict(rows(300, 2)[["income"]])
        right = float(np.mean(said == rows(300, 2)["label"]))
        assert told["as it is"]["accuracy"]["value"] == pytest.approx(right)

    def test_a_booster_is_grown_anew_by_its_own_parameters(self) -> None:
        model = booster()
        found = of_booster()
        assert isinstance(found.measured, Estimate)
        asked = rows(300, 2)[["income", "town"]].astype({"town": "category"})
        said = np.asarray(model.predict(asked)) >= 0.5
        right = float(np.mean(said == rows(300, 2)["label"]))
        assert candidates(found)["as it is"]["accuracy"]["value"] == pytest.approx(right)

    def test_the_estimator_handed_in_goes_before(self) -> None:
        one = under(LinearRegression(), estimator=LogisticRegression())
        assert isinstance(measure_version(one, [ASKED])[0].measured, Estimate)

    def test_without_parameters_every_group_is_asked(self) -> None:
        one = under(LogisticRegression(), groups=("race", "sex"))
        found = measure_version(one, [Asked(CHECK)])
        assert [each.parameters["group"] for each in found] == ["race", "sex"]

    def test_the_same_seed_says_the_same(self) -> None:
        again = under(booster(), ("income", "town"))
        assert MITIGATED[CHECK](again, of_booster().parameters) == of_booster()

    def test_nothing_is_kept_where_a_pipeline_says(self, tmp_path: Path) -> None:
        cache_at = tmp_path / "cache"
        steps = [("scale", StandardScaler()), ("model", LogisticRegression())]
        measure_version(under(Pipeline(steps, memory=str(cache_at))), [ASKED])
        assert not cache_at.exists()

    def test_no_file_is_read_that_an_estimator_names(self, tmp_path: Path) -> None:
        model = lightgbm.LGBMClassifier(
            n_estimators=2, verbosity=-1, forcedsplits_filename=str(tmp_path / "none.json")
        )
        (found,) = measure_version(under(model), [ASKED])
        assert isinstance(found.measured, Estimate)


class TestRefused:
    @pytest.mark.parametrize(
        ("one", "words"),
        [
            (under(LogisticRegression(), trained_on=None), "trained_on"),
            (under(None), "a scikit-learn classifier with predict_proba"),
            (under(LinearRegression()), "a scikit-learn classifier with predict_proba"),
            (under(booster("regression"), ("income", "town")), "objective binary"),
            (under(LogisticRegression(), ("income", "town")), "trained on these rows"),
            (under(LogisticRegression(), label=None), "label"),
            (under(None, estimator=lambda rows, _seed: rows), "estimator"),
        ],
    )
    def test_what_cannot_be_trained_anew(self, one: UnderTest, words: str) -> None:
        with pytest.raises(Invalid, match=words):
            measure_version(one, [ASKED])

    @pytest.mark.parametrize("group", ["town ", "race&sex"])
    def test_a_group_that_is_no_column(self, group: str) -> None:
        with pytest.raises(Invalid, match="a column of both sets"):
            measure_version(under(LogisticRegression()), [Asked(CHECK, {"group": group})])

    def test_no_group_at_all(self) -> None:
        with pytest.raises(Invalid, match="group"):
            measure_version(under(LogisticRegression(), groups=()), [Asked(CHECK)])

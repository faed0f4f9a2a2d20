"""CUPED from a file: the adjusted effect, and how much variance it saved."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from gonogo.core.errors import Invalid, NotFound
from gonogo.sdk.cuped import cuped, read_rows


@pytest.fixture
def trial() -> pd.DataFrame:
    """2,000 people in two arms; what they spent before tells most of what they spend."""
    rng = np.random.default_rng(7)
    then = rng.normal(100, 20, 2000)
    arm = np.where(rng.random(2000) < 0.5, "old", "new")
    now = then + rng.normal(0, 10, 2000) + np.where(arm == "new", 2.0, 0.0)
    return pd.DataFrame({"now": now, "then": then, "arm": arm})


class TestCuped:
    def test_the_effect_is_that_of_a_regression_and_the_variance_is_less(
        self, trial: pd.DataFrame
    ) -> None:
        found = cuped(trial, outcome="now", before="then", arm="arm", control="old")
        shown = pd.DataFrame({"treated": (trial.arm == "new").astype(float), "then": trial.then})
        fitted = sm.OLS(trial.now, sm.add_constant(shown)).fit()
        assert found.adjusted.value == pytest.approx(fitted.params["treated"], abs=0.01)
        half = (found.adjusted.high - found.adjusted.low) / 2
        assert half == pytest.approx(1.96 * fitted.bse["treated"], rel=0.01)
        assert found.adjusted.low < 2 < found.adjusted.high
        assert found.variance_saved == pytest.approx(found.correlation**2, abs=0.01)
        assert found.as_many == pytest.approx(1 / (1 - found.variance_saved))
        assert (found.control, found.treated, found.adjusted.n) == ("old", "new", 2000)

    def test_the_plain_difference_is_welchs(self, trial: pd.DataFrame) -> None:
        from scipy import stats

        found = cuped(trial, outcome="now", before="then", arm="arm", control="old").plain
        new, old = (trial.now[trial.arm == arm] for arm in ("new", "old"))
        expected = stats.ttest_ind(new, old, equal_var=False).confidence_interval()
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))

    def test_without_a_control_the_first_arm_in_order_is_it(self, trial: pd.DataFrame) -> None:
        found = cuped(trial, outcome="now", before="then", arm="arm")
        assert (found.control, found.treated) == ("new", "old")
        assert found.adjusted.value < 0

    @pytest.mark.parametrize(
        ("change", "said", "field"),
        [
            ({}, {"before": "none"}, "column"),
            ({}, {"control": "green"}, "control"),
            ({}, {"level": 1.0}, "level"),
            ({"arm": "one"}, {}, "arm"),
            ({"arm": None}, {}, "arm"),
            ({"now": "x"}, {}, "now"),
            ({"then": float("inf")}, {}, "then"),
            ({"now": 1.0, "then": 1.0}, {}, "rows"),
        ],
    )
    def test_what_cannot_be_measured_is_named(
        self, trial: pd.DataFrame, change: dict[str, object], said: dict[str, object], field: str
    ) -> None:
        asked = {"outcome": "now", "before": "then", "arm": "arm", **said}
        with pytest.raises(Invalid) as refused:
            cuped(trial.assign(**change), **asked)  # type: ignore[arg-type]  # one thing wrong at a time
        assert refused.value.field == field


class TestReadRows:
    def test_csv_and_parquet(self, trial: pd.DataFrame, tmp_path: Path) -> None:
        trial.to_csv(tmp_path / "a.csv", index=False)
        trial.to_parquet(tmp_path / "a.parquet")
        for name in ("a.csv", "a.parquet"):
            assert len(read_rows(tmp_path / name)) == len(trial)

    def test_what_is_neither_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(NotFound, match="file"):
            read_rows(tmp_path / "none.csv")
        (tmp_path / "bad.parquet").write_text("x")
        (tmp_path / "empty.csv").write_text("")
        for name in ("bad.parquet", "empty.csv"):
            with pytest.raises(Invalid, match="file"):
                read_rows(tmp_path / name)

"""Only the group changes: who is then decided otherwise, by hand and by chance."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from gonogo.checks.fairness.counterfactual import counterfactual_flip_rate
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.probing import Probe
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

SCHEMA = (
    ColumnSpec("income", ColumnType.NUMBER),
    ColumnSpec("height", ColumnType.NUMBER),
    ColumnSpec("sex", ColumnType.CATEGORY),
    ColumnSpec("race", ColumnType.CATEGORY),
)


def frame(n: int = 400, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sex = rng.choice(["f", "m"], n)
    return pd.DataFrame(
        {
            "income": rng.uniform(0, 100, n).round(2),
            "height": np.where(sex == "m", 178.0, 166.0) + rng.normal(0, 6, n),
            "sex": sex,
            "race": rng.choice(["a", "b", "c"], n),
        }
    )


def blind(rows: pd.DataFrame) -> Any:
    return rows["income"].to_numpy() / 100


def biased(rows: pd.DataFrame) -> Any:
    """Takes 20 of income off for women: whoever has 50 to 70 is decided by sex."""
    return (rows["income"] - 20 * (rows["sex"] == "f")).to_numpy() / 100


def careless(rows: pd.DataFrame) -> Any:
    """Is handed every column and looks at one."""
    return blind(rows)


def tall(rows: pd.DataFrame) -> Any:
    return (rows["height"].to_numpy() - 100) / 144


def measured(ask: Any, rows: pd.DataFrame | None = None, **asked: Any) -> Finding:
    found = frame() if rows is None else rows
    reads = {blind: ("income",), tall: ("height",), biased: ("income", "sex")}
    features = reads.get(ask, ("income", "height", "sex", "race"))
    return counterfactual_flip_rate(Probe(ask, features, found, SCHEMA), {"group": "sex", **asked})


def estimate(found: Finding) -> Estimate:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured


class TestCounterfactualFlipRate:
    def test_by_hand(self) -> None:
        rows = frame()
        between = int(((rows["income"] >= 50) & (rows["income"] < 70)).sum())
        found = measured(biased)
        assert estimate(found).value == between / 400
        exact = binomtest(between, 400).proportion_ci(0.95, method="exact")
        assert (estimate(found).low, estimate(found).high) == pytest.approx((exact.low, exact.high))
        assert found.detail["to_yes"] == int(
            ((rows["sex"] == "f") & rows["income"].between(50, 70, inclusive="left")).sum()
        )

    def test_a_model_that_does_not_read_it_never_flips_and_says_so(self) -> None:
        found = measured(blind)
        assert estimate(found).exact
        assert (estimate(found).low, estimate(found).high) == (0, 0)
        assert estimate(found).method == "exact: the model reads none of sex"
        assert found.detail["not_read"] == ["sex"]

    def test_a_model_that_reads_it_and_does_not_care_has_an_interval(self) -> None:
        """No flip among 400 is no proof that there is none."""
        found = estimate(measured(careless))
        assert found.value == 0
        assert 0 < found.high < 0.01
        assert not found.exact

    def test_a_proxy_goes_along_by_its_rank(self) -> None:
        """A model of height alone decides by sex; a woman of median height is a man of median."""
        assert estimate(measured(tall)).exact
        found = measured(tall, proxies="height")
        assert estimate(found).value > 0.5
        assert found.detail["not_read"] == ["sex"]
        assert found.detail["to_yes"] == sum(
            one["flipped"] for one in rows_of(found) if one["group"] == "f"
        )

    def test_each_of_several_groups_is_tried(self) -> None:
        found = measured(lambda rows: np.where(rows["race"] == "c", 0.9, 0.1), group="race")
        assert estimate(found).value == 1
        found = measured(lambda rows: np.where(rows["race"] == "c", 0.9, 0.9), group="race")
        assert estimate(found).value == 0

    def test_intersections_change_together(self) -> None:
        def both(rows: pd.DataFrame) -> Any:
            return np.where((rows["race"] == "c") & (rows["sex"] == "f"), 0.9, 0.1)

        found = measured(both, group="sex&race")
        assert estimate(found).value == 1
        assert {one["group"] for one in rows_of(found)} >= {"f & c", "m & a"}

    def test_rows_without_a_group_are_left_out(self) -> None:
        rows = frame().assign(sex=lambda one: one["sex"].where(one.index >= 100))
        found = measured(biased, rows)
        assert estimate(found).n == 300
        assert found.detail["rows_left_out"] == 100

    def test_rows_the_model_does_not_answer_in_every_group_are_left_out(self) -> None:
        def picky(rows: pd.DataFrame) -> Any:
            if ((rows["sex"] == "m") & (rows["income"] > 90)).any():
                raise ValueError("too rich")
            return biased(rows)

        rich = int((frame()["income"] > 90).sum())
        found = measured(picky)
        assert estimate(found).n == 400 - rich

    def test_a_group_too_small_to_rank_is_left_out_with_proxies(self) -> None:
        rows = frame()
        rows.loc[:4, "sex"] = "x"
        found = measured(tall, rows, proxies="height")
        assert found.detail["groups_left_out"] == [
            {"group": "x", "left_out": "too small to rank: fewer than 10 rows"}
        ]

    def test_one_group_is_undefined(self) -> None:
        found = measured(biased, frame().assign(sex="f"))
        assert isinstance(found.measured, Undefined)
        assert "1 can be counted" in found.measured.reason

    @pytest.mark.parametrize(
        ("asked", "field"),
        [({"group": "age"}, "with.group"), ({"proxies": "age"}, "with.proxies")],
    )
    def test_an_unknown_column_is_refused(self, asked: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            measured(biased, None, **asked)
        assert refused.value.field == field

    def test_a_proxy_without_ranks_is_refused(self) -> None:
        with pytest.raises(Invalid, match="only they have ranks"):
            measured(careless, proxies="race")


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 60), st.floats(-1, 2))
def test_flips_are_counted_as_one_row_at_a_time_counts_them(
    seed: int, n: int, threshold: float
) -> None:
    rows = frame(n, seed)
    probe = Probe(biased, ("income", "sex"), rows, SCHEMA, threshold=threshold)
    found = counterfactual_flip_rate(probe, {"group": "sex"})
    if rows["sex"].nunique() < 2:
        assert isinstance(found.measured, Undefined)
        return
    flips = 0
    for at in range(n):
        one = rows.iloc[[at]]
        other = one.assign(sex="m" if one["sex"].iloc[0] == "f" else "f")
        flips += bool((biased(one) >= threshold)[0] != (biased(other) >= threshold)[0])
    assert estimate(found).value == flips / n


def rows_of(found: Finding) -> list[dict[str, Any]]:
    flips: Any = found.detail["flips"]
    return list(flips)

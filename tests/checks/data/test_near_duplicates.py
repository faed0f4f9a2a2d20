"""Test rows that are nearly training rows, against every pair compared one by one."""

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.checks.data.declared import Reference
from gonogo.checks.data.given import Given
from gonogo.checks.data.near_duplicates import near_duplicate_share
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

SCHEMA = (
    ColumnSpec("a", ColumnType.NUMBER),
    ColumnSpec("b", ColumnType.INTEGER, missing_codes=(-9,)),
    ColumnSpec("c", ColumnType.CATEGORY),
    ColumnSpec("label", ColumnType.BOOLEAN, role=Role.LABEL),
)


def near(test: pd.DataFrame, train: pd.DataFrame, **asked: Any) -> Finding:
    return near_duplicate_share(test, SCHEMA, asked, Given(Reference("dataset:train@1", train)))


def value(found: Finding) -> float:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured.value


def rows(seed: int, n: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "a": rng.choice([*np.linspace(0, 1, 21), np.nan], n),
            "b": rng.choice([-9, 1, 2, 3, 100], n),
            "c": rng.choice(["x", "y"], n),
            "label": 0,
        }
    )


def pair_by_pair(test: pd.DataFrame, train: pd.DataFrame, tolerance: float) -> int:
    """Gower's distance of each pair, a missing value being like a missing value alone."""
    both = pd.concat([test, train])
    a = both["a"]
    b = both["b"].where(both["b"] != -9)
    widths = {
        "a": np.ptp(a.dropna()) if a.notna().any() else 0,
        "b": np.ptp(b.dropna()) if b.notna().any() else 0,
    }

    def apart(one: Any, other: Any) -> float:
        total = 0.0 if one["c"] == other["c"] else np.inf
        for name in ("a", "b"):
            x, y = (row[name] if row[name] != -9 else np.nan for row in (one, other))
            if np.isnan(x) != np.isnan(y):
                return np.inf
            if not np.isnan(x) and x != y:
                total += abs(x - y) / widths[name]
        return total / 3

    lists = (test.to_dict("records"), train.to_dict("records"))
    return sum(any(apart(x, y) <= tolerance + 1e-12 for y in lists[1]) for x in lists[0])


class TestNearDuplicateShare:
    @given(st.integers(0, 10_000), st.sampled_from([0.0, 0.017, 0.05, 0.3, 1.0]))
    @settings(max_examples=40, deadline=None)
    def test_as_pair_by_pair(self, seed: int, tolerance: float) -> None:
        test, train = rows(seed, 14), rows(seed + 1, 11)
        found = near(test, train, tolerance=tolerance)
        assert value(found) == pytest.approx(pair_by_pair(test, train, tolerance) / 14)

    def test_a_little_noise_does_not_hide_a_row(self) -> None:
        rng = np.random.default_rng(2)
        train = pd.DataFrame(
            {"a": rng.uniform(0, 1, 300), "b": rng.integers(0, 1000, 300), "c": "x", "label": 0}
        )
        copied = train.iloc[:30].assign(a=lambda one: one["a"] + 0.001)
        fresh = train.iloc[:70].assign(c="y")
        found = near(pd.concat([copied, fresh]), train)
        assert value(found) == 0.3
        assert (found.detail["alike"], found.detail["nearly"]) == (0, 30)
        assert found.parameters == {"tolerance": 0.01, "reference": "dataset:train@1"}

    def test_rows_wholly_alike_are_told_apart(self) -> None:
        train = rows(1, 50)
        found = near(train, train)
        assert value(found) == 1
        assert found.detail["alike"] == 50

    def test_labels_have_no_say(self) -> None:
        assert value(near(rows(1, 50).assign(label=1), rows(1, 50))) == 1

    def test_a_tolerance_that_is_no_share_is_refused(self) -> None:
        with pytest.raises(Invalid, match="tolerance"):
            near(rows(1, 9), rows(1, 9), tolerance=2.0)

    def test_a_reference_is_needed_and_the_one_handed_in(self) -> None:
        with pytest.raises(Invalid, match="reference"):
            near_duplicate_share(rows(1, 9), SCHEMA, {})
        with pytest.raises(Invalid, match="dataset:train@1"):
            near(rows(1, 9), rows(1, 9), reference="dataset:other@1")

    def test_no_features_have_a_reason(self) -> None:
        found = near_duplicate_share(
            rows(1, 9), SCHEMA[3:], {}, Given(Reference("dataset:train@1", rows(1, 9)))
        )
        assert isinstance(found.measured, Undefined)

    def test_twenty_thousand_rows_against_as_many_take_seconds(self) -> None:
        """One by one these are 400,000,000 pairs of ten numbers."""
        rng = np.random.default_rng(4)
        schema = [ColumnSpec(f"x{at}", ColumnType.NUMBER) for at in range(10)]
        names = [column.name for column in schema]
        train, test = (pd.DataFrame(rng.normal(size=(20_000, 10)), columns=names) for _ in "ab")
        began = time.perf_counter()
        found = near_duplicate_share(test, schema, {}, Given(Reference("dataset:a@1", train)))
        assert time.perf_counter() - began < 20
        assert value(found) == 0

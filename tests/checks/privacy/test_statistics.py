"""Tests of private statistics: what may be asked, what the noise is added to, how much it is."""

import math
import sys
from typing import Any

import numpy as np
import opendp.prelude as dp
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, dlaplace

from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.privacy import statistics
from gonogo.checks.privacy.noise import noised
from gonogo.checks.privacy.statistics import (
    BINS,
    REST,
    STEPS,
    Query,
    Statistic,
    check_query,
    release,
)
from gonogo.core.canonical import canonical
from gonogo.core.errors import Invalid

SCHEMA = (
    ColumnSpec("age", ColumnType.INTEGER, nullable=True, missing_codes=(999,)),
    ColumnSpec("income", ColumnType.NUMBER),
    ColumnSpec("city", ColumnType.CATEGORY),
    ColumnSpec("member", ColumnType.BOOLEAN),
    ColumnSpec("note", ColumnType.TEXT),
    ColumnSpec("at", ColumnType.TIME),
)
ROWS = pd.DataFrame(
    {
        "age": [20, 30, 999, 50, 1000],
        "income": [10.0, -5.0, math.inf, math.nan, 30.0],
        "city": ["Köln", "大阪", "Köln", None, "Paris"],
        "member": [True, False, True, True, False],
        "note": list("abcde"),
        "at": pd.to_datetime(["2026-11-21"] * 5),
    }
)
MEAN = Query(Statistic.MEAN, 1.0, "age", 0, 100)
EVERY = (
    Query(Statistic.COUNT, 1.0),
    Query(Statistic.SUM, 1.0, "age", 0, 100),
    MEAN,
    Query(Statistic.HISTOGRAM, 1.0, "city", categories=("Köln", "大阪")),
    Query(Statistic.HISTOGRAM, 1.0, "member"),
    Query(Statistic.QUANTILE, 1.0, "age", 0, 100, q=0.5),
)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], int, float]]:
    """Without noise: what noise would be added to, with sensitivity and ε."""
    asked: list[tuple[list[int], int, float]] = []

    def without(values: list[int], sensitivity: int, epsilon: float) -> tuple[list[int], float]:
        asked.append((list(values), sensitivity, epsilon))
        return list(values), sensitivity / epsilon

    monkeypatch.setattr(statistics, "noised", without)
    return asked


class TestQuery:
    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("epsilon", {"epsilon": 0.0}),
            ("epsilon", {"epsilon": -1.0}),
            ("epsilon", {"epsilon": math.nan}),
            ("epsilon", {"epsilon": math.inf}),
            ("column", {"column": None}),
            ("low", {"low": None}),
            ("high", {"high": None}),
            ("low", {"low": 5.0, "high": 5.0}),
            ("low", {"low": 6.0, "high": 5.0}),
            ("low", {"low": 0.0, "high": 5e-324}),
            ("high", {"high": math.inf}),
            ("low", {"low": math.nan}),
            ("categories", {"categories": ("a",)}),
            ("q", {"q": 0.5}),
        ],
    )
    def test_what_is_no_question_is_refused(self, field: str, said: dict[str, Any]) -> None:
        asked = {"epsilon": 1.0, "column": "age", "low": 0.0, "high": 1.0, **said}
        with pytest.raises(Invalid) as refused:
            Query(Statistic.MEAN, **asked)
        assert refused.value.field == field

    @pytest.mark.parametrize("q", [0.0, 1.0, -2.0, math.nan])
    def test_a_quantile_lies_between(self, q: float) -> None:
        with pytest.raises(Invalid, match="q"):
            Query(Statistic.QUANTILE, 1.0, "age", 0, 1, q=q)

    @pytest.mark.parametrize("categories", [("a", "a"), ("a", REST)])
    def test_categories_are_told_apart(self, categories: tuple[str, ...]) -> None:
        with pytest.raises(Invalid, match="categories"):
            Query(Statistic.HISTOGRAM, 1.0, "city", categories=categories)

    @pytest.mark.parametrize("query", EVERY)
    def test_is_what_is_kept_of_it(self, query: Query) -> None:
        assert Query.from_body(query.body()).body() == query.body()

    def test_the_order_of_categories_asks_nothing_else(self) -> None:
        one, two = (
            Query(Statistic.HISTOGRAM, 1.0, "city", categories=names)
            for names in (("a", "b"), ("b", "a"))
        )
        assert one.body() == two.body()


class TestCheckQuery:
    @pytest.mark.parametrize("column", ["city", "note", "at"])
    def test_a_mean_is_of_numbers(self, column: str) -> None:
        with pytest.raises(Invalid, match="numbers"):
            check_query(Query(Statistic.MEAN, 1.0, column, 0, 1), SCHEMA)

    def test_an_unknown_column_names_those_there_are(self) -> None:
        with pytest.raises(Invalid, match="income"):
            check_query(Query(Statistic.MEAN, 1.0, "wage", 0, 1), SCHEMA)

    def test_categories_are_said_and_not_looked_up(self) -> None:
        """Those a schema was guessed with come from the rows: they would tell of a rare one."""
        with pytest.raises(Invalid, match="without looking"):
            check_query(Query(Statistic.HISTOGRAM, 1.0, "city"), SCHEMA)


class TestRelease:
    """What noise is added to, and by how much one person can move it."""

    def test_rows_are_counted(self, quiet: list[Any]) -> None:
        found = release(ROWS, SCHEMA, Query(Statistic.COUNT, 0.5), 1)
        assert quiet == [([5], 1, 0.5)]
        assert found["scale"] == 2

    def test_values_are_cut_to_the_bounds_and_missing_ones_left_out(self, quiet: list[Any]) -> None:
        release(ROWS, SCHEMA, Query(Statistic.SUM, 1.0, "age", 0, 100), 1)
        ((total,), sensitivity, _) = quiet[0]
        assert total / STEPS * 100 == pytest.approx(20 + 30 + 50 + 100, abs=1e-5)
        assert sensitivity == STEPS

    def test_an_infinite_value_is_the_bound_and_one_that_is_none_left_out(
        self, quiet: list[Any]
    ) -> None:
        release(ROWS, SCHEMA, Query(Statistic.SUM, 1.0, "income", -20, 20), 1)
        assert quiet[0][0][0] / STEPS * 20 == pytest.approx(10 - 5 + 20 + 20, abs=1e-5)

    def test_a_mean_pays_half_for_the_sum_and_half_for_the_count(self, quiet: list[Any]) -> None:
        found: Any = release(ROWS, SCHEMA, MEAN, 3)
        (sum_, count) = quiet
        assert sum_[1:] == (3 * STEPS, 0.5)
        assert count == ([4], 3, 0.5)
        assert found["measured"]["value"] == pytest.approx(50)

    def test_every_row_is_in_one_bin(self, quiet: list[Any]) -> None:
        found: Any = release(ROWS, SCHEMA, EVERY[3], 2)
        assert quiet == [([2, 1, 2], 2, 1.0)]
        assert [one["category"] for one in found["categories"]] == ["Köln", "大阪", REST]

    def test_a_boolean_needs_no_categories(self, quiet: list[Any]) -> None:
        release(ROWS, SCHEMA, EVERY[4], 1)
        assert quiet[0][0] == [2, 3, 0]

    def test_a_quantile_is_read_from_bins(self, quiet: list[Any]) -> None:
        found: Any = release(ROWS, SCHEMA, EVERY[5], 1)
        assert (len(quiet[0][0]), sum(quiet[0][0])) == (BINS, 4)
        assert found["measured"]["low"] <= 30 <= found["measured"]["high"]

    @pytest.mark.parametrize("people", [0, -1, 1001])
    def test_nobody_has_no_rows(self, people: int) -> None:
        with pytest.raises(Invalid, match="rows_per_person"):
            release(ROWS, SCHEMA, EVERY[0], people)

    @pytest.mark.parametrize("query", EVERY)
    @pytest.mark.parametrize(
        "rows",
        [
            ROWS.iloc[:0],
            ROWS.iloc[:1],
            pd.concat([ROWS] * 40),
            ROWS.assign(age=None, income=None, city=None, member=None),
            ROWS.assign(age="old", income="much", city=7, member="no"),
            ROWS.assign(age=math.inf, income=-math.inf),
        ],
        ids=["empty", "one row", "many", "missing", "other types", "infinite"],
    )
    def test_no_rows_make_it_fail(self, query: Query, rows: pd.DataFrame) -> None:
        """A failure would tell of the rows, and for free."""
        found = release(rows, SCHEMA, query, 1)
        canonical(found)

    @settings(deadline=None)
    @given(st.lists(st.floats(allow_nan=True), max_size=30), st.floats(allow_nan=True))
    def test_one_more_row_moves_it_by_the_sensitivity_at_most(
        self, values: list[float], more: float
    ) -> None:
        """Whatever the row holds: the promise that the noise is made for."""
        for query in (
            Query(Statistic.COUNT, 1.0),
            Query(Statistic.SUM, 1.0, "income", -3.0, 7.0),
            Query(Statistic.MEAN, 1.0, "income", -3.0, 7.0),
            Query(Statistic.QUANTILE, 1.0, "income", -3.0, 7.0, q=0.5),
        ):
            before, after = (_asked(query, rows) for rows in (values, [*values, more]))
            for (was, sensitivity, _), (now, _, _) in zip(before, after, strict=True):
                moved = sum(abs(a - b) for a, b in zip(was, now, strict=True))
                assert moved <= sensitivity


def _asked(query: Query, values: list[float]) -> list[tuple[list[int], int, float]]:
    """What noise is added to."""
    asked: list[tuple[list[int], int, float]] = []

    def without(given: list[int], sensitivity: int, epsilon: float) -> tuple[list[int], float]:
        asked.append((list(given), sensitivity, epsilon))
        return list(given), sensitivity / epsilon

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(statistics, "noised", without)
        release(pd.DataFrame({"income": np.array(values, dtype=float)}), SCHEMA, query, 1)
    return asked


class TestNoised:
    @given(st.integers(1, 1000), st.floats(1e-4, 20))
    def test_opendp_confirms_the_loss(self, sensitivity: int, epsilon: float) -> None:
        _, scale = noised([5, 7], sensitivity, epsilon)
        dp.enable_features("contrib")
        space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
        assert (space >> dp.m.then_laplace(scale)).map(sensitivity) <= epsilon
        assert scale == pytest.approx(sensitivity / epsilon, rel=1e-12)

    def test_without_opendp_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "opendp.prelude", None)
        with pytest.raises(Invalid, match=r"pip install gonogo\[privacy\]"):
            noised([5], 1, 1.0)

    def test_each_call_draws_anew(self) -> None:
        assert len({noised([0], STEPS, 0.1)[0][0] for _ in range(20)}) == 20

    @pytest.mark.slow
    @pytest.mark.parametrize("epsilon", [0.2, 1.0, 3.0])
    def test_noise_is_as_promised(self, epsilon: float) -> None:
        """20,000 draws against SciPy's discrete Laplace: the scale and the shape."""
        drawn = np.array([noised([0] * 200, 1, epsilon)[0] for _ in range(100)]).ravel()
        edge = int(6 / epsilon)
        places = np.arange(-edge, edge + 1)
        expected = dlaplace.pmf(places, epsilon)
        seen = np.array([np.count_nonzero(drawn == place) for place in places])
        rest = drawn.size - seen.sum()
        fit = chisquare(
            [*seen, rest], drawn.size * np.array([*expected, max(1e-12, 1 - expected.sum())])
        )
        # Drawn from the system's randomness: one run in a million is bad luck.
        assert fit.pvalue > 1e-6

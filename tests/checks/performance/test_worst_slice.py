"""The worst slice is found, and chance among many slices is not taken for a finding."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from sklearn import metrics as sklearn

from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.performance.worst_slice import (
    MOST,
    worst_slice,
    worst_slice_log_loss,
    worst_slice_roc_auc,
)
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

Check = Callable[..., Finding]
CHECKS: list[Check] = [worst_slice, worst_slice_log_loss, worst_slice_roc_auc]


def rows(n: int = 1200, seed: int = 1, *, hurt: float = 0.0, columns: int = 3) -> Scored:
    """Calibrated scores of rows with columns that say nothing; a share `hurt` of one slice lies."""
    rng = np.random.default_rng(seed)
    score = rng.uniform(0.05, 0.95, n)
    yes = rng.uniform(size=n) < score
    found: dict[str, Any] = {"city": rng.choice(["a", "b", "c"], n), "age": rng.normal(40, 9, n)}
    found |= {f"x{at}": rng.integers(0, 3, n) for at in range(columns)}
    bad = (found["city"] == "b") & (found["x0"] == 1) & (rng.uniform(size=n) < hurt)
    return Scored(
        np.where(bad, score < 0.5, yes), score, {"sex": rng.choice(["f", "m"], n)}, columns=found
    )


def table(found: Finding) -> list[dict[str, Any]]:
    shown: Any = found.detail["slices"]
    return list(shown)


def estimate(found: Finding) -> Estimate:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured


@pytest.mark.parametrize("check", CHECKS)
class TestAll:
    def test_a_bad_crossing_is_named(self, check: Check) -> None:
        found = check(rows(2400, hurt=1.0), {})
        assert table(found)[0]["slice"] == "city = b & x0 = 1"
        assert table(found)[0]["value"] == estimate(found).value

    def test_the_interval_excludes_all_rows_where_a_slice_is_bad(self, check: Check) -> None:
        found = check(rows(2400, hurt=1.0), {})
        whole: Any = found.detail["all_rows"]
        assert not estimate(found).low <= whole["value"] <= estimate(found).high

    def test_each_shown_interval_is_wider_than_one_slice_alone_would_have(
        self, check: Check
    ) -> None:
        found = check(rows(), {})
        many = table(found)[0]
        few = check(rows(), {"columns": "&".join(many["columns"])})
        same = next(one for one in table(few) if one["slice"] == many["slice"])
        assert same["value"] == pytest.approx(many["value"])
        assert many["low"] < same["low"]
        assert same["high"] < many["high"]

    def test_says_how_many_were_looked_at_and_how_it_was_corrected(self, check: Check) -> None:
        found = check(rows(), {})
        looked = found.detail["looked_at"]
        assert f"worst of {looked} slices" in estimate(found).method
        assert "Bonferroni" in estimate(found).method
        assert found.detail["correction"] == "Bonferroni (Dunn 1961)"
        assert found.detail["pairs_left_out"] == []
        assert len(table(found)) == 20

    def test_a_larger_minimum_leaves_fewer_slices(self, check: Check) -> None:
        few = check(rows(), {"smallest": 200})
        assert few.detail["looked_at"] < check(rows(), {}).detail["looked_at"]  # type: ignore[operator]  # numbers
        assert min(one["n"] for one in table(few)) >= 200

    def test_no_slice_large_enough_is_undefined(self, check: Check) -> None:
        found = check(rows(100), {"smallest": 100})
        assert isinstance(found.measured, Undefined)
        assert "no slice to be measured" in found.measured.reason

    def test_against_itself_there_is_no_difference(self, check: Check) -> None:
        scored = rows()
        found = estimate(check(scored, {}, Other("model:x@1", scored.scores)))
        assert found.value == 0
        assert found.low < 0 < found.high

    def test_an_unknown_column_is_refused(self, check: Check) -> None:
        with pytest.raises(Invalid, match="columns of: sex, city, age"):
            check(rows(), {"columns": "city & income"})

    def test_the_number_of_slices_is_bounded(self, check: Check) -> None:
        found = check(rows(4000, columns=30), {})
        assert found.detail["looked_at"] <= MOST  # type: ignore[operator]  # a number
        assert found.detail["pairs_left_out"]

    def test_the_order_of_rows_and_columns_of_other_types_change_nothing(
        self, check: Check
    ) -> None:
        scored = rows()
        order = np.random.default_rng(5).permutation(scored.n)
        mixed = Scored(
            scored.yes[order],
            scored.scores[order],
            {name: np.asarray(found)[order] for name, found in scored.groups.items()},
            columns={name: np.asarray(found)[order] for name, found in scored.columns.items()},
        )
        assert check(scored, {}) == check(mixed, {})


class TestOracles:
    def test_values_agree_with_scikit_learn(self) -> None:
        scored = rows()
        city, sex = np.asarray(scored.columns["city"]), np.asarray(scored.groups["sex"])
        for check, ask in (
            (worst_slice, lambda y, p: 1 - sklearn.accuracy_score(y, p >= 0.5)),
            (worst_slice_log_loss, sklearn.log_loss),
            (worst_slice_roc_auc, sklearn.roc_auc_score),
        ):
            found = check(scored, {"columns": "city & sex"})
            assert found.detail["looked_at"] == 11
            for one in table(found):
                mine = np.ones(scored.n, dtype=np.bool_)
                for part in one["slice"].split(" & "):
                    name, value = part.split(" = ")
                    mine &= (city if name == "city" else sex) == value
                assert one["n"] == mine.sum()
                assert one["value"] == pytest.approx(ask(scored.yes[mine], scored.scores[mine]))

    def test_intervals_agree_with_scipy(self) -> None:
        found = worst_slice(rows(), {"columns": "city & sex"})
        for one in table(found):
            wrong = round(one["value"] * one["n"])
            exact = binomtest(wrong, one["n"]).proportion_ci(1 - 0.05 / 11, method="exact")
            assert (one["low"], one["high"]) == pytest.approx((exact.low, exact.high))

    def test_infinite_loss_is_undefined(self) -> None:
        scored = Scored([0, 1] * 50, [0.0, 0.0] * 50, {"g": ["a", "b"] * 50})
        found = worst_slice_log_loss(scored, {})
        assert isinstance(found.measured, Undefined)
        assert "infinite" in found.measured.reason


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.booleans(), st.floats(0.01, 0.99), st.sampled_from("abc"), st.booleans()),
        min_size=1,
        max_size=120,
    ),
    st.integers(1, 20),
)
def test_holds_the_worst_and_is_no_better_than_all_rows(
    found: list[tuple[bool, float, str, bool]], smallest: int
) -> None:
    scored = Scored(
        [one[0] for one in found],
        [one[1] for one in found],
        columns={"x": [one[2] for one in found], "y": [one[3] for one in found]},
    )
    for check in CHECKS:
        finding = check(scored, {"smallest": smallest})
        if isinstance(finding.measured, Estimate):
            assert finding.measured.low <= finding.measured.value <= finding.measured.high
            assert finding.measured.value == table(finding)[0]["value"]
            assert finding.measured.low >= 0


SCENES = {"no effect": 0.0, "a bad slice": 0.35}


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_covers_the_true_error_of_the_worst_slice(scene: str) -> None:
    """Errors with a known rate in each slice: 0.2, and more of it in one crossing of two."""
    rng = np.random.default_rng(21)
    held, times, naive = 0, 600, 0
    truth = max(0.2, SCENES[scene])
    for _ in range(times):
        columns = {name: rng.integers(0, 3, 700) for name in "abcde"}
        bad = (columns["a"] == 0) & (columns["b"] == 0)
        wrong = rng.uniform(size=700) < np.where(bad, truth, 0.2)
        finding = worst_slice(Scored(wrong, np.zeros(700), columns=columns), {})
        held += bool(estimate(finding).low <= truth <= estimate(finding).high)
        first = table(finding)[0]
        alone = binomtest(round(first["value"] * first["n"]), first["n"]).proportion_ci(0.95)
        naive += bool(alone.low <= truth <= alone.high)
    assert held >= binom.ppf(1e-6, times, 0.95)
    if scene == "no effect":
        # What the worst slice's own interval would do without the correction.
        assert naive / times < 0.7


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "truth"), [(worst_slice_log_loss, 0.0), (worst_slice_roc_auc, 0.0)]
)
def test_covers_the_true_metric_where_columns_say_nothing(check: Check, truth: float) -> None:
    """The truth is that of all rows, here from a million of them."""
    rng = np.random.default_rng(22)
    many = rng.uniform(0.05, 0.95, 1_000_000)
    outcome = rng.uniform(size=many.size) < many
    if check is worst_slice_roc_auc:
        truth = float(sklearn.roc_auc_score(outcome, many))
    else:
        truth = float(sklearn.log_loss(outcome, many))
    times = 300
    held = 0
    for seed in range(times):
        found = estimate(check(rows(900, seed), {}))
        held += found.low <= truth <= found.high
    assert held >= binom.ppf(1e-6, times, 0.95)

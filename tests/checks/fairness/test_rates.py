"""Who enters the comparison of groups, and who is only shown."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gonogo.checks.fairness.rates import (
    equalised_odds_difference,
    false_discovery_rate_difference,
    false_positive_rate_difference,
    negative_predictive_value_difference,
    predictive_parity_difference,
    predictive_parity_ratio,
    selection_rate_difference,
    selection_rate_ratio,
    true_positive_rate_difference,
)
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined


def rows(**groups: tuple[int, int]) -> Scored:
    """Groups as name=(selected, rows); labels alternate."""
    score, names = [], []
    for name, (selected, n) in groups.items():
        score += [0.9] * selected + [0.1] * (n - selected)
        names += [name] * n
    return Scored(np.arange(len(score)) % 2, score, {"g": names})


def told(found: Finding, group: str) -> dict[str, Any]:
    groups = found.detail["groups"]
    assert isinstance(groups, list)
    return next(row for row in groups if row["group"] == group)


class TestSelectionRateRatio:
    def test_names_the_lowest_and_the_highest(self) -> None:
        found = selection_rate_ratio(rows(a=(40, 50), b=(20, 40)), {"group": "g"})
        assert found.detail["lowest"] == "b"
        assert found.detail["highest"] == "a"
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.5 / 0.8)
        assert found.measured.n == 90

    def test_records_every_parameter(self) -> None:
        found = selection_rate_ratio(rows(a=(40, 50), b=(20, 40)), {"group": "g"})
        assert found.parameters == {"group": "g", "threshold": 0.5, "level": 0.95, "smallest": 10}

    def test_a_small_group_is_shown_and_does_not_enter(self) -> None:
        found = selection_rate_ratio(rows(a=(40, 50), b=(20, 40), c=(0, 9)), {"group": "g"})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.5 / 0.8)
        assert told(found, "c")["left_out"] == "too small: fewer than 10 rows"
        assert told(found, "c")["n"] == 9

    def test_how_small_is_a_parameter(self) -> None:
        found = selection_rate_ratio(
            rows(a=(40, 50), b=(20, 40), c=(0, 9)), {"group": "g", "smallest": 9}
        )
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 0

    def test_a_group_that_is_not_stated_does_not_enter(self) -> None:
        scored = rows(a=(40, 50), b=(20, 40), c=(0, 30))
        names = [None if name == "c" else name for name in np.asarray(scored.groups["g"])]
        found = selection_rate_ratio(
            Scored(scored.yes, scored.scores, {"g": names}), {"group": "g"}
        )
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.5 / 0.8)
        assert told(found, "not stated")["left_out"] == "the group is not stated"

    def test_one_group_is_undefined_and_says_why(self) -> None:
        found = selection_rate_ratio(rows(a=(40, 50), b=(3, 4)), {"group": "g"})
        assert isinstance(found.measured, Undefined)
        assert "b: too small" in found.measured.reason

    def test_another_threshold_selects_others(self) -> None:
        scored = rows(a=(40, 50), b=(20, 40))
        found = selection_rate_ratio(scored, {"group": "g", "threshold": 0.05})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 1

    def test_an_unknown_group_is_refused(self) -> None:
        with pytest.raises(Invalid, match="columns of: g"):
            selection_rate_ratio(rows(a=(1, 2)), {"group": "race"})

    def test_no_group_is_refused(self) -> None:
        with pytest.raises(Invalid, match="group"):
            selection_rate_ratio(rows(a=(1, 2)), {})


class TestVersus:
    def test_the_difference_to_another_model(self) -> None:
        scored = rows(a=(40, 50), b=(20, 40))
        other = np.where(np.asarray(scored.groups["g"]) == "a", 0.9, 0.1)
        other[:10] = 0.1
        other[-20:] = 0.9
        found = selection_rate_difference(scored, {"group": "g"}, Other("model:x@1", other))
        assert found.parameters["versus"] == "model:x@1"
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.0)
        assert found.measured.low < 0 < found.measured.high


class TestRatesByLabel:
    def test_a_group_without_positives_is_undefined(self) -> None:
        label = [1] * 20 + [1] * 20 + [0] * 20
        scored = Scored(label, [0.9] * 10 + [0.1] * 50, {"g": ["a"] * 20 + ["b"] * 20 + ["c"] * 20})
        found = true_positive_rate_difference(scored, {"group": "g"})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 0.5
        assert told(found, "c")["left_out"] == "undefined: no rows labelled yes"
        assert told(found, "c")["rate"] is None

    def test_fewer_than_two_groups_with_negatives_are_undefined(self) -> None:
        label = [1] * 40 + [0] * 20
        scored = Scored(label, [0.9] * 60, {"g": ["a"] * 20 + ["b"] * 20 + ["c"] * 20})
        found = false_positive_rate_difference(scored, {"group": "g"})
        assert isinstance(found.measured, Undefined)
        assert "1 can be counted" in found.measured.reason


def outcomes(**groups: tuple[int, int, int, int]) -> Scored:
    """Groups as name=(rightly selected, wrongly selected, wrongly not, rightly not)."""
    label, score, names = [], [], []
    for name, cells in groups.items():
        for n, yes, said in zip(cells, (1, 0, 1, 0), (0.9, 0.9, 0.1, 0.1), strict=True):
            label += [yes] * n
            score += [said] * n
        names += [name] * sum(cells)
    return Scored(label, score, {"g": names})


class TestEqualisedOdds:
    def test_is_the_larger_of_both_differences(self) -> None:
        scored = outcomes(a=(40, 10, 10, 40), b=(45, 30, 5, 20))
        found = equalised_odds_difference(scored, {"group": "g"})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.6 - 0.2)
        assert found.measured.n == 200
        rates: Any = found.detail["rates"]
        assert [rate["base"] for rate in rates] == ["rows labelled yes", "rows labelled no"]
        assert [rate["highest"] for rate in rates] == ["b", "b"]

    def test_the_upper_end_is_that_of_the_worse_rate(self) -> None:
        scored = outcomes(a=(40, 10, 10, 40), b=(45, 30, 5, 20))
        found = equalised_odds_difference(scored, {"group": "g"}).measured
        alone = false_positive_rate_difference(scored, {"group": "g"}).measured
        assert isinstance(found, Estimate)
        assert isinstance(alone, Estimate)
        assert found.high == alone.high
        assert found.low < alone.low

    def test_a_rate_that_cannot_be_compared_leaves_it_undefined(self) -> None:
        """The other rate alone would pass for both."""
        found = equalised_odds_difference(
            outcomes(a=(40, 0, 10, 0), b=(45, 9, 5, 9)), {"group": "g"}
        )
        assert isinstance(found.measured, Undefined)
        assert "rows labelled no: a comparison needs two groups" in found.measured.reason

    def test_the_difference_to_another_model(self) -> None:
        scored = outcomes(a=(40, 10, 10, 40), b=(45, 30, 5, 20))
        found = equalised_odds_difference(
            scored, {"group": "g"}, Other("model:x@1", np.full(scored.n, 0.9))
        )
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.4)


class TestPredictiveValues:
    SCORED = outcomes(a=(40, 10, 10, 40), b=(15, 15, 5, 65))

    @pytest.mark.parametrize(
        ("check", "value"),
        [
            (predictive_parity_ratio, 0.5 / 0.8),
            (predictive_parity_difference, 0.3),
            (false_discovery_rate_difference, 0.3),
            (negative_predictive_value_difference, 65 / 70 - 0.8),
        ],
    )
    def test_by_hand(self, check: Callable[..., Finding], value: float) -> None:
        found = check(self.SCORED, {"group": "g"})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(value)

    def test_wrong_and_right_selections_have_one_interval(self) -> None:
        right = predictive_parity_difference(self.SCORED, {"group": "g"}).measured
        wrong = false_discovery_rate_difference(self.SCORED, {"group": "g"}).measured
        assert isinstance(right, Estimate)
        assert isinstance(wrong, Estimate)
        assert (wrong.low, wrong.high) == pytest.approx((right.low, right.high))

    def test_the_groups_say_what_was_counted(self) -> None:
        found = false_discovery_rate_difference(self.SCORED, {"group": "g"})
        assert found.detail["base"] == "selected rows"
        assert found.detail["counted"] == "labelled no"
        assert told(found, "b")["counted"] == 15
        assert told(found, "b")["n"] == 30

    def test_a_group_of_which_nobody_is_selected_is_undefined(self) -> None:
        scored = outcomes(a=(40, 10, 10, 40), b=(15, 15, 5, 65), c=(0, 0, 30, 30))
        found = predictive_parity_ratio(scored, {"group": "g"})
        assert told(found, "c")["left_out"] == "undefined: no selected rows"
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.5 / 0.8)

    def test_chouldechova_2017_on_recidivism(self) -> None:
        """Angwin et al. (2016), ProPublica: the two-year table of COMPAS, cut at medium.

        Counts as printed there by race: black 1369 right and 805 wrong alarms, 532 missed, 990
        rightly let be; white 505, 349, 461, 1139. Predictive values 0.63 and 0.59, false-positive
        rates 44.85 % and 23.45 %, false-negative rates 27.99 % and 47.72 %.
        """
        scored = outcomes(black=(1369, 805, 532, 990), white=(505, 349, 461, 1139))
        parity = predictive_parity_difference(scored, {"group": "g"})
        odds = equalised_odds_difference(scored, {"group": "g"})
        assert round(told(parity, "black")["rate"], 2) == 0.63
        assert round(told(parity, "white")["rate"], 2) == 0.59
        assert isinstance(odds.measured, Estimate)
        assert odds.measured.value == pytest.approx(0.4485 - 0.2345, abs=1e-4)

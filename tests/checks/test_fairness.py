"""Who enters the comparison of groups, and who is only shown."""

from typing import Any

import numpy as np
import pytest

from gonogo.checks.compared import Other
from gonogo.checks.fairness import (
    false_positive_rate_difference,
    selection_rate_difference,
    selection_rate_ratio,
    true_positive_rate_difference,
)
from gonogo.checks.finding import Finding
from gonogo.checks.scored import Scored
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

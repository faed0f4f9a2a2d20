"""A score that means another thing in one group is found, and chance is not taken for it."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from gonogo.checks.fairness.group_calibration import group_calibration_error
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.core.errors import Invalid
from gonogo.stats.calibration import calibration_error, calibration_interval
from gonogo.stats.estimate import Estimate, Undefined


def rows(seed: int = 1, shift: float = 0.0, **sizes: int) -> Scored:
    """Groups of calibrated scores; of the last one the truth lies `shift` above the score."""
    rng = np.random.default_rng(seed)
    names = np.repeat(list(sizes), list(sizes.values()))
    score = rng.uniform(0.1, 0.8, names.size)
    truth = score + np.where(names == list(sizes)[-1], shift, 0.0)
    return Scored(rng.uniform(size=names.size) < truth, score, {"g": names})


def told(found: Finding, group: str) -> dict[str, Any]:
    groups: Any = found.detail["calibrated"]
    return next(row for row in groups if row["group"] == group)


class TestGroupCalibrationError:
    def test_a_group_whose_scores_are_too_low_is_named(self) -> None:
        found = group_calibration_error(rows(a=2000, b=1500, c=1500, shift=0.15), {"group": "g"})
        assert isinstance(found.measured, Estimate)
        assert found.detail["worst"] == "c"
        assert found.measured.value == pytest.approx(0.15, abs=0.03)
        assert found.measured.low > 0.05
        assert "largest of 3 groups, Bonferroni" in found.measured.method

    def test_is_the_largest_of_the_groups_own(self) -> None:
        scored = rows(a=400, b=300)
        found = group_calibration_error(scored, {"group": "g"})
        own = []
        for name in ("a", "b"):
            mine = np.asarray(scored.groups["g"]) == name
            alone = calibration_error(scored.yes[mine], scored.scores[mine], 5)
            assert not isinstance(alone, Undefined)
            own.append(alone.debiased)
            assert told(found, name)["error"] == alone.debiased
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == max(own)
        assert found.measured.n == 700

    def test_each_interval_is_wider_than_the_group_alone_would_have(self) -> None:
        scored = rows(a=400, b=300, c=200)
        mine = np.asarray(scored.groups["g"]) == "a"
        order = np.argsort(scored.scores[mine])
        alone = calibration_interval(
            scored.yes[mine][order], scored.scores[mine][order], 5, 0.95, seed=7, draws=10_000
        )
        assert isinstance(alone, Estimate)
        assert told(group_calibration_error(scored, {"group": "g"}), "a")["high"] > alone.high

    def test_a_small_group_is_shown_and_does_not_enter(self) -> None:
        found = group_calibration_error(rows(a=400, b=300, c=49, shift=0.19), {"group": "g"})
        assert told(found, "c")["left_out"] == "too small: fewer than 50 rows"
        assert told(found, "c")["error"] is None
        assert isinstance(found.measured, Estimate)
        assert found.measured.n == 700

    def test_one_group_is_undefined_and_says_why(self) -> None:
        found = group_calibration_error(rows(a=400, b=20), {"group": "g"})
        assert isinstance(found.measured, Undefined)
        assert "b: too small" in found.measured.reason

    def test_scores_that_are_no_probabilities_are_undefined(self) -> None:
        scored = rows(a=400, b=300)
        found = group_calibration_error(
            Scored(scored.yes, scored.scores * 3, scored.groups), {"group": "g"}
        )
        assert isinstance(found.measured, Undefined)
        assert "no probabilities" in found.measured.reason

    def test_intersections_are_groups(self) -> None:
        scored = rows(a=600, b=600)
        halves = np.arange(scored.n) % 2
        crossed = Scored(scored.yes, scored.scores, {**scored.groups, "h": halves})
        found = group_calibration_error(crossed, {"group": "g&h"})
        assert told(found, "a & 1")["rows"] == 300

    def test_the_difference_to_another_model(self) -> None:
        scored = rows(a=3000, b=3000)
        found = group_calibration_error(
            scored, {"group": "g"}, Other("model:x@1", np.clip(scored.scores + 0.15, 0, 1))
        )
        assert isinstance(found.measured, Estimate)
        assert found.measured.unit == "difference"
        assert found.measured.high < 0

    def test_an_unknown_group_is_refused(self) -> None:
        with pytest.raises(Invalid, match="columns of: g"):
            group_calibration_error(rows(a=60, b=60), {"group": "race"})


@pytest.mark.slow
@pytest.mark.parametrize(("sizes", "shift"), [((400, 200, 60), 0.0), ((400, 200, 60), 0.15)])
def test_covers_the_largest_true_error(sizes: tuple[int, int, int], shift: float) -> None:
    """Bins of one group have one true gap, so the binned error is the shift itself."""
    held = 0
    for seed in range(1000):
        scored = rows(seed, shift, a=sizes[0], b=sizes[1], c=sizes[2])
        measured = group_calibration_error(scored, {"group": "g"}).measured
        assert isinstance(measured, Estimate)
        held += measured.low <= shift <= measured.high
    assert held >= binom.ppf(1e-6, 1000, 0.95)

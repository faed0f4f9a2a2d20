"""What is watched while a release runs: numbers that add up, verdicts that hold at any look."""

from typing import Any

import numpy as np
import pytest

from gonogo.checks.operations import live
from gonogo.checks.operations.live_sample import sample_ratio
from gonogo.checks.operations.live_values import ArmSums, Looked
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.releasing import Guardrail
from gonogo.core.specs import live as specs
from gonogo.stats.arms import Batch, Revision
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.guardrails import Verdict

ABOUT = {"release": "churn-1", "versus": "model:caller@1"}
BOUNDS = {"low": 0.0, "high": 1.0}
GUARDS = {
    specs.ERRORS: Guardrail(specs.ERRORS, 0.02, 0.01),
    specs.LATE: Guardrail(specs.LATE, 0.02, 0.01, None, {"limit_ms": 50.0}),
    specs.SHIFT: Guardrail(specs.SHIFT, 0.1, 0.01),
    specs.OUTCOMES: Guardrail(specs.OUTCOMES, 0.1, 0.01),
    specs.SELECTED: Guardrail(specs.SELECTED, 0.2, 0.01, "sex"),
    specs.PAYOFF: Guardrail(specs.PAYOFF, 0.05, 0.01, None, BOUNDS),
    specs.METRIC: Guardrail(specs.METRIC, 0.05, 0.01, None, BOUNDS),
}


def arm(n: int, *, bad: float) -> ArmSums:
    """Decisions of which the share `bad` is bad in every way."""
    worse = int(n * bad)
    fine = n - worse
    return ArmSums(
        n=n,
        errors=worse,
        late={"50": worse},
        scores=Batch(n, worse * 1.0, worse * 1.0),
        yes=fine,
        values=Batch(n, float(fine), float(fine)),
        labels=Batch(n, float(fine), float(fine)),
        groups={"sex": {"f": (n // 2 - worse // 2, n // 2), "m": (n // 2, n // 2)}},
    )


def looked(check: str, bad: float, n: int = 5000) -> Looked:
    guard = GUARDS[check]
    state: dict[str, Any] = {}
    for _ in range(4):
        state = live.updated(guard, state, arm(n // 4, bad=0.01), arm(n // 4, bad=bad))
    return live.look(guard, state, ABOUT)


def test_every_check_that_can_be_watched_has_a_guardrail_here() -> None:
    assert set(GUARDS) == set(specs.WATCHED)


@pytest.mark.parametrize("check", sorted(specs.WATCHED))
class TestWatched:
    def test_harm_is_found(self, check: str) -> None:
        found = looked(check, 0.6)
        assert found.says is Verdict.HARMFUL
        assert found.reason.startswith(CATALOGUE[check].title)

    def test_what_is_as_it_was_is_not(self, check: str) -> None:
        assert looked(check, 0.01).says is not Verdict.HARMFUL

    def test_it_can_be_kept_as_evidence(self, check: str) -> None:
        found = looked(check, 0.01).finding
        spec = CATALOGUE[check]
        assert isinstance(found.measured, Estimate)
        assert all(spec.parameter(name) is not None for name in found.parameters)
        assert found.parameters["release"] == "churn-1"

    def test_nothing_seen_is_undefined_with_a_reason(self, check: str) -> None:
        found = live.look(GUARDS[check], {}, ABOUT)
        assert isinstance(found.finding.measured, Undefined)
        assert found.says is Verdict.HOLD


class TestSampleRatio:
    def test_an_uneven_split_is_told(self) -> None:
        assert sample_ratio(600, 1000, 0.5, "churn-1", alpha=0.001).says is Verdict.HARMFUL

    def test_one_as_meant_is_not(self) -> None:
        assert sample_ratio(510, 1000, 0.5, "churn-1", alpha=0.001).says is Verdict.HOLD

    def test_looking_after_every_decision_is_allowed(self) -> None:
        """The exact chance that a split that is as meant is ever called wrong at alpha 0.05."""

        def wrong(yes: int, n: int) -> bool:
            found = sample_ratio(yes, n, 0.3, "r", alpha=0.05)
            return found.says is Verdict.HARMFUL

        fine, few, many = np.ones(1), -1, 1
        for n in range(1, 301):
            fine = 0.7 * np.append(fine, 0) + 0.3 * np.append(0, fine)
            # What is called wrong lies at both ends, and the ends move by one answer at a time.
            few += wrong(few + 1, n)
            many += not wrong(many, n)
            fine[: few + 1] = 0
            fine[many:] = 0
        assert 0 < few < many < 300
        assert 0 < 1 - fine.sum() <= 0.05


class TestArmSums:
    def test_two_batches_are_as_one(self) -> None:
        both = arm(100, bad=0.1) + arm(100, bad=0.1)
        assert (both.n, both.errors, both.late) == (200, 20, {"50": 20})
        assert both.groups == {"sex": {"f": (90, 100), "m": (100, 100)}}


@pytest.mark.parametrize("check", sorted(specs.WATCHED))
def test_decisions_of_few_entities_say_less(check: str) -> None:
    guard = GUARDS[check]
    state = live.updated(guard, {}, arm(400, bad=0.01), arm(400, bad=0.6))
    effects = dict.fromkeys(["live", "new", "f", "m"], 100.0)
    assert live.look(guard, state, ABOUT).says is Verdict.HARMFUL
    found = live.look(guard, state, ABOUT, effects)
    assert found.says is Verdict.HOLD
    assert found.finding.detail["design_effects"] == effects


@pytest.mark.parametrize("check", [specs.PAYOFF, specs.METRIC])
def test_what_outcomes_were_corrected_to_is_what_is_measured(check: str) -> None:
    """All of the new version's yeses are taken back: it is as if they had never been."""
    guard, n = GUARDS[check], 2000
    state = live.updated(guard, {}, arm(n, bad=0.5), arm(n, bad=0.0))
    back = Revision(-float(n), float(n), -float(n))
    gone = ArmSums(values_revised=back, labels_revised=back)
    found = live.look(guard, live.updated(guard, state, ArmSums(), gone), ABOUT)
    assert isinstance(found.finding.measured, Estimate)
    assert found.finding.measured.value == pytest.approx(-0.5)
    assert found.says is Verdict.HARMFUL

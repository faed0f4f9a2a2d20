"""Guardrails together: none broken alone, and yet enough; never beyond their alphas' sum."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.operations import live
from gonogo.checks.operations.live_together import together
from gonogo.checks.operations.live_values import Looked
from gonogo.core.specs import live as specs
from gonogo.stats.guardrails import Verdict
from tests.checks.operations.test_live import ABOUT, GUARDS, arm

FOUR = (specs.ERRORS, specs.LATE, specs.PAYOFF, specs.METRIC)


def looked(check: str, bad: float) -> Looked:
    state = live.updated(GUARDS[check], {}, arm(4000, bad=0.01), arm(4000, bad=bad))
    return live.look(GUARDS[check], state, ABOUT)


def with_evidence(one: Looked, evidence: float) -> Looked:
    says = Verdict.HARMFUL if evidence >= -math.log(one.guardrail.alpha) else Verdict.HOLD
    return Looked(one.guardrail, says, one.finding, one.reason, None, evidence)


class TestTogether:
    def test_several_that_suffer_a_little_are_broken_and_named(self) -> None:
        looks = [with_evidence(looked(check, 0.01), 4.0) for check in FOUR]
        assert {one.says for one in looks} == {Verdict.HOLD}
        told = together(looks)
        assert told is not None
        assert "4.00 where 3.22 is enough" in told
        assert "Errors of the live version" in told

    def test_one_that_is_broken_speaks_for_itself(self) -> None:
        looks = [looked(specs.ERRORS, 0.2), looked(specs.LATE, 0.2)]
        assert looks[0].says is Verdict.HARMFUL
        assert together(looks) is None

    def test_where_all_is_well_nothing_is_said(self) -> None:
        assert together([looked(check, 0.01) for check in FOUR]) is None

    def test_groups_are_judged_by_their_interval_alone(self) -> None:
        groups = live.look(GUARDS[specs.SELECTED], {}, ABOUT)
        assert groups.evidence is None
        assert together([groups, with_evidence(looked(specs.ERRORS, 0.01), 4.0)]) is None

    @pytest.mark.parametrize("nothing", [-math.inf, 0.0])
    def test_nothing_seen_is_no_evidence(self, nothing: float) -> None:
        assert together([with_evidence(looked(check, 0.01), nothing) for check in FOUR]) is None

    @given(st.lists(st.floats(2, 4.6), min_size=4, max_size=4))
    def test_it_is_the_mean_of_the_e_values(self, logs: list[float]) -> None:
        """All alphas are 0.01: the plain mean against 1/0.04."""
        looks = [
            with_evidence(live.look(GUARDS[check], {}, ABOUT), one)
            for check, one in zip(FOUR, logs, strict=True)
        ]
        mean = sum(math.exp(one) for one in logs) / 4
        assert (together(looks) is not None) is (mean >= 25)

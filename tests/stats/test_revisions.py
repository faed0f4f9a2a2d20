"""Observations that are told anew after they were counted: what is known now is what counts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.arms import NOTHING, UNREVISED, Arms, Batch, Revision
from gonogo.stats.guardrails import Guardrail, Harm

pytestmark = pytest.mark.filterwarnings("error")

BOUNDS = (-5.0, 20.0)
VALUES = st.lists(st.floats(*BOUNDS), min_size=1, max_size=12)


def revision(before: list[float], after: list[float]) -> Revision:
    old, new = np.array(before), np.array(after)
    by = new - old
    return Revision(float(by.sum()), float(by @ by), float(new @ new - old @ old))


@pytest.mark.parametrize("harm", [Harm.LESS, Harm.MORE])
class TestRevise:
    @given(VALUES, VALUES, st.data())
    def test_means_are_those_of_what_is_known_now(
        self, harm: Harm, live: list[float], new: list[float], data: st.DataObject
    ) -> None:
        rule = Guardrail(harm, 0.5, 0.01, bounds=BOUNDS)
        told = data.draw(st.lists(st.floats(*BOUNDS), min_size=len(new), max_size=len(new)))
        counted = rule.update(Arms(), Batch.of_values(live), Batch.of_values(new))
        found = rule.revise(counted, UNREVISED, revision(new, told))
        wanted = rule.update(Arms(), Batch.of_values(live), Batch.of_values(told))
        assert found.new == pytest.approx(wanted.new, abs=1e-9)
        assert found.total_new == pytest.approx(wanted.total_new, abs=1e-9)
        assert (found.live, found.weight) == (counted.live, counted.weight)
        assert found.new_spread >= counted.new_spread, "what changed says less than what stayed"

    @given(VALUES, st.data())
    def test_what_still_waits_is_as_if_it_had_been_so(
        self, harm: Harm, live: list[float], data: st.DataObject
    ) -> None:
        rule = Guardrail(harm, 0.5, 0.01, bounds=BOUNDS)
        told = data.draw(st.lists(st.floats(*BOUNDS), min_size=len(live), max_size=len(live)))
        waits = rule.update(Arms(), Batch.of_values(live), NOTHING)
        gone = Batch.of_values(told[:1])
        change = revision(live, told) + Revision(withdrawn=gone)
        found = rule.revise(waits, change, UNREVISED)
        wanted = rule.update(Arms(), Batch.of_values(told[1:]), NOTHING)
        assert list(found) == pytest.approx(list(wanted), abs=1e-6)

    def test_what_is_withdrawn_is_taken_as_the_others_are(self, harm: Harm) -> None:
        rule = Guardrail(harm, 0.5, 0.01, bounds=BOUNDS)
        arms = rule.update(Arms(), Batch.of_values([0.0, 0.0]), Batch.of_values([6.0, 0.0]))
        found = rule.revise(arms, UNREVISED, Revision(withdrawn=Batch.of_values([6.0])))
        mean, six = arms.new / 2, 0.44 if harm is Harm.MORE else 0.56
        assert found.new / 2 == pytest.approx(mean + (mean - six) / 2)
        assert found.n_new == arms.n_new


def test_nothing_told_anew_changes_nothing() -> None:
    rule = Guardrail(Harm.MORE, 0.0, 0.05)
    arms = rule.update(Arms(), Batch(4, 1.0, 1.0), Batch(4, 2.0, 2.0))
    assert rule.revise(arms, UNREVISED, UNREVISED) == arms


def test_a_false_alarm_stays_as_rare_where_both_arms_are_told_anew_alike() -> None:
    """Half of the yeses are taken back one look later, in both arms; 150 rollouts, 30 looks."""
    rng, alpha, alarms = np.random.default_rng(11), 0.05, 0
    rule = Guardrail(Harm.MORE, 0.0, alpha, expected=0.1)
    for _ in range(150):
        arms, taken = Arms(), (0, 0)
        for _ in range(30):
            back = [Revision(-float(n), float(n), -float(n)) for n in taken]
            yes = rng.binomial((180, 20), 0.1)
            batches = [Batch(n, float(k), float(k)) for n, k in zip((180, 20), yes, strict=True)]
            arms = rule.update(rule.revise(arms, back[0], back[1]), batches[0], batches[1])
            taken = tuple(rng.binomial(yes, 0.5))
            if float(rule.evidence(np.array(list(arms)))) >= -math.log(alpha):
                alarms += 1
                break
    assert alarms <= 150 * alpha

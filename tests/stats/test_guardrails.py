"""Guardrails: what their verdicts say, in which unit, and how alpha is shared."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.arms import NOTHING, Arms, Batch, step
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.guardrails import Guardrail, Harm, Look, Verdict, merged, shared

pytestmark = pytest.mark.filterwarnings("error")


def rate(n: int, yes: int) -> Batch:
    return Batch(n, float(yes), float(yes))


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def errors(**given: Any) -> Guardrail:
    """The usual guardrail, with what is `given` instead."""
    usual: dict[str, Any] = {"harm": Harm.MORE, "margin": 0.005, "alpha": 0.01, "expected": 0.02}
    usual.update(given)
    return Guardrail(**usual)


def look(rule: Guardrail, live: Batch, new: Batch) -> Look:
    return rule.look(rule.update(Arms(), live, new))


class TestGuardrail:
    @pytest.mark.parametrize(
        ("new", "verdict"),
        [(800, Verdict.HARMFUL), (400, Verdict.SAFE), (480, Verdict.HOLD)],
    )
    def test_the_interval_against_the_margin_decides(self, new: int, verdict: Verdict) -> None:
        found = look(errors(), rate(20_000, 400), rate(20_000, new))
        assert found.verdict is verdict
        interval = estimated(found.measured)
        assert (interval.low > found.margin) is (verdict is Verdict.HARMFUL)
        assert (interval.high <= found.margin) is (verdict is Verdict.SAFE)
        assert (found.further == 0) is (verdict is not Verdict.HOLD)

    @settings(max_examples=50)
    @given(st.integers(0, 300), st.integers(0, 300), st.floats(0, 0.3))
    def test_harmful_is_an_interval_beyond_the_margin(self, a: int, b: int, margin: float) -> None:
        found = look(errors(margin=margin), rate(300, a), rate(300, b))
        interval = estimated(found.measured)
        if abs(interval.low - margin) > 1e-9:
            assert (found.verdict is Verdict.HARMFUL) is (interval.low > margin)
        if found.verdict is Verdict.SAFE:
            assert interval.high <= margin + 1e-9

    @settings(max_examples=50)
    @given(st.lists(st.floats(-5, 20), min_size=2, max_size=30), st.floats(0, 3))
    def test_less_is_more_turned_round(self, values: list[float], margin: float) -> None:
        half = len(values) // 2
        batches = Batch.of_values(values[:half]), Batch.of_values(values[half:])
        turned = tuple(Batch(one.n, -one.total, one.squares) for one in batches)
        less = Guardrail(Harm.LESS, margin, 0.01, bounds=(-5, 20))
        more = Guardrail(Harm.MORE, margin, 0.01, bounds=(-20, 5))
        one, other = look(less, *batches), look(more, *turned)
        assert (one.verdict, one.margin) == (other.verdict, -other.margin)
        assert estimated(one.measured).low == pytest.approx(-estimated(other.measured).high)
        assert estimated(one.measured).value == pytest.approx(-estimated(other.measured).value)

    @settings(max_examples=50)
    @given(st.floats(0.01, 100), st.floats(-50, 50))
    def test_the_unit_of_the_values_does_not_matter(self, scale: float, shift: float) -> None:
        values = np.random.default_rng(1).random((2, 500))
        plain = Guardrail(Harm.MORE, 0.01, 0.01, expected=0.5, sd=0.3)
        moved = Guardrail(
            Harm.MORE,
            0.01 * scale,
            0.01,
            bounds=(shift, shift + scale),
            expected=shift + scale / 2,
            sd=0.3 * scale,
        )
        one = look(plain, *[Batch.of_values(v) for v in values])
        other = look(moved, *[Batch.of_values(shift + scale * v) for v in values])
        assert estimated(other.measured).low == pytest.approx(
            scale * estimated(one.measured).low, rel=1e-3, abs=1e-6 * scale
        )

    def test_either_way_is_harm_where_it_is_asked(self) -> None:
        rule = errors(harm=Harm.EITHER, margin=0.01, expected=0.4)
        live = rate(20_000, 8000)
        for yes in (7000, 9000):
            assert look(rule, live, rate(20_000, yes)).verdict is Verdict.HARMFUL
        assert look(rule, live, rate(20_000, 8100)).verdict is Verdict.HOLD
        many = rate(2_000_000, 800_000)
        assert look(rule, many, rate(2_000_000, 801_000)).verdict is Verdict.SAFE

    @pytest.mark.parametrize(
        ("late", "verdict"),
        [(10, Verdict.SAFE), (130, Verdict.HARMFUL), (50, Verdict.HOLD)],
    )
    def test_a_limit_needs_no_other_arm(self, late: int, verdict: Verdict) -> None:
        """The 99th percentile of latency is in time where at most 1 % of requests are late."""
        rule = errors(limited=True, margin=0.01, expected=0.005)
        found = look(rule, NOTHING, rate(5000, late))
        assert found.verdict is verdict
        assert estimated(found.measured).value == late / 5000

    def test_a_payoff_may_be_held_to_a_limit_from_below(self) -> None:
        rule = Guardrail(Harm.LESS, 2.0, 0.01, bounds=(-5, 20), limited=True)
        poor = Batch.of_values(np.full(3000, 1.0))
        found = look(rule, NOTHING, poor)
        assert found.verdict is Verdict.HARMFUL
        assert estimated(found.measured).value == pytest.approx(1.0)
        assert found.margin == 2.0

    def test_before_both_arms_were_seen_nothing_is_known(self) -> None:
        found = look(errors(), rate(100, 1), NOTHING)
        assert found.verdict is Verdict.HOLD
        assert found.further is None
        assert isinstance(found.measured, Undefined)

    def test_further_observations_would_decide(self) -> None:
        """Told from what was seen; when they have come and are alike, the verdict is there."""
        live, new = rate(20_000, 400), rate(20_000, 480)
        rule = errors(margin=0.01, expected=0.02)
        arms = rule.update(Arms(), rate(2000, 40), rate(2000, 48))
        needed = rule.look(arms).further
        assert needed is not None
        assert needed > 0
        while arms.n_new < 2000 + needed:
            assert rule.look(arms).verdict is Verdict.HOLD
            arms = rule.update(arms, rate(500, 10), rate(500, 12))
        assert rule.look(arms).verdict is Verdict.SAFE
        assert look(rule, live, new).verdict is Verdict.SAFE

    def test_wide_bounds_are_borne_with_a_known_spread(self) -> None:
        """Amounts that could be a hundred times as far apart as they are."""
        values = np.random.default_rng(1).normal(size=(2, 10_000)).clip(-50, 50)
        batches = [Batch.of_values(row) for row in values]
        known, unknown = (
            Guardrail(Harm.MORE, 0.0, 0.01, bounds=(-50, 50), expected=0.0, sd=sd)
            for sd in (1.0, None)
        )
        one, other = (estimated(look(rule, *batches).measured) for rule in (known, unknown))
        assert one.high - one.low < 0.8 * (other.high - other.low)

    def test_batches_in_any_split_end_about_the_same(self) -> None:
        """The order enters by what was foretold alone, which a few observations settle."""
        rule, arms = errors(), Arms()
        for _ in range(100):
            arms = rule.update(arms, rate(200, 4), rate(200, 5))
        once = look(rule, rate(20_000, 400), rate(20_000, 500))
        piecewise = rule.look(arms)
        assert estimated(piecewise.measured).low == pytest.approx(
            estimated(once.measured).low, abs=3e-4
        )

    def test_the_live_arm_foretells_the_new_one(self) -> None:
        """Without a number from before the interval is wider, and holds as well."""
        told = look(errors(), rate(20_000, 400), rate(1000, 20))
        untold = look(errors(expected=None), rate(20_000, 400), rate(1000, 20))
        assert estimated(untold.measured).low < estimated(told.measured).low

    @pytest.mark.parametrize(
        "wrong",
        [
            {"alpha": 0.0},
            {"beta": 0.7},
            {"margin": -0.1},
            {"bounds": (1.0, 0.0)},
            {"expected": 1.5},
            {"tight_at": 0},
            {"sd": 0.0},
            {"harm": Harm.EITHER, "limited": True},
        ],
    )
    def test_what_cannot_be_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="expected"):
            errors(**wrong)


class TestMerged:
    @given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.001, 0.1)), min_size=1, max_size=6))
    def test_it_is_never_later_than_a_single_alarm(self, found: list[tuple[float, float]]) -> None:
        evidence, alphas = [e for e, _ in found], [a for _, a in found]
        alone = any(e >= -math.log(a) for e, a in found)
        if alone:
            assert float(merged(evidence, alphas)) >= -math.log(sum(alphas)) - 1e-9

    def test_nothing_seen_anywhere_is_no_evidence(self) -> None:
        assert merged([-math.inf, -math.inf], [0.01, 0.01]) == -math.inf

    def test_an_alpha_for_each_is_wanted(self) -> None:
        with pytest.raises(ValueError, match="expected one above 0 for each"):
            merged([1.0, 2.0], [0.01])


class TestShared:
    def test_alpha_is_spent_and_no_more(self) -> None:
        found = shared(0.05, dict.fromkeys("abcdefg", 1.0))
        assert sum(found.values()) == pytest.approx(0.05)

    def test_a_weight_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected numbers above 0"):
            shared(0.05, {"a": 0.0})


class TestFalseAlarms:
    def test_looking_after_every_batch_keeps_alpha(self) -> None:
        """1,000 rollouts without effect, 100 looks; `tests/simulation` runs many more."""
        rng, rule = np.random.default_rng(7), errors(margin=0.0, alpha=0.05, expected=0.05)
        sums, alarmed = np.zeros((15, 1000)), np.zeros(1000, dtype=bool)
        for _ in range(100):
            live, new = (np.repeat(rng.binomial(n, 0.05, 1000)[None], 2, 0) for n in (190, 10))
            arms = [np.vstack([np.full(1000, n), yes]) for n, yes in ((190, live), (10, new))]
            sums = step(sums, arms[0].astype(float), arms[1].astype(float), 0.05)
            alarmed |= rule.evidence(sums) >= -math.log(0.05)
        assert alarmed.sum() <= 50 + 5 * math.sqrt(50)

"""Plans without one of their risks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.plans.durations import Fixed, Pert
from gonogo.stats.plans.network import Branch, Link, Network, Risk, Step
from gonogo.stats.plans.simulation import simulate
from gonogo.stats.risks.left_out import left_out


def _value(measured: Measured) -> float:
    assert isinstance(measured, Estimate)
    return measured.value


class TestLeftOut:
    def test_what_stands_alone_adds_its_mean(self) -> None:
        """One step, one risk of three tenths and ten days: three days in the mean."""
        plan = Network((Step("a", Fixed(5.0)),), risks=(Risk("late", 0.3, ("a",), Fixed(10.0)),))
        (found,) = left_out(simulate(plan, futures=10_000, seed=7), level=0.95)
        assert isinstance(found.later, Estimate)
        assert found.later.low <= 3.0 <= found.later.high
        assert _value(found.p80_later) == 10.0

    def test_what_has_slack_adds_nothing(self) -> None:
        """A step that others outlast may be late as long as it is not the last."""
        plan = Network(
            (Step("long", Fixed(50.0)), Step("short", Fixed(5.0))),
            risks=(
                Risk("slack", 0.9, ("short",), Fixed(10.0)),
                Risk("real", 0.1, ("long",), Fixed(4.0)),
            ),
        )
        first, last = left_out(simulate(plan, futures=1000, seed=7), level=0.95)
        assert (first.key, last.key) == ("real", "slack")
        assert (_value(last.later), _value(last.p80_later)) == (0.0, 0.0)

    def test_what_is_never_reached_says_so(self) -> None:
        """Days later than never are no days."""
        plan = Network(
            (
                Step("try", Fixed(5.0), branch=Branch(0.0, stops=True)),
                Step("on", Fixed(1.0), (Link("try"),)),
            ),
            risks=(Risk("late", 0.3, ("try",), Fixed(10.0)),),
        )
        (found,) = left_out(simulate(plan, futures=200, seed=7, goal="on"), level=0.95)
        assert isinstance(found.later, Undefined)
        assert isinstance(found.p80_later, Undefined)

    def test_only_so_many(self) -> None:
        """Those that move their steps most."""
        risks = tuple(Risk(f"r{i}", 0.1 * i, ("a",), Fixed(10.0)) for i in range(1, 6))
        plan = Network((Step("a", Fixed(5.0)),), risks=risks)
        found = left_out(simulate(plan, futures=500, seed=7), level=0.95, most=2)
        assert [one.key for one in found] == ["r5", "r4"]

    @settings(max_examples=30)
    @given(
        st.lists(st.tuples(st.floats(0.1, 9), st.floats(0, 9)), min_size=2, max_size=5),
        st.lists(
            st.tuples(st.floats(0, 1), st.integers(0, 4), st.floats(0, 20)), min_size=1, max_size=4
        ),
        st.integers(1, 2),
    )
    def test_removing_a_risk_is_never_later(
        self,
        days: list[tuple[float, float]],
        said: list[tuple[float, int, float]],
        people: int,
    ) -> None:
        """Neither in the mean nor by the date that four of five futures keep."""
        steps = tuple(
            Step(
                f"s{i}",
                Pert(low, low + more, low + 3 * more),
                after=(Link(f"s{i - 2}"),) if i > 1 else (),
                needs=(("anybody", 1),),
            )
            for i, (low, more) in enumerate(days)
        )
        risks = tuple(
            Risk(f"r{i}", chance, (f"s{at % len(days)}",), Fixed(delay))
            for i, (chance, at, delay) in enumerate(said)
        )
        plan = Network(steps, {"anybody": people}, risks=risks)
        for found in left_out(simulate(plan, futures=128, seed=7), level=0.95):
            assert _value(found.later) >= -1e-9
            assert _value(found.p80_later) >= -1e-9
            assert np.isfinite(_value(found.later))

    def test_the_same_seed_gives_the_same(self) -> None:
        """Intervals and all."""
        plan = Network(
            (Step("a", Pert(2, 4, 9)),), risks=(Risk("late", 0.3, ("a",), Pert(1, 2, 5)),)
        )
        one, two = (left_out(simulate(plan, futures=500, seed=7), level=0.9) for _ in range(2))
        assert one == two
        assert _value(one[0].later) == pytest.approx(0.3 * 14 / 6, rel=0.25)

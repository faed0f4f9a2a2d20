"""Tests of plans linked with one another: whose order of work is kept, what is never earlier."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.plans.compiled import compiled
from gonogo.stats.plans.durations import Fixed, Pert
from gonogo.stats.plans.linked import linked, merged
from gonogo.stats.plans.network import Link, Network, Step


def chain(*steps: Step, people: int = 1) -> Network:
    return Network(steps, {"a": people, "o/a": 1})


class TestMerged:
    def test_keeps_to_each_order(self) -> None:
        plan = compiled(
            chain(
                Step("x", Fixed(1), (Link("o/q"),)),
                Step("y", Fixed(1)),
                Step("o/p", Fixed(1)),
                Step("o/q", Fixed(1)),
            )
        )
        order = merged(plan, [["x", "y"], ["o/p", "o/q"]])
        assert [plan.rows[i].step.key for i in order] == ["o/p", "o/q", "x", "y"]

    def test_gives_way_where_orders_contradict_what_is_waited_for(self) -> None:
        plan = compiled(
            chain(
                Step("x", Fixed(1), (Link("o/q"),)),
                Step("y", Fixed(1)),
                Step("o/p", Fixed(1), (Link("y"),)),
                Step("o/q", Fixed(1)),
            )
        )
        found = [plan.rows[i].step.key for i in merged(plan, [["x", "y"], ["o/p", "o/q"]])]
        assert sorted(found) == ["o/p", "o/q", "x", "y"]
        assert found.index("o/q") < found.index("x")
        assert found.index("y") < found.index("o/p")


class TestLinked:
    @given(st.integers(0, 2**16), st.integers(1, 3), st.floats(0, 30))
    @settings(max_examples=8)
    def test_more_people_or_less_to_wait_for_is_never_later(
        self, seed: int, people: int, later: float
    ) -> None:
        def mean(people: int, later: float) -> float:
            network = Network(
                (
                    Step("one", Pert(1, 3, 9), needs=(("a", 1),)),
                    Step("two", Pert(2, 4, 6), (Link("o/p"),), needs=(("a", 1),)),
                    Step("end", Fixed(0), (Link("one"), Link("two"))),
                    Step("o/p", Fixed(2 + later), needs=(("o/a", 1),)),
                ),
                {"a": people, "o/a": 1},
            )
            found = linked(network, {"o": "o/p"}, goal="end", futures=200, seed=seed)
            return float(np.mean(found.end))

        assert mean(people + 1, later) <= mean(people, later) + 1e-9
        assert mean(people, 0.0) <= mean(people, later) + 1e-9

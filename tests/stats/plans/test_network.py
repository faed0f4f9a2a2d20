"""Networks: what waits for what, and what is refused."""

import pytest

from gonogo.stats.plans.compiled import compiled
from gonogo.stats.plans.durations import Fixed, Pert, mean
from gonogo.stats.plans.network import (
    Branch,
    Cycle,
    Link,
    Network,
    Outcome,
    Risk,
    Step,
    UnknownPool,
    UnknownStep,
    in_order,
)
from gonogo.stats.plans.orders import earliest, latest

RELIABLE = {
    "A": ((1, 2, 3), ""),
    "B": ((2, 3.5, 8), "A"),
    "C": ((6, 9, 18), "B"),
    "D": ((4, 5.5, 10), "C"),
    "E": ((1, 4.5, 5), "C"),
    "F": ((4, 4, 10), "E"),
    "G": ((5, 6.5, 11), "D"),
    "H": ((5, 8, 17), "EG"),
    "I": ((3, 7.5, 9), "C"),
    "J": ((3, 9, 9), "FI"),
    "K": ((4, 4, 4), "J"),
    "L": ((1, 5.5, 7), "J"),
    "M": ((1, 2, 3), "H"),
    "N": ((5, 5.5, 9), "KL"),
}
"""The Reliable Construction Co. of Hillier & Lieberman, Introduction to Operations Research."""


def step(key: str, days: float, *after: str) -> Step:
    return Step(key, Fixed(days), tuple(Link(name) for name in after))


class TestCriticalPath:
    def test_the_textbook_s_slacks(self) -> None:
        days = {name: mean(Pert(*points)) for name, (points, _) in RELIABLE.items()}
        network = Network(tuple(step(k, days[k], *after) for k, (_, after) in RELIABLE.items()))
        plan = compiled(network)

        start = earliest(plan, list(days.values()))
        finish = latest(plan, list(days.values()))

        assert max(finish) == pytest.approx(44)
        slack = [
            round(last - begun - took, 9)
            for last, begun, took in zip(finish, start, days.values(), strict=True)
        ]
        assert slack == [0, 0, 0, 4, 0, 0, 4, 4, 2, 0, 1, 0, 4, 0]

    def test_lags_and_fixed_dates_count(self) -> None:
        late = Step("b", Fixed(2), (Link("a", lag=3),))
        fixed = Step("c", Fixed(1), not_before=9)
        plan = compiled(Network((step("a", 4), late, fixed)))

        assert earliest(plan, [4, 2, 1]) == [0, 7, 9]
        # All ends on day 10: b may take a day longer, and a only what b leaves after three days.
        assert latest(plan, [4, 2, 1]) == [5, 10, 10]


class TestWaits:
    def test_what_goes_on_waits_for_the_branch_that_replaces_a_step(self) -> None:
        tried = Step("try", Fixed(1), branch=Branch(0.5))
        instead = Step("instead", Fixed(2), only_if=Outcome("try", succeeded=False))
        found = Network((tried, instead, step("on", 1, "try"))).waits

        assert [link.step for link in found["instead"]] == ["try"]
        assert [link.step for link in found["on"]] == ["try", "instead"]

    def test_what_is_for_success_does_not_wait_for_it(self) -> None:
        tried = Step("try", Fixed(1), branch=Branch(0.5))
        instead = Step("instead", Fixed(2), only_if=Outcome("try", succeeded=False))
        tune = Step("tune", Fixed(2), only_if=Outcome("try", succeeded=True))

        assert [link.step for link in Network((tried, instead, tune)).waits["tune"]] == ["try"]

    def test_what_the_branch_waits_for_does_not_wait_for_it(self) -> None:
        tried = Step("try", Fixed(1), branch=Branch(0.5))
        prepare = step("prepare", 1, "try")
        instead = Step(
            "instead", Fixed(2), (Link("prepare"),), only_if=Outcome("try", succeeded=False)
        )

        found = Network((tried, prepare, instead)).waits

        assert [link.step for link in found["prepare"]] == ["try"]


class TestRefused:
    def test_a_ring_is_named(self) -> None:
        with pytest.raises(Cycle, match="b → d → c → b") as refused:
            Network((step("a", 1), step("b", 1, "a", "c"), step("c", 1, "d"), step("d", 1, "b")))

        assert refused.value.steps == ("b", "d", "c")

    def test_a_step_that_waits_for_itself_is_a_ring(self) -> None:
        with pytest.raises(Cycle, match="a → a"):
            in_order({"a": [Link("a")]})

    def test_steps_that_are_not_there(self) -> None:
        with pytest.raises(UnknownStep, match="a names b") as refused:
            Network((step("a", 1, "b"),))
        assert (refused.value.key, refused.value.named) == ("a", "b")
        with pytest.raises(UnknownStep, match="flood names b"):
            Network((step("a", 1),), risks=(Risk("flood", 0.1, ("b",)),))

    def test_an_outcome_of_a_step_that_has_none(self) -> None:
        instead = Step("b", Fixed(1), only_if=Outcome("a", succeeded=False))

        with pytest.raises(UnknownStep, match="b names a, expected a step that may fail"):
            Network((step("a", 1), instead))

    def test_a_role_that_nobody_has(self) -> None:
        with pytest.raises(UnknownPool, match="a needs 1 of analyst, expected at most 0"):
            Network((Step("a", Fixed(1), needs=(("analyst", 1),)),), pools={"analyst": 0})

    def test_numbers_outside_their_range(self) -> None:
        with pytest.raises(ValueError, match=r"probability is 1\.2"):
            Branch(1.2)
        with pytest.raises(ValueError, match="retries is -1"):
            Branch(0.2, -1)
        with pytest.raises(ValueError, match=r"probability is -0\.1"):
            Risk("flood", -0.1)
        with pytest.raises(ValueError, match=r"stretch is 0\.5"):
            Risk("flood", 0.1, stretch=0.5)
        with pytest.raises(ValueError, match="correlation is 1"):
            Network((step("a", 1),), correlation=1)
        with pytest.raises(ValueError, match="steps are none"):
            Network(())
        with pytest.raises(ValueError, match="step a is there twice"):
            Network((step("a", 1), step("a", 1)))
        with pytest.raises(ValueError, match="pool analyst is -1"):
            Network((step("a", 1),), pools={"analyst": -1})
        with pytest.raises(ValueError, match="needs of a are -1"):
            Network((Step("a", Fixed(1), needs=(("analyst", -1),)),))

"""When the step of a release can be over: by its time, its decisions and their labels."""

from dataclasses import replace
from datetime import timedelta

from gonogo.core.releasing import Guardrail
from gonogo.core.specs.live import PAYOFF
from gonogo.domain.releases.expecting import Expected, expected
from gonogo.domain.releases.labels import LabelDelay
from gonogo.domain.releases.rules import Release, State
from tests.domain.releases.test_rules import HOUR, PLAN, START, release, seen

WAITS = replace(
    PLAN,
    guardrails=(Guardrail(PAYOFF, 1, 0.01, None, {"low": 0.0, "high": 1.0}),),
    label_delay=timedelta(days=7),
)
LEARNED = LabelDelay(3 * HOUR, 2 * HOUR, 5 * HOUR, learned=True, labels=500, reason="so it is")


def told(found: Expected | None) -> Expected:
    assert found is not None
    return found


def slow() -> Release:
    return release(plan=WAITS)


class TestExpected:
    def test_a_step_with_decisions_enough_lasts_its_time(self) -> None:
        found = told(expected(release(), seen(1000, HOUR / 2)))
        assert found.at == found.low == found.high == START + HOUR

    def test_decisions_still_missing_come_as_they_came(self) -> None:
        """50 in four hours, 50 more of 100."""
        found = told(expected(release(), seen(50, 4 * HOUR)))
        assert found.at == START + 8 * HOUR
        assert found.low is not None
        assert found.high is not None
        assert START + 6 * HOUR < found.low < found.at < found.high < START + 12 * HOUR

    def test_labels_are_waited_for_as_long_as_they_take(self) -> None:
        there = replace(seen(1000, 4 * HOUR), reached=START + 2 * HOUR, labels=LEARNED)
        found = told(expected(slow(), there))
        assert (found.low, found.at, found.high) == (
            START + 4 * HOUR,
            START + 5 * HOUR,
            START + 7 * HOUR,
        )
        assert "so it is" in found.reason

    def test_an_end_that_nobody_knows_is_left_open(self) -> None:
        there = replace(seen(1000), reached=START, labels=replace(LEARNED, high=None))
        found = told(expected(slow(), there))
        assert (found.at, found.high) == (START + 3 * HOUR, None)

    def test_nothing_decided_tells_nothing(self) -> None:
        found = told(expected(release(), seen(0)))
        assert (found.at, found.reason) == (None, "no decision of this step came yet")

    def test_what_would_take_ages_has_no_date(self) -> None:
        found = told(expected(release(), seen(1, timedelta(days=3000))))
        assert found.at is None
        assert "not come in ten years" in found.reason

    def test_what_is_over_expects_nothing(self) -> None:
        assert expected(release(state=State.FINISHED), seen()) is None

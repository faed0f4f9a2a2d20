"""What becomes of claims: kept, missed, come true, or never to be known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_pinball_loss

from gonogo.domain.track_record.rules import Claim, Progress, believed, date_loss, planned
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.working_days import Calendar, days_until

START = date(2026, 11, 2)
SAID = Claim("churn", "p80", "live", 1, 0.8, "2026-11-13", "2026-11-02T09:00:00.000Z", "a" * 64)
DEADLINE = Claim(**{**{n: getattr(SAID, n) for n in SAID.__slots__}, "what": "deadline"})


def at(reached: date | None, there: bool = True) -> Progress:
    return Progress(there, reached, Calendar())


class TestPlanned:
    def test_the_day_itself_keeps_the_date(self) -> None:
        found = planned(SAID, at(date(2026, 11, 13)), date(2026, 11, 20))
        assert (found.state, found.happened, found.off, found.loss) == ("scored", True, 0, 0)

    @given(st.dates(START, date(2027, 3, 1)))
    def test_the_loss_is_the_pinball_loss_in_working_days(self, reached: date) -> None:
        found = planned(SAID, at(reached), date(2027, 3, 1))
        off = days_until(Calendar(), date(2026, 11, 13), reached)
        assert found.off == off
        assert found.happened is (reached <= date(2026, 11, 13))
        assert found.loss == pytest.approx(mean_pinball_loss([off], [0], alpha=0.8))

    def test_until_the_day_is_over_it_is_open(self) -> None:
        assert planned(SAID, at(None), date(2026, 11, 13)).state == "open"
        late = planned(SAID, at(None), date(2026, 11, 14))
        assert (late.state, late.happened, late.loss) == ("scored", False, None)

    def test_a_deadline_is_scored_by_its_chance(self) -> None:
        kept = planned(DEADLINE, at(date(2026, 11, 10)), date(2026, 11, 20))
        late = planned(DEADLINE, at(None), date(2026, 11, 14))
        assert kept.loss == pytest.approx(0.04)
        assert late.loss == pytest.approx(0.64)

    def test_what_was_dropped_or_over_before_lapses(self) -> None:
        assert planned(SAID, at(None, there=False), date(2026, 11, 30)).state == "lapsed"
        assert planned(SAID, at(date(2026, 10, 30)), date(2026, 11, 30)).state == "lapsed"

    def test_judging_again_says_the_same(self) -> None:
        once = planned(SAID, at(date(2026, 11, 18)), date(2026, 11, 20))
        assert planned(once, at(date(2026, 11, 18)), date(2026, 12, 20)) == once


class TestBelieved:
    @pytest.mark.parametrize(("supported", "loss"), [(True, 0.04), (False, 0.64)])
    def test_it_is_squared_distance(self, supported: bool, loss: float) -> None:
        found = believed(SAID, supported)
        assert found.happened is supported
        assert found.loss == pytest.approx(loss)

    def test_what_is_given_up_lapses(self) -> None:
        assert believed(SAID, None).state == "lapsed"


class TestDateLoss:
    def test_is_the_mean_once_it_is_reached(self) -> None:
        scored = planned(SAID, at(date(2026, 11, 18)), date(2026, 11, 20))
        found = date_loss([scored, planned(SAID, at(date(2026, 11, 13)), date(2026, 11, 20))])
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(0.8 * 3 / 2)

    def test_before_that_it_says_how_many_have_passed(self) -> None:
        found = date_loss([planned(SAID, at(None), date(2026, 11, 14)), SAID])
        assert found == Undefined("it is not reached yet; 1 of 2 dates have passed", n=1)

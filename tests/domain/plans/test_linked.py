"""Tests of plans that wait for one another: counted in the same futures, left out, refused."""

from datetime import date

import pytest

from gonogo.core.errors import Invalid
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, Forecast, forecast
from gonogo.domain.plans.joint import Member
from gonogo.stats.plans.durations import Pert, quantile

FRIDAY = date(2026, 11, 20)
ASKED = Asked(futures=500, seed=3, level=0.95)


def member(case: str, *steps: str, people: str = "") -> Member:
    lines = "\n".join(f"  {step}" for step in steps)
    text = f"plan: {case}\n{people}\nsteps:\n{lines}\n"
    return Member(case, parse(text), {})


def made(own: Member, *others: Member, asked: Asked = ASKED) -> Forecast:
    there = {one.case: one for one in others}
    return forecast(own.plan, FRIDAY, {}, asked, case=own.case, others=there)


def days(found: Forecast, share: float = 0.8) -> float:
    dates = found.told["dates"]
    assert isinstance(dates, list)
    return float(next(one["days"]["value"] for one in dates if one["share"] == share))


def link(found: Forecast) -> dict[str, object]:
    links = found.told["links"]
    assert isinstance(links, list)
    return dict(links[0])


OURS = "live: {days: 2, after: [{step: fraud/data, lag: 1}]}"


class TestForecast:
    def test_waits_for_the_step_of_the_other_plan(self) -> None:
        other = member("fraud", "first: {days: 3}", "data: {days: 2, after: first}")
        found = made(member("loans", OURS), other)

        assert days(found) == 3 + 2 + 1 + 2
        one = link(found)
        assert (one["case"], one["other"], one["lag"]) == ("fraud", "data", 1)
        assert (one["counted"], one["why"]) == (True, "")
        dates = one["dates"]
        assert isinstance(dates, list)
        assert [each["days"]["value"] for each in dates] == [5, 5, 5, 5]
        assert dates[0]["date"] == "2026-11-26"

    def test_waits_through_several_use_cases(self) -> None:
        found = made(
            member("loans", OURS),
            member("fraud", "data: {days: 2, after: third/end}"),
            member("third", "end: {days: 7}"),
        )
        assert days(found) == 7 + 2 + 1 + 2

    def test_plans_may_wait_for_one_another_without_a_ring(self) -> None:
        found = made(
            member("loans", "begin: {days: 4}", OURS),
            member("fraud", "early: {days: 1}", "data: {days: 2, after: loans/begin}"),
        )
        assert days(found) == 4 + 2 + 1 + 2

    def test_the_dates_are_those_of_the_other_plan_s_distribution(self) -> None:
        many = Asked(futures=4000, seed=5, level=0.99)
        other = member("fraud", "data: {days: {optimistic: 5, likely: 10, pessimistic: 30}}")
        found = made(
            member("loans", "live: {milestone: true, after: fraud/data}"), other, asked=many
        )
        for share in (0.1, 0.5, 0.8, 0.9):
            wanted = float(quantile(Pert(5, 10, 30), share))
            assert days(found, share) == pytest.approx(wanted, rel=0.04)

    def test_what_is_waited_for_in_vain_changes_nothing(self) -> None:
        own = "train: {days: {p10: 5, p90: 15}, needs: {analyst: 1}}"
        people = "people: {analyst: {number: 1, rate: 100}}"
        alone = made(member("loans", own, people=people))
        other = member("fraud", "data: {days: 0, needs: {analyst: 1}}", people=people)
        waiting = own.replace("needs", "after: fraud/data, needs")
        found = made(member("loans", waiting, people=people), other)
        assert found.told["curve"] == alone.told["curve"]
        assert found.told["cost"] == alone.told["cost"]

    def test_others_have_people_of_their_own(self) -> None:
        people = "people: {analyst: {number: 1, rate: 100}}"
        other = member(
            "fraud",
            "data: {days: 3, needs: {analyst: 1}}",
            "long: {days: 40, needs: {analyst: 1}, after: data}",
            people=people,
        )
        own = member(
            "loans",
            "train: {days: 5, needs: {analyst: 1}}",
            "live: {days: 2, needs: {analyst: 1}, after: [train, fraud/data]}",
            people=people,
        )
        found = made(own, other)

        assert days(found) == 7
        roles, cost = found.told["roles"], found.told["cost"]
        assert isinstance(roles, list)
        assert isinstance(cost, dict)
        assert [(one["role"], one["busy"]["value"]) for one in roles] == [("analyst", 1)]
        assert cost["mean"]["value"] == 700
        assert found.told["order"] == ["train", "live"]

    def test_what_drives_the_date_is_named_with_its_use_case(self) -> None:
        other = member("fraud", "data: {title: Their data, days: {p10: 5, p90: 15}}")
        found = made(member("loans", OURS), other)
        drivers = found.told["drivers"]
        assert isinstance(drivers, list)
        assert (drivers[0]["key"], drivers[0]["title"]) == ("fraud/data", "fraud: Their data")

    def test_a_plan_that_begins_later_still_waits(self) -> None:
        own = member("loans", OURS, people="start: 2026-11-30")
        found = made(own, member("fraud", "data: {days: 2}"))
        assert found.told["origin"] == FRIDAY.isoformat()
        assert days(found) == 6 + 2
        later = made(own, member("fraud", "data: {days: 20}"))
        assert days(later) == 20 + 1 + 2

    def test_holidays_of_the_others_are_theirs(self) -> None:
        other = member(
            "fraud",
            "data: {days: 2, needs: {analyst: 1}}",
            people="people: {analyst: 1}\ncalendar: {holidays: [2026-11-20, 2026-11-23]}",
        )
        assert days(made(member("loans", OURS), other)) == 2 + 2 + 1 + 2


class TestLeftOut:
    def test_a_link_to_a_use_case_without_a_plan_is_said_to_be_left_out(self) -> None:
        found = made(member("loans", OURS))
        assert days(found) == 2
        one = link(found)
        assert (one["counted"], one["why"]) == (False, "fraud has no plan in force")
        assert one["dates"] == []

    def test_what_has_begun_waits_no_more(self) -> None:
        own = member("loans", OURS.replace("days: 2", "days: 2, begun: 2026-11-20"))
        found = made(own, member("fraud", "data: {days: 9}"))
        assert found.told["links"] == []
        assert days(found) == 2


class TestRefused:
    def test_a_step_that_is_not_there_is_named(self) -> None:
        with pytest.raises(Invalid) as caught:
            made(member("loans", OURS), member("fraud", "other: {days: 1}"))
        assert (caught.value.field, caught.value.value) == ("loans.steps.live.after", "fraud/data")

    def test_a_ring_is_named(self) -> None:
        with pytest.raises(Invalid) as caught:
            made(
                member("loans", OURS),
                member("fraud", "data: {days: 1, after: third/end}"),
                member("third", "end: {days: 1, after: loans/live}"),
            )
        ring = str(caught.value.value).split(" → ")
        assert ring[0] == ring[-1]
        assert set(ring) == {"loans/live", "fraud/data", "third/end"}

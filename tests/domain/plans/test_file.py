"""Plan files: what they may say, and what is refused, by field and line."""

from datetime import date

import pytest

from gonogo.core.errors import Invalid
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.people import People
from gonogo.domain.plans.rules import checked
from gonogo.stats.plans.durations import Fixed, Lognormal, Pert, Triangular
from gonogo.stats.plans.network import Link, Outcome, Risk

TODAY = date(2026, 11, 21)
FULL = """
plan: Trees in production
start: 2026-11-23
goal: production
deadline: 2027-03-31
currency: USD
correlation: 0.2
calendar:
  week: [mon, tue, wed, thu]
  holidays: [2026-12-24, 2027-01-01]
people:
  data-scientist: {number: 1.5, rate: 900, team: credit}
  risk-officer: 0.5
teams: {credit: 2}
steps:
  collect:
    title: Collect two years of loans
    days: {optimistic: 4, likely: 8, pessimistic: 20}
    needs: {data-scientist: 1}
  try-trees:
    after: collect
    days: {p10: 5, p90: 15}
    succeeds: 0.6
    retries: 1
  scorecard:
    if_fails: try-trees
    days: {optimistic: 3, likely: 5, pessimistic: 9, shape: triangular}
    not_before: 2027-01-11
  serve:
    after: [try-trees, {step: collect, lag: 2}]
    days: 10
    cost: 5000
    hypothesis: latency-holds
    fails: stop
  production: {milestone: true, after: serve}
risks:
  late:
    title: The bureau's data come late
    probability: 0.3
    steps: [collect]
    delay: {optimistic: 2, likely: 5, pessimistic: 30}
    stretch: 1.5
    cost: 2000
"""


class TestParse:
    def test_everything_that_can_be_said(self) -> None:
        plan = parse(FULL)

        assert (plan.name, plan.goal, plan.currency) == ("Trees in production", "production", "USD")
        assert (plan.start, plan.deadline) == (date(2026, 11, 23), date(2027, 3, 31))
        assert plan.people["data-scientist"] == People(1.5, 900, "credit")
        assert plan.people["risk-officer"] == People(0.5)
        assert dict(plan.teams) == {"credit": 2}
        assert plan.calendar.week == (True, True, True, True, False, False, False)
        assert date(2026, 12, 24) in plan.calendar.holidays
        collect, trees, scorecard, serve, production = plan.steps
        assert collect.days == Pert(4, 8, 20)
        assert collect.needs == (("data-scientist", 1),)
        assert trees.days == Lognormal(5, 15, 0.1, 0.9)
        assert (trees.title, trees.succeeds, trees.retries, trees.stops) == (
            "try-trees",
            0.6,
            1,
            False,
        )
        assert scorecard.days == Triangular(3, 5, 9)
        assert scorecard.only_if == Outcome("try-trees", succeeded=False)
        assert scorecard.not_before == date(2027, 1, 11)
        assert serve.after == (Link("try-trees"), Link("collect", 2))
        assert (serve.hypothesis, serve.stops, serve.cost) == ("latency-holds", True, 5000)
        assert production.milestone
        assert production.days == Fixed(0)
        assert plan.risks == (Risk("late", 0.3, ("collect",), Pert(2, 5, 30), 1.5, Fixed(2000)),)
        assert plan.titles == {"late": "The bureau's data come late"}
        assert plan.hypotheses == ("latency-holds",)

    @pytest.mark.parametrize(
        ("change", "to", "field", "expected"),
        [
            ("likely: 8", "likely: 3", "steps.collect.days.likely (line 18)", "optimistic 4"),
            ("pessimistic: 20", "pessimistic: 7", "steps.collect.days.pessimistic", "likely 8"),
            ("days: 10", "days: -1", "steps.serve.days", "a number from 0"),
            ("p90: 15", "p90: 4", "steps.try-trees.days", "rise with their share"),
            ("p90: 15", "p50: 4, p90: 9", "steps.try-trees.days", "two percentiles"),
            ("p90: 15", "p200: 15", "steps.try-trees.days.p200", "two percentiles"),
            ("succeeds: 0.6", "succeeds: 1.6", "steps.try-trees.succeeds", "from 0 to 1"),
            ("probability: 0.3", "probability: -1", "risks.late.probability", "from 0 to 1"),
            ("stretch: 1.5", "stretch: 0.5", "risks.late.stretch", "from 1 to"),
            ("[mon, tue, wed, thu]", "[]", "calendar.week", "a working day"),
            ("[mon, tue, wed, thu]", "[man]", "calendar.week[0]", "did you mean mon"),
            ("needs: {data-scientist: 1}", "needs: {data-scientists: 1}", "needs", "did you mean"),
            ("needs: {data-scientist: 1}", "needs: {data-scientist: 2}", "needs", "at most 1.5"),
            ("needs: {data-scientist: 1}", "needs: {data-scientist: 0.3}", "needs", "quarters"),
            ("team: credit", "team: debit", "people.data-scientist", "one of the teams: credit"),
            ("after: collect", "after: colect", "steps.try-trees.after", "did you mean collect"),
            ("step: collect", "step: z", "steps.serve.after[1].step", "a step of this plan"),
            ("if_fails: try-trees", "if_fails: z", "scorecard.if_fails", "a step of this plan"),
            ("steps: [collect]", "steps: [z]", "risks.late.steps[0]", "a step of this plan"),
            ("steps: [collect]", "steps: []", "risks.late", "which take longer by it"),
            ("goal: production", "goal: prod", "goal (line 4)", "a step of this plan"),
            ("2027-03-31", "31.3.2027", "deadline (line 5)", "a date such as"),
            ("USD", "Dollars", "currency", "three capitals"),
            ("retries: 1", "retries: 1.5", "steps.try-trees.retries", "whole number"),
            ("fails: stop", "fails: maybe", "steps.serve.fails", "stop or go on"),
            ("    days: 10\n", "", "steps.serve", "the field days"),
            ("cost: 5000", "costs: 5000", "steps.serve.costs", "did you mean cost"),
            ("plan: Trees in production\n", "", "plan (line 2)", "the field plan"),
        ],
    )
    def test_what_is_wrong_is_refused_by_field_and_line(
        self, change: str, to: str, field: str, expected: str
    ) -> None:
        assert FULL.count(change) >= 1
        with pytest.raises(Invalid) as refused:
            parse(FULL.replace(change, to, 1))
        assert field in refused.value.field
        assert "line" in refused.value.field
        assert expected in refused.value.expected

    def test_an_outcome_needs_something_that_can_fail(self) -> None:
        with pytest.raises(Invalid, match=r"steps.a.retries .*names a hypothesis"):
            parse("plan: x\nsteps: {a: {days: 1, retries: 2}}")
        with pytest.raises(Invalid, match="not both"):
            parse(
                "plan: x\nsteps: {a: {days: 1, succeeds: 1}, b: {days: 1, if_fails: a, "
                "if_succeeds: a}}"
            )
        with pytest.raises(Invalid, match="the field succeeded"):
            parse("plan: x\nsteps: {a: {days: 1, succeeds: 1, done: 2026-11-20}}")


class TestMilestones:
    TEXT = "plan: x\ngoal: m\nsteps: {a: {days: 1}, m: {milestone: true, after: a, deadline: %s}}"

    def test_a_deadline_of_the_goal_is_that_of_the_plan(self) -> None:
        due = date(2027, 1, 31)
        plan = parse(self.TEXT % due)
        assert (plan.steps[1].deadline, plan.deadline) == (due, due)
        assert parse(f"deadline: {due}\n{self.TEXT % due}").deadline == due
        with pytest.raises(Invalid, match=r"deadline .*2027-01-31, which the goal says"):
            parse(f"deadline: 2027-02-01\n{self.TEXT % due}")

    def test_other_steps_have_none(self) -> None:
        with pytest.raises(Invalid, match=r"steps.a.deadline .*a milestone"):
            parse("plan: x\nsteps: {a: {days: 1, deadline: 2027-01-31}}")

    def test_one_that_has_passed_is_refused_until_it_is_done(self) -> None:
        text = "plan: x\nsteps: {m: {milestone: true, deadline: 2026-11-01%s}}"
        with pytest.raises(Invalid) as refused:
            checked(parse(text % ""), TODAY)
        assert refused.value.field == "steps.m.deadline"
        assert checked(parse(text % ", done: 2026-11-02"), TODAY).steps[0].done


class TestUnestimated:
    def test_what_is_done_need_not_say_how_long_it_was_thought_to_take(self) -> None:
        plan = parse("plan: x\nsteps: {a: {done: 2026-11-02}, b: {days: 0, done: 2026-11-02}}")
        assert [step.estimated for step in plan.steps] == [False, True]
        # Zero days, as imports wrote it before, was no estimate either.
        assert plan.unestimated == 2


AWAY = """plan: x
people:
  analyst:
    number: 2
    away: [{from: 2026-12-21, to: 2027-01-01}, {from: 2026-12-24, to: 2026-12-24}]
steps: {a: {days: 1, needs: {analyst: 1}}}
"""


class TestAway:
    def test_people_are_away_from_one_day_to_another(self) -> None:
        away = parse(AWAY).people["analyst"].away
        assert [(one.begins.day, one.ends.day, one.number) for one in away] == [
            (21, 1, 1.0),
            (24, 24, 1.0),
        ]

    @pytest.mark.parametrize(
        ("change", "to", "field"),
        [
            ("to: 2027-01-01", "to: 2026-12-20", r"people\.analyst\.away\[0\]\.to"),
            ("to: 2027-01-01", "till: 2026-12-20", r"people\.analyst\.away\[0\]\.till"),
            ("from: 2026-12-24, to", "to", r"people\.analyst\.away\[1\]"),
            ("number: 2", "number: 1", r"people\.analyst\.away .*at most 1 away at once"),
            ("from: 2026-12-24", "from: Christmas", r"away\[1\]\.from"),
            ("to: 2027-01-01", "to: 2027-01-01, number: 0.1", r"away\[0\]\.number"),
        ],
    )
    def test_what_is_no_absence_is_refused(self, change: str, to: str, field: str) -> None:
        with pytest.raises(Invalid, match=field):
            parse(AWAY.replace(change, to))


class TestChecked:
    def test_a_sound_plan_is_itself(self) -> None:
        plan = parse(FULL)
        assert checked(plan, TODAY) is plan

    def test_a_ring_is_named(self) -> None:
        days = "days: 1, after"
        ring = f"plan: x\nsteps: {{a: {{{days}: c}}, b: {{{days}: a}}, c: {{{days}: b}}}}"
        with pytest.raises(Invalid, match="a → b → c → a"):
            checked(parse(ring), TODAY)

    def test_an_outcome_of_a_step_that_cannot_fail(self) -> None:
        text = "plan: x\nsteps: {a: {days: 1}, b: {days: 1, if_fails: a}}"
        with pytest.raises(Invalid, match=r"steps\.b.*a step that may fail"):
            checked(parse(text), TODAY)

    def test_a_team_that_is_too_small(self) -> None:
        text = FULL.replace("teams: {credit: 2}", "teams: {credit: 0.5}")
        with pytest.raises(Invalid, match=r"at most 0\.5 of team credit"):
            checked(parse(text), TODAY)

    @pytest.mark.parametrize(
        ("change", "to", "field"),
        [
            ("start: 2026-11-23", "start: 2026-11-20", "start"),
            ("start: 2026-11-23", "start: 9999-12-30", "start"),
            ("deadline: 2027-03-31", "deadline: 2026-11-20", "deadline"),
            ("deadline: 2027-03-31", "deadline: 2026-11-22", "deadline"),
            ("not_before: 2027-01-11", "not_before: 2026-01-11", "steps.scorecard.not_before"),
            ("cost: 5000", "done: 2026-11-22", "steps.serve.done"),
            ("cost: 5000", "begun: 2026-11-22", "steps.serve.begun"),
            ("cost: 5000", "begun: 2026-11-20, done: 2026-11-19", "steps.serve.done"),
        ],
    )
    def test_dates_on_the_wrong_side_of_today(self, change: str, to: str, field: str) -> None:
        text = FULL.replace(change, to.replace(", ", "\n    "))
        with pytest.raises(Invalid) as refused:
            checked(parse(text), TODAY)
        assert refused.value.field == field

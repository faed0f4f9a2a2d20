"""Files of other tools as plans: what becomes of them, and what is refused by row and field."""

import json
from datetime import date
from typing import Any

import pytest

from gonogo.core.errors import Invalid, TooLarge
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.imports.items import Options
from gonogo.domain.plans.imports.reading import MOST_CHARACTERS, Format, ReadPlan, convert, guess
from gonogo.domain.plans.rules import Plan, PlannedStep, checked
from gonogo.stats.plans.durations import Fixed, Lognormal, Pert, Triangular
from gonogo.stats.plans.network import Link, Outcome
from tests.domain.plans.imports.samples import (
    GITHUB,
    GITHUB_REST,
    JIRA_CSV,
    JIRA_JSON,
    MS_PROJECT,
    MS_TASKS,
    blocked_by,
    github_issue,
    jira_issue,
    ms_link,
    ms_project,
    ms_task,
)

TODAY = date(2026, 11, 21)
ROLES = {"First Person": "data-scientist", "first@example.com": "data-scientist"}
CSV = """\
key;title;days;optimistic;likely;pessimistic;p10;p90;after;needs;succeeds;retries;fails;if_fails
collect;Collect, and clean;;4;8;20;;;;data-scientist: 1.5
try-trees;;;;;;5;15;collect;data-scientist;0.6;1
scorecard;A better scorecard;1w;;;;;;;;;;;try-trees
serve;;"12h";;;;;;"try-trees, collect +2";;;;
review;;2/3/8;;;;;;serve -1;;0.9;;stop
"""


def asked(**more: Any) -> Options:
    return Options(today=TODAY, **more)


def read(text: str, form: Format = Format.AUTO, **more: Any) -> tuple[Plan, ReadPlan]:
    """The plan in a file, which can come into force as it stands, and how it was read."""
    found = convert(text, form, asked(**more))
    return checked(parse(found.text), TODAY), found


def steps(plan: Plan) -> dict[str, PlannedStep]:
    return {step.key: step for step in plan.steps}


def numbers(plan: Plan) -> dict[str, float]:
    """Of each role how many there are."""
    return {role: people.number for role, people in plan.people.items()}


def refused(text: str, form: Format = Format.AUTO, **more: Any) -> Invalid:
    with pytest.raises(Invalid) as error:
        convert(text, form, asked(**more))
    return error.value


class TestGuess:
    @pytest.mark.parametrize(
        ("text", "form"),
        [
            (CSV, Format.CSV),
            (JIRA_CSV, Format.JIRA_CSV),
            (JIRA_JSON, Format.JIRA_JSON),
            (GITHUB, Format.GITHUB),
            (GITHUB_REST, Format.GITHUB),
            (MS_PROJECT, Format.MS_PROJECT),
            ("plan: x\nsteps: {a: {days: 1}}", Format.YAML),
            ('{"plan": "x", "steps": {"a": {"days": 1}}}', Format.YAML),
            ("", Format.YAML),
        ],
    )
    def test_tells_formats_apart(self, text: str, form: Format) -> None:
        assert guess(text) is form
        assert guess(f"\ufeff{text}") is form


class TestYaml:
    def test_stays_as_it_is(self) -> None:
        text = "plan: x # mine\nsteps: {a: {days: 1}}\n"
        assert read(text)[1] == ReadPlan(Format.YAML, text, ())

    def test_what_is_too_large_is_not_read(self) -> None:
        with pytest.raises(TooLarge):
            convert(" " * (MOST_CHARACTERS + 1), Format.CSV, asked())


class TestCsv:
    def test_every_kind_of_estimate_and_link_is_taken_over(self) -> None:
        plan, told = read(CSV, name="Trees")
        found = steps(plan)

        assert (plan.name, told.format, told.notes) == ("Trees", Format.CSV, ())
        assert numbers(plan) == {"data-scientist": 1.5}
        assert found["collect"].days == Pert(4, 8, 20)
        assert found["collect"].title == "Collect, and clean"
        assert found["try-trees"].days == Lognormal(5, 15)
        assert (found["try-trees"].succeeds, found["try-trees"].retries) == (0.6, 1)
        assert found["scorecard"].only_if == Outcome("try-trees", succeeded=False)
        assert found["scorecard"].days == Fixed(5)
        assert found["serve"].days == Fixed(1.5)
        assert found["serve"].after == (Link("try-trees"), Link("collect", 2))
        assert found["review"].days == Pert(2, 3, 8)
        assert found["review"].after == (Link("serve", -1),)
        assert found["review"].stops

    def test_steps_take_the_place_of_those_of_a_plan_and_the_rest_of_it_stays(self) -> None:
        base = (
            "plan: Old\ncalendar: {week: [mon, tue]}  # short\npeople:\n  risk-officer: 0.5\n"
            "steps: {a: {days: 010}, b: {days: 1, after: a}}\n"
            "risks: {late: {probability: 0.3, steps: [a], delay: 5}}\n"
        )
        plan, _ = read("key,days,role\na,3,ml-engineer\nz,1,\n", base=base)

        assert plan.name == "Old"
        assert sum(plan.calendar.week) == 2
        assert numbers(plan) == {"risk-officer": 0.5, "ml-engineer": 1}
        assert [step.key for step in plan.steps] == ["a", "z"]
        assert plan.risks[0].steps == ("a",)
        problem = refused("key,days\nb,3\n", base=base)
        assert problem.value == "a"

    @pytest.mark.parametrize(
        ("text", "field", "expected"),
        [
            ("key,days\nA b,1", "key (row 2)", "lower-case"),
            ("key,days\na,1\n\na,2", "key (row 4)", "each key once; row 2 has it too"),
            ("key,days\na,-1", "days (row 2)", "days such as 3"),
            ("key,days\na,3/2/8", "days (row 2)", "days such as 3"),
            ("key,days,after\na,1,z", "after (row 2)", "something that the file holds"),
            ("key,days,after\na,1,b c", "after (row 2)", "with a lag in days"),
            ("key,optimistic,likely\na,1,2", "pessimistic (row 2)", "all three"),
            (
                "key,optimistic,likely,pessimistic\na,3,2,9",
                "days.likely (row 2)",
                "at least the optimistic 3",
            ),
            ("key,p10,p90\na,9,2", "days (row 2)", "percentiles"),
            ("key,days,succeeds\na,1,1.5", "succeeds (row 2)", "0 to 1"),
            ("key,days,milestone\na,1,maybe", "milestone (row 2)", "yes or no"),
            ("key,days,needs\na,1,x: 0.3", "needs (row 2)", "quarters"),
            ("key,days,done\na,1,yesterday", "done (row 2)", "a date such as"),
            ("key,days,p10\na,1,2", "days (row 2)", "two percentiles"),
            ("key,duration\na,1", "columns (row 1)", "columns among key"),
            ("key,days,days\na,1,1", "columns (row 1)", "each column once"),
            ("key,days\na,1,2", "cells (row 2)", "2 cells"),
            ('key,days\na,"1', "text (row 2)", "quotes in pairs"),
            ("key,days\n", "text", "1 to 2,000 steps"),
        ],
    )
    def test_what_is_wrong_names_row_and_column(self, text: str, field: str, expected: str) -> None:
        problem = refused(text, Format.CSV)
        assert problem.field == field
        assert expected in problem.expected

    def test_steps_without_a_duration_are_all_named_or_given_one(self) -> None:
        text = "key,days\na,1\nb,\nc,\nd,\n"
        problem = refused(text)

        assert problem.field == "days"
        assert problem.value == "b (row 3), c (row 4), d (row 5)"
        assert "days missing" in problem.expected
        plan, _ = read(text, days_missing="1/2/6")
        assert [step.days for step in plan.steps] == [Fixed(1), *[Pert(1, 2, 6)] * 3]
        assert refused(text, days_missing="soon").field == "days_missing"


class TestJira:
    def test_export_with_links_estimates_and_roles(self) -> None:
        plan, told = read(JIRA_CSV, roles=ROLES, days_missing="2")
        found = steps(plan)

        assert plan.name == "PAY"
        assert list(found) == ["pay-1", "pay-2", "pay-3", "pay-4", "pay-5"]
        assert found["pay-1"].milestone
        assert found["pay-1"].title == "Score payments, live"
        assert [link.step for link in found["pay-1"].after] == ["pay-2", "pay-3", "pay-4", "pay-5"]
        assert found["pay-2"].days == Fixed(5)
        assert found["pay-2"].done == date(2026, 11, 20)
        assert found["pay-4"].after == (Link("pay-3"), Link("pay-5"))
        assert found["pay-3"].needs == (("data-scientist", 1),)
        assert found["pay-4"].needs == ()
        assert found["pay-5"].days == Fixed(2)
        assert numbers(plan) == {"data-scientist": 1}
        assert told.notes[0].startswith("1 issue left out that nobody worked off")
        assert told.notes[1].startswith("1 step with somebody assigned whose role")

    def test_nobody_s_name_comes_into_a_plan(self) -> None:
        for roles in ({}, ROLES, {"*": "team"}):
            _, told = read(JIRA_CSV, roles=roles, days_missing="2")
            assert "Person" not in told.text + " ".join(told.notes)

    def test_search_with_history_and_links_to_what_is_done_elsewhere(self) -> None:
        plan, told = read(JIRA_JSON, roles=ROLES)
        found = steps(plan)

        assert told.notes == ()
        assert found["pay-7"].done == date(2026, 11, 19)
        assert found["pay-7"].needs == (("data-scientist", 1),)
        assert found["pay-8"].begun == date(2026, 11, 20)
        assert found["pay-8"].after == (Link("pay-7"),)
        assert found["pay-8"].days == Fixed(4)
        assert found["pay-9"].days == Fixed(1)

    def test_a_day_has_as_many_hours_as_is_said(self) -> None:
        assert steps(read(JIRA_JSON, hours_a_day=4.0)[0])["pay-9"].days == Fixed(2)

    def test_a_link_to_what_was_not_exported_is_refused_unless_left_out(self) -> None:
        issue = jira_issue("P-1", timeoriginalestimate=9, issuelinks=[blocked_by("Q-2")])
        text = json.dumps([issue])
        problem = refused(text)
        assert (problem.field, problem.value) == ("after (P-1)", "q-2")

        plan, told = read(text, drop_outside=True)
        assert plan.steps[0].after == ()
        assert told.notes == ("1 link to what the file does not hold left out",)

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("144000", "two days", "Original estimate (row 3)"),
            ("20/Nov/26 4:12 PM", "last week", "Resolved (row 3)"),
            ("20/Nov/26 4:12 PM", "", "Resolved (row 3)"),
            ("PAY-4,10004", "PAY-3,10004", "key (row 5)"),
            ("Summary", "Title", "columns (row 1)"),
        ],
    )
    def test_what_is_wrong_names_row_and_column(self, old: str, new: str, field: str) -> None:
        assert old in JIRA_CSV
        assert refused(JIRA_CSV.replace(old, new, 1), days_missing="1").field == field

    def test_a_page_of_a_longer_answer_says_so(self) -> None:
        _, told = read(JIRA_JSON.replace('"total": 3', '"total": 210'))
        assert told.notes[0] == "the file holds 3 of 210 issues that were found"

    @pytest.mark.parametrize("text", ["[1", '{"issues": [{"key": "P-1"}]}', '{"issues": []}'])
    def test_other_json_is_refused(self, text: str) -> None:
        refused(text, Format.JIRA_JSON)

    @pytest.mark.parametrize(
        "written",
        [
            "2026-11-18 10:00",
            "18/Nov/26 2:05 PM",
            "18/Nov/2026 14:05",
            "18.11.26 14:05",
            "18.11.2026 14:05:09",
            "2026/11/18 14:05",
            "Nov 18, 2026, 2:05 PM",
        ],
    )
    def test_dates_are_read_as_installations_of_jira_write_them(self, written: str) -> None:
        plan, _ = read(f'Issue key,Summary,Status,Resolved\nA-1,One,Done,"{written}"\n')
        assert steps(plan)["a-1"].done == date(2026, 11, 18)

    def test_a_date_that_may_be_either_of_two_days_is_refused(self) -> None:
        problem = refused("Issue key,Summary,Status,Resolved\nA-1,One,Done,01/02/2026 10:00\n")
        assert (problem.field, problem.value) == ("Resolved (row 2)", "01/02/2026 10:00")

    def test_a_parent_may_be_named_by_its_number(self) -> None:
        text = (
            "Issue Key,Issue id,SUMMARY,Parent id,Original Estimate,Due date\n"
            "A-1,101,Epic,,,15/Jan/27 12:00 AM\n"
            "A-2,102,Story,101,28800,\n"
            "A-3,103,Elsewhere,999,57600,30/Jan/27 12:00 AM\n"
        )
        plan, found = read(text)
        epic = steps(plan)["a-1"]

        assert (epic.milestone, epic.after) == (True, (Link("a-2"),))
        assert epic.deadline == date(2027, 1, 15)
        assert steps(plan)["a-3"].days == Fixed(2.0)
        assert found.notes == ("1 due date left out: only milestones have a deadline",)


class TestGithub:
    @pytest.mark.parametrize("around", ['{{"total_count": 2, "items": {0}}}', "[{0}]"])
    def test_what_a_search_answers_and_collected_pages_are_read(self, around: str) -> None:
        assert read(around.format(GITHUB))[0].steps == read(GITHUB)[0].steps

    def test_a_size_without_days_says_none(self) -> None:
        text = json.dumps([github_issue(1, labels=["size: XL", "estimate: 2d"])])
        assert steps(read(text)[0])["issue-1"].days == Fixed(2.0)

        problem = refused(json.dumps([github_issue(1, labels=["size: M"])]))
        assert (problem.field, problem.value) == ("days", "issue-1 (#1)")

    def test_milestones_keep_their_due_dates(self) -> None:
        due = [
            github_issue(
                number,
                labels=["estimate: 2d"],
                milestone={"number": number, "title": "M", "dueOn": f"202{5 + number}-01-15"},
            )
            for number in (1, 2)
        ]
        plan, found = read(json.dumps(due))

        assert steps(plan)["milestone-1"].deadline is None
        assert steps(plan)["milestone-2"].deadline == date(2027, 1, 15)
        assert found.notes == ("1 due date of milestones left out: they have passed",)

    def test_labels_milestones_and_links(self) -> None:
        plan, told = read(GITHUB, roles={"first": "data-scientist"})
        found = steps(plan)

        assert (plan.name, plan.goal, plan.deadline) == ("Beta", "milestone-1", date(2026, 12, 18))
        assert found["issue-12"].done == date(2026, 11, 18)
        assert found["issue-13"].days == Pert(2, 3, 8)
        assert found["issue-13"].after == (Link("issue-12"),)
        assert found["issue-13"].needs == (("ml-engineer", 1),)
        assert found["issue-14"].needs == (("data-scientist", 1),)
        assert found["issue-14"].after == (Link("issue-13"),)
        assert "issue-15" not in found
        assert [link.step for link in found["milestone-1"].after] == [
            "issue-12",
            "issue-13",
            "issue-14",
        ]
        left, unestimated = told.notes
        assert "1 issue left out" in left
        assert unestimated.startswith("1 finished step without an estimate")
        assert not found["issue-12"].estimated
        assert "days: 0" not in told.text

    def test_rest_answers_are_read_and_pull_requests_are_not_work(self) -> None:
        plan, _ = read(GITHUB_REST)
        found = steps(plan)

        assert list(found) == ["issue-3", "issue-5", "milestone-2"]
        assert found["issue-3"].days == Fixed(5)
        assert found["issue-5"].days == Fixed(1.5)
        assert plan.goal == "milestone-2"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"labels": [{"name": "estimate: soon"}]}, "labels (#7)"),
            ({"labels": ["estimate: 1d", "effort: 2d"]}, "labels (#7)"),
            ({"state": "CLOSED"}, "closedAt (#7)"),
            ({"title": ""}, "title (#7)"),
            ({"number": None}, "number (issue 1)"),
            ({"body": "Blocked by #8"}, "after (#7)"),
            ({"labels": []}, "days"),
        ],
    )
    def test_what_is_wrong_names_the_issue(self, change: dict[str, Any], field: str) -> None:
        problem = refused(f"[{json.dumps({**github_issue(7), **change})}]", Format.GITHUB)
        assert problem.field == field


class TestMsProject:
    def test_tasks_links_calendar_and_roles(self) -> None:
        plan, told = read(MS_PROJECT)
        found = steps(plan)

        assert (plan.name, plan.start) == ("Payments live", date(2026, 11, 23))
        assert plan.calendar.week == (True, True, True, True, False, False, False)
        assert plan.calendar.holidays == {date(2026, 12, 24), date(2026, 12, 28)}
        assert numbers(plan) == {"data-science": 1, "ml-engineer": 2}
        assert found["task-1"].milestone
        assert [link.step for link in found["task-1"].after] == ["task-2", "task-3"]
        assert found["task-2"].days == Fixed(5)
        assert found["task-3"].after == (Link("task-2", 1),)
        assert found["task-3"].needs == (("data-science", 0.75), ("ml-engineer", 2))
        assert found["task-4"].days == Fixed(1.5)
        assert found["task-4"].not_before == date(2027, 1, 4)
        assert found["task-4"].needs == ()
        assert found["task-5"].milestone
        assert "Person" not in told.text + " ".join(told.notes)
        assert len(told.notes) == 1
        assert told.notes[0].startswith("1 task with a resource that no group or mapping gives")

    def test_work_under_way_and_a_mapping(self) -> None:
        done = ms_task(
            2,
            "Collect",
            1,
            Duration="PT40H0M0S",
            PercentComplete=100,
            ActualStart="2026-11-09T08:00:00",
            ActualFinish="2026-11-16T17:00:00",
        )
        begun = ms_task(3, "Clean", 1, Duration="PT80H", ActualStart="2026-11-17T08:00:00")
        plan, _ = read(ms_project(done, begun), roles={"Second Person": "risk-officer"})
        found = steps(plan)

        assert found["task-2"].done == date(2026, 11, 16)
        assert (found["task-3"].begun, found["task-3"].done) == (date(2026, 11, 17), None)
        assert numbers(plan)["risk-officer"] == 0.5

    def test_what_comes_before_a_summary_comes_before_its_parts(self) -> None:
        tasks = (
            ms_task(2, "First", 1, Duration="PT8H0M0S"),
            ms_task(3, "All", 1, Summary=1, after=ms_link(2)),
            ms_task(4, "Part", 2, Duration="PT8H0M0S"),
        )
        assert steps(read(ms_project(*tasks))[0])["task-4"].after == (Link("task-2"),)

    @pytest.mark.parametrize(
        ("task", "field", "expected"),
        [
            ({"after": ms_link(2, kind=3)}, "Type", "finish-start"),
            ({"after": ms_link(2, lag=4800, form=8)}, "LagFormat", "elapsed time"),
            ({"after": ms_link(2, lag=50, form=19)}, "LagFormat", "share of the duration"),
            ({"after": ms_link(77)}, "after", "something that the file holds"),
            ({"Duration": "3 days"}, "Duration", "ISO 8601"),
            ({"DurationFormat": 8}, "Duration", "elapsed"),
            ({"PercentComplete": 100}, "ActualFinish", "the day on which"),
        ],
    )
    def test_what_plans_do_not_have_is_refused_by_task_and_field(
        self, task: dict[str, object], field: str, expected: str
    ) -> None:
        wrong = ms_task(9, "Wrong", 1, **{"Duration": "PT8H0M0S", **task})
        problem = refused(ms_project(*MS_TASKS, wrong))

        assert problem.field.startswith(f"{field} (")
        assert expected in problem.expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("<Project><Tasks>", "XML"),
            ("<Plan/>", "<Project>"),
            (
                '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Project>&b;</Project>',
                "without a document type",
            ),
            ('<!DOCTYPE x SYSTEM "file:///etc/hostname"><Project/>', "without a document type"),
            ("<Project>" + "<a>" * 60 + "</a>" * 60 + "</Project>", "40 levels"),
        ],
    )
    def test_other_xml_is_refused_and_no_entity_is_read(self, text: str, expected: str) -> None:
        assert expected in refused(text).expected

    def test_a_calendar_without_working_days_is_refused(self) -> None:
        text = MS_PROJECT.replace("<DayWorking>1</DayWorking>", "<DayWorking>0</DayWorking>")
        assert "working day" in refused(text).expected

    def test_a_milestone_keeps_its_deadline(self) -> None:
        due = {"Deadline": "2027-01-15T17:00:00"}
        tasks = (
            ms_task(2, "Work", 1, Duration="PT8H0M0S", **due),
            ms_task(3, "Live", 1, Milestone=1, Duration="PT0H0M0S", after=ms_link(2), **due),
        )
        plan, found = read(ms_project(*tasks))

        assert steps(plan)["task-3"].deadline == date(2027, 1, 15)
        assert "1 due date left out: only milestones have a deadline" in found.notes


class TestShape:
    def test_a_triangle_stays_one(self) -> None:
        text = "key,optimistic,likely,pessimistic,shape\na,1,2,3,triangular\n"
        assert read(text)[0].steps[0].days == Triangular(1, 2, 3)

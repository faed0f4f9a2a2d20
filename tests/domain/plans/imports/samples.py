"""Files as other tools export them, with simulated content."""

import json
from typing import Any

JIRA_CSV = (
    "Issue key,Issue id,Summary,Issue Type,Status,Status Category,Resolution,Resolved,Assignee,"
    "Assignee Id,Original estimate,Parent key,Inward issue link (Blocks),"
    "Inward issue link (Blocks),Outward issue link (Blocks)\n"
    'PAY-1,10001,"Score payments, live",Epic,In Progress,In Progress,,,,,,,,,\n'
    "PAY-2,10002,Collect two years of payments,Story,Done,Done,Done,20/Nov/26 4:12 PM,"
    "First Person,a1,144000,PAY-1,,,PAY-3\n"
    "PAY-3,10003,Train the trees,Story,In Progress,In Progress,,,First Person,a1,288000,PAY-1,"
    "PAY-2,,PAY-4\n"
    "PAY-4,10004,Serve the scores,Story,To Do,To Do,,,Second Person,b2,57600,PAY-1,PAY-3,PAY-5,\n"
    "PAY-5,10005,Order the servers,Task,To Do,To Do,,,,,,PAY-1,,,\n"
    "PAY-6,10006,Buy the scores,Story,Done,Done,Won't Do,19/Nov/26 9:00 AM,,,,PAY-1,,,\n"
)


def jira_issue(key: str, **fields: Any) -> dict[str, Any]:
    """An issue as Jira's search answers it."""
    said = {"summary": f"About {key}", "status": status("To Do", "new"), "issuelinks": [], **fields}
    return {"id": key[-1], "key": key, "fields": said}


def status(name: str, category: str) -> dict[str, Any]:
    """A status with its category."""
    names = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}
    return {"name": name, "statusCategory": {"key": category, "name": names[category]}}


def blocked_by(key: str, category: str = "new") -> dict[str, Any]:
    """A link of the kind Blocks, seen from what is blocked."""
    kind = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
    return {
        "type": kind,
        "inwardIssue": {"key": key, "fields": {"status": status("Any", category)}},
    }


JIRA_JSON = json.dumps(
    {
        "total": 3,
        "issues": [
            jira_issue(
                "PAY-7",
                timeoriginalestimate=86_400,
                status=status("Shipped", "done"),
                resolution={"name": "Done"},
                resolutiondate="2026-11-19T16:12:00.000+0100",
                assignee={"displayName": "First Person", "emailAddress": "first@example.com"},
            ),
            {
                **jira_issue(
                    "PAY-8",
                    timeoriginalestimate=115_200,
                    status=status("Building", "indeterminate"),
                    issuelinks=[blocked_by("PAY-7"), blocked_by("OLD-1", "done")],
                ),
                "changelog": {
                    "histories": [
                        {
                            "created": "2026-11-20T08:00:00.000+0000",
                            "items": [{"field": "status", "toString": "Building"}],
                        },
                        {"created": "2026-11-02T08:00:00.000+0000", "items": [{"field": "rank"}]},
                    ]
                },
            },
            jira_issue(
                "PAY-9",
                timetracking={"originalEstimateSeconds": 28_800},
                issuelinks=[blocked_by("PAY-8")],
                parent={"key": "ELSEWHERE-1"},
            ),
        ],
    }
)


def github_issue(number: int, **more: Any) -> dict[str, Any]:
    """An issue as `gh issue list --json` prints it."""
    return {
        "number": number,
        "title": f"Work {number}",
        "state": "OPEN",
        "labels": [{"name": "estimate: 3d"}],
        "milestone": {"number": 1, "title": "Beta", "dueOn": "2026-12-18T00:00:00Z"},
        "assignees": [],
        "body": "",
        **more,
    }


GITHUB = json.dumps(
    [
        github_issue(
            12,
            state="CLOSED",
            stateReason="COMPLETED",
            closedAt="2026-11-18T10:00:00Z",
            labels=[],
        ),
        github_issue(
            13,
            labels=[{"name": "estimate: 2/3/8"}, {"name": "role: ml-engineer"}],
            body="Depends on #12 and #15.\nNot on #99, which is a mention alone.",
        ),
        github_issue(14, body="Blocked by: #13", assignees=[{"login": "first"}]),
        github_issue(
            15, state="CLOSED", stateReason="NOT_PLANNED", closedAt="2026-11-18T10:00:00Z"
        ),
    ]
)
GITHUB_REST = json.dumps(
    [
        {
            "number": 3,
            "title": "Load the table",
            "state": "closed",
            "state_reason": "completed",
            "closed_at": "2026-11-17T09:00:00Z",
            "labels": [{"name": "estimate: 1w"}],
            "milestone": None,
            "assignees": [],
            "body": None,
        },
        {"number": 4, "title": "A change", "state": "open", "pull_request": {"url": "x"}},
        {
            "number": 5,
            "title": "Score the table",
            "state": "open",
            "labels": [{"name": "effort: 12h"}],
            "milestone": {"number": 2, "title": "Live", "due_on": None, "state": "open"},
            "assignees": [{"login": "first"}],
            "body": "blocked by #3",
        },
    ]
)

_TASK = "<Task><UID>{0}</UID><Name>{1}</Name><OutlineLevel>{2}</OutlineLevel>{3}</Task>"


def ms_task(uid: int, name: str, level: int = 2, **fields: object) -> str:
    """A task as MS Project writes it; `after` is what stands in its links."""
    after = fields.pop("after", "")
    said = "".join(f"<{field}>{value}</{field}>" for field, value in fields.items())
    return _TASK.format(uid, name, level, said + str(after))


def ms_link(uid: int, kind: int = 1, lag: int = 0, form: int = 7) -> str:
    """A link to a predecessor: 1 is finish-start; the lag is in tenths of a minute."""
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>"
        f"<CrossProject>0</CrossProject><LinkLag>{lag}</LinkLag><LagFormat>{form}</LagFormat>"
        "</PredecessorLink>"
    )


def ms_project(*tasks: str, head: str = "") -> str:
    """A project of MS Project with a calendar of four days a week, and three resources."""
    days = "".join(
        f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(day in (2, 3, 4, 5))}</DayWorking>"
        "</WeekDay>"
        for day in range(1, 8)
    )
    holidays = (
        "<Exceptions><Exception><Name>Year's end</Name><DayWorking>0</DayWorking><TimePeriod>"
        "<FromDate>2026-12-24T00:00:00</FromDate><ToDate>2026-12-28T23:59:00</ToDate>"
        "</TimePeriod></Exception></Exceptions>"
    )
    resources = "".join(
        f"<Resource><UID>{uid}</UID><Name>{name}</Name><Type>1</Type>{more}</Resource>"
        for uid, name, more in (
            (1, "First Person", "<Group>Data science</Group><MaxUnits>1</MaxUnits>"),
            (2, "ML engineer", "<IsGeneric>1</IsGeneric><MaxUnits>2.00</MaxUnits>"),
            (3, "Second Person", "<MaxUnits>0.5</MaxUnits>"),
        )
    )
    assignments = "".join(
        f"<Assignment><TaskUID>{task}</TaskUID><ResourceUID>{resource}</ResourceUID>"
        f"<Units>{units}</Units></Assignment>"
        for task, resource, units in ((2, 1, 1), (3, 1, 0.6), (3, 2, 2), (4, 3, 0.5))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Project xmlns="http://schemas.microsoft.com/project">\n'
        f"<Name>payments.xml</Name><Title>Payments live</Title>{head}"
        "<StartDate>2026-11-23T08:00:00</StartDate><CalendarUID>1</CalendarUID>"
        "<MinutesPerDay>480</MinutesPerDay>"
        f"<Calendars><Calendar><UID>1</UID><Name>Standard</Name><WeekDays>{days}</WeekDays>"
        f"{holidays}</Calendar></Calendars>\n"
        f"<Tasks>{ms_task(0, 'Payments live', 0)}\n" + "\n".join(tasks) + "</Tasks>\n"
        f"<Resources>{resources}</Resources><Assignments>{assignments}</Assignments></Project>"
    )


MS_TASKS = (
    ms_task(1, "Data", 1, Summary=1, Duration="PT64H0M0S"),
    ms_task(2, "Collect", Duration="PT40H0M0S", PercentComplete=0),
    ms_task(3, "Clean", Duration="PT24H0M0S", after=ms_link(2, lag=4800)),
    ms_task(
        4,
        "Serve",
        1,
        Duration="PT12H0M0S",
        ConstraintType=4,
        ConstraintDate="2027-01-04T08:00:00",
        after=ms_link(1),
    ),
    ms_task(5, "Live", 1, Milestone=1, Duration="PT0H0M0S", after=ms_link(4)),
)
MS_PROJECT = ms_project(*MS_TASKS)

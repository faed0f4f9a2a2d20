"""Tasks of MS Project as steps, from its XML; only finish-start links can be taken over; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.canonical import Json
from gonogo.domain.plans.imports.grouped import grouped
from gonogo.domain.plans.imports.items import (
    EVERYBODY,
    Imported,
    Item,
    Options,
    counted,
    day,
    one_line,
    plain,
    refuse,
    role_of,
    slugged,
)
from gonogo.domain.plans.imports.ms_calendar import calendar
from gonogo.domain.plans.imports.xml_tree import Element, read
from gonogo.domain.plans.people import QUARTERS

TYPES = {"0": "finish-finish", "1": "finish-start", "2": "start-finish", "3": "start-start"}
FINISH_START = "1"
ELAPSED = frozenset({"4", "6", "8", "10", "12", "36", "38", "40", "42", "44"})
"""Formats of durations that run on through nights and weekends."""
PERCENT = frozenset({"19", "20", "51", "52"})
PERIOD = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
NO_EARLIER = frozenset({"2", "4"})
"""Constraints: must start on, start no earlier than."""
FREE = frozenset({"", "0"})
"""As soon as possible."""
WORK = "1"
"""The type of a resource that is somebody, not a thing or a cost."""
TENTHS = 10
"""Lags are in tenths of a minute."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Resources as roles; no resource's own name, which may be somebody's."""

    of: Mapping[str, str]
    """UID → role, where it has one."""
    people: Mapping[str, float]
    unknown: frozenset[str]


def items(said: str, options: Options) -> Imported:
    """The tasks of a project with links, calendar and roles; raises `Invalid` by task and field."""
    project = read(said)
    if project.name != "Project":
        refuse("text", f"line {project.line}", project.name, "the element <Project> of MS Project")
    tasks = [one for one in project.all("Tasks", "Task") if _counts(one)]
    inactive = sum(one.get("Active") == "0" for one in project.all("Tasks", "Task"))
    minutes = _minutes_a_day(project)
    roles = _roles(project, options)
    needs, without = _needs(project, roles)
    parents = _parents(tasks)
    found = [_item(task, tasks, parents, minutes, needs.get(task.get("UID"), {})) for task in tasks]
    notes = [f"{counted(inactive, 'inactive task')} left out"] if inactive else []
    bound = sum(task.get("ConstraintType") not in NO_EARLIER | FREE for task in tasks)
    if bound:
        notes.append(f"{counted(bound, 'constraint')} left out: only starts no earlier are planned")
    if without:
        notes.append(
            f"{counted(without, 'task')} with a resource that no group or mapping gives a role; "
            "what has no role needs nobody"
        )
    return Imported(
        name=one_line(project.get("Title") or project.get("Name").removesuffix(".xml")) or "Plan",
        items=grouped(found),
        people=roles.people,
        calendar=calendar(project),
        start=day("StartDate", "Project", project.get("StartDate")),
        notes=tuple(notes),
    )


def _counts(task: Element) -> bool:
    """Whether it is a task: not the project's own line, no empty row, not switched off."""
    summary_of_all = task.get("UID") == "0" or task.get("OutlineLevel") == "0"
    return not summary_of_all and task.get("IsNull") != "1" and task.get("Active") != "0"


def _minutes_a_day(project: Element) -> float:
    said = project.get("MinutesPerDay") or "480"
    if not said.isdigit() or not 0 < int(said) <= 1440:
        refuse("MinutesPerDay", "Project", said, "1 to 1440 minutes")
    return float(said)


def _parents(tasks: list[Element]) -> dict[str, str]:
    """UID → UID of the summary task that it stands below, by the levels of the outline."""
    found, above = {}, [("", 0)]
    for task in tasks:
        said = task.get("OutlineLevel") or "1"
        level = int(said) if said.isdigit() else 1
        while above[-1][1] >= level:
            above.pop()
        if above[-1][0]:
            found[task.get("UID")] = above[-1][0]
        above.append((task.get("UID"), level))
    return found


def _item(
    task: Element,
    tasks: list[Element],
    parents: Mapping[str, str],
    minutes: float,
    needs: Mapping[str, float],
) -> Item:
    uid = task.get("UID")
    source = f"task {uid}, line {task.line}"
    if not uid.isdigit():
        refuse("UID", source, uid, "a number")
    summary = task.get("Summary") == "1"
    complete = task.get("PercentComplete") == "100"
    done = day("ActualFinish", source, task.get("ActualFinish")) if complete else None
    if complete and done is None:
        refuse("ActualFinish", source, None, "the day on which it was finished, as it is at 100 %")
    days = None if summary else _days(task, source, minutes)
    constrained = task.get("ConstraintType") in NO_EARLIER
    return Item(
        key=_key(uid),
        source=source,
        title=one_line(task.get("Name")) or _key(uid),
        days=days,
        after=() if summary else tuple(_links(task, tasks, parents, minutes).items()),
        needs={} if summary else needs,
        milestone=summary or (task.get("Milestone") == "1" and days in {0, None}),
        begun=None if summary else day("ActualStart", source, task.get("ActualStart")),
        done=done,
        not_before=day("ConstraintDate", source, task.get("ConstraintDate"))
        if constrained and not summary
        else None,
        deadline=day("Deadline", source, task.get("Deadline")),
        belongs=_key(parents[uid]) if uid in parents else "",
    )


def _key(uid: str) -> str:
    return f"task-{uid}"


def _days(task: Element, source: str, minutes: float) -> Json:
    said = task.get("Duration")
    if not said:
        return None
    if task.get("DurationFormat") in ELAPSED:
        refuse("Duration", source, said, "working time; this one is elapsed time, day and night")
    found = PERIOD.fullmatch(said)
    if found is None or said in {"P", "PT"} or said.endswith("T"):
        refuse("Duration", source, said, "a duration of ISO 8601 such as PT16H0M0S")
    whole = [float(one or 0) for one in found.groups()]
    # A day of a duration is one of work: Project itself writes hours.
    total = whole[0] * minutes + whole[1] * 60 + whole[2] + whole[3] / 60
    return plain(round(total / minutes, 4))


def _links(
    task: Element, tasks: list[Element], parents: Mapping[str, str], minutes: float
) -> dict[str, float]:
    """What comes before a task, and before the summary tasks that it is a part of."""
    found: dict[str, float] = {}
    by_uid = {one.get("UID"): one for one in tasks}
    here = task.get("UID")
    while here:
        for link in by_uid[here].all("PredecessorLink"):
            key, lag = _link(link, minutes)
            found[key] = max(lag, found.get(key, lag))
        here = parents.get(here, "")
    return found


def _link(link: Element, minutes: float) -> tuple[str, float]:
    source = f"line {link.line}"
    kind = link.get("Type") or FINISH_START
    if kind != FINISH_START:
        refuse("Type", source, TYPES.get(kind, kind), "finish-start, the one kind that plans have")
    if link.get("CrossProject") == "1":
        refuse("PredecessorLink", source, "CrossProject", "a task of this project")
    uid, lag, form = link.get("PredecessorUID"), link.get("LinkLag") or "0", link.get("LagFormat")
    if not re.fullmatch(r"-?\d{1,12}", lag):
        refuse("LinkLag", source, lag, "a whole number, tenths of a minute")
    if int(lag) and (form in ELAPSED or form in PERCENT):
        what = "a share of the duration" if form in PERCENT else "elapsed time, day and night"
        refuse("LagFormat", source, form, f"working time; this lag is {what}")
    return _key(uid), round(int(lag) / TENTHS / minutes, 4)


def _roles(project: Element, options: Options) -> Roles:
    """A role by the mapping, by name or group; else the group; else a generic resource's name."""
    found: dict[str, str] = {}
    people: dict[str, float] = {}
    unknown = set()
    named = {name: role for name, role in options.roles.items() if name != EVERYBODY}
    for one in project.all("Resources", "Resource"):
        uid, name, group = one.get("UID"), one.get("Name"), one.get("Group")
        if uid == "0" or not name or (one.get("Type") or WORK) != WORK:
            continue
        generic = name if one.get("IsGeneric") == "1" else ""
        role = named.get(name) or named.get(group) or slugged(group) or slugged(generic)
        role = role or role_of((name,), options) or ""
        if not role:
            unknown.add(uid)
            continue
        found[uid] = role
        people[role] = people.get(role, 0.0) + _units(one, "MaxUnits")
    return Roles(
        found, {role: _quarters(number) for role, number in people.items()}, frozenset(unknown)
    )


def _needs(project: Element, roles: Roles) -> tuple[dict[str, dict[str, float]], int]:
    """UID of a task → role → how many it needs; and how many tasks have somebody without a role."""
    found: dict[str, dict[str, float]] = {}
    without = set()
    for one in project.all("Assignments", "Assignment"):
        task, role = one.get("TaskUID"), roles.of.get(one.get("ResourceUID"))
        if one.get("ResourceUID") in roles.unknown:
            without.add(task)
        if role is not None:
            needs = found.setdefault(task, {})
            needs[role] = needs.get(role, 0.0) + _units(one, "Units")
    rounded = {
        task: {role: _quarters(number) for role, number in needs.items() if number}
        for task, needs in found.items()
    }
    return rounded, len(without)


def _units(found: Element, name: str) -> float:
    said = found.get(name) or "1"
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", said):
        refuse(name, f"line {found.line}", said, "a share of somebody such as 0.5")
    return float(said)


def _quarters(number: float) -> float:
    """At least as many, in quarters of a person, as plans count them."""
    return -(-number * QUARTERS // 1) / QUARTERS

"""Issues of GitHub as steps, from `gh issue list --json` or from the REST API; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from gonogo.core.canonical import Json
from gonogo.domain.plans.imports.found import Found, decoded, listed, member, text
from gonogo.domain.plans.imports.grouped import Assigned, grouped
from gonogo.domain.plans.imports.items import (
    DURATION_SAYS,
    Imported,
    Item,
    Options,
    counted,
    day,
    duration,
    one_line,
    refuse,
)

ESTIMATE = re.compile(r"(?:estimate|effort|size)\s*[:=]\s*(.+)", re.IGNORECASE)
SIZE = re.compile(r"size\s*[:=]\s*(?:x*[sl]|m|small|medium|large)", re.IGNORECASE)
"""A size that says nothing of days."""
ROLE = re.compile(r"role\s*[:=]\s*(.+)", re.IGNORECASE)
BLOCKED = re.compile(
    r"\b(?:blocked by|depends on)\s*:?\s+((?:#\d+(?:\s*(?:,|and|&)\s*)?)+)", re.IGNORECASE
)
ISSUE = re.compile(r"#(\d+)")
UNDONE = frozenset({"NOT_PLANNED", "DUPLICATE"})
"""Why an issue is closed that nobody worked off."""
LONGEST_BODY = 65_536


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone of GitHub."""

    key: str
    title: str
    due: date | None
    closed: date | None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, as both ways of asking tell it."""

    number: int
    title: str
    labels: tuple[str, ...]
    closed: date | None
    dropped: bool
    """Closed, but not because it was done."""
    milestone: Milestone | None
    after: tuple[int, ...]
    people: tuple[tuple[str, ...], ...] = field(repr=False)

    @property
    def source(self) -> str:
        return f"#{self.number}"


def items(said: str, options: Options) -> Imported:
    """Issues with their milestones; raises `Invalid` naming the issue.

    How long one takes stands in a label, `estimate: 3d`; what it waits for in its text,
    `Blocked by #12`; who does it in a label, `role: ml-engineer`, or in the mapping.
    """
    found = _pages(decoded(said))
    if not isinstance(found, list):
        refuse("text", "", type(found).__name__, "a list of issues")
    raw = [one for one in listed({"all": found}, "all") if "pull_request" not in one]
    issues = [_issue(number, one) for number, one in enumerate(raw)]
    kept = [issue for issue in issues if not issue.dropped]
    gone = {issue.number for issue in issues if issue.dropped}
    assigned = Assigned.by(options)
    milestones = list({issue.milestone: None for issue in kept if issue.milestone})
    steps = [_step(issue, gone, assigned, options) for issue in kept]
    notes = [_dropped(len(gone))] if gone else []
    only = milestones[0] if len(milestones) == 1 and not milestones[0].closed else None
    return Imported(
        name=only.title if only else "Issues",
        items=grouped([*steps, *(_milestone(one, alone=one is only) for one in milestones)]),
        people=assigned.people,
        goal=only.key if only else None,
        deadline=only.due if only and only.due and only.due >= options.today else None,
        notes=(*notes, *assigned.notes),
    )


def _pages(found: Found) -> Found:
    """The list of issues in what a search answers, or in pages that were collected."""
    if isinstance(found, dict) and isinstance(found.get("items"), list):
        return found["items"]
    if isinstance(found, list) and found and all(isinstance(one, list) for one in found):
        return [one for page in found for one in page]
    return found


def _dropped(number: int) -> str:
    return f"{counted(number, 'issue')} left out that nobody worked off, and links to them"


def _issue(place: int, found: Found) -> Issue:
    number = member(found, "number")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        refuse("number", f"issue {place + 1}", number, "the number of an issue: export it too")
    source = f"#{number}"
    if not text(found, "title"):
        refuse("title", source, None, "the title of the issue: export it too")
    is_closed = text(found, "state").lower() == "closed"
    at = text(found, "closedAt") or text(found, "closed_at")
    if is_closed and not at:
        refuse("closedAt", source, None, "the day on which it was closed: export it too")
    why = (text(found, "stateReason") or text(found, "state_reason")).upper()
    return Issue(
        number=number,
        title=one_line(text(found, "title")),
        labels=tuple(_labels(found)),
        closed=day("closedAt", source, at) if is_closed else None,
        dropped=is_closed and why in UNDONE,
        milestone=_of_milestone(found, source),
        after=tuple(_after(text(found, "body"), number)),
        people=tuple((text(one, "login"),) for one in listed(found, "assignees")),
    )


def _labels(found: Found) -> Iterator[str]:
    labels = member(found, "labels")
    for one in labels if isinstance(labels, list) else ():
        yield one if isinstance(one, str) else text(one, "name")


def _of_milestone(found: Found, source: str) -> Milestone | None:
    told = member(found, "milestone")
    title, number = text(told, "title"), text(told, "number")
    if not title or not number:
        return None
    due = text(told, "dueOn") or text(told, "due_on")
    closed = text(told, "closedAt") or text(told, "closed_at")
    return Milestone(
        key=f"milestone-{number}",
        title=one_line(title),
        due=day("milestone.dueOn", source, due),
        closed=day("milestone.closedAt", source, closed),
    )


def _after(body: str, own: int) -> Iterator[int]:
    for found in BLOCKED.finditer(body[:LONGEST_BODY]):
        for number in ISSUE.findall(found[1]):
            if int(number) != own:
                yield int(number)


def _step(issue: Issue, gone: set[int], assigned: Assigned, options: Options) -> Item:
    roles = _said(issue.labels, ROLE)
    people = () if roles else issue.people
    return Item(
        key=f"issue-{issue.number}",
        source=issue.source,
        title=issue.title,
        days=_days(issue, options),
        after=tuple((f"issue-{number}", 0.0) for number in issue.after if number not in gone),
        needs=dict.fromkeys(roles, 1.0) or assigned.needs(issue.source, people),
        done=issue.closed,
        belongs=issue.milestone.key if issue.milestone else "",
    )


def _milestone(found: Milestone, *, alone: bool) -> Item:
    """Its deadline is that of the whole plan where it is the one milestone."""
    return Item(
        key=found.key,
        source=f"milestone {found.title}",
        title=found.title,
        milestone=True,
        done=found.closed,
        deadline=None if alone else found.due,
    )


def _days(issue: Issue, options: Options) -> Json:
    told = [label for label in issue.labels if not SIZE.fullmatch(label.strip())]
    said = _said(told, ESTIMATE)
    if not said:
        return None
    if len(said) > 1:
        refuse("labels", issue.source, ", ".join(said), "one label with an estimate")
    try:
        return duration(said[0], options.hours_a_day)
    except ValueError:
        refuse("labels", issue.source, said[0], f"an estimate: {DURATION_SAYS}")


def _said(labels: Sequence[str], what: re.Pattern[str]) -> list[str]:
    return [found[1].strip() for label in labels if (found := what.fullmatch(label.strip()))]

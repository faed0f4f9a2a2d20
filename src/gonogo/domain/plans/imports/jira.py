"""Issues of Jira as steps, from its CSV export or from the JSON of its search; pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.domain.plans.imports.csv_rows import Row, read
from gonogo.domain.plans.imports.found import Found, decoded, listed, member, text
from gonogo.domain.plans.imports.grouped import Assigned, grouped
from gonogo.domain.plans.imports.items import (
    Imported,
    Item,
    Options,
    counted,
    day,
    one_line,
    plain,
    refuse,
    slugged,
)

SECONDS_AN_HOUR = 3600
BLOCKED = "is blocked by"
DROPPED = re.compile(
    r"won.?t (do|fix)|duplicate|cannot reproduce|declined|cancell?ed|incomplete|abandoned",
    re.IGNORECASE,
)
"""Resolutions of issues that nobody worked off."""
DONE = frozenset({"done", "closed", "resolved"})
LINK_COLUMN = "Inward issue link (Blocks)"
PARENTS = (
    "Parent key",
    "Parent",
    "Parent id",
    "Custom field (Epic Link)",
    "Epic Link",
    "Custom field (Parent)",
)


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, as both exports tell it."""

    key: str
    source: str
    """Where it stands: its row, or its key."""
    title: str
    status: str
    category: str
    """Of the status: To Do, In Progress, Done; "" where the export leaves it out."""
    resolution: str
    resolved: str
    begun: str
    seconds: str
    """Of work, as first estimated."""
    due: str
    parent: str
    blocked_by: tuple[str, ...]
    people: tuple[tuple[str, ...], ...] = field(repr=False)
    """For each assignee the names the export gives."""

    @property
    def done(self) -> bool:
        return bool(self.resolved) or (self.category or self.status).lower() in DONE


def from_csv(said: str, options: Options) -> Imported:
    """Jira's own CSV export with all fields; raises `Invalid` by row and column."""
    _, rows = read(said, "Issue key", "Summary", any_case=True)
    numbered = {row.get("Issue id"): row.get("Issue key") for row in rows}
    return _imported([_of_row(row, numbered) for row in rows], options, ())


def from_json(said: str, options: Options) -> Imported:
    """What Jira's search answers: an object with `issues`, or their list alone."""
    found = decoded(said)
    issues = found if isinstance(found, list) else list(listed(found, "issues"))
    total = member(found, "total")
    notes: tuple[str, ...] = ()
    if isinstance(total, int) and total > len(issues):
        notes = (f"the file holds {len(issues):,} of {total:,} issues that were found",)
    return _imported([_of_json(number, one) for number, one in enumerate(issues)], options, notes)


def _of_row(row: Row, numbered: Mapping[str, str]) -> Issue:
    """`numbered`: number of an issue → its key; older exports name parents by number."""
    return Issue(
        key=row.get("Issue key"),
        source=row.source,
        title=row.get("Summary"),
        status=row.get("Status"),
        category=row.get("Status Category"),
        resolution=row.get("Resolution"),
        resolved=row.get("Resolved"),
        begun=row.get("Actual start") or row.get("Custom field (Actual start)"),
        seconds=row.get("Original estimate"),
        due=row.get("Due date"),
        parent=next(filter(None, (_keyed(row.get(name), numbered) for name in PARENTS)), ""),
        blocked_by=tuple(row.all(LINK_COLUMN)),
        people=tuple(
            (name, ident) for name, ident in [(row.get("Assignee"), row.get("Assignee Id"))] if name
        ),
    )


def _keyed(cell: str, numbered: Mapping[str, str]) -> str:
    """A parent is exported as its key or as its number, which the file may not hold."""
    return numbered.get(cell, "") if cell.isdigit() else cell


def _of_json(number: int, found: Found) -> Issue:
    key = text(found, "key")
    if not key or not isinstance(member(found, "fields"), dict):
        refuse("issues", f"issue {number + 1}", key or None, "an issue with key and fields")
    fields = found["fields"]
    who = member(fields, "assignee")
    names = [text(who, name) for name in ("emailAddress", "displayName", "accountId", "name")]
    return Issue(
        key=key,
        source=key,
        title=text(fields, "summary"),
        status=text(fields, "status", "name"),
        category=text(fields, "status", "statusCategory", "name"),
        resolution=text(fields, "resolution", "name"),
        resolved=text(fields, "resolutiondate") or _done_at(fields),
        begun=_begun(found),
        seconds=text(fields, "timeoriginalestimate")
        or text(fields, "timetracking", "originalEstimateSeconds"),
        due=text(fields, "duedate"),
        parent=text(fields, "parent", "key"),
        blocked_by=tuple(_blocked_by(fields)),
        people=(tuple(filter(None, names)),) if any(names) else (),
    )


def _done_at(fields: Found) -> str:
    """When it came into a status that counts as done, where no resolution tells."""
    if text(fields, "status", "statusCategory", "key") != "done":
        return ""
    return text(fields, "statuscategorychangedate")


def _begun(found: Found) -> str:
    """When its status changed first, where the history was exported with it."""
    moved = [
        text(history, "created")
        for history in listed(found, "changelog", "histories")
        if any(text(item, "field") == "status" for item in listed(history, "items"))
    ]
    return min(moved, default="")


def _blocked_by(fields: Found) -> Iterator[str]:
    for link in listed(fields, "issuelinks"):
        if text(link, "type", "inward").lower() == BLOCKED:
            key = text(link, "inwardIssue", "key")
            category = text(link, "inwardIssue", "fields", "status", "statusCategory", "key")
            # What is done holds nothing up, whether or not it was exported too.
            if key and category != "done":
                yield key


def _imported(issues: list[Issue], options: Options, notes: tuple[str, ...]) -> Imported:
    dropped = {issue.key for issue in issues if issue.done and DROPPED.search(issue.resolution)}
    assigned = Assigned.by(options)
    kept = [issue for issue in issues if issue.key not in dropped]
    known = {issue.key for issue in kept}
    items = grouped([_item(issue, known, dropped, assigned, options) for issue in kept])
    if dropped:
        left = f"{counted(len(dropped), 'issue')} left out that nobody worked off"
        notes = (*notes, f"{left}, and links to what is left out")
    return Imported(
        name=_name(kept),
        items=items,
        people=assigned.people,
        notes=(*notes, *assigned.notes),
    )


def _name(issues: Iterable[Issue]) -> str:
    projects = dict.fromkeys(issue.key.rpartition("-")[0] for issue in issues)
    return " and ".join(filter(None, projects)) or "Plan"


def _item(
    issue: Issue, known: set[str], dropped: set[str], assigned: Assigned, options: Options
) -> Item:
    key = slugged(issue.key)
    if not key:
        refuse("Issue key", issue.source, issue.key, "a key such as PAY-12")
    done = day("Resolved", issue.source, issue.resolved) if issue.done else None
    if issue.done and done is None:
        refuse("Resolved", issue.source, None, "the day on which it was done, as its status is")
    begun = day("Actual start", issue.source, issue.begun)
    started = issue.category.lower() == "in progress" or issue.done
    return Item(
        key=key,
        source=issue.source,
        title=one_line(issue.title) or issue.key,
        days=_days(issue, options),
        after=tuple((slugged(one), 0.0) for one in issue.blocked_by if one not in dropped),
        needs=assigned.needs(issue.source, issue.people),
        begun=begun if started and not (begun and done and begun > done) else None,
        done=done,
        deadline=day("Due date", issue.source, issue.due),
        under_way=started and done is None,
        belongs=slugged(issue.parent) if issue.parent in known else "",
    )


def _days(issue: Issue, options: Options) -> Json:
    """Working days of the first estimate, which Jira exports in seconds; None without one."""
    if not issue.seconds:
        return None
    try:
        seconds = float(issue.seconds)
        if not 0 <= seconds < float("inf"):
            raise ValueError(issue.seconds)
    except ValueError as error:
        raise Invalid(
            field=f"Original estimate ({issue.source})",
            value=issue.seconds,
            expected="seconds of work, 0 or more",
        ) from error
    if seconds == 0:
        return None
    return plain(round(seconds / SECONDS_AN_HOUR / options.hours_a_day, 4))

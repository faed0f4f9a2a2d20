"""Incidents: what stands open in production, who looks after it, and how others ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.roles import Action
from gonogo.core.subjects import SubjectKind
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.incidents import reads
from gonogo.domain.incidents.rules import Incident, subject_of
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.refused import Refused

OPEN = 50
"""Unresolved ones that are shown."""


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What somebody said of an incident."""

    by: str
    at: str
    note: str
    entry: str


@dataclass(frozen=True, slots=True)
class IncidentSeen:
    """One incident."""

    number: int
    state: str
    about: str
    case: str | None
    arm: str
    version: str | None
    """`model:name@number`."""
    why: str
    detail: str
    times: int
    first_at: str
    last_at: str
    entry: str
    acknowledged: SaidOf | None
    resolved: SaidOf | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class IncidentsPage:
    """All incidents, or those of one use case."""

    headline: str
    case: str | None
    standing: tuple[IncidentSeen, ...]
    resolved: tuple[IncidentSeen, ...]
    next: str | None
    may: bool
    """Whether the reader may look after any of them."""
    form: str
    """`resolve-3`: the form that was refused; "" for none."""
    values: Mapping[str, str]
    refused: Refused | None


def incidents(
    work: Work,
    case: str | None = None,
    cursor: str | None = None,
    *,
    form: str = "",
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> IncidentsPage:
    """The page, of one use case or of all."""
    standing = reads.standing(work, case, OPEN)
    page = reads.listed(work, case=case, state="resolved", cursor=cursor)
    who = {
        said.by
        for one in (*standing, *page.items)
        for said in (one.acknowledged, one.resolved)
        if said is not None
    }
    names = accounts.names(work, who)
    on = work.subjects.lineage(subject_of(case))
    return IncidentsPage(
        headline=_headline(standing),
        case=case,
        standing=tuple(_seen(one, names) for one in standing),
        resolved=tuple(_seen(one, names) for one in page.items),
        next=page.next,
        may=work.caller.refuses(Action.INCIDENT_HANDLE, on) is None,
        form=form,
        values=dict(values or {}),
        refused=refused,
    )


def in_one_line(work: Work, case: str) -> str:
    """What stands open of a use case; "" for nothing."""
    found = reads.standing(work, case, OPEN)
    if not found:
        return ""
    more = "or more " if len(found) == OPEN else ""
    return f"{len(found)} {more}not resolved, the last {found[0].last_at[:16].replace('T', ' ')}"


def _headline(standing: list[Incident]) -> str:
    if not standing:
        return "Nothing stands open."
    n, alone = len(standing), sum(one.acknowledged is None for one in standing)
    said = f"{n} {'incident is' if n == 1 else 'incidents are'} not resolved"
    return (
        f"{said}; nobody looks after {alone if alone < n else 'any'} of them."
        if alone
        else (f"{said}; somebody looks after each.")
    )


def _seen(one: Incident, names: Mapping[str, str]) -> IncidentSeen:
    def said(which: str) -> SaidOf | None:
        found = getattr(one, which)
        if found is None:
            return None
        return SaidOf(called(names, found.by), found.at, found.note, found.entry)

    return IncidentSeen(
        number=one.number,
        state=str(one.state),
        about=one.what.about,
        case=one.case,
        arm=one.what.arm,
        version=one.what.version and f"{SubjectKind.MODEL}:{one.what.version}",
        why=one.what.why,
        detail=one.detail,
        times=one.times,
        first_at=one.first_at,
        last_at=one.last_at,
        entry=one.entry,
        acknowledged=said("acknowledged"),
        resolved=said("resolved"),
        evidence=one.evidence,
    )

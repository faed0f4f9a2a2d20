"""Rows of incidents, and how far the files that tell of them were read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, Text, func, select

from gonogo.core.errors import NotFound
from gonogo.domain.incidents.rules import Incident, Said, What
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

LARGEST = 2**31 - 1
"""Of a number in a database."""

incidents = Table(
    "incidents",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("case", String(64), ForeignKey("cases.slug"), nullable=True),
    Column("about", String(255), nullable=False),
    Column("arm", String(255), nullable=False),
    Column("version", String(255), nullable=True),
    Column("why", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", String(24), nullable=False),
    Column("last_at", String(24), nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("acknowledged_by", String(255), nullable=True),
    Column("acknowledged_at", String(24), nullable=True),
    Column("acknowledged_note", Text, nullable=True),
    Column("acknowledged_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
    Column("resolved_by", String(255), nullable=True),
    Column("resolved_at", String(24), nullable=True),
    Column("resolved_note", Text, nullable=True),
    Column("resolved_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
    Column("evidence", String(64), ForeignKey("ledger.digest"), nullable=True),
    Index("ix_incidents_case_number", "case", "number"),
)

followed = Table(
    "incident_files",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("mark", Document, nullable=False),
)


def get(work: Work, number: int) -> Incident:
    """The incident with this number; raises `NotFound`."""
    row = None
    if 0 < number <= LARGEST:
        row = work.connection.execute(
            select(incidents).where(incidents.c.number == number)
        ).one_or_none()
    if row is None:
        raise NotFound(field="incident", value=number, expected="the number of an incident")
    return to_incident(row)


def last(work: Work) -> int:
    """The highest number there is; 0 for none."""
    found: int | None = work.connection.scalar(select(func.max(incidents.c.number)))
    return found or 0


def unresolved(work: Work) -> list[Incident]:
    """Those that stand open or are looked after, oldest first."""
    rows = work.connection.execute(
        select(incidents).where(incidents.c.resolved_entry.is_(None)).order_by(incidents.c.number)
    )
    return [to_incident(row) for row in rows]


def put(work: Work, incident: Incident) -> None:
    """Write a new incident."""
    work.connection.execute(incidents.insert().values(**_row(incident)))


def replace(work: Work, incident: Incident) -> None:
    """Write over an incident."""
    work.connection.execute(
        incidents.update().where(incidents.c.number == incident.number).values(**_row(incident))
    )


def mark_of(work: Work, name: str) -> Mapping[str, Any]:
    """How far a file was read; nothing where it never was."""
    found = work.connection.scalar(select(followed.c.mark).where(followed.c.name == name))
    return found or {}


def set_mark(work: Work, name: str, mark: Mapping[str, Any]) -> None:
    """Keep how far it was read, in the Work of what came of it."""
    changed = work.connection.execute(
        followed.update().where(followed.c.name == name).values(mark=dict(mark))
    )
    if changed.rowcount == 0:
        work.connection.execute(followed.insert().values(name=name, mark=dict(mark)))


def to_incident(row: Row[Any]) -> Incident:
    """The incident in a row."""
    return Incident(
        number=row.number,
        what=What(row.about, row.arm, row.version, row.why),
        case=row.case,
        detail=row.detail,
        times=row.times,
        first_at=row.first_at,
        last_at=row.last_at,
        snapshot=row.snapshot,
        entry=row.entry,
        acknowledged=_said(row, "acknowledged"),
        resolved=_said(row, "resolved"),
        evidence=row.evidence,
    )


def _said(row: Row[Any], name: str) -> Said | None:
    entry = getattr(row, f"{name}_entry")
    if entry is None:
        return None
    by, at, note = (getattr(row, f"{name}_{one}") for one in ("by", "at", "note"))
    return Said(by, at, note, entry)


def _row(incident: Incident) -> dict[str, Any]:
    found: dict[str, Any] = {
        "number": incident.number,
        "case": incident.case,
        "about": incident.what.about,
        "arm": incident.what.arm,
        "version": incident.what.version,
        "why": incident.what.why,
        "detail": incident.detail,
        "times": incident.times,
        "first_at": incident.first_at,
        "last_at": incident.last_at,
        "snapshot": incident.snapshot,
        "state": str(incident.state),
        "entry": incident.entry,
        "evidence": incident.evidence,
    }
    for name, said in (("acknowledged", incident.acknowledged), ("resolved", incident.resolved)):
        if said is not None:
            found |= {
                f"{name}_by": said.by,
                f"{name}_at": said.at,
                f"{name}_note": said.note,
                f"{name}_entry": said.entry,
            }
    return found

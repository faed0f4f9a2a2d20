"""Who there is for all plans, as an organisation states it, and forecasts of plans together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, insert, select

from gonogo.core.canonical import Json, digest
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind
from gonogo.domain.plans import tables
from gonogo.domain.plans.staffing import parse
from gonogo.domain.plans.tables import SavedPlan, case_plans
from gonogo.domain.plans.together import Together
from gonogo.store.measured import evidence_of
from gonogo.store.schema import metadata
from gonogo.store.work import Work

MOST = 200
"""Forecasts that are told at once, the newest."""

plan_staffing = Table(
    "plan_staffing",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("saved_at", String(24), nullable=False),
    Column("saved_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

plans_together = Table(
    "plans_together",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("cases", Text, nullable=False),
    Column("made_at", String(24), nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


@dataclass(frozen=True, slots=True)
class SavedStaffing:
    """One wording of the staffing."""

    number: int
    """From 1; the greatest is in force."""
    name: str
    text: str
    saved_at: str
    saved_by: str
    entry: str


@dataclass(frozen=True, slots=True)
class KeptTogether:
    """One forecast of plans together, as far as a list tells it."""

    number: int
    cases: str
    """Their names, with blanks between."""
    made_at: str
    made_by: str
    entry: str


def staffing(work: Work) -> SavedStaffing | None:
    """The staffing in force; None where nobody stated any."""
    query = select(plan_staffing).order_by(plan_staffing.c.number.desc()).limit(1)
    row = work.connection.execute(query).one_or_none()
    if row is None:
        return None
    return SavedStaffing(**{n: getattr(row, n) for n in SavedStaffing.__dataclass_fields__})


def save_staffing(work: Work, text: str) -> SavedStaffing:
    """Put the staffing in `text` into force; the same wording as the one in force is that one.

    Raises `Invalid` naming field and line, and `Forbidden`; then nothing is saved.
    """
    work.allow(Action.PLAN_EDIT, on=ORGANISATION)
    said = parse(text)
    now = staffing(work)
    if now is not None and now.text == text:
        return now
    number = 1 + (now.number if now else 0)
    body: dict[str, Json] = {"v": 1, "number": number, "name": said.name, "text": text}
    entry = work.append("plan-staffing", ORGANISATION, body)
    saved = SavedStaffing(
        number=number,
        name=said.name,
        text=text,
        saved_at=work.at,
        saved_by=str(work.caller.actor),
        entry=entry.digest,
    )
    values = {name: getattr(saved, name) for name in SavedStaffing.__dataclass_fields__}
    work.connection.execute(insert(plan_staffing).values(**values))
    return saved


def in_force(work: Work) -> list[SavedPlan]:
    """The plans in force of all use cases, by name."""
    later = case_plans.alias()
    newer = select(later.c.number).where(
        later.c.case == case_plans.c.case, later.c.number > case_plans.c.number
    )
    query = select(case_plans).where(~newer.exists()).order_by(case_plans.c.case)
    return [tables.to_plan(row) for row in work.connection.execute(query)]


def planned(work: Work) -> list[str]:
    """The use cases that have a plan in force, by name."""
    query = select(case_plans.c.case).distinct().order_by(case_plans.c.case)
    return list(work.connection.scalars(query))


def keep(work: Work, found: Together, cases: list[str]) -> KeptTogether:
    """Keep a forecast of plans together as evidence about each of them; raises `Forbidden`.

    The statement that joins them names its evidence. What says the same as the last one is that
    one, so that asking again writes nothing.
    """
    work.allow(Action.PLAN_FORECAST, on=ORGANISATION)
    last = next(iter(forecasts(work, 1)), None)
    said = digest(found.told)
    if last is not None and told(work, last).get("digest") == said:
        return last
    subjects = {case: Subject(SubjectKind.CASE, case) for case in found.findings}
    drafts = [
        (case, evidence_of(work, subjects[case], one))
        for case, each in found.findings.items()
        for one in each
    ]
    written = work.append_all([draft for _, draft in drafts])
    named: dict[str, list[Json]] = {case: [] for case in found.findings}
    for (case, _), one in zip(drafts, written, strict=True):
        named[case].append(one.digest)
    number = 1 + (last.number if last else 0)
    body: dict[str, Json] = {**found.told, "number": number, "digest": said}
    entry = work.append("plans-together", ORGANISATION, {**body, "evidence": dict(named)})
    kept = KeptTogether(
        number=number,
        cases=" ".join(cases),
        made_at=work.at,
        made_by=str(work.caller.actor),
        entry=entry.digest,
    )
    values = {name: getattr(kept, name) for name in KeptTogether.__dataclass_fields__}
    work.connection.execute(insert(plans_together).values(**values))
    return kept


def forecasts(work: Work, limit: int = MOST) -> list[KeptTogether]:
    """What was forecast together, the newest first."""
    query = select(plans_together).order_by(plans_together.c.number.desc()).limit(limit)
    return [
        KeptTogether(**{n: getattr(row, n) for n in KeptTogether.__dataclass_fields__})
        for row in work.connection.execute(query)
    ]


def told(work: Work, kept: KeptTogether) -> Mapping[str, Any]:
    """All that a forecast says, as the ledger keeps it."""
    found: Mapping[str, Any] = msgspec.json.decode(work.ledger.entry(kept.entry).body)
    return found


def forecast(work: Work, number: int) -> KeptTogether:
    """The forecast with this number; raises `NotFound`."""
    query = select(plans_together).where(plans_together.c.number == number)
    row = work.connection.execute(query).one_or_none() if 0 < number < 2**31 else None
    if row is None:
        raise NotFound(
            field="number", value=number, expected="the number of a forecast of plans together"
        )
    return KeptTogether(**{n: getattr(row, n) for n in KeptTogether.__dataclass_fields__})

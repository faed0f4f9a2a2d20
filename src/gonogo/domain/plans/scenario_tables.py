"""Scenarios that are kept with a use case: named changes of its plan, to be compared again."""

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, insert, select

from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.plans.scenario_file import parse
from gonogo.store.schema import metadata
from gonogo.store.work import Work

plan_scenarios = Table(
    "plan_scenarios",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("saved_at", String(24), nullable=False),
    Column("saved_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


@dataclass(frozen=True, slots=True)
class SavedScenarios:
    """One wording of the scenarios of a use case."""

    case: str
    number: int
    """From 1; the greatest is the one that counts."""
    text: str
    saved_at: str
    saved_by: str
    entry: str


def saved(work: Work, case: str) -> SavedScenarios | None:
    """The scenarios of a use case as they stand; None where there are none."""
    query = select(plan_scenarios).where(plan_scenarios.c.case == case)
    newest = query.order_by(plan_scenarios.c.number.desc()).limit(1)
    row = work.connection.execute(newest).one_or_none()
    if row is None:
        return None
    return SavedScenarios(**{n: getattr(row, n) for n in SavedScenarios.__dataclass_fields__})


def save(work: Work, case: str, text: str) -> SavedScenarios:
    """Keep the scenarios in `text` with a use case, in place of those before.

    These stay in the ledger; the same wording as before is that one. Raises `Invalid` naming
    field and line, `NotFound`, `Forbidden`.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.PLAN_EDIT, on=subject)
    parse(text)
    now = saved(work, case)
    if now is not None and now.text == text:
        return now
    number = 1 + (now.number if now else 0)
    entry = work.append("plan-scenarios", subject, {"v": 1, "number": number, "text": text})
    kept = SavedScenarios(
        case=case,
        number=number,
        text=text,
        saved_at=work.at,
        saved_by=str(work.caller.actor),
        entry=entry.digest,
    )
    values = {name: getattr(kept, name) for name in SavedScenarios.__dataclass_fields__}
    work.connection.execute(insert(plan_scenarios).values(**values))
    return kept

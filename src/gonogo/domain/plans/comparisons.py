"""Comparisons of scenarios that are kept: evidence about their use case, and a statement of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Select, select

from gonogo.core.canonical import Json, digest
from gonogo.core.chain import Entry
from gonogo.core.errors import Conflict, NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.plans import tables
from gonogo.domain.plans.comparing import Compared
from gonogo.store.ledger import ledger, to_entry
from gonogo.store.measured import evidence_of
from gonogo.store.work import Work

KIND = "plan-comparison"
MOST = 50
"""Comparisons that are told at once, the newest."""


@dataclass(frozen=True, slots=True)
class KeptComparison:
    """One comparison that was kept."""

    case: str
    number: int
    """Of the comparisons of its use case, from 1."""
    plan: int
    """The wording of the plan that scenarios were compared with."""
    told: Mapping[str, Any]
    """All that it says."""
    evidence: Mapping[str, tuple[str, ...]]
    """Of each scenario the digests of its evidence."""
    made_at: str
    made_by: str
    entry: str


def keep(work: Work, case: str, plan: int, found: Compared) -> KeptComparison:
    """Keep a comparison with a wording of the plan as evidence about its use case.

    What says the same as the last one is that one, so that keeping it again writes nothing. Raises
    `NotFound`, `Forbidden`, and `Conflict` for a plan replaced since.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.PLAN_FORECAST, on=subject)
    if tables.last_plan(work, case) != plan:
        raise Conflict(field="plan", value=plan, expected="the plan that is in force now")
    said = digest({"number": plan, **found.told})
    last = _newest(work, case)
    if last is not None and _body(last)["digest"] == said:
        return _kept(case, last)
    written = work.append_all(
        [evidence_of(work, subject, one) for each in found.findings.values() for one in each]
    )
    digests = iter(written)
    evidence: dict[str, Json] = {
        name: [next(digests).digest for _ in each] for name, each in found.findings.items()
    }
    body: dict[str, Json] = {
        "v": 1,
        "number": 1 + (_body(last)["number"] if last else 0),
        "plan": plan,
        "digest": said,
        "evidence": evidence,
        "told": dict(found.told),
    }
    return _kept(case, work.append(KIND, subject, body))


def listed(work: Work, case: str, limit: int = MOST) -> list[KeptComparison]:
    """The comparisons of a use case, the newest first."""
    rows = work.connection.execute(_of(case).order_by(ledger.c.position.desc()).limit(limit)).all()
    return [_kept(case, to_entry(row)) for row in rows]


def one(work: Work, case: str, number: int) -> KeptComparison:
    """The comparison with this number; raises `NotFound`."""
    found = None
    if 0 < number < 2**31:
        query = _of(case).order_by(ledger.c.position).offset(number - 1).limit(1)
        found = work.connection.execute(query).one_or_none()
    if found is None:
        raise NotFound(
            field="number", value=number, expected=f"the number of a comparison of {case}"
        )
    return _kept(case, to_entry(found))


def _of(case: str) -> Select[Any]:
    subject = str(Subject(SubjectKind.CASE, case))
    return select(ledger).where(ledger.c.kind == KIND, ledger.c.subject == subject)


def _newest(work: Work, case: str) -> Entry | None:
    query = _of(case).order_by(ledger.c.position.desc()).limit(1)
    row = work.connection.execute(query).one_or_none()
    return None if row is None else to_entry(row)


def _body(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(entry.body)
    return found


def _kept(case: str, entry: Entry) -> KeptComparison:
    body = _body(entry)
    return KeptComparison(
        case=case,
        number=body["number"],
        plan=body["plan"],
        told=body["told"],
        evidence={
            name: tuple(body["evidence"][name])
            for name in (one["name"] for one in body["told"]["items"])
            if name in body["evidence"]
        },
        made_at=entry.at,
        made_by=entry.actor,
        entry=entry.digest,
    )

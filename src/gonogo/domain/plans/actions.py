"""What can be done with the plan of a use case: save it, keep a forecast of it."""

from gonogo.checks.findings.finding import Finding
from gonogo.core.errors import Conflict
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.plans import tables
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Forecast
from gonogo.domain.plans.rules import Plan, checked
from gonogo.domain.plans.tables import KeptForecast, SavedPlan
from gonogo.stats.estimate import Estimate
from gonogo.store.measured import evidence_of
from gonogo.store.work import Work


def save(work: Work, case: str, text: str) -> SavedPlan:
    """Put the plan in `text` into force for a use case; the one before stays kept.

    Raises `Invalid` naming field and line, `NotFound`, `Forbidden`; then nothing is saved. The
    same wording as the one in force is that one.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.PLAN_EDIT, on=subject)
    plan = checked(parse(text), work.now.date())
    number = tables.last_plan(work, case)
    if number and (now := tables.newest(work, case)).text == text:
        return now
    entry = work.append(
        "case-plan",
        subject,
        {"v": 1, "number": number + 1, "name": plan.name, "digest": plan.digest, "text": text},
    )
    saved = SavedPlan(
        case=case,
        number=number + 1,
        name=plan.name,
        text=text,
        goal=plan.goal,
        deadline=plan.deadline.isoformat() if plan.deadline else None,
        saved_at=work.at,
        saved_by=str(work.caller.actor),
        entry=entry.digest,
    )
    tables.put_plan(work, saved)
    return saved


def to_forecast(work: Work, case: str) -> tuple[SavedPlan, Plan]:
    """The plan in force, for who may forecast it; raises `NotFound`, `Forbidden`."""
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.PLAN_FORECAST, on=subject)
    saved = tables.newest(work, case)
    return saved, parse(saved.text)


def keep(work: Work, saved: SavedPlan, found: Forecast) -> KeptForecast:
    """Keep a forecast as evidence about its use case; raises `Conflict` for a plan replaced since.

    It is reproduced evidence: the server simulated what is stored, and does so again with the same
    seed. How sure its dates are is the spread of the futures; the interval of each number is what
    the number of futures leaves to chance.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, saved.case), field="case")
    work.allow(Action.PLAN_FORECAST, on=subject)
    if tables.last_plan(work, saved.case) != saved.number:
        raise Conflict(field="plan", value=saved.number, expected="the plan that is in force now")
    written = work.append_all(
        [
            evidence_of(work, subject, finding)
            for finding in (found.days, found.on_time)
            if finding is not None
        ]
    )
    dates = {share: day.isoformat() if day else None for share, day in found.percentiles.items()}
    kept = KeptForecast(
        case=saved.case,
        number=tables.last_forecast(work, saved.case) + 1,
        plan=saved.number,
        goal=saved.goal,
        deadline=saved.deadline,
        p10=dates[0.1],
        p50=dates[0.5],
        p80=dates[0.8],
        p90=dates[0.9],
        on_time=_value(found.on_time),
        made_at=work.at,
        made_by=str(work.caller.actor),
        entry=written[0].digest,
    )
    tables.put_forecast(work, kept)
    return kept


def _value(finding: Finding | None) -> float | None:
    measured = None if finding is None else finding.measured
    return measured.value if isinstance(measured, Estimate) else None

"""What can be done with the plan of a use case: save it, keep a forecast of it."""

from collections.abc import Mapping

from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict
from gonogo.core.evidence import Evidence, Parameters
from gonogo.core.roles import Action
from gonogo.core.specs.plans import DAYS, ON_TIME
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.plans import tables
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, Forecast
from gonogo.domain.plans.rules import Plan, checked
from gonogo.domain.plans.tables import KeptForecast, SavedPlan
from gonogo.stats.estimate import Measured
from gonogo.store.ledger import Draft
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


def keep(work: Work, saved: SavedPlan, asked: Asked, found: Forecast) -> KeptForecast:
    """Keep a forecast as evidence about its use case; raises `Conflict` for a plan replaced since.

    It is reproduced evidence: the server simulated what is stored, and does so again with the same
    seed. How sure its dates are is the spread of the futures; the interval of each number is what
    the number of futures leaves to chance.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, saved.case), field="case")
    work.allow(Action.PLAN_FORECAST, on=subject)
    if tables.last_plan(work, saved.case) != saved.number:
        raise Conflict(field="plan", value=saved.number, expected="the plan that is in force now")
    parameters: dict[str, str | int | float | bool] = {
        "plan": saved.entry[:12],
        "goal": saved.goal or "",
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
    }
    days = (DAYS, found.days, {**parameters, "share": 0.8}, found.told)
    drafts: list[tuple[str, Measured, Parameters, Mapping[str, Json]]] = [days]
    if found.on_time is not None:
        due = {**parameters, "deadline": saved.deadline or ""}
        drafts.append((ON_TIME, found.on_time, due, {}))
    written = work.append_all(
        [
            Draft(
                "evidence",
                subject,
                Evidence(
                    subject=subject,
                    check=check,
                    measured=measured,
                    actor=str(work.caller.actor),
                    at=work.now,
                    parameters=given,
                    detail=detail,
                    reproduced=True,
                ).body(),
            )
            for check, measured, given, detail in drafts
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
        on_time=getattr(found.on_time, "value", None),
        made_at=work.at,
        made_by=str(work.caller.actor),
        entry=written[0].digest,
    )
    tables.put_forecast(work, kept)
    return kept

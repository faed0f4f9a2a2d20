"""REST: what machines cost, what runs used, quotas, and what the next runs will take."""

from typing import Any

from gonogo.core.errors import NotFound
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.domain.compute import actions, tables
from gonogo.domain.compute.prices import Range, SavedPrices
from gonogo.domain.compute.quotas import Standing
from gonogo.domain.compute.rules import Idle, Total, Usage, Used, grouped, total
from gonogo.domain.compute.serving import SERVING, Served
from gonogo.flows import compute as flows
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import compute as schemas
from gonogo.schemas.evidence import Measured
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.store.work import Work

routes = Routes("compute")

RUNS = 50
"""Runs that are told one by one, those that cost most."""


@routes.post("/compute/prices", action=Action.COMPUTE_STATE)
def state(work: Work, asked: schemas.PricesText) -> schemas.Prices:
    """Put a price list into force, with watts and grids; the ones before stay kept."""
    return _prices(actions.state_prices(work, asked.text))


@routes.get("/compute/prices")
def prices(work: Work) -> schemas.Prices:
    """The price list that is in force."""
    found = tables.newest(work)
    if found is None:
        raise NotFound(field="prices", expected="a price list: gonogo compute prices FILE")
    return _prices(found)


@routes.get("/compute")
def usage(work: Work, needs: ApiNeeds, case: str | None = None) -> schemas.Usage:
    """What runs of the last year used: of all use cases, or of one; and what is not used."""
    if case is not None:
        work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    found = flows.usage(work, case=case)
    unused = [one for one in flows.unused(work, needs.log) if case in {None, one.case}]
    dear = sorted(found.found, key=lambda one: (-(one.cost or 0.0), -one.hours))[:RUNS]
    return schemas.Usage(
        currency=found.currency,
        prices=None if found.saved is None else found.saved.number,
        total=_total("", total(found.found, found.currency)),
        cases=_groups(found, "case"),
        models=_groups(found, "model"),
        runs=[_used(one) for one in dear],
        quotas=[_quota(one) for one in flows.quotas(work, found, case)],
        serving=[_served(one) for one in flows.serving(work, needs.log, found, case)[:RUNS]],
        serving_by=SERVING,
        reservations=_reserved(
            flows.reserved(found, work, needs.log)
            if case is None
            else flows.reserved_for(work, found, case, needs.log)
        ),
        unused=[schemas.UnusedVersion.model_validate(one) for one in unused],
    )


@routes.get("/compute/quotas")
def quotas(work: Work, case: str | None = None) -> schemas.Quotas:
    """How far quotas are used in the period that is under way."""
    if case is not None:
        work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    found = flows.quotas(work, flows.usage(work, case=case), case)
    return schemas.Quotas(items=[_quota(one) for one in found])


@routes.post("/cases/{case}/quotas/{what}", action=Action.BUDGET_KEEP)
def set_quota(work: Work, case: str, what: str, asked: schemas.NewQuota) -> schemas.Quota:
    """Say how much a use case may use: hours, cost, or carbon in kilograms of CO2e."""
    made = actions.set_quota(work, case, what, limit=asked.limit, per=asked.per, warn=asked.warn)
    found = flows.quotas(work, flows.usage(work, case=case), case)
    return _quota(next(one for one in found if one.quota.entry == made.entry))


@routes.delete("/cases/{case}/quotas/{what}", action=Action.BUDGET_KEEP)
def lift_quota(work: Work, case: str, what: str, per: str = "month") -> schemas.Quotas:
    """Take a quota away; those that are left."""
    actions.lift_quota(work, case, what, per=per)
    found = flows.quotas(work, flows.usage(work, case=case), case)
    return schemas.Quotas(items=[_quota(one) for one in found])


@routes.get("/cases/{case}/compute/next")
def next_runs(work: Work, case: str, runs: int = 1, model: str | None = None) -> schemas.NextRuns:
    """What so many further runs will take, by the finished ones of the use case."""
    found = flows.next_of(work, case, runs, model)
    return schemas.NextRuns(
        case=found.case,
        model=found.model,
        runs=found.runs,
        past=found.past,
        hours=_measured(found.hours),
        cost=_measured(found.cost),
        carbon=_measured(found.carbon),
    )


def _prices(found: SavedPrices) -> schemas.Prices:
    said = found.prices
    return schemas.Prices(
        number=found.number,
        currency=said.currency,
        machines=[
            schemas.Machine(
                name=one.name,
                hour=one.hour,
                cpus=one.cpus,
                gpus=one.gpus,
                watts=_ends(one.watts),
                place=one.place,
            )
            for one in said.machines.values()
        ],
        otherwise=said.otherwise,
        text=said.text,
        stated_at=found.at,
        stated_by=found.by,
        entry=found.entry,
    )


def _groups(found: Usage, name: str) -> list[schemas.Total]:
    totals = grouped(found.found, lambda one: str(getattr(one.ran, name)), found.currency)
    return [_total(key, one) for key, one in totals]


def _total(name: str, found: Total) -> schemas.Total:
    return schemas.Total(
        name=name,
        runs=found.runs,
        hours=found.hours,
        cost=_measured(found.cost),
        unpriced=found.unpriced,
        assumed=found.assumed,
        energy=_measured(found.energy),
        metered=found.metered,
        carbon=_measured(found.carbon),
        dark=found.dark,
    )


def _used(found: Used) -> schemas.RunUsed:
    ran = found.ran
    return schemas.RunUsed(
        run=ran.run,
        name=ran.name,
        case=ran.case,
        model=ran.model,
        machine=found.machine,
        assumed=found.assumed,
        started_at=stamp(ran.started),
        status=ran.status,
        hours=found.hours,
        cost=found.cost,
        watt_hours=None if found.energy is None else found.energy.likely,
        metered=found.metered,
        carbon=_ends(found.carbon),
    )


def _served(found: Served) -> schemas.Served:
    return schemas.Served(
        case=found.case,
        version=found.version,
        answers=found.n,
        days=flows.SERVED_DAYS,
        hours=found.hours,
        machine=found.machine,
        cost=found.cost,
        per_thousand=found.per_thousand,
        carbon=_ends(found.carbon),
    )


def _quota(found: Standing) -> schemas.Quota:
    quota = found.quota
    return schemas.Quota(
        case=quota.case,
        what=str(quota.what),
        per=quota.per,
        limit=quota.limit,
        warn=quota.warn,
        period=found.period.name,
        used=_measured(found.used),
        state=str(found.state),
        entry=quota.entry,
    )


def _reserved(found: list[Idle]) -> list[schemas.Reservation]:
    return [
        schemas.Reservation(
            machine=one.reservation.machine,
            case=one.reservation.case,
            first=one.reservation.first.isoformat(),
            last=one.reservation.last.isoformat(),
            reserved=one.reserved,
            used=one.used,
            idle_cost=one.cost,
        )
        for one in found
    ]


def _ends(found: Range | None) -> tuple[float, float, float] | None:
    return None if found is None else (found.low, found.likely, found.high)


def _measured(found: Estimate | Undefined) -> Measured:
    told: dict[str, Any] = measured_to_json(found)
    return Measured.model_validate(told)

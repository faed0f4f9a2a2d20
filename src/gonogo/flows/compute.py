"""What runs used, joined from the rooms: runs, the models they made, prices, quotas, routes."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG, Subject, SubjectKind
from gonogo.core.times import moment, stamp
from gonogo.domain.cases import reads as cases
from gonogo.domain.compute import quotas as rules
from gonogo.domain.compute import tables
from gonogo.domain.compute.rules import (
    NOBODY,
    Idle,
    Next,
    Ran,
    Unused,
    Usage,
    Used,
    added,
    counted,
    idle,
    used,
)
from gonogo.domain.compute.serving import Served, served, serving_machine
from gonogo.domain.experiments import reads as experiments
from gonogo.domain.experiments.reads import Lasted
from gonogo.domain.incidents import actions as incidents
from gonogo.domain.incidents import tables as incident_tables
from gonogo.domain.incidents.actions import Told
from gonogo.domain.incidents.rules import What
from gonogo.domain.models import reads as models
from gonogo.domain.releases import reads as releases
from gonogo.domain.releases import routing
from gonogo.domain.releases.route_settings import settings_of
from gonogo.records import answering, traffic
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.money.next_runs import MOST_RUNS, next_runs
from gonogo.store.work import OpenWork, Work

LOOK_BACK = timedelta(days=366)
"""Runs that started since then are looked at; what was before is in the ledger."""
SILENT_DAYS = 30
SERVED_DAYS = 30
"""Days of which it is told what answering took, today among them."""
LEVEL = 0.8
"""Of what the next runs will take: ten of a hundred more, ten less."""
SEED = 7
SOURCE = "compute-quotas"
"""What the mark of incidents is kept for."""
ENDED = "FINISHED"


def usage(work: Work, *, case: str | None = None, look_back: timedelta = LOOK_BACK) -> Usage:
    """What runs of a use case, or of all, used; in a fixed number of questions."""
    saved = tables.newest(work)
    found = experiments.lasted(work, since=stamp(work.now - look_back), case=case)
    made = models.made_by_runs(work, case) if found else {}
    experiments_named = {one.experiment for one in found if SLUG.fullmatch(one.experiment)}
    known = set(cases.found(work, experiments_named)) if experiments_named else set()
    ran = counted(_ran(one, made, known) for one in found)
    if case is not None:
        # A run of an experiment called so may test a hypothesis of another use case.
        ran = [one for one in ran if one.case == case]
    prices = None if saved is None else saved.prices
    return Usage(saved, [used(one, prices, work.now) for one in ran], ran)


def quotas(work: Work, found: Usage, case: str | None = None) -> list[rules.Standing]:
    """How far the quotas of a use case, or all, are used."""
    stated = tables.quotas_of(work, None if case is None else [case])
    return [rules.standing(one, found.found, work.now, found.currency) for one in stated]


def reserved(found: Usage, work: Work, log: Path) -> list[Idle]:
    """How much of each reservation was used by runs and answers, the dearest idle first.

    `found` is what runs of all use cases used: whoever pays, others may run there.
    """
    if found.saved is None or not found.saved.prices.reservations:
        return []
    prices = found.saved.prices
    machine = serving_machine(prices)
    begun = [one.first for one in prices.reservations if machine and one.machine == machine.name]
    hours: dict[date, float] = {}
    if machine is not None and begun:
        first = max(min(begun), (work.now - LOOK_BACK).date())
        days = (work.now.date() - first).days + 1
        for one in answering.by_version(log, first, days) if days > 0 else ():
            whole = one.seconds / 3600 / max(machine.cpus, 1.0)
            hours[one.day] = hours.get(one.day, 0.0) + whole
    return idle(prices, found.ran, work.now, hours)


def reserved_for(work: Work, found: Usage, case: str, log: Path) -> list[Idle]:
    """How much of each reservation was used that a use case pays for."""
    prices = None if found.saved is None else found.saved.prices
    if prices is None or all(one.case != case for one in prices.reservations):
        return []
    return [one for one in reserved(usage(work), work, log) if one.reservation.case == case]


def serving(work: Work, log: Path, found: Usage, case: str | None = None) -> list[Served]:
    """What answering took in the last days, of all use cases or one, the dearest first."""
    first = work.now.date() - timedelta(days=SERVED_DAYS - 1)
    sums: dict[tuple[str, str], tuple[int, float]] = {}
    for one in answering.by_version(log, first, SERVED_DAYS):
        if case in {None, one.case}:
            n, seconds = sums.get((one.case, one.model), (0, 0.0))
            sums[one.case, one.model] = (n + one.n, seconds + one.seconds)
    prices = None if found.saved is None else found.saved.prices
    told = [served(*key, n, seconds, prices) for key, (n, seconds) in sums.items()]
    return sorted(told, key=lambda one: (-(one.cost or 0.0), -one.hours, one.case, one.version))


def unused(work: Work, log: Path, days: int = SILENT_DAYS) -> list[Unused]:
    """Versions that are served and that nobody asked for so many days, by use case."""
    in_force = releases.in_force(work, ())
    if not in_force.live:
        return []
    since = work.now - timedelta(days=days)
    seen = traffic.by_case(log, since, work.now)
    told = []
    entries = work.ledger.entries_of({live.decision for live in in_force.live})
    for live in in_force.live:
        # What was switched since then may be too new to have been asked.
        if moment(entries[live.decision].at) > since:
            continue
        route = routing.route_of(live, settings_of(live.settings), in_force)
        counts = (
            {(one.arm, one.role): one.n for one in seen[live.case].arms}
            if live.case in seen
            else {}
        )
        for arms, role in ((route.arms, "live"), (route.shadows, "shadow")):
            told += [
                Unused(live.case, arm.members[0].model, arm.name, role, days)
                for arm in arms
                if arm.members and arm.members[0].model and not counts.get((arm.name, role))
            ]
    return sorted(told, key=lambda one: (one.case, one.role, one.arm))


def next_of(work: Work, case: str, runs: int, model: str | None = None) -> Next:
    """What so many further runs will take, by the finished ones of the use case.

    `model`: only by those that made versions of it. Raises `NotFound`, `Invalid`.
    """
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    if not 1 <= runs <= MOST_RUNS:
        raise Invalid(field="runs", value=runs, expected=f"1 to {MOST_RUNS:,}")
    return ahead(usage(work, case=case), case, runs, model)


def ahead(found: Usage, case: str, runs: int, model: str | None = None) -> Next:
    """What so many further runs will take, by the finished ones of `found`."""
    past = [
        one
        for one in found.found
        if one.ran.status == ENDED and one.hours > 0 and model in {None, one.ran.model}
    ]
    costs = [one.cost for one in past if one.cost]
    cost: Measured = Undefined("nobody stated what machines cost: gonogo compute prices", n=0)
    if found.saved is not None:
        cost = next_runs(costs, runs, LEVEL, SEED, found.currency)
    return Next(
        case=case,
        model=model,
        runs=runs,
        past=len(past),
        hours=next_runs([one.hours for one in past], runs, LEVEL, SEED, "hours"),
        cost=cost,
        carbon=_carbon(past, runs),
    )


def follow(open_work: OpenWork) -> int:
    """Open an incident for each quota that is exceeded, once in each period; how many."""
    with open_work(SYSTEM, write=False) as work:
        if not tables.quotas_of(work):
            return 0
        told, behind = _exceeded(work)
    if not told:
        return 0
    with open_work(SYSTEM) as work:
        # Somebody else may have told of it since: it is looked at once more, alone.
        told, behind = _exceeded(work)
        return incidents.take_in(work, told, name=SOURCE, mark=behind) if told else 0


def _exceeded(work: Work) -> tuple[list[Told], Mapping[str, str]]:
    """What was exceeded and not told of yet, and the mark behind it."""
    mark = incident_tables.mark_of(work, SOURCE)
    behind: dict[str, str] = {}
    told = []
    for one in quotas(work, usage(work)):
        if one.state is not rules.State.EXCEEDED or isinstance(one.used, Undefined):
            continue
        quota = one.quota
        key = f"{quota.case} {quota.what} {quota.per} {quota.entry}"
        behind[key] = one.period.name
        if mark.get(key) == one.period.name:
            continue
        detail = (
            f"{one.used.value:,.6g} {one.used.unit} used in {one.period.name}, "
            f"{quota.limit:,.6g} allowed a {quota.per}"
        )
        what = What(quota.case, "compute", None, f"quota-{quota.what}")
        told.append(Told(what, quota.case, detail, work.at, 1, 0))
    return told, behind


def _carbon(past: Sequence[Used], runs: int) -> Measured:
    """By what runs emitted most likely, as wide again as watts and grids are unknown."""
    ranges = [one.carbon for one in past if one.carbon is not None and one.carbon.likely > 0]
    found = next_runs([one.likely for one in ranges], runs, LEVEL, SEED, "g CO2e")
    whole = added(ranges, "g CO2e")
    if isinstance(found, Undefined) or isinstance(whole, Undefined):
        return found
    low, high = whole.low / whole.value, whole.high / whole.value
    return Estimate(
        found.value,
        found.low * low,
        found.high * high,
        found.level,
        found.n,
        found.unit,
        f"{found.method}; times the stated range of watts and grids",
    )


def _ran(one: Lasted, made: Mapping[str, str], known: set[str]) -> Ran:
    case = one.experiment if one.experiment in known else NOBODY
    if one.hypothesis is not None:
        case = one.hypothesis.name.partition("/")[0]
    return Ran(
        run=one.run_id,
        name=one.name,
        case=case,
        model=made.get(one.run_id, NOBODY),
        machine=one.machine,
        started=moment(one.started_at),
        ended=None if one.ended_at is None else moment(one.ended_at),
        status=one.status,
        watt_hours=one.watt_hours,
        parent=one.parent,
    )

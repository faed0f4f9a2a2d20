"""Forecasting the plan of a use case: what is known of its hypotheses and of its steps, kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound
from gonogo.domain.hypotheses import beliefs, plan_tables, reads
from gonogo.domain.hypotheses import tables as hypotheses
from gonogo.domain.hypotheses.beliefs import Record
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.domain.plans import actions
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, forecast
from gonogo.domain.plans.joint import Member
from gonogo.domain.plans.linked import waited_for
from gonogo.domain.plans.pace import Pace, pace_of
from gonogo.domain.plans.reads import in_force
from gonogo.domain.plans.rules import Chance, Plan, checked
from gonogo.domain.plans.tables import KeptForecast, SavedPlan
from gonogo.domain.track_record import reads as track_record
from gonogo.flows import register, risks, stating
from gonogo.store.work import OpenWork, Work


@dataclass(frozen=True, slots=True)
class Known:
    """What evidence says of a plan before it is simulated."""

    chances: Mapping[str, Chance]
    """Of its registered hypotheses."""
    pace: Pace
    """How long steps take against their estimates."""


def save(work: Work, case: str, text: str) -> SavedPlan:
    """Put a plan into force whose hypotheses are registered for its use case.

    Raises as `actions.save`, `NotFound` for a hypothesis that is not there, and `Invalid` as
    `stating.check_plan`.
    """
    saved = actions.save(work, case, text)
    plan = parse(text)
    _registered(work, case, plan)
    stating.check_plan(work, case, plan)
    return saved


def check(work: Work, case: str, text: str) -> Plan:
    """The plan in `text`, if it can come into force as it stands; saves nothing.

    Raises `Invalid` and `NotFound` as `save`.
    """
    plan = checked(parse(text), work.now.date())
    _registered(work, case, plan)
    stating.check_plan(work, case, plan)
    return plan


def make(open_work: OpenWork, caller: Caller, case: str, asked: Asked) -> KeptForecast:
    """Forecast the plan in force and keep it; nobody else waits while it is simulated.

    Raises `NotFound`, `Forbidden`, `Invalid` for a plan that time has overtaken, and `Conflict`
    where another plan came into force meanwhile.
    """
    with open_work(caller, write=False) as work:
        saved, _ = actions.to_forecast(work, case)
        own = member(work, saved)
        others = linked(work, own)
        today = work.now.date()
    made = forecast(own.plan, today, own.chances, asked, own.pace, case=case, others=others)
    with open_work(caller) as work:
        # What its risks may cost, by the same evidence, unless it is kept already as it is.
        register.write(work, register.ready(work, case))
        return actions.keep(work, saved, made)


def member(work: Work, saved: SavedPlan) -> Member:
    """A plan in force with all that is known of it, and the risks of the register."""
    plan = parse(saved.text)
    found = known(work, saved.case, plan)
    plan = risks.with_register(work, saved.case, plan)
    return Member(saved.case, plan, found.chances, found.pace, saved.number)


def linked(work: Work, own: Member) -> dict[str, Member]:
    """The plans in force for which that of `own` waits, one through another, by use case."""
    found: dict[str, Member] = {}
    left = waited_for(own.plan)
    while left:
        case = left.pop(0)
        saved = None if case in (own.case, *found) else in_force(work, case)
        if saved is not None:
            found[case] = member(work, saved)
            left += waited_for(found[case].plan)
    return found


def known(work: Work, case: str, plan: Plan) -> Known:
    """What is known of the hypotheses and of the steps of `plan`; raises `NotFound`."""
    return Known(chances(work, case, plan), pace(work, case))


def pace(work: Work, case: str) -> Pace:
    """How long steps of `case` take, by those that it and all other use cases have finished."""
    here, elsewhere = track_record.ratios(work, case)
    return pace_of(here, elsewhere)


def chances(work: Work, case: str, plan: Plan) -> Mapping[str, Chance]:
    """What is known of the hypotheses of `plan`; raises `NotFound` for one that is not registered.

    Settled ones are certain. The others have their prior, moved by the record of their kind, by
    runs, and by the test that runs.
    """
    found = _registered(work, case, plan)
    open_ = [one for one in found.values() if one.state is State.OPEN]
    learnt = _learnt(work, open_) if open_ else {}
    return {
        slug: learnt.get(slug) or Chance(one.text.prior, settled=one.state is State.SUPPORTED)
        for slug, one in found.items()
    }


def _learnt(work: Work, found: list[Hypothesis]) -> dict[str, Chance]:
    subjects = [one.subject for one in found]
    record = Record.of(reads.outcomes(work))
    measured = reads.measured(work, subjects)
    plans = plan_tables.in_force(work, subjects)
    sealed = work.ledger.entries_of([one.sealed for one in found])
    learnt = {}
    for one in found:
        moved = beliefs.believed(
            one,
            measured[one.subject],
            record,
            registered=sealed[one.sealed].position,
            now=work.now,
            planned=plans.get(str(one.subject)),
        )
        learnt[one.slug] = Chance(moved[-1].measured.value, moved=moved)
    return learnt


def _registered(work: Work, case: str, plan: Plan) -> dict[str, Hypothesis]:
    """The hypotheses of `plan` by their names."""
    found = {}
    for slug in plan.hypotheses:
        try:
            found[slug] = hypotheses.get(work, case, slug)
        except NotFound as error:
            step = next(step.key for step in plan.steps if step.hypothesis == slug)
            raise NotFound(
                field=f"steps.{step}.hypothesis",
                value=slug,
                expected=f"a hypothesis that is registered for {case}",
            ) from error
    return found

"""Plans of use cases forecast together: what is known of each, their futures, kept."""

from collections.abc import Sequence

from gonogo.core.caller import Caller
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.plans import together_tables as tables
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.joint import Member, joined
from gonogo.domain.plans.staffing import Staffing
from gonogo.domain.plans.staffing import parse as parse_staffing
from gonogo.domain.plans.together import forecast
from gonogo.domain.plans.together_tables import KeptTogether, SavedStaffing
from gonogo.flows import plans
from gonogo.store.work import OpenWork, Work


def make(
    open_work: OpenWork,
    caller: Caller,
    asked: Asked,
    *,
    cases: Sequence[str] = (),
    drop: Sequence[str] = (),
) -> KeptTogether:
    """Forecast the plans in force, or those of `cases`, together, and keep it.

    Nobody else waits while they are simulated. Without those of `drop` the others are looked at
    too. Raises `NotFound`, `Forbidden` and `Invalid`.
    """
    with open_work(caller, write=False) as work:
        work.allow(Action.PLAN_FORECAST, on=ORGANISATION)
        found = members(work, cases)
        there = [member.case for member in found]
        for case in drop:
            if case not in there:
                raise Invalid(field="drop", value=case, expected="one of " + ", ".join(there))
        if drop and len(there) < 2:
            raise Invalid(field="drop", value=drop[0], expected="other use cases beside it")
        shared = staffing(work)
        today = work.now.date()
    made = forecast(found, shared, today, asked, drop=list(dict.fromkeys(drop)))
    with open_work(caller) as work:
        return tables.keep(work, made, there)


def save_staffing(work: Work, text: str) -> SavedStaffing:
    """Put a staffing into force with which all plans in force can be done; raises `Invalid`."""
    saved = tables.save_staffing(work, text)
    found = members(work, ())
    if found:
        joined(found, parse_staffing(text), work.now.date())
    return saved


def members(work: Work, cases: Sequence[str]) -> list[Member]:
    """The plans in force, or those of `cases`; raises `Invalid` for one that has none."""
    saved = {one.case: one for one in tables.in_force(work)}
    for case in cases:
        if case not in saved:
            raise Invalid(field="cases", value=case, expected="a use case with a plan in force")
    return [plans.member(work, saved[case]) for case in dict.fromkeys(cases or saved)]


def staffing(work: Work) -> Staffing | None:
    """Who there is for all plans; None where nobody stated it."""
    saved = tables.staffing(work)
    return None if saved is None else parse_staffing(saved.text)

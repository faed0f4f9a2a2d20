"""RICE and WSJF of use cases: what people stated, and else what plans and benefit models say."""

from collections.abc import Collection, Sequence

import numpy as np

from gonogo.domain.cases import reads as cases
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans import told_reads
from gonogo.domain.scoring import reads
from gonogo.domain.scoring.inputs import (
    MONTH,
    Known,
    Method,
    Prioritised,
    StatedInputs,
    prioritised,
)
from gonogo.domain.value import reads as values
from gonogo.domain.value.rules import Statement, known_of, newest, newest_volume, seed_of
from gonogo.flows import value
from gonogo.stats.money.amounts import mean
from gonogo.stats.money.benefit import flows
from gonogo.stats.portfolio.priorities import FUTURES
from gonogo.store.paging import MOST
from gonogo.store.work import Work

MONTHS = 3
"""In a quarter."""
SHARES = (0.1, 0.5, 0.9)
Months = tuple[tuple[float, float, float], str, str]
"""P10, P50 and P90 of person-months, from what, and the entry that says so."""


def prioritise(
    work: Work, method: Method, only: Collection[str] | None = None
) -> tuple[list[Prioritised], dict[str, StatedInputs]]:
    """Use cases by `method`, by name: up to 200, or these; with what was stated of each.

    A bounded number of queries, however many there are.
    """
    names = [one.slug for one in cases.listed(work, limit=MOST).items] if only is None else only
    stated = reads.inputs_of(work, names)
    known = _known(work, list(names))
    return [
        prioritised(method, one, stated[one.case].ranges if one.case in stated else {})
        for one in known
    ], stated


def _known(work: Work, names: Sequence[str]) -> list[Known]:
    with_models = [one.case for one in values.stated(work, names)]
    worths = {one[0].case: one for one in value.all_known(work, with_models)} if with_models else {}
    efforts = _efforts(work, names)
    return [_of_case(name, worths.get(name), efforts.get(name)) for name in names]


def _of_case(name: str, worth: value.Known | None, effort: Months | None) -> Known:
    if worth is None:
        months, says, entry = effort or (None, "", "")
        return Known(name, "", None, 0.0, None, None, 0.0, "", months, says, entry)
    stated, evidence = worth
    benefit = known_of(stated.statement.benefit, newest(evidence), newest_volume(evidence))
    drawn = flows(benefit, FUTURES, seed=seed_of(name)).drawn
    most = max(benefit.adoption)
    earned = (drawn["volume"] * drawn["per_decision"] + drawn["avoided_loss"]) * most
    # Running costs are known in the mean: each future spends what it spends whatever it earns.
    running = mean(benefit.running_cost)
    months, says, entry = effort or _from_people(stated.statement, stated.entry)
    return Known(
        case=name,
        currency=stated.statement.currency,
        volume=benefit.volume,
        adoption=most,
        per_decision=benefit.per_decision,
        benefit=earned - running,
        success=benefit.success,
        benefit_entry=stated.entry,
        months=months,
        months_says=says,
        months_entry=entry,
    )


def _from_people(statement: Statement, entry: str) -> Months | tuple[None, str, str]:
    """Person-months by the people that a benefit model asks for."""
    total = MONTHS * float(np.sum([sum(row) for row in statement.people.values()]))
    if total <= 0:
        return None, "", ""
    return (total, total, total), "people by quarter, by the benefit model", entry


def _efforts(work: Work, names: Sequence[str]) -> dict[str, Months]:
    """Person-months that the futures of each newest forecast take."""
    kept = plans.newest_forecasts(work, names)
    told = told_reads.all_told(work, kept)
    found: dict[str, Months] = {}
    for one in kept:
        shares = {row["share"]: row["measured"] for row in told[one.case].get("effort", ())}
        days = [shares.get(share, {}).get("value") for share in SHARES]
        if all(day is not None for day in days) and days[0] > 0:
            low, likely, high = (float(day) / MONTH for day in days)
            says = f"person days in {told[one.case]['futures']:,} futures of the plan"
            found[one.case] = ((low, likely, high), says, one.entry)
    return found

"""What the newest forecasts of several use cases say, with the plans that were forecast."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select, tuple_

from gonogo.domain.plans.tables import KeptForecast, SavedPlan, case_plans, to_plan
from gonogo.store.work import Work


def all_told(work: Work, kept: Sequence[KeptForecast]) -> dict[str, Mapping[str, Any]]:
    """What each of these forecasts says, by use case, in one query."""
    entries = work.ledger.entries_of([one.entry for one in kept])
    return {
        one.case: msgspec.json.decode(entries[one.entry].body)["detail"]
        for one in kept
        if one.entry in entries
    }


def plans_of(work: Work, kept: Sequence[KeptForecast]) -> dict[str, SavedPlan]:
    """The wording that each of these forecasts was made of, by use case, in one query."""
    wanted = [(one.case, one.plan) for one in kept]
    query = select(case_plans).where(tuple_(case_plans.c.case, case_plans.c.number).in_(wanted))
    return {row.case: to_plan(row) for row in work.connection.execute(query)} if wanted else {}

"""From how much money on a loss is grave: by what each use case may cost, as budgets say it."""

import math
from collections.abc import Iterable

from gonogo.domain.budgets import tables as budgets
from gonogo.domain.risks.exposure import OTHERWISE, Scale
from gonogo.domain.risks.rules import RiskText
from gonogo.domain.value import reads as values
from gonogo.store.work import Work

WHOLE = "the budgets of all use cases"
BUDGET = "the budget of the use case"
BUILDING = "what building costs by its benefit model"

Of = tuple[str | None, str]
"""A use case, or None for the organisation, and a currency."""


def scales(work: Work, texts: Iterable[RiskText]) -> dict[Of, Scale]:
    """The scale of each use case and currency that `texts` name, in two questions.

    The budget in force counts; without one in that currency, what the use case's benefit model
    says building costs; without that, `OTHERWISE`. Risks of the organisation are held against
    all budgets of their currency together.
    """
    asked = {of(text) for text in texts if text.currency}
    if not asked:
        return {}
    names = {case for case, _ in asked if case is not None}
    whole = len(names) < len({case for case, _ in asked})
    by_case = {one.case: one.budget for one in budgets.newest_of(work, None if whole else names)}
    models = {one.case: one.statement for one in values.stated(work, names)} if names else {}
    found = {}
    for case, currency in asked:
        grave, by = 0.0, ""
        if case is None:
            grave = math.fsum(one.total for one in by_case.values() if one.currency == currency)
            by = WHOLE
        elif case in by_case and by_case[case].currency == currency:
            grave, by = by_case[case].total, BUDGET
        if case in models and not grave and models[case].currency == currency:
            grave, by = math.fsum(models[case].spend), BUILDING
        found[case, currency] = Scale(grave, by) if grave > 0 else OTHERWISE
    return found


def of(text: RiskText) -> Of:
    """What the loss of a risk is held against."""
    return text.case, text.currency

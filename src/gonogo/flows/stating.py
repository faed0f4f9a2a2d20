"""What is stated of a use case, held against what was stated of it, and of others, elsewhere."""

from gonogo.core.errors import Invalid, NotFound
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.budgets import actions as budgets
from gonogo.domain.budgets import reads as paid
from gonogo.domain.budgets import tables
from gonogo.domain.budgets.reading import parse as parse_budget
from gonogo.domain.budgets.rules import Budget, SavedBudget
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.reads import in_force
from gonogo.domain.plans.rules import Beyond, Plan, PlannedStep
from gonogo.store.work import Work


def state_budget(work: Work, case: str, text: str) -> SavedBudget:
    """Put the budget in `text` into force for a use case whose plan has no other currency.

    Raises as `budgets.actions.state`, and `Invalid` for another currency.
    """
    saved = budgets.state(work, case, text)
    _as_planned(work, case, saved.budget)
    return saved


def check_budget(work: Work, case: str, text: str) -> None:
    """Raise `Invalid` where the budget in `text` cannot come into force; saves nothing."""
    _as_planned(work, case, parse_budget(text))


def check_plan(work: Work, case: str, plan: Plan) -> None:
    """Raise `Invalid` where what is stated elsewhere stands against a plan.

    That is money of its use case in another currency, and a step of another use case for which it
    waits and that is not there.
    """
    if plan.currency:
        saved = tables.newest(work, case)
        stated = saved.budget.currency if saved else None
        currency, _ = paid.currencies(work, [case]).get(case, (stated, 0))
        if currency not in {None, plan.currency}:
            raise _other(plan.currency, f"{currency}, as the budget or what was paid", "plan")
    for step in plan.steps:
        for one in step.beyond:
            _there(work, case, step, one)


def _as_planned(work: Work, case: str, budget: Budget) -> None:
    saved = in_force(work, case)
    currency = "" if saved is None else parse(saved.text).currency
    if currency not in {"", budget.currency}:
        raise _other(budget.currency, f"{currency}, as the plan in force", "budget")


def _other(currency: str, says: str, what: str) -> Invalid:
    return Invalid(
        field="currency",
        value=currency,
        expected=f"{says} has it: one currency a use case",
        message=f"The {what} is wrong",
    )


def _there(work: Work, case: str, step: PlannedStep, one: Beyond) -> None:
    """Raise `Invalid` where another use case is none, or its plan in force lacks the step."""
    if one.case == case:
        raise _unknown(step, one, f"a step of this plan by its key alone: {one.step}")
    try:
        work.subjects.need(Subject(SubjectKind.CASE, one.case))
    except NotFound as error:
        raise _unknown(step, one, "a step of a use case that there is") from error
    other = in_force(work, one.case)
    if other is not None and one.step not in {found.key for found in parse(other.text).steps}:
        raise _unknown(step, one, f"a step of the plan of {one.case}")


def _unknown(step: PlannedStep, one: Beyond, expected: str) -> Invalid:
    return Invalid(
        field=f"steps.{step.key}.after",
        value=f"{one.case}/{one.step}",
        expected=expected,
        message="The plan is wrong",
    )

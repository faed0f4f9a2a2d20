"""REST: budgets, what was paid, and where the money of a use case stands."""

from typing import Any

from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.budgets import actions, reads, tables
from gonogo.domain.budgets.progress import Progress
from gonogo.domain.budgets.rules import (
    Actual,
    Category,
    SavedBudget,
    planned_by_category,
    planned_until,
)
from gonogo.domain.budgets.standing import Money
from gonogo.flows import money as flows
from gonogo.flows import stating
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import budgets as schemas
from gonogo.schemas.evidence import Measured
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.store.work import Work

routes = Routes("budgets")


@routes.post("/cases/{case}/budgets", action=Action.BUDGET_KEEP)
def state(work: Work, case: str, asked: schemas.BudgetText) -> schemas.Budget:
    """Put a budget into force; the ones before stay kept. A refusal names field and line."""
    return _budget(stating.state_budget(work, case, asked.text))


@routes.get("/cases/{case}/budget")
def read(work: Work, case: str) -> schemas.Budget:
    """The budget of a use case that is in force."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return _budget(reads.in_force(work, case))


@routes.get("/cases/{case}/budgets")
def listed(work: Work, case: str) -> schemas.Budgets:
    """All wordings of the budget of a use case, the newest first; that one is in force."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return schemas.Budgets(items=[_budget(one) for one in reads.wordings(work, case)])


@routes.get("/budgets")
def in_force(work: Work) -> schemas.Budgets:
    """The budgets that are in force, by use case."""
    return schemas.Budgets(items=[_budget(one) for one in tables.newest_of(work)])


@routes.post("/payments", action=Action.BUDGET_KEEP)
def take_in(work: Work, asked: schemas.PaymentsText) -> schemas.Imported:
    """Take in payments, all or none; a known reference is passed over or put right."""
    return schemas.Imported.model_validate(actions.take_in(work, asked.csv))


@routes.get("/payments")
def payments(
    work: Work, case: str | None = None, cursor: str | None = None, limit: int = 50
) -> schemas.Payments:
    """Payments as they stand, the newest day first."""
    found = reads.listed(work, case=case, cursor=cursor, limit=limit)
    return schemas.Payments(items=[_payment(one) for one in found.items], next=found.next)


@routes.get("/payments/history")
def history(work: Work, reference: str) -> schemas.Payments:
    """Everything that was said of a payment, the newest first."""
    return schemas.Payments(items=[_payment(one) for one in reads.history(work, reference)])


@routes.get("/cases/{case}/money")
def money(work: Work, case: str) -> schemas.Money:
    """Where the money of a use case stands: planned, paid, earned, and what it will come to."""
    return _money(flows.standing(work, case))


@routes.post("/cases/{case}/money/evidence", action=Action.PLAN_FORECAST)
def keep(work: Work, needs: ApiNeeds, case: str) -> schemas.Kept:
    """Keep as evidence what it will have cost, and what its runs and answers cost and emitted."""
    return schemas.Kept(entries=flows.keep(work, case, needs.log))


def _budget(found: SavedBudget) -> schemas.Budget:
    return schemas.Budget(
        case=found.case,
        number=found.number,
        currency=found.budget.currency,
        total=found.budget.total,
        text=found.budget.text,
        stated_at=found.at,
        stated_by=found.by,
        entry=found.entry,
    )


def _payment(found: Actual) -> schemas.Payment:
    one = found.payment
    return schemas.Payment(
        reference=one.reference,
        revision=found.revision,
        case=one.case,
        date=one.day,
        category=str(one.category),
        amount=one.amount,
        currency=one.currency,
        note=one.note,
        imported_at=found.at,
        imported_by=found.by,
        entry=found.entry,
    )


def _money(found: Money) -> schemas.Money:
    budget = None if found.saved is None else found.saved.budget
    planned = planned_by_category(budget)
    paid: dict[Category, float] = {}
    for _, category, amount in found.paid:
        paid[category] = paid.get(category, 0.0) + amount
    progress = found.progress
    return schemas.Money(
        case=found.case,
        currency=found.currency,
        budget=None if found.saved is None else _budget(found.saved),
        total=None if budget is None else budget.total,
        planned=None if budget is None else planned_until(budget, found.today),
        spent=found.spent,
        categories=[
            schemas.CategoryMoney(
                category=str(one), planned=planned.get(one, 0.0), actual=paid.get(one, 0.0)
            )
            for one in Category
            if one in planned or one in paid
        ],
        quarters=[
            schemas.QuarterMoney(
                quarter=one.quarter.name,
                planned=one.planned,
                actual=one.actual,
                forecast=one.forecast,
                low=one.low,
                high=one.high,
            )
            for one in found.quarters
        ],
        cost_at_completion=_measured(found.expected),
        forecast=found.forecast,
        earned=None if isinstance(progress, Undefined) else _earned(progress),
        why_not_earned=progress.reason if isinstance(progress, Undefined) else "",
    )


def _earned(found: Progress) -> schemas.EarnedValue:
    planned, index = found.planned, found.schedule_index
    why = next((one.reason for one in (planned, index) if isinstance(one, Undefined)), "")
    return schemas.EarnedValue(
        budget_at_completion=found.budget,
        planned_value=None if isinstance(planned, Undefined) else planned,
        earned_value=found.earned,
        actual_cost=found.spent,
        schedule_index=None if isinstance(index, Undefined) else index,
        why_no_schedule=why,
        cost_index=_measured(found.cost_index),
        estimate_at_completion=_measured(found.at_completion),
        steps=[
            schemas.StepMoney(
                step=one.key,
                title=one.title,
                cost=one.cost,
                due=None if one.due is None else one.due.isoformat(),
                settled=None if one.settled is None else one.settled.isoformat(),
                how=one.how,
            )
            for one in found.steps
        ],
        points=[
            schemas.EarnedPoint(
                date=one.day.isoformat(), planned=one.planned, earned=one.earned, spent=one.spent
            )
            for one in found.points
        ],
    )


def _measured(found: Estimate | Undefined) -> Measured:
    told: dict[str, Any] = measured_to_json(found)
    return Measured.model_validate(told)

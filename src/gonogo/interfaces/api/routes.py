"""All topics of the REST interface, in one explicit table."""

from functools import cache

from fastapi import APIRouter

from gonogo.interfaces.api import (
    ab_tests,
    accounts,
    boards,
    budgets,
    case_plans,
    cases,
    comparisons,
    compute,
    data_rules,
    datasets,
    debts,
    decided,
    decisions,
    disclosures,
    evidence,
    gateway,
    hypotheses,
    incidents,
    ledger,
    library,
    measurements,
    models,
    off_policy,
    plans,
    plans_together,
    policies,
    portfolio_choices,
    releases,
    reviews,
    risks,
    rubric,
    runs,
    scenarios,
    scoring,
    track_record,
    value,
)

PREFIX = "/api/v1"
TOPICS = (
    cases.routes,
    accounts.routes,
    hypotheses.routes,
    plans.routes,
    library.routes,
    runs.routes,
    evidence.routes,
    datasets.routes,
    debts.routes,
    case_plans.routes,
    scenarios.routes,
    plans_together.routes,
    boards.routes,
    track_record.routes,
    value.routes,
    portfolio_choices.routes,
    budgets.routes,
    compute.routes,
    scoring.routes,
    data_rules.routes,
    disclosures.routes,
    models.routes,
    measurements.routes,
    comparisons.routes,
    rubric.routes,
    policies.routes,
    reviews.routes,
    decisions.routes,
    releases.routes,
    ab_tests.routes,
    off_policy.routes,
    incidents.routes,
    risks.routes,
    decided.routes,
    gateway.routes,
    ledger.routes,
)


@cache
def all_routes() -> APIRouter:
    """Every route of `/api/v1`, made once in a process.

    The prefix is each topic's: FastAPI looks through all routes of what is included without one.
    """
    router = APIRouter()
    for topic in TOPICS:
        router.include_router(topic.router, prefix=PREFIX)
    return router

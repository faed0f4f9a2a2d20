"""All topics of the console, in one explicit table."""

from collections import Counter
from functools import cache
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from gonogo.interfaces.web import (
    ab_results,
    accounts,
    bandits,
    board,
    case_boards,
    case_plans,
    case_score,
    cases,
    comparing,
    datasets,
    datasheets,
    debts,
    decisions,
    events,
    hypotheses,
    hypothesis_plans,
    incidents,
    ledger,
    library,
    models,
    money,
    plan_imports,
    plans_together,
    policies,
    portfolio,
    production,
    reviews,
    risks,
    roadmap,
    rubric,
    scenarios,
    scores,
    signing_in,
    switches,
    track_record,
    value,
    waiting,
)

TOPICS = (
    board.pages,
    signing_in.pages,
    cases.pages,
    case_plans.pages,
    plan_imports.pages,
    scenarios.pages,
    plans_together.pages,
    case_boards.pages,
    track_record.pages,
    value.pages,
    portfolio.pages,
    money.pages,
    scores.pages,
    case_score.pages,
    roadmap.pages,
    debts.pages,
    models.pages,
    rubric.pages,
    comparing.pages,
    policies.pages,
    hypotheses.pages,
    hypothesis_plans.pages,
    library.pages,
    datasets.pages,
    datasheets.pages,
    production.pages,
    incidents.pages,
    risks.pages,
    switches.pages,
    bandits.pages,
    ab_results.pages,
    reviews.pages,
    waiting.pages,
    decisions.pages,
    ledger.pages,
    accounts.pages,
)
STATIC = Path(__file__).with_name("static")


@cache
def all_pages() -> APIRouter:
    """Every page, made once in a process."""
    router = APIRouter()
    for topic in TOPICS:
        router.include_router(topic.router)
    router.include_router(events.router)
    return router


def install(app: FastAPI) -> None:
    """Serve what the pages bring along: styles, scripts, and what changes while one looks."""
    app.state.streams = Counter()
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

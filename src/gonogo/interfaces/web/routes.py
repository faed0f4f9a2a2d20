"""All topics of the console, in one explicit table."""

from collections import Counter
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from gonogo.interfaces.web import (
    accounts,
    board,
    cases,
    comparing,
    datasets,
    datasheets,
    debts,
    decisions,
    events,
    hypotheses,
    hypothesis_plans,
    ledger,
    library,
    models,
    policies,
    reviews,
    rubric,
    signing_in,
    waiting,
)

TOPICS = (
    board.pages,
    signing_in.pages,
    cases.pages,
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
    reviews.pages,
    waiting.pages,
    decisions.pages,
    ledger.pages,
    accounts.pages,
)
STATIC = Path(__file__).with_name("static")


def install(app: FastAPI) -> None:
    """Serve the console from `app`."""
    app.state.streams = Counter()
    router = APIRouter()
    for topic in TOPICS:
        router.include_router(topic.router)
    router.include_router(events.router)
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

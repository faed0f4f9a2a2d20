"""Composition: the only place that builds things and hands them over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import Engine

from gonogo.app.settings import Settings
from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Conflict
from gonogo.core.times import Clock, system_clock
from gonogo.domain.accounts.actions import ensure_operator
from gonogo.interfaces.api import problems
from gonogo.interfaces.api.authentication import Authentication
from gonogo.interfaces.api.limits import BodyLimit
from gonogo.interfaces.api.needs import ApiNeeds, Limits
from gonogo.interfaces.api.routes import all_routes
from gonogo.store.engine import make_engine
from gonogo.store.files import Files
from gonogo.store.migrate import upgrade
from gonogo.store.work import OpenWork, bound


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts of one installation, built from its settings."""

    settings: Settings
    engine: Engine
    files: Files
    open_work: OpenWork
    clock: Clock

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def install(settings: Settings, clock: Clock = system_clock) -> Installation:
    """The installation that `settings` describe, made ready: folders, tables, first account."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(settings.database_url)
    upgrade(engine)
    open_work = bound(engine, clock)
    first_account(open_work)
    return Installation(settings, engine, Files(settings.files), open_work, clock)


def first_account(open_work: OpenWork) -> None:
    """Give an empty installation its operator."""
    try:
        with open_work(SYSTEM) as work:
            ensure_operator(work)
    except Conflict:
        # Two processes started at once, and the other one was faster.
        return


def build(installation: Installation, limits: Limits | None = None) -> FastAPI:
    """The control plane: REST, console and MLflow as one ASGI application."""
    limits = limits or Limits()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    app = FastAPI(
        title="gonogo",
        summary="Mission control for machine-learning organisations",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.needs = ApiNeeds(
        open_work=installation.open_work,
        authenticate=Authentication(
            installation.open_work,
            installation.clock,
            secure_cookies=installation.settings.secure_cookies,
        ),
        clock=installation.clock,
        files=installation.files,
        limits=limits,
        wake=lambda: None,
    )
    app.include_router(all_routes())
    problems.install(app)
    app.add_middleware(BodyLimit, limits=limits, besides=("/mlflow/",))
    return app

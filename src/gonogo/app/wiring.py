"""Composition: the only place that builds things and hands them over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from importlib import import_module

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.routing import BaseRoute

from gonogo.app import in_force, interrupted, mlflow
from gonogo.app.private import make_home
from gonogo.app.settings import Settings
from gonogo.core.caller import SYSTEM
from gonogo.core.times import Clock, system_clock
from gonogo.core.tracking import Tracking
from gonogo.domain.accounts import actions as accounts
from gonogo.domain.accounts import reads as account_reads
from gonogo.domain.policies import actions as policies
from gonogo.domain.policies import reads as policy_reads
from gonogo.flows import publishing
from gonogo.integrations.mlflow.mounted import mounted_app
from gonogo.interfaces.api import health, problems
from gonogo.interfaces.api.authentication import Authentication
from gonogo.interfaces.api.hardening import Hardened
from gonogo.interfaces.api.hosts import AllowedHosts
from gonogo.interfaces.api.limits import BodyLimit
from gonogo.interfaces.api.needs import ApiNeeds, Limits
from gonogo.interfaces.api.routes import all_routes
from gonogo.interfaces.jobs import (
    aliases,
    cleaning,
    incidents,
    keeping,
    measurements,
    quotas,
    register,
    releases,
    rolling,
    runs,
    track_record,
    volumes,
    worth,
)
from gonogo.interfaces.jobs.choosing import Chooser
from gonogo.interfaces.jobs.runner import Job, Runner, Seldom
from gonogo.interfaces.web import routes as console
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.records.retention import Retention
from gonogo.store.engine import make_engine
from gonogo.store.files import Files
from gonogo.store.migrate import upgrade
from gonogo.store.work import OpenWork, bound

LOOK_EVERY = timedelta(seconds=15)
"""How often a tracking server that is not gonogo's own is asked for new runs."""
QUOTAS_EVERY = timedelta(minutes=5)
"""How often it is looked whether a quota of compute is exceeded."""
CLEAN_EVERY = timedelta(hours=1)
PASS_EVERY = timedelta(hours=6)
"""How often it is looked which forecast dates have passed."""
COUNT_EVERY = timedelta(hours=1)
"""How often it is looked whether a day is over, so that its decisions count."""
KEEP_EVERY = timedelta(hours=6)
"""How often decisions that are past their time are deleted."""
ROLL_SECONDS = 30.0
"""How often closed segments of the decision log are rolled."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts of one installation, built from its settings."""

    settings: Settings
    engine: Engine
    files: Files
    open_work: OpenWork
    clock: Clock
    tracking: Tracking
    jobs: Runner
    measuring: Runner
    """Measures what it was asked to; beside the jobs, which must not wait for it."""
    rolling: Runner
    """Rolls the decision log and deletes what is past its time; beside the jobs likewise."""
    choosing: Chooser
    """Chooses use cases beside the pages that ask."""

    def deliver(self) -> bool:
        """Put the route table where gateways look; whether this home's has it in force."""
        home = self.settings.home
        number = publishing.deliver(self.open_work, self.files, home / "gateway")
        return in_force.wait(home, number)

    def close(self) -> None:
        """End the jobs and let go of the database."""
        self.jobs.stop()
        self.measuring.stop()
        self.rolling.stop()
        self.choosing.stop()
        self.engine.dispose()


def install(settings: Settings, clock: Clock = system_clock) -> Installation:
    """The installation that `settings` describe, made ready: folders, tables, first account."""
    make_home(settings.home)
    interrupted.refuse(settings)
    engine = make_engine(settings.database_url)
    upgrade(engine)
    return assemble(settings, engine, clock)


def assemble(settings: Settings, engine: Engine, clock: Clock) -> Installation:
    """The installation on a database that has its tables."""
    open_work = bound(engine, clock)
    _first_start(open_work)
    tracking = mlflow.tracking_of(settings)
    files = Files(settings.files)
    gateway, log = settings.home / "gateway", settings.home / "decisions"
    jobs: dict[str, Job] = {
        "releases": partial(releases.follow, open_work, files, gateway, log),
        "incidents": partial(incidents.follow, open_work, gateway),
        "aliases": partial(aliases.follow, open_work, tracking),
        "track record": partial(track_record.follow, open_work),
        "dates passed": Seldom(partial(track_record.pass_time, open_work), clock, PASS_EVERY),
        "worth": worth.Keeping(open_work),
        "register": Seldom(partial(register.follow, open_work), clock, PASS_EVERY),
        "quotas": Seldom(partial(quotas.follow, open_work), clock, QUOTAS_EVERY),
        "cleaning": Seldom(partial(cleaning.clean, open_work), clock, CLEAN_EVERY),
    }
    if settings.mlflow_url:
        jobs["runs"] = Seldom(partial(runs.follow, open_work, tracking), clock, LOOK_EVERY)
    counting = partial(volumes.count, open_work, log)
    rolls: dict[str, Job] = {
        "rolling": partial(rolling.roll, log),
        "volumes": Seldom(counting, clock, COUNT_EVERY),
    }
    if settings.retention != Retention():
        kept = partial(keeping.keep, open_work, log, settings.retention, clock)
        rolls["keeping"] = Seldom(kept, clock, KEEP_EVERY)
    measure = partial(measurements.work_off, open_work, files, clock)
    return Installation(
        settings,
        engine,
        files,
        open_work,
        clock,
        tracking,
        Runner(jobs),
        Runner({"measurements": measure}, name="gonogo-measuring"),
        Runner(rolls, every=ROLL_SECONDS, name="gonogo-rolling"),
        Chooser(),
    )


def _first_start(open_work: OpenWork) -> None:
    """The first account and the policies that ship, where they are not there yet."""
    with open_work(SYSTEM, write=False) as work:
        ready = account_reads.has_operator(work) and not policy_reads.missing_packs(work)
    if not ready:
        with open_work(SYSTEM) as work:
            accounts.ensure_operator(work)
            policies.ensure_packs(work)


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """All routes of REST and console, the same for every application of this process.

    They know nothing of an installation, and what FastAPI makes of their signatures takes half a
    second each time.
    """
    return tuple(
        each
        for router in (all_routes(), health.router, console.all_pages())
        for each in router.routes
    )


def build(installation: Installation, limits: Limits | None = None) -> FastAPI:
    """The control plane: REST, console and MLflow as one ASGI application."""
    limits = limits or Limits()
    settings = installation.settings
    authentication = Authentication(
        installation.open_work, installation.clock, secure_cookies=settings.secure_cookies
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # MLflow loads them in a thread of its own; half loaded they break queries, and whoever
        # reads rows meanwhile, in all the others. Plots and scikit-learn begin a ring of narwhals
        # at different ends, and each would wait for the other.
        for shared in ("sqlalchemy.orm", "pandas", "narwhals.stable"):
            import_module(shared)
        installation.jobs.start()
        installation.measuring.start()
        installation.rolling.start()
        if settings.mlflow_url is None:
            mounted.warm()
        yield
        installation.jobs.stop()
        installation.measuring.stop()
        installation.rolling.stop()

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
        authenticate=authentication,
        clock=installation.clock,
        files=installation.files,
        tracking=installation.tracking,
        limits=limits,
        wake=installation.jobs.wake,
        measure=installation.measuring.wake,
        deliver=installation.deliver,
        log=settings.home / "decisions",
    )
    app.state.web = WebNeeds(
        open_work=installation.open_work,
        authentication=authentication,
        clock=installation.clock,
        files=installation.files,
        tracking=installation.tracking,
        mlflow=(settings.mlflow_url or "/mlflow").rstrip("/"),
        wake=installation.jobs.wake,
        measure=installation.measuring.wake,
        log=settings.home / "decisions",
        choose=installation.choosing.ask,
        chosen=installation.choosing.found,
        deliver=installation.deliver,
    )
    app.router.routes.extend(_routes())
    mounted = mounted_app(
        keeping=mlflow.kept_at(settings),
        authorise=mlflow.Door(authentication),
        on_change=mlflow.Adopting(installation.open_work, installation.tracking),
        seals=mlflow.LedgerSeals(installation.open_work),
    )
    if settings.mlflow_url is None:
        app.mount("/mlflow", mounted)
    console.install(app)
    problems.install(app)
    app.add_middleware(BodyLimit, limits=limits, besides=("/mlflow/",))
    app.add_middleware(AllowedHosts, allowed=settings.allowed_hosts)
    app.add_middleware(Hardened, public=("/static/",), besides=("/mlflow/",))
    return app

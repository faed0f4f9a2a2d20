"""Filling an installation with something of everything, and looking at all of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gonogo.app.inprocess import client_on
from gonogo.app.leaving.exporting import export
from gonogo.app.leaving.importing import import_
from gonogo.app.mlflow import kept_at
from gonogo.app.settings import Settings
from gonogo.app.wiring import Installation, install
from gonogo.core.caller import SYSTEM
from gonogo.integrations.mlflow import moving
from gonogo.integrations.mlflow.loading import unload
from gonogo.integrations.mlflow.rest import ARTIFACTS, ask, in_process
from gonogo.schemas.cases import NewCase
from gonogo.store import parquet
from tests.fixtures.clocks import FakeClock

CLAIM = {
    "statement": "Naïve trees find who leaves",
    "criteria": [{"check": "performance.roc_auc", "at_least": 0.7}],
    "design": {"method": "hold-out"},
    "time_box": "2027-01-31",
    "family": "trees",
}


@dataclass(frozen=True)
class Filled:
    """An installation in which there is something of everything."""

    settings: Settings
    secret: str
    """Of a token."""
    loans: str
    """A dataset version."""
    run: str
    """An MLflow run."""


def fill(settings: Settings) -> Filled:
    """Something of everything, through the ways that users have."""
    settings.home.mkdir(parents=True, exist_ok=True)
    loans = settings.home / "loans.csv"
    loans.write_text("income,approve\n10,1\n20,0\n30,1\n40,1\n50,0\n60,1\n")
    installation = install(settings, FakeClock())
    with client_on(installation) as client:
        client.cases.create(new_case("churn"))
        claim = client.case("churn").register_hypothesis("trees", CLAIM)
        claim.plan("auc", {"effect": 0.05}, base=0.7)
        claim.link("10.1145/2433396.2433413", title="Pre-experiment data", year=2013)
        claim.abandon(reason="Zebras are no customers")
        client.users.create("risk", "Risk officer")
        client.user("risk").grant("risk-officer")
        token = client.tokens.create("nightly")
        # Made with the first: a row that refers to another one of its own table.
        with client_on(installation, token.secret, owned=False) as robot:
            robot.tokens.create("hourly")
            robot.tokens.create("unbounded", only=["evidence.record"])
        version = client.register_dataset(
            "loans",
            loans,
            licence="CC0-1.0",
            sensitivity="internal",
            owner_role="data-scientist",
            label="approve",
        )
        version.measure()
    found = Filled(settings, token.secret, version.subject, track(settings))
    unload()
    return found


def new_case(slug: str) -> NewCase:
    """A use case to create."""
    return NewCase(
        slug=slug,
        title=slug.title(),
        problem="Whom to call — naïvely",
        risk_tier="limited",
        owner_role="product-manager",
    )


def track(settings: Settings) -> str:
    """A run with a metric and an artifact, and a model version; the run's id."""
    http = in_process(kept_at(settings))

    def call(which: str, /, **said: Any) -> Any:
        return ask(http, "POST", which, said, field="mlflow")

    made = call("runs/create", experiment_id="0", start_time=1, run_name="trees")
    run = str(made["run"]["info"]["run_id"])
    call("runs/log-metric", run_id=run, key="auc", value=0.75, timestamp=2, step=1)
    call("runs/log-parameter", run_id=run, key="depth", value="3")
    put = http.put(f"{ARTIFACTS}/0/{run}/artifacts/model/weights.txt", content=b"1 2 3\n")
    assert put.is_success, put.text
    call("registered-models/create", name="approver")
    source = f"mlflow-artifacts:/0/{run}/artifacts/model"
    call("model-versions/create", name="approver", source=source, run_id=run)
    call("registered-models/alias", name="approver", alias="champion", version="1")
    return run


def everything(settings: Settings) -> dict[str, list[Any]]:
    """All rows of all tables, MLflow's among them, as Python values in a fixed order."""
    found: dict[str, list[Any]] = {}
    installation = install(settings, FakeClock())
    with installation.open_work(SYSTEM, write=False) as work:
        for table in parquet.tables_of(work.connection):
            rows = [tuple(row) for row in work.connection.execute(select(table))]
            found[table.name] = sorted(rows, key=repr)
    installation.close()
    unload()
    with moving.reading(kept_at(settings)) as connection:
        for table in parquet.tables_of(connection) if connection is not None else []:
            rows = [tuple(row) for row in connection.execute(select(table))]  # type: ignore[union-attr]  # None has no tables
            found[f"mlflow.{table.name}"] = sorted(rows, key=repr)
    return found


def files_of(installation: Installation) -> dict[str, bytes]:
    """All files by digest."""
    found: dict[str, bytes] = {}
    for digest in installation.files.all():
        with installation.files.open(digest) as source:
            found[digest] = source.read()
    return found


def silent(_what: str, _done: int, _total: int) -> None:
    """A progress that nobody looks at."""


def exported(settings: Settings, folder: Path) -> Path:
    """The folder, with an export of that installation."""
    installation = install(settings, FakeClock())
    export(installation, folder, silent)
    installation.close()
    return folder


def moved(origin: Settings, to: Settings, folder: Path) -> None:
    """Export here, import there."""
    import_(to, exported(origin, folder), FakeClock(), silent)

"""MLflow's tables on PostgreSQL, in a schema of their own beside gonogo's."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from gonogo.integrations.mlflow.keeping import keeping_of
from gonogo.integrations.mlflow.loading import unload
from gonogo.integrations.mlflow.tracking import MlflowTracking
from tests.fixtures.databases import Postgres
from tests.integrations.mlflow.serving import WRITER, Served, serve

API = "/api/2.0/mlflow/experiments"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_postgresql_holds_mlflow_beside_tables_of_the_same_names(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Both have a table of runs and of migrations; neither sees the other's."""
    with postgres.database() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE runs (ours integer)"))
            connection.execute(text("CREATE TABLE alembic_version (version_num text)"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('ours')"))
        keeping = keeping_of(tmp_path, url, str(tmp_path / "files"))
        with serve(keeping) as served:
            made = served.http(WRITER).post(
                "/api/2.0/mlflow/runs/create", json={"experiment_id": "0", "start_time": 1}
            )
            run_id = made.json()["run"]["info"]["run_id"]
            assert MlflowTracking.embedded(keeping).run(run_id).experiment == "Default"
        unload()
        found = inspect(engine)
        assert set(found.get_table_names()) == {"runs", "alembic_version"}
        assert {"runs", "experiments", "alembic_version"} <= set(found.get_table_names("mlflow"))
        engine.dispose()


def test_other_keeping_takes_the_place_of_the_first(served: Served, tmp_path: Path) -> None:
    """Two installations in one process, one after the other, see their own runs alone."""
    assert served.http(WRITER).post(f"{API}/create", json={"name": "of the first"}).is_success
    keeping = keeping_of(tmp_path, f"sqlite:///{tmp_path}/gonogo.db", str(tmp_path / "files"))
    with serve(keeping) as other:
        assert experiments(other) == ["Default"]
    assert "of the first" in experiments(served)


def experiments(served: Served) -> list[str]:
    found = served.http(WRITER).post(f"{API}/search", json={"max_results": 1000}).json()
    return [entry["name"] for entry in found["experiments"]]

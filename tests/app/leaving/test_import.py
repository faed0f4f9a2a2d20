"""Importing: refused where something is there or wrong, and all or nothing."""

import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import inspect, text

from gonogo.app.command import ALONE
from gonogo.app.interrupted import NAME as MARK
from gonogo.app.leaving.importing import import_
from gonogo.app.leaving.manifest import sha256_of
from gonogo.app.mlflow import kept_at
from gonogo.app.settings import Settings
from gonogo.app.wiring import install
from gonogo.core.errors import Broken, Conflict, Invalid, NotFound
from gonogo.integrations.mlflow import moving
from gonogo.interfaces.cli.main import run
from gonogo.store.engine import make_engine
from tests.app.leaving.conftest import SettingsOn
from tests.app.leaving.filling import Filled, everything, exported, silent
from tests.fixtures.clocks import FakeClock

Change = Callable[[Path], None]


@pytest.fixture(scope="session")
def exported_once(filled_once: Filled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(filled_once.settings, tmp_path_factory.mktemp("exported") / "out")


@pytest.fixture
def out(exported_once: Path, tmp_path: Path) -> Path:
    """An export, for this test alone."""
    shutil.copytree(exported_once, tmp_path / "out")
    return tmp_path / "out"


def listed_again(out: Path) -> None:
    """Make the manifest fit the files, as somebody who tampers with care would.

    Without MLflow, whose tables take long to make.
    """
    path = out / "manifest.json"
    manifest = json.loads(path.read_bytes()) | {"mlflow": None}
    for file in manifest["files"]:
        found = out / file["path"]
        file["bytes"], file["sha256"] = found.stat().st_size, sha256_of(found)
    path.write_text(json.dumps(manifest))


def nothing_is_there(settings: Settings) -> bool:
    """Whether no row, no file and no mark is left."""
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        # What SQLite keeps of an index of words is never without rows; the index itself is.
        own = ("alembic", "search_index_")
        tables = [name for name in names if not name.startswith(own)]
        rows = sum(connection.scalar(text(f'SELECT count(*) FROM "{t}"')) or 0 for t in tables)  # noqa: S608  # names of tables
    engine.dispose()
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    left = [path.name for path in files if not path.name.startswith("gonogo.db")]
    return rows == 0 and left == []


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


class TestTampering:
    @pytest.mark.parametrize(
        "name",
        [
            "ledger.jsonl",
            "tables/users.parquet",
            "mlflow/tables/runs.parquet",
            "files/sha256/*/*",
            "mlflow/artifacts/0/*/artifacts/model/weights.txt",
        ],
    )
    @pytest.mark.parametrize("change", [flip_a_byte, Path.unlink])
    def test_a_file_that_changed_or_is_gone_is_named(
        self, out: Path, settings_on: SettingsOn, name: str, change: Change
    ) -> None:
        path = next(iter(out.glob(name)))
        change(path)
        settings = settings_on("sqlite")
        with pytest.raises(Invalid) as refused:
            import_(settings, out, FakeClock(), silent)
        assert refused.value.field == path.relative_to(out).as_posix()
        assert nothing_is_there(settings)

    def test_an_export_without_manifest_is_none(self, out: Path, settings_on: SettingsOn) -> None:
        (out / "manifest.json").unlink()
        with pytest.raises(NotFound, match=r"manifest\.json"):
            import_(settings_on("sqlite"), out, FakeClock(), silent)

    @pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "tables/../../x", "a//b"])
    def test_a_path_that_leaves_the_folder_is_refused(
        self, out: Path, settings_on: SettingsOn, path: str
    ) -> None:
        manifest = json.loads((out / "manifest.json").read_bytes())
        manifest["files"].append({"path": path, "bytes": 1, "sha256": "0" * 64})
        (out / "manifest.json").write_text(json.dumps(manifest))
        with pytest.raises(Invalid, match="below the export"):
            import_(settings_on("sqlite"), out, FakeClock(), silent)

    def test_a_changed_entry_is_found_though_the_manifest_fits(
        self, out: Path, settings_on: SettingsOn
    ) -> None:
        """Whoever changes the digests as well still breaks the chain."""
        ledger = out / "ledger.jsonl"
        ledger.write_bytes(ledger.read_bytes().replace(b"Whom to call", b"Whom to Call"))
        listed_again(out)
        settings = settings_on("sqlite")
        with pytest.raises(Broken, match="digest differs") as refused:
            import_(settings, out, FakeClock(), silent)
        assert refused.value.field == "ledger.jsonl"
        assert nothing_is_there(settings)

    def test_rows_that_contradict_the_ledger_are_found(
        self, out: Path, settings_on: SettingsOn
    ) -> None:
        path = out / "tables" / "evidence_current.parquet"
        table = pq.read_table(path)
        moved = pa.array([1] * table.num_rows, pa.int64())
        at = table.schema.get_field_index("position")
        pq.write_table(table.set_column(at, table.schema.field(at), moved), path)
        listed_again(out)
        settings = settings_on("sqlite")
        with pytest.raises(Broken, match="index of current evidence"):
            import_(settings, out, FakeClock(), silent)
        assert nothing_is_there(settings)

    def test_columns_of_another_table_are_refused(self, out: Path, settings_on: SettingsOn) -> None:
        shutil.copyfile(out / "tables" / "users.parquet", out / "tables" / "cases.parquet")
        listed_again(out)
        settings = settings_on("postgresql")
        with pytest.raises(Invalid, match=r"cases\.parquet"):
            import_(settings, out, FakeClock(), silent)
        assert nothing_is_there(settings)

    def test_an_export_of_a_newer_gonogo_is_refused(
        self, out: Path, settings_on: SettingsOn
    ) -> None:
        manifest = json.loads((out / "manifest.json").read_bytes())
        (out / "manifest.json").write_text(json.dumps(manifest | {"schema": "9999"}))
        with pytest.raises(Conflict, match="newer gonogo"):
            import_(settings_on("sqlite"), out, FakeClock(), silent)


class TestPlace:
    def test_an_installation_is_not_written_over(
        self, filled: Filled, out: Path, settings_on: SettingsOn
    ) -> None:
        before = everything(filled.settings)
        with pytest.raises(Conflict, match="without an installation"):
            import_(filled.settings, out, FakeClock(), silent)
        assert everything(filled.settings) == before

    def test_a_mlflow_with_runs_is_not_written_over(
        self, filled: Filled, out: Path, settings_on: SettingsOn
    ) -> None:
        settings = settings_on("sqlite")
        settings.home.mkdir()
        shutil.copyfile(filled.settings.home / "mlflow.db", settings.home / "mlflow.db")
        with pytest.raises(Conflict, match="MLflow"):
            import_(settings, out, FakeClock(), silent)
        assert moving.is_used(kept_at(settings))


def import_until(home: str, database_url: str, out: str, what: str) -> None:
    """Import, and die when that much is done, as if the power went."""
    settings = _settings(home, database_url)

    def progress(doing: str, _done: int, _total: int) -> None:
        if doing == what:
            os.kill(os.getpid(), signal.SIGKILL)

    import_(settings, Path(out), FakeClock(), progress)


def _settings(home: str, database_url: str) -> Settings:
    return Settings(
        home=Path(home),
        database_url=database_url,
        files=f"{home}/files",
        mlflow_url=None,
        mlflow_token=None,
        host="127.0.0.1",
        port=8080,
        behind_tls=False,
    )


class TestInterruption:
    @pytest.mark.parametrize(
        ("kind", "what"),
        [
            ("sqlite", "Verifying"),
            # Each makes MLflow's tables twice.
            pytest.param("sqlite", "Artifacts", marks=pytest.mark.slow),
            pytest.param("postgresql", "Verifying", marks=pytest.mark.slow),
        ],
    )
    def test_killed_it_leaves_no_installation_and_can_be_repeated(
        self, out: Path, settings_on: SettingsOn, filled: Filled, what: str, kind: str
    ) -> None:
        settings = settings_on(kind)
        process = multiprocessing.get_context("spawn").Process(
            target=import_until,
            args=(str(settings.home), settings.database_url, str(out), what),
        )
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        with pytest.raises(Conflict, match="interrupted"):
            install(settings, FakeClock())
        import_(settings, out, FakeClock(), silent)
        assert not (settings.home / MARK).exists()
        assert everything(settings) == everything(filled.settings)

    @pytest.mark.parametrize("what", ["Artifacts", "Verifying"])
    def test_stopped_by_ctrl_c_it_cleans_up(
        self, out: Path, settings_on: SettingsOn, what: str
    ) -> None:
        settings = settings_on("sqlite")

        def progress(doing: str, _done: int, _total: int) -> None:
            if doing == what:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_(settings, out, FakeClock(), progress)
        assert nothing_is_there(settings)


class TestCommand:
    def test_says_what_it_was(
        self,
        out: Path,
        settings_on: SettingsOn,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        settings = settings_on("sqlite")
        monkeypatch.setenv("GONOGO_HOME", str(settings.home))
        assert run(["import", str(out), "--json"], ALONE) == 0
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert said["head"] == json.loads((out / "manifest.json").read_bytes())["ledger"]["head"]
        assert run(["ledger", "verify"], ALONE) == 0
        assert run(["import", str(out)], ALONE) == 4

    def test_a_folder_that_is_none_is_not_found(
        self, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["import", str(tmp_path / "nowhere")], ALONE) == 5
        assert "gonogo export" in capsys.readouterr().err

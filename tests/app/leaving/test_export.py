"""Exporting: what lies in the folder, readable without gonogo, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from gonogo.app.command import ALONE
from gonogo.app.leaving.exporting import export
from gonogo.app.leaving.manifest import sha256_of
from gonogo.app.wiring import install
from gonogo.core.chain_file import verify_lines
from gonogo.core.errors import Broken, Conflict
from gonogo.interfaces.cli.main import run
from tests.app.leaving.filling import Filled, exported, silent
from tests.fixtures.clocks import FakeClock


class TestExport:
    def test_is_open_files(self, filled: Filled, tmp_path: Path) -> None:
        """JSON Lines, Parquet with types, originals by digest, MLflow's files by path."""
        out = exported(filled.settings, tmp_path / "out")
        with (out / "ledger.jsonl").open("rb") as source:
            assert verify_lines(source).broken is None
        versions = pq.read_table(out / "tables" / "dataset_versions.parquet")
        assert versions.schema.field("rows").type == "int64"
        assert json.loads(versions.column("columns")[0].as_py())[0]["name"] == "income"
        digest = versions.column("sha256")[0].as_py()
        original = out / "files" / "sha256" / digest[:2] / digest
        assert original.read_bytes().startswith(b"income,approve\n")
        artifact = out / "mlflow" / "artifacts" / "0" / filled.run / "artifacts/model/weights.txt"
        assert artifact.read_bytes() == b"1 2 3\n"
        metrics = pq.read_table(out / "mlflow" / "tables" / "metrics.parquet").to_pylist()
        assert [(metric["key"], metric["value"]) for metric in metrics] == [("auc", 0.75)]

    def test_has_every_table_and_names_every_file(self, filled: Filled, tmp_path: Path) -> None:
        out = exported(filled.settings, tmp_path / "out")
        manifest = json.loads((out / "manifest.json").read_bytes())
        tables = {path.stem for path in (out / "tables").iterdir()}
        assert tables == set(manifest["tables"]) >= {"ledger", "users", "tokens", "reviews"}
        found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
        assert {file["path"] for file in manifest["files"]} == found - {"manifest.json"}
        for file in manifest["files"]:
            assert sha256_of(out / file["path"]) == file["sha256"]

    def test_is_for_its_owner_alone(self, filled: Filled, tmp_path: Path) -> None:
        """Hashes of passwords are in it."""
        assert exported(filled.settings, tmp_path / "out").stat().st_mode & 0o077 == 0

    def test_changes_nothing(self, filled: Filled, tmp_path: Path) -> None:
        """Two exports of the same installation hold the same."""
        manifests = [
            json.loads((exported(filled.settings, tmp_path / name) / "manifest.json").read_bytes())
            for name in ("one", "two")
        ]
        assert manifests[0] == manifests[1]

    def test_takes_an_empty_folder_but_no_other(self, filled: Filled, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        exported(filled.settings, tmp_path / "empty")
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "notes.txt").write_text("mine")
        with pytest.raises(Conflict, match=r"notes\.txt"):
            exported(filled.settings, tmp_path / "full")
        assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]

    def test_leaves_the_folder_empty_where_it_fails(self, filled: Filled, tmp_path: Path) -> None:
        """A data file whose bytes changed is no export, not a bad one."""
        installation = install(filled.settings, FakeClock())
        digest = next(installation.files.all())
        path = Path(installation.files.local_path(digest) or "")
        path.write_bytes(b"something else")
        with pytest.raises(Broken, match=digest[:12]):
            export(installation, tmp_path / "out", silent)
        installation.close()
        assert list((tmp_path / "out").iterdir()) == []

    def test_is_one_moment_while_others_write(self, filled: Filled, tmp_path: Path) -> None:
        """What is appended after the ledger was read is in none of the tables either."""
        installation = install(filled.settings, FakeClock())
        other = install(filled.settings, FakeClock())
        written: list[str] = []

        def progress(what: str, _done: int, _total: int) -> None:
            if what == "Tables" and not written:
                with other.engine.connect() as connection:
                    connection.execute(text("DELETE FROM idempotent_answers"))
                    connection.execute(
                        text("INSERT INTO subjects VALUES ('case:late', 'org:gonogo', 'Late')")
                    )
                    connection.commit()
                written.append(what)

        export(installation, tmp_path / "out", progress)
        for each in (installation, other):
            each.close()
        subjects = pq.read_table(tmp_path / "out" / "tables" / "subjects.parquet")
        assert written == ["Tables"]
        assert "case:late" not in subjects.column("subject").to_pylist()


class TestCommand:
    def test_prints_what_it_was_as_json(
        self,
        filled: Filled,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("GONOGO_HOME", str(filled.settings.home))
        assert run(["export", str(tmp_path / "out"), "--json"], ALONE) == 0
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert (said["files"], said["mlflow"]) == (1, "1 artifacts")
        assert said["manifest"] == sha256_of(tmp_path / "out" / "manifest.json")

    def test_a_home_without_an_installation_is_not_found(
        self, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["export", str(tmp_path / "out")], ALONE) == 5
        assert "GONOGO_HOME" in capsys.readouterr().err
        assert list(home.iterdir()) == [], "looking does not make one"

    @pytest.mark.parametrize("verb", ["export", "import"])
    def test_help_says_that_hashes_travel_and_has_an_example(
        self, verb: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run([verb, "--help"], ALONE) == 0
        said = capsys.readouterr().out
        assert "asswords" in said
        assert f"gonogo {verb} backup" in " ".join(said.split())

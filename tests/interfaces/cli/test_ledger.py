"""The ledger on the command line: read, verified, taken along."""

from pathlib import Path

import pytest

from tests.interfaces.cli.conftest import Gonogo

pytestmark = pytest.mark.usefixtures("approver")


class TestList:
    def test_what_fits_newest_first(self, gonogo: Gonogo) -> None:
        found = gonogo("ledger", "list", "--kind", "model-version", "--limit", "5", "--json").json
        assert {one["kind"] for one in found} == {"model-version"}
        positions = [one["position"] for one in found]
        assert positions == sorted(positions, reverse=True)
        assert gonogo("ledger", "list", "--kind", "model-version").out.startswith("entry")

    def test_one_entry_by_position_and_by_digest(self, gonogo: Gonogo) -> None:
        first = gonogo("ledger", "show", "1", "--json").json
        assert gonogo("ledger", "show", first["digest"], "--json").json == first
        assert gonogo("ledger", "show", "999999").code == 5


class TestVerify:
    def test_the_server_s_own(self, gonogo: Gonogo) -> None:
        found = gonogo("ledger", "verify", "--json")
        assert (found.code, found.json["sound"]) == (0, True)

    @pytest.mark.parametrize("change", ["changed", "removed", "inserted", "reordered"])
    def test_a_file_names_the_first_broken_entry(
        self, gonogo: Gonogo, tmp_path: Path, change: str
    ) -> None:
        file = tmp_path / "ledger.jsonl"
        assert gonogo("ledger", "export", str(file)).code == 0
        assert gonogo("ledger", "verify", str(file)).code == 0
        lines = file.read_bytes().splitlines(keepends=True)
        at = next(place for place, line in enumerate(lines) if b'"position":3' in line)
        lines[at : at + 2] = {
            "changed": [lines[at].replace(b":", b": ", 1), lines[at + 1]],
            "removed": [lines[at + 1]],
            "inserted": [lines[at], lines[at], lines[at + 1]],
            "reordered": [lines[at + 1], lines[at]],
        }[change]
        file.write_bytes(b"".join(lines))
        broken = gonogo("ledger", "verify", str(file), "--json")
        assert broken.code == 1
        assert broken.json["sound"] is False
        assert broken.json["broken"]["position"] in {3, 4}
        assert "The ledger is broken at entry" in gonogo("ledger", "verify", str(file)).out

    def test_a_file_that_is_not_there(self, gonogo: Gonogo, tmp_path: Path) -> None:
        assert gonogo("ledger", "verify", str(tmp_path / "none.jsonl")).code == 2


class TestExport:
    def test_over_nothing(self, gonogo: Gonogo, tmp_path: Path) -> None:
        file = tmp_path / "ledger.jsonl"
        file.write_text("mine")
        assert gonogo("ledger", "export", str(file)).code == 4
        assert file.read_text() == "mine"

"""Leaving and coming back: what is imported is equal to what was exported."""

from pathlib import Path

import pytest

from gonogo.app.inprocess import client_on
from gonogo.app.wiring import install
from gonogo.core.caller import SYSTEM
from tests.app.leaving.conftest import SettingsOn
from tests.app.leaving.filling import Filled, everything, files_of, moved, new_case
from tests.fixtures.clocks import FakeClock

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class TestRoundTrip:
    def test_sqlite_to_postgresql_and_back_is_equal(
        self, filled: Filled, settings_on: SettingsOn, tmp_path: Path
    ) -> None:
        """Rows of every table, types included; the ledger's head; files; MLflow."""
        before = everything(filled.settings)
        assert sum(map(len, before.values())) > 50
        grown = settings_on("postgresql")
        moved(filled.settings, grown, tmp_path / "first")
        assert everything(grown) == before
        small = settings_on("sqlite")
        moved(grown, small, tmp_path / "second")
        assert everything(small) == before
        first, second = (
            files_of(install(settings, FakeClock())) for settings in (filled.settings, small)
        )
        assert first == second
        assert first

    def test_what_was_imported_works(
        self, filled: Filled, settings_on: SettingsOn, tmp_path: Path
    ) -> None:
        """A token made before, the ledger, data and MLflow; and it goes on from there."""
        grown = settings_on("postgresql")
        moved(filled.settings, grown, tmp_path / "out")
        installation = install(grown, FakeClock())
        with client_on(installation, filled.secret, owned=False) as client:
            assert client.me().login
            assert client.ledger.verify(thorough=True).sound
            assert client.dataset(filled.loans).frame().shape == (6, 2)
            client.dataset(filled.loans).verify()
            run = installation.tracking.run(filled.run)
            assert (run.name, run.metrics) == ("trees", {"auc": 0.75})
            version = installation.tracking.version("approver", "1")
            with installation.tracking.open_file(version, "weights.txt") as weights:
                assert weights.read() == b"1 2 3\n"
            for words in ("naive tree", "zebra", "experiment 2013"):
                (lesson,) = client.library.search(words, everything=True)
                assert lesson.hypothesis.slug == "trees"
            before = client.ledger.head().entries
            client.cases.create(new_case("fraud"))
            assert client.ledger.head().entries > before
        with installation.open_work(SYSTEM, write=False) as work:
            assert work.ledger.verify(thorough=True).sound
        installation.close()

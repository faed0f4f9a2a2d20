"""The parts handed to tests do what they say."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import inspect, text

from gonogo.store.engine import make_engine
from gonogo.store.schema import metadata
from tests.fixtures.clocks import FakeClock


class TestClock:
    def test_stands_still_until_moved(self, clock: FakeClock) -> None:
        before = clock()
        assert clock() == before
        clock.advance(minutes=2, seconds=5)
        assert clock() - before == timedelta(seconds=125)

    def test_tells_utc(self, clock: FakeClock) -> None:
        assert clock().utcoffset() == timedelta(0)


class TestHome:
    @pytest.fixture(autouse=True)
    def setting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GONOGO_TOKEN", "of whoever runs the tests")

    def test_is_empty_and_set(self, home: Path) -> None:
        assert os.environ["GONOGO_HOME"] == str(home)
        assert list(home.iterdir()) == []

    def test_hides_the_settings_of_whoever_runs_the_tests(self, home: Path) -> None:
        assert "GONOGO_TOKEN" not in os.environ


class TestDatabase:
    # Twice, so that the second finds what the first left behind, if anything is.
    @pytest.mark.parametrize("time", ["first", "second"])
    def test_is_fresh_for_each_test(self, database_url: str, time: str) -> None:
        engine = make_engine(database_url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE visited (id INTEGER)"))
        engine.dispose()

    def test_has_the_tables(self, database_url: str) -> None:
        engine = make_engine(database_url)
        assert set(metadata.tables) <= set(inspect(engine).get_table_names())
        engine.dispose()

    def test_can_be_empty(self, empty_database_url: str) -> None:
        engine = make_engine(empty_database_url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()

    def test_is_of_the_system_that_it_names(
        self, database_url: str, request: pytest.FixtureRequest
    ) -> None:
        engine = make_engine(database_url)
        assert engine.dialect.name in request.node.name
        engine.dispose()


class TestPage:
    def test_shows_what_it_is_given(self, page: Page) -> None:
        page.set_content("<h1>Go</h1>")
        assert page.get_by_role("heading").inner_text() == "Go"

"""Migrations make the tables that the code describes, once, whoever starts at the same time."""

import importlib
import multiprocessing
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Select, inspect, select, text

import gonogo.domain
import gonogo.store
from gonogo.core.errors import Conflict, Unavailable
from gonogo.store import migrations, search
from gonogo.store.engine import make_engine
from gonogo.store.migrate import LATEST, upgrade, version
from gonogo.store.schema import metadata
from gonogo.store.search import WORKED_OUT


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def start(url: str) -> str:
    """What a process that starts does."""
    engine = make_engine(url)
    try:
        upgrade(engine)
    except Exception as error:  # noqa: BLE001  # told to the test, which knows none
        return repr(error)
    finally:
        engine.dispose()
    return "ready"


def know_all_tables() -> None:
    """Import whatever has tables: those of every room are in one catalogue."""
    for package in (gonogo.domain, gonogo.store):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "tables" in found.name or package is gonogo.store:
                importlib.import_module(found.name)


def is_described(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the catalogue has it: the index of searching is each database's own."""
    return kind != "table" or name not in WORKED_OUT


class TestUpgrade:
    def test_makes_the_tables_that_the_code_describes(self, empty: Engine) -> None:
        """Tables, columns, types, keys and indexes; a difference is printed as what to write."""
        know_all_tables()
        upgrade(empty)
        with empty.connect() as connection:
            opts = {"compare_type": True, "include_name": is_described}
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, metadata) == []

    def test_names_keys_as_the_code_does(self, empty: Engine) -> None:
        """A later migration that drops a key finds it under the name the code gives it."""
        know_all_tables()
        upgrade(empty)
        inspected = inspect(empty)
        for table in metadata.sorted_tables:
            assert inspected.get_pk_constraint(table.name)["name"] == table.primary_key.name
            assert {key["name"] for key in inspected.get_foreign_keys(table.name)} == {
                key.name for key in table.foreign_key_constraints
            }

    def test_again_changes_nothing(self, empty: Engine) -> None:
        upgrade(empty)
        before = inspect(empty).get_table_names()
        upgrade(empty)
        assert inspect(empty).get_table_names() == before
        assert version(empty) == LATEST

    def test_two_at_once_do_not_collide(self, empty: Engine) -> None:
        """Two workers of a server start together; one migrates, the other finds it done."""
        url = empty.url.render_as_string(hide_password=False)
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            assert pool.map(start, [url] * 2, chunksize=1) == ["ready"] * 2
        assert version(empty) == LATEST

    def test_refuses_a_database_that_is_newer_than_the_program(self, empty: Engine) -> None:
        upgrade(empty)
        with empty.connect() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            connection.commit()
        with pytest.raises(Conflict, match="newer gonogo") as refused:
            upgrade(empty)
        assert "9999" in refused.value.expected
        assert version(empty) == "9999"

    def test_refuses_a_database_in_which_others_keep_such_tables(self, empty: Engine) -> None:
        with empty.connect() as connection:
            connection.execute(text("CREATE TABLE users (id integer)"))
            connection.commit()
        with pytest.raises(Conflict, match="did not make"):
            upgrade(empty)
        assert inspect(empty).get_table_names() == ["users"], "nothing half-made is left"

    def test_a_database_that_cannot_be_reached_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="unable to open"):
            upgrade(make_engine(f"sqlite:///{tmp_path}/nowhere/gonogo.db"))


class TestSearch:
    def test_what_hypotheses_said_before_is_found_afterwards(self, empty: Engine) -> None:
        """The index is filled by the migration that makes it."""
        upgrade(empty, "0001")
        entry = {
            "previous": "0" * 64,
            "digest": "1" * 64,
            "kind": "hypothesis",
            "actor": "user:1",
            "at": "2026-11-21T12:00:00.000Z",
            "body": "{}",
        }
        said = {
            "subject": "hypothesis:churn/trees",
            "statement": "Naïve TREES beat it",
            "learned": "They do not",
            "baseline": "score_card",
        }
        with empty.connect() as connection:
            connection.execute(
                text(
                    "INSERT INTO ledger VALUES"
                    " (7, :previous, :digest, :kind, :subject, :actor, :at, :body)"
                ),
                {**entry, "subject": said["subject"]},
            )
            connection.execute(
                text(
                    'INSERT INTO hypotheses (subject, "case", slug, statement, criteria, design,'
                    " baseline, prior, significance, power, time_box, state, learned,"
                    " registered_at, registered_by, sealed, entry) VALUES (:subject, 'churn',"
                    " 'trees', :statement, '[]', '{}', :baseline, 0.5, 0.05, 0.8, '2026-12-24',"
                    " 'refuted', :learned, :at, :actor, :digest, :digest)"
                ),
                {**said, **entry},
            )
            connection.commit()
        upgrade(empty)
        with empty.connect() as connection:
            within: Select[Any] = select(text("subject")).select_from(text("hypotheses"))
            for words in ("naive tree", "score cards"):
                (found,) = search.found(connection, search.typed(words), within, 5)
                assert (found.subject, found.lesson) == (said["subject"], "they do not")
            search.put(connection, search.Document(7, said["subject"], "Forests"))
            assert not search.found(connection, search.typed("tree"), within, 5)


class TestLatest:
    def test_is_the_newest_of_one_line_of_migrations(self) -> None:
        scripts = ScriptDirectory(str(Path(migrations.__path__[0])))
        assert scripts.get_heads() == [LATEST]

    def test_comes_after_all_others(self) -> None:
        """Newer than the program is what sorts behind its newest one."""
        scripts = ScriptDirectory(str(Path(migrations.__path__[0])))
        names = [script.revision for script in scripts.walk_revisions()]
        assert names == sorted(names, reverse=True)

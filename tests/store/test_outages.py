"""Databases that are locked, read-only or gone: 503 with Retry-After, and nothing written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from gonogo.app.wiring import Installation, build
from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Unavailable
from gonogo.core.times import Clock
from gonogo.sdk.inprocess import InProcess
from gonogo.store.engine import WRITERS_LOCK, make_engine
from gonogo.store.files import Files
from gonogo.store.work import bound
from tests.fixtures.rooms import Written

CASE = {
    "slug": "churn",
    "title": "Churn",
    "problem": "Whom to call",
    "risk_tier": "limited",
    "owner_role": "product-manager",
}
Post = Callable[[], httpx.Response]


@pytest.fixture
def rest(installation: Installation) -> Iterator[httpx.Client]:
    """REST as the operator, of an installation whose writers wait a fifth of a second."""
    hasty = replace(installation, open_work=partial(installation.open_work, patience=0.2))
    door = InProcess(build(hasty), operator=True)
    with httpx.Client(transport=door, base_url="http://gonogo.invalid/api/v1") as client:
        yield client
    door.close()


@contextmanager
def another_writer(engine: Engine) -> Iterator[None]:
    """Somebody else who writes, and takes long."""
    url = engine.url.set(drivername=engine.url.get_backend_name())
    other = make_engine(url.render_as_string(hide_password=False))
    with other.connect() as connection:
        if other.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})"))
        yield
        connection.rollback()
    other.dispose()


@contextmanager
def gone(engine: Engine) -> Iterator[None]:
    """The database, away for a while: its file, or who serves it."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        path.rename(path.with_suffix(".away"))
        yield
        path.with_suffix(".away").rename(path)
        return
    name = engine.url.database
    above = create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with above.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
        yield
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    above.dispose()


def unavailable(answer: httpx.Response) -> dict[str, Any]:
    """What the answer says, if it is the one of an outage."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"] == "urn:gonogo:problem:unavailable"
    return told


class TestLocked:
    def test_a_write_is_told_to_come_again_and_writes_nothing(
        self, rest: httpx.Client, engine: Engine, written: Written
    ) -> None:
        before = written()
        with another_writer(engine):
            told = unavailable(rest.post("/cases", json=CASE))
            assert told["field"] == "database"
        assert written() == before
        assert rest.post("/cases", json=CASE).status_code == 201

    def test_who_only_reads_is_not_held_up(self, rest: httpx.Client, engine: Engine) -> None:
        rest.post("/cases", json=CASE)
        with another_writer(engine):
            assert rest.get("/cases/churn").status_code == 200
            assert rest.get("/ledger/verify").json()["sound"] is True


class TestGone:
    @pytest.mark.parametrize("verb", ["read", "write"])
    def test_it_is_told_and_comes_back_by_itself(
        self, rest: httpx.Client, engine: Engine, written: Written, verb: str
    ) -> None:
        def ask() -> httpx.Response:
            return rest.get("/cases") if verb == "read" else rest.post("/cases", json=CASE)

        rest.get("/cases")
        before = written()
        with gone(engine):
            unavailable(ask())
            unavailable(ask())
        assert written() == before
        assert ask().is_success

    def test_it_is_not_ready_meanwhile(self, rest: httpx.Client, engine: Engine) -> None:
        with gone(engine):
            assert rest.get("http://gonogo.invalid/readyz").status_code == 503
            assert rest.get("http://gonogo.invalid/healthz").status_code == 200
        assert rest.get("http://gonogo.invalid/readyz").status_code == 200


class TestSqliteFile:
    """What only a database in a file can do."""

    @pytest.fixture
    def path(self, sqlite_template: Path, tmp_path: Path) -> Path:
        path = tmp_path / "gonogo.db"
        path.write_bytes(sqlite_template.read_bytes())
        return path

    def test_a_replaced_file_takes_no_writes(self, path: Path, clock: Clock) -> None:
        """Connections hold the old one open: what they wrote would be gone with it."""
        open_work = bound(make_engine(f"sqlite:///{path}"), clock)
        with open_work(SYSTEM) as work:
            assert work.ledger.head()[0] == 0
        copy = path.read_bytes()
        path.unlink()
        path.with_suffix(".held").write_bytes(b"keeps the number of the old file in use")
        path.write_bytes(copy)
        with pytest.raises(Unavailable, match="removed or replaced"), open_work(SYSTEM):
            pass

    def test_a_removed_file_is_not_made_anew(self, path: Path, clock: Clock) -> None:
        """An empty database in its place would look like a new installation."""
        open_work = bound(make_engine(f"sqlite:///{path}"), clock)
        with open_work(SYSTEM):
            pass
        path.unlink()
        for _ in range(2):
            with pytest.raises(Unavailable, match="removed or replaced"), open_work(SYSTEM):
                pass
        assert not path.exists()

    def test_a_file_that_may_not_be_written_is_told(self, path: Path, clock: Clock) -> None:
        open_work = bound(make_engine(f"sqlite:///file:{path}?mode=ro&uri=true"), clock)
        with open_work(SYSTEM, write=False) as work:
            assert work.ledger.head()[0] == 0
        with pytest.raises(Unavailable, match="readonly"), open_work(SYSTEM) as work:
            work.append("case", SYSTEM.actor, {"v": 1})

    @pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
    def test_what_is_no_database_is_told(self, path: Path, clock: Clock, content: bytes) -> None:
        path.write_bytes(content)
        open_work = bound(make_engine(f"sqlite:///{path}"), clock)
        with pytest.raises(Unavailable), open_work(SYSTEM) as work:
            work.ledger.head()


class TestNowhere:
    @pytest.mark.parametrize(
        "url",
        [
            "postgresql+psycopg://gonogo@127.0.0.1:1/gonogo",
            "postgresql://gonogo@127.0.0.1:1/gonogo",
            "sqlite:////nowhere/at/all/gonogo.db",
        ],
    )
    def test_a_database_that_never_was_there_is_told(self, url: str, clock: Clock) -> None:
        assert make_url(url).database
        open_work = bound(make_engine(url), clock)
        with pytest.raises(Unavailable), open_work(SYSTEM):
            pass


class TestFilesGone:
    def test_a_file_store_that_cannot_be_reached_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "files").write_text("a file where the folder should be")
        with pytest.raises(Unavailable), (tmp_path / "files").open("rb") as source:
            Files(str(tmp_path / "files")).put(source)

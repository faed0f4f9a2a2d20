"""Whoever changes the ledger behind gonogo's back is found, and the first broken entry named."""

# ruff: noqa: S608  # statements put together of constants

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from gonogo.app.command import ALONE
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.interfaces.cli.main import run
from gonogo.store.ledger import Draft
from gonogo.store.verification import Verification
from tests.fixtures.work import WorkAs

ENTRIES = 300
"""More than a block of those that are read at once at first."""
SUBJECT = Subject.parse("case:churn")
SHIFT = 1_000_000

Tamper = Callable[[Connection], None]


def tampering(*statements: str) -> Tamper:
    """SQL run past gonogo, foreign keys and all."""

    def tamper(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return tamper


def swap(first: int, second: int) -> Tamper:
    return tampering(
        f"UPDATE ledger SET position = position + {SHIFT} WHERE position IN ({first}, {second})",
        f"UPDATE ledger SET position = {second} WHERE position = {first + SHIFT}",
        f"UPDATE ledger SET position = {first} WHERE position = {second + SHIFT}",
    )


def insert(at: int) -> Tamper:
    """An entry of one's own, everything behind it moved on by one."""
    own = f"'{'a' * 64}', '{'b' * 64}', 'decision', 's', 'user:1', 't', '{{}}'"
    return tampering(
        f"UPDATE ledger SET position = position + {SHIFT} WHERE position >= {at}",
        f"UPDATE ledger SET position = position - {SHIFT} + 1 WHERE position >= {SHIFT}",
        f"INSERT INTO ledger VALUES ({at}, {own})",
    )


# What is done, and the entry that must be named.
DEEDS: dict[str, tuple[Tamper, int]] = {
    "body changed": (
        tampering("UPDATE ledger SET body = replace(body, '150', '151') WHERE position = 151"),
        151,
    ),
    "actor changed": (tampering("UPDATE ledger SET actor = 'user:1' WHERE position = 7"), 7),
    "time changed": (tampering("UPDATE ledger SET at = 't' WHERE position = 1"), 1),
    "kind changed": (tampering("UPDATE ledger SET kind = 'decision' WHERE position = 300"), 300),
    "line break added": (
        tampering("UPDATE ledger SET subject = 'case:churn' || chr(10) || 'x' WHERE position = 9"),
        9,
    ),
    "digest changed": (
        tampering(f"UPDATE ledger SET digest = '{'0' * 64}' WHERE position = 120"),
        120,
    ),
    "predecessor changed": (
        tampering(f"UPDATE ledger SET previous = '{'f' * 64}' WHERE position = 120"),
        120,
    ),
    "removed": (tampering("DELETE FROM ledger WHERE position = 200"), 200),
    "first removed": (tampering("DELETE FROM ledger WHERE position = 1"), 1),
    "last removed": (tampering("DELETE FROM ledger WHERE position = 300"), 300),
    "all removed": (tampering("DELETE FROM ledger"), 1),
    "removed and closed up": (
        tampering(
            "DELETE FROM ledger WHERE position = 300",
            "UPDATE ledger_head SET position = 299",
        ),
        299,
    ),
    "inserted": (insert(100), 100),
    "inserted at the end": (insert(301), 301),
    "inserted before the first": (
        tampering(
            f"INSERT INTO ledger VALUES (0, '{'a' * 64}', '{'b' * 64}', 'k', 's', 'a', 't', '{{}}')"
        ),
        0,
    ),
    "reordered": (swap(50, 51), 50),
    "reordered far apart": (swap(20, 290), 20),
    "head changed": (tampering(f"UPDATE ledger_head SET digest = '{'0' * 64}'"), 300),
}


@pytest.fixture
def chain(work_as: WorkAs) -> None:
    """A ledger of that many entries."""
    with work_as(Role.ADMIN) as work:
        work.append_all([Draft("case", SUBJECT, {"number": n, "é": "ü"}) for n in range(ENTRIES)])


def tamper(engine: Engine, deed: Tamper) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.create_function("chr", 1, chr)
        deed(connection)
        connection.commit()


def verified(work_as: WorkAs) -> Verification:
    with work_as(Role.VIEWER, write=False) as work:
        return work.ledger.verify(thorough=True)


@pytest.mark.usefixtures("chain")
class TestVerify:
    def test_finds_a_sound_ledger_sound(self, work_as: WorkAs) -> None:
        found = verified(work_as)
        assert (found.sound, found.entries, found.broken) == (True, ENTRIES, None)

    @pytest.mark.parametrize("deed", DEEDS)
    def test_names_the_first_broken_entry(self, work_as: WorkAs, engine: Engine, deed: str) -> None:
        done, position = DEEDS[deed]
        tamper(engine, done)
        found = verified(work_as)
        assert found.broken is not None, deed
        assert found.broken.position == position
        assert found.entries <= max(position, 1)

    def test_a_row_that_names_no_entry_is_found(self, work_as: WorkAs, engine: Engine) -> None:
        """Rows explained by entries cannot outlive them, nor be invented."""
        if engine.dialect.name == "postgresql":
            # There a foreign key stands in the way of whoever owns no tables.
            done = tampering(
                "ALTER TABLE datasets DROP CONSTRAINT fk_datasets_entry",
                f"INSERT INTO datasets VALUES ('loans', '{'a' * 64}')",
            )
        else:
            done = tampering(
                "COMMIT",
                "PRAGMA foreign_keys = OFF",
                f"INSERT INTO datasets VALUES ('loans', '{'a' * 64}')",
                "PRAGMA foreign_keys = ON",
                "BEGIN",
            )
        tamper(engine, done)
        found = verified(work_as)
        assert found.broken is None
        assert "datasets: 1 rows" in found.findings[0]


class TestCommand:
    """`gonogo ledger verify`: exit code 1, and the entry in words."""

    @pytest.fixture
    def at_home(self, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GONOGO_DATABASE_URL", database_url)

    @pytest.mark.usefixtures("at_home")
    def test_a_changed_entry_exits_1(
        self, engine: Engine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["ledger", "verify"], ALONE) == 0
        tamper(engine, tampering("UPDATE ledger SET actor = 'user:9' WHERE position = 3"))
        assert run(["ledger", "verify"], ALONE) == 1
        assert "broken at entry 3" in capsys.readouterr().out

    def test_one_flipped_byte_of_the_file_exits_1(
        self, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["ledger", "export", str(home / "sound.jsonl")], ALONE) == 0
        path = home / "gonogo.db"
        data = path.read_bytes()
        at = data.rindex(b'"change":"created"') + 12
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        capsys.readouterr()
        assert run(["ledger", "verify"], ALONE) == 1
        assert "broken at entry 1:" in capsys.readouterr().out

    def test_an_exported_file_is_checked_without_a_database(
        self, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = home / "ledger.jsonl"
        assert run(["ledger", "export", str(file)], ALONE) == 0
        for path in home.glob("gonogo.db*"):
            path.unlink()
        assert run(["ledger", "verify", str(file)], ALONE) == 0
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join([*lines[:1], *lines[2:]]))
        assert run(["ledger", "verify", str(file)], ALONE) == 1
        assert "broken at entry 2" in capsys.readouterr().out
        assert not (home / "gonogo.db").exists(), "no database was needed"

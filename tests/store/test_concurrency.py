"""Several who write at once, and those who are killed at it: one chain, nothing lost of it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.store import cursors
from gonogo.store.ledger import Draft
from tests.fixtures.work import WorkAs

WRITER = Path(__file__).with_name("writer.py")
SUBJECT = Subject.parse("case:churn")


@contextmanager
def writer(url: str, name: str, count: int) -> Iterator["subprocess.Popen[str]"]:
    """A process that writes, ready to begin."""
    with subprocess.Popen(
        [sys.executable, str(WRITER), url, name, str(count)], stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            message = "the writer did not begin"
            raise RuntimeError(message)
        yield process
        process.kill()


class TestWriters:
    def test_threads_make_one_chain(self, work_as: WorkAs) -> None:
        """A cursor that each moves on tells whether a Work saw what another one left."""

        def write(number: int) -> None:
            for step in range(10):
                with work_as(list(Role)[number]) as work:
                    seen = cursors.read(work, "counter")
                    drafts = [Draft("case", SUBJECT, {"by": number, "step": step})] * (1 + step % 3)
                    work.append_all(drafts)
                    cursors.move(work, "counter", seen + len(drafts))

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(6)))
        with work_as(Role.VIEWER, write=False) as work:
            found = work.ledger.verify(thorough=True)
            assert (found.sound, found.entries) == (True, 6 * 19)
            assert cursors.read(work, "counter") == found.entries

    def test_processes_make_one_chain(self, work_as: WorkAs, database_url: str) -> None:
        with ExitStack() as stack:
            processes = [stack.enter_context(writer(database_url, f"w{n}", 40)) for n in range(2)]
            said = [process.communicate(timeout=120)[0].splitlines() for process in processes]
        with work_as(Role.VIEWER, write=False) as work:
            found = work.ledger.verify(thorough=True)
            assert (found.sound, found.entries) == (True, 2 * 40 * 3)
            for line in (line for lines in said for line in lines):
                position, digest = line.split()
                assert work.ledger.entry(position).digest == digest


class TestKilled:
    @pytest.mark.parametrize(
        "times", [2, pytest.param(40, marks=pytest.mark.slow)], ids=["twice", "often"]
    )
    def test_every_acknowledged_entry_is_there_afterwards(
        self, work_as: WorkAs, database_url: str, times: int
    ) -> None:
        """kill -9 in the midst of writing, again and again."""
        acknowledged: dict[int, str] = {}
        for number in range(times):
            with writer(database_url, "w", 0) as process:
                # Killed after a different number of steps each time, wherever it is then.
                time.sleep(0.1 + 0.037 * (number % 10))
                process.kill()
                said = process.communicate()[0]
            # The last line may have been cut by the kill.
            for line in said.split("\n")[:-1]:
                position, digest = line.split()
                acknowledged[int(position)] = digest
        assert acknowledged
        with work_as(Role.VIEWER, write=False) as work:
            found = work.ledger.verify(thorough=True)
            assert found.sound
            assert found.entries >= max(acknowledged)
            assert found.entries % 3 == 0, "a Work is there whole or not at all"
            for at, sealed in acknowledged.items():
                assert work.ledger.entry(str(at)).digest == sealed

"""Jobs: what is done seldom, and a job that fails."""

import threading
import time
from datetime import timedelta

import pytest

from gonogo.core.errors import Unavailable
from gonogo.core.roles import Role
from gonogo.interfaces.jobs import cleaning
from gonogo.interfaces.jobs.runner import Runner, Seldom
from gonogo.store import idempotency
from gonogo.store.idempotency import Answer
from gonogo.store.work import OpenWork
from tests.fixtures.clocks import FakeClock
from tests.fixtures.work import WorkAs


class TestSeldom:
    def test_runs_once_in_a_span_however_often_it_is_woken(self, clock: FakeClock) -> None:
        done: list[int] = []
        job = Seldom(lambda: done.append(1), clock, timedelta(seconds=15))
        for _ in range(3):
            job()
        assert len(done) == 1
        clock.advance(seconds=15)
        job()
        assert len(done) == 2

    def test_a_job_that_failed_waits_for_its_span(self, clock: FakeClock) -> None:
        def fail() -> None:
            raise Unavailable(field="tracking", expected="a server that answers")

        job = Seldom(fail, clock, timedelta(seconds=15))
        with pytest.raises(Unavailable):
            job()
        assert job() is None


class TestRunner:
    def test_a_job_that_fails_does_not_end_the_others(self) -> None:
        done = threading.Event()

        def fail() -> None:
            raise RuntimeError("a fault of ours")

        jobs = Runner({"broken": fail, "sound": done.set}, every=0.01)
        jobs.start()
        try:
            assert done.wait(10)
        finally:
            jobs.stop()

    def test_a_job_never_runs_twice_at_once(self) -> None:
        """Asked for from here while the thread is at it: the second waits for the first."""
        running, most = [0], [0]

        def job() -> None:
            running[0] += 1
            most[0] = max(most[0], running[0])
            time.sleep(0.005)
            running[0] -= 1

        jobs = Runner({"job": job}, every=0.001)
        jobs.start()
        for _ in range(20):
            jobs.once()
        jobs.stop()
        assert most == [1]

    def test_without_a_thread_a_wake_runs_at_once(self) -> None:
        done: list[int] = []
        Runner({"job": lambda: done.append(1)}).wake()
        assert done == [1]


class TestCleaning:
    def test_old_answers_go_and_new_ones_stay(
        self, open_work: OpenWork, work_as: WorkAs, clock: FakeClock
    ) -> None:
        """A key that is two days old may be used again; a fresh one answers as before."""
        with work_as(Role.MANAGER) as work:
            idempotency.remember(work, "old", "r", Answer(201, "{}"))
        clock.advance(days=2, seconds=1)
        with work_as(Role.MANAGER) as work:
            idempotency.remember(work, "new", "r", Answer(201, "{}"))
        assert cleaning.clean(open_work) == 1
        with work_as(Role.MANAGER) as work:
            assert idempotency.recall(work, "old", "r") is None
            assert idempotency.recall(work, "new", "r") == Answer(201, "{}")

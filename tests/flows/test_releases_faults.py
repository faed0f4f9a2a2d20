"""What else goes wrong while a release is under way: no database, a clock put back."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec
import pytest

from gonogo.core.errors import Unavailable
from gonogo.core.roles import Role
from gonogo.gateway.building import build
from gonogo.gateway.exchange import Request
from gonogo.gateway.gateway import Gateway
from gonogo.gateway.logging import DecisionLog
from gonogo.gateway.places import Places
from gonogo.interfaces.jobs import releases as job
from gonogo.interfaces.jobs.runner import Runner
from gonogo.records.segments import Durability, Writer
from tests.fixtures.databases import gone
from tests.fixtures.released import Released
from tests.fixtures.rest import done


@contextmanager
def gateway(released: Released) -> Iterator[Gateway]:
    """A gateway on the home of the installation, with its clock."""
    clock = released.world.tracking.clock
    places = Places(released.world.api.installation.settings.home)
    writer = Writer(places.decisions, "gateway", Durability.PAGE_CACHE, clock)
    log = DecisionLog(writer, Durability.PAGE_CACHE)
    built = build(places, log, lambda: int(clock.now.timestamp() * 1e6), time.perf_counter)
    assert built.watcher.look()
    yield built.gateway
    writer.close()


def decide(asked: Gateway, secret: str, times: int) -> list[Any]:
    """So many decisions, and what their shadows say."""
    body = json.dumps({"features": {"calls": 3}}).encode()
    told = {"authorization": f"Bearer {secret}"}

    async def all_of_them() -> list[Any]:
        shadows = asyncio.create_task(asked.parts.shadows.run())
        found = [
            await asked.answer(Request("POST", "/v1/decide/churn", body, told.get))
            for _ in range(times)
        ]
        while not asked.parts.shadows.idle:  # noqa: ASYNC110  # as the drain does
            await asyncio.sleep(0.005)
        shadows.cancel()
        return found

    return asyncio.run(all_of_them())


class TestWithoutDatabase:
    def test_the_gateway_goes_on_and_so_does_the_release_afterwards(
        self, released_anywhere: Released, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Jobs wait, the console says so, decisions are taken; then the release has seen them."""
        released = released_anywhere
        made = released.world.api.installation
        released.start("2", "shadow")
        asked = {"name": "scoring", "only": ["decide"], "within": "case:churn"}
        engineer = released.world.api.by(Role.ML_ENGINEER)
        secret = done(engineer.post("/tokens", json=asked), 201)["secret"]
        released.look()
        look = partial(
            job.follow,
            made.open_work,
            made.files,
            made.settings.home / "gateway",
            made.settings.home / "decisions",
        )
        runner = Runner({"releases": look})
        with gateway(released) as serving:
            with gone(str(made.settings.database_url)):
                with pytest.raises(Unavailable):
                    look()
                runner.once()
                assert "job releases waits" in caplog.text
                assert engineer.get("/cases/churn/release").status_code == 503
                answers = decide(serving, secret, 12)
                released.world.tracking.clock.advance(minutes=1)
                runner.once()
            assert {one.status for one in answers} == {200}
            runner.once()
        told = released.shown()
        assert (told["state"], told["decided"]) == ("finished", 12)
        ids = {msgspec.json.decode(one.body)["decision_id"] for one in answers}
        assert len(ids) == 12


class TestClockPutBack:
    def test_what_was_decided_before_the_start_by_the_clock_still_counts(
        self, live: Released
    ) -> None:
        """Two hours back, after the start: a harmful version is rolled back all the same."""
        live.start("3")
        live.world.tracking.clock.advance(hours=-2)
        live.decided(200, "champion", release="churn-2")
        live.decided(200, errors=100, release="churn-2")
        assert live.look() == 1
        assert live.shown()["state"] == "rolled-back"
        told = done(live.world.api.by(Role.VIEWER).get("/ledger/verify"))
        assert told["sound"], "its order is that of its chain, whatever the clock says"

    def test_a_step_never_ends_early_and_says_what_it_waits_for(self, live: Released) -> None:
        live.start("3")
        live.decided(20, release="churn-2")
        live.decided(20, "champion", release="churn-2")
        assert live.look() == 1
        live.world.tracking.clock.advance(minutes=59)
        live.decided(20, release="churn-2")
        live.world.tracking.clock.advance(hours=-3)
        assert live.look() == 0
        live.world.tracking.clock.advance(hours=3)
        assert live.look() == 0, "the second step lasts an hour"
        live.world.tracking.clock.advance(minutes=1)
        assert live.look() == 1
        assert live.shown()["state"] == "finished"

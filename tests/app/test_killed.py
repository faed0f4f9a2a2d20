"""kill -9 of console and gateway at once, under load and amid a rollout; then both again."""

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gonogo.core.roles import Role
from gonogo.core.times import system_clock
from gonogo.gateway.lock import holder, running
from gonogo.gateway.places import Places
from gonogo.records.log import Period, opened
from tests.fixtures.released import RELEASE, Released
from tests.fixtures.rest import done
from tests.fixtures.servers import Server, started
from tests.fixtures.world import POLICY

SECONDS = 120
QUICK = RELEASE.replace("dwell: 1h, smallest: 10", "dwell: 0m, smallest: 600").replace(
    "share: 0.1, dwell: 0m, smallest: 10", "share: 0.1, dwell: 0m, smallest: 60"
)
"""A canary whose steps want so many decisions and no time."""
SETTINGS = {"GONOGO_PORT": "0", "GONOGO_GATEWAY": "yes", "GONOGO_GATEWAY_PORT": "0"}


@contextmanager
def asked_all_the_while(home: Path, secret: str) -> Iterator[list[str]]:
    """Clients that ask whatever gateway the home has; the ids that they were told."""
    answered: list[str] = []
    stop = threading.Event()

    def ask(client: int) -> None:
        number = 0
        with httpx.Client(headers={"authorization": f"Bearer {secret}"}, timeout=30) as http:
            while not stop.is_set():
                number += 1
                found = running(Places(home))
                body = {"entity": f"{client}-{number}", "features": {"calls": number % 20}}
                try:
                    url = "" if found is None else found.url
                    said = http.post(f"{url}/v1/decide/churn", json=body)
                except (httpx.HTTPError, httpx.InvalidURL):
                    stop.wait(0.05)
                    continue
                if said.status_code == 200:
                    answered.append(said.json()["decision_id"])

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def until(what: Any, seconds: float = SECONDS) -> None:
    """Wait for it, and not without end."""
    ends = time.monotonic() + seconds
    while not what():
        if time.monotonic() > ends:
            pytest.fail(f"not within {seconds:g} seconds")
        time.sleep(0.05)


def kill_both(server: Server, home: Path) -> None:
    """Console and gateway, one right after the other."""
    found = running(Places(home))
    assert found is not None
    os.kill(server.process.pid, signal.SIGKILL)
    os.kill(found.pid, signal.SIGKILL)
    server.process.wait(30)


@contextmanager
def ended(home: Path) -> Iterator[None]:
    """Where the test fails no gateway is left behind: it outlives its console."""
    try:
        yield
    except BaseException:
        # One that is still starting does not have the lock yet.
        ends = time.monotonic() + SECONDS
        while (pid := holder(Places(home))) is None and time.monotonic() < ends:
            time.sleep(0.1)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        raise


@pytest.mark.slow
def test_all_that_was_acknowledged_is_there_once_and_the_release_goes_on(
    live: Released, tmp_path: Path
) -> None:
    chance = random.Random(5)  # noqa: S311  # moments to kill, no secrets
    live.world.tracking.clock.now = system_clock()
    live.world.policy(POLICY + QUICK)
    asked = {"name": "scoring", "only": ["decide"], "within": "case:churn"}
    engineer = live.world.api.by(Role.ML_ENGINEER)
    secret = done(engineer.post("/tokens", json=asked), 201)["secret"]
    live.start("3")
    bearer = {"authorization": f"Bearer {live.world.api.secret(Role.VIEWER)}"}
    live.world.api.installation.engine.dispose()
    home = tmp_path / "home"
    shutil.copytree(live.world.api.installation.settings.home, home)
    home.chmod(0o700)
    with ended(home), asked_all_the_while(home, secret) as answered:
        for _ in range(3):
            with started(home, settings=SETTINGS) as server:
                before = len(answered)
                until(lambda before=before: len(answered) > before + 50)
                time.sleep(chance.uniform(0.0, 1.5))
                kill_both(server, home)
        with started(home, settings=SETTINGS) as server:

            def told(path: str) -> Any:
                return httpx.get(f"{server.url}/api/v1{path}", headers=bearer, timeout=60).json()

            until(lambda: told("/cases/churn/release")["state"] == "finished")
            release = told("/cases/churn/release")
            decided = [one["outcome"] for one in told("/decisions?limit=100")["items"]]
            assert told("/ledger/verify")["sound"]
            assert server.stop() == 0
    with opened(home / "decisions", Period("churn")) as log:
        rows = log.connection.execute("SELECT id, arm, release FROM decisions").fetchall()
    ids = [row[0] for row in rows]
    assert len(ids) == len(set(ids)), "none twice"
    assert set(answered) <= set(ids), "none lost"
    assert decided.count("advanced") == 1
    written = Counter(arm for _, arm, of in rows if of == "churn-2")
    for one in release["arms"]:
        assert 0 < one["decisions"] <= written[one["arm"]], "none counted twice"

"""The gateway beside the console: started, found again, restarted, drained."""

import os
import signal
import time
from pathlib import Path

import httpx

from gonogo.app.beside import Keeper, gateway_beside
from gonogo.app.settings import Settings, read
from gonogo.gateway.lock import holder
from gonogo.gateway.places import Places


def settings(home: Path, **other: str) -> Settings:
    return read({"GONOGO_HOME": str(home), "GONOGO_GATEWAY_PORT": "0", **other})


class TestKeeper:
    def test_it_outlives_its_keeper_and_is_found_restarted_and_drained(
        self, tmp_path: Path
    ) -> None:
        first = Keeper(settings(tmp_path))
        first.start()
        found = first.answering()
        assert httpx.get(f"{found.url}/v2/health/live").status_code == 200
        assert os.getsid(found.pid) == found.pid, "what kills the console does not reach it"
        # The console is killed: nobody watches any more, and nothing is stopped.
        first._stop.set()

        second = Keeper(settings(tmp_path))
        second.start()
        assert second.answering().pid == found.pid
        time.sleep(0.6)
        assert second.starts == 0
        os.kill(found.pid, signal.SIGKILL)
        first._child.wait(10) if first._child is not None else None
        until = time.monotonic() + 60
        while second.starts == 0 and time.monotonic() < until:
            time.sleep(0.02)
        again = second.answering()
        assert again.pid != found.pid
        second.stop()
        assert second._child is not None
        assert second._child.poll() == 0
        assert holder(Places(tmp_path)) is None

    def test_none_is_started_where_none_is_wanted(self, tmp_path: Path) -> None:
        with gateway_beside(settings(tmp_path, GONOGO_GATEWAY="no")) as keeper:
            assert keeper is None
        assert list(tmp_path.iterdir()) == []

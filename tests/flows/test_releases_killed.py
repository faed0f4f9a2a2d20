"""kill -9 of the control plane in each step of a rollout: the next look goes on as if nothing was.

A process of its own looks at the releases and is killed at a place; another one comes after it.
"""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gonogo.core import snapshot as shapes
from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.domain.releases import tables
from gonogo.flows import publishing
from tests.fixtures.released import Released
from tests.fixtures.rest import done

CONTROL = """
import json, os, signal, sys, traceback
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.releases import snapshot_tables, tables
from gonogo.flows import publishing
from gonogo.interfaces.jobs import releases as job
from gonogo.store.engine import make_engine
from gonogo.store.files import Files
from gonogo.store.work import Work, bound

PLACES = {
    "evidence": (evidence, "record"), "decision": (Work, "decide"), "route": (tables, "note_route"),
    "publish": (snapshot_tables, "put"), "laid": (publishing, "lay_out"),
    "file": (publishing, "_write"),
}

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def look(told):
    home, now, place = Path(told["home"]), datetime.fromisoformat(told["now"]), told["place"]
    engine = make_engine(f"sqlite:///{home}/gonogo.db")
    if place == "commit":
        event.listen(engine, "commit", die)
    elif place in PLACES:
        setattr(*PLACES[place], die)
    else:
        # Before the n-th statement or commit, of whatever transaction.
        left = [int(place)]

        def count(*_):
            left[0] -= 1
            if not left[0]:
                die()

        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, count)
    job.follow(bound(engine, lambda: now), Files(told["files"]), home / "gateway",
               home / "decisions")

for line in sys.stdin:
    told = json.loads(line)
    child = os.fork()
    if not child:
        try:
            look(told)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(slots=True)
class Control:
    """Control planes that look once, each a process of its own."""

    process: "subprocess.Popen[str]"

    def look(self, live: Released, place: str) -> bool:
        """Look, to be killed at `place`; whether it came as far."""
        settings = live.world.api.installation.settings
        told = {
            "home": str(settings.home),
            "files": str(settings.files),
            "now": live.world.tracking.clock.now.isoformat(),
            "place": place,
        }
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("nobody listens")
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        code = self.process.stdout.readline().strip()
        assert code in {"0", str(-signal.SIGKILL)}, "it neither ended nor was killed"
        return code != "0"


@pytest.fixture(scope="module")
def control() -> Iterator[Control]:
    process = subprocess.Popen(
        [sys.executable, "-c", CONTROL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with process:
        yield Control(process)
        process.kill()


def state(live: Released) -> tuple[object, ...]:
    """What the database says of the release."""
    with live.world.api.installation.open_work(SYSTEM, write=False) as work:
        release = tables.latest(work, "churn")
        assert release is not None
        newest = publishing.current(work).number
        return release, tables.watch_of(work, release), work.ledger.head(), newest


def outcomes(live: Released) -> Counter[str]:
    """Decisions in the ledger about the use case's release."""
    answer = live.world.api.by(Role.VIEWER).get("/decisions?limit=100")
    return Counter(one["outcome"] for one in done(answer)["items"])


def table(live: Released) -> shapes.Snapshot:
    """The route table as a gateway finds it."""
    home = live.world.api.installation.settings.home
    return shapes.decode((home / "gateway" / "snapshot.json").read_bytes())


def starting(live: Released) -> dict[str, Any]:
    """A canary was started and is not yet where gateways look."""
    asked = {"version": "caller@3", "strategy": "canary"}
    done(live.world.api.by(Role.ML_ENGINEER).post("/cases/churn/releases", json=asked), 201)
    return {"state": "running", "step": 1, "share": 0.1, "ledger": "started", "seen": 0}


def advancing(live: Released) -> dict[str, Any]:
    """It has seen enough of its first step."""
    live.start("3")
    live.decided(20, release="churn-2")
    live.decided(20, "champion", release="churn-2")
    return {"state": "running", "step": 2, "share": 0.5, "ledger": "advanced", "seen": 20}


def finishing(live: Released) -> dict[str, Any]:
    """It has seen enough of its last one."""
    advancing(live)
    live.look()
    live.world.tracking.clock.advance(hours=2)
    live.decided(20, release="churn-2")
    return {"state": "finished", "step": 2, "share": 1.0, "ledger": "finished", "seen": 40}


def breaking(live: Released) -> dict[str, Any]:
    """Half of its answers are errors."""
    live.start("3")
    live.decided(200, "champion", release="churn-2")
    live.decided(200, errors=100, release="churn-2")
    return {"state": "rolled-back", "step": 1, "share": 0.0, "ledger": "rolled-back", "seen": 200}


def goes_on(live: Released, before: tuple[object, ...], wanted: dict[str, Any]) -> None:
    """After a kill: all of a step or nothing; and the next look leaves what it would have left."""
    found = state(live)
    decided = found[0] != before[0]
    assert decided or found[1] == before[1], "sums without their decision"
    live.look()
    told = live.shown()
    assert (told["state"], told["step"]) == (wanted["state"], wanted["step"])
    seen = {one["arm"]: one["decisions"] for one in told["arms"]}
    assert seen.get("challenger", 0) == wanted["seen"], "each decision counts once"
    shares = {arm.name: arm.share for arm in table(live).routes["churn"].arms}
    live_now = table(live).routes["churn"].arms[0].members[0].model
    if wanted["share"] in {0.0, 1.0}:
        assert live_now == ("caller@3" if wanted["share"] else "caller@2")
    else:
        assert shares["challenger"] == wanted["share"]
    assert table(live).number == state(live)[3]


Scene = Callable[[Released], dict[str, Any]]


@pytest.mark.parametrize(
    ("scene", "place"),
    [
        pytest.param(starting, "laid", marks=pytest.mark.slow),
        (starting, "file"),
        (advancing, "evidence"),
        pytest.param(advancing, "decision", marks=pytest.mark.slow),
        pytest.param(advancing, "route", marks=pytest.mark.slow),
        (advancing, "commit"),
        (finishing, "publish"),
        (breaking, "file"),
    ],
)
def test_killed_it_goes_on_from_there(
    live: Released, control: Control, scene: Scene, place: str
) -> None:
    wanted = scene(live)
    known, before = outcomes(live), state(live)
    assert control.look(live, place), "it was to be killed there"
    if place not in {"file", "laid"}:
        assert state(live) == before, "nothing of a step is there before all of it is"
    goes_on(live, before, wanted)
    step = 0 if wanted["ledger"] == "started" else 1
    assert outcomes(live)[wanted["ledger"]] == known[wanted["ledger"]] + step


@pytest.mark.slow
@pytest.mark.parametrize("scene", [starting, advancing, finishing, breaking])
def test_killed_between_statements_it_goes_on_from_there(
    kept: Any, control: Control, scene: Scene
) -> None:
    """At every third statement or commit in turn, until a look comes to its end."""
    for number in range(1, 1000, 3):
        live = kept.back("live")
        wanted = scene(live)
        before = state(live)
        if not control.look(live, str(number)):
            assert number > 10
            goes_on(live, before, wanted)
            return
        goes_on(live, before, wanted)
    pytest.fail("it never came to its end")

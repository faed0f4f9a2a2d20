"""Takes up runs from a tracking server that is not gonogo's own, every now and then."""

from datetime import timedelta

from gonogo.core.caller import SYSTEM, Caller, Grant
from gonogo.core.roles import Role
from gonogo.core.tracking import Tracking
from gonogo.domain.experiments import actions
from gonogo.store.work import OpenWork

LOOK_BACK = timedelta(days=2)
"""Runs that started or ended since then are looked at again."""
COLLECTOR = Caller(actor=SYSTEM.actor, name=SYSTEM.name, grants=(Grant(Role.ML_ENGINEER),))
"""gonogo itself, as one who may record runs."""


def follow(open_work: OpenWork, tracking: Tracking) -> int:
    """Take up what started, changed or ended lately; the number of runs that were looked at."""
    with open_work(SYSTEM, write=False) as work:
        since = work.now - LOOK_BACK
    found = tracking.runs(since)
    if found:
        with open_work(COLLECTOR) as work:
            for run in found:
                actions.adopt(work, run)
    return len(found)

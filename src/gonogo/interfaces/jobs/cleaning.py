"""Deletes what is kept for a while only: answers to writes, measurements that have ended."""

from gonogo.core.caller import SYSTEM
from gonogo.domain.measurements import actions as measurements
from gonogo.store import idempotency
from gonogo.store.work import OpenWork


def clean(open_work: OpenWork) -> int:
    """Delete what is too old; how much that was."""
    with open_work(SYSTEM) as work:
        return idempotency.forget(work) + measurements.forget(work)

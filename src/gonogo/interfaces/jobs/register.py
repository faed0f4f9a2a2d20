"""Keeps what the register of risks may cost as evidence, where it changed, or evidence grew old."""

from gonogo.flows import register
from gonogo.store.work import OpenWork


def follow(open_work: OpenWork) -> int:
    """Keep what is not kept as it is now; how many losses were written."""
    return register.follow(open_work)

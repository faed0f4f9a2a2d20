"""What every page shows around its content: who reads, and how much waits for them."""

from dataclasses import dataclass

from gonogo.core.caller import Caller
from gonogo.store.work import Work
from gonogo.views import waiting


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page."""

    who: str
    """How the reader is called."""
    roles: tuple[str, ...]
    """The reader's roles."""
    waiting: int
    """Decisions that wait for the reader."""
    entries: int
    """Entries in the ledger."""


def shell(work: Work, caller: Caller) -> Shell:
    """The frame for `caller`."""
    return Shell(
        who=caller.name,
        roles=tuple(sorted(caller.roles())),
        waiting=waiting.count(work),
        entries=work.ledger.head()[0],
    )

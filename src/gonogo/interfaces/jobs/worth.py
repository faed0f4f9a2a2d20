"""Keeps what use cases are worth as evidence, where something was stated or found since."""

from gonogo.core.caller import SYSTEM
from gonogo.flows import worth
from gonogo.store.work import OpenWork


class Keeping:
    """Looks only where the ledger grew since the last look."""

    def __init__(self, open_work: OpenWork) -> None:
        """Nothing was looked at yet."""
        self._open_work = open_work
        self._seen = 0

    def __call__(self) -> int:
        """Keep what is not kept as it is now; how many worths were written."""
        with self._open_work(SYSTEM, write=False) as work:
            position = work.ledger.head()[0]
        if position == self._seen:
            return 0
        done = worth.refresh(self._open_work)
        if not self._seen:
            # After a start nothing is remembered, and whoever opens the portfolio would wait.
            worth.remember(self._open_work)
        self._seen = position
        return done

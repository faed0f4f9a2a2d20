"""Online features as the gateway asks for them: windows first, then values by entity."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from gonogo.core.errors import GonogoError
from gonogo.core.snapshot import Window
from gonogo.core.times import Clock
from gonogo.gateway.online.kept import KeptWindows, Row
from gonogo.gateway.online.plan import ENTITY, columns_of
from gonogo.gateway.online.redis_values import RedisValues, connected
from gonogo.gateway.online.values import KeptValues, ValueStore
from gonogo.gateway.online.windows import Found
from gonogo.records.log import Period
from gonogo.records.reading import decisions

_decode = msgspec.json.Decoder(dict[str, Any]).decode
BATCH = 200
"""Decisions that are read at once: more would keep requests waiting."""

Asked = tuple[str, str | None, int, bytes]


@dataclass(slots=True, eq=False)
class OnlineFeatures:
    """What the gateway keeps itself, for one thread that decides and one that follows."""

    windows: KeptWindows
    decision_log: Path
    clock: Clock
    values: ValueStore | None = None
    _asked: Asked | None = None
    _found: Found = field(default_factory=dict)
    _filling: threading.Thread | None = None

    def follow(self, windows: Sequence[Window]) -> None:
        """Keep the windows of a new snapshot; those that are new are filled from the decision log.

        Returns at once: they are filled in a thread, and know of new requests alone until then.
        Raises `Invalid` where a window makes no sense; then those before go on.
        """
        self.windows.configure(windows, int(self.clock().timestamp() * 1e6))
        if self.windows.missing() and (self._filling is None or not self._filling.is_alive()):
            self._filling = threading.Thread(target=self._fill, name="online-fill", daemon=True)
            self._filling.start()

    def filled(self, seconds: float) -> bool:
        """Wait so long until new windows know the past; whether they do."""
        if self._filling is not None:
            self._filling.join(seconds)
        return not self.windows.missing()

    def columns(self, case: str) -> frozenset[str]:
        """What windows read of the requests of `case`: requests may bring it, besides features."""
        return columns_of(self.windows.wanted, case)

    def gauges(self) -> dict[str, float]:
        """What a scrape may want to know."""
        return self.windows.gauges()

    def close(self) -> None:
        """End; what was taken in is written already."""
        self.windows.close()
        if isinstance(self.values, KeptValues):
            self.values.close()

    def value(self, case: str, entity: str | None, name: str, at: int, given: bytes) -> Any:
        """What a feature is at the moment; `given` is what the request brought, as JSON.

        The present request is not in it: windows take it in by `seen`, once it is decided.
        """
        asked = (case, entity, at, given)
        if asked != self._asked:
            try:
                features = _decode(given)
            except (msgspec.DecodeError, RecursionError):
                features = {}
            self._found = self.windows.read(case, entity, features, at)
            self._asked = asked
        if name in self._found:
            return self._found[name]
        known = None if self.values is None or entity is None else self.values.get(case, entity)
        return None if known is None else known.get(name)

    def seen(self, case: str, entity: str | None, values: dict[str, Any], at: int) -> None:
        """A request was decided: windows take it in, and it is written down."""
        self._asked = None
        self.windows.update(case, entity, values, at)

    def forget(self, case: str | None, entity: str, at: int) -> None:
        """Erase what windows and values know of an entity, in `case` or in all.

        Raises `Unavailable`, also where values are in a Redis that does not answer.
        """
        self._asked = None
        for one in {window.case for window in self.windows.wanted} if case is None else {case}:
            self.windows.forget(one, ENTITY, entity)
        if isinstance(self.values, KeptValues):
            for one in self.values.cases() if case is None else {case}:
                self.values.forget(one, entity, at)
        elif isinstance(self.values, RedisValues):
            self.values.forget(case, entity)

    def _fill(self) -> None:
        missing = self.windows.missing()
        while missing:
            try:
                self.windows.adopt(rows_of(self.decision_log, missing, self.clock))
            except (OSError, GonogoError) as error:
                self.windows.error = f"new windows are not filled: {error}"
                return
            missing = self.windows.missing()


def opened(
    folder: Path,
    decision_log: Path,
    clock: Clock,
    stopwatch: Callable[[], float],
    url: str | None = None,
) -> OnlineFeatures:
    """The online features kept in `folder`, with values from the Redis at `url` where there is one.

    Syncs and saves in a thread until closed. Raises `Unavailable` without the extra `redis`.
    """
    values = KeptValues(folder) if url is None else connected(url, stopwatch)
    windows = KeptWindows(folder)
    windows.start()
    return OnlineFeatures(windows, decision_log, clock, values)


def rows_of(decision_log: Path, windows: list[Window], clock: Clock) -> Iterator[Row]:
    """What the decision log tells of the requests that `windows` reach back to, oldest first."""
    now = clock()
    for case in sorted({window.case for window in windows}):
        longest = max(window.seconds for window in windows if window.case == case)
        period = Period(case, since=now - timedelta(seconds=longest))
        for some in decisions(decision_log, period, batch=BATCH):
            for seen in some:
                made = seen.decision
                if made.role == "live" and not seen.erased:
                    yield Row(case, made.at, made.entity, made.features)

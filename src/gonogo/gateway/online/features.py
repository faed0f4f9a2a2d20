"""Online features as the gateway asks for them: windows first, then values by entity."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from gonogo.core.snapshot import Window
from gonogo.core.times import Clock
from gonogo.gateway.online.kept import KeptWindows, Row
from gonogo.gateway.online.values import ValueStore
from gonogo.gateway.online.windows import Found
from gonogo.records.log import Period
from gonogo.records.reading import decisions

_decode = msgspec.json.Decoder(dict[str, Any]).decode
Asked = tuple[str, str | None, int, bytes]


@dataclass(slots=True)
class OnlineFeatures:
    """What the gateway keeps itself, for one thread."""

    windows: KeptWindows
    values: ValueStore | None = None
    _asked: Asked | None = field(default=None)
    _found: Found = field(default_factory=dict)

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


def rows_of(decision_log: Path, windows: list[Window], clock: Clock) -> Iterator[Row]:
    """What the decision log tells of the requests that `windows` reach back to, oldest first."""
    now = clock()
    for case in sorted({window.case for window in windows}):
        longest = max(window.seconds for window in windows if window.case == case)
        period = Period(case, since=now - timedelta(seconds=longest))
        for some in decisions(decision_log, period):
            for seen in some:
                made = seen.decision
                if made.role == "live" and not seen.erased:
                    yield Row(case, made.at, made.entity, made.features)

"""Asking an arm for its score: a model that raises, hangs or gives no number harms nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.errors import Unavailable
from gonogo.gateway.arms import ReadyArm
from gonogo.gateway.breakers import Breakers
from gonogo.gateway.counting import Counts, Route
from gonogo.gateway.incidents import Incidents
from gonogo.gateway.routes import ReadyRoute
from gonogo.gateway.side import Side

RAISED = "raised"
HANGS = "hangs"
NO_NUMBER = "no-number"
SHUT = "left alone after failures"


class Failed(Exception):
    """An arm has no score; says why."""


@dataclass(slots=True, eq=False)
class Scoring:
    """How arms are asked."""

    side: Side
    counts: Counts
    incidents: Incidents
    breakers: Breakers

    def at_once(self, route: ReadyRoute, arm: ReadyArm, values: Mapping[str, Any]) -> float:
        """The score of an arm that always ends soon; raises `Failed`."""
        key = arm.model or ""
        if self.breakers.open(key):
            raise Failed(SHUT)
        try:
            found = arm.score(values)
        # A model may raise anything; the request gets the fallback's answer.
        except Exception as error:
            raise self._failed(route, arm, error) from error
        self.breakers.answered(key)
        return found

    async def aside(
        self, route: ReadyRoute, arm: ReadyArm, values: Mapping[str, Any], seconds: float
    ) -> float:
        """The score of an arm that may take any time, from another thread; raises `Failed`."""
        key = arm.model or ""
        if self.breakers.open(key):
            raise Failed(SHUT)
        score: Callable[[], float] = lambda: arm.score(values)  # noqa: E731  # what the thread calls
        try:
            found = await self.side.run(score, seconds, arm.stop)
        except Exception as error:
            raise self._failed(route, arm, error) from error
        self.breakers.answered(key)
        return float(found)

    def _failed(self, route: ReadyRoute, arm: ReadyArm, error: Exception) -> Failed:
        why = RAISED
        if isinstance(error, Unavailable):
            why = HANGS
        elif isinstance(error, ArithmeticError):
            why = NO_NUMBER
        labels = Route(route.route.case, arm.arm.name, arm.model or "", "live")
        self.counts.failures[labels, why] += 1
        self.breakers.failed(arm.model or "")
        detail = f"{type(error).__name__}: {error}"
        self.incidents.tell(route.route.case, arm.arm.name, arm.model, why, detail, route.snapshot)
        return Failed(f"{why}: {detail}"[:300])

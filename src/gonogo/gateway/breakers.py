"""A model that keeps failing is not asked for a while: each call that hangs costs a deadline."""

from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = 3
"""Failures in a row after which a model is left alone."""
SECONDS = 5.0
"""How long; then one request tries it again."""


@dataclass(slots=True, eq=False)
class Breakers:
    """By key of a model or ensemble."""

    stopwatch: Callable[[], float]
    _failed: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def open(self, key: str) -> bool:
        """Whether it is to be left alone now."""
        until = self._until.get(key)
        if until is None:
            return False
        now = self.stopwatch()
        if now < until:
            return True
        # This request tries it; the others wait until it has an answer.
        self._until[key] = now + SECONDS
        return False

    def failed(self, key: str) -> None:
        """It gave no answer."""
        times = self._failed[key] = self._failed.get(key, 0) + 1
        if times >= FAILURES:
            self._until[key] = self.stopwatch() + SECONDS

    def answered(self, key: str) -> None:
        """It gave one."""
        if key in self._failed:
            del self._failed[key]
            self._until.pop(key, None)

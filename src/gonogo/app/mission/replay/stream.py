"""Requests that are replayed one after the other, each once, and what became of them.

What the decision log holds already is not asked again: a flight that was cut off goes on there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gonogo.app.mission.replay.door import Door
from gonogo.records.log import Period
from gonogo.records.reading import decisions


@dataclass(frozen=True, slots=True)
class Request:
    """Something that was to be decided."""

    id: str
    entity: str
    features: dict[str, Any]
    truth: dict[str, Any]
    """What is known of it afterwards alone."""


@dataclass(frozen=True, slots=True)
class Became:
    """What came of a decision."""

    label: float
    value: float | None = None
    note: str | None = None
    """Where it is known from."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How a request was decided."""

    outcome: str
    arm: str
    told: bool
    """Whether it is known what became of it."""


Judge = Callable[[Request, str], Became]
"""What became of a request that was decided with this outcome."""


@dataclass(slots=True)
class Stream:
    """Requests in their order, and how far they are replayed."""

    door: Door
    requests: Sequence[Request]
    judge: Judge
    decided: dict[str, Decided] = field(default_factory=dict)
    at: int = 0
    """The first that is not dealt with."""

    def take_up(self, log: Path) -> None:
        """Go on behind what the log of decisions holds."""
        if not log.is_dir():
            return
        own = {one.id for one in self.requests}
        for batch in decisions(log, Period(self.door.case)):
            for seen in batch:
                one = seen.decision
                if one.role == "live" and one.id in own:
                    told = seen.outcome is not None
                    self.decided[one.id] = Decided(one.outcome, one.arm, told)
        while self.left and self._is_told(self.requests[self.at]):
            self.at += 1

    @property
    def left(self) -> int:
        """Requests that are not dealt with."""
        return len(self.requests) - self.at

    def replay(self, n: int) -> int:
        """Have the next `n` decided, then tell what became of them; how many there were."""
        some = self.requests[self.at : self.at + n]
        open_ones = [one for one in some if one.id not in self.decided]
        asked = [
            {"id": one.id, "entity": one.entity, "features": one.features} for one in open_ones
        ]
        for answer in self.door.decide(asked):
            arm = Decided(answer["outcome"], answer["route"], told=False)
            self.decided[str(answer["decision_id"])] = arm
        untold = [one for one in some if not self._is_told(one)]
        self.door.tell([self._outcome(one) for one in untold])
        for one in untold:
            known = self.decided[one.id]
            self.decided[one.id] = Decided(known.outcome, known.arm, told=True)
        self.at += len(some)
        return len(some)

    def _is_told(self, request: Request) -> bool:
        known = self.decided.get(request.id)
        return known is not None and known.told

    def _outcome(self, request: Request) -> dict[str, Any]:
        became = self.judge(request, self.decided[request.id].outcome)
        return {
            "decision_id": request.id,
            "case": self.door.case,
            "label": became.label,
            "value": became.value,
            "note": became.note,
        }

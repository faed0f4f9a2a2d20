"""Shadows: versions that are asked what they would have said, once the answer is sent.

They run on the event loop when nobody waits, a few at a time. Where there is no such moment for
long they run a few at a time all the same, and what does not fit into a bounded queue is dropped
and counted.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from gonogo.core.errors import GonogoError
from gonogo.gateway.arms import ReadyArm
from gonogo.gateway.counting import Counts, Route
from gonogo.gateway.deciding import Made
from gonogo.gateway.rules import SCORE
from gonogo.gateway.scoring import Failed, Scoring
from gonogo.records.record import Decision, Record

MOST = 10_000
"""Decisions that may wait for their shadows."""
SLICE_SECONDS = 0.00025
"""How long shadows are scored before others are looked after."""
PAUSE_SECONDS = 0.002
"""How long they pause while somebody waits."""
PATIENCE = 25
"""Pauses after which they run although somebody waits."""
UNBOUNDED_SECONDS = 1.0
"""How long a shadow may take that need not end."""


class Append(Protocol):
    """Writes records together; done once they are written."""

    def __call__(self, *records: Record) -> Awaitable[None]: ...


@dataclass(slots=True, eq=False)
class Shadows:
    """Scores and writes them down, in a task of its own."""

    scoring: Scoring
    counts: Counts
    append: Append
    stopwatch: Callable[[], float]
    busy: Callable[[], bool]
    """Whether somebody waits for an answer."""
    asked: Callable[[], int]
    """How many requests there were so far."""
    _waiting: deque[Made] = field(default_factory=deque)
    _awake: asyncio.Event = field(default_factory=asyncio.Event)
    _running: bool = False

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not self._waiting and not self._running

    def add(self, made: Made) -> None:
        """Have the shadows of a decision's route scored; drops it where too many wait."""
        if len(self._waiting) >= MOST:
            self.counts.dropped[made.record.case] += len(made.route.shadows)
            return
        self._waiting.append(made)
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            while self._waiting:
                self._running = True
                await self._patiently()
                await self._slice()
            self._running = False

    async def _patiently(self) -> None:
        for _ in range(PATIENCE):
            before = self.asked()
            # Whoever waits is seen to in the next turn of the loop.
            await asyncio.sleep(0)
            if self.asked() == before and not self.busy():
                return
            await asyncio.sleep(PAUSE_SECONDS)

    async def _slice(self) -> None:
        until = self.stopwatch() + SLICE_SECONDS
        records: list[Decision] = []
        while self._waiting:
            made = self._waiting.popleft()
            records += [await self._scored(made, arm) for arm in made.route.shadows]
            if self.stopwatch() > until:
                break
        try:
            await self.append(*records)
        except GonogoError:
            for record in records:
                self.counts.dropped[record.case] += 1

    async def _scored(self, made: Made, arm: ReadyArm) -> Decision:
        began, live, route = self.stopwatch(), made.record, made.route
        score: float | None = None
        error: str | None = None
        outcome, rule = route.route.negative, None
        if live.kind == "rules" and live.score is None and live.rule is not None:
            # A rule before the model decided: it would have decided here as well.
            outcome, rule = live.outcome, live.rule
        else:
            try:
                values = made.values
                if not arm.schema.covers(values):
                    values = arm.schema.check(values).values
                if arm.bounded:
                    score = self.scoring.at_once(route, arm, values)
                else:
                    score = await self.scoring.aside(route, arm, values, UNBOUNDED_SECONDS)
                if score >= arm.arm.threshold:
                    outcome = route.route.positive
                held = route.after.first({**values, SCORE: score}) if route.after else None
                if held is not None:
                    outcome, rule = held.outcome, held.name
            except (Failed, GonogoError) as failed:
                error = str(failed)[:300]
        took = int((self.stopwatch() - began) * 1e6)
        labels = Route(live.case, arm.arm.name, arm.model or "", "shadow")
        self.counts.decided(labels, outcome, arm.kind, took)
        return Decision(
            live.id, live.case, live.at, live.entity, arm.arm.name, "shadow", arm.kind,
            live.snapshot, live.release, arm.model, arm.code, 1.0, {}, (), score, outcome, (), rule,
            took, error, live.token,
        )  # fmt: skip

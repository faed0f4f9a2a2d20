"""One decision: an arm, the features, rules, a score, an outcome, and the record of it."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

from gonogo.core.errors import Unavailable
from gonogo.core.snapshot import Explain, Feature, Rule, Window
from gonogo.core.snapshot import Route as KnownRoute
from gonogo.core.times import Microseconds
from gonogo.gateway.arms import ReadyArm
from gonogo.gateway.asked import Answer, Ask, checked_entity, checked_id
from gonogo.gateway.counting import Counts, Route
from gonogo.gateway.routes import Chosen, ReadyRoute
from gonogo.gateway.rules import SCORE
from gonogo.gateway.schema import FeatureSchema, Read, Values
from gonogo.gateway.scorers.loaded import Sure
from gonogo.gateway.scoring import Failed, Scoring
from gonogo.records.record import Decision

REASON_SECONDS = 2.0
"""How long reasons may take before the answer goes without them."""
NOT_SAID = Sure()


class Online(Protocol):
    """Features that the gateway keeps itself."""

    def seen(self, case: str, entity: str | None, values: Values, at: int) -> None:
        """A request was decided: what rolls over a window takes it in."""
        ...

    def value(self, case: str, entity: str | None, name: str, at: int, given: bytes) -> Any:
        """What a feature is at the moment; `given` is what the request brought."""
        ...

    def follow(self, windows: Sequence[Window]) -> None:
        """Keep the windows of a new snapshot; raises `Invalid` where one makes no sense."""
        ...

    def columns(self, case: str) -> frozenset[str]:
        """What windows read of the requests of a use case."""
        ...

    def gauges(self) -> dict[str, float]:
        """What a scrape may want to know."""
        ...


@dataclass(slots=True, eq=False)
class Made:
    """A decision that is made and not yet written down."""

    answer: Answer
    record: Decision
    route: ReadyRoute
    values: Values


@dataclass(slots=True)
class _Outcome:
    """What an arm says."""

    arm: ReadyArm
    kind: str
    outcome: str
    score: float | None = None
    rule: Rule | None = None
    error: str | None = None


@dataclass(slots=True, eq=False)
class Deciding:
    """Makes decisions; writes none."""

    scoring: Scoring
    counts: Counts
    clock: Microseconds
    stopwatch: Callable[[], float]
    online: Online | None = None

    async def make(self, route: ReadyRoute, ask: Ask, token: str, began: float) -> Made:
        """The decision on a request that came at `began` by the stopwatch.

        Raises `Invalid` for features that do not fit and `Unavailable` where it waited too long.
        """
        at = self.clock()
        decision = new_id(at) if ask.id is None else checked_id(ask.id)
        entity = checked_entity(ask.entity)
        seconds = route.route.deadline_ms / 1e3 - (self.stopwatch() - began)
        if seconds <= 0:
            self.counts.shed["deadline"] += 1
            raise Unavailable(
                field="deadline",
                value=f"more than {route.route.deadline_ms:g} ms",
                expected="a gateway with time to spare",
            )
        context: Values = {}
        if route.context is not None:
            context = self._read(route, route.context, ask, entity, at).values
        chosen = route.choose(entity or decision, decision, context)
        read = self._read(route, chosen.arm.schema, ask, entity, at)
        if route.looked_up:
            read = self._looked_up(route, read, ask, entity, at)
        said = self._ruled(route, chosen.arm, read.values)
        if said is None:
            said = await self._scored(route, chosen.arm, read.values, seconds)
        reasons = await self._reasons(route, said, read.values, ask.explain)
        took = int((self.stopwatch() - began) * 1e6)
        return self._made(route, chosen, said, read, reasons, (decision, entity, at, token, took))

    def _read(
        self, route: ReadyRoute, schema: FeatureSchema, ask: Ask, entity: str | None, at: int
    ) -> Read:
        online = self.online
        if online is None:
            return schema.read(ask.features)
        case = route.route.case

        def fill(feature: Feature) -> Any:
            name = feature.online or feature.name
            return online.value(case, entity, name, at, bytes(ask.features))

        return schema.read(ask.features, fill)

    def _looked_up(
        self, route: ReadyRoute, read: Read, ask: Ask, entity: str | None, at: int
    ) -> Read:
        """What was read, with the windows that rules read as they were before this request."""
        online = self.online
        if online is None:
            return read
        case, given = route.route.case, bytes(ask.features)
        counted = {
            name: online.value(case, entity, name, at, given)
            for name in route.looked_up
            if name not in read.values
        }
        return Read({**read.values, **counted}, read.defaulted)

    def _ruled(self, route: ReadyRoute, arm: ReadyArm, values: Values) -> _Outcome | None:
        """What rules before the model say, or an arm that has no model."""
        rule = route.before.first(values) if route.before else None
        if rule is not None:
            return _Outcome(arm, "rules", rule.outcome, rule=rule)
        if route.error is not None:
            return None
        return self._without_model(route, arm, values, "rules") if arm.kind == "rules" else None

    def _without_model(
        self, route: ReadyRoute, arm: ReadyArm, values: Values, kind: str, error: str | None = None
    ) -> _Outcome:
        rule = route.after.first(values) if route.after else None
        if rule is not None:
            return _Outcome(arm, kind, rule.outcome, rule=rule, error=error)
        return _Outcome(arm, kind, arm.arm.otherwise or route.route.negative, error=error)

    async def _scored(
        self, route: ReadyRoute, arm: ReadyArm, values: Values, seconds: float
    ) -> _Outcome:
        if route.error is not None:
            return await self._fallen_back(route, values, route.error, seconds)
        try:
            score = await self._ask(route, arm, values, seconds)
        except Failed as failed:
            return await self._fallen_back(route, values, str(failed), seconds)
        return self._judged(route, arm, values, score, arm.kind)

    async def _ask(self, route: ReadyRoute, arm: ReadyArm, values: Values, seconds: float) -> float:
        if arm.bounded:
            return self.scoring.at_once(route, arm, values)
        return await self.scoring.aside(route, arm, values, seconds)

    async def _fallen_back(
        self, route: ReadyRoute, values: Values, why: str, seconds: float
    ) -> _Outcome:
        arm = route.fallback
        if arm.kind != "rules":
            try:
                needed = arm.schema.check(values).values
                score = await self._ask(route, arm, needed, seconds)
            except Failed:
                return self._without_model(route, arm, values, "fallback", why)
            said = self._judged(route, arm, values, score, "fallback")
            said.error = why
            return said
        return self._without_model(route, arm, values, "fallback", why)

    def _judged(
        self, route: ReadyRoute, arm: ReadyArm, values: Values, score: float, kind: str
    ) -> _Outcome:
        rule = route.after.first({**values, SCORE: score}) if route.after else None
        if rule is not None:
            return _Outcome(arm, kind, rule.outcome, score, rule)
        yes = score >= arm.arm.threshold
        return _Outcome(arm, kind, route.route.positive if yes else route.route.negative, score)

    async def _reasons(
        self, route: ReadyRoute, said: _Outcome, values: Values, asked: bool
    ) -> tuple[str, ...] | None:
        how = route.route.explain
        owed = how is Explain.ADVERSE and said.outcome == route.route.adverse
        if not owed and not (asked and how is not Explain.NEVER):
            return None
        if said.rule is not None:
            return (said.rule.reason,)
        lead = said.arm.lead
        if said.score is None or lead is None or lead.reasons is None:
            return ()
        ask, against = lead.reasons, route.route.adverse == route.route.positive
        try:
            found = await self.scoring.side.run(lambda: ask(values, against), REASON_SECONDS)
        except Exception as error:  # noqa: BLE001  # a decision does not fail for want of its reasons
            arm, detail = said.arm, f"{type(error).__name__}: {error}"
            self.scoring.incidents.tell(
                route.route.case, arm.arm.name, arm.model, "no-reasons", detail, route.snapshot
            )
            return ()
        return tuple(found)

    def _made(
        self,
        route: ReadyRoute,
        chosen: Chosen,
        said: _Outcome,
        read: Read,
        reasons: tuple[str, ...] | None,
        about: tuple[str, str | None, int, str, int],
    ) -> Made:
        decision, entity, at, token, took = about
        known, arm = route.route, said.arm
        sure = self._sure(known, said)
        model = None if said.score is None else arm.model
        record = Decision(
            decision, known.case, at, entity,
            # A decision belongs to the arm that was drawn for it, also where the fallback answers.
            chosen.arm.arm.name, "live", said.kind,
            route.snapshot, known.release, model, None if said.score is None else arm.code,
            chosen.propensity, read.values, read.defaulted, said.score, said.outcome,
            reasons or (), None if said.rule is None else said.rule.name, took, said.error, token,
            *sure,
        )  # fmt: skip
        answer = Answer(
            decision, said.score, said.outcome, model, chosen.arm.arm.name, stamp_of(at), said.kind,
            reasons or None, *sure, read.defaulted or None,
        )  # fmt: skip
        labels = Route(known.case, chosen.arm.arm.name, model or "", "live")
        self.counts.decided(labels, said.outcome, said.kind, took)
        if self.online is not None and route.windows:
            self.online.seen(known.case, entity, read.values, at)
        return Made(answer, record, route, read.values)

    def _sure(self, known: KnownRoute, said: _Outcome) -> Sure:
        """How sure an answer is: as it is told, and written down."""
        lead = said.arm.lead
        if said.score is None or lead is None:
            return NOT_SAID
        return lead.sure(said.score, known.positive, known.negative)


def new_id(at: int) -> str:
    """An id nobody else has, in the order of time: 32 hexadecimal digits."""
    return f"{at:014x}{os.urandom(9).hex()}"


def stamp_of(at: int) -> str:
    """Microseconds since 1970 as text.

    >>> stamp_of(1_763_719_867_120_000)
    '2025-11-21T10:11:07.120Z'
    """
    seconds, rest = divmod(at, 1_000_000)
    return f"{_second(seconds)}.{rest // 1000:03d}Z"


@lru_cache(maxsize=8)
def _second(seconds: int) -> str:
    """A second as text: thousands of decisions share it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]

"""A route made ready: which arm answers a request, and with which chance."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Arm, Feature, Kind, Route, Served, Split
from gonogo.core.splitting import ends_of, place, side
from gonogo.gateway.arms import Models, ReadyArm, features_of, members_of, ready
from gonogo.gateway.rules import Rules, columns_of
from gonogo.gateway.schema import FeatureSchema
from gonogo.stats.bandits import LINUCB, Chooser, prepare

CLOSE = 1e-6
"""How far shares may sum to something else than 1."""


class Chosen(NamedTuple):
    """An arm, with the chance it had."""

    arm: ReadyArm
    propensity: float


class Drawn(NamedTuple):
    """One number, drawn before."""

    value: float

    def random(self) -> float:
        """The number."""
        return self.value


@dataclass(frozen=True, slots=True, eq=False)
class ReadyRoute:
    """How requests of a use case are decided, with everything in memory that it takes."""

    route: Route
    snapshot: int
    """Number of the snapshot that it came with."""
    arms: tuple[ReadyArm, ...]
    fallback: ReadyArm
    shadows: tuple[ReadyArm, ...]
    before: Rules
    after: Rules
    windows: bool
    """Whether rolling windows take in what is decided."""
    error: str | None
    """Why only the fallback answers: killed, or no version could be loaded."""
    _ends: tuple[float, ...]
    _bandit: Chooser | None

    @property
    def reads_context(self) -> bool:
        """Whether the arm depends on the features."""
        return self.route.bandit is not None and self.route.bandit.kind == LINUCB

    def choose(self, entity: str, decision: str, context: Mapping[str, Any]) -> Chosen:
        """The arm for an entity, which is the same each time, or for a decision of a bandit."""
        if self.error is not None:
            return Chosen(self.fallback, 1.0)
        if self._bandit is not None:
            # By the decision's own id, so that a choice can be followed up afterwards.
            drawn = Drawn(place(self.route.salt, decision))
            name, propensity = self._bandit.choose(context, drawn)
            return Chosen(self._arm(name), propensity)
        if len(self.arms) == 1:
            return Chosen(self.arms[0], 1.0)
        found = self.arms[side(self._ends, place(self.route.salt, entity))]
        return Chosen(found, found.arm.share)

    def alone(self, arm: ReadyArm) -> "ReadyRoute":
        """The same route with one arm and no shadows."""
        return replace(self, arms=(arm,), shadows=(), _bandit=None)

    def _arm(self, name: str) -> ReadyArm:
        return next(arm for arm in self.arms if arm.arm.name == name)


def models_of(route: Route) -> dict[str, bool]:
    """The versions a route needs, by key: whether it can do without (a shadow's)."""
    found = {member.model: True for arm in route.shadows for member in members_of(arm)}
    if not route.killed:
        found |= {member.model: False for arm in route.arms for member in members_of(arm)}
    return found | {member.model: True for member in members_of(route.fallback)}


def ready_route(
    route: Route,
    snapshot: int,
    models: Models,
    served: Mapping[str, Served],
    error: str | None = None,
    *,
    read: Collection[str] | None = None,
) -> ReadyRoute:
    """`route` with the models that are in memory; raises `Invalid` where it makes no sense.

    With an `error` only its fallback answers. `read` names what rolling windows read of requests,
    None where there are none.
    """
    _check(route)
    known = _known(route, served)
    ruled = columns_of((*route.before, *route.after))
    free = (*ruled, *sorted(read or ()), *route.noted)
    error = error or ("killed" if route.killed else None)

    def prepared(arm: Arm) -> ReadyArm:
        own = features_of(arm, served)
        return ready(
            arm, models, FeatureSchema(own, others=known, free=free, invalid=route.invalid)
        )

    fallback = route.fallback
    if any(member.model not in models for member in members_of(fallback)):
        fallback = Arm(fallback.name, kind=Kind.RULES, otherwise=fallback.otherwise)
    return ReadyRoute(
        route,
        snapshot,
        () if error is not None else tuple(prepared(arm) for arm in route.arms),
        prepared(fallback),
        tuple(
            prepared(arm)
            for arm in route.shadows
            if error is None and all(member.model in models for member in members_of(arm))
        ),
        Rules(route.before),
        Rules(route.after),
        read is not None,
        error,
        ends_of([arm.share for arm in route.arms]),
        _chooser(route),
    )


def _chooser(route: Route) -> Chooser | None:
    if route.split is not Split.BANDIT or route.bandit is None:
        return None
    learned = {arm.name: route.bandit.arms.get(arm.name, {}) for arm in route.arms}
    try:
        return prepare(route.bandit.kind, route.bandit.parameters, learned, route.bandit.context)
    except ValueError as error:
        raise Invalid(
            field=f"routes.{route.case}.bandit", value=str(error), expected="what a bandit learned"
        ) from error


def _known(route: Route, served: Mapping[str, Served]) -> list[Feature]:
    """The columns that any arm reads: a request may bring them, whichever arm answers it."""
    found: dict[str, Feature] = {}
    for arm in (*route.arms, *route.shadows, route.fallback):
        for feature in features_of(arm, served):
            found.setdefault(feature.name, feature)
    return list(found.values())


def _check(route: Route) -> None:
    shares = [arm.share for arm in route.arms]
    if not route.arms:
        raise Invalid(field=f"routes.{route.case}.arms", expected="one arm or more")
    if route.split is Split.HASH and not abs(sum(shares) - 1) < CLOSE:
        raise Invalid(
            field=f"routes.{route.case}.arms", value=sum(shares), expected="shares that sum to 1"
        )
    if route.split is Split.SINGLE and len(route.arms) != 1:
        raise Invalid(field=f"routes.{route.case}.arms", value=len(shares), expected="one arm")
    if route.split is Split.BANDIT and route.bandit is None:
        raise Invalid(field=f"routes.{route.case}.bandit", expected="what a bandit learned")

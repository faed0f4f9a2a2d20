"""A route made ready: which arm answers a request, and with which chance."""

from collections.abc import Collection, Mapping, Sequence
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
    context: FeatureSchema | None
    """What LinUCB reads of a request before an arm is chosen; None where it depends on nothing."""
    looked_up: tuple[str, ...]
    """Rolling windows that its rules read: what the gateway counted, unless a model's column of
    that name was brought."""
    _ends: tuple[float, ...]
    _bandit: Chooser | None
    _left: float
    """Share of the entities that the bandit chooses for."""

    def choose(self, entity: str, decision: str, context: Mapping[str, Any]) -> Chosen:
        """The arm for an entity, which is the same each time, or for a decision of a bandit."""
        if self.error is not None:
            return Chosen(self.fallback, 1.0)
        if self._bandit is not None:
            return self._learning(self._bandit, entity, decision, context)
        if len(self.arms) == 1:
            return Chosen(self.arms[0], 1.0)
        found = self.arms[side(self._ends, place(self.route.salt, entity))]
        return Chosen(found, found.arm.share)

    def _learning(
        self, bandit: Chooser, entity: str, decision: str, context: Mapping[str, Any]
    ) -> Chosen:
        """An arm that keeps its share, a holdout, by the entity; else one of the bandit's."""
        salt = self.route.salt
        if self._left < 1:
            found = self.arms[side(self._ends, place(salt, entity))]
            if found.arm.name not in _learns(self.route):
                return Chosen(found, found.arm.share)
            # Another number than the one that let the entity through.
            salt = f"{salt}/bandit"
        # By the decision's own id, so that a choice can be followed up afterwards.
        name, propensity = bandit.choose(context, Drawn(place(salt, decision)))
        return Chosen(self._arm(name), propensity * self._left)

    def alone(self, arm: ReadyArm) -> "ReadyRoute":
        """The same route with one arm and no shadows."""
        return replace(self, arms=(arm,), shadows=(), context=None, _bandit=None)

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
    windows: Collection[str] = (),
) -> ReadyRoute:
    """`route` with the models that are in memory; raises `Invalid` where it makes no sense.

    With an `error` only its fallback answers. `read` names what rolling windows read of requests,
    None where there are none; `windows` is how they are called.
    """
    _check(route)
    known = _known(route, served)
    ruled = columns_of((*route.before, *route.after))
    looked_up = tuple(name for name in ruled if name in windows)
    # What a rule counts on must not come from whom it is about.
    free = (*(one for one in ruled if one not in looked_up), *sorted(read or ()), *route.noted)
    error = error or ("killed" if route.killed else None)
    context = _context(route, known)

    def schema(own: Sequence[Feature]) -> FeatureSchema:
        return FeatureSchema(own, others=known, free=free, invalid=route.invalid)

    def prepared(arm: Arm, besides: Sequence[Feature] = ()) -> ReadyArm:
        own = features_of(arm, served)
        names = {one.name for one in own}
        more = [one for one in besides if one.name not in names]
        return ready(arm, models, schema([*own, *more]))

    fallback = route.fallback
    if any(member.model not in models for member in members_of(fallback)):
        fallback = Arm(fallback.name, kind=Kind.RULES, otherwise=fallback.otherwise)
    return ReadyRoute(
        route,
        snapshot,
        # What the choice depends on is read alike by all arms, and written down whichever answers.
        () if error is not None else tuple(prepared(arm, context) for arm in route.arms),
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
        schema(context) if context and error is None else None,
        looked_up,
        ends_of([arm.share for arm in route.arms]),
        _chooser(route),
        _left(route),
    )


def _chooser(route: Route) -> Chooser | None:
    if route.split is not Split.BANDIT or route.bandit is None:
        return None
    bandit = route.bandit
    learned = {name: bandit.arms.get(name, {}) for name in _learns(route)}
    try:
        return prepare(bandit.kind, bandit.parameters, learned, bandit.context, bandit.scaling)
    except ValueError as error:
        raise Invalid(
            field=f"routes.{route.case}.bandit", value=str(error), expected="what a bandit learned"
        ) from error


def _learns(route: Route) -> tuple[str, ...]:
    """The arms a bandit chooses among: those it names, or all where it names none."""
    named = () if route.bandit is None else route.bandit.arms
    return tuple(arm.name for arm in route.arms if not named or arm.name in named)


def _left(route: Route) -> float:
    """Share of the entities for which no arm keeps its own."""
    if route.split is not Split.BANDIT:
        return 1.0
    learns = _learns(route)
    return 1.0 - sum(arm.share for arm in route.arms if arm.name not in learns)


def _context(route: Route, known: Sequence[Feature]) -> list[Feature]:
    """The features that LinUCB reads, as the versions declare them that read them too."""
    if route.split is not Split.BANDIT or route.bandit is None or route.bandit.kind != LINUCB:
        return []
    declared = {one.name: one for one in known}
    return [declared.get(name, Feature(name, "", required=False)) for name in route.bandit.context]


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
    if route.split is Split.BANDIT and not _learns(route):
        raise Invalid(field=f"routes.{route.case}.bandit.arms", expected="arms of the route")
    if route.split is Split.BANDIT and not 0 < _left(route) <= 1:
        raise Invalid(
            field=f"routes.{route.case}.arms", value=_left(route), expected="a share to choose for"
        )
    if route.split is Split.BANDIT and route.bandit is None:
        raise Invalid(field=f"routes.{route.case}.bandit", expected="what a bandit learned")

"""The route table made from what is in force: a pure function of rows that others read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gonogo.core.releasing import Strategy
from gonogo.core.snapshot import (
    Arm,
    Bandit,
    Feature,
    Flag,
    Kind,
    Member,
    Route,
    Served,
    Snapshot,
    Split,
    Token,
    Window,
)
from gonogo.core.subjects import Subject
from gonogo.domain.releases.route_settings import BanditSettings, RouteSettings, settings_of
from gonogo.domain.releases.rules import UNDER_WAY, Live, Release, Standing
from gonogo.stats.bandits import LINUCB

CHAMPION = "champion"
CHALLENGER = "challenger"
FALLBACK = "fallback"
HOLDOUT = "holdout"

AS_IT_COMES = (0.0, 1.0)
"""Centre and unit of a feature of which neither settings nor version say how large it is."""

Arms = Mapping[str, Mapping[str, Any]]
"""What a bandit has learned, by arm."""


@dataclass(frozen=True, slots=True)
class InForce:
    """Everything that a route table is made from."""

    live: tuple[Live, ...]
    """Every use case that ever had a release."""
    releases: Mapping[str, Release]
    """The releases that are under way, by use case."""
    served: Mapping[str, Served]
    """What may take traffic, by `name@number`."""
    thresholds: Mapping[str, float]
    """Score from which a version says yes, by `name@number`."""
    tokens: tuple[Token, ...]
    learned: Mapping[str, Arms] = field(default_factory=dict)
    """What the bandits have learned, by use case."""


def snapshot_of(found: InForce, number: int, at: str) -> Snapshot:
    """The route table; a version that is not served is never routed to."""
    routes = {}
    flags: list[Flag] = []
    windows: list[Window] = []
    for live in sorted(found.live, key=lambda one: one.case):
        settings = settings_of(live.settings)
        routes[live.case] = route_of(live, settings, found)
        flags += _flags(live.case, settings)
        windows += _windows(live.case, settings)
    models = {}
    for route in routes.values():
        counted = {window.name for window in windows if window.case == route.case}
        for key in keys_of(route):
            models[key] = _filled(found.served[key], counted)
    return Snapshot(
        number=number,
        at=at,
        routes=routes,
        models=dict(sorted(models.items())),
        tokens=tuple(sorted(found.tokens, key=lambda one: one.id)),
        flags=tuple(flags),
        windows=tuple(windows),
    )


def _filled(served: Served, counted: Collection[str]) -> Served:
    """A version whose columns that are called as windows are filled by what these count."""
    if not any(one.name in counted for one in served.features):
        return served
    features = tuple(
        msgspec.structs.replace(one, online=one.name) if one.name in counted else one
        for one in served.features
    )
    return msgspec.structs.replace(served, features=features)


def route_of(live: Live, settings: RouteSettings, found: InForce) -> Route:
    """How requests of one use case are decided."""
    release = found.releases.get(live.case)
    fallback = _fallback(settings, FALLBACK)
    arms, shadows, split = _arms(live, release, settings, found)
    if settings.holdout:
        rest = 1 - settings.holdout
        arms = (
            *(_with_share(arm, arm.share * rest) for arm in arms),
            _with_share(_fallback(settings, HOLDOUT), settings.holdout),
        )
        split = Split.HASH if split is Split.SINGLE else split
    return Route(
        case=live.case,
        arms=arms,
        fallback=fallback,
        split=split,
        salt=live.case if release is None else release.salt,
        bandit=_bandit(release, settings, found) if release and split is Split.BANDIT else None,
        shadows=shadows,
        before=settings.before,
        after=settings.after,
        noted=settings.noted,
        positive=settings.positive,
        negative=settings.negative,
        adverse=settings.adverse,
        invalid=settings.invalid,
        explain=settings.explain,
        deadline_ms=settings.deadline_ms,
        killed=live.killed,
        release=live.release if release is None else release.id,
        decided_by=live.decision,
    )


def standings(route: Route) -> tuple[Standing, ...]:
    """The arms as they are told and kept: which version decides for which share."""
    if route.killed:
        return (Standing(route.fallback.name, None, 1.0, "live"),)
    live = [Standing(arm.name, _version(arm), arm.share, "live") for arm in route.arms]
    shadows = [Standing(arm.name, _version(arm), 0.0, "shadow") for arm in route.shadows]
    return (*live, *shadows)


def keys_of(route: Route) -> Iterable[str]:
    """The versions that a route names."""
    for arm in (*route.arms, *route.shadows, route.fallback):
        for member in (*arm.members, *((arm.stack,) if arm.stack else ())):
            yield member.model


def key_of(version: Subject) -> str:
    """The address of a version as the gateway has it: `name@number`."""
    return f"{version.name}@{version.version}"


def _arms(
    live: Live, release: Release | None, settings: RouteSettings, found: InForce
) -> tuple[tuple[Arm, ...], tuple[Arm, ...], Split]:
    """Arms, shadows and split."""
    if release is None or release.state not in UNDER_WAY:
        return (_arm(CHAMPION, live.version, 1.0, settings, found),), (), Split.SINGLE
    share = release.share
    before = _arm(CHAMPION, release.before, 1 - share, settings, found)
    version = _arm(CHALLENGER, release.version, share, settings, found)
    if release.strategy is Strategy.SHADOW:
        return (before,), (version,), Split.SINGLE
    if release.strategy is Strategy.BLUE_GREEN:
        # The one before stays warm, and is what the new one is compared with.
        beside = (before,) if before.kind is not Kind.RULES else ()
        return (version,), beside, Split.SINGLE
    split = Split.BANDIT if release.strategy is Strategy.BANDIT else Split.HASH
    return (before, version), (), split


def _arm(
    name: str, version: Subject | None, share: float, settings: RouteSettings, found: InForce
) -> Arm:
    """An arm of one version; of the fallback's rules where there is none or it is not served."""
    if version is None or key_of(version) not in found.served:
        return _with_share(_fallback(settings, name), share)
    key = key_of(version)
    return Arm(
        name=name,
        kind=Kind.ENSEMBLE if found.served[key].members else Kind.MODEL,
        members=(Member(key),),
        share=share,
        threshold=found.thresholds.get(key, 0.5),
    )


def _fallback(settings: RouteSettings, name: str) -> Arm:
    return Arm(name=name, kind=Kind.RULES, otherwise=settings.otherwise)


def _with_share(arm: Arm, share: float) -> Arm:
    return Arm(
        name=arm.name,
        kind=arm.kind,
        members=arm.members,
        stack=arm.stack,
        share=share,
        threshold=arm.threshold,
        otherwise=arm.otherwise,
    )


def _version(arm: Arm) -> str | None:
    return arm.members[0].model if arm.members else None


def scaling_of(
    bandit: BanditSettings, features: Iterable[Feature]
) -> dict[str, tuple[float, float]]:
    """How each feature of the context is standardised: its centre and its unit.

    As the settings say; else by the range among `features`, so that it lies between -1 and 1; else
    as it comes. Never by what was seen meanwhile: sums of other units would not add up.

    >>> scaling_of(
    ...     BanditSettings("linucb", {}, ("age",)), [Feature("age", "number", low=20, high=60)]
    ... )
    {'age': (40.0, 20.0)}
    """
    declared = {one.name: one for one in features}
    return {
        name: bandit.scaling.get(name) or _range(declared.get(name)) or AS_IT_COMES
        for name in bandit.context
    }


def unscaled(bandit: BanditSettings, features: Iterable[Feature]) -> tuple[str, ...]:
    """Features that LinUCB would read as they come, as nobody says how large they are.

    >>> unscaled(BanditSettings("linucb", {}, ("age",)), [Feature("age", "number")])
    ('age',)
    """
    if bandit.kind != LINUCB:
        return ()
    found = scaling_of(bandit, features)
    return tuple(name for name, one in found.items() if one == AS_IT_COMES)


def _range(feature: Feature | None) -> tuple[float, float] | None:
    """The middle and half the width of what a feature can be, where that is declared."""
    if feature is None or feature.low is None or feature.high is None:
        return None
    low, high = feature.low, feature.high
    return ((low + high) / 2, (high - low) / 2) if low < high else None


def _bandit(release: Release, settings: RouteSettings, found: InForce) -> Bandit:
    learned = found.learned.get(release.case, {})
    served = found.served.get(key_of(release.version))
    return Bandit(
        kind=settings.bandit.kind,
        parameters=dict(settings.bandit.parameters),
        arms={name: dict(learned.get(name, {})) for name in (CHALLENGER, CHAMPION)},
        context=settings.bandit.context,
        scaling=scaling_of(settings.bandit, () if served is None else served.features),
    )


def _flags(case: str, settings: RouteSettings) -> list[Flag]:
    return [
        Flag(
            key=flag.key,
            case=case,
            variants=flag.variants,
            salt=f"{case}/{flag.key}",
            enabled=flag.enabled,
            default=flag.default,
        )
        for flag in settings.flags
    ]


def _windows(case: str, settings: RouteSettings) -> list[Window]:
    return [
        Window(
            name=window.name,
            case=case,
            entity=window.entity,
            statistic=window.statistic,
            column=window.column,
            seconds=window.seconds,
        )
        for window in settings.windows
    ]

"""What is in force: a snapshot made ready, swapped as one."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from gonogo.core.errors import GonogoError
from gonogo.core.snapshot import Arm, Flag, Kind, Route, Served, Snapshot
from gonogo.gateway.routes import ReadyRoute, models_of, ready_route
from gonogo.gateway.scorers.loaded import Loaded
from gonogo.gateway.tokens import Tokens

Load = Callable[[Served], Loaded]
"""Brings a version into memory; raises a `GonogoError`."""

Columns = Callable[[str], Collection[str] | None]
"""What rolling windows read of the requests of a use case, None where it has no windows."""

NOTHING = Snapshot(number=0, at="")
NOT_LOADED = "no version that may answer could be loaded"


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """A snapshot with everything in memory. Nothing in it changes but what tokens have used."""

    snapshot: Snapshot
    routes: Mapping[str, ReadyRoute]
    """By use case."""
    models: Mapping[str, Loaded]
    """The versions in memory, by key: those of the routes, no others."""
    tokens: Tokens
    flags: Mapping[str, Flag]
    errors: Mapping[str, str]
    """Why a version takes no traffic, by key; why a route is not the newest, by `route <case>`."""


def no_columns(_case: str) -> None:
    """Without rolling windows."""


def empty(stopwatch: Callable[[], float]) -> InForce:
    """Nothing in force: before there is a snapshot."""
    return InForce(NOTHING, {}, {}, Tokens((), stopwatch), {}, {})


def made_ready(
    snapshot: Snapshot,
    before: InForce,
    load: Load,
    stopwatch: Callable[[], float],
    columns: Columns = no_columns,
) -> InForce:
    """`snapshot` with its versions loaded; those that are in memory already are kept.

    Where a version of a route cannot answer, the route of `before` stays; without one the route's
    fallback answers. A shadow that cannot be loaded is left out. `columns` says what rolling
    windows read of a use case's requests.
    """
    models, errors = _models(snapshot, before, load)
    routes: dict[str, ReadyRoute] = {}
    for case, route in snapshot.routes.items():
        known = before.routes.get(case)
        try:
            routes[case] = _route(route, snapshot, models, known, columns(case))
        except (GonogoError, KeyError) as error:
            said = f"{error.args[0]} is not in the snapshot" if isinstance(error, KeyError) else ""
            errors[f"route {case}"] = said or str(error)
            if known is not None:
                routes[case] = known
                continue
            bare = _bare(route)
            routes[case] = ready_route(bare, snapshot.number, {}, {}, NOT_LOADED)
    for flag in snapshot.flags:
        if not flag.variants:
            errors[f"flag {flag.key}"] = "it has no variants"
    tokens = Tokens(snapshot.tokens, stopwatch)
    tokens.take_over(before.tokens)
    for case, ready in routes.items():
        if ready.snapshot != snapshot.number:
            errors.setdefault(f"route {case}", f"still that of snapshot {ready.snapshot}")
    return InForce(
        snapshot,
        routes,
        _in_use(routes, {**before.models, **models}),
        tokens,
        {flag.key: flag for flag in snapshot.flags if flag.variants},
        errors,
    )


def _route(
    route: Route,
    snapshot: Snapshot,
    models: Mapping[str, Loaded],
    known: ReadyRoute | None,
    read: Collection[str] | None,
) -> ReadyRoute:
    needed = models_of(route)
    absent = [key for key, spared in needed.items() if not spared and key not in models]
    if absent and known is not None and known.error is None:
        return known
    return ready_route(
        route,
        snapshot.number,
        models,
        snapshot.models,
        NOT_LOADED if absent else None,
        read=read,
        windows={one.name for one in snapshot.windows if one.case == route.case},
    )


def _models(
    snapshot: Snapshot, before: InForce, load: Load
) -> tuple[dict[str, Loaded], dict[str, str]]:
    models: dict[str, Loaded] = {}
    errors: dict[str, str] = {}
    for key in dict.fromkeys(key for route in snapshot.routes.values() for key in models_of(route)):
        known = before.models.get(key)
        served = snapshot.models.get(key)
        if served is None:
            errors[key] = "the snapshot does not say where it is"
        elif known is not None and known.served == served:
            models[key] = known
        else:
            try:
                models[key] = load(served)
            except GonogoError as error:
                errors[key] = str(error)
    return models, errors


def _bare(route: Route) -> Route:
    """The route without anything that could be wrong with it: the fallback alone."""
    fallback = Arm(route.fallback.name, kind=Kind.RULES, otherwise=route.fallback.otherwise)
    return Route(
        route.case,
        (fallback,),
        fallback,
        positive=route.positive,
        negative=route.negative,
        adverse=route.adverse,
        release=route.release,
        decided_by=route.decided_by,
    )


def _in_use(routes: Mapping[str, ReadyRoute], models: Mapping[str, Loaded]) -> dict[str, Loaded]:
    used = {key for ready in routes.values() for key in models_of(ready.route)}
    return {key: loaded for key, loaded in models.items() if key in used}

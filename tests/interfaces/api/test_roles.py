"""The matrix of routes and roles, worked out from the routes themselves: none is left out."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from gonogo.app.wiring import Installation, build
from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.interfaces.api.routes import all_routes
from tests.fixtures.requests import BODIES
from tests.fixtures.rest import done, refused
from tests.fixtures.world import World

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Route:
    """A route of REST, as its OpenAPI tells it."""

    method: str
    path: str
    """Below the prefix."""
    action: Action

    @property
    def label(self) -> str:
        """How it is called in a report."""
        return f"{self.method} {self.path}"


def routes() -> list[Route]:
    """All routes of REST, from the table from which the application is built."""
    found = []
    for context in iter_route_contexts(all_routes().routes):
        one: Any = context.original_route
        path, action = str(context.path).removeprefix(PREFIX), one.openapi_extra["x-action"]
        found += [Route(method, path, Action(action)) for method in sorted(context.methods or ())]
    return found


WHOEVER = {"GET /me"}
"""Tells a token what it may do, whatever that is."""
QUERIES: dict[str, dict[str, str]] = {
    "GET /library/tried": {"text": "trees"},
    "GET /models/{name}/at": {"time": "2026-11-21T12:00"},
    "DELETE /users/{user}/grants": {"held": "viewer"},
    "GET /payments/history": {"reference": "A1"},
    "GET /cases/{case}/release-plan": {"strategy": "canary", "per_day": "1000"},
}


def ask(client: httpx.Client, route: Route, names: dict[str, str]) -> httpx.Response:
    """The route, asked for something that exists."""
    more: dict[str, Any] = {}
    if route.label == "POST /datasets/{name}/versions":
        more = {"data": {"about": "{}"}, "files": {"file": ("x.csv", b"a\n1\n", "text/csv")}}
    elif route.label in BODIES:
        more = {"json": BODIES[route.label]}
    return client.request(
        route.method,
        route.path.format(**names),
        params=QUERIES.get(route.label),
        headers={"If-Match": "*"},
        **more,
    )


def names(world: World, route: Route) -> dict[str, str]:
    """What exists, by the parameters of the path."""
    name, version = "caller", "1"
    if route.path.startswith("/datasets"):
        name, version = "test", world.test.partition("@")[2]
    elif route.path.startswith("/policies"):
        name = "house"
    elif route.path.startswith("/ledger"):
        name = "1"
    return {
        "case": "churn",
        "decision": "d1",
        "slug": "trees",
        "run_id": "a1b2",
        "entry": "1",
        "name": name,
        "version": version,
        "review": world.review,
        "waiver": "0" * 64,
        "number": "1",
        "method": "rice",
        "key": "late",
        "user": "operator",
        "token": "0" * 12,
        "digest": "0" * 64,
        "sha256": "0" * 64,
        "what": "cost",
    }


def may(route: Route, role: Role) -> bool:
    """Whether the table of actions lets this role through."""
    return role in ALLOWED[route.action]


class TestRoutes:
    def test_each_names_an_action_of_the_table(self, installation: Installation) -> None:
        """And OpenAPI tells it: none is public by forgetting."""
        described = build(installation).openapi()["paths"]
        told = {
            (method.upper(), path.removeprefix(PREFIX), operation["x-action"])
            for path, operations in described.items()
            for method, operation in operations.items()
        }
        assert told == {(route.method, route.path, str(route.action)) for route in routes()}
        assert {route.action for route in routes()} <= set(ALLOWED)

    def test_nothing_else_is_served_below_the_prefix(self, installation: Installation) -> None:
        """A route that went around the kit would be found here."""
        served = {
            (method, str(context.path).removeprefix(PREFIX))
            for context in iter_route_contexts(build(installation).routes)
            if str(context.path).startswith(PREFIX)
            for method in context.methods or ()
            if method != "HEAD"
        }
        assert served - {(one.method, one.path) for one in routes()} == {("GET", "/openapi.json")}


class TestMatrix:
    def test_nobody_gets_nothing(self, world: World) -> None:
        """Each route asks for a sign-in first, before it looks at what was sent."""
        for route in routes():
            told = refused(ask(world.api.anonymous, route, names(world, route)), 401)
            assert told["field"] == "Authorization", route.label

    @pytest.mark.parametrize("role", list(Role))
    def test_each_role_reaches_what_the_table_says(self, world: World, role: Role) -> None:
        """Who may not is told who may; who may is never told of roles."""
        client = world.api.by(role)
        wrong = []
        for route in routes():
            answer = ask(client, route, names(world, route))
            assert answer.status_code < 500, (route.label, answer.text)
            told = f"{route.label}: {answer.status_code} {answer.text}"
            if may(route, role):
                if answer.status_code in {401, 403} and "one of the roles" in answer.text:
                    wrong.append(f"is kept from {told}")
            elif answer.status_code != 403 or min(ALLOWED[route.action]) not in answer.text:
                wrong.append(f"reaches {told}")
        assert wrong == []

    def test_a_token_may_do_what_it_is_for_alone(self, world: World) -> None:
        """Its scope is asked as the roles are, whoever its owner is."""
        asked = {"name": "reader", "only": ["read", "ledger.read"]}
        made = done(world.api.by(Role.ADMIN).post("/tokens", json=asked), 201)
        client = world.api.bearing(made["secret"])
        for route in routes():
            answer = ask(client, route, {**names(world, route), "token": made["id"]})
            if route.label in WHOEVER or route.action in {Action.READ, Action.LEDGER_READ}:
                assert answer.is_success or answer.status_code in {404, 422}, route.label
            else:
                assert "scope" in refused(answer, 403)["expected"], route.label


class TestAbout:
    def test_every_body_is_of_a_route(self) -> None:
        """One that was renamed would be asked without its body."""
        labels = {route.label for route in routes()}
        assert set(BODIES) | set(QUERIES) <= labels

"""REST against requests made from its own OpenAPI: never our fault, always as it is described."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gonogo.core.roles import Role
from tests.fixtures.rest import Json, done, refused
from tests.fixtures.world import VERSION, World

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NASTY = ["\0", "a\ud800", "é" * 300, "'; --", "%", "../..", str(2**80), "-1", "1e999", "", " "]
"""Text that somebody somewhere takes badly."""


def known(world: World) -> dict[str, str]:
    """What there is, by the name of the parameter or field that asks for it."""
    operator = world.api.operator
    token = done(operator.post("/tokens", json={"name": "spare"}), 201)["id"]
    (cited,) = world.record()
    return {
        "case": "churn",
        "slug": "trees",
        "run_id": "a1b2",
        "review": world.review,
        "waiver": cited,
        "entry": cited,
        "user": "operator",
        "token": token,
        "subject": VERSION,
        "check": "performance.roc_auc",
        "gate": "validation",
        "role": "risk-officer",
        "owner_role": "manager",
        "data": world.test,
        "evaluation": world.test,
        "time": "2026-11-21T12:00",
        "held": "viewer",
        "on": "case:churn",
        "within": "case:churn",
    }


def names(path: str, world: World) -> dict[str, str]:
    """Names and versions, which mean another thing on each path."""
    if path.startswith("/api/v1/datasets"):
        return {"name": "test", "version": world.test.partition("@")[2]}
    if path.startswith("/api/v1/policies"):
        return {"name": "house"}
    return {"name": "caller" if "models" in path else "3", "version": "1"}


def aimed(value: Json, there: dict[str, str], draw: Callable[[], int]) -> Json:
    """`value` with some of its fields naming what there is, and some of its text nasty."""
    if isinstance(value, dict):
        return {
            name: there[name]
            if name in there and isinstance(item, str | None) and draw() > 3
            else aimed(item, there, draw)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [aimed(item, there, draw) for item in value]
    if isinstance(value, str) and draw() == 0:
        return NASTY[(draw() + len(value)) % len(NASTY)]
    return value


def send(client: httpx.Client, case: Case[Any]) -> httpx.Response:
    """The request of a case; JSON is escaped as JSON is, so that it can carry any text."""
    made: dict[str, Any] = case.as_transport_kwargs(base_url="http://gonogo.invalid")
    for name in ("allow_redirects", "cookies"):
        made.pop(name, None)
    made["headers"] = {
        name: value
        for name, value in dict(made.get("headers") or {}).items()
        if name.lower() != "user-agent"
    }
    if "json" in made:
        made["content"] = json.dumps(made.pop("json")).encode()
        made["headers"]["Content-Type"] = "application/json"
    if isinstance(made.get("data"), bytes | str):
        made["content"] = made.pop("data")
    for name in ("files", "data"):
        if name in made:
            made[name] = sendable(made[name])
    request = client.build_request(**made)
    request.read()
    answer = client.send(request)
    answer.elapsed = timedelta()  # nothing was on the way
    return answer


def sendable(part: Any) -> Any:
    """A part of a form as it can be sent: whatever is no text is written as JSON."""
    if isinstance(part, list | tuple):
        return type(part)(sendable(one) for one in part)
    if isinstance(part, dict):
        return {name: sendable(one) for name, one in part.items()}
    if isinstance(part, str):
        return part.encode(errors="replace").decode()
    return part if isinstance(part, bytes | None) else json.dumps(part, default=str)


def fuzz(world: World, examples: int) -> list[str]:
    """Every operation with so many requests; what was wrong with the answers."""
    # Somebody who may do everything: a refusal for want of a role tests nothing behind it.
    client = world.api.by(*Role)
    schema = schemathesis.openapi.from_dict(done(world.api.operator.get("/openapi.json")))
    there = known(world)
    wrong: list[str] = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        try:
            attack(operation, client, {**there, **names(operation.path, world)}, examples)
        except (FailureGroup, AssertionError) as failed:
            told = getattr(failed, "exceptions", [failed])
            wrong += [f"{operation.label}: {one}" for one in told]
    return wrong


def attack(
    operation: APIOperation[Any, Any, Any, Any],
    client: httpx.Client,
    there: dict[str, str],
    examples: int,
) -> None:
    """One operation, with what it describes and with what it does not."""
    found = {
        name.name: there[name.name] for name in operation.path_parameters if name.name in there
    }
    strategies = [
        operation.as_strategy(path_parameters=found or None),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        operation.as_strategy(),
    ]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def attempt(data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(strategies).flatmap(lambda one: one))
        dice = data.draw(st.randoms(use_true_random=False))
        if isinstance(case.body, dict | list):
            case.body = aimed(case.body, there, lambda: dice.randint(0, 9))
        if isinstance(case.query, dict):
            asked = aimed(case.query, there, lambda: dice.randint(0, 9))
            # A URL is UTF-8 with escapes: it has no word for half of a surrogate pair.
            case.query = json.loads(json.dumps(asked).replace("\\ud800", "?"))
        answer = send(client, case)
        case.validate_response(answer, checks=CHECKS)
        if answer.is_error:
            refused(answer, answer.status_code)

    attempt()


class TestFuzz:
    def test_every_answer_is_one_of_those_described(self, world: World) -> None:
        """Right status, media type and shape; a refusal is a problem; nothing is our fault."""
        assert fuzz(world, examples=6) == []
        assert done(world.api.operator.get("/ledger/verify", params={"thorough": True}))["sound"]

    @pytest.mark.slow
    def test_every_answer_to_many_more_requests(self, world: World) -> None:
        """The same for longer."""
        assert fuzz(world, examples=150) == []
        assert done(world.api.operator.get("/ledger/verify", params={"thorough": True}))["sound"]

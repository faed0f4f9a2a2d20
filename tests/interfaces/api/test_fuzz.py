"""REST against requests made from its own OpenAPI: never our fault, always as it is described."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from random import Random
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

from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from tests.fixtures.requests import BODIES
from tests.fixtures.rest import Json, done, refused
from tests.fixtures.world import ROWS, VERSION, World

PREFIX = "/api/v1"
CSV = ROWS.to_csv(index=False).encode()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NASTY = ["\0", "a\ud800", "é" * 300, "'; --", "%", "../..", str(2**80), "-1", "1e999", "", " "]
"""Text that somebody somewhere takes badly."""
WRONG: list[Json] = [None, True, -1, 0, 2**63, 10**400, 1e308, 5e-324, [], {}, [[]], {"a": None}]
"""Values of other types, and numbers that somebody somewhere cannot hold."""


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


def nearly(right: Json, dice: Random) -> Json:
    """`right` with one of its values gone wrong, or with none."""
    made = copy.deepcopy(right)
    place = made
    while isinstance(place, dict | list) and place:
        name = dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
        inner = place[name]
        if not isinstance(inner, dict | list) or not inner or dice.randint(0, 9) == 0:
            place[name] = dice.choice([inner, *NASTY, *WRONG])
            return made
        place = inner
    return made


def send(client: httpx.Client, case: Case[Any], body: Json) -> httpx.Response:
    """The request of a case, with `body` in place of its own where there is one."""
    made: dict[str, Any] = case.as_transport_kwargs(base_url="http://gonogo.invalid")
    for name in ("allow_redirects", "cookies"):
        made.pop(name, None)
    headers = dict(made.get("headers") or {})
    made["headers"] = {
        name: value.encode("latin-1", "replace")
        for name, value in headers.items()
        if name.lower() != "user-agent"
    }
    if "If-Match" in headers and len(headers["If-Match"]) % 2:
        made["headers"]["If-Match"] = b"*"
    if case.operation.path.endswith("/datasets/{name}/versions") and isinstance(body, dict):
        about = json.dumps(body.get("about", body))
        made.update(data={"about": about}, files={"file": ("rows.csv", CSV, "text/csv")})
        made["headers"].pop("Content-Type", None)
    elif body is not None or "json" in made:
        # Escaped as JSON is, so that it can carry any text.
        made["content"] = json.dumps(made.pop("json", None) if body is None else body).encode()
        made["headers"]["Content-Type"] = b"application/json"
        made.pop("data", None)
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
    """A part of a form or URL as it can be sent: whatever is no text is written as JSON."""
    if isinstance(part, list | tuple):
        return type(part)(sendable(one) for one in part)
    if isinstance(part, dict):
        return {sendable(name): sendable(one) for name, one in part.items()}
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
    label = f"{operation.method.upper()} {operation.path.removeprefix(PREFIX)}"
    # Mostly about something that exists: of what does not, each operation says the same.
    right = operation.as_strategy(path_parameters=found or None)
    wrong = operation.as_strategy(
        generation_mode=GenerationMode.NEGATIVE, path_parameters=found or None
    )
    strategies = [right, right, right, wrong, operation.as_strategy()]

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
        body = None
        if label in BODIES and dice.randint(0, 2):
            body = nearly(BODIES[label], dice)
        elif isinstance(case.body, dict | list):
            body = aimed(case.body, there, lambda: dice.randint(0, 9))
        if isinstance(case.query, dict):
            # A URL is UTF-8 with escapes: it has no word for half of a surrogate pair.
            case.query = sendable(aimed(case.query, there, lambda: dice.randint(0, 9)))
        answer = send(client, case, body)
        case.validate_response(answer, checks=CHECKS)
        if answer.is_error:
            refused(answer, answer.status_code)

    attempt()


def is_sound(world: World) -> bool:
    """Whether the ledger verifies afterwards; asked past REST, where nobody may be left to ask."""
    with world.api.installation.open_work(SYSTEM, write=False) as work:
        return work.ledger.verify(thorough=True).sound


class TestFuzz:
    def test_every_answer_is_one_of_those_described(self, world: World) -> None:
        """Right status, media type and shape; a refusal is a problem; nothing is our fault."""
        assert fuzz(world, examples=6) == []
        assert is_sound(world)

    @pytest.mark.slow
    def test_every_answer_to_many_more_requests(self, world: World) -> None:
        """The same for longer."""
        assert fuzz(world, examples=150) == []
        assert is_sound(world)

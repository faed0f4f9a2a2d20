"""The Open Inference Protocol, version 2: clients of other model servers work unchanged.

A use case is a model here: `/v2/models/{case}` is routed and logged as `/v1/decide/{case}` is. So
is a model's own name, by the route that has it; with a version it asks that version alone.

Source: the Open Inference Protocol, REST, version 2.
"""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec

from gonogo.core.errors import Invalid, NotFound
from gonogo.core.snapshot import Feature, Token
from gonogo.gateway.arms import ReadyArm
from gonogo.gateway.asked import MOST, SLICE, Ask
from gonogo.gateway.deciding import Made
from gonogo.gateway.exchange import Request, Response, answered
from gonogo.gateway.inforce import InForce
from gonogo.gateway.misfits import misfit
from gonogo.gateway.routes import ReadyRoute
from gonogo.gateway.schema import KINDS
from gonogo.gateway.ways.parts import Parts, encode

DATATYPES = {"number": "FP64", "integer": "INT64", "text": "BYTES", "boolean": "BOOL"}
DIRECT = "direct"
"""The arm in the records of those who ask one version by its number."""


class Tensor(msgspec.Struct):
    """A column, or a matrix."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any]
    parameters: dict[str, Any] = {}


class Inference(msgspec.Struct):
    """A request."""

    inputs: list[Tensor]
    id: str | None = None
    parameters: dict[str, Any] = {}
    """`entity`: one for all rows, or a list of one for each."""
    outputs: list[dict[str, Any]] = []


def described(parts: Parts, request: Request, name: str, version: str | None) -> Response:
    """What a model takes and gives."""
    now = parts.in_force
    route = _allowed(parts, now, request, name, version)[0]
    features = (route.arms or (route.fallback,))[0].schema.features
    numbers = sorted({arm.model for arm in route.arms if arm.model})
    return answered(
        {
            "name": name,
            "versions": [version] if version is not None else numbers,
            "platform": "gonogo",
            "inputs": [
                {"name": one.name, "datatype": _datatype(one), "shape": [-1]} for one in features
            ],
            "outputs": [
                {"name": "score", "datatype": "FP64", "shape": [-1]},
                {"name": "outcome", "datatype": "BYTES", "shape": [-1]},
                {"name": "decision_id", "datatype": "BYTES", "shape": [-1]},
            ],
        }
    )


def is_ready(parts: Parts, name: str, version: str | None) -> Response:
    """Whether it answers."""
    try:
        route = _found(parts.in_force, name, version)
    except NotFound:
        return answered({"name": name, "ready": False}, 404)
    ready = route.error is None
    return answered({"name": name, "ready": ready}, 200 if ready else 503)


async def infer(parts: Parts, request: Request, name: str, version: str | None) -> Response:
    """Decide on the rows of the tensors, each as a request of its own."""
    now = parts.in_force
    route, token = _allowed(parts, now, request, name, version)
    try:
        asked = msgspec.json.decode(request.body, type=Inference)
    except msgspec.ValidationError as error:
        raise misfit(error, request.body, "an inference") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(field="body", value=str(error)[:200], expected="JSON") from error
    rows = _rows(asked, (route.arms or (route.fallback,))[0].schema.features)
    entities = _entities(asked, len(rows))
    made = []
    with parts.batch(len(rows)):
        now.tokens.allow(token, "decide", route.route.case, len(rows))
        for row, entity in zip(rows, entities, strict=True):
            ask = Ask(msgspec.Raw(encode(row)), entity=entity)
            made.append(await parts.decided(route, ask, token.id))
            if len(made) % SLICE == 0:
                # Somebody with a single request is not to wait for a whole batch.
                await asyncio.sleep(0)
    return answered(_told(name, version, asked, made))


def _told(name: str, version: str | None, asked: Inference, made: list[Made]) -> dict[str, Any]:
    n = len(made)
    columns: dict[str, tuple[str, list[Any]]] = {
        "score": ("FP64", [one.answer.score for one in made]),
        "outcome": ("BYTES", [one.answer.outcome for one in made]),
        "decision_id": ("BYTES", [one.answer.decision_id for one in made]),
    }
    wanted = [one.get("name") for one in asked.outputs] or list(columns)
    unknown = [one for one in wanted if one not in columns]
    if unknown:
        raise Invalid(field="outputs", value=str(unknown[0]), expected=", ".join(columns))
    models = sorted({one.answer.model or "" for one in made})
    return {
        "model_name": name,
        "model_version": version or models[0],
        **({} if asked.id is None else {"id": asked.id}),
        "outputs": [
            {"name": one, "datatype": kind, "shape": [n], "data": data}
            for one, (kind, data) in columns.items()
            if one in wanted
        ],
    }


def _allowed(
    parts: Parts, now: InForce, request: Request, name: str, version: str | None
) -> tuple[ReadyRoute, Token]:
    token = parts.token(now, request)
    route = _found(now, name, version)
    now.tokens.allow(token, "decide", route.route.case, 0)
    return route, token


def _found(now: InForce, name: str, version: str | None) -> ReadyRoute:
    """The route of a use case, of the model that a route has, or straight to a version."""
    if version is None and name in now.routes:
        return now.routes[name]
    for route in now.routes.values():
        for arm in (*route.arms, *route.shadows):
            members = [part.loaded.served for part in arm.parts]
            if version is None and any(one.model == name for one in members):
                return route
            if [one.key for one in members] == [f"{name}@{version}"]:
                return _straight(route, arm)
    said = name if version is None else f"{name}@{version}"
    raise NotFound(field="model", value=said[:100], expected="a model that is in memory")


def _straight(route: ReadyRoute, arm: ReadyArm) -> ReadyRoute:
    """The route as if it had this version alone."""
    named = replace(arm, arm=msgspec.structs.replace(arm.arm, name=DIRECT, share=1.0))
    return route.alone(named)


def _rows(asked: Inference, features: tuple[Feature, ...]) -> list[dict[str, Any]]:
    for tensor in asked.inputs:
        flat = 1
        for size in tensor.shape:
            flat *= size
        if len(tensor.data) != flat and len(tensor.data) != (tensor.shape or [0])[0]:
            raise Invalid(
                field=f"inputs.{tensor.name}.data",
                value=len(tensor.data),
                expected=f"{flat} values, as the shape says",
            )
    first = asked.inputs[0] if asked.inputs else None
    if first is None:
        raise Invalid(field="inputs", expected="a tensor for each column, or one matrix")
    names = [feature.name for feature in features]
    n = first.shape[0] if first.shape else 0
    if not 0 < n <= MOST:
        raise Invalid(field=f"inputs.{first.name}.shape", value=n, expected=f"1 to {MOST} rows")
    if len(asked.inputs) == 1 and first.name not in names:
        return _of_matrix(first, n, names)
    columns = {tensor.name: _flat(tensor.data) for tensor in asked.inputs}
    for name, values in columns.items():
        if len(values) != n:
            raise Invalid(field=f"inputs.{name}.shape", value=len(values), expected=f"{n} rows")
    return [{name: values[row] for name, values in columns.items()} for row in range(n)]


def _of_matrix(tensor: Tensor, n: int, names: list[str]) -> list[dict[str, Any]]:
    values = _flat(tensor.data)
    if len(tensor.shape) != 2 or tensor.shape[1] != len(names) or len(values) != n * len(names):
        raise Invalid(
            field=f"inputs.{tensor.name}.shape",
            value=str(tensor.shape),
            expected=f"[rows, {len(names)}]: {', '.join(names[:10])}",
        )
    k = len(names)
    return [dict(zip(names, values[row * k : row * k + k], strict=True)) for row in range(n)]


def _flat(data: list[Any]) -> list[Any]:
    if data and isinstance(data[0], list):
        return [value for row in data for value in (row if isinstance(row, list) else [row])]
    return data


def _entities(asked: Inference, n: int) -> list[Any]:
    given = asked.parameters.get("entity")
    if not isinstance(given, list):
        return [given] * n
    if len(given) != n:
        raise Invalid(field="parameters.entity", value=len(given), expected=f"{n} entities")
    return given


def _datatype(feature: Feature) -> str:
    return DATATYPES.get(KINDS.get(feature.type, ""), "BYTES")

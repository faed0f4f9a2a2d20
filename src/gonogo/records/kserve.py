"""Decisions of models that KServe serves: CloudEvents of its request logger, joined by their id.

The logger sends the request and the response as two events with the same id, in any order. Bodies
are those of its two protocols: V1 (`instances`, `predictions`) and V2 (`inputs`, `outputs`).
"""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gonogo.core.errors import Invalid
from gonogo.core.times import Clock, moment
from gonogo.records.foreign import Taken, decision
from gonogo.records.record import Decision

REQUEST = ".inference.request"
RESPONSE = ".inference.response"
"""How the types of events end: `org.kubeflow.serving.inference.request`."""
STRUCTURED = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a service's numbers become decisions: what its use case declares."""

    case: str
    features: tuple[str, ...] = ()
    """Names of the columns where a request has none, in their order."""
    threshold: float = 0.5
    """From this score on the outcome is the positive one."""
    positive: str = "approve"
    negative: str = "decline"
    entity: str | None = None
    """The feature that says who or what is decided about."""
    output: str | None = None
    """Name of the output that is the score, where a response has several; None: the first."""
    column: int = -1
    """Which number is the score where each row has several, as probabilities of classes."""


@dataclass(frozen=True, slots=True)
class Event:
    """Half of a decision."""

    id: str
    is_request: bool
    at: str | None
    """RFC 3339."""
    service: str | None
    """Name of the inference service."""
    body: dict[str, Any]


def event(headers: Mapping[str, str], body: bytes) -> Event:
    """The CloudEvent in an HTTP request, in binary or structured mode; raises `Invalid`.

    `headers` have names in small letters.
    """
    if headers.get("content-type", "").startswith(STRUCTURED):
        attributes = _json(body)
        data = attributes.get("data")
        if "data_base64" in attributes:
            data = _json(_unpacked(attributes["data_base64"]))
    else:
        attributes = {
            name.removeprefix("ce-"): value
            for name, value in headers.items()
            if name.startswith("ce-")
        }
        data = _json(body)
    kind = str(attributes.get("type", ""))
    if not kind.endswith((REQUEST, RESPONSE)):
        raise Invalid(field="ce-type", value=kind, expected=f"an event ending in {REQUEST} or so")
    id_ = attributes.get("id")
    if not isinstance(id_, str) or not id_:
        raise Invalid(field="ce-id", value=id_, expected="the id of the request")
    if not isinstance(data, dict):
        raise Invalid(field="data", value=data, expected="a request or response as JSON")
    at, service = attributes.get("time"), attributes.get("inferenceservicename")
    return Event(
        id_,
        kind.endswith(REQUEST),
        at if isinstance(at, str) else None,
        service if isinstance(service, str) else None,
        data,
    )


@dataclass(slots=True)
class Joiner:
    """Holds halves until the other one comes: at most so many, the oldest go first.

    What waits is in memory alone: an event is acknowledged for good once its decision is written.
    """

    reading: Reading
    clock: Clock
    most: int = 10_000
    dropped: int = 0
    """Halves whose other half did not come in time."""
    _waiting: OrderedDict[tuple[str, bool], Event] = field(default_factory=OrderedDict)

    @property
    def waiting(self) -> int:
        """Halves whose other half has not come yet."""
        return len(self._waiting)

    def add(self, half: Event, token: str | None) -> list[Decision]:
        """The decisions that `half` completes; none while its other half is missing.

        Raises `Invalid` where the two do not fit together; both are gone then.
        """
        other = self._waiting.pop((half.id, not half.is_request), None)
        if other is None:
            self._waiting[half.id, half.is_request] = half
            self._waiting.move_to_end((half.id, half.is_request))
            while len(self._waiting) > self.most:
                self._waiting.popitem(last=False)
                self.dropped += 1
            return []
        asked, answered = (half, other) if half.is_request else (other, half)
        return _decisions(asked, answered, self.reading, token, self.clock)


def _decisions(
    asked: Event, answered: Event, reading: Reading, token: str | None, clock: Clock
) -> list[Decision]:
    rows, answers = _rows(asked.body, reading), _answers(answered.body, reading)
    if len(rows) != len(answers):
        raise Invalid(
            field="predictions", value=len(answers), expected=f"as many as instances: {len(rows)}"
        )
    now = clock()
    return [
        decision(
            Taken(
                id=asked.id if len(rows) == 1 else f"{asked.id}:{place}",
                features=row,
                score=None if isinstance(answer, str) else answer,
                outcome=_outcome(answer, reading),
                at=asked.at,
                entity=_entity(row, reading),
                model=_model(answered),
                latency_ms=_latency(asked, answered),
            ),
            reading.case,
            token,
            now,
        )
        for place, (row, answer) in enumerate(zip(rows, answers, strict=True))
    ]


def _rows(body: dict[str, Any], reading: Reading) -> list[dict[str, Any]]:
    match body:
        case {"instances": list(instances)}:
            return [_named(instance, reading) for instance in instances]
        case {"inputs": list(inputs)}:
            return _from_tensors(inputs, reading)
        case _:
            raise Invalid(field="data", value=sorted(body), expected="instances or inputs")


def _named(values: object, reading: Reading) -> dict[str, Any]:
    if isinstance(values, dict):
        return {str(name): value for name, value in values.items()}
    row = values if isinstance(values, list) else [values]
    names = reading.features or tuple(f"f{place}" for place in range(len(row)))
    if len(names) != len(row):
        raise Invalid(field="instances", value=len(row), expected=f"{len(names)} features")
    return dict(zip(names, row, strict=True))


def _from_tensors(inputs: list[Any], reading: Reading) -> list[dict[str, Any]]:
    """Rows of V2: a column of each input, or one input with all columns."""
    columns = [_tensor(tensor, "inputs") for tensor in inputs]
    if len(columns) == 1 and columns[0][1] and len(columns[0][1][0]) > 1:
        return [_named(row, reading) for row in columns[0][1]]
    if len({len(rows) for _, rows in columns}) > 1:
        raise Invalid(field="inputs", value="of several lengths", expected="as many rows in each")
    count = len(columns[0][1]) if columns else 0
    return [{name: _single(rows[place]) for name, rows in columns} for place in range(count)]


def _single(values: list[Any]) -> object:
    return values[0] if len(values) == 1 else values


def _tensor(tensor: object, where: str) -> tuple[str, list[list[Any]]]:
    """Name and rows of a tensor of V2, whose data may be flat or nested."""
    match tensor:
        case {"name": str(name), "shape": [int(count), *rest], "data": list(data)}:
            flat = _flat(data)
            width = 1
            for size in rest:
                width *= size
            if count * width == len(flat):
                return name, [flat[row * width : (row + 1) * width] for row in range(count)]
    raise Invalid(field=where, value=tensor, expected="tensors with name, shape and data that fits")


def _flat(values: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat += _flat(value) if isinstance(value, list) else [value]
    return flat


def _answers(body: dict[str, Any], reading: Reading) -> list[float | str]:
    match body:
        case {"predictions": list(predictions)}:
            return [_score(one, reading) for one in predictions]
        case {"outputs": [_, *_] as outputs}:
            tensors = dict(_tensor(tensor, "outputs") for tensor in outputs)
            name = reading.output or next(iter(tensors))
            if name not in tensors:
                raise Invalid(field="outputs", value=sorted(tensors), expected=name)
            return [_score(row, reading) for row in tensors[name]]
        case _:
            raise Invalid(field="data", value=sorted(body), expected="predictions or outputs")


def _score(answer: object, reading: Reading) -> float | str:
    if isinstance(answer, dict) and reading.output is not None:
        answer = answer.get(reading.output)
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    elif isinstance(answer, list) and -len(answer) <= reading.column < len(answer):
        answer = answer[reading.column]
    if isinstance(answer, str):
        return answer
    if isinstance(answer, int | float):
        return float(answer)
    raise Invalid(field="predictions", value=answer, expected="a number, or the outcome as text")


def _outcome(answer: float | str, reading: Reading) -> str:
    if isinstance(answer, str):
        return answer
    return reading.positive if answer >= reading.threshold else reading.negative


def _entity(row: dict[str, Any], reading: Reading) -> str | None:
    value = row.get(reading.entity) if reading.entity is not None else None
    return None if value is None else str(value)


def _model(answered: Event) -> str | None:
    name = answered.body.get("model_name") or answered.service
    version = answered.body.get("model_version")
    return f"{name}@{version}" if name and version else name


def _latency(asked: Event, answered: Event) -> float:
    """Milliseconds between the two events; 0 where they do not say."""
    if asked.at is None or answered.at is None:
        return 0.0
    return max(0.0, (moment(answered.at) - moment(asked.at)).total_seconds() * 1000)


def _json(text: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Invalid(field="data", value=str(error), expected="an object as JSON") from error


def _unpacked(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error as error:
        raise Invalid(field="data_base64", value=str(error), expected="base64") from error

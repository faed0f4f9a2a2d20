"""What is asked of the gateway and what it answers, as it travels."""

import json
from typing import Any

import msgspec

from gonogo.core.errors import Invalid

LONGEST = 200
"""Characters of an id or an entity."""
MOST = 1000
"""Requests in one batch."""
SLICE = 16
"""Of them, decided before others are looked after."""


class Ask(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A request to decide."""

    features: msgspec.Raw
    id: str | None = None
    """Given by the client: asked again with the same one, it gets the same answer."""
    entity: str | int | None = None
    """Who or what is decided about: the same one gets the same arm."""
    explain: bool = False


class Asks(msgspec.Struct, forbid_unknown_fields=True):
    """A batch."""

    requests: list[Ask]


class Answer(msgspec.Struct, omit_defaults=True, gc=False):
    """A decision."""

    decision_id: str
    score: float | None
    outcome: str
    model: str | None
    route: str
    at: str
    kind: str
    reasons: tuple[str, ...] | None = None
    probability: float | None = None
    set: tuple[str, ...] | None = None
    interval: tuple[float, float] | None = None
    coverage: float | None = None
    defaulted: tuple[str, ...] | None = None


_one = msgspec.json.Decoder(Ask)
_many = msgspec.json.Decoder(list[Ask])
_wrapped = msgspec.json.Decoder(Asks)


def ask_of(body: bytes) -> Ask | list[Ask]:
    """The request in `body`, or the batch; raises `Invalid`."""
    try:
        return _one.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return _other(body)


def _other(body: bytes) -> Ask | list[Ask]:
    # Python's parser takes NaN and Infinity: the schema is to name the feature they stand in.
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid(field="body", value=str(error)[:200], expected="JSON") from error
    wrapped = isinstance(found, dict) and "requests" in found
    try:
        if wrapped or isinstance(found, list):
            many = _wrapped.decode(body).requests if wrapped else _many.decode(body)
            if len(many) > MOST:
                raise Invalid(
                    field="requests", value=len(many), expected=f"at most {MOST} in a batch"
                )
            return many
    except (msgspec.DecodeError, RecursionError):
        listed = found["requests"] if wrapped else found
        if not isinstance(listed, list):
            raise Invalid(field="requests", value=listed, expected="a list of requests") from None
        if len(listed) > MOST:
            raise Invalid(
                field="requests", value=len(listed), expected=f"at most {MOST} in a batch"
            ) from None
        return [_ask(one) for one in listed]
    return _ask(found)


def _ask(found: Any) -> Ask:
    """One request, field by field, to say which is wrong."""
    if not isinstance(found, dict):
        raise Invalid(field="body", value=str(found)[:200], expected="an object with features")
    for name in found:
        if name not in Ask.__struct_fields__:
            raise Invalid(
                field=str(name), expected=f"only {', '.join(sorted(Ask.__struct_fields__))}"
            )
    if not isinstance(found.get("features"), dict):
        raise Invalid(
            field="features", value=found.get("features"), expected="an object of names and values"
        )
    told: dict[str, tuple[type, ...]] = {"id": (str,), "entity": (str, int), "explain": (bool,)}
    for name, kinds in told.items():
        value = found.get(name)
        wrong = value is not None and type(value) not in kinds
        if wrong or (name == "explain" and name in found and value is None):
            expected = " or ".join(kind.__name__ for kind in kinds)
            raise Invalid(field=name, value=str(value)[:200], expected=expected)
    return Ask(
        msgspec.Raw(json.dumps(found["features"]).encode()),
        found.get("id"),
        found.get("entity"),
        found.get("explain", False),
    )


def checked_id(given: str) -> str:
    """An id that a client gave; raises `Invalid`."""
    if not (0 < len(given) <= LONGEST and given.isprintable()):
        raise Invalid(
            field="id", value=given[:LONGEST], expected=f"1 to {LONGEST} printable characters"
        )
    return given


def checked_entity(given: str | int | None) -> str | None:
    """An entity as it is split and kept by; raises `Invalid`."""
    if given is None:
        return None
    text = str(given)
    if not (0 < len(text) <= LONGEST):
        raise Invalid(field="entity", value=text[:LONGEST], expected=f"1 to {LONGEST} characters")
    return text

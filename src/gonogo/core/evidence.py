"""Evidence: an immutable measurement of a subject, with everything needed to judge or repeat it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from gonogo.core.areas import Area, area_of
from gonogo.core.canonical import Json, finite_or_none
from gonogo.core.errors import Invalid
from gonogo.core.subjects import Subject
from gonogo.core.times import moment
from gonogo.stats.estimate import Estimate, Measured, Undefined

Parameters = Mapping[str, str | int | float | bool]
"""What a check was asked with: threshold, group, level, seed, ... Part of what was measured."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measurement of one subject by one check. It has no "passed": a condition judges it."""

    subject: Subject
    """What was measured."""
    check: str
    """By which check: `area.name`, one of the catalogue."""
    measured: Measured
    """The number with its interval, or why there is none."""
    actor: str
    """Who measured: `user:7`."""
    at: datetime
    """When, in UTC."""
    parameters: Parameters = field(default_factory=dict)
    """What the check was asked with."""
    detail: Mapping[str, Json] = field(default_factory=dict)
    """What the check saw besides: groups, bins, offending rows, curves."""
    data: str | None = None
    """The dataset version it was measured on: `dataset:loans@3f2a9c`."""
    code: str | None = None
    """The version of the code that measured: `git:1f0c2ab`."""
    environment: str | None = None
    """The environment that measured: `lock:9ab1`."""
    reproduced: bool = False
    """Whether the server measured it itself from the stored model and data."""

    @property
    def area(self) -> Area:
        """The position of the poll it speaks for."""
        return area_of(self.check)

    def body(self) -> dict[str, Json]:
        """What the ledger keeps of it; subject, actor and time stand in the entry's head."""
        return {
            "v": 1,
            "check": self.check,
            "with": dict(self.parameters),
            "measured": measured_to_json(self.measured),
            "detail": dict(self.detail),
            "data": self.data,
            "code": self.code,
            "environment": self.environment,
            "reproduced": self.reproduced,
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Json], *, subject: str, actor: str, at: str) -> Self:
        """The evidence that an entry of the ledger holds."""
        return cls(
            subject=Subject.parse(subject),
            check=str(body["check"]),
            measured=measured_from_json(_mapping(body["measured"])),
            actor=actor,
            at=moment(at),
            parameters=parameters_from_json(body["with"]),
            detail=_mapping(body["detail"]),
            data=_text(body["data"]),
            code=_text(body["code"]),
            environment=_text(body["environment"]),
            reproduced=bool(body["reproduced"]),
        )


def measured_to_json(measured: Measured) -> dict[str, Json]:
    """A measurement as it travels; an open end of an interval is null.

    >>> measured_to_json(Undefined("no observations", n=0))
    {'undefined': 'no observations', 'n': 0}
    """
    match measured:
        case Undefined(reason=reason, n=n):
            return {"undefined": reason, "n": n}
        case Estimate():
            return {
                "value": measured.value,
                "low": finite_or_none(measured.low),
                "high": finite_or_none(measured.high),
                "level": measured.level,
                "n": measured.n,
                "unit": measured.unit,
                "method": measured.method,
            }


def measured_from_json(found: Mapping[str, Json]) -> Measured:
    """The measurement that travelled as `found`; raises `Invalid` naming the field."""
    if "undefined" in found:
        return Undefined(reason=str(found["undefined"]), n=_count(found.get("n", 0)))
    try:
        return Estimate(
            value=_number(found, "value"),
            low=-math.inf if found.get("low") is None else _number(found, "low"),
            high=math.inf if found.get("high") is None else _number(found, "high"),
            level=_number(found, "level"),
            n=_count(found.get("n")),
            unit=str(found.get("unit", "")),
            method=str(found.get("method", "")),
        )
    except ValueError as error:
        raise Invalid(
            field="measured", value=dict(found), expected=f"a sound estimate ({error})"
        ) from error


def parameters_from_json(found: Json) -> Parameters:
    """The parameters that travelled as `found`, none where that is null; raises `Invalid`.

    >>> parameters_from_json({"group": "race", "threshold": 0.5})
    {'group': 'race', 'threshold': 0.5}
    """
    given = {} if found is None else _mapping(found)
    parameters: dict[str, str | int | float | bool] = {}
    for name, value in given.items():
        if not isinstance(value, str | int | float):
            raise Invalid(
                field=f"with.{name}", value=value, expected="a text, a number, true or false"
            )
        parameters[name] = value
    return parameters


def _number(found: Mapping[str, Json], name: str) -> float:
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(field=f"measured.{name}", value=value, expected="a finite number")
    return float(value)


def _count(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
        raise Invalid(field="measured.n", value=value, expected="a whole number, 0 or more")
    return int(value)


def _mapping(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise Invalid(field="evidence", value=value, expected="an object")
    return value


def _text(value: Json) -> str | None:
    return None if value is None else str(value)

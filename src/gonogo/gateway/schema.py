"""Whether a request's features are what the model versions were sealed with.

Nearly all requests fit, and those are decoded and checked at once by a decoder compiled from the
schema. What it refuses is looked at again, slowly, to name the field, the value and what is right,
and to put declared defaults in where the case's policy takes them.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Feature
from gonogo.core.snapshot import Invalid as WhenInvalid

KINDS = {
    "number": "number", "double": "number", "float": "number",
    "integer": "integer", "long": "integer",
    "text": "text", "string": "text",
    "boolean": "boolean",
}  # fmt: skip
"""The types of a feature, and the names that MLflow's signatures have for them."""
LARGEST = 2**53
"""Integers beyond it are not what a model would read."""
SHOWN = 20
"""Categories that a refusal lists."""

Values = dict[str, Any]
"""Features as they are used."""
Filling = Callable[[Feature], Any]
"""What an online feature is at the moment, None where there is nothing."""


class Read(msgspec.Struct, frozen=True, gc=False):
    """Features that fit."""

    values: Values
    defaulted: tuple[str, ...] = ()
    """Those that a declared default stands in for."""


class FeatureSchema:
    """What an arm of a route takes."""

    def __init__(
        self,
        features: Sequence[Feature],
        *,
        others: Sequence[Feature] = (),
        free: Sequence[str] = (),
        invalid: WhenInvalid = WhenInvalid.REFUSE,
    ) -> None:
        """The arm reads `features`.

        Requests may bring `others`, which other arms of the route read, and the columns `free`,
        which only rules read.
        """
        self._own = {feature.name: feature for feature in features}
        known = {one.name: one for one in others if one.name not in self._own}
        self._others = {name: _optional(one) for name, one in known.items()}
        for name in free:
            if name not in self._own and name not in self._others:
                self._others[name] = Feature(name, "", required=False)
        self._invalid = invalid
        self._names = (*self._own, *self._others)
        # Those of other arms too: a shadow is scored on what was read for the live arm.
        self._filled = (
            *self._own,
            *(name for name, one in self._others.items() if one.online is not None),
        )
        self._gaps = bool(self._others) or any(one.online for one in features)
        self._decoder = _decoder(self._own, self._others)

    @property
    def features(self) -> tuple[Feature, ...]:
        """What the arm reads."""
        return tuple(self._own.values())

    def covers(self, values: Values) -> bool:
        """Whether features that were read for another arm hold all that this one reads."""
        return self._own.keys() <= values.keys()

    def read(self, text: msgspec.Raw | bytes, fill: Filling | None = None) -> Read:
        """The features in the JSON object `text`; raises `Invalid` naming the first wrong one.

        `fill` is asked for online features that the request does not bring.
        """
        try:
            found = msgspec.structs.astuple(self._decoder.decode(text))
        except (msgspec.DecodeError, RecursionError):
            return self._slow(_parsed(bytes(text)), fill)
        values = dict(zip(self._names, found, strict=True))
        if not self._gaps:
            return Read(values)
        values = {name: one for name, one in values.items() if one is not msgspec.UNSET}
        expected = self._own if fill is None else self._filled
        if any(name not in values for name in expected):
            return self._slow(values, fill)
        return Read(values)

    def check(self, values: Mapping[str, Any], fill: Filling | None = None) -> Read:
        """As `read`, of features that are parsed."""
        return self._slow(values, fill)

    def _slow(self, given: Any, fill: Filling | None) -> Read:
        if not isinstance(given, Mapping):
            raise Invalid(field="features", value=given, expected="an object of names and values")
        for name in given:
            if name not in self._own and name not in self._others:
                raise Invalid(
                    field=f"features.{name}",
                    value=_tellable(given[name]),
                    expected="no such feature: it is not in the schema",
                )
        values: Values = {}
        defaulted: list[str] = []
        for name, feature in self._own.items():
            found = self._one(feature, given, fill)
            if found is _Default:
                defaulted.append(name)
                found = feature.default
            values[name] = found
        for name, feature in self._others.items():
            if name in given:
                values[name] = checked(feature, given[name])
            elif feature.online is not None and fill is not None:
                value = fill(feature)
                fitting = None if value is None else _fitting(feature, value)
                # What another arm cannot read is no reason to refuse this one's request.
                if fitting is not _Default:
                    values[name] = fitting
        return Read(values, tuple(defaulted))

    def _one(self, feature: Feature, given: Mapping[str, Any], fill: Filling | None) -> Any:
        has_default = self._invalid is WhenInvalid.DEFAULT and feature.default is not None
        try:
            if feature.name in given:
                return checked(feature, given[feature.name])
            if feature.online is not None and fill is not None:
                value = fill(feature)
                if value is not None:
                    return checked(feature, value)
            if not feature.required:
                return None
            raise Invalid(
                field=f"features.{feature.name}",
                expected=expected_of(feature),
                message="A feature is missing",
            )
        except Invalid:
            if has_default:
                return _Default
            raise


class _Default:
    """Stands for "take the default"."""


def checked(feature: Feature, value: Any) -> Any:
    """`value` as the model reads it; raises `Invalid` where it does not fit `feature`.

    >>> checked(Feature("age", "integer", low=18), 44.0)
    44
    """
    fitting = _fitting(feature, value)
    if fitting is _Default:
        raise Invalid(
            field=f"features.{feature.name}",
            value=_tellable(value),
            expected=expected_of(feature),
            message="A feature does not fit the schema",
        )
    return fitting


def expected_of(feature: Feature) -> str:
    """What would be right, in words.

    >>> expected_of(Feature("age", "integer", low=18, high=120))
    'integer from 18 to 120'
    >>> expected_of(Feature("kind", "text", required=False, categories=("a", "b")))
    "one of 'a', 'b', or null"
    """
    kind = KINDS.get(feature.type, "a value")
    if feature.categories is not None:
        shown = ", ".join(repr(one) for one in feature.categories[:SHOWN])
        more = len(feature.categories) - SHOWN
        kind = f"one of {shown}" + (f" and {more} more" if more > 0 else "")
    if feature.low is not None and feature.high is not None:
        kind += f" from {feature.low:g} to {feature.high:g}"
    elif feature.low is not None:
        kind += f", at least {feature.low:g}"
    elif feature.high is not None:
        kind += f", at most {feature.high:g}"
    return kind if feature.required else f"{kind}, or null"


def _fitting(feature: Feature, value: Any) -> Any:
    if value is None:
        return _Default if feature.required else None
    kind = KINDS.get(feature.type)
    if kind == "boolean":
        return value if isinstance(value, bool) else _Default
    if kind == "text":
        fits = isinstance(value, str) and (
            feature.categories is None or value in feature.categories
        )
        return value if fits else _Default
    if kind is None:
        return value if isinstance(value, str | bool | int | float) else _Default
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _Default
    if not _finite(value) or not _within(feature, value):
        return _Default
    if kind == "number":
        return float(value)
    return int(value) if float(value).is_integer() and abs(value) <= LARGEST else _Default


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _within(feature: Feature, value: float) -> bool:
    above = feature.low is None or value >= feature.low
    return above and (feature.high is None or value <= feature.high)


def _tellable(value: Any) -> Any:
    """A value as it can stand in JSON, and no longer than anybody reads."""
    if isinstance(value, str):
        return value[:200]
    plain = isinstance(value, bool | int | float | None) and _finite(value or 0)
    return value if plain else str(value)[:200]


def _parsed(text: bytes) -> Any:
    try:
        # Python's own parser takes NaN and Infinity, so that their field can be named.
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(field="features", expected="a JSON object") from error


def _optional(feature: Feature) -> Feature:
    return msgspec.structs.replace(feature, required=False)


def _decoder(own: Mapping[str, Feature], others: Mapping[str, Feature]) -> Any:
    """Fields have made-up names, as those of features need be no names of Python's."""
    fields: list[Any] = []
    for place, feature in enumerate(own.values()):
        kind = _type_of(feature)
        if feature.online:
            fields.append((f"f{place}", kind | msgspec.UnsetType, msgspec.UNSET))
        elif feature.required:
            fields.append((f"f{place}", kind))
        else:
            fields.append((f"f{place}", kind, None))
    for place, feature in enumerate(others.values(), len(own)):
        fields.append((f"f{place}", _type_of(feature) | msgspec.UnsetType, msgspec.UNSET))
    names = {f"f{place}": name for place, name in enumerate((*own, *others))}
    shape = msgspec.defstruct(
        "Features",
        fields,
        rename=names,
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )
    return msgspec.json.Decoder(shape)


def _type_of(feature: Feature) -> Any:
    kind = KINDS.get(feature.type)
    found: Any
    if kind == "boolean":
        found = bool
    elif kind == "text":
        found = str if feature.categories is None else Literal[feature.categories]
    elif kind is None:
        found = bool | int | float | str
    else:
        found = Annotated[float, msgspec.Meta(ge=feature.low, le=feature.high)]
        if kind == "integer":
            low = -LARGEST if feature.low is None else math.ceil(feature.low)
            high = LARGEST if feature.high is None else math.floor(feature.high)
            found = Annotated[int, msgspec.Meta(ge=low, le=high)]
    return found if feature.required else found | None

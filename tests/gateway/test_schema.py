"""The check of features: the compiled way and the slow one say the same, and name what is wrong."""

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core import errors
from gonogo.core.snapshot import Feature, Invalid
from gonogo.gateway.schema import FeatureSchema

FEATURES = (
    Feature("a number", "number", low=-5, high=5),
    Feature("whole", "integer", low=0),
    Feature("kind", "text", categories=("x", "y")),
    Feature("yes", "boolean"),
    Feature("maybe", "number", required=False),
    Feature("word", "string", required=False),
)
SCHEMA = FeatureSchema(FEATURES, others=(Feature("other", "number"),), free=("free",))
FITTING = st.fixed_dictionaries(
    {
        "a number": st.floats(-5, 5) | st.integers(-5, 5),
        "whole": st.integers(0, 2**53),
        "kind": st.sampled_from(["x", "y"]),
        "yes": st.booleans(),
    },
    optional={
        "maybe": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "word": st.none() | st.text(),
        "other": st.none() | st.floats(-9, 9),
        "free": st.none() | st.booleans() | st.integers(-9, 9) | st.text(),
    },
)
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())
)


def read(found: dict[str, Any]) -> dict[str, Any]:
    return SCHEMA.read(json.dumps(found).encode()).values


class TestRead:
    @given(FITTING)
    def test_what_fits_is_read_as_it_is(self, found: dict[str, Any]) -> None:
        values = read(found)
        for name, value in found.items():
            assert values[name] == value
        assert values["maybe"] == found.get("maybe")
        assert ("other" in values) is ("other" in found)
        assert isinstance(values["a number"], float)

    @given(FITTING, st.sampled_from([one.name for one in FEATURES]), ANYTHING)
    def test_both_ways_agree(self, found: dict[str, Any], name: str, value: Any) -> None:
        """What the compiled decoder takes is what the slow check takes, with the same values."""
        found = {**found, name: value}
        try:
            slow: Any = SCHEMA.check(found).values
        except errors.Invalid as error:
            slow = error.field
        try:
            quick: Any = read(found)
        except errors.Invalid as error:
            quick = error.field
        assert quick == slow

    @given(FITTING, st.sampled_from(["a number", "whole", "kind", "yes"]))
    def test_what_is_missing_is_named(self, found: dict[str, Any], name: str) -> None:
        del found[name]
        with pytest.raises(errors.Invalid) as refused:
            read(found)
        assert refused.value.field == f"features.{name}"

    @given(FITTING, st.text(min_size=1).filter(lambda name: name not in {*SCHEMA._names}))
    def test_what_nobody_reads_is_named(self, found: dict[str, Any], name: str) -> None:
        with pytest.raises(errors.Invalid) as refused:
            read({**found, name: 1})
        assert refused.value.field == f"features.{name}"

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, 5.01, "5", True])
    def test_no_number_of_the_range_is_told_with_the_range(self, value: Any) -> None:
        with pytest.raises(errors.Invalid) as refused:
            read({"a number": value, "whole": 1, "kind": "x", "yes": True})
        assert refused.value.field == "features.a number"
        assert refused.value.expected == "number from -5 to 5"


class TestDefault:
    @given(ANYTHING)
    def test_it_stands_in_for_whatever_does_not_fit(self, value: Any) -> None:
        schema = FeatureSchema(
            [Feature("a", "number", low=0, high=1, default=0.5)], invalid=Invalid.DEFAULT
        )
        found = schema.read(json.dumps({"a": value}).encode())
        fits = isinstance(value, int | float) and type(value) is not bool and 0 <= value <= 1
        assert found.values["a"] == (value if fits else 0.5)
        assert found.defaulted == (() if fits else ("a",))

    def test_without_one_it_is_refused(self) -> None:
        schema = FeatureSchema([Feature("a", "number")], invalid=Invalid.DEFAULT)
        with pytest.raises(errors.Invalid):
            schema.read(b"{}")


class TestOnline:
    def test_it_fills_what_the_request_does_not_bring(self) -> None:
        schema = FeatureSchema([Feature("a", "number"), Feature("n", "integer", online="count")])
        asked: list[str | None] = []

        def fill(feature: Feature) -> int:
            asked.append(feature.online)
            return 7

        assert schema.read(b'{"a": 1}', fill).values == {"a": 1.0, "n": 7}
        assert schema.read(b'{"a": 1, "n": 2}', fill).values == {"a": 1.0, "n": 2}
        assert asked == ["count"]
        with pytest.raises(errors.Invalid):
            schema.read(b'{"a": 1}', lambda _: None)


def test_raw_parts_of_a_request_are_read_without_a_copy() -> None:
    raw = msgspec.Raw(b'{"a": 1}')
    assert FeatureSchema([Feature("a", "number")]).read(raw).values == {"a": 1.0}

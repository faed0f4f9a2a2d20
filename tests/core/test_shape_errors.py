"""What a shape refuses is told by field, value and what would be right, in words of no library."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gonogo.core.errors import Invalid
from gonogo.core.shape_errors import invalid, loaded


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Points(Closed):
    low: float
    likely: float
    high: float


class Percentiles(Closed):
    p10: float
    p90: float


class Asked(Closed):
    title: Annotated[str, Field(min_length=1, max_length=5)] = "x"
    chance: float | Points | Percentiles = 0.5
    more: float | dict[str, float] = 1
    number: Annotated[int, Field(ge=1, le=3)] = 1
    kind: Literal["a", "b"] = "a"
    each: list[Points] = []


def told(given: object) -> tuple[str, object, str]:
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate(given)
    found = invalid(refused.value.errors(), given)
    return found.field, found.value, found.expected


class TestInvalid:
    @pytest.mark.parametrize(
        ("given", "field", "expected"),
        [
            ({"title": ""}, "title", "text, not nothing"),
            ({"title": "longer"}, "title", "at most 5 characters"),
            ({"title": 3}, "title", "text"),
            ({"number": 0}, "number", "a number of 1 or more"),
            ({"number": 9}, "number", "a number of at most 3"),
            ({"number": 1.5}, "number", "a whole number"),
            ({"kind": "c"}, "kind", "'a' or 'b'"),
            ({"other": 1}, "other", "no field of this name"),
            ({"each": 3}, "each", "a list"),
            ({"each": [{"low": 1, "high": 3}]}, "each.0.likely", "this to be filled in"),
            ([], "input", "fields with values"),
        ],
    )
    def test_it_says_what_would_be_right(self, given: object, field: str, expected: str) -> None:
        assert (told(given)[0], told(given)[2]) == (field, expected)

    @pytest.mark.parametrize(
        ("given", "field", "expected"),
        [
            ({"chance": "high"}, "chance", "a number"),
            ({"more": "much"}, "more", "a number"),
            ({"more": {"a": "much"}}, "more.a", "a number"),
            ({"chance": {"low": "x", "likely": 1, "high": 2}}, "chance.low", "a number"),
            ({"chance": {"p10": 1}}, "chance.p90", "this to be filled in"),
        ],
    )
    def test_of_several_kinds_of_value_the_nearest_is_told_and_none_is_named(
        self, given: object, field: str, expected: str
    ) -> None:
        assert (told(given)[0], told(given)[2]) == (field, expected)

    def test_what_is_missing_has_no_value_and_what_was_given_is_told(self) -> None:
        assert told({"each": [{"low": 1, "high": 3}]})[1] is None
        assert told({"kind": "c"})[1] == "c"

    def test_a_place_stands_before_the_field(self) -> None:
        with pytest.raises(ValidationError) as refused:
            Asked.model_validate({"kind": "c"})
        assert invalid(refused.value.errors(), None, within="about").field == "about.kind"
        assert isinstance(invalid(refused.value.errors()), Invalid)


class TestLoaded:
    def test_text_that_is_no_json_says_nothing(self) -> None:
        assert loaded('{"a": 1}') == {"a": 1}
        assert loaded("{") is None
        assert loaded("[" * 100_000) is None

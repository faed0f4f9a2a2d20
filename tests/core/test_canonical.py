"""Canonical JSON, against the library that is slow and right."""

import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from gonogo.core.areas import Area
from gonogo.core.canonical import canonical, digest
from gonogo.core.errors import Invalid

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-1e17, 1e17)
    | st.floats(-1e-3, 1e-3)
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


class TestCanonical:
    @given(VALUES)
    @example({"b": 1.0, "a": -0.0, "c": [0.1, 4503599627370495.5]})
    @example([1e21, 1e-7, 9.999999999999999e22])
    @example(123456789012345680.0)
    @example(9007199254740991.0)
    @example(9007199254740992.0)
    @example(9999999999999998.0)
    @example(1e16)
    @example(0.0001)
    @example(0.000123)
    @example(0.00009)
    @example({"\U0001f600": 1, "\ufb33": 2, "é": 3, "a": 4})
    @example('\x00\x1f\x7f\u2028\u2029\\"/é\U0001f600\b\t\n\f\r')
    def test_writes_what_the_reference_writes(self, value: Any) -> None:
        assert canonical(value) == rfc8785.dumps(value)

    @given(VALUES)
    def test_means_what_was_meant(self, value: Any) -> None:
        # As JavaScript reads it: whatever has no fraction is a float all the same.
        assert json.loads(canonical(value), parse_int=float) == value

    @given(st.dictionaries(TEXT, NUMBERS))
    def test_order_of_keys_is_no_part_of_a_value(self, value: dict[str, Any]) -> None:
        turned = dict(reversed(value.items()))

        assert digest(turned) == digest(value)

    def test_tuples_are_lists(self) -> None:
        assert canonical(("a", (1, 2.5))) == b'["a",[1,2.5]]'

    def test_members_of_an_enumeration_are_their_text(self) -> None:
        assert canonical({"area": Area.FAIRNESS}) == b'{"area":"fairness"}'

    @pytest.mark.parametrize(
        "value",
        [math.nan, math.inf, -math.inf, 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: 2}, {1, 2}],
    )
    def test_what_json_has_no_word_for_is_refused(self, value: Any) -> None:
        with pytest.raises(Invalid):
            canonical({"detail": [value]})

    def test_what_contains_itself_is_refused(self) -> None:
        ring: list[Any] = []
        ring.append(ring)

        with pytest.raises(Invalid):
            canonical(ring)

"""When so many more have come: against simulation, and what must hold for any counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.arrivals import Until, until_more
from gonogo.stats.estimate import Undefined


def told(found: Until | Undefined) -> Until:
    assert isinstance(found, Until), found
    return found


class TestUntilMore:
    @pytest.mark.parametrize(("came", "more"), [(5, 10), (50, 20), (400, 1)])
    def test_the_range_holds_as_often_as_it_says(self, came: int, more: int) -> None:
        rng = np.random.default_rng(came)
        before, after = rng.gamma(came, 1.0, 20_000), rng.gamma(more, 1.0, 20_000)
        one = told(until_more(came, 1.0, more, 0.9))
        held = ((one.low * before <= after) & (after <= one.high * before)).mean()
        assert held == pytest.approx(0.9, abs=0.01)

    @given(st.integers(1, 10**6), st.integers(0, 10**6), st.floats(1e-3, 1e9))
    def test_it_is_ordered_and_goes_with_the_unit(
        self, came: int, more: int, within: float
    ) -> None:
        one, scaled = (told(until_more(came, within * by, more, 0.95)) for by in (1, 60))
        assert one.low <= one.value * (1 + 1e-9)
        assert one.value <= one.high * (1 + 1e-9)
        assert scaled.value == pytest.approx(60 * one.value)

    def test_nothing_more_is_now_and_nothing_yet_says_nothing(self) -> None:
        assert told(until_more(0, 5.0, 0, 0.95)).high == 0
        assert isinstance(until_more(0, 5.0, 3, 0.95), Undefined)

    def test_what_cannot_be_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected 0 or more"):
            until_more(-1, 5.0, 3, 0.95)

"""Adjusted p-values against statsmodels and the example of Benjamini and Hochberg."""

import gc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from gonogo.stats.arrays import Floats
from gonogo.stats.multiplicity import benjamini_hochberg, holm

pytestmark = pytest.mark.filterwarnings("error")

Adjust = Callable[[list[float]], Floats]
METHODS: list[tuple[Adjust, str]] = [
    (holm, "holm"),
    (benjamini_hochberg, "fdr_bh"),
]
values = st.lists(st.floats(0, 1), min_size=1, max_size=30)

# Thrombolysis with rt-PA and APSAC: Benjamini & Hochberg (1995), section 3; also the example of
# SciPy's `false_discovery_control`.
HEART = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
HEART += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]


@pytest.fixture(scope="module", autouse=True)
def without_collecting() -> Iterator[None]:
    """statsmodels collects garbage whenever it adjusts by Holm: half a minute for all examples."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gc, "collect", lambda *_: 0)
        yield


class TestEveryAdjustment:
    @pytest.mark.parametrize(("adjust", "name"), METHODS, ids=[name for _, name in METHODS])
    @given(values)
    def test_agrees_with_statsmodels(self, adjust: Adjust, name: str, p: list[float]) -> None:
        assert adjust(p) == pytest.approx(multipletests(p, method=name)[1], abs=1e-12)

    @given(values)
    def test_the_stricter_is_never_smaller(self, p: list[float]) -> None:
        assert (np.minimum(1.0, len(p) * np.array(p)) >= holm(p) - 1e-15).all()
        assert (holm(p) >= benjamini_hochberg(p) - 1e-15).all()
        assert (benjamini_hochberg(p) >= np.array(p) - 1e-15).all()

    @given(values)
    def test_the_order_in_which_they_come_does_not_matter(self, p: list[float]) -> None:
        for adjust, _ in METHODS:
            assert adjust(p[::-1])[::-1] == pytest.approx(adjust(p))

    @pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
    def test_none_at_all_are_none(self, adjust: Adjust) -> None:
        assert adjust([]).tolist() == []

    @pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
    @pytest.mark.parametrize("wrong", [[1.1], [-0.1], [float("nan")]])
    def test_what_is_no_probability_is_refused(self, adjust: Adjust, wrong: list[float]) -> None:
        with pytest.raises(ValueError, match="expected a list of numbers from 0 to 1"):
            adjust(wrong)


class TestTheHeart:
    def test_benjamini_hochberg_finds_four(self) -> None:
        """As Benjamini & Hochberg (1995) and SciPy's documentation say."""
        assert int((benjamini_hochberg(HEART) <= 0.05).sum()) == 4

    def test_holm_finds_three(self) -> None:
        assert int((holm(HEART) <= 0.05).sum()) == 3


class TestErrorRates:
    def test_with_nothing_to_find_holm_finds_something_rarely(self) -> None:
        rng = np.random.default_rng(3)
        some = sum(bool((holm(rng.random(10)) <= 0.05).any()) for _ in range(4000))
        assert some / 4000 < 0.065

    def test_the_share_of_false_findings_is_bounded(self) -> None:
        """20 hypotheses, 10 true: alpha times the share of those without effect."""
        rng = np.random.default_rng(4)
        shares = []
        for _ in range(2000):
            p = rng.random(20)
            p[:10] = p[:10] ** 6
            found = benjamini_hochberg(p) <= 0.2
            shares.append(found[10:].sum() / max(1, found.sum()))
        assert np.mean(shares) == pytest.approx(0.1, abs=0.015)

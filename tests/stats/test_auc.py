"""DeLong's AUC and paired difference, against the published data and other libraries."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom, brunnermunzel, norm
from scipy.stats import t as student
from sklearn.metrics import roc_auc_score

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.auc import auc, auc_delong, auc_difference_delong
from gonogo.stats.estimate import Estimate, Measured, Undefined

pytestmark = pytest.mark.filterwarnings("error")

# Ovarian cancer: albumin, total protein, K-G score, benefit of surgery. The complete cases of
# DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845, as example 72.8 of the SAS/STAT
# 14.1 guide to PROC LOGISTIC, "Comparing Receiver Operating Characteristic Curves", prints them.
TEXT = """
    3.0 5.8 10 0  3.2 6.3 5 1  3.9 6.8 3 1  2.8 4.8 6 0  3.2 5.8 3 1  0.9 4.0 5 0  2.5 5.7 8 0
    1.6 5.6 5 1  3.8 5.7 5 1  3.7 6.7 6 1  3.2 5.4 4 1  3.8 6.6 6 1  4.1 6.6 5 1  3.6 5.7 5 1
    4.3 7.0 4 1  3.6 6.7 4 0  2.3 4.4 6 1  4.2 7.6 4 0  4.0 6.6 6 0  3.5 5.8 6 1  3.8 6.8 7 1
    3.0 4.7 8 0  4.5 7.4 5 1  3.7 7.4 5 1  3.1 6.6 6 1  4.1 8.2 6 1  4.3 7.0 5 1  4.3 6.5 4 1
    3.2 5.1 5 1  2.6 4.7 6 1  3.3 6.8 6 0  1.7 4.0 7 0  3.7 6.1 5 1  3.3 6.3 7 1  4.2 7.7 6 1
    3.5 6.2 5 1  2.9 5.7 9 0  2.1 4.8 7 1  2.8 6.2 8 0  4.0 7.0 7 1  3.3 5.7 6 1  3.7 6.9 5 1
    3.6 6.6 5 1
"""
OVARIAN = np.array(TEXT.split(), dtype=float).reshape(-1, 4)
ALBUMIN, PROTEIN, KG, BENEFIT = OVARIAN[:, 0], OVARIAN[:, 1], 10 - OVARIAN[:, 2], OVARIAN[:, 3]

rows = st.lists(
    st.tuples(st.booleans(), st.integers(-4, 4), st.integers(-4, 4)), min_size=4, max_size=60
).map(lambda found: tuple(np.array(column) for column in zip(*found, strict=True)))
levels = st.sampled_from([0.5, 0.9, 0.95, 0.99])


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def pairwise(label: Bools, score: Floats) -> Floats:
    """1, 1/2 or 0 for each pair of a yes (rows) and a no (columns): the definition, in O(n²)."""
    away = score[label][:, None] - score[~label][None, :]
    kernel: Floats = (np.sign(away) + 1) / 2
    return kernel


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def delong_variance(kernel: Floats) -> float:
    """DeLong et al. (1988), equations 4 to 6, from the pairs themselves."""
    of_yes, of_no = kernel.mean(axis=1), kernel.mean(axis=0)
    return float(of_yes.var(ddof=1) / of_yes.size + of_no.var(ddof=1) / of_no.size)


def freedom(kernel: Floats) -> float:
    """Degrees of freedom by Satterthwaite, from the pairs themselves."""
    parts = [
        (places.var(ddof=1) / places.size, places.size - 1)
        for places in (kernel.mean(axis=1), kernel.mean(axis=0))
    ]
    below = sum(part**2 / left for part, left in parts)
    return float(sum(part for part, _ in parts) ** 2 / below) if below else math.inf


class TestAucDelong:
    def test_the_degrees_of_freedom_are_brunners_and_munzels(self) -> None:
        """SciPy's test of an AUC of 0.5 by Student's t, whose p value the same reach gives."""
        yes = BENEFIT == 1
        theirs = brunnermunzel(KG[yes], KG[~yes], distribution="t").pvalue
        found = estimated(auc_delong(BENEFIT, KG, 1 - theirs))
        steep = found.value * (1 - found.value)
        reach = (math.log(found.value / (1 - found.value)) - logit(found.low)) * steep
        assert reach == pytest.approx(found.value - 0.5, rel=1e-9)

    @pytest.mark.parametrize(
        ("score", "area", "error"),
        [(KG, 0.7258, 0.1028), (ALBUMIN, 0.7366, 0.0927), (PROTEIN, 0.6478, 0.1000)],
    )
    def test_ovarian_cancer(self, score: Floats, area: float, error: float) -> None:
        found = estimated(auc_delong(BENEFIT, score, 0.95))
        assert round(found.value, 4) == area
        # As many standard errors as Student's t asks for, where the guide takes the normal.
        times = student.ppf(0.975, freedom(pairwise(BENEFIT == 1, score)))
        reach = times * error / (area * (1 - area))
        middle = math.log(area / (1 - area))
        low, high = (1 / (1 + math.exp(-middle - side * reach)) for side in (-1, 1))
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-4)

    @given(rows, levels)
    def test_agrees_with_sklearn_and_the_definition(
        self, data: tuple[Bools, Floats, Floats], level: float
    ) -> None:
        label, score, _ = data
        found = auc_delong(label, score, level)
        assume(isinstance(found, Estimate))
        ours = estimated(found)
        assert ours.value == pytest.approx(roc_auc_score(label, score), abs=1e-12)
        assert 0 <= ours.low <= ours.value <= ours.high <= 1
        assert not ours.exact
        assume(0 < ours.value < 1 and ours.low > 1e-6 and ours.high < 1 - 1e-6)
        kernel = pairwise(label, score)
        variance = delong_variance(kernel)
        width = math.log(ours.high / (1 - ours.high)) - math.log(ours.low / (1 - ours.low))
        z = width * ours.value * (1 - ours.value) / 2 / math.sqrt(variance)
        assert 2 * student.sf(z, freedom(kernel)) == pytest.approx(1 - level, rel=1e-6)

    @given(rows)
    def test_order_of_rows_and_scale_of_score_do_not_matter(
        self, data: tuple[Bools, Floats, Floats]
    ) -> None:
        label, score, _ = data
        found = auc_delong(label, score, 0.95)
        turned = auc_delong(label[::-1], score[::-1] * 8.0 + 3, 0.95)
        if isinstance(found, Estimate):
            other = estimated(turned)
            assert (other.value, other.low, other.high) == pytest.approx(
                (found.value, found.low, found.high)
            )
        else:
            assert isinstance(turned, Undefined)

    @pytest.mark.parametrize("n", [2, 5, 50])
    def test_perfect_separation_is_not_certainty(self, n: int) -> None:
        """With n disjoint pairs all in order, Clopper-Pearson's lower end is 0.025^(1/n)."""
        label, score = [0] * n + [1] * (3 * n), np.arange(4 * n)
        found = estimated(auc_delong(label, score, 0.95))
        assert (found.value, found.high) == (1, 1)
        assert found.low == pytest.approx(0.025 ** (1 / n))
        mirrored = estimated(auc_delong(label, -score, 0.95))
        assert (mirrored.low, mirrored.value) == (0, 0)
        assert mirrored.high == pytest.approx(1 - found.low)

    @pytest.mark.parametrize(
        ("label", "score", "reason"),
        [
            ([], [], "no observations"),
            ([1, 1], [0.1, 0.2], "only one class: all 2 labels are yes"),
            ([1, 0, 1, 0], [0.5] * 4, "the score is constant, 0.5, so it ranks nothing"),
            (
                [1, 0, 0],
                [0.5, 0.1, 0.2],
                "an interval needs two rows of each class, there are 1 yes and 2 no",
            ),
        ],
    )
    def test_what_cannot_be_ranked_says_why(
        self, label: list[int], score: list[float], reason: str
    ) -> None:
        assert auc_delong(label, score, 0.95) == Undefined(reason, n=len(label))

    def test_covers_near_one_as_often_as_it_says(self) -> None:
        """400 seeded samples at a true AUC of 0.95; fewer would come once in a million."""
        rng = np.random.default_rng(17)
        label = np.arange(120) < 40
        shift = 1.6448536 * math.sqrt(2)
        covered = 0
        for _ in range(400):
            found = estimated(auc_delong(label, rng.normal(size=120) + shift * label, 0.95))
            covered += found.low <= 0.95 <= found.high
        assert covered >= binom.ppf(1e-6, 400, 0.95)


class TestAucDifferenceDelong:
    @pytest.mark.parametrize(
        ("score", "value", "low", "high"),
        [(ALBUMIN, 0.0108, -0.1761, 0.1976), (PROTEIN, -0.0780, -0.2830, 0.1271)],
    )
    def test_ovarian_cancer(self, score: Floats, value: float, low: float, high: float) -> None:
        """Against the K-G score, as the SAS/STAT guide prints the contrasts."""
        found = estimated(auc_difference_delong(BENEFIT, score, KG, 0.95))
        assert found.value == pytest.approx(value, abs=5e-5)
        kernel = pairwise(BENEFIT == 1, score) - pairwise(BENEFIT == 1, KG)
        # As many standard errors as Student's t asks for, where the guide takes the normal.
        wider = student.ppf(0.975, freedom(kernel)) / norm.ppf(0.975)
        ends = [value + wider * (end - value) for end in (low, high)]
        assert (found.low, found.high) == pytest.approx(ends, abs=1.5e-4)

    @given(rows, levels)
    def test_agrees_with_the_definition(
        self, data: tuple[Bools, Floats, Floats], level: float
    ) -> None:
        label, a, b = data
        found = auc_difference_delong(label, a, b, level)
        assume(isinstance(found, Estimate))
        ours = estimated(found)
        kernel = pairwise(label, a) - pairwise(label, b)
        assert ours.value == pytest.approx(kernel.mean(), abs=1e-12)
        assert -1 <= ours.low <= ours.value <= ours.high <= 1
        assert not ours.exact
        assume(ours.high < 1 and ours.low > -1)
        variance = delong_variance(kernel)
        assume(variance > 1e-12)
        z = (ours.high - ours.value) / math.sqrt(variance)
        assert 2 * student.sf(z, freedom(kernel)) == pytest.approx(1 - level, rel=1e-6)

    @given(rows)
    def test_turned_round_it_changes_its_sign(self, data: tuple[Bools, Floats, Floats]) -> None:
        label, a, b = data
        there, back = (auc_difference_delong(label, *pair, 0.9) for pair in ((a, b), (b, a)))
        assume(isinstance(there, Estimate))
        one, other = estimated(there), estimated(back)
        assert (one.value, one.low) == pytest.approx((-other.value, -other.high))

    def test_scores_that_rank_alike_are_not_proven_equal(self) -> None:
        """In 10 disjoint pairs of 10 they agreed: at 95 % they may differ in 1 - 0.05^(1/10)."""
        label, score = np.arange(20) % 2, np.arange(20.0)
        found = estimated(auc_difference_delong(label, score, np.exp(score), 0.95))
        assert found.value == 0
        assert found.high == -found.low == pytest.approx(1 - 0.05 ** (1 / 10))
        assert "rank alike" in found.method

    def test_perfect_against_perfectly_wrong(self) -> None:
        label, score = np.arange(20) >= 10, np.arange(20.0)
        found = estimated(auc_difference_delong(label, score, -score, 0.95))
        assert (found.value, found.high) == (1, 1)
        assert found.low == pytest.approx(2 * 0.05 ** (1 / 10) - 1)

    def test_a_constant_score_has_no_auc_to_compare(self) -> None:
        found = auc_difference_delong([0, 1, 0, 1], [1, 2, 3, 4], [5, 5, 5, 5], 0.95)
        assert found == Undefined("the score is constant, 5, so it ranks nothing", n=4)

    def test_covers_the_truth_as_often_as_it_says(self) -> None:
        rng = np.random.default_rng(23)
        label = np.arange(160) < 80
        covered = 0
        for _ in range(400):
            shared = rng.normal(size=160) + label
            a, b = (shared + rng.normal(size=160) for _ in range(2))
            found = estimated(auc_difference_delong(label, a, b, 0.95))
            covered += found.low <= 0 <= found.high
        assert binom.ppf(5e-7, 400, 0.95) <= covered <= binom.ppf(1 - 5e-7, 400, 0.95)


class TestAuc:
    @given(rows)
    def test_agrees_with_sklearn(self, data: tuple[Bools, Floats, Floats]) -> None:
        label, score, _ = data
        found = auc(label, score)
        assume(not isinstance(found, Undefined))
        assert found == pytest.approx(roc_auc_score(label, score), abs=1e-12)

"""Confident learning against the example of its paper, a second implementation and known noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.confident import confident_counts, joint_of, label_error_share, suspicious
from gonogo.stats.estimate import Estimate, Undefined


def one_by_one(label: list[int], score: list[float]) -> list[list[int]]:
    """The confident joint as the paper's algorithm 1 has it, for any number of classes."""
    chances = [(1 - p, p) for p in score]
    bars = []
    for kind in (0, 1):
        own = [chance[kind] for chance, told in zip(chances, label, strict=True) if told == kind]
        bars.append(sum(own) / len(own))
    counts = [[0, 0], [0, 0]]
    for chance, told in zip(chances, label, strict=True):
        sure = [kind for kind in (0, 1) if chance[kind] >= bars[kind] - 1e-12]
        if sure:
            counts[told][max(sure, key=lambda kind: (chance[kind], kind))] += 1
    return counts


def noisy(n: int, rates: tuple[float, float], seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Labels of which a share is flipped by class, the true probabilities, and that share."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(size=n) < 0.5
    score = np.clip(np.where(truth, 0.9, 0.1) + rng.normal(0, 0.04, n), 0, 1)
    flipped = rng.uniform(size=n) < np.where(truth, rates[1], rates[0])
    return truth ^ flipped, score, float(flipped.mean())


class TestJoint:
    def test_the_example_of_the_paper(self) -> None:
        """Northcutt et al. (2021), figure 1: dog, fox and cow, 400 images."""
        counts = [[100, 40, 20], [56, 60, 0], [32, 12, 80]]
        told = [[0.25, 0.1, 0.05], [0.14, 0.15, 0.0], [0.08, 0.03, 0.2]]
        assert joint_of(counts, [160, 116, 124]) == pytest.approx(np.array(told))

    def test_counts_are_scaled_to_the_labels(self) -> None:
        assert joint_of([[3, 1], [1, 1]], [60, 40]).sum(axis=1).tolist() == [0.6, 0.4]

    def test_a_label_without_sure_rows_is_taken_for_right(self) -> None:
        assert joint_of([[0, 0], [1, 1]], [5, 5]).tolist() == [[0.5, 0.0], [0.25, 0.25]]

    def test_other_shapes_are_refused(self) -> None:
        with pytest.raises(ValueError, match="shape"):
            joint_of([[1, 2]], [1])


class TestCounts:
    @given(
        st.lists(
            st.tuples(st.integers(0, 1), st.integers(0, 10).map(lambda one: one / 10)),
            min_size=2,
            max_size=30,
        ).filter(lambda rows: len({label for label, _ in rows}) == 2)
    )
    @settings(max_examples=150, deadline=None)
    def test_as_row_by_row(self, rows: list[tuple[int, float]]) -> None:
        label, score = [one for one, _ in rows], [one for _, one in rows]
        counts, given_labels = confident_counts(label, score)
        assert counts.tolist() == one_by_one(label, score)
        assert given_labels.sum() == len(rows)


class TestShare:
    @pytest.mark.parametrize("rates", [(0.1, 0.1), (0.2, 0.05), (0.15, 0.3)])
    def test_known_noise_is_found(self, rates: tuple[float, float]) -> None:
        label, score, true = noisy(4000, rates, seed=3)
        found = label_error_share(label, score, 0.95, 7, 399)
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(true, abs=0.01)
        assert found.low <= true <= found.high

    def test_noise_of_one_class_alone_is_underestimated(self) -> None:
        """A limit of the method that its docstring tells."""
        label, score, true = noisy(4000, (0.0, 0.1), seed=3)
        found = label_error_share(label, score, 0.95, 7, 399)
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(true / 2, abs=0.01)

    def test_the_interval_holds_the_rate_of_the_population(self) -> None:
        held = 0
        for seed in range(100):
            label, score, _ = noisy(300, (0.1, 0.2), seed)
            found = label_error_share(label, score, 0.95, 7, 399)
            assert isinstance(found, Estimate)
            held += found.low <= 0.15 <= found.high
        assert held >= 90

    def test_none_found_is_no_proof_of_none(self) -> None:
        found = label_error_share([0, 1] * 20, [0.1, 0.9] * 20, 0.95, 7, 199)
        assert isinstance(found, Estimate)
        assert (found.value, found.low) == (0, 0)
        assert found.high == pytest.approx(1 - 0.025 ** (1 / 40))

    def test_the_order_of_rows_changes_nothing(self) -> None:
        label, score, _ = noisy(200, (0.1, 0.1), 1)
        mixed = np.random.default_rng(2).permutation(200)
        assert label_error_share(label, score, 0.95, 7, 199) == label_error_share(
            label[mixed], score[mixed], 0.95, 7, 199
        )

    def test_what_has_no_share_says_why(self) -> None:
        for label, score in (([], []), ([1, 1], [0.5, 0.6]), ([0, 1], [0.5, 2.0])):
            assert isinstance(label_error_share(label, score, 0.95, 7, 199), Undefined)


class TestSuspicious:
    def test_the_flipped_rows_are_named(self) -> None:
        label, score, _ = noisy(1000, (0.1, 0.1), 5)
        wrong = np.flatnonzero(label != (score > 0.5))
        named = suspicious(label, score)
        assert len(set(named) & set(wrong)) / len(wrong) > 0.95
        assert len(named) == pytest.approx(len(wrong), abs=6)


class TestAgainstCleanlab:
    """The authors' own library counts the same, whatever the noise."""

    @staticmethod
    def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Labels with noise of either class, probabilities, and both of them as cleanlab's."""
        rng = np.random.default_rng(seed)
        n = int(rng.choice([200, 1000, 3000]))
        truth = rng.uniform(size=n) < rng.uniform(0.2, 0.6)
        score = np.clip(np.where(truth, 0.8, 0.2) + rng.normal(0, 0.15, n), 0.001, 0.999)
        flipped = rng.uniform(size=n) < np.where(truth, *rng.uniform(0, 0.3, 2))
        return (truth ^ flipped).astype(int), score, np.stack([1 - score, score], axis=1)

    @pytest.mark.parametrize("seed", range(6))
    def test_counts_and_joint(self, seed: int) -> None:
        from cleanlab import count  # takes seconds to load

        label, score, chances = self.drawn(seed)
        counts, labels = confident_counts(label, score)
        theirs = count.compute_confident_joint(label, chances, calibrate=False)
        assert counts.tolist() == theirs.tolist()
        # It rounds to whole rows on its way.
        joint = count.estimate_joint(label, chances)
        assert joint_of(counts, labels) == pytest.approx(joint, abs=2 / label.size)
        wrong = count.num_label_issues(label, chances, estimation_method="off_diagonal_calibrated")
        found = label_error_share(label, score, 0.95, 7, 99)
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(wrong / label.size, abs=2 / label.size)

    @pytest.mark.parametrize("seed", range(6))
    def test_rows_to_look_at(self, seed: int) -> None:
        """It leaves out those whose label the model would give, too; all others are the same."""
        from cleanlab import filter as issues

        label, score, chances = self.drawn(seed)
        theirs = np.flatnonzero(
            issues.find_label_issues(label, chances, filter_by="prune_by_noise_rate", n_jobs=1)
        )
        own = suspicious(label, score)
        assert set(theirs) == {row for row in own if (score[row] >= 0.5) != label[row]}

"""Repeated cross-validation: the folds, and the interval made of them."""

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

from gonogo.checks.experiments.crossvalidation import CrossValidated, corrected, repeated_cv
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Integers
from gonogo.stats.estimate import Estimate, Undefined

LABEL = np.array([0] * 35 + [1] * 15)


class Recorder:
    """Remembers the folds it was asked for."""

    def __init__(self) -> None:
        self.folds: list[tuple[Integers, Integers]] = []

    def __call__(self, train: Integers, test: Integers) -> Mapping[str, float]:
        self.folds.append((train, test))
        return {"share": float(LABEL[test].mean()), "size": float(test.size)}


def run(**changed: object) -> tuple[CrossValidated, Recorder]:
    recorder = Recorder()
    given = {"folds": 5, "repeats": 3, "seed": 7, **changed}
    return repeated_cv(recorder, LABEL, **given), recorder  # type: ignore[arg-type]  # by name


class TestFolds:
    def test_each_repeat_tests_every_row_once(self) -> None:
        _, recorder = run()
        assert len(recorder.folds) == 15
        for repeat in range(3):
            tested = np.concatenate(
                [test for _, test in recorder.folds[5 * repeat : 5 * repeat + 5]]
            )
            assert sorted(tested) == list(range(50))

    def test_training_and_test_rows_never_meet(self) -> None:
        for train, test in run()[1].folds:
            assert not set(train) & set(test)
            assert train.size + test.size == 50

    def test_strata_keep_their_share(self) -> None:
        assert set(run()[0].values["share"]) == {0.3}

    def test_uneven_strata_differ_by_one_at_most(self) -> None:
        found, recorder = run(folds=4)
        assert {test.size for _, test in recorder.folds} == {12, 13}
        assert {int(LABEL[test].sum()) for _, test in recorder.folds} == {3, 4}
        assert found.design == "4-fold x 3 repeated cross-validation"

    def test_without_strata_shares_vary(self) -> None:
        assert len(set(run(stratify=False)[0].values["share"])) > 1

    def test_the_same_seed_gives_the_same_folds(self) -> None:
        one, two, other = (run(seed=seed)[1].folds for seed in (1, 1, 2))
        assert all(np.array_equal(a[1], b[1]) for a, b in zip(one, two, strict=True))
        assert not all(np.array_equal(a[1], b[1]) for a, b in zip(one, other, strict=True))

    @pytest.mark.parametrize("changed", [{"folds": 1}, {"folds": 16}, {"repeats": 0}, {"seed": -1}])
    def test_impossible_folds_are_refused(self, changed: dict[str, int]) -> None:
        with pytest.raises(Invalid) as refused:
            run(**changed)
        assert refused.value.field == next(iter(changed))

    def test_no_rows_are_refused(self) -> None:
        with pytest.raises(Invalid, match="folds"):
            repeated_cv(lambda *_: {}, [], folds=2, repeats=1, seed=1)

    def test_a_fold_that_gives_no_number_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"folds\.0\.auc"):
            repeated_cv(lambda *_: {"auc": float("nan")}, LABEL, folds=2, repeats=1, seed=1)

    def test_other_names_in_a_later_fold_are_refused(self) -> None:
        names = iter("ab")
        with pytest.raises(Invalid, match=r"folds\.1"):
            repeated_cv(lambda *_: {next(names): 0.5}, LABEL, folds=2, repeats=1, seed=1)


class TestCorrected:
    def test_agrees_with_the_formula(self) -> None:
        """Written out with SciPy: t quantiles, (1/k + 1/(folds - 1)) s²."""
        values = np.random.default_rng(3).normal(0.02, 0.01, 50)
        found = corrected(list(values), n_train=400, n_test=100, level=0.95, unit="difference")
        error = np.sqrt((1 / 50 + 1 / 4) * values.var(ddof=1))
        low, high = stats.t.interval(0.95, 49, loc=values.mean(), scale=error)
        assert isinstance(found.measured, Estimate)
        assert (found.measured.low, found.measured.high) == pytest.approx((low, high))
        assert found.detail["per_fold"] == list(values)

    def test_equal_folds_are_undefined(self) -> None:
        found = corrected([0.1] * 9, n_train=9, n_test=1, level=0.95, unit="auc")
        assert isinstance(found.measured, Undefined)


class TestFinding:
    FOUND = CrossValidated(
        {"trees": (0.8, 0.82, 0.9, 0.85), "card": (0.78, 0.81, 0.86, 0.85)},
        n=100,
        folds=2,
        repeats=2,
        seed=7,
    )

    def test_a_difference_is_paired_fold_by_fold(self) -> None:
        found = self.FOUND.finding("performance.roc_auc", "trees", {"level": 0.9}, versus="card")
        assert found.parameters == {
            "level": 0.9,
            "seed": 7,
            "versus": "card",
            "design": "2-fold x 2 repeated cross-validation",
        }
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(0.0175)
        assert found.measured.unit == "difference"
        assert found.detail["per_fold"] == pytest.approx([0.02, 0.01, 0.04, 0.0])

    def test_a_value_by_itself_has_the_unit_of_the_check(self) -> None:
        found = self.FOUND.finding("performance.roc_auc", "trees", {"level": 0.95})
        assert isinstance(found.measured, Estimate)
        assert found.measured.unit == "auc"

    def test_the_level_must_be_said(self) -> None:
        with pytest.raises(Invalid, match="level"):
            self.FOUND.finding("performance.roc_auc", "trees", {})

    def test_an_unknown_name_is_refused(self) -> None:
        with pytest.raises(Invalid, match="trees, card"):
            self.FOUND.finding("performance.roc_auc", "forest", {"level": 0.95})

"""What a model lacks: data where the curve rises, capacity where it knows no more, or else."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from gonogo.checks.experiments.learning import CHECK, Point, more_data, of_points
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.measure_version import measure_version
from gonogo.checks.under_test import Model, UnderTest
from gonogo.core.canonical import canonical
from gonogo.core.errors import Invalid
from gonogo.sdk.training import trainer
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.learning_curves import fit, gain

SIZES = (50, 100, 200, 400, 800, 1600)


def points(*, ceiling: float = 0.9, amount: float = 2.0, gap: float | None = None) -> list[Point]:
    """Three repeats at six sizes of `ceiling - amount / √n`; trained scores `gap` above."""
    rng = np.random.default_rng(4)
    scores = [(n, ceiling - amount * n**-0.5 + 0.001 * rng.normal()) for n in SIZES * 3]
    above = [None if gap is None else s + gap + 0.0001 * i for i, (_, s) in enumerate(scores)]
    return [Point(n, s, t) for (n, s), t in zip(scores, above, strict=True)]


def lacks(found: Finding) -> str:
    return str(found.detail["lacks"])


def estimate(found: Finding) -> Estimate:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured


class TestOfPoints:
    def test_a_curve_that_rises_lacks_data(self) -> None:
        found = of_points(points(), {})
        truth = 2 * (1600**-0.5 - 3200**-0.5)
        assert lacks(found) == "data"
        assert estimate(found).low <= truth <= estimate(found).high
        assert found.detail["size"] == 3200

    def test_the_gain_is_that_of_the_numerics(self) -> None:
        given_points = points()
        curve = fit([one.size for one in given_points], [one.score for one in given_points])
        assert not isinstance(curve, Undefined)
        expected = gain(curve, 5000, 0.9, "score")
        assert of_points(given_points, {"size": 5000, "level": 0.9}).measured == expected

    @pytest.mark.parametrize(
        ("gap", "expected"), [(0.005, "capacity"), (0.2, "approach"), (None, "approach")]
    )
    def test_a_flat_curve_is_judged_by_the_gap_to_what_it_knows(
        self, gap: float | None, expected: str
    ) -> None:
        found = of_points(points(amount=0.0, gap=gap), {})
        assert lacks(found) == expected
        assert (found.detail["gap"] is None) == (gap is None)

    def test_the_gap_that_counts_as_none_can_be_said(self) -> None:
        flat = points(amount=0.0, gap=0.05)
        assert lacks(of_points(flat, {})) == "approach"
        assert lacks(of_points(flat, {"gap": 0.1})) == "capacity"

    def test_a_loss_that_falls_is_a_gain(self) -> None:
        falling = [Point(one.size, 1 - one.score) for one in points()]
        down = of_points(falling, {"lower_is_better": True})
        assert lacks(down) == "data"
        assert estimate(down).value == pytest.approx(estimate(of_points(points(), {})).value)
        assert lacks(of_points(falling, {})) == "approach"

    def test_a_price_says_where_it_stops_paying(self) -> None:
        """worth n^-3/2 = price: at 125,000 and 1 the last row that pays is the 2,500th."""
        bought: Any = of_points(points(), {"price": 1.0, "worth": 125000.0}).detail["purchase"]
        assert bought["size"] == pytest.approx(2500, rel=0.15)
        assert bought["cost"] == bought["rows"] == bought["size"] - 1600

    def test_a_row_that_costs_more_than_it_brings_is_no_data_to_buy(self) -> None:
        found = of_points(points(), {"price": 1000.0, "worth": 100.0})
        assert lacks(found) == "approach"
        assert "already costs more" in str(found.detail["reason"])

    def test_too_few_sizes_give_a_reason(self) -> None:
        found = of_points([Point(n, 0.5) for n in (1, 2, 3, 4)], {})
        assert isinstance(found.measured, Undefined)
        assert "of 5" in found.measured.reason

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"price": 1.0}, "price"),
            ({"price": -1.0, "worth": 1.0}, "price"),
            ({"level": 1.0}, "level"),
            ({"gap": 0.0}, "gap"),
            ({"most": 10, "price": 1.0, "worth": 1.0}, "most"),
            ({"size": -5}, "size"),
            ({"epochs": 5}, "epochs"),
        ],
    )
    def test_what_is_asked_wrongly_is_named(self, asked: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as error:
            of_points(points(), asked)
        assert field in error.value.field

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(1, 10**6), st.floats(-1e6, 1e6), st.none() | st.floats(-9, 9)),
            max_size=25,
        )
    )
    def test_whatever_was_measured_travels(
        self, rows: list[tuple[int, float, float | None]]
    ) -> None:
        found = of_points([Point(*row) for row in rows], {})
        canonical(dict(found.detail))
        json.dumps(dict(found.detail), allow_nan=False)
        if isinstance(found.measured, Estimate):
            assert lacks(found) in {"data", "approach", "capacity"}


def frame(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    made = pd.DataFrame(rng.normal(size=(n, 8)), columns=[f"x{i}" for i in range(8)])
    chance = 1 / (1 + np.exp(-(made["x0"] + made["x1"] * made["x2"])))
    return made.assign(label=(rng.random(n) < chance).astype(int))


def under(estimator: Any, training: pd.DataFrame | None, *, trained: bool = True) -> UnderTest:
    test = frame(600, 1)
    fitted = estimator.fit(*(frame(400, 2).pipe(lambda f: (f.drop(columns="label"), f["label"]))))
    return UnderTest(
        lambda: Model(lambda f: fitted.predict_proba(f)[:, 1], ("x0",), fitted),
        test,
        "label",
        trained_on=None if training is None else (lambda: training),
        train=trainer(estimator, "label") if trained else None,
    )


class TestMoreData:
    def test_it_trains_on_nested_samples_of_each_size(self) -> None:
        tested = under(LogisticRegression(), frame(800, 3))
        (found,) = measure_version(tested, [Asked(CHECK, {"sizes": 5, "repeats": 3})])
        at: Any = found.detail["sizes"]
        assert [one["size"] for one in at] == [50, 100, 200, 400, 800]
        assert {one["n"] for one in at} == {3}
        # All rows in any order are the same rows, and train the same model.
        whole = LogisticRegression().fit(frame(800, 3).drop(columns="label"), frame(800, 3).label)
        test = tested.rows
        expected = roc_auc_score(test.label, whole.predict_proba(test.drop(columns="label"))[:, 1])
        assert at[-1]["mean"] == pytest.approx(expected, abs=1e-3)

    def test_a_line_that_cannot_see_the_product_lacks_capacity(self) -> None:
        found = more_data(under(LogisticRegression(), frame(4000, 3)), {"gap": 0.03})
        assert lacks(found) == "capacity"

    def test_a_tree_that_learns_by_heart_does_not(self) -> None:
        found = more_data(under(DecisionTreeClassifier(), frame(800, 3)), {"repeats": 2})
        assert lacks(found) != "capacity"
        gap: Any = found.detail["gap"]
        assert gap["value"] > 0.2

    def test_the_same_seed_gives_the_same_answer(self) -> None:
        tested = under(LogisticRegression(), frame(300, 3))
        assert more_data(tested, {"repeats": 2}) == more_data(tested, {"repeats": 2})

    def test_log_loss_is_better_when_it_falls(self) -> None:
        found = more_data(under(LogisticRegression(), frame(400, 3)), {"metric": "log_loss"})
        assert found.parameters["lower_is_better"] is True

    @pytest.mark.parametrize("asked", [{"metric": "f1"}, {"sizes": 2}, {"repeats": 0}])
    def test_what_it_cannot_do_is_refused(self, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            more_data(under(LogisticRegression(), frame(300, 3)), asked)

    def test_without_training_it_says_what_it_needs(self) -> None:
        with pytest.raises(Invalid, match="trained_on"):
            more_data(under(LogisticRegression(), None), {})
        with pytest.raises(Invalid, match="estimator"):
            more_data(under(LogisticRegression(), frame(300, 3), trained=False), {})

    @pytest.mark.parametrize(
        "training",
        [frame(0, 1), frame(1, 1), frame(3, 1), frame(200, 1).assign(label=1)],
        ids=["empty", "one row", "three rows", "one class"],
    )
    def test_rows_that_teach_nothing_give_a_reason(self, training: pd.DataFrame) -> None:
        found = more_data(under(LogisticRegression(), training), {})
        assert isinstance(found.measured, Undefined)

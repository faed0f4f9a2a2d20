"""What every check that asks a model must stand: models that refuse, rows that are hard."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.probing import Probe, Rival, answers
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.probes import PROBES, measure_probe
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.proportions import clopper_pearson

pytestmark = pytest.mark.filterwarnings("error")

SCHEMA = (
    ColumnSpec("income", ColumnType.NUMBER, minimum=0, maximum=200),
    ColumnSpec("age", ColumnType.INTEGER, minimum=18, maximum=99),
    ColumnSpec("city", ColumnType.CATEGORY, categories=("Köln", "大阪")),
    ColumnSpec("owner", ColumnType.BOOLEAN),
)
FEATURES = tuple(column.name for column in SCHEMA)

NEEDED: dict[str, dict[str, Any]] = {
    "robustness.invariance_violations": {"column": "city"},
    "robustness.monotonicity_violations": {"column": "income", "direction": "increasing"},
    "fairness.counterfactual_flip_rate": {"group": "city"},
}


def rows(n: int = 300, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "income": rng.normal(60, 15, n).clip(1, 199).round(1),
            "age": rng.integers(18, 80, n),
            "city": rng.choice(["Köln", "大阪"], n),
            "owner": rng.random(n) < 0.5,
        }
    )


def model(frame: pd.DataFrame) -> Any:
    """Rises with income and age, likes one city, takes nothing that is missing or new."""
    if frame.isna().any(axis=None):
        raise ValueError("missing values")
    if not frame["city"].isin(["Köln", "大阪"]).all():
        raise KeyError("a new city")
    away = (frame["city"] == "大阪").to_numpy()
    line = (frame["income"] - 60) / 10 + (frame["age"] - 50) / 40 + np.where(away, 0.4, 0)
    return 1 / (1 + np.exp(-np.clip(line.to_numpy(dtype=float), -500, 500)))


def constant(frame: pd.DataFrame) -> Any:
    return np.full(len(frame), 0.7)


def probe(
    frame: pd.DataFrame | None = None, ask: Callable[[pd.DataFrame], Any] = model, **more: Any
) -> Probe:
    frame = rows() if frame is None else frame
    rival = Rival("model:m@1", lambda asked: model(asked) ** 2, 0.5)
    return Probe(ask, FEATURES, frame, SCHEMA, others=(rival,), **more)


def found(check: str, of: Probe, **asked: Any) -> Finding:
    return PROBES[check](of, {**NEEDED.get(check, {}), **asked})


def sound(one: Finding) -> None:
    spec = CATALOGUE[one.check]
    assert all(spec.parameter(name) is not None for name in one.parameters)
    if isinstance(one.measured, Estimate):
        assert one.measured.unit == spec.unit
        assert one.measured.level == one.parameters["level"]
        assert not one.measured.exact
    canonical(measured_to_json(one.measured))
    canonical(dict(one.detail))


def refusing(frame: pd.DataFrame) -> Any:
    raise RuntimeError("no")


HARD: dict[str, Callable[[], Probe]] = {
    "empty": lambda: probe(rows().iloc[:0]),
    "one row": lambda: probe(rows(1)),
    "constant model": lambda: probe(ask=constant),
    "a model that never answers": lambda: probe(ask=refusing),
    "a model that says NaN": lambda: probe(ask=lambda asked: np.full(len(asked), math.nan)),
    "a model that says infinity": lambda: probe(ask=lambda asked: np.full(len(asked), math.inf)),
    "constant rows": lambda: probe(rows().assign(income=50.0, age=30, city="Köln", owner=True)),
    "all missing": lambda: probe(
        rows().assign(income=math.nan, age=math.nan, city=None, owner=None)
    ),
    "infinite": lambda: probe(rows().assign(income=math.inf), ask=constant),
    "huge": lambda: probe(rows().assign(income=1e308, age=2**62), ask=constant),
    "other types": lambda: probe(rows().assign(income="much", age="old", city=7), ask=constant),
    "duplicates": lambda: probe(pd.concat([rows(20)] * 3)),
    "one class": lambda: probe(label=np.ones(300)),
}


@pytest.mark.parametrize("check", PROBES)
class TestEveryProbe:
    def test_good_rows_give_an_estimate(self, check: str) -> None:
        one = found(check, probe(label=np.arange(300) % 2))
        sound(one)
        assert isinstance(one.measured, Estimate)
        assert one.measured.n == 300

    @pytest.mark.parametrize("case", HARD)
    def test_hard_input_gives_a_number_a_reason_or_a_refusal(self, check: str, case: str) -> None:
        try:
            one = found(check, HARD[case]())
        except Invalid:
            assert case in {"all missing", "other types"}
        else:
            sound(one)
            if case in {"empty", "a model that never answers", "all missing"}:
                assert isinstance(one.measured, Undefined)

    def test_the_same_seed_gives_the_same_answer(self, check: str) -> None:
        assert found(check, probe(), seed=3) == found(check, probe(), seed=3)

    def test_the_order_of_rows_changes_nothing(self, check: str) -> None:
        mixed = rows().sample(frac=1, random_state=1)
        assert (
            found(check, probe(), rows=200).measured
            == found(check, probe(mixed), rows=200).measured
        )

    def test_a_higher_level_gives_a_wider_interval(self, check: str) -> None:
        narrow, wide = (found(check, probe(), level=level).measured for level in (0.8, 0.99))
        assert isinstance(narrow, Estimate)
        assert isinstance(wide, Estimate)
        assert wide.low <= narrow.low <= narrow.high <= wide.high

    def test_no_more_rows_than_were_asked_for(self, check: str) -> None:
        one = found(check, probe(), rows=40)
        assert isinstance(one.measured, Estimate)
        assert one.measured.n == 40

    @pytest.mark.parametrize(
        ("name", "value"),
        [("level", 1.0), ("rows", 0), ("seed", -1), ("threshold", 0.1), ("cutoff", 1)],
    )
    def test_parameters_that_cannot_be_are_refused(self, check: str, name: str, value: Any) -> None:
        with pytest.raises(Invalid, match=name):
            found(check, probe(), **{name: value})

    def test_the_rows_that_were_handed_in_stay_as_they_were(self, check: str) -> None:
        frame = rows()
        found(check, probe(frame))
        pd.testing.assert_frame_equal(frame, rows())

    def test_a_constant_model_changes_nothing_it_answers(self, check: str) -> None:
        one = found(
            check,
            Probe(constant, FEATURES, rows(), SCHEMA, others=(Rival("model:m@1", constant, 0.5),)),
        )
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == 0
        assert one.measured.high == pytest.approx(1 - 0.025 ** (1 / 300))


class TestAnswers:
    @given(bad=st.sets(st.integers(0, 39), max_size=40))
    @settings(max_examples=40, deadline=None)
    def test_exactly_the_rows_that_fail_have_no_answer(self, bad: set[int]) -> None:
        def picky(frame: pd.DataFrame) -> Any:
            if set(frame["x"]) & bad:
                raise ValueError("not these")
            return frame["x"].to_numpy(dtype=float)

        said = answers(picky, pd.DataFrame({"x": range(40)}), 0.5)
        assert set(np.flatnonzero(~said.given)) == bad
        assert said.refused == len(bad) == said.reasons["ValueError: not these"]

    def test_a_fault_that_is_no_refusal_passes_through(self) -> None:
        def broken(frame: pd.DataFrame) -> Any:
            raise MemoryError

        with pytest.raises(MemoryError):
            answers(broken, rows(2), 0.5)

    def test_a_model_that_gives_another_shape_is_refused(self) -> None:
        with pytest.raises(Invalid, match="one score for each"):
            answers(lambda frame: np.zeros((len(frame), 2)), rows(2), 0.5)


class TestProbe:
    def test_columns_must_be_there_and_declared(self) -> None:
        with pytest.raises(Invalid, match="column the model reads"):
            Probe(model, (*FEATURES, "x"), rows(), SCHEMA)
        with pytest.raises(Invalid, match="declared"):
            Probe(model, FEATURES, rows(), SCHEMA[:2])

    def test_labels_must_be_one_for_each_row(self) -> None:
        with pytest.raises(Invalid, match="label"):
            probe(label=[0, 1])


class TestPerturbations:
    def test_a_model_that_takes_no_missing_value_answers_no_row(self) -> None:
        one = found("robustness.missing_inputs", probe())
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == 1
        assert one.detail["unanswered"] == 300
        assert one.detail["reasons"] == [{"reason": "ValueError: missing values", "rows": 300}]

    def test_only_the_rows_that_are_refused_count(self) -> None:
        """Three quarters of the rows lose something that this model does not look at."""
        indifferent = probe(ask=_no_city)
        one = found("robustness.missing_inputs", indifferent)
        shown = {row["column"]: row for row in one.detail["columns"]}  # type: ignore[union-attr,call-overload,index]  # rows of a table
        assert {name: row["unanswered"] for name, row in shown.items()} == {  # type: ignore[call-overload,index]  # likewise
            "income": 0,
            "age": 0,
            "city": 200,
            "owner": 0,
        }
        unanswered: Any = one.detail["unanswered"]
        assert 50 < unanswered < 100

    def test_flips_are_what_a_recount_finds(self) -> None:
        frame = rows()
        one = found("robustness.unit_mistakes", probe(frame), column="income", factor=10.0)
        flipped = (model(frame) >= 0.5) != (model(frame.assign(income=frame.income * 10)) >= 0.5)
        assert one.measured == clopper_pearson(Counts(int(flipped.sum()), 300), 0.95)
        assert one.detail["to_yes"] == int(flipped.sum())

    def test_more_noise_flips_more(self) -> None:
        shares = []
        for amount in (0.01, 0.3, 3.0):
            one = found("robustness.noise", probe(), amount=amount).measured
            assert isinstance(one, Estimate)
            shares.append(one.value)
        assert shares == sorted(shares)
        assert shares[0] < 0.05 < shares[2]

    def test_noise_keeps_to_declared_ranges_and_whole_numbers(self) -> None:
        seen: list[pd.DataFrame] = []

        def watched(frame: pd.DataFrame) -> Any:
            seen.append(frame)
            return model(frame)

        found("robustness.noise", probe(ask=watched), amount=20.0)
        asked = pd.concat(seen)
        assert asked["age"].between(18, 99).all()
        assert asked["income"].between(0, 200).all()
        assert (asked["age"] % 1 == 0).all()

    def test_the_loss_of_ranking_is_told_where_labels_are_known(self) -> None:
        frame = rows()
        label = (model(frame) > 0.5).astype(int)
        one = found("robustness.noise", probe(frame, label=label), amount=5.0)
        loss = one.detail["roc_auc_loss"]
        assert loss["value"] > loss["low"] > 0.05  # type: ignore[index,call-overload,operator]  # a measurement that travels

    def test_a_new_category_is_refused_by_this_model(self) -> None:
        one = found("robustness.unseen_categories", probe())
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == 1
        assert one.detail["unanswered"] == 300

    def test_values_beyond_the_range_lie_beyond_it(self) -> None:
        seen: list[pd.DataFrame] = []

        def watched(frame: pd.DataFrame) -> Any:
            seen.append(frame)
            return model(frame)

        found("robustness.out_of_range", probe(ask=watched), column="income", amount=0.5)
        assert set(seen[1]["income"]) == {-100.0, 300.0}

    def test_a_column_the_check_cannot_change_is_refused(self) -> None:
        with pytest.raises(Invalid, match="income, age"):
            found("robustness.noise", probe(), column="city")

    @pytest.mark.parametrize("amount", [0.0, -1.0, math.inf, math.nan])
    def test_an_amount_that_changes_nothing_is_refused(self, amount: float) -> None:
        with pytest.raises(Invalid, match="amount"):
            found("robustness.noise", probe(), amount=amount)

    def test_without_a_column_to_change_there_is_a_reason(self) -> None:
        only = Probe(lambda asked: asked["income"].to_numpy() / 100, ("income",), rows(), SCHEMA)
        one = found("robustness.unseen_categories", only)
        assert isinstance(one.measured, Undefined)
        assert "no column of categories" in one.measured.reason


class TestBehaviour:
    def test_a_column_that_matters_violates_its_invariance_where_a_recount_says_so(self) -> None:
        frame = rows()
        one = found("robustness.invariance_violations", probe(frame))
        flipped = (model(frame.assign(city="Köln")) >= 0.5) != (
            model(frame.assign(city="大阪")) >= 0.5
        )
        assert one.measured == clopper_pearson(Counts(int(flipped.sum()), 300), 0.95)
        assert one.detail["violating_rows"] == [int(at) for at in np.flatnonzero(flipped)[:20]]

    def test_a_column_the_model_ignores_violates_nothing(self) -> None:
        one = found("robustness.invariance_violations", probe(), column="owner")
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == 0
        assert one.detail["largest_score_change"] == 0

    def test_a_declared_direction_holds_and_its_opposite_does_not(self) -> None:
        right = found("robustness.monotonicity_violations", probe()).measured
        wrong = found("robustness.monotonicity_violations", probe(), direction="decreasing")
        assert isinstance(right, Estimate)
        assert isinstance(wrong.measured, Estimate)
        assert (right.value, wrong.measured.value) == (0, 1)

    def test_a_dip_is_found_though_the_ends_rise(self) -> None:
        def dipping(frame: pd.DataFrame) -> Any:
            income = frame["income"].to_numpy()
            return income / 400 + np.where((income > 60) & (income < 75), -0.1, 0)

        one = found("robustness.monotonicity_violations", probe(ask=dipping))
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == 1
        again = found("robustness.monotonicity_violations", probe(ask=dipping), tolerance=0.2)
        assert isinstance(again.measured, Estimate)
        assert again.measured.value == 0

    def test_a_direction_is_one_of_two(self) -> None:
        with pytest.raises(Invalid, match="increasing, decreasing"):
            found("robustness.monotonicity_violations", probe(), direction="up")

    def test_the_column_must_be_said(self) -> None:
        with pytest.raises(Invalid, match="column"):
            PROBES["robustness.invariance_violations"](probe(), {})


class TestAdversarial:
    def line(self, frame: pd.DataFrame) -> Any:
        return frame["income"].to_numpy() / 120

    def test_with_one_column_the_flippable_rows_are_those_within_the_budget(self) -> None:
        """A line through the threshold at 60: exactly the rows nearer than the budget flip."""
        frame = rows()
        one = found(
            "robustness.adversarial_flips",
            probe(frame, ask=self.line),
            columns="income",
            budget=0.3,
        )
        spread = float(frame["income"].std(ddof=1))
        # A yes flips when it falls below 60, a no when it reaches 60.
        away = frame["income"] - 60
        near = int(
            ((away >= 0) & (away < 0.3 * spread) | (away < 0) & (-away <= 0.3 * spread)).sum()
        )
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == pytest.approx(near / 300)
        assert "lower bound" in one.measured.method

    def test_every_flip_that_is_told_flips_within_the_budget(self) -> None:
        frame = rows()
        one = found("robustness.adversarial_flips", probe(frame), budget=0.5)
        flips: Any = one.detail["flips"]
        assert flips
        for flip in flips:
            row = frame.iloc[[flip["row"]]].copy()
            before = model(row)[0] >= 0.5
            for name, by in flip["changes"].items():
                assert abs(by) <= 0.5 * frame[name].std(ddof=1) + 1e-9
                row[name] = row[name] + by
            assert (model(row)[0] >= 0.5) != before

    def test_a_greater_budget_and_more_columns_flip_no_fewer(self) -> None:
        shares = []
        for budget, most in ((0.05, 1), (0.3, 1), (0.3, 2)):
            one = found("robustness.adversarial_flips", probe(), budget=budget, most=most).measured
            assert isinstance(one, Estimate)
            shares.append(one.value)
        assert shares == sorted(shares)
        assert shares[0] < shares[2]

    def test_the_model_is_asked_no_more_often_than_allowed(self) -> None:
        asked = []

        def counted(frame: pd.DataFrame) -> Any:
            asked.append(len(frame))
            return model(frame)

        one = found("robustness.adversarial_flips", probe(ask=counted), evaluations=12)
        assert one.detail["evaluations"] <= 12  # type: ignore[operator]  # a count
        assert len(asked) <= 13

    def test_changes_stay_within_the_declared_range(self) -> None:
        seen: list[pd.DataFrame] = []

        def watched(frame: pd.DataFrame) -> Any:
            seen.append(frame)
            return model(frame)

        found("robustness.adversarial_flips", probe(ask=watched), budget=30.0)
        assert pd.concat(seen)["income"].between(0, 200).all()
        assert pd.concat(seen)["age"].between(18, 99).all()


class TestChurn:
    def test_the_share_of_decisions_that_differ(self) -> None:
        frame = rows()
        one = found("robustness.prediction_churn", probe(frame))
        differ = (model(frame) >= 0.5) != (model(frame) ** 2 >= 0.5)
        assert one.measured == clopper_pearson(Counts(int(differ.sum()), 300), 0.95)
        assert one.parameters["against"] == "model:m@1"

    def test_each_version_decides_by_its_own_threshold(self) -> None:
        rival = Rival("model:m@1", lambda asked: model(asked) ** 2, 0.25)
        one = found(
            "robustness.prediction_churn", Probe(model, FEATURES, rows(), SCHEMA, others=(rival,))
        )
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == 0

    def test_another_version_must_have_been_handed_in(self) -> None:
        with pytest.raises(Invalid, match="none was handed in"):
            found("robustness.prediction_churn", Probe(model, FEATURES, rows(), SCHEMA))


class TestMeasureProbe:
    def test_in_the_order_asked_with_the_level_of_all(self) -> None:
        asked = [Asked("robustness.noise", {"amount": 0.5}), Asked("robustness.missing_inputs")]
        one, two = measure_probe(probe(), asked, level=0.9, seed=2)
        assert (one.check, one.parameters["level"], one.parameters["seed"]) == (
            "robustness.noise",
            0.9,
            2,
        )
        assert two.check == "robustness.missing_inputs"

    def test_another_check_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"performance\.roc_auc"):
            measure_probe(probe(), [Asked("performance.roc_auc")], level=0.95, seed=7)


def _no_city(frame: pd.DataFrame) -> Any:
    if frame["city"].isna().any():
        raise ValueError("no city")
    return frame["income"].fillna(60).to_numpy() / 120

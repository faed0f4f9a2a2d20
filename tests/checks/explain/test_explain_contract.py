"""What every check of explainability must stand: hard rows, models that refuse, odd parameters."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.explain.table import EXPLAIN
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.measure_version import measure_version
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.estimate import Estimate, Undefined
from tests.fixtures.explained import rows, under

pytestmark = pytest.mark.filterwarnings("error")

TRAIN = rows(200, 1)
FEW: dict[str, dict[str, Any]] = {
    "explainability.glass_box_cost": {"kind": "scorecard"},
    "explainability.attribution_additivity": {"walks": 8, "rows": 60},
    "explainability.reason_coverage": {"walks": 8},
    "explainability.reason_agreement": {"walks": 8, "draws": 4, "reasons": 2},
}
"""What keeps the battery quick."""


def measured(check: str, of: UnderTest, **asked: Any) -> Finding:
    return EXPLAIN[check](of, {**FEW.get(check, {}), **asked})


def sound(one: Finding) -> None:
    spec = CATALOGUE[one.check]
    assert all(spec.parameter(name) is not None for name in one.parameters)
    match one.measured:
        case Undefined(reason=reason):
            assert reason
        case Estimate() as estimate:
            assert estimate.unit == spec.unit
            assert estimate.level == one.parameters["level"]
            assert not estimate.exact
    canonical(measured_to_json(one.measured))
    canonical(dict(one.detail))


def refusing(frame: pd.DataFrame) -> Any:
    raise RuntimeError("no")


def constant(frame: pd.DataFrame) -> Any:
    return np.full(len(frame), 0.3)


def said(value: float) -> Callable[[pd.DataFrame], Any]:
    return lambda asked: np.full(len(asked), value)


HARD: dict[str, Callable[[], UnderTest]] = {
    "empty": lambda: under(rows().iloc[:0], training=TRAIN),
    "one row": lambda: under(rows(1), training=TRAIN),
    "one class": lambda: under(rows().assign(label=1), training=TRAIN),
    "a constant model": lambda: under(ask=constant, training=TRAIN),
    "a model that never answers": lambda: under(ask=refusing, training=TRAIN),
    "a model that says NaN": lambda: under(ask=said(math.nan), training=TRAIN),
    "constant rows": lambda: under(
        rows().assign(income=50.0, age=30, city="Köln", owner=True), training=TRAIN
    ),
    "nobody declined": lambda: under(threshold=0.0),
    "all declined": lambda: under(threshold=1.0),
    "all missing": lambda: under(rows().assign(income=math.nan, age=math.nan, city=None)),
    "infinite": lambda: under(rows().assign(income=math.inf), ask=constant),
    "huge": lambda: under(rows().assign(income=1e308, age=2**62), ask=constant),
    "other types": lambda: under(rows().assign(income="much", city=7), ask=constant),
    "a new city": lambda: under(rows(80).assign(city="Atlantis")),
    "duplicates": lambda: under(pd.concat([rows(20)] * 3), training=TRAIN),
    "no labels": lambda: under(label=None, training=TRAIN),
    "no training rows": under,
    "empty training rows": lambda: under(training=TRAIN.iloc[:0]),
    "training rows of one class": lambda: under(training=TRAIN.assign(label=0)),
    "no card": lambda: under(card=None, training=TRAIN),
    "a card that declares nothing": lambda: under(card={}, training=TRAIN),
    "scores that are no probabilities": lambda: under(
        ask=lambda asked: asked["income"].to_numpy(float) * 1e3, training=TRAIN
    ),
}


@pytest.mark.parametrize("check", EXPLAIN)
class TestEveryCheck:
    def test_good_rows_give_an_estimate(self, check: str) -> None:
        one = measured(check, under(training=TRAIN))
        sound(one)
        assert isinstance(one.measured, Estimate)

    @pytest.mark.parametrize("case", HARD)
    def test_hard_input_gives_a_number_a_reason_or_a_refusal(self, check: str, case: str) -> None:
        try:
            one = measured(check, HARD[case]())
        except Invalid:
            assert case in {"all missing", "other types", "no labels", "infinite", "huge"}
        else:
            sound(one)
            if case in {"empty", "a model that never answers", "a model that says NaN"}:
                assert isinstance(one.measured, Undefined)

    def test_the_same_seed_gives_the_same_answer(self, check: str) -> None:
        of = under(training=TRAIN)
        assert measured(check, of, seed=3) == measured(check, of, seed=3)

    def test_the_order_of_rows_changes_nothing(self, check: str) -> None:
        mixed = rows().sample(frac=1, random_state=1)
        kept = {"rows": 150} if CATALOGUE[check].parameter("rows") else {}
        one, other = (
            measured(check, under(frame, training=TRAIN), **kept).measured
            for frame in (rows(), mixed)
        )
        assert isinstance(one, Estimate)
        assert isinstance(other, Estimate)
        assert one.value == pytest.approx(other.value)
        assert [one.low, one.high] == pytest.approx([other.low, other.high])

    def test_a_higher_level_gives_no_narrower_interval(self, check: str) -> None:
        of = under(training=TRAIN)
        low, high = (measured(check, of, level=level).measured for level in (0.8, 0.99))
        assert isinstance(low, Estimate)
        assert isinstance(high, Estimate)
        assert high.low <= low.low
        assert low.high <= high.high

    @pytest.mark.parametrize(
        "asked",
        [
            {"cutoff": 0.5},
            {"level": 1.0},
            {"seed": -1},
            {"seed": 1.5},
        ],
    )
    def test_parameters_it_does_not_take_are_refused(
        self, check: str, asked: dict[str, Any]
    ) -> None:
        with pytest.raises(Invalid, match=next(iter(asked))):
            measured(check, under(training=TRAIN), **asked)

    def test_it_is_measured_by_name_like_any_other(self, check: str) -> None:
        asked = Asked(check, FEW.get(check, {}))
        (one,) = measure_version(under(training=TRAIN), [asked], level=0.9, seed=5)
        assert one.check == check
        assert one.parameters["level"] == 0.9
        assert one.parameters["seed"] == 5


@pytest.mark.parametrize(
    ("check", "asked"),
    [
        ("permutation_importance", {"repeats": 0}),
        ("permutation_importance", {"column": "salary"}),
        ("permutation_importance", {"threshold": 0.7}),
        ("partial_dependence", {"steps": 1}),
        ("partial_dependence", {"column": "salary"}),
        ("attribution_additivity", {"walks": 7}),
        ("attribution_additivity", {"tolerance": 0.0}),
        ("reason_coverage", {"reasons": 0}),
        ("reason_coverage", {"adverse": "maybe"}),
        ("reason_agreement", {"draws": 1001}),
        ("counterfactual_coverage", {"columns": "salary"}),
        ("counterfactual_coverage", {"most": 0}),
        ("glass_box_cost", {"kind": "forest"}),
        ("glass_box_cost", {"metric": "accuracy"}),
        ("glass_box_cost", {"interactions": -1}),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(check: str, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        EXPLAIN[f"explainability.{check}"](under(training=TRAIN), asked)
    assert refused.value.field == f"with.{next(iter(asked))}"

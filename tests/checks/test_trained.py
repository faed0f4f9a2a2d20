"""Tests of the checks that read a model's training: members told from others, training repeated."""

import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure_version import measure_version
from gonogo.checks.privacy.rows import membership_advantage
from gonogo.checks.trained import ADVANTAGE, LIRA, STABILITY, TRAINED
from gonogo.checks.under_test import Model, Train, UnderTest
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.sdk.training import trainer
from gonogo.stats.estimate import Estimate, Undefined

pytestmark = pytest.mark.filterwarnings("error")
NAMES = ("a", "b", "c")


def rows(n: int, seed: int) -> pd.DataFrame:
    """Rows whose label the columns tell badly: what a deep tree says of them it has learnt."""
    rng = np.random.default_rng(seed)
    found = pd.DataFrame(rng.normal(size=(n, 3)), columns=list(NAMES))
    return found.assign(label=(found["a"] + 2 * rng.normal(size=n) > 0).astype(int))


TREE = DecisionTreeClassifier(min_samples_leaf=2, random_state=0)
FOREST = RandomForestClassifier(15, random_state=0)
STRAIGHT = LogisticRegression()


def under(
    estimator: Any = TREE,
    train: pd.DataFrame | None = None,
    test: pd.DataFrame | None = None,
    **more: Any,
) -> UnderTest:
    """A model trained on 300 rows, tested on others."""
    train = rows(300, 1) if train is None else train
    test = rows(300, 2) if test is None else test
    again = trainer(estimator, "label")

    def load() -> Model:
        return Model(again(rows(300, 1), 0), NAMES)

    given = {"trained_on": lambda: train, "train": again, "label": "label", **more}
    return UnderTest(load=load, rows=test, **given)


def measured(check: str, model: UnderTest, **asked: Any) -> Finding:
    return measure_version(model, [Asked(check, asked)])[0]


def estimate(found: Finding) -> Estimate:
    assert isinstance(found.measured, Estimate)
    return found.measured


class TestAdvantage:
    def test_is_that_of_the_scores_of_both_kinds_of_rows(self) -> None:
        model = under(STRAIGHT)
        train, test = rows(300, 1), rows(300, 2)
        ask = model.model.ask
        by_hand = membership_advantage(
            Scored(train["label"], ask(train)), Scored(test["label"], ask(test)), {}
        )
        assert measured(ADVANTAGE, model).measured == by_hand.measured

    def test_without_its_training_rows_says_what_is_missing(self) -> None:
        with pytest.raises(Invalid, match="trained_on"):
            measured(ADVANTAGE, under(trained_on=None))

    def test_training_rows_have_the_label(self) -> None:
        with pytest.raises(Invalid, match="label column"):
            measured(ADVANTAGE, under(train=rows(50, 1).drop(columns="label")))


class TestLikelihoodRatio:
    def test_a_forest_that_learnt_its_rows_by_heart_gives_them_away(self) -> None:
        found = measured(LIRA, under(FOREST), shadows=16, false_positives=0.1)
        assert estimate(found).value > 0.3
        assert estimate(found).low > 0.1
        auc: Any = found.detail["auc"]
        assert auc["low"] > 0.7

    def test_a_straight_line_through_many_rows_does_not(self) -> None:
        found = measured(LIRA, under(STRAIGHT), shadows=16, false_positives=0.1)
        assert estimate(found).low <= 0.1 <= estimate(found).high
        auc: Any = found.detail["auc"]
        assert auc["low"] < 0.55

    def test_states_which_attack_was_used(self) -> None:
        found = measured(LIRA, under(STRAIGHT), shadows=8)
        assert found.detail["attack"] == "offline likelihood ratio (LiRA), Carlini et al. 2022"
        assert found.detail["variance"] == "pooled over all rows"
        assert (found.detail["members"], found.detail["trained_on_each"]) == (300, 300)
        shares: Any = found.detail["caught"]
        assert [one["false_positives"] for one in shares] == [0.001, 0.01]
        assert "Carlini" in estimate(found).method

    def test_without_a_way_to_train_says_where_it_is_measured(self) -> None:
        with pytest.raises(Invalid, match="in a notebook"):
            measured(LIRA, _with(None), shadows=8)

    def test_scores_that_are_no_probabilities_give_a_reason(self) -> None:
        def numbers(frame: pd.DataFrame, _: int) -> Any:
            return lambda asked: asked["a"].to_numpy() * 9

        model = UnderTest(
            load=lambda: Model(numbers(rows(9, 1), 0), NAMES),
            rows=rows(40, 2),
            label="label",
            trained_on=lambda: rows(40, 1),
            train=numbers,
        )
        assert isinstance(measured(LIRA, model, shadows=4).measured, Undefined)

    @pytest.mark.parametrize(
        "asked", [{"shadows": 3}, {"shadows": 9999}, {"false_positives": 0.0}, {"level": 1.0}]
    )
    def test_nonsense_is_refused(self, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid, match=next(iter(asked))):
            measured(LIRA, under(STRAIGHT), **asked)


class TestStability:
    def test_a_tree_changes_its_mind_and_a_line_seldom(self) -> None:
        tree, line = (
            estimate(measured(STABILITY, under(one), models=6)) for one in (TREE, STRAIGHT)
        )
        assert tree.low > line.high
        assert line.value > 0

    def test_a_training_without_chance_is_the_same_for_every_seed(self) -> None:
        found = measured(STABILITY, under(STRAIGHT), models=4, vary="seed")
        assert estimate(found).value == 0
        assert found.detail["not_agreed"] == 0

    def test_what_varies_is_told_apart(self) -> None:
        seeds: list[int] = []
        sizes: list[int] = []

        def train(frame: pd.DataFrame, seed: int) -> Any:
            seeds.append(seed)
            sizes.append(len(frame.drop_duplicates()))
            return trainer(STRAIGHT, "label")(frame, seed)

        for vary, many, whole in (("seed", 5, True), ("rows", 1, False), ("both", 5, False)):
            seeds.clear()
            sizes.clear()
            measured(STABILITY, _with(train), models=5, vary=vary)
            assert len(set(seeds)) == many
            assert (set(sizes) == {300}) is whole

    def test_detail_tells_the_spread_of_scores(self) -> None:
        found = measured(STABILITY, under(), models=5)
        spread: Any = found.detail["score_sd"]
        assert 0 < spread["low"] <= spread["value"]
        selected: Any = found.detail["selected"]
        assert len(selected) == 5

    @pytest.mark.parametrize("asked", [{"models": 2}, {"vary": "weather"}, {"seed": -1}])
    def test_nonsense_is_refused(self, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid, match=next(iter(asked))):
            measured(STABILITY, under(STRAIGHT), **asked)


def _with(train: Train | None) -> UnderTest:
    model = under(STRAIGHT)
    return UnderTest(
        load=model.load, rows=model.rows, label="label", trained_on=model.trained_on, train=train
    )


def constant(_: pd.DataFrame, __: int) -> Any:
    """A training that learns nothing."""

    def ask(asked: pd.DataFrame) -> npt.NDArray[np.float64]:
        return np.full(len(asked), 0.5)

    return ask


HARD = {
    "empty": lambda: rows(30, 3).iloc[:0],
    "one row": lambda: rows(1, 3),
    "one class": lambda: rows(30, 3).assign(label=1),
    "constant": lambda: rows(30, 3).assign(a=1.0, b=1.0, c=1.0),
    "duplicates": lambda: pd.concat([rows(20, 3)] * 3, ignore_index=True),
    "Unicode": lambda: rows(30, 3).assign(Ärztin="大阪"),
    "identifiers": lambda: rows(30, 3).assign(id=range(10**9, 10**9 + 30)),
    "all missing": lambda: rows(30, 3).assign(a=math.nan, b=math.nan, c=math.nan),
    "infinite": lambda: rows(30, 3).assign(a=math.inf),
}
ASKED: dict[str, dict[str, Any]] = {
    ADVANTAGE: {},
    LIRA: {"shadows": 4},
    STABILITY: {"models": 3},
}


@pytest.mark.parametrize("check", TRAINED)
class TestContract:
    @pytest.mark.parametrize("case", HARD)
    @pytest.mark.parametrize("where", ["train", "test"])
    def test_hard_rows_give_a_number_a_reason_or_a_refusal(
        self, check: str, case: str, where: str
    ) -> None:
        hard = {"train": rows(40, 1), "test": rows(40, 2), where: HARD[case]()}
        model = UnderTest(
            load=lambda: Model(constant(rows(1, 1), 0), NAMES),
            rows=hard["test"],
            label="label",
            trained_on=lambda: hard["train"],
            train=constant,
        )
        try:
            found = measured(check, model, **ASKED[check])
        except Invalid:
            return
        spec = CATALOGUE[check]
        assert all(spec.parameter(name) is not None for name in found.parameters)
        if isinstance(found.measured, Estimate):
            assert found.measured.unit == spec.unit
            assert found.measured.level == found.parameters["level"]
        else:
            assert found.measured.reason
        canonical(measured_to_json(found.measured))
        json.dumps(dict(found.detail), allow_nan=False)

    def test_the_same_seed_gives_the_same_answer(self, check: str) -> None:
        one, two = (measured(check, under(), **ASKED[check]) for _ in range(2))
        assert one == two

    def test_an_unknown_parameter_is_refused(self, check: str) -> None:
        with pytest.raises(Invalid, match="cutoff"):
            measured(check, under(), cutoff=0.5)


class TestTrainer:
    def test_a_pipeline_is_cloned_and_every_seed_set(self) -> None:
        tree = DecisionTreeClassifier(random_state=3, max_features=1)
        train = trainer(tree, "label", ("c",))
        ask = train(rows(100, 1), 5)
        expected = DecisionTreeClassifier(random_state=5, max_features=1).fit(
            rows(100, 1)[["a", "b"]], rows(100, 1)["label"]
        )
        asked = rows(30, 2)
        assert np.allclose(ask(asked), expected.predict_proba(asked[["a", "b"]])[:, 1])
        assert not hasattr(tree, "tree_")

    def test_a_function_returns_any_model(self) -> None:
        def train(frame: pd.DataFrame, seed: int) -> Any:
            return LogisticRegression(random_state=seed).fit(frame[["a"]], frame["label"])

        asked = trainer(train, "label")(rows(100, 1), 5)(rows(30, 2))
        assert np.asarray(asked).shape == (30,)

    @pytest.mark.parametrize("nothing", [7, "tree", object()])
    def test_what_cannot_be_trained_is_refused(self, nothing: object) -> None:
        with pytest.raises(Invalid, match="estimator"):
            trainer(nothing, "label")

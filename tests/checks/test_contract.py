"""What every check must stand: hard input gives a number, a reason or a refusal, nothing else."""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.data.declared import Reference
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role, infer_schema
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.table import (
    DATA,
    DECIDED,
    EXACT,
    FAIRNESS,
    IMPLEMENTATIONS,
    MODEL,
    OVERLAP,
    PERFORMANCE,
    SEEDED,
    SLICES,
)
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.estimate import Estimate, Undefined

pytestmark = pytest.mark.filterwarnings("error")

Rows = tuple[list[Any], list[Any], list[Any]]
"""Labels, scores, groups."""

HARD: dict[str, Rows] = {
    "empty": ([], [], []),
    "one row": ([1], [0.4], ["a"]),
    "one class": ([1] * 30, list(np.linspace(0.1, 0.9, 30)), ["a", "b"] * 15),
    "constant score": ([0, 1] * 15, [0.5] * 30, ["a", "b", "b"] * 10),
    "all missing": ([0, 1] * 15, [math.nan] * 30, ["a", "b", "b"] * 10),
    "missing labels": ([math.nan, 1] * 15, [0.5] * 30, ["a", "b", "b"] * 10),
    "missing groups": ([0, 1] * 15, list(np.linspace(0.1, 0.9, 30)), [None] * 30),
    "infinite": ([0, 1] * 15, [math.inf, 0.2] * 15, ["a", "b", "b"] * 10),
    "no probabilities": ([0, 1] * 15, list(np.linspace(-3, 9, 30)), ["a", "b", "b"] * 10),
    "certain and wrong": ([0, 1] * 15, [1.0, 0.0] * 15, ["a", "b", "b"] * 10),
    "Unicode groups": ([0, 1] * 15, list(np.linspace(0.1, 0.9, 30)), ["Ärztin", "医者"] * 15),
    "a group of one": ([0, 1] * 15, list(np.linspace(0.1, 0.9, 30)), ["a"] + ["b"] * 29),
    "duplicates": ([0, 0, 1, 1] * 15, [0.2, 0.2, 0.7, 0.7] * 15, ["a", "a", "b", "b"] * 15),
    "nobody selected": ([0, 1] * 15, [0.1, 0.2] * 15, ["a", "b", "b"] * 10),
    "all selected": ([0, 1] * 15, [0.7, 0.8] * 15, ["a", "b", "b"] * 10),
    "text scores": ([0, 1] * 15, ["high", "low"] * 15, ["a", "b", "b"] * 10),
}
"""Input that some check cannot make a number of."""

REFUSED = {"all missing", "missing labels", "infinite", "text scores"}
"""Input that is no rows at all."""

PAYOFFS = {"true_positive": 9, "false_positive": -42, "true_negative": 0, "false_negative": -9}

ASKED: dict[str, dict[str, Any]] = {
    **{check: {} for check in (*PERFORMANCE, *DECIDED, *SLICES)},
    **{check: {"group": "g"} for check in FAIRNESS},
    "value.benefit_per_decision": PAYOFFS,
    "value.lift": {**PAYOFFS, "present": "no"},
}

COUNTED = {
    "performance.calibration_error",
    "performance.accuracy",
    "performance.recall",
    "performance.f1",
}
"""The checks to which one row says something, in an interval of more than half the range."""


def good_rows(n: int = 240, seed: int = 3) -> Scored:
    rng = np.random.default_rng(seed)
    score = rng.uniform(0.02, 0.98, n).round(2)
    return Scored(rng.uniform(size=n) < score, score, {"g": rng.choice(["a", "b", "c"], n)})


def good_frame(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 80, n),
            "income": rng.normal(40, 9, n).round(1),
            "city": rng.choice(["Köln", "大阪"], n),
            "label": np.arange(n) % 2,
        }
    )


SCHEMA = (
    ColumnSpec("age", ColumnType.INTEGER, minimum=18, maximum=70, missing_codes=(999,)),
    ColumnSpec("income", ColumnType.NUMBER),
    ColumnSpec("city", ColumnType.CATEGORY, categories=("Köln", "大阪")),
    ColumnSpec("label", ColumnType.BOOLEAN, role=Role.LABEL),
)

FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    "empty": lambda: good_frame().iloc[:0],
    "no columns": pd.DataFrame,
    "one row": lambda: good_frame().iloc[:1],
    "one class": lambda: good_frame().assign(label=1),
    "constant": lambda: good_frame().assign(age=20, income=1.0, city="Köln"),
    "all missing": lambda: good_frame().assign(
        age=None, income=math.nan, city=pd.Series([None] * 60, dtype=object), label=None
    ),
    "infinite": lambda: good_frame().assign(age=math.inf, income=-math.inf),
    "other types": lambda: good_frame().assign(age="old", income="much", city=7, label="yes"),
    "missing codes": lambda: good_frame().assign(age=999),
    "duplicates": lambda: pd.concat([good_frame()] * 2, ignore_index=True),
    "twins": lambda: pd.concat([good_frame(), good_frame()[["age"]]], axis=1),
    "300 columns": lambda: pd.DataFrame(np.zeros((3, 300))).add_prefix("c"),
}


def sound(found: Finding) -> None:
    """A finding is of its check, tells its level and carries no NaN anywhere."""
    assert found.check in CATALOGUE
    spec = CATALOGUE[found.check]
    assert all(spec.parameter(name) is not None for name in found.parameters)
    match found.measured:
        case Undefined(reason=reason):
            assert reason
        case Estimate() as estimate:
            wanted = 1.0 if found.check in EXACT else found.parameters["level"]
            assert estimate.level == wanted
            assert estimate.unit == ("difference" if "versus" in found.parameters else spec.unit)
    canonical(measured_to_json(found.measured))
    canonical(dict(found.detail))
    json.dumps(dict(found.detail), allow_nan=False)


def test_every_check_of_the_catalogue_is_implemented() -> None:
    assert set(IMPLEMENTATIONS) == set(CATALOGUE)


def test_exact_checks_are_those_the_catalogue_says() -> None:
    assert {name for name, spec in CATALOGUE.items() if spec.exact} == EXACT


def test_seeded_checks_take_a_seed() -> None:
    for check in SEEDED:
        assert CATALOGUE[check].parameter("seed") is not None


@pytest.mark.parametrize("check", MODEL)
class TestModelChecks:
    def test_good_rows_give_an_estimate(self, check: str) -> None:
        found = MODEL[check](good_rows(), ASKED[check], None)
        sound(found)
        assert isinstance(found.measured, Estimate)

    @pytest.mark.parametrize("case", HARD)
    def test_hard_rows_give_a_number_a_reason_or_a_refusal(self, check: str, case: str) -> None:
        label, score, groups = HARD[case]
        if case in REFUSED:
            with pytest.raises(Invalid) as refused:
                Scored(label, score, {"g": groups})
            assert refused.value.field in {"label", "score"}
        else:
            sound(MODEL[check](Scored(label, score, {"g": groups}), ASKED[check], None))

    @pytest.mark.parametrize("case", sorted(HARD.keys() - REFUSED))
    def test_hard_rows_compared_with_another_score(self, check: str, case: str) -> None:
        label, score, groups = HARD[case]
        scored = Scored(label, score, {"g": groups})
        sound(MODEL[check](scored, ASKED[check], Other("model:x@1", np.sort(scored.scores))))

    @pytest.mark.parametrize("case", ["empty", "one row", "missing groups"])
    def test_no_number_without_rows_or_groups(self, check: str, case: str) -> None:
        if case == "missing groups" and not ASKED[check].get("group"):
            return
        label, score, groups = HARD[case]
        found = MODEL[check](Scored(label, score, {"g": groups}), ASKED[check], None)
        if case == "one row" and check in COUNTED:
            assert isinstance(found.measured, Estimate)
            assert found.measured.high - found.measured.low > 0.5
        else:
            assert isinstance(found.measured, Undefined)

    def test_the_same_seed_gives_the_same_answer(self, check: str) -> None:
        assert MODEL[check](good_rows(), ASKED[check], None) == MODEL[check](
            good_rows(), ASKED[check], None
        )

    @pytest.mark.parametrize("compared", [False, True])
    def test_the_order_of_rows_changes_nothing(self, check: str, compared: bool) -> None:
        rows = good_rows()
        order = np.random.default_rng(1).permutation(rows.n)
        mixed = Scored(
            rows.yes[order],
            rows.scores[order],
            {"g": np.asarray(rows.groups["g"])[order]},
        )
        second = np.sqrt(rows.scores)
        found = [
            MODEL[check](one, ASKED[check], Other("model:x@1", other) if compared else None)
            for one, other in ((rows, second), (mixed, second[order]))
        ]
        assert found[0] == found[1]

    def test_a_higher_level_gives_no_narrower_interval(self, check: str) -> None:
        found = [
            MODEL[check](good_rows(), {**ASKED[check], "level": level}, None).measured
            for level in (0.8, 0.99)
        ]
        assert isinstance(found[0], Estimate)
        assert isinstance(found[1], Estimate)
        assert found[1].low <= found[0].low
        assert found[0].high <= found[1].high

    def test_an_unknown_parameter_is_refused(self, check: str) -> None:
        with pytest.raises(Invalid, match="cutoff"):
            MODEL[check](good_rows(), {**ASKED[check], "cutoff": 0.5}, None)

    @pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 2.0, math.nan])
    def test_a_level_outside_0_and_1_is_refused(self, check: str, level: float) -> None:
        with pytest.raises(Invalid, match="level"):
            MODEL[check](good_rows(), {**ASKED[check], "level": level}, None)

    def test_a_design_is_refused(self, check: str) -> None:
        """One set of rows cannot speak for a cross-validation."""
        with pytest.raises(Invalid, match="design"):
            MODEL[check](good_rows(), {**ASKED[check], "design": "5-fold"}, None)

    def test_a_model_compared_with_needs_its_scores(self, check: str) -> None:
        with pytest.raises(Invalid, match="versus"):
            MODEL[check](good_rows(), {**ASKED[check], "versus": "model:x@1"}, None)


@pytest.mark.parametrize("check", [*DATA, OVERLAP])
class TestDataChecks:
    def measured(self, check: str, frame: pd.DataFrame) -> Finding:
        if check == OVERLAP:
            return IMPLEMENTATIONS[check](
                frame, SCHEMA, {}, Reference("dataset:loans@3f2a9c1d2e4f", good_frame())
            )
        asked = {"label": "label"} if check == "data.class_balance" else {}
        return DATA[check](frame, SCHEMA, asked)

    def test_good_rows_give_an_exact_number(self, check: str) -> None:
        found = self.measured(check, good_frame())
        sound(found)
        assert isinstance(found.measured, Estimate)
        assert found.measured.exact

    @pytest.mark.parametrize("case", FRAMES)
    def test_hard_rows_give_a_number_a_reason_or_a_refusal(self, check: str, case: str) -> None:
        frame = FRAMES[case]()
        if self.refused(check, case):
            with pytest.raises(Invalid):
                self.measured(check, frame)
        else:
            sound(self.measured(check, frame))

    def refused(self, check: str, case: str) -> bool:
        """Where there is no number to be had because what was asked for is not there."""
        if check == "data.class_balance":
            return case in {"no columns", "all missing", "other types", "twins", "300 columns"}
        if check == OVERLAP:
            return case in {"no columns", "twins", "300 columns"}
        return case == "twins"

    def test_no_rows_give_a_reason(self, check: str) -> None:
        assert isinstance(self.measured(check, FRAMES["empty"]()).measured, Undefined)

    def test_the_order_of_rows_changes_nothing(self, check: str) -> None:
        frame = pd.concat([good_frame(), good_frame().iloc[:7]]).reset_index(drop=True)
        mixed = frame.sample(frac=1, random_state=2)
        assert self.measured(check, frame).measured == self.measured(check, mixed).measured

    def test_an_unknown_parameter_is_refused(self, check: str) -> None:
        with pytest.raises(Invalid, match="cutoff"):
            IMPLEMENTATIONS[check](
                good_frame(),
                SCHEMA,
                {"cutoff": 0.5, "label": "label"},
                *([Reference("dataset:a@1", good_frame())] if check == OVERLAP else []),
            )


@pytest.mark.parametrize("case", FRAMES)
def test_a_schema_can_be_guessed_or_is_refused(case: str) -> None:
    frame = FRAMES[case]()
    if case == "twins":
        with pytest.raises(Invalid, match="each of them once"):
            infer_schema(frame)
    else:
        assert len(infer_schema(frame)) == len(frame.columns)

"""Agreement of annotators from rows, and who disagrees with whom on what."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from gonogo.checks.data.annotation import cohen, fleiss, krippendorff
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, infer_schema
from gonogo.checks.measure import measure_data
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

WIDE = pd.DataFrame(
    {
        "ann": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "bo": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "cy": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "di": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
)
"""Krippendorff (2011), section C: nominal 0.743, ordinal 0.815, interval 0.849."""
ALL = "ann&bo&cy&di"
BY_ROW: dict[str, Any] = {"item": "item", "annotator": "who", "rating": "said"}


def long() -> pd.DataFrame:
    rows = WIDE.reset_index(names="item").melt("item", var_name="who", value_name="said")
    return rows.dropna().sample(frac=1, random_state=4)


def value(found: Finding) -> float:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured.value


class TestKrippendorff:
    @pytest.mark.parametrize(
        ("scale", "told"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
    )
    def test_wide_rows(self, scale: str, told: float) -> None:
        found = krippendorff(WIDE, (), {"annotators": ALL, "scale": scale})
        assert value(found) == pytest.approx(told, abs=5e-4)

    def test_long_rows_say_the_same(self) -> None:
        found = krippendorff(long(), (), BY_ROW)
        same = krippendorff(WIDE, (), {"annotators": ALL})
        assert value(found) == value(same)
        assert found.detail["pairs"] == same.detail["pairs"]

    def test_words_have_the_order_they_are_given(self) -> None:
        words = {1: "none", 2: "mild", 3: "some", 4: "much", 5: "severe"}
        frame = WIDE.map(words.get)
        asked = {"annotators": ALL, "scale": "ordinal"}
        with pytest.raises(Invalid, match="order"):
            krippendorff(frame, (), asked)
        found = krippendorff(frame, (), {**asked, "order": "none&mild&some&much&severe"})
        assert value(found) == pytest.approx(0.815, abs=5e-4)
        with pytest.raises(Invalid, match="also severe"):
            krippendorff(frame, (), {**asked, "order": "none&mild&some&much"})

    def test_missing_codes_are_no_ratings(self) -> None:
        schema = [ColumnSpec(str(name), ColumnType.INTEGER, missing_codes=(99,)) for name in WIDE]
        found = krippendorff(WIDE.fillna(99), schema, {"annotators": ALL})
        assert value(found) == pytest.approx(0.743, abs=5e-4)

    def test_the_order_of_rows_changes_nothing(self) -> None:
        mixed = WIDE.sample(frac=1, random_state=1)
        asked: dict[str, Any] = {"annotators": ALL, "resamples": 199}
        assert krippendorff(mixed, (), asked) == krippendorff(WIDE, (), asked)

    @pytest.mark.parametrize(
        ("frame", "asked", "field"),
        [
            (WIDE, {}, "with.item"),
            (WIDE, {"annotators": "ann"}, "with.annotators"),
            (WIDE, {"annotators": "ann&ann"}, "with.annotators"),
            (WIDE, {"annotators": "ann&zed"}, "with.annotators"),
            (WIDE, {"annotators": ALL, "scale": "ratio"}, "with.scale"),
            (pd.concat([long(), long()]), BY_ROW, "data"),
            (long().assign(who=None), BY_ROW, "data"),
        ],
    )  # fmt: skip
    def test_what_is_no_ratings_is_refused(
        self, frame: pd.DataFrame, asked: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            krippendorff(frame, (), asked)
        assert refused.value.field == field

    @pytest.mark.parametrize("frame", [WIDE.iloc[:0], WIDE.iloc[-1:], WIDE * 0, WIDE * np.nan])
    def test_hard_rows_have_a_reason(self, frame: pd.DataFrame) -> None:
        for check in (krippendorff, fleiss):
            found = check(frame, (), {"annotators": ALL})
            assert isinstance(found.measured, Undefined)

    def test_no_long_rows_have_a_reason(self) -> None:
        for check in (krippendorff, fleiss, cohen):
            found = check(long().iloc[:0], (), BY_ROW)
            assert isinstance(found.measured, Undefined)


class TestReport:
    def test_it_says_who_disagrees_with_whom_on_what(self) -> None:
        frame = pd.DataFrame(
            {"ann": list("aabbaabb"), "bo": list("aabbaabb"), "cy": list("abbbabba")}
        )
        detail: Any = krippendorff(frame, (), {"annotators": "ann&bo&cy"}).detail
        assert detail["annotators"][2] == {
            "annotator": "cy", "rated": 8, "compared": 16, "agreed": 10 / 16,
        }  # fmt: skip
        assert detail["pairs"][0] == {
            "first": "ann", "second": "cy", "n": 8, "disagreed": 3,
            "on": [
                {"first": "a", "second": "b", "times": 2},
                {"first": "b", "second": "a", "times": 1},
            ],
        }  # fmt: skip
        assert detail["pairs"][-1]["disagreed"] == 0
        assert detail["confused"] == [{"values": ["a", "b"], "times": 6}]


class TestCohen:
    @pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
    def test_as_scikit_learn(self, weights: str) -> None:
        rng = np.random.default_rng(5)
        first = rng.integers(1, 5, 80)
        second = np.where(rng.uniform(size=80) < 0.7, first, rng.integers(1, 5, 80))
        frame = pd.DataFrame({"ann": first, "bo": second})
        told = cohen_kappa_score(first, second, weights=None if weights == "none" else weights)
        found = cohen(frame, infer_schema(frame), {"annotators": "ann&bo", "weights": weights})
        assert value(found) == pytest.approx(told)

    def test_three_annotators_are_too_many(self) -> None:
        found = cohen(WIDE, (), {"annotators": "ann&bo&cy"})
        assert isinstance(found.measured, Undefined)

    def test_weights_need_an_order(self) -> None:
        frame = pd.DataFrame({"ann": list("abc"), "bo": list("abb")})
        with pytest.raises(Invalid, match=r"with\.weights"):
            cohen(frame, (), {"annotators": "ann&bo", "weights": "linear"})


class TestFleiss:
    def test_missing_ratings_are_told_to_be_for_krippendorff(self) -> None:
        found = fleiss(WIDE, (), {"annotators": ALL})
        assert isinstance(found.measured, Undefined)
        assert "Krippendorff" in found.measured.reason

    def test_whole_rows_have_a_number(self) -> None:
        found = measure_data(
            WIDE.dropna(), (), checks=[Asked("data.fleiss_kappa", {"annotators": ALL})]
        )[0]
        assert 0 < value(found) < 1
        assert found.parameters["seed"] == 7

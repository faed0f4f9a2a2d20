"""Rows with label, score and groups: what they refuse, and how groups are made."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.inputs.scored import Scored
from gonogo.core.errors import Invalid


class TestScored:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"label": [0, 2]}, "label"),
            ({"label": [0, None]}, "label"),
            ({"label": ["yes", "no"]}, "label"),
            ({"label": [[0, 1]]}, "label"),
            ({"score": [0.1]}, "score"),
            ({"score": [0.1, float("nan")]}, "score"),
            ({"score": [0.1, float("inf")]}, "score"),
            ({"score": ["a", "b"]}, "score"),
            ({"groups": {"g": ["a"]}}, "groups.g"),
            ({"groups": {"a&b": ["a", "b"]}}, "groups"),
            ({"groups": {" ": ["a", "b"]}}, "groups"),
            ({"threshold": float("nan")}, "threshold"),
        ],
    )
    def test_refuses_naming_the_field(self, given: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            Scored(**{"label": [0, 1], "score": [0.1, 0.2], **given})
        assert refused.value.field == field

    def test_takes_columns_of_a_frame(self) -> None:
        frame = pd.DataFrame(
            {"y": [True, False], "p": [0.3, 0.4], "sex": pd.Categorical(["f", "m"])}
        )
        rows = Scored(frame.y, frame.p, {"sex": frame.sex})
        assert rows.grouped("sex").names == ("f", "m")
        assert rows.yes.dtype == np.bool_

    def test_a_score_at_the_threshold_is_selected(self) -> None:
        assert Scored([0, 1], [0.5, 0.49]).selected.tolist() == [True, False]


class TestGrouped:
    def test_whole_numbers_lose_their_point(self) -> None:
        """A column with missing values became floats on its way; 1.0 is the group 1."""
        rows = Scored([0, 1, 1], [0.1, 0.2, 0.3], {"male": [1.0, 0.0, float("nan")]})
        found = rows.grouped("male")
        assert found.names == ("0", "1", "not stated")
        assert found.stated == (True, True, False)

    @pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT, "", "  "])
    def test_all_kinds_of_missing_are_not_stated(self, nothing: object) -> None:
        rows = Scored([0, 1], [0.1, 0.2], {"g": np.array(["a", nothing], dtype=object)})
        assert rows.grouped("g").names == ("a", "not stated")

    def test_intersections_cross_the_columns(self) -> None:
        rows = Scored(
            [0, 1, 1, 0],
            [0.1, 0.2, 0.3, 0.4],
            {"race": ["black", "white", "white", "black"], "sex": ["f", "f", "m", None]},
        )
        found = rows.grouped("race&sex")
        assert [found.names[code] for code in found.codes] == [
            "black & f",
            "white & f",
            "white & m",
            "black & not stated",
        ]
        assert dict(zip(found.names, found.stated, strict=True))["black & not stated"] is False

    def test_values_that_hold_the_sign_do_not_collide(self) -> None:
        rows = Scored([0, 1], [0.1, 0.2], {"x": ["a & b", "a"], "y": ["c", "b & c"]})
        assert len(set(rows.grouped("x&y").codes.tolist())) == 2

    def test_three_columns_have_six_groupings(self) -> None:
        rows = Scored([0], [0.1], {"a": ["x"], "b": ["x"], "c": ["x"]})
        assert rows.every_group() == ("a", "b", "c", "a&b", "a&c", "b&c")

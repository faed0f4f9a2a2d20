"""Probably wrong labels, from rows and from a model's scores."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.data.label_quality import label_error_share, of_scored
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

SCHEMA = (
    ColumnSpec("y", ColumnType.BOOLEAN, role=Role.LABEL),
    ColumnSpec("p", ColumnType.NUMBER, nullable=True),
)
ASKED = {"label": "y", "score": "p"}
RNG = np.random.default_rng(1)
TRUTH = RNG.uniform(size=400) < 0.5
FLIPPED = RNG.uniform(size=400) < 0.1
FRAME = pd.DataFrame(
    {
        "y": (TRUTH ^ FLIPPED).astype(int),
        "p": np.clip(np.where(TRUTH, 0.9, 0.1) + RNG.normal(0, 0.03, 400), 0, 1),
    }
)


def estimate(found: Finding) -> Estimate:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured


class TestLabelErrorShare:
    def test_flipped_labels_are_found_and_named(self) -> None:
        found = label_error_share(FRAME, SCHEMA, ASKED)
        assert estimate(found).value == pytest.approx(FLIPPED.mean(), abs=0.02)
        told: Any = found.detail
        assert len(told["rows"]) == 20
        assert all(FLIPPED[one["row"]] for one in told["rows"])
        assert sum(one["share"] for one in told["joint"]) == pytest.approx(1)

    def test_rows_keep_their_numbers_where_scores_are_missing(self) -> None:
        frame = FRAME.assign(p=FRAME["p"].where(FRAME.index >= 100))
        told: Any = label_error_share(frame, SCHEMA, ASKED).detail
        assert all(FLIPPED[one["row"]] and one["row"] >= 100 for one in told["rows"])

    def test_a_models_own_scores(self) -> None:
        scored = Scored(FRAME["y"].to_numpy(), FRAME["p"].to_numpy())
        found = measure_model(scored, checks=[Asked("data.label_error_share", {"resamples": 399})])
        same = label_error_share(FRAME, SCHEMA, {**ASKED, "resamples": 399})
        assert found[0].measured == same.measured
        with pytest.raises(Invalid, match="scored already"):
            of_scored(scored, {"score": "p"})

    def test_what_is_no_probability_is_refused(self) -> None:
        with pytest.raises(Invalid, match="probabilities"):
            label_error_share(FRAME.assign(p=2.0), SCHEMA, ASKED)
        with pytest.raises(Invalid, match=r"with\.score"):
            label_error_share(FRAME, SCHEMA, {"label": "y"})

    def test_one_class_has_a_reason(self) -> None:
        found = label_error_share(FRAME.assign(y=1), SCHEMA, ASKED)
        assert isinstance(found.measured, Undefined)

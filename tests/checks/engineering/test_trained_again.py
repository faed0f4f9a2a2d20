"""A version trained again, asked about the same rows as the first."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.engineering.reproducibility import CHECK
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.measure_version import measure_version
from gonogo.checks.under_test import Again, Model, UnderTest
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate

RNG = np.random.default_rng(5)
ROWS = pd.DataFrame({"income": RNG.normal(size=400), "noise": RNG.normal(size=400)})
ROWS["label"] = (ROWS["income"] + RNG.normal(size=400) > 0).astype(int)
AGAIN = "model:m@2"


def scores(rows: pd.DataFrame, noise: float = 0.0) -> Any:
    return 1 / (1 + np.exp(-rows["income"].to_numpy() - noise * rows["noise"].to_numpy()))


def measured(noise: float, asked: dict[str, Any] | None = None, *, kept: bool = True) -> Finding:
    said: dict[str, Any] = {"margin": 0.02, "against": AGAIN} if asked is None else asked
    under = UnderTest(
        load=lambda: Model(scores, ("income",)),
        rows=ROWS,
        label="label",
        again=(lambda _: Again(lambda rows: scores(rows, noise), {"same_data": True}))
        if kept
        else None,
    )
    return measure_version(under, [Asked(CHECK, said)])[0]


class TestTrainedAgain:
    def test_the_same_answers_are_no_margin_at_all(self) -> None:
        found = measured(0.0)
        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.high) == (0, 0)
        assert found.detail["same_data"] is True
        assert found.parameters["against"] == AGAIN

    def test_other_answers_are_told_in_margins(self) -> None:
        found = measured(0.5)
        assert isinstance(found.measured, Estimate)
        assert found.measured.value > 0
        difference = found.detail["difference"]
        assert isinstance(difference, float)
        assert found.measured.value == pytest.approx(abs(difference) / 0.02)

    @pytest.mark.parametrize(
        ("asked", "field"),
        [({"margin": 0.02}, "with.against"), ({"against": AGAIN}, "with.margin")],
    )
    def test_what_must_be_said_beforehand(self, asked: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            measured(0.0, asked)
        assert refused.value.field == field

    def test_where_versions_are_not_kept_the_way_is_named(self) -> None:
        with pytest.raises(Invalid) as refused:
            measured(0.0, kept=False)
        assert "gonogo model same" in refused.value.expected

"""Groups' shares against those of a population."""

from typing import Any

import pandas as pd
import pytest

from gonogo.checks.data.declared import Reference
from gonogo.checks.data.given import Given
from gonogo.checks.data.population import parse_shares, representativeness
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.core.errors import Invalid
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.proportions import wilson

SCHEMA = (ColumnSpec("sex", ColumnType.CATEGORY), ColumnSpec("old", ColumnType.BOOLEAN))
FRAME = pd.DataFrame({"sex": ["f"] * 30 + ["m"] * 70 + [None] * 5, "old": [0, 1, 0, 1, 1] * 21})


def value(found: Finding) -> float:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured.value


class TestRepresentativeness:
    def test_shares_are_compared_by_cohens_w(self) -> None:
        """Thirty in a hundred where half were due: w is 0.4, chi-square 16."""
        found = representativeness(FRAME, SCHEMA, {"group": "sex", "shares": "f=0.5&m=0.5"})
        assert value(found) == pytest.approx(0.4)
        told: Any = found.detail
        assert told["chi_square"]["statistic"] == pytest.approx(16)
        assert told["not_stated"] == 5
        share = wilson(Counts(30, 100), 0.95)
        assert isinstance(share, Estimate)
        first = told["groups"][0]
        assert (first["difference"], first["low"], first["high"]) == pytest.approx(
            (-0.2, share.low - 0.5, share.high - 0.5)
        )

    def test_a_reference_is_the_population(self) -> None:
        other = Given(Reference("dataset:census@1", FRAME))
        found = representativeness(FRAME, SCHEMA, {"group": "sex"}, other)
        assert value(found) == 0
        assert found.parameters["reference"] == "dataset:census@1"

    def test_columns_together(self) -> None:
        asked = {"group": "sex&old", "shares": "f & 0=0.2; f & 1=0.3; m & 0=0.2; m & 1=0.3"}
        assert value(representativeness(FRAME, SCHEMA, asked)) == pytest.approx(0.4)

    def test_groups_the_population_has_not_are_told(self) -> None:
        found = representativeness(FRAME, SCHEMA, {"group": "sex", "shares": "f=1"})
        assert isinstance(found.measured, Undefined)
        assert found.detail["strange"] == [{"group": "m", "rows": 70}]

    def test_a_population_is_needed(self) -> None:
        with pytest.raises(Invalid, match=r"with\.shares"):
            representativeness(FRAME, SCHEMA, {"group": "sex"})

    def test_one_population_is_enough(self) -> None:
        other = Given(Reference("dataset:census@1", FRAME))
        asked = {"group": "sex", "shares": "f=0.5&m=0.5", "reference": "dataset:census@1"}
        with pytest.raises(Invalid, match="shares or a reference"):
            representativeness(FRAME, SCHEMA, asked, other)

    @pytest.mark.parametrize("said", ["f=0.5", "f", "f=x&m=1", "f=0.5&f=0.5", "=1", "f=-1&m=2"])
    def test_what_are_no_shares_is_refused(self, said: str) -> None:
        with pytest.raises(Invalid, match=r"with\.shares"):
            parse_shares(said)

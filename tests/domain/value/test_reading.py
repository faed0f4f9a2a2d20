"""Benefit models as people write them: what is wrong is told with what was written."""

import pytest

from gonogo.core.errors import Invalid
from gonogo.domain.value.reading import parse

TEXT = """currency: USD
volume: 1000
per_decision: {low: 1, likely: 2, high: 4}
adoption: {quarters: 8, reach: 2}
stages: [{stage: build, cost: 2000, quarters: 2, success: 0.8}]
"""


class TestParse:
    @pytest.mark.parametrize(
        ("old", "new", "field", "value"),
        [
            ("low: 1,", "low: 9,", "per_decision", "low 9, likely 2, high 4"),
            ("volume: 1000", "volume: -1", "volume", "-1"),
            ("volume: 1000", "volume: {low: -1, likely: 2, high: 3}", "volume", "low -1, likely"),
            ("volume: 1000", "volume: {p10: 9, p90: 2}", "volume", "p10 9, p90 2"),
            ("cost: 2000", "cost: -5", "stages[0].cost", "-5"),
        ],
    )
    def test_an_amount_that_cannot_be_is_told_as_it_was_written(
        self, old: str, new: str, field: str, value: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            parse(TEXT.replace(old, new))

        assert refused.value.field.startswith(field)
        assert str(refused.value.value).startswith(value)

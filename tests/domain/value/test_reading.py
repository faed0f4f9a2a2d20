"""Benefit models as people write them: what is wrong is told with what was written."""

import itertools
import math

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


class TestAdoption:
    @staticmethod
    def of(said: str) -> tuple[float, ...]:
        return parse(TEXT.replace("{quarters: 8, reach: 2}", said)).benefit.adoption

    def test_it_spreads_from_user_to_user_fastest_when_bass_says(self) -> None:
        """Bass (1969), eq. 9: most begin at ln(q / p) / (p + q)."""
        found = self.of("{quarters: 12, innovation: 0.005, imitation: 0.84, final: 0.5}")
        growth = [after - before for before, after in itertools.pairwise((0.0, *found))]
        assert growth.index(max(growth)) + 1 == pytest.approx(math.log(0.84 / 0.005) / 0.845, abs=1)
        assert 0.49 < found[-1] < 0.5

    def test_an_even_rise_is_as_it_was(self) -> None:
        assert self.of("{quarters: 3, reach: 2}") == (0.5, 1.0, 1.0)

    @pytest.mark.parametrize(
        ("said", "field", "expected"),
        [
            ("{quarters: 8}", "adoption", "reach too"),
            ("{quarters: 8, imitation: 0.4}", "adoption", "innovation too"),
            ("{quarters: 8, innovation: 0}", "adoption.innovation", "above 0"),
            ("{quarters: 8, innovation: 1.2}", "adoption.innovation", "share"),
            ("{quarters: 8, reach: 2, innovation: 0.1}", "adoption.reach", "either"),
        ],
    )
    def test_what_is_no_adoption_is_refused_at_its_field(
        self, said: str, field: str, expected: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            self.of(said)
        assert refused.value.field == f"{field} (line 4)"
        assert expected in refused.value.expected

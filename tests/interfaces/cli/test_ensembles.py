"""What is said of an ensemble on the command line, both ways."""

from typing import Any

import pytest

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.ensembles import member_of, told

TWO: list[dict[str, Any]] = [
    {"version": "model:trees@3", "weight": 2 / 3},
    {"version": "model:line@1", "weight": 1 / 3},
]


class TestMember:
    def test_with_and_without_a_weight(self) -> None:
        assert member_of("trees@3=0.6") == {"version": "trees@3", "weight": 0.6}
        assert member_of("trees@3") == {"version": "trees@3"}

    @pytest.mark.parametrize("text", ["trees@3=", "trees@3=much", "trees@3=1=2"])
    def test_a_weight_that_is_no_number_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid) as refused:
            member_of(text)
        assert refused.value.field == "member"


class TestTold:
    def test_shares_of_a_mean(self) -> None:
        assert told({"members": TWO, "stack": None}) == "trees@3 66.7 %, line@1 33.3 %"

    def test_who_reads_the_scores(self) -> None:
        found = told({"members": TWO, "stack": "model:meta@1"})
        assert found == "trees@3, line@1, read by meta@1"

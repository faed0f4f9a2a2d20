"""What a step of a plan waits for, as people write it."""

import pytest

from gonogo.core.errors import Invalid
from gonogo.domain.plans.file import parse
from gonogo.stats.plans.network import Link

TEXT = "plan: x\nsteps:\n  a: {{days: 1}}\n  b: {{days: 1, after: {after}}}\n"


class TestAfter:
    @pytest.mark.parametrize(
        "after", ["{step: a, lag: 2}", "[{step: a, lag: 2}]", "[{lag: 2, step: a}]"]
    )
    def test_one_step_with_its_lag_needs_no_list(self, after: str) -> None:
        assert parse(TEXT.format(after=after)).steps[1].after == (Link("a", 2.0),)

    @pytest.mark.parametrize(
        ("after", "field"),
        [
            ("{lag: 2}", "steps.b.after"),
            ("{step: a, lag: x}", "steps.b.after.lag"),
            ("{step: z}", "steps.b.after.step"),
            ("{steps: a}", "steps.b.after.steps"),
        ],
    )
    def test_what_is_wrong_is_named(self, after: str, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            parse(TEXT.format(after=after))
        assert refused.value.field == f"{field} (line 4)"

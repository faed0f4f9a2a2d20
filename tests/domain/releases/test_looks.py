"""Tests of the looks at guardrails that are kept: bounded in number, from the first to the last."""

import json
import math

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.live_values import Looked
from gonogo.core.releasing import Guardrail
from gonogo.core.specs.live import ERRORS
from gonogo.domain.releases.looks import MOST, kept_of, noted
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.guardrails import Verdict

GUARDRAIL = Guardrail(ERRORS, 0.01, 0.01)
AT = "2026-11-21T10:30:00.000Z"


def look(measured: Measured) -> Looked:
    return Looked(GUARDRAIL, Verdict.HOLD, Finding(ERRORS, {}, measured), "as it is")


def estimate(n: int, low: float = -0.1) -> Estimate:
    return Estimate(0.0, low, 0.1, 0.99, n, "share", "test")


class TestNoted:
    def test_one_more_for_each_that_saw_anything_new(self) -> None:
        kept = noted({}, [look(estimate(10))], AT)
        kept = noted(kept, [look(estimate(10))], AT)
        kept = noted(kept, [look(estimate(20))], AT)
        assert [one.n for one in kept_of(kept, GUARDRAIL.key)] == [10, 20]

    def test_nothing_of_what_is_undefined(self) -> None:
        assert noted({}, [look(Undefined("nothing seen", n=0))], AT) == {}

    def test_what_was_kept_is_left_as_it_was(self) -> None:
        before = noted({}, [look(estimate(10))], AT)
        noted(before, [look(estimate(20))], AT)
        assert [one.n for one in kept_of(before, GUARDRAIL.key)] == [10]

    def test_never_more_than_so_many_and_the_ends_stay(self) -> None:
        kept: dict[str, object] = {}
        for n in range(1, 1000):
            kept = noted(kept, [look(estimate(n))], AT)
        sizes = [one.n for one in kept_of(kept, GUARDRAIL.key)]
        assert MOST // 2 <= len(sizes) <= MOST
        assert (sizes[0], sizes[-1]) == (1, 999)
        assert sizes == sorted(sizes)

    def test_an_end_at_infinity_is_stored_as_none(self) -> None:
        """JSON has no infinity, and the watch of a release is kept as JSON."""
        kept = noted({}, [look(estimate(10, low=-math.inf))], AT)
        assert json.loads(json.dumps(kept, allow_nan=False)) == kept
        assert kept_of(kept, GUARDRAIL.key)[0].low is None


class TestKeptOf:
    def test_of_one_never_looked_at(self) -> None:
        assert kept_of({}, GUARDRAIL.key) == ()

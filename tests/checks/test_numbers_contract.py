"""What every check of numbers and of rankings must stand, as those of scores do."""

import json
import math
from typing import Any

import numpy as np
import pytest

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.predicted import Predicted, Ranked
from gonogo.checks.measure_numbers import NUMBERS, RANKINGS, measure_numbers, measure_ranking
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.estimate import Estimate, Undefined

pytestmark = pytest.mark.filterwarnings("error")

EVERY = pytest.mark.parametrize("check", [*NUMBERS, *RANKINGS])
Rows = tuple[list[Any], list[Any], list[Any]]
"""Truth or relevance, prediction or score, query."""

HARD: dict[str, Rows] = {
    "empty": ([], [], []),
    "one row": ([3], [2.5], ["a"]),
    "constant truth": ([2] * 30, list(np.linspace(1, 3, 30)), ["a", "b"] * 15),
    "constant prediction": ([*range(30)], [1.0] * 30, ["a", "b", "c"] * 10),
    "right everywhere": ([*range(1, 31)], [*range(1, 31)], ["a", "b", "c"] * 10),
    "zeros": ([0] * 30, list(np.linspace(0, 1, 30)), ["a", "b"] * 15),
    "huge": ([1e200, 2e200] * 15, [2e200, 1e200] * 15, ["a", "b"] * 15),
    "one row a query": ([0, 1] * 15, [0.5] * 30, [f"q{at}" for at in range(30)]),
    "Unicode queries": ([0, 1, 2] * 10, list(np.linspace(0, 1, 30)), ["Köln", "大阪"] * 15),
    "duplicates": ([1, 2] * 30, [1.5, 1.5] * 30, ["a", "a", "b", "b"] * 15),
}
REFUSED: dict[str, Rows] = {
    "missing truth": ([1, math.nan], [1, 2], ["a", "a"]),
    "missing prediction": ([1, 2], [1, math.nan], ["a", "a"]),
    "infinite": ([1, math.inf], [1, 2], ["a", "a"]),
    "text": (["much", "little"], [1, 2], ["a", "a"]),
    "lengths": ([1, 2], [1, 2, 3], ["a", "a"]),
    "two dimensions": ([[1, 2], [3, 4]], [1, 2], ["a", "a"]),
}


def measured(check: str, rows: Rows, other: Any = None, seed: int = 7, **asked: Any) -> Finding:
    given = {**asked, **({} if other is None else {"versus": "model:x@1"})}
    versus = None if other is None else {"model:x@1": other}
    wanted = [Asked(check, given)]
    if check in NUMBERS:
        numbers = Predicted(rows[0], rows[1])
        return measure_numbers(numbers, checks=wanted, versus=versus, seed=seed)[0]
    return measure_ranking(Ranked(*rows), checks=wanted, versus=versus, seed=seed)[0]


def good(check: str = "performance.mae", n: int = 200) -> Rows:
    rng = np.random.default_rng(3)
    truth = rng.integers(1, 6, n)
    if check in RANKINGS:
        truth = np.maximum(0, truth - 3)
    return list(truth), list(truth + rng.normal(0, 2, n)), list(rng.choice([*"abcdefghij"], n))


def sound(found: Finding) -> None:
    spec = CATALOGUE[found.check]
    assert all(spec.parameter(name) is not None for name in found.parameters)
    if isinstance(found.measured, Undefined):
        assert found.measured.reason
    else:
        assert found.measured.level == found.parameters["level"]
        assert found.measured.unit == ("difference" if "versus" in found.parameters else spec.unit)
    canonical(measured_to_json(found.measured))
    canonical(dict(found.detail))
    json.dumps(dict(found.detail), allow_nan=False)


@EVERY
class TestEach:
    def test_good_rows_give_an_estimate(self, check: str) -> None:
        found = measured(check, good(check))
        sound(found)
        assert isinstance(found.measured, Estimate)

    @pytest.mark.parametrize("case", HARD)
    @pytest.mark.parametrize("compared", [False, True])
    def test_hard_rows_give_a_number_or_a_reason(
        self, check: str, case: str, compared: bool
    ) -> None:
        rows = HARD[case]
        sound(measured(check, rows, np.sort(rows[1]) if compared else None))

    @pytest.mark.parametrize("case", REFUSED)
    def test_what_are_no_rows_is_refused(self, check: str, case: str) -> None:
        with pytest.raises(Invalid):
            measured(check, REFUSED[case])

    @pytest.mark.parametrize("case", ["empty", "one row"])
    def test_no_number_of_one_row(self, check: str, case: str) -> None:
        assert isinstance(measured(check, HARD[case]).measured, Undefined)

    @pytest.mark.parametrize("compared", [False, True])
    def test_the_order_of_rows_changes_nothing(self, check: str, compared: bool) -> None:
        rows, order = good(check), np.random.default_rng(1).permutation(200)
        other = np.random.default_rng(2).normal(3, 1, 200)
        mixed = tuple([part[at] for at in order] for part in rows)
        one = measured(check, rows, other if compared else None)
        two = measured(check, mixed, other[order] if compared else None)  # type: ignore[arg-type]  # three parts
        assert one == two

    def test_a_higher_level_gives_no_narrower_interval(self, check: str) -> None:
        found = [measured(check, good(check), level=level).measured for level in (0.8, 0.99)]
        assert isinstance(found[0], Estimate)
        assert isinstance(found[1], Estimate)
        assert found[1].low <= found[0].low
        assert found[0].high <= found[1].high

    def test_what_was_asked_is_among_the_parameters(self, check: str) -> None:
        found = measured(check, good(check), seed=11)
        again = measured(check, good(check), **dict[str, Any](found.parameters))
        assert again == found

    @pytest.mark.parametrize(
        "asked", [{"cutoff": 1}, {"level": 1.0}, {"level": math.nan}, {"design": "5-fold"}]
    )
    def test_strange_parameters_are_refused(self, check: str, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid, match=next(iter(asked))):
            measured(check, good(check), **asked)

    def test_a_model_compared_with_needs_its_numbers(self, check: str) -> None:
        with pytest.raises(Invalid, match="versus"):
            measured(check, good(check), versus="model:x@1")
        with pytest.raises(Invalid, match="200 labels"):
            measured(check, good(check), other=[1.0])


class TestEntries:
    def test_without_checks_all_are_measured(self) -> None:
        truth, predicted, query = good()
        found = measure_numbers(Predicted(truth, predicted), versus={"model:x@1": truth})
        assert [one.check for one in found] == [*NUMBERS, *NUMBERS]
        assert [one.check for one in measure_ranking(Ranked(truth, predicted, query))] == [
            *RANKINGS
        ]

    def test_a_check_of_something_else_is_refused(self) -> None:
        with pytest.raises(Invalid, match="read from numbers"):
            measure_numbers(Predicted([1], [1]), checks=[Asked("performance.roc_auc")])

    @pytest.mark.parametrize("quantile", [0.0, 1.0, "half", True])
    def test_a_quantile_outside_0_and_1_is_refused(self, quantile: Any) -> None:
        with pytest.raises(Invalid, match="quantile"):
            measured("performance.pinball", good(), quantile=quantile)

    @pytest.mark.parametrize("k", [0, -1, 2.5, True])
    def test_no_places_are_refused(self, k: Any) -> None:
        with pytest.raises(Invalid, match=r"with\.k"):
            measured("performance.ndcg", good(), k=k)

    def test_items_without_query_and_negative_relevance_are_refused(self) -> None:
        with pytest.raises(Invalid, match="query"):
            Ranked([1, 0], [1, 2], np.array(["a", None], dtype=object))
        with pytest.raises(Invalid, match="query"):
            Ranked([1, 0], [1, 2], ["a"])
        with pytest.raises(Invalid, match="0 or more"):
            Ranked([1, -1], [1, 2], ["a", "a"])

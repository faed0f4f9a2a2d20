"""A scored table that passes in parts gives the numbers of the same table in memory."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.checks.fairness.group_calibration import CHECK as GROUPS_CALIBRATED
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.checks.streamed import cells, ranks, sorted_counts
from gonogo.checks.streamed.cells import coded
from gonogo.checks.streamed.model_checks import COUNTED, STREAMED, Plan, plan
from gonogo.checks.streamed.scores import ScoreSummary
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined
from tests.checks.test_contract import HARD, REFUSED, sound

pytestmark = pytest.mark.filterwarnings("error")

Pick = Callable[[int], int]
"""Picks one of so many."""
NAMES = ("ann", "bo", None, "Köln")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that a hundred rows need several runs and blocks."""
    monkeypatch.setattr(sorted_counts, "SIZE", 64)
    monkeypatch.setattr(sorted_counts, "TAGS", 32)


def first_of(_: int) -> int:
    return 0


def rows(n: int, seed: int = 3, digits: int = 2, groups: int = 2) -> Scored:
    """Labels that the score says something about, with ties where `digits` are few."""
    rng = np.random.default_rng(seed)
    score = rng.beta(2, 3, n).round(digits)
    columns = {
        "race": np.array(NAMES, dtype=object)[rng.integers(0, 4, n)],
        "sex": rng.integers(0, 2, n),
    }
    return Scored(
        rng.random(n) < score, score, {name: columns[name] for name in list(columns)[:groups]}
    )


def every_check(scored: Scored) -> list[Asked]:
    """Every check that can stream, of each group column and both."""
    found = []
    for check in STREAMED:
        if check.startswith("fairness."):
            more = {"smallest": 5, "bins": 3} if check == GROUPS_CALIBRATED else {"smallest": 5}
            found += [Asked(check, {"group": name, **more}) for name in scored.every_group()]
        else:
            found.append(Asked(check))
    return [*found, Asked("performance.recall", {"threshold": 0.3, "level": 0.8})]


def passed(
    scored: Scored, asked: Plan, cuts: Sequence[int] = (), pick: Pick = first_of
) -> ScoreSummary:
    """The rows counted in parts, which are merged in any order."""
    ends = [0, *sorted({cut % (scored.n + 1) for cut in cuts}), scored.n]
    parts = []
    for start, end in pairwise(ends):
        part = asked.summary()
        part.update(
            scored.yes[start:end],
            scored.scores[start:end],
            {name: coded(np.asarray(of)[start:end]) for name, of in scored.groups.items()},
        )
        parts.append(part)
    while len(parts) > 1:
        other = parts.pop(pick(len(parts)))
        parts[pick(len(parts))].merge(other)
    return parts[0]


def alike(one: Any, other: Any) -> bool:
    """Equal, numbers up to 1e-12."""
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return bool(one == other)


def same(streamed: Finding, held: Finding) -> None:
    """Two findings with the same numbers, parameters and details."""
    assert (streamed.check, streamed.parameters) == (held.check, held.parameters)
    first, second = streamed.measured, held.measured
    assert type(first) is type(second), (streamed.check, first, second)
    if isinstance(first, Estimate) and isinstance(second, Estimate):
        assert alike((first.value, first.low, first.high), (second.value, second.low, second.high))
        assert (first.n, first.level, first.unit) == (second.n, second.level, second.unit)
        assert first.method == second.method
    else:
        assert first == second
    assert alike(streamed.detail, held.detail), (streamed.detail, held.detail)


class TestFindings:
    @settings(deadline=None, max_examples=40)
    @given(
        st.integers(0, 150),
        st.integers(0, 9),
        st.sampled_from([1, 2, 8]),
        st.lists(st.integers(0, 150), max_size=6),
        st.randoms(use_true_random=False),
    )
    def test_any_split_and_any_order_of_merging_is_as_in_memory(
        self, n: int, seed: int, digits: int, cuts: list[int], random: Random
    ) -> None:
        scored = rows(n, seed, digits)
        checks = every_check(scored)
        asked = plan(checks=checks, groups=("race", "sex"))
        found = asked.findings(passed(scored, asked, cuts, random.randrange))
        for streamed, held in zip(found, measure_model(scored, checks=checks), strict=True):
            same(streamed, held)
        again = asked.findings(passed(scored, asked))
        assert found == again, "how rows were split changes no digit"

    def test_thousands_of_rows_in_many_runs_are_as_in_memory(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sorted_counts, "FAN", 3)
        scored = rows(5000, digits=9)
        checks = every_check(scored)
        asked = plan(checks=checks, groups=("race", "sex"))
        summary = asked.summary()
        assert summary.order is not None
        summary.order = sorted_counts.SortedCounts(limit=300)
        for start in range(0, 5000, 170):
            stop = start + 170
            groups = {name: coded(np.asarray(of)[start:stop]) for name, of in scored.groups.items()}
            summary.update(scored.yes[start:stop], scored.scores[start:stop], groups)
        assert summary.order.seen.runs
        for streamed, held in zip(
            asked.findings(summary), measure_model(scored, checks=checks), strict=True
        ):
            same(streamed, held)

    def test_without_checks_it_measures_the_usual_ones_that_can_pass(self) -> None:
        scored = rows(90)
        asked = plan(groups=("race", "sex"))
        found = asked.findings(passed(scored, asked, [30]))
        held = measure_model(scored)
        assert [(one.check, one.parameters) for one in found] == [
            (one.check, one.parameters) for one in held if one.check != "performance.pr_auc"
        ]

    def test_what_was_measured_can_be_added_to_and_measured_again(self) -> None:
        scored = rows(120)
        asked = plan(checks=every_check(scored), groups=("race", "sex"))
        first, second = (
            passed(part, asked) for part in (rows(60, seed=1), rows(70, seed=2, groups=2))
        )
        asked.findings(first)
        asked.findings(second)
        first.merge(second)
        a, b = rows(60, seed=1), rows(70, seed=2)
        both = Scored(
            np.append(a.yes, b.yes),
            np.append(a.scores, b.scores),
            {name: np.append(a.groups[name], b.groups[name]) for name in a.groups},  # type: ignore[arg-type]  # kept as arrays
        )
        for streamed, held in zip(
            asked.findings(first), measure_model(both, checks=asked.checks), strict=True
        ):
            same(streamed, held)


@pytest.mark.parametrize("check", STREAMED)
class TestEveryCheck:
    def asked(self, check: str) -> Plan:
        group = {"group": "g"} if check.startswith("fairness.") else {}
        return plan(checks=[Asked(check, group)], groups=("g",))

    @pytest.mark.parametrize("case", sorted(HARD.keys() - REFUSED))
    def test_hard_rows_give_what_they_give_in_memory(self, check: str, case: str) -> None:
        label, score, groups = HARD[case]
        scored, asked = Scored(label, score, {"g": groups}), self.asked(check)
        found = asked.findings(passed(scored, asked, [2, 7]))[0]
        sound(found)
        same(found, measure_model(scored, checks=asked.checks)[0])

    def test_rows_that_no_check_takes_are_refused(self, check: str) -> None:
        for case in REFUSED:
            label, score, groups = HARD[case]
            with pytest.raises(Invalid) as refused:
                self.asked(check).summary().update(label, score, {"g": coded(groups)})
            assert refused.value.field in {"label", "score"}

    def test_no_rows_give_a_reason(self, check: str) -> None:
        asked = self.asked(check)
        assert isinstance(asked.findings(asked.summary())[0].measured, Undefined)

    def test_a_model_to_compare_with_is_refused(self, check: str) -> None:
        with pytest.raises(Invalid, match="versus"):
            plan(checks=[Asked(check, {"versus": "model:x@1"})], groups=("g",))


class TestPlan:
    def test_a_check_that_cannot_pass_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"performance\.pr_auc"):
            plan(checks=[Asked("performance.pr_auc")])

    def test_decisions_alone_need_no_order(self) -> None:
        assert plan(checks=[Asked(check) for check in COUNTED]).summary().order is None

    def test_a_group_that_was_not_counted_is_refused(self) -> None:
        asked = plan(
            checks=[Asked("fairness.selection_rate_ratio", {"group": "age"})], groups=("sex",)
        )
        with pytest.raises(Invalid, match="columns of: sex"):
            asked.findings(asked.summary())


class TestSummary:
    def test_other_thresholds_cannot_be_merged(self) -> None:
        with pytest.raises(ValueError, match="expected the same"):
            ScoreSummary(threshold=0.5).merge(ScoreSummary(threshold=0.6))

    def test_a_threshold_that_was_not_counted_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"counted: 0\.5"):
            ScoreSummary().confusion(0.25)

    def test_more_combinations_of_groups_than_can_be_counted_are_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cells, "MOST", 98)
        summary = ScoreSummary(("id",))
        with pytest.raises(Invalid, match="combinations"):
            summary.update(np.zeros(99), np.zeros(99), {"id": coded(np.arange(99))})

    def test_more_rows_than_sums_hold_are_refused(self) -> None:
        with pytest.raises(ValueError, match="at most"):
            ranks.Placements(ranks.MOST, 1)

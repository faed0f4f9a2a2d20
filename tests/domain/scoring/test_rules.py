"""Levels that follow from evidence, and scores of what assessors say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gonogo.core.errors import Invalid
from gonogo.domain.scoring.computing import Facts, OnRegister, Tried, Worth, answered
from gonogo.domain.scoring.inputs import Known, Method, prioritised
from gonogo.domain.scoring.reading import parse, shipped
from gonogo.domain.scoring.rules import Computed, rank, score
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.amounts import Between

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NOTHING = Facts("limited", "e", None, Tried(0, 0, 0, "", "", ()), {}, (), NOW)


def level(facts: Facts, criterion: str) -> Between | str:
    """The level that follows, or why none does."""
    found = answered(shipped(), facts)[criterion]
    return found.levels if isinstance(found, Computed) else found.reason


def tried(supported: int, refuted: int, passed: str = "") -> Facts:
    return replace(NOTHING, tests=Tried(supported, refuted, 0, passed, "model:m@1", ("d",)))


def worth(low: float, value: float, high: float, spend: float) -> Facts:
    found = Estimate(value, low, high, 0.8, 4000, "USD", "futures")
    return replace(NOTHING, worth=Worth(found, spend, "USD", False, ("d",)))


class TestAnswered:
    def test_worth_is_held_against_cost(self) -> None:
        assert level(worth(-10, 100, 4000, 100), "value") == Between(1, 3, 5)
        assert level(worth(5, 5, 5, 0), "value") == Between(5, 5, 5)
        assert level(worth(-5, -5, -5, 0), "value") == Between(1, 1, 1)
        assert level(NOTHING, "value") == "nobody stated a benefit model"

    def test_hypotheses_that_held_raise_the_level_and_gates_bound_it(self) -> None:
        """One of one held: the chance is Beta(2, 1), whose percentiles are square roots."""
        assert level(tried(1, 0), "feasibility") == Between(2, 4, 5)
        assert level(tried(0, 9), "feasibility") == Between(1, 1, 2)
        assert level(tried(0, 9, "validation"), "feasibility") == Between(4, 4, 4)
        assert level(tried(0, 0, "production"), "feasibility") == Between(5, 5, 5)
        assert "no hypothesis is settled" in str(level(NOTHING, "feasibility"))

    def test_open_incidents_take_a_level_off(self) -> None:
        assert level(NOTHING, "risk") == Between(3, 4, 4)
        assert level(replace(NOTHING, incidents=("a", "b")), "risk") == Between(2, 3, 3)

    def test_no_safer_than_the_gravest_open_risk(self) -> None:
        """It bounds the level, and says which and by which entries; a low one changes nothing."""
        low, grave = ("late", "low", "e1"), ("leak", "critical", "e2")
        told = replace(NOTHING, register=OnRegister((grave, low), "5,000 USD", ("kept",)))
        found = answered(shipped(), told)["risk"]
        assert isinstance(found, Computed)
        assert found.levels == Between(2, 2, 2)
        assert found.says == (
            "risk tier limited; 2 risks open, expected to cost 5,000 USD with what was shown to "
            "help; level 2 at most: leak (critical)"
        )
        assert found.evidence == ("e", "e2", "kept")
        assert level(replace(NOTHING, register=OnRegister((low,), "", ())), "risk") == Between(
            3, 4, 4
        )

    def test_graver_risks_leave_no_higher_levels(self) -> None:
        text = shipped().text.replace("critical: 2", "critical: 4")
        with pytest.raises(Invalid, match="3 or less"):
            parse(text)
        with pytest.raises(Invalid, match="level from 1 to 5"):
            parse(shipped().text.replace("critical: 2", "critical: 0"))
        with pytest.raises(Invalid, match="severities"):
            parse(
                shipped().text.replace("from: benefit", "from: benefit\n    severities: {low: 5}")
            )

    def test_without_data_nothing_is_said_of_them(self) -> None:
        assert level(NOTHING, "data-readiness") == (
            "no dataset is named by its hypotheses or its versions"
        )


class TestScore:
    def test_nothing_known_is_no_score(self) -> None:
        found = score(shipped(), "churn", [], {})
        assert isinstance(found.score, Undefined)
        assert found.known == 0

    def test_the_mean_is_the_weighted_mean_of_levels(self) -> None:
        answers = {
            one.key: Computed(Between(at, at, at), "x", ())
            for at, one in enumerate(shipped().criteria, start=1)
        }
        found = score(shipped(), "churn", [], answers).score
        assert isinstance(found, Estimate)
        expected = sum(at * share for at, share in enumerate(shipped().weights, start=1))
        assert (found.low, found.value, found.high) == pytest.approx([expected] * 3)

    def test_nothing_to_rank_is_no_ranking(self) -> None:
        assert rank(shipped(), []).ranked == ()


class TestPrioritised:
    def test_effort_keeps_the_percentiles_of_the_plan(self) -> None:
        known = Known("a", "", None, 0, None, None, 0, "", (2.0, 4.0, 12.0), "plan", "d")
        given = {part: Between(1, 1, 1) for part in ("reach", "impact", "confidence")}
        found = prioritised(Method.RICE, known, given)
        [*_, effort] = found.inputs
        assert effort.range == pytest.approx((2, 4, 12), rel=0.02)
        assert isinstance(found.score, Estimate)
        assert (found.score.low, found.score.high) == pytest.approx((1 / 12, 1 / 2), rel=0.02)
        assert found.unit == "points"

"""Tests of privacy budgets: what is left, what is refused, never more than was allowed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.privacy.statistics import Query, Statistic
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import Subject
from gonogo.domain.disclosures.rules import (
    Account,
    Allowance,
    Budget,
    check_allowed,
    check_change,
    check_rationale,
    key_of,
)
from gonogo.stats.privacy_loss import concentrated, epsilon_of, exact_sum

VERSION = Subject.parse("dataset:loans@3f2a9c1d2e4f")
EPSILONS = st.floats(1e-4, 3)


def account(allowance: Allowance, *spent: float) -> Account:
    return Account(Budget("loans", allowance, "x", "", "user:1", "0" * 64), spent)


def count(epsilon: float) -> Query:
    return Query(Statistic.COUNT, epsilon)


class TestAllowance:
    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("epsilon", (0.0,)),
            ("epsilon", (math.nan,)),
            ("epsilon", (1e9,)),
            ("delta", (1.0, -0.1)),
            ("delta", (1.0, 0.5)),
            ("delta", (1.0, math.nan)),
            ("rows_per_person", (1.0, 0.0, 0)),
        ],
    )
    def test_what_is_no_promise_is_refused(
        self, field: str, said: tuple[float, float, int]
    ) -> None:
        with pytest.raises(Invalid) as refused:
            Allowance(*said)
        assert refused.value.field == field


class TestAllows:
    @given(EPSILONS, st.sampled_from([0.0, 1e-6]), st.lists(EPSILONS, max_size=30))
    def test_never_more_than_the_budget(
        self, epsilon: float, delta: float, asked: list[float]
    ) -> None:
        """Whatever is asked in whatever order, what was allowed stays within it."""
        allowance, spent = Allowance(epsilon, delta), list[float]()
        for one in asked:
            if account(allowance, *spent).allows(one):
                spent.append(one)
        if delta:
            assert epsilon_of(float(concentrated(spent)), delta) <= epsilon * (1 + 1e-12)
        else:
            assert exact_sum(spent) <= exact_sum([epsilon])

    @given(EPSILONS, st.sampled_from([0.0, 1e-6]), st.lists(EPSILONS, max_size=5))
    def test_what_is_left_can_be_spent_and_no_more(
        self, epsilon: float, delta: float, spent: list[float]
    ) -> None:
        found = account(Allowance(epsilon, delta), *spent)
        if found.left:
            assert found.allows(found.left)
        assert not found.allows(found.left + 2e-6)

    def test_three_tenths_are_three_times_a_tenth(self) -> None:
        """As floats they would be a little more."""
        allowance = Allowance(0.3)
        assert account(allowance, 0.1, 0.1).allows(0.1)
        assert account(allowance, 0.1, 0.1, 0.1).left == 0
        assert account(allowance, 0.1, 0.1, 0.1).used == 1

    def test_with_a_delta_many_small_releases_cost_less(self) -> None:
        """Bun & Steinke (2016): a hundred of ε 0.01 are well below ε 1 together."""
        spent = (0.01,) * 100
        assert account(Allowance(1.0), *spent).left == 0
        found = account(Allowance(1.0, 1e-6), *spent)
        assert found.loss < 0.6
        assert found.left > 0.1


class TestCheckAllowed:
    def test_without_a_budget_nothing_is_told(self) -> None:
        with pytest.raises(Conflict, match="gonogo dataset budget loans"):
            check_allowed(None, VERSION, count(0.1))

    def test_a_refusal_says_what_is_left(self) -> None:
        with pytest.raises(Conflict) as refused:
            check_allowed(account(Allowance(1.0), 0.9), VERSION, count(0.2))
        assert "at most 0.1, which is left" in refused.value.expected

    def test_a_spent_budget_says_so(self) -> None:
        with pytest.raises(Conflict) as refused:
            check_allowed(account(Allowance(1.0, 1e-6), 0.5), VERSION, count(0.2))
        assert "the budget (ε 1, δ 1e-06) is spent" in refused.value.expected


class TestCheckChange:
    def test_before_any_release_everything_may_change(self) -> None:
        check_change(None, Allowance(1.0))
        check_change(account(Allowance(1.0)), Allowance(2.0, 1e-6, 4))

    @pytest.mark.parametrize("after", [Allowance(1.0, 0.0, 2), Allowance(1.0, 1e-6, 1)])
    def test_afterwards_what_was_promised_stays(self, after: Allowance) -> None:
        with pytest.raises(Conflict):
            check_change(account(Allowance(1.0), 0.5), after)

    def test_a_delta_stays_above_nought(self) -> None:
        with pytest.raises(Conflict, match="above 0"):
            check_change(account(Allowance(1.0, 1e-6), 0.1), Allowance(1.0))

    def test_a_larger_or_a_smaller_epsilon_is_a_decision(self) -> None:
        check_change(account(Allowance(1.0), 0.5), Allowance(0.2))
        check_change(account(Allowance(1.0), 0.5), Allowance(5.0))


class TestCheckRationale:
    @pytest.mark.parametrize("text", ["", "  ", "x" * 3000])
    def test_is_said_in_words(self, text: str) -> None:
        with pytest.raises(Invalid, match="rationale"):
            check_rationale(text)


class TestKeyOf:
    def test_tells_versions_and_questions_apart(self) -> None:
        other = Subject.parse("dataset:loans@aaaaaaaaaaaa")
        keys = {
            key_of(subject, query)
            for subject in (VERSION, other)
            for query in (count(0.1), count(0.2))
        }
        assert len(keys) == 4
        assert key_of(VERSION, count(0.1)) in keys

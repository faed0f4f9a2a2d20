"""Entities that come back: their design effect, and what guardrails do with it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.api import OLS

from gonogo.stats.arms import Arms, Batch, step
from gonogo.stats.arrays import Floats
from gonogo.stats.clusters import Entities, entities
from gonogo.stats.estimate import Estimate
from gonogo.stats.guardrails import Guardrail, Harm

pytestmark = pytest.mark.filterwarnings("error")

ROWS = st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), min_size=1, max_size=30)


class TestEntities:
    def test_it_is_the_variance_by_clusters_over_the_plain_one(self) -> None:
        """Of statsmodels' regression on a constant, without its corrections for few clusters."""
        rng = np.random.default_rng(1)
        who = rng.integers(0, 40, 400)
        values = rng.random(40)[who] + rng.random(400)
        fit = OLS(values, np.ones(400))
        robust = fit.fit(cov_type="cluster", cov_kwds={"groups": who, "use_correction": False}).bse[
            0
        ]
        theirs = robust**2 / (values.var() / 400)
        assert entities(who, values).design_effect == pytest.approx(theirs)
        assert theirs > 2

    @given(ROWS)
    def test_entities_that_come_once_have_none(self, rows: list[tuple[int, float]]) -> None:
        values = [value for _, value in rows]
        found = entities(range(len(rows)), values).design_effect
        assert found == pytest.approx(1.0, abs=1e-6)

    @given(ROWS, ROWS)
    def test_other_entities_add_up(
        self, one: list[tuple[int, float]], other: list[tuple[int, float]]
    ) -> None:
        parts = [
            entities([f"{name}{who}" for who, _ in rows], [v for _, v in rows])
            for name, rows in (("a", one), ("b", other))
        ]
        whole = entities(
            [f"a{who}" for who, _ in one] + [f"b{who}" for who, _ in other],
            [v for _, v in [*one, *other]],
        )
        added = parts[0] + parts[1]
        assert added.totals == pytest.approx(whole.totals)
        assert added.counts == whole.counts

    def test_nothing_and_equal_values_have_none(self) -> None:
        assert Entities(Batch(0, 0.0, 0.0), 0, 0, 0).design_effect == 1.0
        assert entities(["a", "a"], [0.3, 0.3]).design_effect == 1.0

    def test_lengths_that_differ_are_refused(self) -> None:
        with pytest.raises(ValueError, match="expected"):
            entities(["a"], [1.0, 2.0])


class TestGuardrails:
    RULE = Guardrail(Harm.MORE, 0.0, 0.05, expected=0.3)

    def test_effects_count_as_fewer_observations(self) -> None:
        arms = self.RULE.update(Arms(), Batch(4000, 1200, 1200), Batch(4000, 1400, 1400))
        plain, twice = self.RULE.look(arms), self.RULE.look(arms, (2.0, 2.0))
        assert isinstance(plain.measured, Estimate)
        assert isinstance(twice.measured, Estimate)
        assert twice.measured.value == plain.measured.value
        assert twice.measured.low < plain.measured.low
        fewer = self.RULE.update(Arms(), Batch(2000, 600, 600), Batch(2000, 700, 700))
        half = self.RULE.look(fewer).measured
        assert isinstance(half, Estimate)
        assert twice.measured.low == pytest.approx(half.low, abs=1e-3)

    def test_customers_that_come_back_raise_no_false_alarm(self) -> None:
        """500 customers, each with a rate of its own, 20 looks: without the effect a third do."""
        rng, told, untold = np.random.default_rng(2), 0, 0
        for _ in range(60):
            rates, busy = rng.beta(0.9, 2.1, 500), rng.gamma(0.5, 1, 500)
            new = rng.random(500) < 0.25
            sums, seen, yes = np.zeros((15, 1)), np.zeros(500), np.zeros(500)
            alarms = [False, False]
            for _ in range(20):
                n = rng.multinomial(2000, busy / busy.sum()).astype(float)
                hits = rng.binomial(n.astype(int), rates).astype(float)
                seen, yes = seen + n, yes + hits
                live_batch, new_batch = (
                    np.array([[n[arm].sum()], [hits[arm].sum()], [hits[arm].sum()]])
                    for arm in (~new, new)
                )
                sums = step(sums, live_batch, new_batch, 0.3)
                effects = (effect(seen[~new], yes[~new]), effect(seen[new], yes[new]))
                for place, given_effects in enumerate(((1.0, 1.0), effects)):
                    found = self.RULE.evidence(sums, given_effects)
                    alarms[place] |= float(found[0]) >= math.log(20)
            untold, told = untold + alarms[0], told + alarms[1]
        assert told <= 10
        assert untold >= 15


def effect(n: Floats, yes: Floats) -> float:
    whole = Batch(int(n.sum()), float(yes.sum()), float(yes.sum()))
    return Entities(whole, float(n @ n), float(n @ yes), float(yes @ yes)).design_effect


class TestCautiousEffect:
    def test_few_entities_count_at_most_as_one_value_each(self) -> None:
        """One entity's values deviate from their own mean by nothing in all."""
        found = entities(["a"] * 10 + ["b"] * 10, [0.0, 1.0] * 10)
        assert (found.design_effect, found.cautious_effect) == (1.0, 10.0)

    def test_many_are_taken_at_their_word(self) -> None:
        who = np.repeat(np.arange(30), 4)
        found = entities(who, np.tile([0.0, 1.0], 60))
        assert found.cautious_effect == found.design_effect

    def test_values_of_different_entities_are_independent_however_few(self) -> None:
        assert entities(range(5), [0, 1, 1, 0, 1]).cautious_effect == pytest.approx(1)

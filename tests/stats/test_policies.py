"""Policies over a log: cross-fitted, never learned from whom they judge, and right on average."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.arrays import Floats
from gonogo.stats.bandits import prepare, rows_of, vector_of
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.off_policy import doubly_robust, ips, snips
from gonogo.stats.policies import FOLDS, Log, learned, names_of, rewards, shares, targets

pytestmark = pytest.mark.filterwarnings("error")

LOGGING = np.array([0.7, 0.3])
PARAMETERS = {"epsilon": 0.2, "exploration": 0.5}


def rates(context: Floats) -> Floats:
    """True rates of two arms: the second is better above 0, worse below."""
    return np.column_stack([np.full(len(context), 0.3), 0.3 + 0.2 * np.tanh(context)])


def made(seed: int, n: int, each: int = 1) -> tuple[Log, Floats]:
    """A log of entities that come `each` times, and the contexts."""
    rng = np.random.default_rng(seed)
    context = np.floor(rng.normal(size=n) * 1024) / 1024
    taken = rng.choice(2, size=n, p=LOGGING)
    reward = (rng.random(n) < rates(context)[np.arange(n), taken]).astype(float)
    rows = np.column_stack([np.ones(n), context])
    return Log(("a", "b"), taken, LOGGING[taken], reward, rows, np.arange(n) // each), context


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


class TestTargets:
    def test_each_estimator_finds_what_each_policy_is_worth(self) -> None:
        """Of LinUCB the worth of the very policies that were learned, part by part."""
        log, context = made(1, 20_000)
        true = rates(context)
        for one in targets(log, PARAMETERS):
            worth = float((shares(log, one.policy, PARAMETERS) * true).sum(axis=1).mean())
            for found in (
                ips(one.logged, 0.999, "reward"),
                snips(one.logged, 0.999, "reward"),
                doubly_robust(one.logged, one.taken, one.expected, 0.999, "reward"),
            ):
                assert estimated(found).low <= worth <= estimated(found).high, one.policy

    def test_linucb_is_foretold_to_do_better_where_it_can(self) -> None:
        log, _ = made(2, 20_000)
        found = {
            one.policy: estimated(doubly_robust(one.logged, one.taken, one.expected, 0.95, "x"))
            for one in targets(log, PARAMETERS)
        }
        assert tuple(found) == names_of(("a", "b"))
        assert found["linucb"].low > max(found[name].high for name in ("always:a", "uniform"))

    @given(st.integers(0, 5), st.sampled_from([1, 3]))
    def test_nobody_is_judged_by_what_was_learned_from_them(self, seed: int, each: int) -> None:
        """Rewards of one part turned round change nothing of what is foretold of that part."""
        log, _ = made(seed, 60, each)
        part = int(seed % FOLDS)
        here = log.fold == part
        other = Log(
            log.arms,
            log.taken,
            log.propensity,
            np.where(here, 1 - log.reward, log.reward),
            log.rows,
            log.entity,
        )
        assert rewards(log)[here] == pytest.approx(rewards(other)[here])
        policies = (shares(one, "linucb", PARAMETERS)[here] for one in (log, other))
        assert np.array_equal(*policies)

    @given(st.sampled_from(names_of(("a", "b"))), st.integers(0, 5))
    def test_chances_are_chances(self, policy: str, seed: int) -> None:
        log, _ = made(seed, 40)
        found = shares(log, policy, PARAMETERS)
        assert found.sum(axis=1) == pytest.approx(1)
        assert (found >= 0).all()

    def test_linucb_is_the_bandit_of_the_gateway(self) -> None:
        log, context = made(3, 200)
        found = shares(log, "linucb", PARAMETERS)
        grams, sums = learned(log, log.fold != 0)
        arms = {
            name: {"a": (np.eye(2) + grams[place]).tolist(), "b": sums[place].tolist()}
            for place, name in enumerate(log.arms)
        }
        ready = prepare("linucb", PARAMETERS, arms, ("x",))
        for place in np.flatnonzero(log.fold == 0):
            theirs = ready.propensities({"x": context[place]})
            assert found[place] == pytest.approx([theirs["a"], theirs["b"]])

    def test_entities_that_come_back_make_the_interval_longer(self) -> None:
        log, _ = made(4, 3000)
        # Each entity thrice with the same decision: as much is known as of a third of them.
        thrice = Log(
            log.arms,
            np.repeat(log.taken, 3),
            np.repeat(log.propensity, 3),
            np.repeat(log.reward, 3),
            np.repeat(log.rows, 3, axis=0),
            np.repeat(log.entity, 3),
        )
        alone, back = (next(targets(one, PARAMETERS)).logged for one in (log, thrice))
        for estimator in (ips, snips):
            once, again = (estimated(estimator(one, 0.95, "x")) for one in (alone, back))
            assert again.value == pytest.approx(once.value)
            assert again.high - again.low == pytest.approx(once.high - once.low)

    def test_an_arm_nobody_took_has_no_estimate(self) -> None:
        log, _ = made(5, 100)
        wider = Log((*log.arms, "c"), log.taken, log.propensity, log.reward, log.rows, log.entity)
        (one,) = (one for one in targets(wider, PARAMETERS) if one.policy == "always:c")
        for found in (
            ips(one.logged, 0.95, "x"),
            snips(one.logged, 0.95, "x"),
            doubly_robust(one.logged, one.taken, one.expected, 0.95, "x"),
        ):
            assert "take none of these decisions" in getattr(found, "reason", "")

    def test_what_does_not_fit_is_refused(self) -> None:
        log, _ = made(6, 10)
        with pytest.raises(ValueError, match="not among"):
            Log(("a",), log.taken, log.propensity, log.reward, log.rows, log.entity)
        with pytest.raises(ValueError, match="expected"):
            Log(log.arms, log.taken, log.propensity, log.reward[1:], log.rows, log.entity)


class TestRowsOf:
    @given(
        st.lists(
            st.tuples(st.floats(-1e6, 1e6), st.one_of(st.none(), st.floats(-50, 50))),
            min_size=1,
            max_size=5,
        )
    )
    def test_many_are_read_as_one_is(self, found: list[tuple[float, float | None]]) -> None:
        scaling = {"y": (3.0, 7.0)}
        values = [[x, np.nan if y is None else y] for x, y in found]
        each = [vector_of(("x", "y"), {"x": x, "y": y}, scaling) for x, y in found]
        assert np.array_equal(rows_of(("x", "y"), values, scaling), np.array(each))

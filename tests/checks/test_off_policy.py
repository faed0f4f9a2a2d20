"""What another policy would bring: each estimator by name, with what its weights say beside it."""

import numpy as np
import pytest

from gonogo.checks.off_policy import Foretold, off_policy_reward
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate
from gonogo.stats.off_policy import Logged, doubly_robust, ips, logged, snips

N = 2000


@pytest.fixture(scope="module")
def log() -> Logged:
    rng = np.random.default_rng(3)
    target = rng.uniform(0.1, 0.9, N)
    reward = (rng.random(N) < 0.1 + 0.1 * target).astype(float)
    return logged(reward, np.full(N, 0.5), target)


class TestOffPolicyReward:
    def test_each_estimator_is_the_one_it_is_called(self, log: Logged) -> None:
        flat = Foretold(np.full(N, 0.15), np.full(N, 0.15))
        for name, wanted in (
            ("ips", ips(log, 0.9, "reward")),
            ("snips", snips(log, 0.9, "reward")),
            ("doubly-robust", doubly_robust(log, flat.taken, flat.expected, 0.9, "reward")),
        ):
            found = off_policy_reward(log, {"estimator": name, "level": 0.9}, flat)
            assert found.measured == wanted
            assert found.parameters == {"estimator": name, "level": 0.9}

    def test_what_the_weights_say_stands_beside_it(self, log: Logged) -> None:
        detail = off_policy_reward(log, {"estimator": "ips"}).detail
        assert detail["enough"] is True
        assert detail["never_taken"] == 0
        told = detail["logged"]
        assert isinstance(told, dict)
        assert told["value"] == pytest.approx(float(log.reward.mean()))

    def test_nothing_logged_is_a_reason(self) -> None:
        found = off_policy_reward(logged([], [], []), {"estimator": "snips"})
        assert not isinstance(found.measured, Estimate)
        assert found.detail == {}

    def test_an_unknown_estimator_and_a_missing_model_are_named(self, log: Logged) -> None:
        for name, field in (("dr", "with.estimator"), ("doubly-robust", "foretold")):
            with pytest.raises(Invalid) as refused:
                off_policy_reward(log, {"estimator": name})
            assert refused.value.field == field

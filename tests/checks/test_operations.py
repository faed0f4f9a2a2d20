"""Latency: what is timed, and what the interval says with few requests."""

import math

import numpy as np
import pytest

from gonogo.checks.operations import latency_p99_ms
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined


class Stopwatch:
    """Says at every second reading that the next of some durations has passed."""

    def __init__(self, seconds: list[float]) -> None:
        self.ends = iter(seconds)
        self.running = False
        self.now = 0.0

    def __call__(self) -> float:
        self.running = not self.running
        if not self.running:
            self.now += next(self.ends)
        return self.now


class TestLatency:
    def test_the_99th_percentile_of_what_was_timed(self) -> None:
        seconds = list(np.random.default_rng(1).permutation(np.arange(1, 1001)) / 1000)
        found = latency_p99_ms(str, ["row"], {}, stopwatch=Stopwatch(seconds))
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(990, abs=1e-6)
        assert found.measured.low < 990 < found.measured.high < 1000
        assert found.parameters == {"level": 0.95, "requests": 1000}
        assert found.detail["largest"] == pytest.approx(1000)

    def test_few_requests_leave_the_upper_end_open(self) -> None:
        found = latency_p99_ms(str, ["r"], {"requests": 50}, stopwatch=Stopwatch([0.001] * 50))
        assert isinstance(found.measured, Estimate)
        assert found.measured.high == math.inf

    def test_warm_up_is_not_timed_and_rows_take_turns(self) -> None:
        asked: list[str] = []
        latency_p99_ms(
            asked.append, ["a", "b"], {"requests": 3}, warm_up=2, stopwatch=Stopwatch([0.001] * 3)
        )
        assert asked == ["a", "b", "a", "b", "a"]

    def test_the_real_stopwatch_runs(self) -> None:
        found = latency_p99_ms(str, [1], {"requests": 20})
        assert isinstance(found.measured, Estimate)
        assert 0 <= found.measured.value < 1000

    def test_no_rows_are_undefined(self) -> None:
        found = latency_p99_ms(str, [], {})
        assert found.measured == Undefined("no observations", n=0)

    def test_a_stopwatch_that_runs_backwards_is_refused(self) -> None:
        with pytest.raises(Invalid, match="stopwatch"):
            latency_p99_ms(str, [1], {"requests": 2}, stopwatch=Stopwatch([0.1, -0.1]))

    def test_no_requests_are_refused(self) -> None:
        with pytest.raises(Invalid, match="requests"):
            latency_p99_ms(str, [1], {"requests": 0})

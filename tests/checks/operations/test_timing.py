"""Latency, throughput, cost, starts: what is timed, and what the interval says with few times."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.timing import (
    cold_start_ms,
    cost_per_thousand,
    energy_per_million_wh,
    latency_ms,
    model_size_bytes,
    throughput_per_s,
)
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
        found = latency_ms(str, ["row"], {}, stopwatch=Stopwatch(seconds))
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(990, abs=1e-6)
        assert found.measured.low < 990 < found.measured.high < 1000
        assert found.parameters == {"level": 0.95, "requests": 1000}
        assert found.detail["largest"] == pytest.approx(1000)

    def test_few_requests_leave_the_upper_end_open(self) -> None:
        found = latency_ms(str, ["r"], {"requests": 50}, stopwatch=Stopwatch([0.001] * 50))
        assert isinstance(found.measured, Estimate)
        assert found.measured.high == math.inf

    def test_warm_up_is_not_timed_and_rows_take_turns(self) -> None:
        asked: list[str] = []
        latency_ms(
            asked.append, ["a", "b"], {"requests": 3}, warm_up=2, stopwatch=Stopwatch([0.001] * 3)
        )
        assert asked == ["a", "b", "a", "b", "a"]

    def test_the_real_stopwatch_runs(self) -> None:
        found = latency_ms(str, [1], {"requests": 20})
        assert isinstance(found.measured, Estimate)
        assert 0 <= found.measured.value < 1000

    def test_no_rows_are_undefined(self) -> None:
        found = latency_ms(str, [], {})
        assert found.measured == Undefined("no observations", n=0)

    def test_a_stopwatch_that_runs_backwards_is_refused(self) -> None:
        with pytest.raises(Invalid, match="stopwatch"):
            latency_ms(str, [1], {"requests": 2}, stopwatch=Stopwatch([0.1, -0.1]))

    def test_no_requests_are_refused(self) -> None:
        with pytest.raises(Invalid, match="requests"):
            latency_ms(str, [1], {"requests": 0})


class TestOtherPercentiles:
    def test_median_and_95th_of_the_same_times(self) -> None:
        seconds = list(np.random.default_rng(1).permutation(np.arange(1, 1001)) / 1000)
        for percentile in (500, 950):
            found = latency_ms(
                str, ["row"], {}, percent=percentile // 10, stopwatch=Stopwatch(seconds)
            ).measured
            assert isinstance(found, Estimate)
            assert found.value == pytest.approx(percentile, abs=1e-6)
            assert found.low < percentile < found.high < 1000


ROWS = pd.DataFrame({"a": range(7)})


class TestThroughput:
    def test_rows_over_the_median_time_of_a_batch(self) -> None:
        asked: list[int] = []
        found = throughput_per_s(
            lambda batch: asked.append(len(batch)),
            ROWS,
            {"rows": 100, "batches": 9},
            stopwatch=Stopwatch([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
        ).measured
        assert asked == [100] * 10
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(200)
        assert found.low < 200 < found.high
        assert (found.n, found.unit) == (9, "rows/s")

    def test_few_batches_leave_both_ends_open(self) -> None:
        found = throughput_per_s(len, ROWS, {"batches": 1}, stopwatch=Stopwatch([0.5])).measured
        assert isinstance(found, Estimate)
        assert (found.low, found.high) == (0, math.inf)

    def test_without_rows_or_time_it_is_undefined(self) -> None:
        assert throughput_per_s(len, ROWS[:0], {}).measured == Undefined("no observations", n=0)
        found = throughput_per_s(len, ROWS, {"batches": 2}, stopwatch=Stopwatch([0, 0.1]))
        assert isinstance(found.measured, Undefined)
        assert "more rows" in found.measured.reason

    def test_no_batches_are_refused(self) -> None:
        with pytest.raises(Invalid, match="batches"):
            throughput_per_s(len, ROWS, {"batches": 0})


class TestPerPrediction:
    TIMES = (0.2, 0.2, 0.25, 0.3, 0.3, 0.5, 0.1)

    @pytest.mark.parametrize(
        ("check", "asked", "wanted"),
        [
            # 100 rows in 0.25 s are 400 a second and 1.44 million an hour.
            (cost_per_thousand, {"price_per_hour": 2.88}, 0.002),
            (energy_per_million_wh, {"watts": 144.0}, 100.0),
        ],
    )
    def test_what_an_hour_takes_over_the_rows_of_an_hour(
        self, check: Callable[..., Finding], asked: dict[str, float], wanted: float
    ) -> None:
        given = {"rows": 100, "batches": 7, **asked}
        found = check(len, ROWS, given, stopwatch=Stopwatch(list(self.TIMES)))
        measured = found.measured
        assert isinstance(measured, Estimate)
        assert measured.value == pytest.approx(wanted)
        assert found.detail["rows_per_s"] == pytest.approx(400)
        assert measured.low == pytest.approx(wanted * 0.1 / 0.25)
        assert measured.high == pytest.approx(wanted * 0.5 / 0.25)

    def test_the_price_must_be_said_and_positive(self) -> None:
        with pytest.raises(Invalid, match="price_per_hour"):
            cost_per_thousand(len, ROWS, {})
        with pytest.raises(Invalid, match="watts"):
            energy_per_million_wh(len, ROWS, {"watts": 0.0})


class TestColdStart:
    def test_the_median_of_the_timed_starts(self) -> None:
        calls: list[int] = []
        found = cold_start_ms(
            lambda: calls.append(1),
            {"starts": 7},
            stopwatch=Stopwatch([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]),
        )
        assert len(calls) == 8
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(400)
        assert found.measured.low == pytest.approx(100)
        assert found.detail["slowest"] == pytest.approx(700)


class TestModelSize:
    def test_counts_all_files(self) -> None:
        found = model_size_bytes({"b": 5, "a": 7}, {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 12
        assert found.measured.exact
        assert found.detail == {"files": [{"path": "a", "size": 7}, {"path": "b", "size": 5}]}

    def test_no_files_are_undefined_and_no_size_is_negative(self) -> None:
        assert model_size_bytes({}, {}).measured == Undefined("no files", n=0)
        with pytest.raises(Invalid, match="files"):
            model_size_bytes({"a": -1}, {})

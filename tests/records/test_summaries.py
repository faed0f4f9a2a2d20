"""Counts and sums by arm are those of the records, whether they are rolled or not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import mean, variance

import numpy as np
import pytest

from gonogo.core.errors import Invalid
from gonogo.records import series, summaries
from gonogo.records.log import Log, Period, opened
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from gonogo.records.which import Payoff, Which
from tests.fixtures.clocks import START, FakeClock
from tests.fixtures.decided import AT, decision, outcome

SECOND = 1_000_000
N = 200

DECIDED = [
    decision(
        f"d{number}",
        at=AT + number * SECOND,
        arm="canary" if number % 4 == 0 else "champion",
        entity=f"card-{number % 10}",
        score=None if number == 7 else number / N,
        outcome="approve" if number % 3 else "decline",
        latency_us=1000 + number,
        features={"region": "north" if number % 2 else "south", "a/b": number},
        error="model hangs" if number % 50 == 0 else None,
        kind="fallback" if number % 50 == 0 else "model",
        rule="limit" if number == 3 else None,
        defaulted=("age",) if number in {1, 2} else (),
    )
    for number in range(N)
]
SHADOWS = [decision("d1", arm="challenger", role="shadow", model="fraud-trees@2", score=0.9)]
CAME = [
    outcome(f"d{number}", label=number % 5 == 0, value=float(number), received=AT + 500 * SECOND)
    for number in range(0, N, 2)
]
CORRECTED = [outcome("d4", label=True, value=-7.0, received=AT + 900 * SECOND)]


@pytest.fixture(params=["in a segment", "rolled"], scope="module")
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """The log of all of these, opened."""
    folder: Path = tmp_path_factory.mktemp("log")
    writer = Writer(folder, "w1", Durability.PAGE_CACHE, FakeClock())
    writer.append_all([*DECIDED, *SHADOWS, *CAME, *CORRECTED])
    if request.param == "rolled":
        writer.close()
        roll(folder)
    with opened(folder, Period("fraud")) as found:
        yield found
    writer.close()


def values(arm: str) -> list[float]:
    """What decisions of an arm were worth, as far as it is known."""
    worth = {one.decision: one.value for one in [*CAME, *CORRECTED]}
    found = [worth.get(one.id) for one in DECIDED if one.arm == arm]
    return [value for value in found if value is not None]


class TestArms:
    def test_counts_are_those_of_the_records(self, log: Log) -> None:
        canary, champion = summaries.arms(log)
        assert (canary.arm, canary.n, champion.arm, champion.n) == ("canary", 50, "champion", 150)
        assert (canary.errors, canary.fallbacks, canary.error_kinds) == (2, 2, {"model hangs": 2})
        assert (champion.errors, champion.error_kinds) == (2, {"model hangs": 2})
        assert (champion.by_rule, champion.defaulted) == (1, 2)
        assert champion.outcomes == {"approve": 100, "decline": 50}
        assert champion.models == ("fraud-trees@1",)
        assert champion.score.n == 149
        assert canary.first == START
        assert champion.last == START + timedelta(seconds=199)

    def test_latency_is_told_by_quantiles(self, log: Log) -> None:
        canary, _ = summaries.arms(log)
        took = [one.latency_us for one in DECIDED if one.arm == "canary"]
        assert [canary.latency.p50, canary.latency.p95, canary.latency.p99] == pytest.approx(
            np.quantile(took, [0.5, 0.95, 0.99])
        )
        assert canary.latency.largest == max(took)

    def test_labels_are_joined_and_corrections_count(self, log: Log) -> None:
        canary, champion = summaries.arms(log)
        assert (canary.labelled, champion.labelled) == (50, 50)
        assert canary.labels == {"true": 11, "false": 39}
        assert canary.label.mean == pytest.approx(11 / 50)
        assert canary.value.mean == pytest.approx(mean(values("canary")))
        assert canary.value.low == -7.0

    def test_shadows_are_asked_for(self, log: Log) -> None:
        (shadow,) = summaries.arms(log, Which(role="shadow"))
        assert (shadow.arm, shadow.n, shadow.labelled) == ("challenger", 1, 0)
        assert len(summaries.arms(log, Which(role=None))) == 3
        assert summaries.arms(log, Which(model="fraud-trees@3")) == []
        (canary,) = summaries.arms(log, Which(arm="canary", release="r1"))
        assert canary.n == 50

    def test_nothing_is_no_arm(self, tmp_path: Path) -> None:
        with opened(tmp_path, Period("fraud")) as empty:
            assert summaries.arms(empty) == []
            assert summaries.payoffs(empty, Payoff()) == []


class TestPayoffs:
    def test_sums_are_those_of_the_newest_outcomes(self, log: Log) -> None:
        canary, champion = summaries.payoffs(log, Payoff())
        for found, arm in ((canary, "canary"), (champion, "champion")):
            worth = values(arm)
            assert found.n == len(worth)
            assert found.total == pytest.approx(sum(worth))
            assert found.squares == pytest.approx(sum(value**2 for value in worth))
            assert found.mean == pytest.approx(mean(worth))
            assert found.variance == pytest.approx(variance(worth))
        assert (champion.n, champion.waiting) == (50, 100)

    def test_a_confusion_matrix_can_be_priced(self, log: Log) -> None:
        table = Payoff("table", (("approve", "true", -5.0), ("approve", "false", 1.0)))
        canary, _ = summaries.payoffs(log, table)
        cells = {(one.outcome, one.label): one.n for one in summaries.crossed(log, Which("canary"))}
        assert canary.n == cells["approve", "true"] + cells["approve", "false"]
        assert canary.total == cells["approve", "false"] - 5 * cells["approve", "true"]

    def test_refuses_what_is_no_payoff(self, log: Log) -> None:
        with pytest.raises(Invalid):
            summaries.payoffs(log, Payoff("profit"))


class TestSlices:
    def test_traffic_by_minute_adds_up(self, log: Log) -> None:
        found = [one for one in series.slices(log, 60) if one.arm == "champion"]
        assert [one.at for one in found] == [START + timedelta(minutes=n) for n in range(4)]
        assert [one.n for one in found] == [45, 45, 45, 15]
        assert sum(one.errors for one in found) == 2


class TestObserved:
    def test_numbers_come_in_the_order_in_which_they_came(self, log: Log) -> None:
        _, champion = series.observed(log, "score")
        wanted = [one.score for one in DECIDED if one.arm == "champion" and one.score is not None]
        assert champion.values.tolist() == wanted

    def test_a_correction_is_known_later(self, log: Log) -> None:
        canary, _ = series.observed(log, Payoff())
        assert canary.values[-1] == -7.0
        assert sorted(canary.values) == sorted(values("canary"))

    def test_yes_and_no_are_one_and_zero(self, log: Log) -> None:
        canary, champion = series.observed(log, "outcome=approve")
        assert champion.values.sum() == 100
        errors, _ = series.observed(log, "error")
        assert (errors.values.sum(), len(errors.values)) == (2, len(canary.values))
        with pytest.raises(Invalid):
            series.observed(log, "happiness")


class TestUnits:
    def test_payoff_is_summed_by_entity(self, log: Log) -> None:
        canary, champion = series.units(log, Payoff())
        assert champion.entities == tuple(sorted({f"card-{n % 10}" for n in range(N) if n % 4}))
        assert canary.decisions.sum() == 50
        assert canary.totals.sum() == pytest.approx(sum(values("canary")))
        assert champion.known.sum() == 50

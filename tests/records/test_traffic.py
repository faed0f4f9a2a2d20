"""Tests of what goes through every use case, read from a log with several of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gonogo.core.times import system_clock
from gonogo.records.segments import Durability, Writer
from gonogo.records.traffic import NOTHING, ArmFlow, by_case
from tests.fixtures.decided import AT, decision

NOW = datetime.fromtimestamp(AT / 1e6, UTC)
HOURS = 3_600_000_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Fraud now, with an error and a shadow; churn three hours ago; fraud two days ago."""
    writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, system_clock)
    writer.write_now(
        decision("a", latency_us=1000),
        decision("b", latency_us=3000, arm="challenger", error="late"),
        decision("b", role="shadow", arm="shadow", latency_us=9000),
        decision("c", case="churn", at=AT - 3 * HOURS),
        decision("d", at=AT - 48 * HOURS),
    )
    writer.close()
    return tmp_path


class TestByCase:
    def test_counts_errors_and_latency_without_shadows(self, log: Path) -> None:
        found = by_case(log, NOW - timedelta(days=1), NOW - timedelta(hours=1))
        fraud = found["fraud"]
        assert (fraud.all.n, fraud.all.errors, fraud.all.p50) == (2, 1, 2000)
        assert fraud.recent == fraud.all
        assert fraud.arms == (
            ArmFlow("challenger", "live", 1),
            ArmFlow("champion", "live", 1),
            ArmFlow("shadow", "shadow", 1),
        )

    def test_what_is_older_than_the_later_time_is_not_recent(self, log: Path) -> None:
        churn = by_case(log, NOW - timedelta(days=1), NOW - timedelta(hours=1))["churn"]
        assert (churn.recent, churn.all.n) == (NOTHING, 1)

    def test_an_empty_log_has_no_traffic(self, tmp_path: Path) -> None:
        assert by_case(tmp_path, NOW - timedelta(days=1), NOW) == {}

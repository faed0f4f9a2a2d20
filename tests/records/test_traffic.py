"""Tests of what goes through every use case, read from a log with several of them."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.times import system_clock
from gonogo.records import part_sums, places, tails, traffic
from gonogo.records.erasing import retire
from gonogo.records.log import Period, opened
from gonogo.records.record import Decision
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from gonogo.records.traffic import NOTHING, ArmFlow, Flow, by_case
from tests.fixtures.decided import AT, decision

NOW = datetime.fromtimestamp(AT / 1e6, UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOURS = 3_600_000_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Fraud now, with an error and a shadow; churn three hours ago; fraud two days ago."""
    write(
        tmp_path,
        decision("a", latency_us=1000),
        decision("b", latency_us=3000, arm="challenger", error="late"),
        decision("b", role="shadow", arm="shadow", latency_us=9000),
        decision("c", case="churn", at=AT - 3 * HOURS),
        decision("d", at=AT - 48 * HOURS),
    )
    return tmp_path


def write(folder: Path, *found: Decision, worker: str = "w1") -> None:
    writer = Writer(folder, worker, Durability.PAGE_CACHE, system_clock)
    writer.write_now(*found)
    writer.close()


def drawn(n: int, seed: int) -> list[Decision]:
    """Decisions over a day and a half, of two use cases, as they may come."""
    rng = random.Random(seed)  # noqa: S311  # examples, no secret
    return [
        decision(
            f"{seed}-{number}",
            case=rng.choice(["fraud", "churn"]),
            at=AT - rng.randrange(36 * HOURS),
            arm=rng.choice(["champion", "challenger"]),
            role=rng.choice(["live", "live", "shadow"]),
            latency_us=rng.randrange(100, 400),
            error=rng.choice([None, None, None, "late"]),
        )
        for number in range(n)
    ]


def in_full(folder: Path) -> dict[str, tuple[Any, ...]]:
    """The same numbers by asking the whole log, as SQL has them."""
    found = {}
    for case in ("fraud", "churn"):
        told: list[Any] = []
        arms: list[Any] = []
        for start in (NOW - HOUR, NOW - DAY):
            with opened(folder, Period(case, since=start)) as log:
                row = log.connection.execute(
                    "SELECT count(*), count(error), quantile_cont(latency_us, 0.5), "
                    "quantile_cont(latency_us, 0.99) FROM decisions WHERE role <> 'shadow'"
                ).fetchone()
                arms = log.connection.execute(
                    "SELECT arm, role, count(*) FROM decisions GROUP BY ALL ORDER BY role, arm"
                ).fetchall()
            told.append(row)
        found[case] = (*told, arms)
    return found


class TestByCase:
    def test_counts_errors_and_latency_without_shadows(self, log: Path) -> None:
        found = by_case(log, NOW - DAY, NOW - HOUR)
        fraud = found["fraud"]
        assert (fraud.all.n, fraud.all.errors, fraud.all.p50) == (2, 1, 2000)
        assert fraud.recent == fraud.all
        assert fraud.arms == (
            ArmFlow("challenger", "live", 1),
            ArmFlow("champion", "live", 1),
            ArmFlow("shadow", "shadow", 1),
        )

    def test_what_is_older_than_the_later_time_is_not_recent(self, log: Path) -> None:
        churn = by_case(log, NOW - DAY, NOW - HOUR)["churn"]
        assert (churn.recent, churn.all.n) == (NOTHING, 1)

    def test_an_empty_log_has_no_traffic(self, tmp_path: Path) -> None:
        assert by_case(tmp_path, NOW - DAY, NOW) == {}

    def test_the_numbers_are_those_of_reading_everything(self, tmp_path: Path) -> None:
        """Rolled, half rolled and still written, by two gateways, with a torn end."""
        for seed in range(3):
            write(tmp_path, *drawn(150, seed), worker=f"w{seed % 2}")
            if seed == 1:
                roll(tmp_path)
            last = places.segments(tmp_path)
            if last:
                with last[-1].open("ab") as torn:
                    torn.write(b"\xf7\xa9GN torn")
            told = by_case(tmp_path, NOW - DAY, NOW - HOUR)
            for case, (hour, day, arms) in in_full(tmp_path).items():
                assert _told(told[case].recent) == pytest.approx(hour), case
                assert _told(told[case].all) == pytest.approx(day), case
                assert [(one.arm, one.role, one.n) for one in told[case].arms] == arms


def _told(flow: Flow) -> tuple[Any, ...]:
    return (flow.n, flow.errors, flow.p50, flow.p99)


class TestCost:
    @pytest.fixture
    def read(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
        """Files of Parquet that are read, and bytes of segments."""
        seen: dict[str, list[Any]] = {"files": [], "bytes": []}
        whole: Callable[..., Any] = part_sums.exact_of
        taken: Callable[..., Any] = tails.Tail.read_on

        def exact_of(path: Path, start: int | None) -> Any:
            seen["files"].append(path.name)
            return whole(path, start)

        def read_on(tail: tails.Tail) -> int:
            seen["bytes"].append(taken(tail))
            return int(seen["bytes"][-1])

        monkeypatch.setattr(part_sums, "exact_of", exact_of)
        monkeypatch.setattr(traffic, "exact_of", exact_of)
        monkeypatch.setattr(tails.Tail, "read_on", read_on)
        return seen

    def test_what_was_rolled_is_not_read_again(
        self, tmp_path: Path, read: dict[str, list[Any]]
    ) -> None:
        """But for the one file that lies across the beginning of the last hour."""
        for hours in range(20):
            at = AT - hours * HOURS
            write(tmp_path, *(decision(f"{hours}-{k}", at=at - k * HOURS // 40) for k in range(39)))
            roll(tmp_path)
        read["files"].clear()
        half = HOURS // 2 / 1e6
        for _ in range(3):
            found = by_case(tmp_path, NOW - DAY, NOW - timedelta(seconds=half))
            assert (found["fraud"].all.n, found["fraud"].recent.n) == (780, 21)
        assert len(read["files"]) == 3, "one a look, whose first half hour counts"

    def test_of_what_is_written_only_the_new_bytes(
        self, tmp_path: Path, read: dict[str, list[Any]]
    ) -> None:
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, system_clock)
        for look in range(4):
            writer.write_now(*(decision(f"{look}-{k}") for k in range(50)))
            assert by_case(tmp_path, NOW - DAY, NOW - HOUR)["fraud"].all.n == 50 * (look + 1)
        writer.close()
        first, *others = read["bytes"]
        assert all(0 < one < first for one in others), "the first look reads the header too"
        assert sum(read["bytes"]) <= places.segments(tmp_path)[0].stat().st_size

    def test_sums_go_with_the_day_they_are_of(self, log: Path) -> None:
        roll(log)
        kept = sorted((log / "traffic").rglob("*.json"))
        assert len(kept) == len(places.parts(log, places.DECISIONS))
        retire(log, 1, lambda: NOW + timedelta(days=30))
        assert not list((log / "traffic").rglob("*.json"))

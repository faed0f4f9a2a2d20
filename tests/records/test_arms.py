"""Sums by arm since a mark: each record once, wherever it lies and whenever it came."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gonogo.records import arms, callers
from gonogo.records.asked import Asked
from gonogo.records.record import Decision, Outcome, Record
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
MICROS = int(NOW.timestamp() * 1e6)
ASKED = Asked(
    case="churn",
    release="churn-1",
    since=NOW,
    positive="approve",
    limits=(50.0, 0.5),
    groups=("sex",),
    values=(-10.0, 10.0),
    labels=(0.0, 1.0),
)


def decision(number: int, arm: str = "challenger", **more: object) -> Decision:
    fields: dict[str, object] = {
        "id": f"d{number}",
        "case": "churn",
        "at": MICROS + number,
        "entity": f"e{number}",
        "arm": arm,
        "role": "live",
        "kind": "model",
        "snapshot": 1,
        "release": "churn-1",
        "model": "caller@2",
        "code": None,
        "propensity": 0.5,
        "features": {"sex": "fm"[number % 2]},
        "defaulted": (),
        "score": 0.5,
        "outcome": "approve",
        "reasons": (),
        "rule": None,
        "latency_us": 1000,
        "error": None,
        "token": "t1",
    }
    return Decision(**{**fields, **more})  # type: ignore[arg-type]  # fields by name


def outcome(number: int, label: float, value: float | None = None) -> Outcome:
    return Outcome(f"d{number}", "churn", MICROS, MICROS, label, value, "outcome", None, None)


def write(folder: Path, *records: Record, worker: str = "w1") -> None:
    writer = Writer(folder, worker, Durability.PAGE_CACHE, lambda: NOW)
    writer.write_now(*records)
    writer.close()


def one(came: arms.Came, arm: str = "challenger") -> arms.Sums:
    return next(found for found in came.sums if found.arm == arm)


class TestSince:
    def test_counts_sums_and_groups_by_arm(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            decision(1),
            decision(2, error="no number", outcome="decline", score=None, latency_us=900),
            decision(3, "champion"),
            decision(4, release="churn-2"),
            decision(5, case="other"),
        )
        found = one(arms.since(tmp_path, ASKED, arms.NOTHING))
        assert (found.n, found.errors, found.yes) == (2, 1, 1)
        assert found.scores == (1, 0.5, 0.25)
        assert found.late == {"50": 0, "0.5": 2}
        assert found.groups == {"sex": {"m": (1, 1), "f": (0, 1)}}

    def test_an_empty_log_has_nothing(self, tmp_path: Path) -> None:
        assert arms.since(tmp_path, ASKED, arms.NOTHING).sums == ()

    @pytest.mark.parametrize("rolled", [False, True])
    def test_each_record_once_however_it_lies(self, tmp_path: Path, *, rolled: bool) -> None:
        """Read while it was open, rolled since: its place stays, and so it is not read again."""
        write(tmp_path, decision(1), decision(2))
        first = arms.since(tmp_path, ASKED, arms.NOTHING)
        if rolled:
            roll(tmp_path)
        write(tmp_path, decision(3))
        write(tmp_path, decision(4), worker="w2")
        second = arms.since(tmp_path, ASKED, first.mark)
        assert (one(first).n, one(second).n) == (2, 2)
        if rolled:
            roll(tmp_path)
        assert arms.since(tmp_path, ASKED, second.mark).sums == ()
        assert one(arms.since(tmp_path, ASKED, arms.NOTHING)).n == 4

    def test_outcomes_come_late_and_are_cut_to_bounds(self, tmp_path: Path) -> None:
        write(tmp_path, decision(1), decision(2))
        first = arms.since(tmp_path, ASKED, arms.NOTHING)
        write(tmp_path, outcome(1, 1.0, 25.0), outcome(2, 0.0, -3.0), outcome(9, 1.0, 1.0))
        second = arms.since(tmp_path, ASKED, first.mark)
        assert one(second).n == 0
        assert one(second).values == (2, 7.0, 109.0)
        assert one(second).labels == (2, 1.0, 1.0)
        assert arms.since(tmp_path, ASKED, second.mark).sums == ()


class TestCallers:
    def test_by_token_without_shadows(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            decision(1),
            decision(2, token=None),
            decision(3, role="shadow"),
            decision(4, model="caller@1"),
        )
        found = callers.of_version(tmp_path, "churn", "caller@2", NOW)
        assert (found.decisions, dict(found.tokens)) == (2, {"t1": 1, "unknown": 1})
        assert found.last is not None
        assert found.last > NOW

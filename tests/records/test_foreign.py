"""Decisions taken elsewhere become records like our own, or are refused by name."""

import json
from typing import Any

import pytest

from gonogo.core.errors import Invalid
from gonogo.records.foreign import MOST, batch
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import AT

ONE: dict[str, Any] = {"features": {"amount": 3}, "outcome": "approve", "score": 0.75}


def body(*decisions: dict[str, Any]) -> bytes:
    return json.dumps({"decisions": decisions}).encode()


class TestBatch:
    def test_says_what_was_said(self, clock: FakeClock) -> None:
        told = {
            **ONE,
            "id": "x-1",
            "at": "2026-11-21T11:30:00+01:00",
            "entity": "customer-1",
            "model": "score@4",
            "arm": "champion",
            "propensity": 0.25,
            "reasons": ["late payments"],
            "latency_ms": 12.5,
        }
        (found,) = batch(body(told), "lending", "t9", clock)
        assert (found.id, found.case, found.at, found.token) == ("x-1", "lending", AT, "t9")
        assert (found.entity, found.model, found.arm) == ("customer-1", "score@4", "champion")
        assert (found.score, found.outcome, found.features) == (0.75, "approve", {"amount": 3})
        assert (found.propensity, found.reasons, found.latency_us) == (
            0.25,
            ("late payments",),
            12500,
        )

    def test_without_a_time_it_is_now(self, clock: FakeClock) -> None:
        (found,) = batch(body(ONE), "lending", None, clock)
        assert (found.at, found.arm, found.snapshot) == (AT, "elsewhere", 0)

    def test_the_same_report_bears_the_same_id(self, clock: FakeClock) -> None:
        """So that what is sent again can be told."""
        first, other = batch(body(ONE, {**ONE, "score": 0.5}), "lending", "t1", clock)
        clock.advance(hours=1)
        (again,) = batch(body(ONE), "lending", "t2", clock)
        (elsewhere,) = batch(body(ONE), "fraud", "t1", clock)
        assert first.id == again.id
        assert len({first.id, other.id, elsewhere.id}) == 3

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"outcome": ""}, "decisions[1].outcome"),
            ({"propensity": 0}, "decisions[1].propensity"),
            ({"propensity": 1.5}, "decisions[1].propensity"),
            ({"role": "ghost"}, "decisions[1].role"),
            ({"latency_ms": -1}, "decisions[1].latency_ms"),
            ({"at": "yesterday"}, "decisions[1].at"),
            ({"at": "1815-12-10"}, "decisions[1].at"),
            ({"score": "high"}, "decisions"),
            ({"colour": "red"}, "decisions"),
        ],
    )
    def test_refuses_by_name(self, wrong: dict[str, Any], field: str, clock: FakeClock) -> None:
        with pytest.raises(Invalid) as refused:
            batch(body(ONE, {**ONE, **wrong}), "lending", None, clock)
        assert refused.value.field == field

    @pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b'{"decisions": []}', b"\xff"])
    def test_refuses_what_is_no_batch(self, text: bytes, clock: FakeClock) -> None:
        with pytest.raises(Invalid):
            batch(text, "lending", None, clock)

    def test_refuses_too_many(self, clock: FakeClock) -> None:
        with pytest.raises(Invalid, match=str(MOST)):
            batch(body(*[ONE] * (MOST + 1)), "lending", None, clock)

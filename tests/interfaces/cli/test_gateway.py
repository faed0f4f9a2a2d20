"""What the gateway decided, on the command line."""

from pathlib import Path

import pytest

from gonogo.core.times import system_clock
from gonogo.records.segments import Durability, Writer
from tests.fixtures.decided import decision, outcome
from tests.interfaces.cli.conftest import Gonogo


@pytest.fixture
def decided(here: Gonogo, home: Path) -> Gonogo:
    """A use case, fraud, and two decisions in its log."""
    made = here(
        *("case", "create", "fraud", "--title", "Fraud", "--problem", "Whom to stop"),
        *("--risk-tier", "limited", "--owner-role", "manager", "--policy", "baseline"),
    )
    assert made.code == 0, made.err
    writer = Writer(home / "decisions", "w1", Durability.PAGE_CACHE, system_clock)
    writer.append_all(
        [
            decision("d1", outcome="decline", reasons=("many cards",), defaulted=("country",)),
            decision("d2", entity="card-2"),
            outcome("d1", label="stolen", note="by phone"),
        ]
    )
    writer.close()
    return here


def test_why_one_was_declined(decided: Gonogo) -> None:
    """From a person to their decision, and from it to inputs, reasons, version and outcome."""
    (found,) = decided("gateway", "decisions", "fraud", "--entity", "card-1", "--json").json
    shown = decided("gateway", "decision", found["id"])
    assert "Decided decline by fraud-trees@1 with a score of 0.25: many cards." in shown.out
    assert "CH (default)" in shown.out
    assert "stolen on 2026-11-21" in shown.out
    assert decided("gateway", "decision", "d9").code == 5


def test_a_list_that_is_empty_says_what_to_do(decided: Gonogo) -> None:
    assert len(decided("gateway", "decisions", "fraud", "--most", "1", "--json").json) == 1
    assert "/v1/decide/" in decided("gateway", "decisions", "fraud", "--until", "2026-01-01").out


def test_somebody_is_erased_on_request(decided: Gonogo) -> None:
    asked = ("gateway", "erase", "fraud", "card-1", "--reason")
    assert decided(*asked, "card-1 asked").code == 2
    done = decided(*asked, "asked for in person", "--json").json
    assert done["decisions"] == 1
    assert "erased on request" in decided("gateway", "decision", "d1").out
    told = decided("ledger", "list", "--json").out
    assert done["who"] in told
    assert "card-1" not in told

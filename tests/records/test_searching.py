"""Decisions are found newest first, page by page, rolled or not, with what became of them."""

from pathlib import Path

import pytest

from gonogo.records.log import Period
from gonogo.records.rolling import roll
from gonogo.records.searching import Wanted, newest
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import AT, decision, outcome

FRAUD = Period("fraud")


@pytest.fixture
def log(tmp_path: Path, clock: FakeClock) -> Path:
    """Four decisions, two at the same time; one is labelled, one has a shadow; partly rolled."""
    first = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
    first.append_all(
        [
            decision("d1", at=AT),
            decision("d2", at=AT + 1, entity="card-2", outcome="decline"),
            decision("d2", at=AT + 1, role="shadow", arm="shadow"),
            decision("d3", at=AT + 1, model="fraud-trees@2"),
        ]
    )
    first.close()
    roll(tmp_path)
    second = Writer(tmp_path, "w2", Durability.PAGE_CACHE, clock)
    second.append_all(
        [
            decision("d4", at=AT + 2, arm="challenger"),
            decision("other", at=AT + 3, case="churn"),
            outcome("d2", label="good"),
            outcome("d2", label="bad"),
        ]
    )
    second.close()
    return tmp_path


def ids(log: Path, wanted: Wanted) -> list[str]:
    return [seen.decision.id for seen in newest(log, FRAUD, wanted)]


class TestNewest:
    def test_the_last_one_comes_first_and_shadows_not_at_all(self, log: Path) -> None:
        assert ids(log, Wanted()) == ["d4", "d3", "d2", "d1"]

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (Wanted(entity="card-2"), ["d2"]),
            (Wanted(outcome="decline"), ["d2"]),
            (Wanted(arm="challenger"), ["d4"]),
            (Wanted(model="fraud-trees@2"), ["d3"]),
            (Wanted(entity="card-1", arm="champion"), ["d3", "d1"]),
            (Wanted(entity="card-3"), []),
        ],
    )
    def test_all_that_is_asked_must_fit(self, log: Path, wanted: Wanted, found: list[str]) -> None:
        assert ids(log, wanted) == found

    def test_the_newest_outcome_stands_beside_it(self, log: Path) -> None:
        (seen,) = newest(log, FRAUD, Wanted(entity="card-2"))
        assert seen.outcome is not None
        assert (seen.outcome.label, seen.corrections) == ("bad", 1)

    def test_pages_leave_nothing_out_where_times_are_equal(self, log: Path) -> None:
        """A page may end between two decisions of the same microsecond."""
        place, found = None, []
        while page := newest(log, FRAUD, before=place, most=1):
            found += [seen.decision.id for seen in page]
            place = (page[-1].decision.at, page[-1].decision.id)
        assert found == ["d4", "d3", "d2", "d1"]

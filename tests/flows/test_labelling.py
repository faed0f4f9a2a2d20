"""Labels that come late or otherwise: which of them a release counts, and what it waits for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.domain.releases import tables
from gonogo.domain.releases.labels import FEWEST
from gonogo.records.record import Record
from tests.fixtures.released import RELEASE, Released
from tests.fixtures.rest import Json, done
from tests.fixtures.world import POLICY

PAYOFF = """
    - {check: value.payoff_per_decision, with: {low: -1, high: 1}, margin: 0.05, alpha: 0.01}
"""


@pytest.fixture
def slow(released: Released) -> Iterator[Released]:
    """The policy watches payoffs too, whose outcomes take two hours by its word; 3 is a canary."""
    told = RELEASE.rstrip() + PAYOFF + "  label_delay: 2h\n"
    released.world.policy(POLICY + told)
    released.start("3")
    yield released
    released.world.policy(POLICY + RELEASE)


def payoff(told: Json) -> Json:
    return next(one for one in told["watches"] if one["check"] == "value.payoff_per_decision")


def both(released: Released, n: int) -> tuple[list[Record], list[Record]]:
    return released.decided(n, "champion"), released.decided(n)


class TestLabels:
    def test_outcomes_count_once_their_decisions_are_old_enough(self, slow: Released) -> None:
        champion, challenger = both(slow, 300)
        slow.outcomes(champion, 1.0, 1.0)
        slow.outcomes(challenger, 0.0, -1.0)
        slow.look()
        told = slow.shown()
        assert told["state"] == "running"
        assert payoff(told)["n"] == 0, "those that came first are not like those that come"
        assert told["labels"]["span"] == "2 h"
        slow.world.tracking.clock.advance(hours=2, minutes=1)
        slow.look()
        told = slow.shown()
        assert told["state"] == "rolled-back"
        assert "Payoff" in told["reason"]

    def test_what_was_corrected_is_what_counts(self, slow: Released) -> None:
        champion, challenger = both(slow, 300)
        slow.world.tracking.clock.advance(hours=3)
        slow.outcomes(champion, 1.0, 0.5)
        slow.outcomes(challenger, 1.0, 0.5)
        slow.world.tracking.clock.advance(hours=1)
        slow.look()
        assert payoff(slow.shown())["value"] == pytest.approx(0.0)
        slow.outcomes(challenger, 0.0, -1.0)
        slow.look()
        assert slow.shown()["state"] == "rolled-back"

    def test_how_long_they_take_is_learned_and_shown(self, slow: Released) -> None:
        """They take a minute, not two hours: as soon as enough tell, the step goes by that."""
        clock = slow.world.tracking.clock
        champion, challenger = both(slow, FEWEST)
        clock.advance(minutes=1)
        slow.outcomes(champion, 1.0, 0.5)
        slow.outcomes(challenger, 1.0, 0.5)
        slow.look()
        assert not slow.shown()["labels"]["learned"], "the log reaches back a minute only"
        clock.advance(hours=2, minutes=1)
        slow.look()
        told = slow.shown()
        assert told["labels"]["learned"]
        assert told["labels"]["span"] == "60 s"
        arms = {one["arm"]: one for one in told["labels"]["arms"]}
        assert (arms["challenger"]["decisions"], arms["challenger"]["labelled"]) == (FEWEST, FEWEST)
        assert arms["challenger"]["there"] == pytest.approx(1.0)
        assert told["step"] == 2

    def test_the_log_is_not_read_anew_at_every_look(self, slow: Released) -> None:
        def read_at() -> object:
            with slow.world.api.installation.open_work(SYSTEM, write=False) as work:
                release = tables.latest(work, "churn")
                assert release is not None
                return tables.watch_of(work, release)[1]["labels"]["at"]

        slow.look()
        first = read_at()
        slow.world.tracking.clock.advance(minutes=1)
        slow.look()
        assert read_at() == first
        slow.world.tracking.clock.now += timedelta(minutes=5)
        slow.look()
        assert read_at() != first

    def test_who_may_look_sees_it(self, slow: Released) -> None:
        told = done(slow.world.api.by(Role.VIEWER).get("/cases/churn/release"))
        assert told["labels"]["span"] == "2 h"
        assert told["next_step"]["at"] is None

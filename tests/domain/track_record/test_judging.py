"""A record judged: sentences that promise no more than the numbers, scores that add up."""

from dataclasses import replace

import pytest
from sklearn.metrics import brier_score_loss

from gonogo.domain.track_record.judging import judged
from gonogo.domain.track_record.rules import Claim
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.track_record import Parts

DATE = Claim(
    "churn", "p80", "m", 1, 0.8, "2026-11-13", "2026-11-02T09:00:00.000Z", "a" * 64, "scored"
)
CHANCE = replace(DATE, what="deadline")


def dates(held: int, n: int, milestones: int) -> list[Claim]:
    """So many P80 dates of so many milestones, spread evenly over both."""
    return [
        replace(
            DATE, name=f"m{number % milestones}", forecast=number, happened=number < held, off=1.0
        )
        for number in range(n)
    ]


class TestJudged:
    def test_without_anything_there_is_no_record(self) -> None:
        found = judged([replace(DATE, state="open")])
        assert found.headline.startswith("No forecast has come to its date yet")
        assert (found.dates, found.chances, found.milestones) == ((), (), 0)

    def test_what_held_too_seldom_is_said(self) -> None:
        found = judged(dates(110, 180, 180))
        assert found.headline == (
            "Our 80 % dates held 61 % of the time (110 of 180), not the 80 % they promise"
            " (54 to 68 %): our dates are too early."
        )
        p80 = found.dates[2]
        assert (p80.said, p80.n, p80.kept) == (0.8, 180, False)

    def test_what_agrees_is_said_to_agree_only(self) -> None:
        found = judged(dates(14, 18, 18))
        assert "agrees with what they promise" in found.headline

    def test_many_dates_of_few_milestones_say_little(self) -> None:
        found = judged(dates(40, 60, 3))
        assert "of only 3 milestones that says little" in found.headline
        assert found.dates[2].kept is True
        held = found.dates[2].held
        assert isinstance(held, Estimate)
        assert held.high - held.low > 0.6

    def test_dates_that_were_not_reached_have_no_loss(self) -> None:
        found = judged([replace(DATE, happened=False)])
        assert found.dates[2].loss == Undefined("none of these was reached yet", n=0)
        assert found.dates[0].held == Undefined("no observations", n=0)

    def test_the_brier_score_of_chances_is_taken_apart(self) -> None:
        said, came = [0.9, 0.9, 0.2, 0.2, 0.6], [True, True, False, True, False]
        claims = [
            replace(CHANCE, said=each, happened=yes, name=f"m{number}")
            for number, (each, yes) in enumerate(zip(said, came, strict=True))
        ]
        (found,) = judged(claims).chances
        assert (found.kind, found.n) == ("deadline", 5)
        assert isinstance(found.brier, Estimate)
        assert found.brier.value == pytest.approx(brier_score_loss(came, said))
        assert isinstance(found.parts, Parts)
        assert found.parts.total == pytest.approx(found.brier.value)
        assert [row.counts.n for row in found.rows] == [2, 1, 2]
        assert "No 80 % date has been scored yet" in judged(claims).headline

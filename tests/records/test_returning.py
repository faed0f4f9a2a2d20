"""Entities of a release, summed in the log: as by hand, open or rolled, corrected or erased."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from gonogo.records import arms
from gonogo.records.arms import NOTHING
from gonogo.records.record import Decision
from gonogo.records.returning import NONE, Returned, by_group, late
from gonogo.records.rolling import roll
from gonogo.stats.clusters import Entities, entities
from tests.records.test_arms import ASKED, MICROS, decision, outcome, write

WHOLE = replace(ASKED, whole=(1, 2), groups=("sex",))


def told(found: Returned, what: str, group: str | None = None) -> Entities:
    (one,) = (
        one for one in found.told if (one.arm, one.what, one.group) == ("challenger", what, group)
    )
    return one.entities


def some() -> list[Decision]:
    """Thirty decisions of four entities and of nobody, other in all that is measured."""
    return [
        decision(
            number,
            entity=None if number % 5 == 4 else f"e{number % 5}",
            score=None if number % 7 == 0 else number / 30,
            outcome="approve" if number % 3 else "decline",
            error="no number" if number % 5 == 1 else None,
            latency_us=1000 * number,
        )
        for number in range(30)
    ]


def by_hand(made: Sequence[Decision], values: Sequence[float]) -> Entities:
    return entities([one.entity or one.id for one in made], values)


def same(found: Entities, wanted: Entities) -> bool:
    return flat(found) == pytest.approx(flat(wanted))


def flat(one: Entities) -> list[float]:
    return [*astuple(one.values), one.counts, one.cross, one.totals]


class TestReturned:
    @pytest.mark.parametrize("rolled", [False, True])
    def test_sums_are_those_by_hand(self, tmp_path: Path, *, rolled: bool) -> None:
        made = some()
        write(tmp_path, *made[:20])
        if rolled:
            roll(tmp_path)
        first = arms.since(tmp_path, WHOLE, NOTHING)
        write(tmp_path, *made[20:])
        found = arms.since(tmp_path, WHOLE, first.mark).returned
        errors = [float(one.error is not None) for one in made]
        yes = [float(one.outcome == "approve") for one in made]
        assert same(told(found, "errors"), by_hand(made, errors))
        assert same(told(found, "yes"), by_hand(made, yes))
        slow = [float(one.latency_us > 500) for one in made]
        assert same(told(found, late(0.5)), by_hand(made, slow))
        scored = [one for one in made if one.score is not None]
        scores = [one.score or 0.0 for one in scored]
        assert same(told(found, "scores"), by_hand(scored, scores))
        women = [one for one in made if one.features["sex"] == "f"]
        theirs = [float(one.outcome == "approve") for one in women]
        assert same(told(found, by_group("sex"), "f"), by_hand(women, theirs))

    def test_newest_outcomes_count_and_are_cut(self, tmp_path: Path) -> None:
        made = some()
        write(tmp_path, *made)
        write(tmp_path, outcome(3, 0.0, -5.0))
        write(tmp_path, *(outcome(one, one % 2, float(one)) for one in range(12)))
        write(tmp_path, outcome(20, 1.0, 1.0))
        old = replace(WHOLE, ripe=MICROS + 11)
        found = arms.since(tmp_path, old, NOTHING).returned
        assert same(told(found, "values"), by_hand(made[:12], [min(10.0, n) for n in range(12)]))
        assert same(told(found, "labels"), by_hand(made[:12], [n % 2 for n in range(12)]))

    def test_a_round_and_a_step_begin_with_their_snapshot(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            decision(1, entity="a", snapshot=0),
            decision(2, entity="a", snapshot=1),
            decision(3, entity="b", snapshot=2),
            decision(4, entity="b", snapshot=3),
            decision(5, entity=None, snapshot=3),
            decision(6, "champion", entity="c", snapshot=3),
            decision(7, "champion", entity="d", snapshot=3, role="shadow"),
        )
        found = arms.since(tmp_path, WHOLE, NOTHING).returned
        assert told(found, "errors").values.n == 4
        assert found.split == {"challenger": 2, "champion": 1}

    def test_where_decisions_are_drawn_nobody_is_asked_for(self, tmp_path: Path) -> None:
        write(tmp_path, decision(1))
        assert arms.since(tmp_path, ASKED, NOTHING).returned == NONE

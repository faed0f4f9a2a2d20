"""An A/B test summed in the log: as by hand, rolled or not, and as tea-tasting has it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tea_tasting import Experiment
from tea_tasting.metrics import RatioOfMeans

from gonogo.core.ab_tests import Metric
from gonogo.records import ab_tests
from gonogo.records.ab_tests import NO_TRAFFIC, AskedTest, Summed, traffic
from gonogo.records.record import Decision, Outcome
from gonogo.records.rolling import roll
from gonogo.stats.ab_entities import adjusted, effect
from gonogo.stats.entity_sums import NAMES, PARTS
from gonogo.stats.estimate import Estimate
from tests.records.test_arms import MICROS, NOW, decision, write

DAY = 86_400_000_000
ARMS = ("champion", "challenger")
ASKED = AskedTest(
    case="churn",
    release="churn-1",
    metric=Metric.PAYOFF,
    positive="approve",
    since=NOW,
    first=1,
    before=timedelta(days=28),
    arms=ARMS,
    segments=("sex", "no such"),
)
Made = tuple[list[Decision], list[Outcome]]


def became(of: Decision, value: float, at: int) -> Outcome:
    return Outcome(of.id, "churn", at, at, 1.0, value, "outcome", None, None)


@pytest.fixture(scope="module")
def made() -> Made:
    """120 entities of two arms that come a few times in ten days, most of them before as well."""
    rng = np.random.default_rng(3)
    decisions: list[Decision] = []
    outcomes: list[Outcome] = []
    for who in range(120):
        arm = ARMS[who % 2]
        bent = float(rng.normal(100.0, 5.0))
        for time in range(int(rng.poisson(2))):
            at = MICROS - DAY * (1 + time)
            one = decision(len(decisions), "champion", entity=f"c{who}", at=at, release=None)
            decisions.append(one)
            outcomes.append(became(one, bent + float(rng.normal()), at + 1))
        for _ in range(1 + int(rng.poisson(2))):
            at = MICROS + int(rng.integers(0, 10 * DAY))
            sex = {"sex": "fm"[who % 3 == 0]}
            said = "approve" if rng.random() < 0.4 else "decline"
            one = decision(len(decisions), arm, entity=f"c{who}", at=at, features=sex, outcome=said)
            decisions.append(one)
            if rng.random() < 0.9:
                value = bent + 2 * (arm == "challenger") + float(rng.normal())
                outcomes.append(became(one, value, at + DAY))
    return decisions, outcomes


@pytest.fixture(scope="module")
def log(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    write(folder, *made[0], *made[1])
    return folder


def table(made: Made, metric: Metric = Metric.PAYOFF) -> pd.DataFrame:
    """Entity by entity, as by hand."""
    decisions, outcomes = made
    worth = {one.decision: one.value for one in outcomes}
    rows = pd.DataFrame(
        {
            "who": [one.entity for one in decisions],
            "arm": [one.arm for one in decisions],
            "during": [one.release == "churn-1" for one in decisions],
            "value": [
                worth.get(one.id) if metric is Metric.PAYOFF else one.outcome == "approve"
                for one in decisions
            ],
        }
    ).dropna(subset="value")
    rows["value"] = rows["value"].astype(float)
    now = (
        rows[rows.during]
        .groupby("who")
        .agg(arm=("arm", "first"), count=("value", "size"), total=("value", "sum"))
    )
    old = (
        rows[~rows.during]
        .groupby("who")
        .agg(count_before=("value", "size"), total_before=("value", "sum"))
    )
    return now.join(old, how="left").fillna({"count_before": 0, "total_before": 0})


def read(folder: Path, asked: AskedTest = ASKED) -> Summed:
    found = ab_tests.summed(folder, asked)
    assert found is not None
    return found


class TestSummed:
    def test_the_effect_is_that_of_tea_tasting(self, made: Made, log: Path) -> None:
        found = read(log)
        control, treatment = (arm[-1] for arm in found.arms)
        theirs = Experiment(
            plain=RatioOfMeans("total", "count"),
            less=RatioOfMeans("total", "count", "total_before", "count_before"),
        ).analyze(table(made).assign(variant=lambda one: (one["arm"] == "challenger") * 1))
        ours = effect(control, treatment, 0.95, "EUR")
        assert isinstance(ours, Estimate)
        assert ours.value == pytest.approx(theirs["plain"].effect_size)
        assert ours.low == pytest.approx(theirs["plain"].effect_size_ci_lower)
        less = adjusted(control, treatment, 0.95, "EUR")
        assert isinstance(less, Estimate)
        # Theirs takes the slope over both arms, of which one is worth 2 more.
        assert less.value == pytest.approx(theirs["less"].effect_size, abs=0.1)
        width = theirs["less"].effect_size_ci_upper - theirs["less"].effect_size_ci_lower
        assert less.high - less.low == pytest.approx(width, rel=0.05)
        assert less.high - less.low < 0.9 * (ours.high - ours.low)

    def test_each_look_is_of_what_was_known_by_then(self, made: Made, log: Path) -> None:
        decisions, outcomes = made
        found = read(log)
        at = int(found.looks[9].timestamp() * 1e6)
        known = [one for one in outcomes if one.received <= at]
        by_hand = table((decisions, known))
        for arm, sums in zip(ARMS, found.arms, strict=True):
            mine = by_hand[by_hand.arm == arm]
            assert sums[9].n == len(mine)
            assert sums[9].count == mine["count"].sum()
            assert sums[9].ratio == pytest.approx(mine["total"].sum() / mine["count"].sum())
        assert found.looks == tuple(sorted(found.looks))

    def test_the_last_look_is_all(self, made: Made, log: Path) -> None:
        by_hand = table(made)
        for arm, sums in zip(ARMS, read(log).arms, strict=True):
            mine = by_hand[by_hand.arm == arm]
            moved = mine[list(PARTS)].to_numpy(float)
            moved[:, 1] -= sums[-1].centre * moved[:, 0]
            moved[:, 3] -= sums[-1].centre_before * moved[:, 2]
            products = moved.T @ moved
            wanted = [len(moved), *moved.sum(axis=0), *products[np.triu_indices(4)]]
            assert sums[-1].numbers == pytest.approx(wanted, rel=1e-6, abs=1e-4)

    def test_rolled_it_is_the_same(self, made: Made, log: Path, tmp_path: Path) -> None:
        half = len(made[0]) // 2
        write(tmp_path, *made[0][:half])
        roll(tmp_path)
        write(tmp_path, *made[0][half:], *made[1], worker="w2")
        whole, parts = read(log), read(tmp_path)
        for one, other in zip(whole.arms, parts.arms, strict=True):
            assert one[-1].numbers == pytest.approx(other[-1].numbers, rel=1e-9, abs=1e-6)

    def test_segments_are_the_values_of_a_feature(self, made: Made, log: Path) -> None:
        found = read(log)
        assert [(one.column, one.group) for one in found.segments] == [("sex", "f"), ("sex", "m")]
        whole = [arm[-1] for arm in found.arms]
        for place in (0, 1):
            assert sum(one.arms[place].n for one in found.segments) == whole[place].n
            assert sum(one.arms[place].count for one in found.segments) == whole[place].count

    def test_of_answers_outcomes_are_not_waited_for(self, made: Made, log: Path) -> None:
        asked = replace(ASKED, metric=Metric.OUTCOME_RATE, before=timedelta())
        by_hand = table(made, Metric.OUTCOME_RATE)
        for arm, sums in zip(ARMS, read(log, asked).arms, strict=True):
            mine = by_hand[by_hand.arm == arm]
            assert sums[-1].count == mine["count"].sum()
            assert sums[-1].ratio == pytest.approx(mine["total"].sum() / mine["count"].sum())
            assert sums[-1].known_before == 0, "of no day before"

    def test_what_was_learned_of_before_after_it_began_is_not_known_before(
        self, tmp_path: Path
    ) -> None:
        old = decision(1, entity="a", at=MICROS - DAY, release=None)
        new = decision(2, entity="a")
        late = became(old, 5.0, MICROS + 1)
        write(tmp_path, old, new, late, became(new, 1.0, MICROS + 1))
        assert read(tmp_path).arms[1][-1].known_before == 0

    def test_a_correction_counts_in_place_of_what_it_corrects(self, tmp_path: Path) -> None:
        one = decision(1)
        write(tmp_path, one, became(one, 5.0, MICROS + 1), became(one, 7.0, MICROS + DAY))
        assert read(tmp_path).arms[1][-1].ratio == 7.0

    def test_what_is_no_payoff_of_anything_is_left_out(self, tmp_path: Path) -> None:
        one, other = decision(1), decision(2)
        write(tmp_path, one, other, became(one, 1e300, MICROS + 1), became(other, 3.0, MICROS + 1))
        assert read(tmp_path).arms[1][-1].ratio == 3.0
        found = traffic(tmp_path, "churn", Metric.PAYOFF, "approve", NOW, NOW + timedelta(days=1))
        assert (found.came, found.entities, found.mean) == (2, 1, 3.0)

    def test_nothing_known_is_nothing(self, tmp_path: Path) -> None:
        write(tmp_path, decision(1))
        assert ab_tests.summed(tmp_path, ASKED) is None

    def test_another_round_and_a_shadow_do_not_count(self, tmp_path: Path) -> None:
        write(tmp_path, decision(1, snapshot=0), decision(2, role="shadow"), decision(3))
        found = read(tmp_path, replace(ASKED, metric=Metric.OUTCOME_RATE))
        assert found.arms[1][-1].n == 1


class TestTraffic:
    def test_it_is_counted_by_entity(self, made: Made, log: Path) -> None:
        until = NOW + timedelta(days=20)
        since = NOW - timedelta(days=30)
        found = traffic(log, "churn", Metric.PAYOFF, "approve", since, until)
        worth = {one.decision: one.value or 0.0 for one in made[1]}
        rows = pd.DataFrame(
            {
                "who": [one.entity for one in made[0] if one.id in worth],
                "value": [worth[one.id] for one in made[0] if one.id in worth],
            }
        )
        each = rows.groupby("who")["value"].agg(["size", "sum"])
        mean = rows["value"].mean()
        away = each["sum"] - mean * each["size"]
        assert (found.entities, found.values) == (len(each), len(rows))
        assert found.mean == pytest.approx(mean)
        assert found.squares == pytest.approx((away**2).sum())
        assert found.fourths == pytest.approx((away**4).sum())
        assert sum(found.daily) == len({one.entity for one in made[0]})

    def test_without_any_there_is_none(self, tmp_path: Path) -> None:
        found = traffic(tmp_path, "churn", Metric.PAYOFF, "approve", NOW, NOW + timedelta(days=1))
        assert found == NO_TRAFFIC


class TestClock:
    def test_decisions_of_a_clock_that_was_put_back_count_and_are_none_of_before(
        self, tmp_path: Path
    ) -> None:
        """The release names them; what was known of an entity before it does not hold them."""
        asked = replace(ASKED, metric=Metric.OUTCOME_RATE, segments=(), before=timedelta(0))
        back = MICROS - DAY // 2
        some = [
            decision(number, ARMS[number % 2], entity=f"c{number}", at=back + number)
            for number in range(6)
        ]
        write(tmp_path, *some)
        found = ab_tests.summed(tmp_path, asked)
        assert found is not None
        assert [one[-1].n for one in found.arms] == [3, 3]
        assert [one[-1].numbers[NAMES.index("count_before")] for one in found.arms] == [0, 0]

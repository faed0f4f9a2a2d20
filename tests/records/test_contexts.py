"""What LinUCB learns from the log: a ridge regression, exactly the same however it is read."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from gonogo.records import arms
from gonogo.records.asked import Asked, Context
from gonogo.records.contexts import PARTS, Learned
from gonogo.records.record import Record
from gonogo.records.rolling import roll
from gonogo.stats.bandit_learning import with_sums
from gonogo.stats.bandits import STEPS, rows_of
from tests.records.test_arms import NOW, decision, outcome, write

ASKED = Asked(
    case="churn",
    release="churn-1",
    since=NOW,
    positive="approve",
    labels=(0.0, 1.0),
    contexts=(Context("age", 40.0, 20.0), Context('a"b/c', 0.0, 2.0)),
)
SCALING = {one.name: (one.centre, one.unit) for one in ASKED.contexts or ()}
Sums = dict[str, tuple[int, list[int], list[int]]]


def added(found: Sums, came: tuple[Learned, ...]) -> Sums:
    """Sums by arm with what came."""
    for one in came:
        n, products, rewards = found.get(one.arm, (0, [0] * 6, [0] * 3))
        found[one.arm] = (
            n + one.n,
            [a + b for a, b in zip(products, one.products, strict=True)],
            [a + b for a, b in zip(rewards, one.rewards, strict=True)],
        )
    return found


def read(folder: Path, batches: list[list[Record]], *, rolled: bool = False) -> Sums:
    """What is learned when the log is looked at after each of the batches."""
    mark, found = arms.NOTHING, Sums()
    for batch in batches:
        if batch:
            write(folder, *batch)
        came = arms.since(folder, ASKED, mark)
        mark, found = came.mark, added(found, came.learned)
        if rolled:
            roll(folder)
    return found


def features(number: int) -> dict[str, Any]:
    """Some are missing, some are no number, some are far away."""
    rng = np.random.default_rng(number)
    age: Any = float(rng.normal(40, 15)) if number % 7 else None
    return {"age": age, 'a"b/c': [float(rng.normal()), 400, "text", True][number % 4]}


RECORDS: list[Record] = [
    *(decision(n, ("champion", "challenger")[n % 2], features=features(n)) for n in range(24)),
    *(outcome(n, float(n % 3 == 0)) for n in range(20)),
    *(outcome(n, float(n % 3 != 0)) for n in (3, 4)),
]
"""Twenty of twenty-four have an outcome, two of them were corrected."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sums:
    """What is learned when everything is read at once."""
    return read(tmp_path_factory.mktemp("whole"), [RECORDS])


class TestLearned:
    def test_it_is_ridge_regression(self, whole: Sums) -> None:
        """Weights of the sums are scikit-learn's, on the rows that the gateway reads."""
        labels = {n: float(n % 3 == 0) if n not in (3, 4) else float(n % 3 != 0) for n in range(20)}
        by_arm = defaultdict(list)
        for n in labels:
            by_arm[("champion", "challenger")[n % 2]].append(n)
        for arm, numbers in by_arm.items():
            n, products, rewards = whole[arm]
            assert n == len(numbers)
            known = with_sums(
                {arm: {}},
                arm,
                [one / STEPS**2 for one in products],
                [one / (STEPS * PARTS) for one in rewards],
            )[arm]
            values = [
                [np.nan if not isinstance(v, int | float) else float(v) for v in one.values()]
                for one in map(features, numbers)
            ]
            rows = rows_of(tuple(SCALING), values, SCALING)
            theirs = Ridge(alpha=1.0, fit_intercept=False).fit(rows, [labels[n] for n in numbers])
            assert np.linalg.solve(known["a"], known["b"]) == pytest.approx(theirs.coef_)

    @settings(max_examples=6)
    @given(
        st.permutations(range(24)),
        st.lists(st.integers(0, 45), max_size=3),
        st.booleans(),
    )
    def test_the_same_log_gives_the_same_sums_whatever_the_batches(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        whole: Sums,
        order: list[int],
        cuts: list[int],
        rolled: bool,
    ) -> None:
        """To the last bit; a correction comes after what it corrects."""
        records = [*(RECORDS[place] for place in order), *RECORDS[24:]]
        ends = sorted({*cuts, len(records)})
        batches = [records[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        assert read(tmp_path_factory.mktemp("parts"), batches, rolled=rolled) == whole

    def test_what_teaches_nothing(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            decision(1, features=features(1)),
            decision(2, features=features(2), release="churn-2"),
            decision(3, features=features(3), role="shadow"),
            decision(4, features=features(4)),
            outcome(2, 1.0),
            outcome(3, 1.0),
        )
        assert arms.since(tmp_path, ASKED, arms.NOTHING).learned == ()

    def test_a_reward_is_a_part_of_what_it_can_be(self, tmp_path: Path) -> None:
        write(tmp_path, decision(1, features={}), outcome(1, 250.0))
        wide = Asked("churn", "churn-1", NOW, "approve", labels=(-100.0, 900.0), contexts=())
        (one,) = arms.since(tmp_path, wide, arms.NOTHING).learned
        assert (one.products, one.rewards) == ((STEPS**2,), (STEPS * int(PARTS * 0.35 + 0.5),))

"""The simulated fraud is as designed, and the challenger is worse where it is meant to be."""

import time

import numpy as np
import pandas as pd
import pytest

from gonogo.app.mission.fraud import models
from gonogo.app.mission.fraud.features import (
    CASE,
    COUNTS,
    NAMES,
    SCHEMA,
    WINDOWS,
    request_of,
    with_features,
)
from gonogo.app.mission.fraud.simulation import (
    BY_CARD,
    BY_TERMINAL,
    HONEST,
    KINDS,
    World,
    transactions,
)
from gonogo.core.splitting import place
from gonogo.gateway.online.windows import Windows
from gonogo.stats.arms import Arms, Batch
from gonogo.stats.arrays import Floats
from gonogo.stats.auc import auc
from gonogo.stats.estimate import Estimate
from gonogo.stats.guardrails import Guardrail, Harm, Verdict
from gonogo.stats.means import mean_t

SEED = 11


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    return transactions(SEED)


@pytest.fixture(scope="module")
def frame(simulated: pd.DataFrame) -> pd.DataFrame:
    return with_features(simulated)


@pytest.fixture(scope="module")
def rivals(frame: pd.DataFrame) -> models.Rivals:
    return models.rivals(frame)


def stopped_at(frame: pd.DataFrame, live: Floats, new: Floats) -> int:
    """After how many decisions a canary is found harmful; all of them where it never is."""
    rule = Guardrail(
        harm=Harm.MORE,
        margin=0.1,
        alpha=0.01,
        bounds=(0, models.LARGEST_LOSS),
        expected=float(live.mean()),
        sd=float(live.std()),
    )
    canary = np.array([place("a rollout", str(card)) < 0.2 for card in frame["card"]])
    arms = Arms()
    for end in range(500, len(frame), 500):
        batch, own = slice(end - 500, end), canary[end - 500 : end]
        one, other = Batch.of_values(live[batch][~own]), Batch.of_values(new[batch][own])
        arms = rule.update(arms, one, other)
        if rule.look(arms).verdict is Verdict.HARMFUL:
            return end
    return len(frame)


class TestTransactions:
    def test_the_same_seed_makes_the_same_transactions(self) -> None:
        small = World(cards=50, terminals=40, days=10)
        pd.testing.assert_frame_equal(transactions(1, small), transactions(1, small))
        assert not transactions(1, small).equals(transactions(2, small))

    def test_there_are_about_50_000_and_it_takes_a_moment(self) -> None:
        began = time.process_time()
        found = transactions(SEED + 1)
        assert time.process_time() - began < 3
        assert 45_000 < len(found) < 55_000

    def test_fraud_is_rare_and_of_both_kinds(self, simulated: pd.DataFrame) -> None:
        shares = simulated["scenario"].value_counts(normalize=True)
        assert 0.02 < shares[BY_TERMINAL] < 0.06
        assert 0.003 < shares[BY_CARD] < 0.015
        honest = simulated["scenario"] == HONEST
        assert (simulated["fraud"] == (~honest).astype(int)).all()
        by_kind = simulated.groupby("kind")["fraud"].mean()
        assert set(by_kind.index) == set(KINDS)
        assert by_kind.between(0.01, 0.1).all()

    def test_rows_are_in_order_of_time_and_amounts_are_money(self, simulated: pd.DataFrame) -> None:
        assert simulated["at"].is_monotonic_increasing
        assert str(simulated["at"].dt.tz) == "UTC"
        assert simulated["amount"].min() >= 0.5
        assert np.allclose(simulated["amount"], simulated["amount"].round(2))

    def test_stolen_cards_are_used_above_their_means(self, simulated: pd.DataFrame) -> None:
        usual = simulated[simulated["scenario"] == HONEST].groupby("card")["amount"].mean()
        stolen = simulated[simulated["scenario"] == BY_CARD]
        times = stolen["amount"] / stolen["card"].map(usual)
        assert 2 < times.mean() < 4

    def test_honest_transactions_are_hardly_at_night(self, simulated: pd.DataFrame) -> None:
        hours = simulated.loc[simulated["scenario"] == HONEST, "at"].dt.hour
        assert hours.between(9, 20).mean() > 0.75


class TestFeatures:
    def test_every_column_of_the_schema_is_there_and_counts_are_never_missing(
        self, frame: pd.DataFrame
    ) -> None:
        assert set(NAMES) <= set(frame.columns)
        assert not frame[sorted(COUNTS)].isna().any().any()
        assert {one.online for one in SCHEMA if one.online} == {one.name for one in WINDOWS}

    def test_a_compromised_terminal_shows_in_its_last_hour(self, frame: pd.DataFrame) -> None:
        busy = frame.groupby("scenario")["terminal_n_1h"].mean()
        assert busy[BY_TERMINAL] > 10 * busy[HONEST]

    def test_a_gateway_would_have_served_the_same(self, frame: pd.DataFrame) -> None:
        windows = Windows(WINDOWS)
        for _, row in frame.head(300).iterrows():
            at = int(row["at"].timestamp() * 1e6)
            served = windows.read_and_update(CASE, str(row["card"]), request_of(row), at)
            for name, value in served.items():
                assert (value is None and np.isnan(row[name])) or value == row[name]


class TestRivals:
    def test_by_labels_that_are_young_the_challenger_looks_no_worse(
        self, rivals: models.Rivals
    ) -> None:
        label = models.young(rivals.later).to_numpy()
        champion = auc(label, models.score(rivals.champion, rivals.later))
        challenger = auc(label, models.score(rivals.challenger, rivals.later))
        assert isinstance(champion, float)
        assert isinstance(challenger, float)
        assert challenger > champion - 0.005

    def test_its_decisions_lose_more_online_and_hardly_anywhere_else(
        self, rivals: models.Rivals
    ) -> None:
        later = rivals.later
        more = models.losses(later, models.score(rivals.challenger, later)) - models.losses(
            later, models.score(rivals.champion, later)
        )
        found = {
            kind: mean_t(more[(later["kind"] == kind).to_numpy()], 0.95, "loss") for kind in KINDS
        }
        online, shop = found["online"], found["shop"]
        assert isinstance(online, Estimate)
        assert isinstance(shop, Estimate)
        assert online.low > 2
        assert shop.high < online.low / 4

    def test_over_all_transactions_it_loses_more_too(self, rivals: models.Rivals) -> None:
        later = rivals.later
        champion = models.losses(later, models.score(rivals.champion, later))
        challenger = models.losses(later, models.score(rivals.challenger, later))
        found = mean_t(challenger - champion, 0.95, "loss")
        assert isinstance(found, Estimate)
        assert found.low > 1
        assert max(champion.max(), challenger.max()) <= models.LARGEST_LOSS

    def test_a_canary_of_a_fifth_of_the_cards_is_stopped_and_a_twin_of_the_champion_is_not(
        self, rivals: models.Rivals
    ) -> None:
        later = rivals.later
        champion = models.losses(later, models.score(rivals.champion, later))
        challenger = models.losses(later, models.score(rivals.challenger, later))
        assert stopped_at(later, champion, challenger) < len(later) / 2
        assert stopped_at(later, champion, champion) == len(later)

    def test_neither_has_seen_what_comes_later(
        self, frame: pd.DataFrame, rivals: models.Rivals
    ) -> None:
        first = frame["at"].min() + pd.Timedelta(days=models.CHALLENGER_DAYS)
        assert rivals.later["at"].min() >= first
        assert len(rivals.later) > 10_000

"""The simulated transactions by day: what two versions learn from, and what is replayed."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from gonogo.app.mission.fraud.features import COUNTS, NAMES, with_features
from gonogo.app.mission.fraud.models import (
    CHALLENGER_DAYS,
    CHAMPION_DAYS,
    DECLINED_COST,
    LARGEST_LOSS,
    WARM_DAYS,
    young,
)
from gonogo.app.mission.fraud.simulation import LABEL, ONLINE, transactions
from gonogo.app.mission.replay.stream import Became, Request

SEED = 11
REPLAYED_FROM, REPLAYED_UNTIL = 35, 56
"""The days that are replayed: the second version was tried on those before."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Transactions with features; those of a dataset have the features and the label alone."""

    train: pd.DataFrame
    test: pd.DataFrame
    recent: pd.DataFrame
    """What the second version learns from, with the labels known then."""
    recent_test: pd.DataFrame
    """What it is tried on, with the labels known then."""
    stream: pd.DataFrame
    """What is replayed, in the order of time."""


def simulated(seed: int = SEED) -> Parts:
    """The transactions of 60 days, always the same."""
    frame = with_features(transactions(seed))
    day = (frame["at"] - frame["at"].min()).dt.days

    def between(first: int, end: int) -> pd.DataFrame:
        found: pd.DataFrame = frame[(day >= first) & (day < end)].reset_index(drop=True)
        return found

    recent, tried = (
        between(WARM_DAYS, CHALLENGER_DAYS),
        between(CHALLENGER_DAYS, REPLAYED_FROM),
    )
    return Parts(
        train=_rows(between(WARM_DAYS, CHAMPION_DAYS)),
        test=_rows(between(CHAMPION_DAYS, CHALLENGER_DAYS)),
        recent=_rows(recent.assign(**{LABEL: young(recent)})),
        recent_test=_rows(tried.assign(**{LABEL: young(tried)})),
        stream=between(REPLAYED_FROM, REPLAYED_UNTIL),
    )


def requests(stream: pd.DataFrame) -> list[Request]:
    """Each transaction as it is asked of the gateway.

    It brings the windows as they were in simulated time: in the seconds of a replay the gateway's
    own would hold another past.
    """
    return [_request(number, row) for number, (_, row) in enumerate(stream.iterrows(), 1)]


def became(request: Request, outcome: str) -> Became:
    """Whether it was fraud, and what the decision lost: no more than is insured."""
    fraud, amount = request.truth[LABEL] == 1, float(request.truth["amount"])
    lost = 0.0
    if fraud and outcome != "decline":
        lost = min(amount, LARGEST_LOSS)
    elif not fraud and outcome == "decline":
        lost = DECLINED_COST
    return Became(float(fraud), -lost, "Simulated.")


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    rows = frame[[*NAMES, LABEL]].copy()
    whole = [*COUNTS - {"card_sum_1d"}, "is_online", LABEL]
    rows[whole] = rows[whole].astype(int)
    return rows


def _request(number: int, row: "pd.Series[Any]") -> Request:
    features = {name: None if pd.isna(row[name]) else float(row[name]) for name in NAMES}
    return Request(
        id=f"transaction-{number:05}",
        entity=f"card {row['card']:04}",
        features={
            **features,
            "is_online": row["kind"] == ONLINE,
            "kind": str(row["kind"]),
            "terminal": f"terminal {row['terminal']:03}",
        },
        truth={LABEL: int(row[LABEL]), "amount": float(row["amount"])},
    )

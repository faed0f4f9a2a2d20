"""What a model reads of a transaction: the request itself, and windows that requests update."""

from typing import Any

import pandas as pd

from gonogo.app.mission.fraud.simulation import ONLINE
from gonogo.core.snapshot import Feature, Window
from gonogo.gateway.online.replay import replay

CASE = "card-fraud"
HOUR, DAY = 3600, 86_400

WINDOWS = (
    Window("card_n_1h", CASE, "entity", "count", None, HOUR),
    Window("card_n_1d", CASE, "entity", "count", None, DAY),
    Window("card_n_7d", CASE, "entity", "count", None, 7 * DAY),
    Window("card_mean_30d", CASE, "entity", "mean", "amount", 30 * DAY),
    Window("card_sum_1d", CASE, "entity", "sum", "amount", DAY),
    Window("card_terminals_1d", CASE, "entity", "distinct", "terminal", DAY),
    Window("card_since_last", CASE, "entity", "since_last", None, 7 * DAY),
    Window("terminal_n_1h", CASE, "terminal", "count", None, HOUR),
    Window("terminal_n_1d", CASE, "terminal", "count", None, DAY),
    Window("terminal_n_30d", CASE, "terminal", "count", None, 30 * DAY),
    Window("terminal_mean_7d", CASE, "terminal", "mean", "amount", 7 * DAY),
    Window("terminal_since_last", CASE, "terminal", "since_last", None, 7 * DAY),
)
"""Of the card, which is the entity that is decided about, and of the terminal."""
COUNTS = frozenset(
    window.name for window in WINDOWS if window.statistic in ("count", "distinct", "sum")
)
"""Never missing: 0 where nothing came."""
SCHEMA = (
    Feature("amount", "number", low=0),
    Feature("is_online", "integer", low=0, high=1),
    *(
        Feature(window.name, "number", required=window.name in COUNTS, online=window.name)
        for window in WINDOWS
    ),
)
"""The columns of a model, in order. A request brings the first ones, `terminal` and its card as
the entity."""
NAMES = tuple(feature.name for feature in SCHEMA)


def with_features(transactions: pd.DataFrame) -> pd.DataFrame:
    """`transactions` with all that a model reads, as the gateway would have served it."""
    online = (transactions["kind"] == ONLINE).astype(int)
    return replay(transactions.assign(is_online=online), WINDOWS, entity="card")


def request_of(row: "pd.Series[Any]") -> dict[str, Any]:
    """The features that a request brings for a row of transactions with features."""
    own = {feature.name: row[feature.name] for feature in SCHEMA if feature.online is None}
    return {**own, "terminal": row["terminal"]}

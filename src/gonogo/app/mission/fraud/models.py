"""Two models of the simulated fraud: a champion, and a challenger that is secretly worse.

The challenger saw more transactions, but what happened at online terminals had not come back yet
when it was trained: disputes about payments online take weeks, and until then fraud looks honest.
By labels that are as young as those it was trained on it looks no worse. What tells is the loss of
its decisions, once the outcomes are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gonogo.app.mission.fraud.features import NAMES
from gonogo.app.mission.fraud.simulation import LABEL, ONLINE
from gonogo.stats.arrays import Bools, Floats

SEED = 7
SEGMENT = ONLINE
"""The kind of terminal on which the challenger is worse."""
WARM_DAYS, CHAMPION_DAYS, CHALLENGER_DAYS = 5, 25, 30
"""Days from the first one: until windows are warm, and until which a model was trained."""
THRESHOLD = 0.2
"""From this score on a transaction is declined."""
DECLINED_COST = 5.0
"""What it costs to decline an honest transaction, in the currency of the amounts."""
LARGEST_LOSS = 100.0
"""What one decision loses at most: beyond it fraud is insured. A guardrail needs a bound."""
BOOSTING: dict[str, Any] = {
    "n_estimators": 100,
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_child_samples": 20,
}


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two trained models and what neither of them has seen."""

    champion: Any
    """A LightGBM classifier; so is the challenger."""
    challenger: Any
    later: pd.DataFrame
    """The transactions after the last that a model was trained on, in the order of time."""


def rivals(frame: pd.DataFrame) -> Rivals:
    """Train both on transactions with features."""
    day = (frame["at"] - frame["at"].min()).dt.days
    old = frame[(day >= WARM_DAYS) & (day < CHAMPION_DAYS)]
    recent = frame[(day >= WARM_DAYS) & (day < CHALLENGER_DAYS)]
    later = frame[day >= CHALLENGER_DAYS].reset_index(drop=True)
    return Rivals(trained(old), trained(recent.assign(**{LABEL: young(recent)})), later)


def young(frame: pd.DataFrame) -> "pd.Series[Any]":
    """The labels of `frame` as long as no dispute about a payment online has come back."""
    return frame[LABEL].where(frame["kind"] != SEGMENT, 0)


def score(model: Any, frame: pd.DataFrame) -> Floats:
    """Probability of fraud of each row."""
    return np.asarray(model.predict_proba(frame[[*NAMES]])[:, 1], dtype=np.float64)


def losses(frame: pd.DataFrame, scores: Floats) -> Floats:
    """What each decision lost: the amount of fraud let through, or the price of a wrong decline."""
    declined, fraud = scores >= THRESHOLD, _is_fraud(frame)
    missed = np.where(fraud & ~declined, np.minimum(frame["amount"], LARGEST_LOSS), 0.0)
    return missed + np.where(declined & ~fraud, DECLINED_COST, 0.0)


def _is_fraud(frame: pd.DataFrame) -> Bools:
    return np.asarray(frame[LABEL] == 1, dtype=np.bool_)


def trained(frame: pd.DataFrame, names: Sequence[str] = NAMES) -> Any:
    """A model that learned the label of `frame` from the columns `names`."""
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(**BOOSTING, random_state=SEED, n_jobs=1, verbose=-1, deterministic=True)
    return model.fit(frame[[*names]], frame[LABEL])

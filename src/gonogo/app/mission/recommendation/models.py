"""Two models of the simulated clicks: a scorecard of what is popular, and trees of who likes what.

Both were trained on the visits at which the coin showed the candidate. A version shows it where a
click is at least as likely as at the editors' pick.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from gonogo.app.mission.recommendation.simulation import CHANCE, CLICKED, NAMES, SHOWN
from gonogo.checks.off_policy import Foretold
from gonogo.stats.arrays import Floats
from gonogo.stats.off_policy import Logged
from gonogo.stats.off_policy import logged as logged_of

SEED = 7
BOOSTING: dict[str, Any] = {
    "n_estimators": 80,
    "learning_rate": 0.06,
    "num_leaves": 8,
    "min_child_samples": 40,
}
POPULAR = ("clicks_7d", "age_days", "price", "visits_30d")
"""What the scorecard goes by, besides how much the visitor likes anything at all."""


def popularity(shown: pd.DataFrame) -> Any:
    """A logistic scorecard of the columns, each by itself."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return made.fit(features(shown), shown[CLICKED])


def personal(shown: pd.DataFrame) -> Any:
    """Boosted trees, which find what goes together."""
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(**BOOSTING, random_state=SEED, n_jobs=1, verbose=-1, deterministic=True)
    return model.fit(features(shown), shown[CLICKED])


def features(rows: pd.DataFrame, names: Sequence[str] = NAMES) -> pd.DataFrame:
    """What a model reads, all as numbers."""
    return rows[[*names]].astype(float)


def score(model: Any, rows: pd.DataFrame) -> Floats:
    """Chance of a click at the candidate, shape (n,)."""
    return np.asarray(model.predict_proba(features(rows))[:, 1], dtype=np.float64)


def threshold(log: pd.DataFrame) -> float:
    """Share of clicks at the editors' pick: what a candidate has to reach."""
    return round(float(log.loc[log[SHOWN] == 0, CLICKED].mean()), 3)


def as_logged(log: pd.DataFrame, shows: Floats) -> Logged:
    """The coin's decisions, for a policy that shows with the chances `shows`, shape (n,)."""
    took = np.where(log[SHOWN] == 1, shows, 1 - shows)
    return logged_of(log[CLICKED], log[CHANCE], took)


def foretold(before: pd.DataFrame, log: pd.DataFrame, shows: Floats) -> Foretold:
    """A model of rewards, fitted on the decisions `before`, for those of `log`."""
    show = score(popularity(before[before[SHOWN] == 1]), log)
    keep = np.full(len(log), float(before.loc[before[SHOWN] == 0, CLICKED].mean()))
    return Foretold(
        taken=np.where(log[SHOWN] == 1, show, keep), expected=shows * show + (1 - shows) * keep
    )

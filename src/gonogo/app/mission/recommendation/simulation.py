"""Simulated visits of a shop's home page: nobody real is in them, and the truth is known.

A visit comes with a candidate for the first place, drawn from a few items. The page shows it, or
keeps the editors' pick. The log was made by a policy that threw a coin, so each decision has the
chance with which it was taken: what else would have been decided can be estimated from it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gonogo.stats.arrays import Floats

CLICKED, SHOWN, CHANCE = "clicked", "shown", "chance"
TOPICS = ("garden", "kitchen", "sports", "books")
ITEMS = 24
COIN = 0.5
"""Chance with which the logging policy showed the candidate."""
VISITOR = ("hour", "is_mobile", "visits_30d", *(f"likes_{topic}" for topic in TOPICS))
ITEM = ("price", "age_days", "clicks_7d", *(f"is_{topic}" for topic in TOPICS))
NAMES = (*VISITOR, *ITEM)
"""What a model reads: of the visitor, and of the candidate."""
MEANT = tuple((f"likes_{topic}", f"is_{topic}") for topic in TOPICS)


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits, and with which chance each of two decisions would be clicked at."""

    frame: pd.DataFrame
    """Columns `NAMES`, `item` and `visitor`."""
    if_shown: Floats
    """Chance of a click where the candidate is shown, shape (n,); known in a simulation alone."""
    if_kept: Floats
    """Where the editors' pick stays."""


def visits(seed: int, n: int) -> Visits:
    """Visits in their order; the same for the same `seed`."""
    items = _items(np.random.default_rng(2026))
    rng = np.random.default_rng(seed)
    likes = rng.dirichlet((0.6,) * len(TOPICS), n)
    which = rng.integers(0, ITEMS, n)
    columns: dict[str, Any] = {
        "hour": rng.integers(0, 24, n),
        "is_mobile": rng.random(n) < 0.6,
        "visits_30d": rng.poisson(4, n),
        **{f"likes_{topic}": likes[:, at].round(3) for at, topic in enumerate(TOPICS)},
    }
    frame = pd.DataFrame(columns)
    frame = pd.concat([frame, items.iloc[which].reset_index(drop=True)], axis=1)
    frame["item"] = which
    frame["visitor"] = rng.integers(0, max(1, n // 3), n)
    return Visits(frame, _if_shown(frame), _if_kept(frame))


def logged(seed: int, n: int) -> pd.DataFrame:
    """Visits that a coin decided, with the decision, its chance and whether there was a click."""
    found = visits(seed, n)
    rng = np.random.default_rng(seed + 1)
    shown = rng.random(n) < COIN
    chance = np.where(shown, found.if_shown, found.if_kept)
    columns: dict[str, Any] = {
        SHOWN: shown.astype(int),
        CHANCE: COIN,
        CLICKED: (rng.random(n) < chance).astype(int),
    }
    return found.frame.assign(**columns)


def worth(found: Visits, shows: Floats) -> float:
    """Mean chance of a click for a policy that shows with the chances `shows`, shape (n,)."""
    return float((shows * found.if_shown + (1 - shows) * found.if_kept).mean())


def _items(rng: np.random.Generator) -> pd.DataFrame:
    topic = np.arange(ITEMS) % len(TOPICS)
    return pd.DataFrame(
        {
            "price": rng.uniform(5, 80, ITEMS).round(2),
            "age_days": rng.integers(0, 60, ITEMS),
            "clicks_7d": rng.integers(5, 120, ITEMS),
            **{f"is_{name}": topic == at for at, name in enumerate(TOPICS)},
        }
    )


def _if_shown(frame: pd.DataFrame) -> Floats:
    liked = sum(frame[likes] * frame[is_it] for likes, is_it in MEANT)
    pull = -3.6 + 6.0 * liked + 0.024 * (frame["clicks_7d"] - 60) - 0.02 * frame["age_days"]
    return _chance(pull - 0.006 * frame["price"] * frame["is_mobile"])


def _if_kept(frame: pd.DataFrame) -> Floats:
    return _chance(-2.35 + 0.03 * (frame["visits_30d"] - 4))


def _chance(pull: "pd.Series[float]") -> Floats:
    return np.asarray(1 / (1 + np.exp(-pull.to_numpy(dtype=np.float64))), dtype=np.float64)

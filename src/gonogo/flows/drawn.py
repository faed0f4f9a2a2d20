"""Decisions that were drawn by chance, made ready for off-policy estimates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gonogo.core.errors import Invalid
from gonogo.core.times import moment
from gonogo.domain.releases.routing import CHALLENGER, CHAMPION, FALLBACK, key_of
from gonogo.domain.releases.rules import Release
from gonogo.records.log import CLOCK_BACK, Period, opened
from gonogo.records.rewards import rewarded
from gonogo.records.which import Payoff
from gonogo.stats.arrays import Floats
from gonogo.stats.bandits import Scaling, rows_of
from gonogo.stats.policies import Log

if TYPE_CHECKING:
    import pandas as pd

CELLS = 8_000_000
"""Decisions times arms that are judged at once; of more the newest decisions."""
MOST = 500_000
MOST_ARMS = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a dataset of logged decisions say what."""

    arm: str
    reward: str
    propensity: str
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Decisions as they were read."""

    log: Log
    scaling: Scaling
    known: int
    """Decisions whose reward is known; of more than can be judged at once the newest were read."""
    waiting: int
    """Decisions whose reward is not known, which are left out."""


def of_log(folder: Path, release: Release, reward: str, context: tuple[str, ...]) -> Read:
    """Decisions of a release by its arms, with the outcome that counts now.

    `reward`: `label` or `value` of the outcome; `context`: the features that are read.
    """
    names = _names(release)
    # Its decisions bear its id, so that none is hidden by a clock that was put back.
    period = Period(release.case, since=moment(release.started_at) - CLOCK_BACK)
    with opened(folder, period) as log:
        most = min(MOST, CELLS // max(2, len(names)))
        found = rewarded(log, release.id, Payoff(reward), context, most)
    arms = tuple(names.get(one, one) for one in found.arm)
    scaling = _scaling(context, found.context)
    log_ = _log(
        arms,
        tuple(dict.fromkeys((*names.values(), *sorted(set(arms))))),
        found.propensity,
        found.reward,
        found.entity,
        rows_of(context, found.context, scaling),
    )
    return Read(log_, scaling, found.known, found.waiting)


def of_table(rows: "pd.DataFrame", columns: Columns, context: tuple[str, ...]) -> Read:
    """Logged decisions, one in each row; raises `Invalid` naming what does not fit.

    Rows without arm or reward are left out, and counted as waiting.
    """
    named = {"arm": columns.arm, "reward": columns.reward, "propensity": columns.propensity}
    if columns.entity is not None:
        named["entity"] = columns.entity
    for field_, name in (*named.items(), *(("context", one) for one in context)):
        if name not in rows.columns:
            raise Invalid(
                field=field_, value=name, expected=f"a column: {', '.join(map(str, rows.columns))}"
            )
    reward, propensity = (_numbers(rows, named[one], one) for one in ("reward", "propensity"))
    if not ((propensity > 0) & (propensity <= 1)).all():
        raise Invalid(
            field="propensity", value=columns.propensity, expected="chances above 0, at most 1"
        )
    there = np.isfinite(reward) & rows[columns.arm].notna().to_numpy(bool)
    arms = [str(one) for one in rows[columns.arm][there]]
    distinct = sorted(set(arms))
    if not 1 <= len(distinct) <= MOST_ARMS:
        raise Invalid(field="arm", value=len(distinct), expected=f"1 to {MOST_ARMS} different arms")
    last = slice(-min(MOST, CELLS // len(distinct)), None)
    values = np.column_stack(
        [_numbers(rows, one, "context")[there] for one in context] or [np.empty((len(arms), 0))]
    )[last]
    who = (
        [str(place) for place in range(len(arms))]
        if columns.entity is None
        else [str(one) for one in rows[columns.entity][there]]
    )
    scaling = _scaling(context, values)
    log = _log(
        arms[last],
        distinct,
        propensity[there][last],
        reward[there][last],
        who[last],
        rows_of(context, values, scaling),
    )
    return Read(log, scaling, len(arms), len(rows) - len(arms))


def _log(
    arms: Sequence[str],
    names: Sequence[str],
    propensity: Floats,
    reward: Floats,
    who: Sequence[str],
    rows: Floats,
) -> Log:
    place = {name: number for number, name in enumerate(names)}
    _, entity = np.unique(np.array(who, dtype=str), return_inverse=True)
    return Log(
        tuple(names),
        np.array([place[one] for one in arms], np.int64),
        propensity,
        reward,
        rows,
        entity.astype(np.int64),
    )


def _names(release: Release) -> dict[str, str]:
    """What arms of the log are called: by the versions that answer there."""
    before = FALLBACK if release.before is None else key_of(release.before)
    return {CHAMPION: before, CHALLENGER: key_of(release.version)}


def _scaling(context: Sequence[str], values: Floats) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of each feature in these decisions; rewards play no part."""
    found = {}
    for place, name in enumerate(context):
        column = values[:, place]
        known = column[np.isfinite(column)]
        spread = float(known.std()) if known.size else 0.0
        centre = float(known.mean()) if known.size else 0.0
        found[name] = (centre, spread if spread > 0 else 1.0)
    return found


def _numbers(rows: "pd.DataFrame", name: str, field_: str) -> Floats:
    import pandas as pd  # a heavy import, needed for datasets alone

    try:
        found: Floats = pd.to_numeric(rows[name]).to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise Invalid(
            field=field_, value=name, expected=f"a column of numbers ({error})"
        ) from error
    return found

"""Decisions that were drawn by chance, with what they brought: what off-policy estimates read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gonogo.records.log import Log
from gonogo.records.returning import WHO
from gonogo.records.summaries import JOINED
from gonogo.records.which import Payoff

DRAWN = "d.role = 'live' AND d.release = ? AND d.propensity > 0 AND d.propensity <= 1"


@dataclass(frozen=True, slots=True)
class Rewarded:
    """Decisions of a release whose reward is known, the newest, all of shape (n,)."""

    arm: tuple[str, ...]
    propensity: npt.NDArray[np.float64]
    reward: npt.NDArray[np.float64]
    entity: tuple[str, ...]
    """Whom each is about; a decision that names nobody is about somebody else."""
    context: npt.NDArray[np.float64]
    """Shape (n, columns): features as numbers, NaN where they are none."""
    known: int
    """Decisions whose reward is known, with those that were left out as too old."""
    waiting: int
    """Decisions whose reward is not known yet."""


def rewarded(log: Log, release: str, payoff: Payoff, columns: Sequence[str], most: int) -> Rewarded:
    """The newest `most` decisions of `release` with their rewards and the features `columns`."""
    reward = payoff.column()
    known, waiting = _counted(log, release, reward)
    contexts = "".join(f", {number_of('d', place)} AS c{place}" for place in range(len(columns)))
    found = log.connection.execute(
        f"SELECT arm, propensity, reward, who{contexts} FROM (SELECT d.arm, d.propensity, "  # noqa: S608  # text and numbers of ours
        f"({reward})::DOUBLE AS reward, {WHO} AS who, d.decided_at, d.id"
        f"{texts_of('d', len(columns))} {JOINED} WHERE {DRAWN} AND ({reward}) IS NOT NULL "
        "ORDER BY d.decided_at DESC, d.id LIMIT ?) d",
        [*(pointer(column) for column in columns), release, most],
    ).fetchnumpy()
    n = len(found["reward"])
    context = np.full((n, len(columns)), np.nan)
    for place in range(len(columns)):
        column: Any = found[f"c{place}"]
        context[:, place] = np.ma.filled(column.astype(np.float64), np.nan)
    return Rewarded(
        arm=tuple(str(one) for one in found["arm"]),
        propensity=np.asarray(found["propensity"], np.float64),
        reward=np.asarray(found["reward"], np.float64),
        entity=tuple(str(one) for one in found["who"]),
        context=context,
        known=known,
        waiting=waiting,
    )


def texts_of(table: str, columns: int) -> str:
    """So many features of a table as text, t0, t1, ...; each takes the `pointer` to it."""
    return "".join(
        f", json_extract_string({table}.features, ?) AS t{place}" for place in range(columns)
    )


def number_of(table: str, place: int) -> str:
    """The feature t`place` as a number, null where it is none: yes and no are 1 and 0."""
    text = f"{table}.t{place}"
    return (
        f"(CASE {text} WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 "
        f"ELSE try_cast({text} AS DOUBLE) END)"
    )


def pointer(column: str) -> str:
    """Where a feature lies in the JSON of its decision (RFC 6901).

    >>> pointer("a/b")
    '/a~1b'
    """
    return "/" + column.replace("~", "~0").replace("/", "~1")


def _counted(log: Log, release: str, reward: str) -> tuple[int, int]:
    found = log.connection.execute(
        f"SELECT count({reward}), count(*) - count({reward}) {JOINED} WHERE {DRAWN}",
        [release],
    ).fetchone()
    known, waiting = found or (0, 0)
    return int(known), int(waiting)

"""How long decisions of a use case waited for their outcomes, those that still wait included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from gonogo.records.log import Period, microseconds, opened
from gonogo.stats.arrays import Floats

MOST = 100_000
"""Decisions that are looked at; of more, a part drawn by their ids."""


@dataclass(frozen=True, slots=True)
class ArmWaits:
    """What the decisions of an arm wait for."""

    decisions: int
    labelled: int
    """Those with an outcome."""
    ages: Floats
    """Seconds since their decisions, of those that were drawn."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Of decisions that were answered."""

    ages: Floats
    """Seconds since each decision, shape (n,)."""
    took: Floats
    """Seconds until its first outcome came, shape (n,); NaN where none has."""
    arms: Mapping[str, ArmWaits]
    """Of one release, by arm."""


def waits(folder: Path, case: str, since: datetime, now: datetime, release: str) -> Waits:
    """The waits of the decisions of a use case since then, and of the arms of one release."""
    with opened(folder, Period(case, since=since)) as log:
        counted = log.connection.execute(
            "SELECT d.arm, d.release = ? AS here, count(*), count(l.decision) FROM decisions d "
            'LEFT JOIN latest l ON l.decision = d.id AND l."case" = d."case" '
            "WHERE d.role = 'live' GROUP BY ALL",
            [release],
        ).fetchall()
        every = 1 + sum(int(row[2]) for row in counted) // MOST
        drawn: Mapping[str, Any] = log.connection.execute(
            "SELECT CASE WHEN d.release = ? THEN d.arm END AS arm, "
            "(? - epoch_us(d.decided_at)) / 1e6 AS age, "
            "(epoch_us(l.first_received_at) - epoch_us(d.decided_at)) / 1e6 AS took "
            'FROM decisions d LEFT JOIN latest l ON l.decision = d.id AND l."case" = d."case" '
            "WHERE d.role = 'live' AND hash(d.id) % ? = 0",
            [release, microseconds(now), every],
        ).fetchnumpy()
    age, took = (_seconds(drawn[name]) for name in ("age", "took"))
    # What was decided elsewhere bears clocks of others.
    ages: Floats = np.maximum(0.0, np.fmax(age, took))
    arm = np.ma.filled(np.ma.asarray(drawn["arm"]), "")
    return Waits(
        ages,
        np.where(np.isnan(took), np.nan, np.maximum(0.0, took)),
        {
            str(name): ArmWaits(int(n), int(labelled), ages[arm == name])
            for name, here, n, labelled in counted
            if here
        },
    )


def _seconds(column: Any) -> Floats:
    found: Floats = np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)
    return found

"""How well forecasts have held: coverage of dates, calibration of chances, and losses; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.domain.track_record.rules import DEADLINE, LEARNED, PRIOR, SCORED, SHARES, Claim
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.plans.track_record import (
    CalibrationRow,
    Parts,
    brier_score,
    calibration_table,
    murphy,
    pinball,
)
from gonogo.stats.proportions import wilson

LEVEL = 0.95
GROUPS = 10
"""Groups of chances, at most, by which calibration is seen."""
FEW = 10
"""Scored dates below which a share says little, whatever it is."""
TITLES = {
    DEADLINE: "Chances of deadlines",
    LEARNED: "Hypotheses, as plans forecast them",
    PRIOR: "Hypotheses, as registered",
}


@dataclass(frozen=True, slots=True)
class DateRecord:
    """How often dates held that should hold with one probability."""

    said: float
    n: int
    """Scored dates."""
    held: Measured
    """The share that held, with Wilson's interval."""
    kept: bool | None
    """Whether the interval holds what was said; None without any date."""
    loss: Measured
    """Mean pinball loss in working days, of those that were reached."""


@dataclass(frozen=True, slots=True)
class ChanceRecord:
    """How chances of one kind came true."""

    kind: str
    title: str
    n: int
    brier: Measured
    came_true: Measured
    parts: Parts | Undefined
    """The Brier score taken apart."""
    rows: tuple[CalibrationRow, ...]
    """How often chances of about the same size came true."""


@dataclass(frozen=True, slots=True)
class Record:
    """A track record."""

    headline: str
    level: float
    milestones: int
    """Different milestones among the scored dates: the dates of one are kept or missed together."""
    dates: tuple[DateRecord, ...]
    """P10 to P90; empty while none was scored."""
    chances: tuple[ChanceRecord, ...]
    """Kinds of which any was scored."""


def judged(claims: Sequence[Claim]) -> Record:
    """The record of the scored ones of `claims`."""
    scored = [one for one in claims if one.state == SCORED]
    dates = [_dates(what, share, scored) for what, share in SHARES.items()]
    found = {kind: [one for one in scored if one.what == kind] for kind in TITLES}
    return Record(
        headline=_headline(next(one for one in dates if one.said == SHARES["p80"]), scored),
        level=LEVEL,
        milestones=len({(one.case, one.name) for one in scored if one.what in SHARES}),
        dates=tuple(dates) if any(one.n for one in dates) else (),
        chances=tuple(_chances(kind, each) for kind, each in found.items() if each),
    )


def _dates(what: str, said: float, scored: Sequence[Claim]) -> DateRecord:
    found = [one for one in scored if one.what == what]
    counts = Counts(yes=sum(bool(one.happened) for one in found), n=len(found))
    held = wilson(counts, LEVEL)
    off = [one.off for one in found if one.off is not None]
    loss: Measured = Undefined("none of these was reached yet", n=0)
    if off:
        loss = pinball(off, [0.0] * len(off), said, LEVEL, "working days")
    kept = held.low <= said <= held.high if isinstance(held, Estimate) else None
    return DateRecord(said, len(found), held, kept, loss)


def _chances(kind: str, found: Sequence[Claim]) -> ChanceRecord:
    happened, said = [float(bool(one.happened)) for one in found], [one.said for one in found]
    rows = calibration_table(happened, said, GROUPS, LEVEL)
    return ChanceRecord(
        kind=kind,
        title=TITLES[kind],
        n=len(found),
        brier=brier_score(happened, said, LEVEL),
        came_true=wilson(Counts(yes=int(sum(happened)), n=len(found)), LEVEL),
        parts=murphy(happened, said, GROUPS),
        rows=() if isinstance(rows, Undefined) else rows,
    )


def _headline(found: DateRecord, scored: Sequence[Claim]) -> str:
    """One sentence that a busy person can act on."""
    if not isinstance(found.held, Estimate):
        if scored:
            return "No 80 % date has been scored yet; what else was scored stands below."
        return "No forecast has come to its date yet, so there is no track record."
    held = found.held
    yes = round(held.value * found.n)
    said = f"Our 80 % dates held {100 * held.value:.0f} % of the time ({yes} of {found.n})"
    interval = f"{100 * held.low:.0f} to {100 * held.high:.0f} %"
    if found.n < FEW:
        return f"{said}: so few say little, the truth may be {interval}."
    if found.kept:
        return f"{said}, which agrees with what they promise ({interval})."
    late = "too early" if held.high < found.said else "later than they need be"
    return f"{said}, surely not 80 % ({interval}): our dates are {late}."

"""How well forecasts have held: coverage of dates, calibration of chances, and losses; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.domain.track_record.rules import (
    BOARD_DEADLINE,
    BOARD_SHARES,
    DATES,
    DEADLINE,
    LEARNED,
    PRIOR,
    SCORED,
    SHARES,
    Claim,
)
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.plans.track_record import (
    CalibrationRow,
    Parts,
    brier_score,
    calibration_table,
    murphy,
    pinball,
    shared,
)

LEVEL = 0.95
GROUPS = 10
"""Groups of chances, at most, by which calibration is seen."""
FEW = 10
"""Milestones below which a share of dates says little, whatever it is."""
TITLES = {
    DEADLINE: "Chances of deadlines",
    BOARD_DEADLINE: "Chances of deadlines, by throughput",
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
    """The share that held; the interval counts what dates of one milestone say together."""
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
    """P10 to P90 of plans; empty while none was scored."""
    by_throughput: tuple[DateRecord, ...]
    """The same of boards."""
    chances: tuple[ChanceRecord, ...]
    """Kinds of which any was scored."""


def judged(claims: Sequence[Claim]) -> Record:
    """The record of the scored ones of `claims`."""
    scored = [one for one in claims if one.state == SCORED]
    dates = [_dates(what, share, scored) for what, share in SHARES.items()]
    of_boards = [_dates(what, share, scored) for what, share in BOARD_SHARES.items()]
    found = {kind: [one for one in scored if one.what == kind] for kind in TITLES}
    milestones = len({_who(one) for one in scored if one.what in DATES})
    return Record(
        headline=_headline(dates, milestones, any_scored=bool(scored)),
        level=LEVEL,
        milestones=milestones,
        dates=tuple(dates) if any(one.n for one in dates) else (),
        by_throughput=tuple(of_boards) if any(one.n for one in of_boards) else (),
        chances=tuple(_chances(kind, each) for kind, each in found.items() if each),
    )


def _dates(what: str, said: float, scored: Sequence[Claim]) -> DateRecord:
    found = [one for one in scored if one.what == what]
    held = shared([_who(one) for one in found], [bool(one.happened) for one in found], LEVEL)
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
        came_true=shared([_who(one) for one in found], happened, LEVEL),
        parts=murphy(happened, said, GROUPS),
        rows=() if isinstance(rows, Undefined) else rows,
    )


def _who(found: Claim) -> str:
    """What a claim comes true or not together with."""
    return f"{found.case}/{found.name}"


def _headline(dates: Sequence[DateRecord], milestones: int, *, any_scored: bool) -> str:
    """One sentence that a busy person can act on."""
    found = next(one for one in dates if one.said == SHARES["p80"])
    held = found.held
    if not isinstance(held, Estimate):
        if any_scored:
            return "No 80 % date has been scored yet; what else was scored stands below."
        return "No forecast has come to its date yet, so there is no track record."
    yes = round(held.value * found.n)
    said = f"Our 80 % dates held {100 * held.value:.0f} % of the time ({yes} of {found.n})"
    interval = f"{100 * held.low:.0f} to {100 * held.high:.0f} %"
    if milestones < FEW:
        few = f"{milestones} milestone{'' if milestones == 1 else 's'}"
        return f"{said}; of only {few} that says little: in truth it may be {interval}."
    if found.kept:
        return f"{said}, which agrees with what they promise ({interval})."
    late = "too early" if held.high < found.said else "later than they need be"
    return f"{said}, not the 80 % they promise ({interval}): our dates are {late}."

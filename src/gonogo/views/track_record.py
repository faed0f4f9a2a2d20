"""How well forecasts have held: dates, chances, what steps took, and each score by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.domain.cases import tables as cases
from gonogo.domain.plans.pace import pace_of
from gonogo.domain.track_record import reads
from gonogo.domain.track_record.judging import LEVEL, ChanceRecord, DateRecord, Record, judged
from gonogo.domain.track_record.rules import (
    BELIEVED,
    BY_THROUGHPUT,
    DATES,
    LAPSED,
    OPEN,
    SCORED,
    Claim,
    FinishedStep,
)
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.levels import percent
from gonogo.stats.plans.track_record import shared
from gonogo.store.work import Work
from gonogo.views.charts.values import At, Bin, Chart, Intervals, Line, Lines, Whisker
from gonogo.views.drawn.performance import AGREED

ROWS = 40
"""Scores and finished steps that the page lists, the newest."""
CASES = 30
"""Use cases that are told one by one, those with most scores."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """The 80 % dates of one use case."""

    case: str
    scored: int
    held: Measured
    """Of its 80 % dates."""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One thing that a forecast said, and what became of it."""

    case: str
    about: str
    """Milestone or hypothesis."""
    hypothesis: bool
    says: str
    """"P80 2026-11-30", or "62 %"."""
    by_throughput: bool
    """Whether a board's forecast said it."""
    forecast: int
    made_at: str
    outcome: str
    happened: bool
    loss: float | None
    unit: str
    entry: str | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """A finished step."""

    case: str
    step: str
    estimate: float
    took: float
    ratio: float
    done: str
    entry: str


@dataclass(frozen=True, slots=True)
class TrackRecordPage:
    """The track record of one use case, or of all."""

    headline: str
    case: str | None
    title: str
    level: float
    scored: int
    open: int
    lapsed: int
    milestones: int
    dates: tuple[DateRecord, ...]
    by_throughput: tuple[DateRecord, ...]
    """How often dates of boards held."""
    coverage: Chart | None
    chances: tuple[ChanceRecord, ...]
    plots: tuple[Chart, ...]
    """Calibration of each kind of chance."""
    cases: tuple[CaseLine, ...]
    pace: str
    steps: tuple[StepLine, ...]
    scores: tuple[ScoreLine, ...]


def track_record(work: Work, case: str | None = None) -> TrackRecordPage:
    """How well the forecasts of `case`, or of all, have held; raises `NotFound`."""
    title = "" if case is None else cases.get(work, case).text.title
    claims = reads.claims(work, case, state=SCORED)
    counted = reads.counted(work, case)
    found = judged(claims)
    steps = reads.finished(work)
    newest = sorted(claims, key=lambda one: one.scored_at or "", reverse=True)
    return TrackRecordPage(
        headline=found.headline,
        case=case,
        title=title,
        level=found.level,
        scored=len(claims),
        open=counted.get(OPEN, 0),
        lapsed=counted.get(LAPSED, 0),
        milestones=found.milestones,
        dates=found.dates,
        by_throughput=found.by_throughput,
        coverage=coverage(found),
        chances=found.chances,
        plots=tuple(
            chart for one in found.chances if (chart := calibration(one, found.level)) is not None
        ),
        cases=_cases(claims) if case is None else (),
        pace=pace_in_words(steps, case),
        steps=tuple(_step(one) for one in steps if case in (None, one.case))[:ROWS],
        scores=tuple(_score(one) for one in newest[:ROWS]),
    )


def pace_in_words(steps: Sequence[FinishedStep], case: str | None) -> str:
    """How long `steps` took against their estimates, as it counts for `case`; None: for all."""
    here = [one.took / one.estimate for one in steps if case in (None, one.case)]
    elsewhere = [one.took / one.estimate for one in steps if case not in (None, one.case)]
    found = pace_of(here, elsewhere)
    return found.says() if case is not None else found.says(where="")


def coverage(found: Record) -> Chart | None:
    """How often dates held against how often they should, each with its interval."""
    rows = tuple(
        Whisker(
            label=f"P{100 * one.said:g}",
            value=one.held.value,
            low=one.held.low,
            high=one.held.high,
            says=f"n = {one.n:,}",
            asked=one.said,
        )
        for one in found.dates
        if isinstance(one.held, Estimate)
    )
    title = f"Dates that held, with {percent(found.level)} intervals"
    return Intervals(title, "Share that held", rows, within=(0.0, 1.0)) if rows else None


def calibration(found: ChanceRecord, level: float) -> Chart | None:
    """How often chances of about the same size came true; on the diagonal they agree."""
    points = tuple(
        At(row.forecast, one.value, one.low, one.high, f"n = {row.counts.n:,}")
        for row in found.rows
        if isinstance(one := row.observed, Estimate)
    )
    bins = tuple(Bin(row.lowest, row.highest, row.counts.n) for row in found.rows)
    title = f"{found.title}: came true, with {percent(level)} intervals"
    lines = (AGREED, Line("came true", points, dots=True, joined=False))
    if not points:
        return None
    return Lines(title, "Chance that was said", "Share", lines, unit_square=True, bins=bins)


def _cases(claims: Sequence[Claim]) -> tuple[CaseLine, ...]:
    by_case: dict[str, list[Claim]] = {}
    for one in claims:
        by_case.setdefault(one.case, []).append(one)
    most = sorted(by_case.items(), key=lambda each: (-len(each[1]), each[0]))[:CASES]
    return tuple(CaseLine(case, len(found), _held(found)) for case, found in most)


def _held(found: Sequence[Claim]) -> Measured:
    dates = [one for one in found if one.what == "p80"]
    return shared([one.name for one in dates], [bool(one.happened) for one in dates], LEVEL)


def _step(found: FinishedStep) -> StepLine:
    return StepLine(
        found.case,
        found.step,
        found.estimate,
        found.took,
        found.took / found.estimate,
        found.done,
        found.entry,
    )


def _score(found: Claim) -> ScoreLine:
    says = f"{100 * found.said:.3g} %"
    if found.what in DATES:
        says = f"P{100 * found.said:g} {found.day}"
    elif found.day is not None:
        says = f"{says} by {found.day}"
    return ScoreLine(
        case=found.case,
        about=found.name or "the end of the plan",
        hypothesis=found.what in BELIEVED,
        says=says,
        by_throughput=found.what in BY_THROUGHPUT,
        forecast=found.forecast,
        made_at=found.made_at,
        outcome=_outcome(found),
        happened=bool(found.happened),
        loss=found.loss,
        unit="working days" if found.what in DATES else "",
        entry=found.entry,
    )


def _outcome(found: Claim) -> str:
    if found.what in BELIEVED:
        return "supported" if found.happened else "not supported"
    if found.actual is None:
        return "the date has passed"
    if not found.off:
        return f"reached {found.actual}, to the day"
    days = f"{abs(found.off):g} working day{'' if abs(found.off) == 1 else 's'}"
    return f"reached {found.actual}, {days} {'later' if found.off > 0 else 'earlier'}"

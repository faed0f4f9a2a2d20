"""The page of the roadmap: chances by quarter as shaded cells, and what they bring as it grows."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.stats.plans.quarters import Reached
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import At, Chart, Line, Lines, Tone
from gonogo.views.roadmap import Milestone, Quarter, Roadmap

SHADES = 10
"""Steps of shading, from nothing to certain."""
LIKELY = 0.8
NONE = 0.05
"""Goals expected in a quarter below which none is likely."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The chance that something is reached in a quarter."""

    says: str
    """In words: 38 %, below 1 %, or nothing."""
    shade: int
    """0 to 10."""
    deadline: bool
    """Whether the deadline lies in it."""
    by_then: str
    """The chance that it is reached by the end of the quarter."""


@dataclass(frozen=True, slots=True)
class Row:
    """A goal or a milestone."""

    case: str
    case_title: str
    title: str
    goal: bool
    cells: tuple[Cell, ...]
    later: str
    done: str | None
    p50: str | None
    p80: str | None
    deadline: str | None
    on_time: float | None
    says: str
    """What it comes to, in one sentence."""
    made_at: str
    stale: bool
    entry: str
    start: str | None
    """The quarter in which the choice that was kept begins it."""


@dataclass(frozen=True, slots=True)
class Money:
    """What comes in, in one currency."""

    currency: str
    cases: tuple[str, ...]
    chart: Chart
    rows: tuple[tuple[str, float, float, float], ...]
    """Quarter, lower end, mean, upper end."""


@dataclass(frozen=True, slots=True)
class RoadmapPage:
    """All use cases with a forecast, those that are there first on top."""

    headline: str
    quarters: tuple[str, ...]
    rows: tuple[Row, ...]
    without: tuple[str, ...]
    """Use cases without a forecast."""
    more: int
    money: tuple[Money, ...]


Ramp = tuple[str, tuple[str, ...], tuple[tuple[float, float, float], ...]]
"""Currency, use cases, and of each quarter what comes in: lower end, mean, upper end."""


def page(
    found: Roadmap, ramps: Sequence[Ramp], starts: dict[str, str] | None = None
) -> RoadmapPage:
    """The roadmap as a page; `starts`: use case → the quarter in which a kept choice begins it."""
    chosen = starts or {}
    return RoadmapPage(
        headline=_headline(found),
        quarters=tuple(one.name for one in found.quarters),
        rows=tuple(
            _row(one, lane.title, found.quarters, chosen.get(one.case))
            for lane in found.lanes
            for one in (lane.goal, *lane.milestones[:-1])
        ),
        without=found.without,
        more=found.more,
        money=tuple(_money(one, found.quarters) for one in ramps),
    )


def percent(found: Reached) -> str:
    """A chance in words, no surer than the percentiles that are kept.

    >>> percent(Reached(0.0, 0.0, 0.01)), percent(Reached(0.385, 0.38, 0.39))
    ('below 1 %', '38 %')
    """
    return _share(found.value)


def _share(value: float) -> str:
    if value < 0.005:
        return "below 1 %"
    return "above 99 %" if value > 0.995 else f"{100 * value:.0f} %"


def _row(found: Milestone, case_title: str, quarters: Sequence[Quarter], start: str | None) -> Row:
    return Row(
        case=found.case,
        case_title=case_title,
        title=found.title,
        goal=found.goal,
        cells=_cells(found, quarters),
        later="" if found.done else percent(found.later),
        done=found.done,
        p50=found.p50,
        p80=found.p80,
        deadline=found.deadline,
        on_time=found.on_time,
        says=_says(found, quarters),
        made_at=found.made_at,
        stale=found.stale,
        entry=found.entry,
        start=start if found.goal else None,
    )


def _cells(found: Milestone, quarters: Sequence[Quarter]) -> tuple[Cell, ...]:
    cells, before = [], 0.0
    for quarter, chance in zip(quarters, found.quarters, strict=True):
        before += chance.value
        held = quarter.begins.isoformat() <= (found.deadline or "") <= quarter.ends.isoformat()
        if found.done is not None:
            here = quarter.begins.isoformat() <= found.done <= quarter.ends.isoformat()
            cells.append(Cell("done" if here else "", SHADES if here else 0, held, ""))
            continue
        blank = chance.value < 0.005
        shade = 0 if blank else max(round(SHADES * chance.value), 1)
        by_then = f"{_share(before)} by its end"
        cells.append(Cell("" if blank else percent(chance), shade, held, by_then))
    return tuple(cells)


def _says(found: Milestone, quarters: Sequence[Quarter]) -> str:
    """What the futures say, in one sentence."""
    if found.done is not None:
        return f"reached on {found.done}"
    likeliest = max(range(len(quarters)), key=lambda at: found.quarters[at].value)
    total = 0.0
    for quarter, chance in zip(quarters, found.quarters, strict=True):
        total += chance.value
        if total >= LIKELY:
            by = f"{_share(total)} by the end of {quarter.name}"
            break
    else:
        by = f"{percent(found.later)} later than {quarters[-1].name}, or never"
    if found.quarters[likeliest].value < 0.005:
        return by
    return f"most likely in {quarters[likeliest].name}; {by}"


def _headline(found: Roadmap) -> str:
    if not found.lanes:
        return "No use case has a forecast yet."
    waiting = [lane for lane in found.lanes if lane.goal.done is None]
    count = len(found.lanes)
    many = "1 use case has" if count == 1 else f"{count} use cases have"
    if not waiting:
        return f"{many} a forecast; all have reached their goals."
    first, quarter = waiting[0], found.quarters[0].name
    now = sum(lane.goal.quarters[0].value for lane in waiting)
    said = f"{many} a forecast. Next is {first.title}: {_says(first.goal, found.quarters)}."
    if now < NONE:
        return f"{said} No goal is likely to be reached in {quarter}."
    return f"{said} {told(now)} of their goals are expected to be reached in {quarter}."


def _money(found: Ramp, quarters: Sequence[Quarter]) -> Money:
    currency, cases, amounts = found
    rows = tuple((one.name, *amount) for one, amount in zip(quarters, amounts, strict=True))
    points = tuple(
        At(float(at + 1), middle, low, high, says=name)
        for at, (name, low, middle, high) in enumerate(rows)
    )
    return Money(
        currency=currency,
        cases=cases,
        rows=rows,
        chart=Lines(
            title=f"What comes in, {currency} a quarter",
            across=f"quarter, 1 is {quarters[0].name}",
            up=currency,
            lines=(Line("mean, with the middle 80 % of futures", points, Tone.ACCENT, dots=True),),
        ),
    )

"""The page of all scores: places, how sure their order is, what the weights decide, RICE, WSJF."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.roles import Action
from gonogo.domain.scoring.inputs import Method, Order, Prioritised, orders
from gonogo.domain.scoring.rules import Ranking, Scored, StatedRubric, rank
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.portfolio.rubrics import HIGHEST, LOWEST
from gonogo.store.work import Work
from gonogo.views.charts.values import Chart, Intervals, Tone, Whisker

DRAWN = 30
"""Use cases that are drawn."""
PAIRS = 8
"""Use cases that are compared one by one."""


@dataclass(frozen=True, slots=True)
class Level:
    """One criterion of a use case, in short."""

    value: float
    low: float
    high: float
    by: str
    """evidence, assessors, or nobody."""
    apart: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One use case."""

    case: str
    place: int
    score: Measured
    known: int
    low: int
    """The best of its middle ranks."""
    high: int
    first: float
    any_weights: float
    """How often it is first where weights are drawn evenly from all there are."""
    levels: tuple[Level, ...]
    above: tuple[float | None, ...]
    """How often it scores above the first few; None beside itself."""


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """One use case by RICE or WSJF."""

    case: str
    place: int
    score: Measured
    low: int
    high: int
    first: float
    says: str
    """Where its parts come from."""
    above: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class PriorityPart:
    """An order by RICE or WSJF, of use cases in one unit."""

    unit: str
    rows: tuple[PriorityRow, ...]
    compared: tuple[str, ...]
    chart: Chart


@dataclass(frozen=True, slots=True)
class MethodPart:
    """RICE, or WSJF."""

    method: str
    orders: tuple[PriorityPart, ...]
    without: tuple[tuple[str, str], ...]
    """Use cases without a score, and why."""


@dataclass(frozen=True, slots=True)
class WeightRow:
    """How much a criterion may weigh before another use case is first."""

    title: str
    weight: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ScoresPage:
    """All use cases by the rubric, by RICE and by WSJF."""

    headline: str
    rubric: str
    number: int
    titles: tuple[str, ...]
    """Of the criteria."""
    rows: tuple[Row, ...]
    compared: tuple[str, ...]
    """The use cases that the columns of `Row.above` stand for."""
    best: str
    """The use case with the best mean score."""
    weights: tuple[WeightRow, ...]
    charts: tuple[Chart, ...]
    methods: tuple[MethodPart, ...]
    may_state: bool
    """Whether the reader may state another rubric."""


def page(
    work: Work,
    stated: StatedRubric,
    scored: Sequence[Scored],
    ranked: Sequence[tuple[Method, Sequence[Prioritised]]],
) -> ScoresPage:
    """The page about all use cases."""
    found = rank(stated.rubric, scored)
    order = sorted(range(len(scored)), key=lambda at: found.ranked[at].place)
    first = order[:PAIRS] if len(order) > 1 else []
    rows = tuple(_row(scored[at], found, at, first) for at in order)
    best = max(scored, key=_mean, default=None)
    weights = tuple(
        WeightRow(criterion.title, one.weight, one.low, one.high)
        for criterion, one in zip(stated.rubric.criteria, found.stays, strict=False)
    )
    return ScoresPage(
        headline=_headline(rows, best),
        rubric=stated.rubric.name,
        number=stated.number,
        titles=tuple(one.title for one in stated.rubric.criteria),
        rows=rows,
        compared=tuple(scored[at].case for at in first),
        best="" if best is None else best.case,
        weights=weights if len(rows) > 1 else (),
        charts=_charts(rows, weights),
        methods=tuple(_method(method, one) for method, one in ranked),
        may_state=work.caller.refuses(Action.RUBRIC_STATE, None) is None,
    )


def _row(one: Scored, found: Ranking, at: int, first: Sequence[int]) -> Row:
    place = found.ranked[at]
    return Row(
        case=one.case,
        place=place.place,
        score=one.score,
        known=one.known,
        low=place.low,
        high=place.high,
        first=place.first,
        any_weights=found.any_weights[at],
        levels=tuple(
            Level(
                level.value,
                level.low,
                level.high,
                "evidence" if level.computed else "assessors" if level.known else "nobody",
                level.apart is not None and level.apart.apart,
            )
            for level in one.graded
        ),
        above=tuple(found.above[at][other] if other != at else None for other in first),
    )


def _headline(rows: Sequence[Row], best: Scored | None) -> str:
    if best is None:
        return "There is no use case yet."
    score = best.score
    if not isinstance(score, Estimate):
        return "No use case has a score yet: nothing is on the record of any."
    row = next(one for one in rows if one.case == best.case)
    said = f"{best.case} scores highest: {score.value:.1f} of 5"
    if len(rows) == 1:
        return f"{said}, {score.low:.1f} to {score.high:.1f} in the middle of its futures."
    said += f", and is first in {100 * row.first:.0f} % of futures"
    return f"{said}; whatever the weights, in {100 * row.any_weights:.0f} %."


def _mean(one: Scored) -> float:
    return one.score.value if isinstance(one.score, Estimate) else 0.0


def _charts(rows: Sequence[Row], weights: Sequence[WeightRow]) -> tuple[Chart, ...]:
    if not rows:
        return ()
    scores = Intervals(
        title="Scores",
        across="weighted mean level, 1 worst to 5 best",
        rows=tuple(
            Whisker(
                label=one.case,
                value=one.score.value,
                low=one.score.low,
                high=one.score.high,
                says=f"{one.known} of {len(one.levels)} criteria known",
                tone=Tone.ACCENT if one.known > 1 else Tone.QUIET,
            )
            for one in rows[:DRAWN]
            if isinstance(one.score, Estimate)
        ),
        within=(LOWEST, HIGHEST),
    )
    # The criterion with which least can be changed first: its weight decides most.
    decisive = sorted(weights, key=lambda one: one.high - one.low)
    return (
        scores,
        *(
            [
                Intervals(
                    title="Weights with which the best stays best",
                    across="weight of the criterion among all, the others in proportion",
                    rows=tuple(
                        Whisker(one.title, one.weight, one.low, one.high, tone=Tone.SECOND)
                        for one in decisive
                    ),
                    within=(0.0, 1.0),
                )
            ]
            if len(rows) > 1
            else []
        ),
    )


def _method(method: Method, found: Sequence[Prioritised]) -> MethodPart:
    name = str(method).upper()
    return MethodPart(
        method=name,
        orders=tuple(_order(name, one) for one in orders(found)),
        without=tuple(
            (one.case, one.score.reason) for one in found if isinstance(one.score, Undefined)
        ),
    )


def _order(name: str, found: Order) -> PriorityPart:
    order = sorted(range(len(found.rows)), key=lambda at: found.ranked[at].place)
    first = order[:PAIRS] if len(order) > 1 else []
    rows = tuple(
        PriorityRow(
            case=found.rows[at].case,
            place=found.ranked[at].place,
            score=found.rows[at].score,
            low=found.ranked[at].low,
            high=found.ranked[at].high,
            first=found.ranked[at].first,
            says=_from(found.rows[at]),
            above=tuple(found.above[at][other] if other != at else None for other in first),
        )
        for at in order
    )
    chart = Intervals(
        title=f"{name}, {found.unit} per person-month",
        across=f"{found.unit} per person-month",
        rows=tuple(
            Whisker(one.case, one.score.value, one.score.low, one.score.high)
            for one in rows[:DRAWN]
            if isinstance(one.score, Estimate)
        ),
    )
    return PriorityPart(found.unit, rows, tuple(found.rows[at].case for at in first), chart)


def _from(found: Prioritised) -> str:
    stated = [one.part for one in found.inputs if one.stated]
    computed = [one.part for one in found.inputs if not one.stated]
    said = [f"computed: {', '.join(computed)}"] if computed else []
    return "; ".join([*said, *([f"stated: {', '.join(stated)}"] if stated else [])])

"""What the log tells of an A/B test: sums over entities by arm, over time and by segment.

One pass each, in DuckDB: an entity's values are summed first, so that it counts as one, and what
each stretch of time adds to the sums of products is told by window functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gonogo.core.ab_tests import Metric
from gonogo.records.log import CLOCK_BACK, Log, Period, microseconds, opened
from gonogo.records.returning import OF_RELEASE, WHO
from gonogo.records.summaries import JOINED, moment_of
from gonogo.stats.entity_sums import EntitySums

LOOKS = 30
"""Stretches of time at whose ends the effect is told."""
LARGEST = 1e60
"""Of a value; what is beyond is no payoff of anything, and its powers would be no numbers."""
GROUPS = 20
"""Values of a feature that are segments: those with most entities; the rest are left out."""
KNOWN = {
    Metric.OUTCOME_RATE: ("(d.outcome = ?)::DOUBLE", "d.decided_at", "FROM decisions d "),
    Metric.PAYOFF: ("l.value", "l.first_received_at", JOINED),
    Metric.NUMBER: ("l.label_number", "l.first_received_at", JOINED),
}
"""Of a metric: its value, when that became known, and where both stand."""


@dataclass(frozen=True, slots=True)
class AskedTest:
    """What is to be summed."""

    case: str
    release: str
    metric: Metric
    positive: str
    """The outcome that counts as yes."""
    since: datetime
    """When the release began: what was known before counts as before."""
    first: int
    """The route table from which on it counts."""
    before: timedelta
    """How far back the same entities' values are known from."""
    arms: tuple[str, str]
    """The live one and the new one, as the log calls them."""
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """Entities with a value of a feature, of both arms."""

    column: str
    group: str
    arms: tuple[EntitySums, EntitySums]


@dataclass(frozen=True, slots=True)
class Summed:
    """A test as the log has it."""

    looks: tuple[datetime, ...]
    """Ends of the stretches of time, the last one that of all."""
    arms: tuple[tuple[EntitySums, ...], tuple[EntitySums, ...]]
    """Of the live one and of the new one: the sums until each look."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went through a use case before a test."""

    came: int
    """Entities."""
    entities: int
    """Those of which the metric is known."""
    values: int
    """Values of the metric that are known of them."""
    mean: float | None
    squares: float
    """Sums of the second and fourth powers of what each one's total lies from the mean's."""
    fourths: float
    days: float
    """From the first decision until now."""
    daily: tuple[int, ...]
    """Entities that came for the first time, by day; the first and the last day are not whole."""


NO_TRAFFIC = Traffic(0, 0, 0, None, 0.0, 0.0, 0.0, ())


def summed(folder: Path, asked: AskedTest) -> Summed | None:
    """The sums of a test; None while nothing of the metric is known."""
    # Of the test itself by its release's id: a clock that was put back hides none of its decisions.
    period = Period(asked.case, since=asked.since - max(asked.before, CLOCK_BACK))
    with opened(folder, period) as log:
        _points(log, asked)
        found = log.connection.execute(
            "SELECT epoch_us(min(seen)), epoch_us(max(seen)), avg(v) FROM points"
        ).fetchone()
        if found is None or found[0] is None:
            return None
        first, last, centre = int(found[0]), int(found[1]), float(found[2])
        width = max(1, -(-(last - first + 1) // LOOKS))
        before = _before(log, asked)
        cells = _cells(log, (first, width), centre, before)
        ends = [min(first + (place + 1) * width - 1, last) for place in range(LOOKS)]
        kept = [place for place in range(LOOKS) if place == 0 or ends[place] > ends[place - 1]]
        one, other = (_cumulated(cells.get(arm, {}), kept, centre, before) for arm in asked.arms)
        segments = tuple(
            part
            for place, column in enumerate(asked.segments)
            for part in _segments(log, asked, place, column, centre)
        )
    return Summed(tuple(moment_of(ends[place]) for place in kept), (one, other), segments)


def traffic(
    folder: Path, case: str, metric: Metric, positive: str, since: datetime, until: datetime
) -> Traffic:
    """What went through a use case in a stretch of time, of what was answered live."""
    value, _, source = KNOWN[metric]
    given = [positive] if metric is Metric.OUTCOME_RATE else []
    with opened(folder, Period(case, since=since, until=until)) as log:
        log.connection.execute(
            "CREATE TEMP TABLE came AS SELECT who, count(v) AS c, coalesce(sum(v), 0) AS t, "  # noqa: S608  # names of ours
            f"min(at_time) AS seen FROM (SELECT {WHO} AS who, d.decided_at AS at_time, "
            f"CASE WHEN abs({value}) <= {LARGEST} THEN {value} END AS v "
            f"{source} WHERE d.role = 'live') GROUP BY who",
            [*given, *given],
        )
        found = log.connection.execute(
            "SELECT count(*), count(*) FILTER (c > 0), sum(c), sum(t), epoch_us(min(seen)) "
            "FROM came"
        ).fetchone()
        if found is None or not found[0]:
            return NO_TRAFFIC
        came, known, values, total, first = found
        mean = float(total) / float(values) if values else 0.0
        squares, fourths = log.connection.execute(
            "SELECT coalesce(sum((t - ? * c) ** 2), 0), coalesce(sum((t - ? * c) ** 4), 0) "
            "FROM came WHERE c > 0",
            [mean, mean],
        ).fetchall()[0]
        rows = log.connection.execute(
            "SELECT (epoch_us(seen) - ?) // 86400000000 AS day, count(*) FROM came GROUP BY day",
            [first],
        ).fetchall()
    whole = int((microseconds(until) - first) // 86_400_000_000)
    by_day = {int(day): int(n) for day, n in rows}
    return Traffic(
        came=int(came),
        entities=int(known),
        values=int(values or 0),
        mean=mean if values else None,
        squares=float(squares),
        fourths=float(fourths),
        days=(microseconds(until) - first) / 86_400e6,
        daily=tuple(by_day.get(day, 0) for day in range(whole)),
    )


def _points(log: Log, asked: AskedTest) -> None:
    """Every known value of the test: arm, entity, when, value, and what the segments are."""
    value, known, source = KNOWN[asked.metric]
    columns = "".join(
        f", json_extract_string(d.features, ?) AS s{place}" for place in range(len(asked.segments))
    )
    given: list[Any] = [asked.positive] if asked.metric is Metric.OUTCOME_RATE else []
    log.connection.execute(
        f"CREATE TEMP TABLE points AS SELECT * FROM (SELECT d.arm, {WHO} AS who, "  # noqa: S608  # names of ours
        f"{known} AS seen, {value} AS v{columns} "
        f"{source} WHERE d.role = 'live' AND d.arm IN (?, ?) AND {OF_RELEASE}) "
        f"WHERE abs(v) <= {LARGEST}",
        [
            *given,
            *('$."' + column.replace('"', '""') + '"' for column in asked.segments),
            *asked.arms,
            asked.case,
            asked.release,
            asked.first,
        ],
    )


def _before(log: Log, asked: AskedTest) -> float:
    """What is known of entities from before, about its mean: the table `known`, and that mean."""
    value, known, source = KNOWN[asked.metric]
    began = f"make_timestamp({microseconds(asked.since)})"
    given = [asked.positive] if asked.metric is Metric.OUTCOME_RATE else []
    log.connection.execute(
        f"CREATE TEMP TABLE known AS SELECT who, count(*)::DOUBLE AS c0, sum(v) AS t0 "  # noqa: S608  # names of ours
        f"FROM (SELECT {WHO} AS who, {value} AS v, {known} AS seen {source} "
        f"WHERE d.role = 'live' AND d.entity IS NOT NULL AND d.decided_at < {began} "
        f"AND d.decided_at >= make_timestamp({microseconds(asked.since - asked.before)}) "
        f"AND d.release IS DISTINCT FROM ?) "
        f"WHERE abs(v) <= {LARGEST} AND seen < {began} AND who IN (SELECT who FROM points) "
        "GROUP BY who",
        [*given, asked.release],
    )
    found = log.connection.execute("SELECT sum(t0) / sum(c0) FROM known").fetchone()
    return 0.0 if found is None or found[0] is None else float(found[0])


GROWN = """
WITH cells AS (
    SELECT arm, who, ((epoch_us(seen) - ?) // ?)::INTEGER AS cell,
           count(*)::DOUBLE AS c, sum(v - ?)::DOUBLE AS t
    FROM points GROUP BY ALL
), grown AS (
    SELECT arm, who, cell, c, t,
           coalesce(sum(c) OVER so_far, 0) AS c1, coalesce(sum(t) OVER so_far, 0) AS t1
    FROM cells WINDOW so_far AS (
        PARTITION BY arm, who ORDER BY cell ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), joined AS (
    SELECT g.*, (c1 = 0)::DOUBLE AS new, coalesce(k.c0, 0) AS c0,
           coalesce(k.t0 - ? * k.c0, 0) AS t0
    FROM grown g LEFT JOIN known k ON k.who = g.who
)
SELECT arm, cell, sum(new), sum(c), sum(t), sum(new * c0), sum(new * t0),
       sum((c1 + c) ** 2 - c1 ** 2), sum((c1 + c) * (t1 + t) - c1 * t1), sum(c * c0), sum(c * t0),
       sum((t1 + t) ** 2 - t1 ** 2), sum(t * c0), sum(t * t0),
       sum(new * c0 * c0), sum(new * c0 * t0), sum(new * t0 * t0)
FROM joined GROUP BY arm, cell
"""


def _cells(
    log: Log, scale: tuple[int, int], centre: float, before: float
) -> dict[str, dict[int, tuple[float, ...]]]:
    """What each stretch of time adds to the sums of an arm."""
    found: dict[str, dict[int, tuple[float, ...]]] = {}
    rows = log.connection.execute(GROWN, [*scale, centre, before]).fetchall()
    for arm, cell, *numbers in rows:
        found.setdefault(str(arm), {})[int(cell)] = tuple(float(one) for one in numbers)
    return found


def _cumulated(
    cells: dict[int, tuple[float, ...]], kept: Sequence[int], centre: float, before: float
) -> tuple[EntitySums, ...]:
    so_far = _nothing(centre, before)
    found = []
    for place in kept:
        if place in cells:
            so_far = so_far + EntitySums(centre, before, cells[place])
        found.append(so_far)
    return tuple(found)


SEGMENT = """
SELECT arm, part, count(*), sum(c), sum(t), sum(c * c), sum(c * t), sum(t * t) FROM (
    SELECT arm, {column} AS part, who, count(*)::DOUBLE AS c, sum(v - ?)::DOUBLE AS t
    FROM points WHERE {column} IS NOT NULL GROUP BY arm, part, who)
GROUP BY arm, part
"""


def _segments(log: Log, asked: AskedTest, place: int, column: str, centre: float) -> list[Segment]:
    rows = log.connection.execute(SEGMENT.format(column=f"s{place}"), [centre]).fetchall()
    found: dict[str, dict[str, EntitySums]] = {}
    for arm, part, n, c, t, cc, ct, tt in rows:
        numbers = (n, c, t, 0, 0, cc, ct, 0, 0, tt, 0, 0, 0, 0, 0)
        sums = EntitySums(centre, 0.0, tuple(float(one) for one in numbers))
        found.setdefault(str(part), {})[str(arm)] = sums
    size = {part: sum(one.n for one in arms.values()) for part, arms in found.items()}
    largest = sorted(found, key=lambda part: (-size[part], part))[:GROUPS]
    nothing = _nothing(centre, 0.0)
    live, new = asked.arms
    return [
        Segment(column, part, (found[part].get(live, nothing), found[part].get(new, nothing)))
        for part in sorted(largest)
    ]


def _nothing(centre: float, before: float) -> EntitySums:
    return EntitySums(centre, before, (0.0,) * 15)

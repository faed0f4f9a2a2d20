"""Entities that come back to the arms of a release: what their design effects are made of.

An entity's values are squared as a whole, so they are summed over the whole release at each look;
DuckDB does so within the memory that the log is opened with.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.records.asked import Asked
from gonogo.records.becoming import ALL, cut
from gonogo.records.log import Log
from gonogo.stats.arms import Batch
from gonogo.stats.clusters import Entities


@dataclass(frozen=True, slots=True)
class Told:
    """What an arm's entities came to in one thing that is measured."""

    arm: str
    what: str
    """errors, yes, scores, values, labels; `late` with a limit and `group` with a column."""
    group: str | None
    entities: Entities


@dataclass(frozen=True, slots=True)
class Returned:
    """Of a whole release."""

    told: tuple[Told, ...] = ()
    split: Mapping[str, int] = field(default_factory=dict)
    """Entities that each arm decided for in this step."""


NONE = Returned()
"""Entities were not asked for, or nothing came."""
WHO = "coalesce('e' || d.entity, 'd' || d.id)"
"""A decision that names no entity is one of its own, as it is where arms are drawn."""
OF_RELEASE = 'd."case" = ? AND d.release = ? AND d.snapshot >= ?'


def late(limit: float) -> str:
    """The name of what is slower than `limit` ms."""
    return f"late {limit:g}"


def by_group(column: str) -> str:
    """The name of yes and no by the values of a feature."""
    return f"group {column}"


def returned(log: Log, asked: Asked, ripe: int = ALL) -> Returned:
    """What the entities of a release came to, all of its records together.

    Outcomes count of decisions taken up to `ripe`, microseconds since 1970.
    """
    if asked.whole is None:
        return NONE
    first, step = asked.whole
    of_release = [asked.case, asked.release, first]
    found = [*_decided(log, asked, of_release), *_became(log, asked, of_release, ripe)]
    for column in asked.groups:
        found += _grouped(log, asked, of_release, column)
    return Returned(tuple(found), _split(log, [asked.case, asked.release, step]))


def _decided(log: Log, asked: Asked, of_release: Sequence[Any]) -> Iterator[Told]:
    measures = {
        "errors": "(d.error IS NOT NULL)::DOUBLE",
        "yes": "(d.outcome = ?)::DOUBLE",
        "scores": "d.score",
        **{late(limit): f"(d.latency_us > {limit * 1000})::DOUBLE" for limit in asked.limits},
    }
    columns = _columns(measures.values())
    source = f"SELECT d.arm, {WHO} AS who, NULL AS grouped, {columns} "
    source += f"FROM decisions d WHERE {OF_RELEASE}"
    given = [asked.positive, *of_release]
    return _told(log, source, given, list(measures))


def _became(log: Log, asked: Asked, of_release: Sequence[Any], ripe: int) -> Iterator[Told]:
    """The newest outcome of each decision that is old enough, as the sums by arm have it."""
    bounds = {"values": asked.values, "labels": asked.labels}
    names = {"values": "c.value", "labels": "c.label_number"}
    wanted = {name: ends for name, ends in bounds.items() if ends is not None}
    if not wanted:
        return iter(())
    columns = _columns(cut(names[name]) for name in wanted)
    source = (
        f"SELECT d.arm, {WHO} AS who, NULL AS grouped, {columns} "  # noqa: S608  # ours
        'FROM latest c JOIN decisions d ON d.id = c.decision AND d."case" = c."case" '
        f"WHERE d.role = 'live' AND epoch_us(d.decided_at) <= ? AND {OF_RELEASE}"
    )
    ends = [end for both in wanted.values() for end in both]
    return _told(log, source, [*ends, ripe, *of_release], list(wanted))


def _grouped(log: Log, asked: Asked, of_release: Sequence[Any], column: str) -> Iterator[Told]:
    source = (
        f"SELECT d.arm, {WHO} AS who, json_extract_string(d.features, ?) AS grouped, "  # noqa: S608  # ours
        f"(d.outcome = ?)::DOUBLE AS m0 FROM decisions d WHERE {OF_RELEASE}"
    )
    path = '$."' + column.replace('"', '""') + '"'
    given = [path, asked.positive, *of_release]
    return (one for one in _told(log, source, given, [by_group(column)]) if one.group is not None)


def _split(log: Log, of_step: Sequence[Any]) -> dict[str, int]:
    query = (
        f"SELECT d.arm, count(DISTINCT {WHO}) FROM decisions d "  # noqa: S608  # ours
        f"WHERE d.role = 'live' AND {OF_RELEASE} GROUP BY d.arm"
    )
    found = log.connection.execute(query, list(of_step)).fetchall()
    return {str(arm): int(n) for arm, n in found}


def _columns(measures: Iterable[str]) -> str:
    return ", ".join(f"{measure} AS m{place}" for place, measure in enumerate(measures))


def _told(log: Log, source: str, given: Sequence[Any], names: Sequence[str]) -> Iterator[Told]:
    each = ", ".join(
        f"count(m{place})::DOUBLE AS n{place}, coalesce(sum(m{place}), 0)::DOUBLE AS t{place}, "
        f"coalesce(sum(m{place} * m{place}), 0)::DOUBLE AS s{place}"
        for place in range(len(names))
    )
    sums = ", ".join(
        f"sum(n{place}), sum(t{place}), sum(s{place}), sum(n{place} * n{place}), "
        f"sum(n{place} * t{place}), sum(t{place} * t{place})"
        for place in range(len(names))
    )
    query = (
        f"SELECT arm, grouped, {sums} FROM ("  # noqa: S608  # names of ours
        f"SELECT arm, grouped, who, {each} FROM ({source}) GROUP BY arm, grouped, who) "
        "GROUP BY arm, grouped ORDER BY arm, grouped"
    )
    for arm, group, *found in log.connection.execute(query, list(given)).fetchall():
        for place, name in enumerate(names):
            n, total, squares, *clustered = found[6 * place : 6 * place + 6]
            if n:
                whole = Entities(Batch(int(n), total, squares), *clustered)
                yield Told(str(arm), name, group, whole)

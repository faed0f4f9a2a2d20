"""What came of each arm of a release since the last look: counts and sums, each record once.

A record's place in the log is its segment and its offset there, which stay when it is rolled. How
far each segment was read is the mark: whoever keeps it together with the sums counts nothing twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gonogo.records.asked import Asked
from gonogo.records.becoming import ALL, NOTHING_YET, Became, became, ripe
from gonogo.records.contexts import Learned, learned
from gonogo.records.log import CLOCK_BACK, Log, Period, opened
from gonogo.records.returning import NONE, Returned, returned

Mark = Mapping[str, Mapping[str, int]]
"""By kind (`decisions`, `outcomes`): the last offset that was read of each segment; `ripe`: up to
which time of their decision outcomes count."""
NOTHING: Mark = {"decisions": {}, "outcomes": {}}


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one arm in one snapshot."""

    arm: str
    role: str
    """live or shadow."""
    snapshot: int
    n: int = 0
    errors: int = 0
    yes: int = 0
    scores: tuple[int, float, float] = (0, 0.0, 0.0)
    """Number, sum and sum of squares, as of all that follow."""
    late: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    last: int = 0
    """When the newest of the decisions was taken, microseconds since 1970; 0 for none."""
    became: Became = NOTHING_YET
    """What their outcomes came to, and those of decisions that were read before."""

    @property
    def values(self) -> tuple[int, float, float]:
        """By how much number, sum and sum of squares of what decisions came to changed."""
        return self.became.values.net

    @property
    def labels(self) -> tuple[int, float, float]:
        """Likewise of outcomes that are numbers."""
        return self.became.labels.net


@dataclass(frozen=True, slots=True)
class Came:
    """What came since a mark, and the mark behind it."""

    sums: tuple[Sums, ...]
    mark: Mark
    returned: Returned = NONE
    """Of all until the mark, where asked for and anything came."""
    learned: tuple[Learned, ...] = ()
    """What LinUCB learns from it, where its context is asked for."""


def since(folder: Path, asked: Asked, mark: Mark) -> Came:
    """Sum what was written since `mark`."""
    # Of this release alone, by its id: a clock that was put back hides none of its decisions.
    with opened(folder, Period(asked.case, since=asked.since - CLOCK_BACK)) as log:
        _mark(log, mark)
        before = mark.get("ripe", {}).get("until", None if not mark.get("decisions") else ALL)
        age, kept = ripe(log, asked, before)
        decided = {_key(row): row for row in _rows(log, *_decided(asked))}
        grouped = list(_grouped(log, asked))
        outcomes = became(log, asked, age)
        contexts = learned(log, asked, age)
        behind = {kind: _behind(log, kind, mark.get(kind, {})) for kind in NOTHING}
        entities = returned(log, asked, age.now) if decided or outcomes else NONE
    keys = sorted({*decided, *outcomes})
    return Came(
        tuple(
            _sums(key, decided.get(key, {}), outcomes.get(key, NOTHING_YET), grouped, asked)
            for key in keys
        ),
        {**behind, "ripe": {"until": kept}},
        entities,
        contexts,
    )


NEW = """
CREATE TABLE new_decisions AS
SELECT d.* FROM decisions d LEFT JOIN read_until m ON m.kind = 'decisions' AND m.segment = d.segment
WHERE d.position > coalesce(m.position, -1);
CREATE TABLE new_outcomes AS
SELECT o.* FROM outcomes o LEFT JOIN read_until m ON m.kind = 'outcomes' AND m.segment = o.segment
WHERE o.position > coalesce(m.position, -1);
"""


def _mark(log: Log, mark: Mark) -> None:
    log.connection.execute(
        "CREATE TABLE read_until (kind VARCHAR, segment VARCHAR, position BIGINT)"
    )
    rows = [
        (kind, segment, position)
        for kind, segments in mark.items()
        if kind in NOTHING
        for segment, position in segments.items()
    ]
    if rows:
        log.connection.executemany("INSERT INTO read_until VALUES (?, ?, ?)", rows)
    log.connection.execute(NEW)


def _decided(asked: Asked) -> tuple[str, list[Any]]:
    late = "".join(
        f", count(*) FILTER (WHERE latency_us > {limit * 1000}) AS late_{number}"
        for number, limit in enumerate(asked.limits)
    )
    query = (
        "SELECT arm, role, snapshot, count(*) AS n, "  # noqa: S608  # numbers and names of ours
        "count(*) FILTER (WHERE error IS NOT NULL) AS errors, "
        "count(*) FILTER (WHERE outcome = ?) AS yes, "
        "epoch_us(max(decided_at)) AS last, "
        "count(score) AS scores_n, coalesce(sum(score), 0) AS scores_sum, "
        f"coalesce(sum(score * score), 0) AS scores_squares{late} "
        'FROM new_decisions WHERE "case" = ? AND release = ? GROUP BY arm, role, snapshot'
    )
    return query, [asked.positive, asked.case, asked.release]


def _grouped(log: Log, asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    for column in asked.groups:
        query = (
            "SELECT arm, role, snapshot, json_extract_string(features, ?) AS grouped, "
            "count(*) AS n, count(*) FILTER (WHERE outcome = ?) AS yes "
            'FROM new_decisions WHERE "case" = ? AND release = ? '
            "GROUP BY arm, role, snapshot, grouped"
        )
        path = '$."' + column.replace('"', '""') + '"'
        for row in _rows(log, query, [path, asked.positive, asked.case, asked.release]):
            if row["grouped"] is not None:
                yield column, row


def _behind(log: Log, kind: str, before: Mapping[str, int]) -> dict[str, int]:
    """The mark behind what was read; of segments that are gone for good nothing need be known."""
    found = {
        str(row["segment"]): int(row["position"])
        for row in _rows(
            log,
            f"SELECT segment, max(position) AS position FROM new_{kind} GROUP BY segment",  # noqa: S608  # a name of ours
            [],
        )
    }
    return {**before, **found}


def _rows(log: Log, query: str, given: Sequence[Any]) -> Iterator[dict[str, Any]]:
    found = log.connection.execute(query, list(given))
    names = [column[0] for column in found.description or ()]
    for values in found.fetchall():
        yield dict(zip(names, values, strict=True))


def _key(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return str(row["arm"]), str(row["role"]), int(row["snapshot"])


def _sums(
    key: tuple[str, str, int],
    decided: Mapping[str, Any],
    outcomes: Became,
    grouped: Sequence[tuple[str, Mapping[str, Any]]],
    asked: Asked,
) -> Sums:
    groups: dict[str, dict[str, tuple[int, int]]] = {}
    for column, row in grouped:
        if _key(row) == key:
            counts = (int(row["yes"]), int(row["n"]))
            groups.setdefault(column, {})[str(row["grouped"])] = counts
    return Sums(
        *key,
        n=int(decided.get("n", 0)),
        errors=int(decided.get("errors", 0)),
        yes=int(decided.get("yes", 0)),
        scores=_three(decided, "scores"),
        late={
            f"{limit:g}": int(decided.get(f"late_{number}", 0))
            for number, limit in enumerate(asked.limits)
        },
        groups=groups,
        last=int(decided.get("last", 0)),
        became=outcomes,
    )


def _three(row: Mapping[str, Any], name: str) -> tuple[int, float, float]:
    return (
        int(row.get(f"{name}_n", 0)),
        float(row.get(f"{name}_sum", 0.0)),
        float(row.get(f"{name}_squares", 0.0)),
    )

"""What became of the decisions of a release since the last look: first outcomes and corrections.

The newest outcome of a decision counts, once the decision is old enough for it. What a decision
counted with at the last look follows from how far the log was read then and how old decisions had
to be: so the sums add up to those of what is known now, however the looks fell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.records.asked import Asked
from gonogo.records.log import Log
from gonogo.stats.arms import NOTHING, UNREVISED, Batch, Revision

ALL = 2**53 - 1
"""Microseconds since 1970: later than any decision; whole in every JSON."""
Key = tuple[str, str, int]
"""Arm, role and snapshot."""


@dataclass(frozen=True, slots=True)
class Change:
    """How the sums of numbers changed since the last look."""

    came: Batch = NOTHING
    """Of decisions that did not count before."""
    revision: Revision = UNREVISED
    """Of those that did."""

    @property
    def net(self) -> tuple[int, float, float]:
        """Change of number, sum and sum of squares; over looks they add up to what is known."""
        gone = self.revision.withdrawn
        return (
            self.came.n - gone.n,
            self.came.total + self.revision.by - gone.total,
            self.came.squares + self.revision.squares - gone.squares,
        )


UNCHANGED = Change()


@dataclass(frozen=True, slots=True)
class Became:
    """What became of the decisions of one arm in one snapshot."""

    values: Change = UNCHANGED
    labels: Change = UNCHANGED


NOTHING_YET = Became()


@dataclass(frozen=True, slots=True)
class Ripe:
    """Up to which time of their decision outcomes count: microseconds since 1970."""

    before: int
    """At the last look."""
    now: int


def ripe(log: Log, asked: Asked, before: int | None) -> tuple[Ripe, int]:
    """Up to when decisions are old enough, and what is to be kept of it for the next look.

    What once was old enough stays so. Without an age that is asked for, all are; then the newest of
    them is kept, so that a later look may ask for one.
    """
    known = -1 if before is None else before
    if asked.ripe is not None:
        now = max(known, asked.ripe)
        return Ripe(known, now), now
    newest = log.connection.execute(
        "SELECT epoch_us(max(decided_at)) FROM decisions d "
        "WHERE d.\"case\" = ? AND d.release = ? AND d.role = 'live'",
        [asked.case, asked.release],
    ).fetchone()
    last = newest[0] if newest is not None and newest[0] is not None else -1
    return Ripe(known, ALL), max(known, last)


def became(log: Log, asked: Asked, age: Ripe) -> dict[Key, Became]:
    """By arm, role and snapshot, since what `read_until` says was read; where asked for."""
    if asked.values is None and asked.labels is None:
        return {}
    sums = ", ".join((*_sums("value"), *_sums("label")))
    query = (
        f"{COUNTED} SELECT arm, role, snapshot, {sums} FROM counted "  # noqa: S608  # text of ours
        "GROUP BY arm, role, snapshot"
    )
    found = log.connection.execute(query, given_of(asked, age))
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {
        (str(row["arm"]), str(row["role"]), int(row["snapshot"])): Became(
            UNCHANGED if asked.values is None else _change(row, "value"),
            UNCHANGED if asked.labels is None else _change(row, "label"),
        )
        for row in rows
    }


def given_of(asked: Asked, age: Ripe) -> list[Any]:
    """What `COUNTED` takes."""
    given: list[Any] = [asked.case, asked.release, asked.case, age.before, age.now]
    for bounds in (asked.values or (0.0, 0.0), asked.labels or (0.0, 0.0)):
        given += [age.before, *bounds, age.now, *bounds]
    return given


def cut(column: str) -> str:
    """The expression that cuts a number to two bounds; none stays none."""
    # DuckDB's least and greatest leave out NULL: without the CASE none would be a bound.
    return f"CASE WHEN {column} IS NOT NULL THEN least(greatest({column}, ?), ?) END"


COUNTED = f"""
WITH decided AS (
  SELECT d.id, d.arm, d.role, d.snapshot, epoch_us(d.decided_at) AS taken,
         d.position <= coalesce(m.position, -1) AS was_read
  FROM decisions d LEFT JOIN read_until m ON m.kind = 'decisions' AND m.segment = d.segment
  WHERE d."case" = ? AND d.release = ? AND d.role = 'live'
), told AS (
  SELECT o.decision, o.value, o.label_number, o.written_at, o.segment, o.position,
         o.position <= coalesce(m.position, -1) AS was_read
  FROM outcomes o LEFT JOIN read_until m ON m.kind = 'outcomes' AND m.segment = o.segment
  WHERE o."case" = ? AND o.kind = 'outcome'
), touched AS (
  SELECT * FROM decided WHERE NOT was_read OR (taken > ? AND taken <= ?)
  OR id IN (SELECT decision FROM told WHERE NOT was_read)
), newest AS (
  SELECT decision,
    arg_max(struct_pack(value, label_number), struct_pack(written_at, segment, position))
      FILTER (WHERE was_read) AS was,
    arg_max(struct_pack(value, label_number), struct_pack(written_at, segment, position)) AS known
  FROM told WHERE decision IN (SELECT id FROM touched) GROUP BY decision
), counted AS (
  SELECT t.id, t.arm, t.role, t.snapshot,
    CASE WHEN t.was_read AND t.taken <= ? THEN {cut("n.was.value")} END AS was_value,
    CASE WHEN t.taken <= ? THEN {cut("n.known.value")} END AS value,
    CASE WHEN t.was_read AND t.taken <= ? THEN {cut("n.was.label_number")} END AS was_label,
    CASE WHEN t.taken <= ? THEN {cut("n.known.label_number")} END AS label
  FROM touched t JOIN newest n ON n.decision = t.id
)
"""  # noqa: S608  # text of ours


def _sums(name: str) -> list[str]:
    was, came = f"was_{name}", f"{name} IS NOT NULL AND was_{name} IS NULL"
    both = f"{name} IS NOT NULL AND was_{name} IS NOT NULL"
    gone = f"{name} IS NULL AND was_{name} IS NOT NULL"
    sums = {
        "came_n": f"count(*) FILTER (WHERE {came})",
        "came_sum": f"sum({name}) FILTER (WHERE {came})",
        "came_squares": f"sum({name} * {name}) FILTER (WHERE {came})",
        "by": f"sum({name} - {was}) FILTER (WHERE {both})",
        "by_squares": f"sum(({name} - {was}) * ({name} - {was})) FILTER (WHERE {both})",
        "squares": f"sum({name} * {name} - {was} * {was}) FILTER (WHERE {both})",
        "gone_n": f"count(*) FILTER (WHERE {gone})",
        "gone_sum": f"sum({was}) FILTER (WHERE {gone})",
        "gone_squares": f"sum({was} * {was}) FILTER (WHERE {gone})",
    }
    return [f"coalesce({sums[part]}, 0) AS {name}_{part}" for part in sums]


def _change(row: Mapping[str, Any], name: str) -> Change:
    def batch(part: str) -> Batch:
        n, total, squares = (row[f"{name}_{part}_{one}"] for one in ("n", "sum", "squares"))
        return Batch(int(n), float(total), float(squares))

    told = ("by", "by_squares", "squares")
    by, by_squares, squares = (float(row[f"{name}_{one}"]) for one in told)
    return Change(batch("came"), Revision(by, by_squares, squares, batch("gone")))

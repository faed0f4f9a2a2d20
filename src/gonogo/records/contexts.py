"""What LinUCB learns from: sums over decisions whose outcome is known, by arm, exact.

Contexts are read from the inputs as they were logged, standardised and rounded as the gateway has
them when it chooses (`stats.bandits.vector_of`), so that sums are of whole numbers: the same log
gives the same sums, in whatever batches it is read, and what is corrected is taken back to the last
bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from gonogo.records.asked import Asked, Context
from gonogo.records.becoming import COUNTED, Ripe, given_of
from gonogo.records.log import Log
from gonogo.records.rewards import number_of, pointer, texts_of
from gonogo.stats.bandits import FARTHEST, STEPS

PARTS = 65_536
"""Parts of 1 to which a reward is rounded."""


@dataclass(frozen=True, slots=True)
class Learned:
    """How the sums of one arm in one snapshot changed."""

    arm: str
    snapshot: int
    n: int
    """Decisions more that teach; fewer where outcomes were taken back."""
    products: tuple[int, ...]
    """Of each two places of the context, the constant first: (0, 0), (0, 1), ..., in units of
    1 / STEPS squared."""
    rewards: tuple[int, ...]
    """Of each place times the reward, from 0 to 1, in units of 1 / (STEPS * PARTS)."""


def learned(log: Log, asked: Asked, age: Ripe) -> tuple[Learned, ...]:
    """What is learned since what `read_until` says was read, where its context is asked for.

    A decision whose inputs were erased teaches nothing any more.
    """
    if asked.contexts is None or asked.labels is None:
        return ()
    contexts = asked.contexts
    places = [f"{STEPS}::BIGINT", *(f"x{place}" for place in range(len(contexts)))]
    sums = [
        "sum(w)",
        *(f"sum(w * {one} * {other})" for one, other in combinations_with_replacement(places, 2)),
        *(f"sum({one} * (r - was_r))" for one in places),
    ]
    rows = log.connection.execute(
        f"{COUNTED}, told_with AS (SELECT c.arm, c.snapshot, c.label, c.was_label"  # noqa: S608  # text and numbers of ours
        f"{texts_of('d', len(contexts))} FROM counted c JOIN decisions d ON d.id = c.id "
        "AND d.\"case\" = ? AND d.release = ? AND d.role = 'live' WHERE NOT d.erased), "
        "whole AS (SELECT arm, snapshot, "
        "(label IS NOT NULL)::BIGINT - (was_label IS NOT NULL)::BIGINT AS w, "
        f"{_reward('label', asked.labels)} AS r, {_reward('was_label', asked.labels)} AS was_r"
        f"{_contexts(contexts)} "
        "FROM told_with t WHERE label IS NOT NULL OR was_label IS NOT NULL) "
        f"SELECT arm, snapshot, {', '.join(sums)} FROM whole GROUP BY arm, snapshot "
        "ORDER BY arm, snapshot",
        [
            *given_of(asked, age),
            *(pointer(one.name) for one in contexts),
            asked.case,
            asked.release,
            *(end for one in contexts for end in (one.centre, one.unit)),
        ],
    ).fetchall()
    return tuple(_learned(row, len(places)) for row in rows)


def _reward(column: str, bounds: tuple[float, float]) -> str:
    """A label that was cut to `bounds` as a part of their span; 0 where there is none."""
    low, high = (float(one) for one in bounds)
    return f"coalesce(floor(({column} - {low!r}) / {high - low!r} * {PARTS} + 0.5), 0)::BIGINT"


def _contexts(contexts: Sequence[Context]) -> str:
    """Places of the context in whole steps; a feature that is no number stands at its centre."""
    # DuckDB's least and greatest leave out NULL, so a missing feature is put there before the cut.
    return "".join(
        f", floor(least(greatest(coalesce(({number_of('t', place)} - ?) / ?, 0), {-FARTHEST}), "
        f"{FARTHEST}) * {STEPS})::BIGINT AS x{place}"
        for place in range(len(contexts))
    )


def _learned(row: tuple[object, ...], size: int) -> Learned:
    arm, snapshot, n, *sums = row
    whole = [int(str(one)) for one in (snapshot, n, *sums)]
    last = 2 + size * (size + 1) // 2
    return Learned(str(arm), whole[0], whole[1], tuple(whole[2:last]), tuple(whole[last:]))

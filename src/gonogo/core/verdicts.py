"""The four verdicts, from best to worst: go, hold, no data, no-go."""

from collections.abc import Iterable
from enum import Enum
from functools import total_ordering


@total_ordering
class Verdict(Enum):
    """What a condition says of the evidence; greater is worse, so a poll is the `max`.

    >>> max(Verdict.GO, Verdict.HOLD, Verdict.NO_DATA)
    <Verdict.NO_DATA: 'no data'>
    """

    GO = "go"
    """The whole interval satisfies the condition."""
    HOLD = "hold"
    """The interval straddles a bound: more data decides, not luck."""
    NO_DATA = "no data"
    """Nothing usable: missing, stale, undefined, or of another version."""
    NO_GO = "no-go"
    """The whole interval violates the condition."""

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        return ORDER[self] < ORDER[other]


ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The poll of many: its worst member; of none, no data.

    >>> worst([])
    <Verdict.NO_DATA: 'no data'>
    """
    return max(verdicts, default=Verdict.NO_DATA)

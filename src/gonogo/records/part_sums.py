"""What a Parquet file of decisions counts: by arm, and how often each latency; kept beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gonogo.records import places
from gonogo.records.places import Part
from gonogo.records.replacing import replacing
from gonogo.stats.arrays import Integers

REMEMBERED = 20_000
"""Files whose sums are in memory: some hundred for a busy use case and day."""
COLUMNS = ["decided_at", "arm", "role", "latency_us", "error"]


@dataclass(frozen=True, slots=True)
class PartSums:
    """Sums over decisions; those of several files add up."""

    first: int
    """When the earliest was taken, microseconds since 1970."""
    last: int
    arms: Mapping[tuple[str, str], tuple[int, int]]
    """Decisions and errors, by arm and role."""
    latencies: Integers
    """The different ones of what was answered, microseconds, ascending."""
    counts: Integers
    """How often each."""

    @property
    def n(self) -> int:
        """Decisions, shadows' too."""
        return sum(n for n, _ in self.arms.values())


class _Kept(msgspec.Struct, frozen=True):
    """As it is kept on disk."""

    first: int
    last: int
    arms: list[tuple[str, str, int, int]]
    latencies: list[int]
    counts: list[int]


def sums_of(folder: Path, part: Part) -> PartSums:
    """What `part` of the log at `folder` counts: as it is kept, else read once."""
    return _remembered(part.path, places.sums_path(folder, part))


@lru_cache(maxsize=REMEMBERED)
def _remembered(path: Path, kept: Path) -> PartSums:
    try:
        found = msgspec.json.decode(kept.read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return exact_of(path, None)
    arms = {(arm, role): (n, errors) for arm, role, n, errors in found.arms}
    values, counts = (np.array(one, np.int64) for one in (found.latencies, found.counts))
    return PartSums(found.first, found.last, arms, values, counts)


def keep(folder: Path, part: Part) -> None:
    """Keep what a file of the log at `folder` counts, so that nobody need read it for that."""
    sums = exact_of(part.path, None)
    said = _Kept(
        sums.first,
        sums.last,
        [(*key, *told) for key, told in sums.arms.items()],
        sums.latencies.tolist(),
        sums.counts.tolist(),
    )
    with replacing(places.sums_path(folder, part)) as draft:
        draft.write_bytes(msgspec.json.encode(said))


def exact_of(path: Path, start: int | None) -> PartSums:
    """The sums over the decisions of a file from `start` on; None: over all of them."""
    table = pq.read_table(path, columns=COLUMNS, partitioning=None)
    if start is not None:
        bound = pa.scalar(start, pa.int64()).cast(pa.timestamp("us"))
        table = table.filter(pc.greater_equal(table["decided_at"], bound))
    at = table["decided_at"].cast(pa.int64()).to_numpy()
    failed = table["error"].is_valid().to_numpy()
    arms: dict[tuple[str, str], tuple[int, int]] = {}
    keys = list(zip(table["arm"].to_pylist(), table["role"].to_pylist(), strict=True))
    for key, error in zip(keys, failed, strict=True):
        n, errors = arms.get(key, (0, 0))
        arms[key] = (n + 1, errors + int(error))
    live = table["role"].to_numpy(zero_copy_only=False) != "shadow"
    latencies = table["latency_us"].to_numpy()[live]
    return summed(at, arms, latencies)


def summed(
    at: Integers, arms: Mapping[tuple[str, str], tuple[int, int]], latencies: Integers
) -> PartSums:
    """Sums of decisions taken `at`; of none they begin after and end before everything."""
    values, counts = np.unique(np.asarray(latencies, np.int64), return_counts=True)
    first, last = (int(at.min()), int(at.max())) if at.size else (2**62, -1)
    return PartSums(first, last, arms, values, counts.astype(np.int64))

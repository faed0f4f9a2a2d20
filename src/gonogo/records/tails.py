"""What a segment counts that gateways still write, read on from where it was read the last time."""

from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock

import msgspec
import numpy as np

from gonogo.records.frames import VERSION, Damage, header, scan, version_of
from gonogo.records.part_sums import PartSums, summed
from gonogo.records.record import Decision, Record

SEGMENTS = 64
"""Segments that are remembered: those that are not rolled yet, a few for each gateway."""
DAY = 86_400_000_000
"""Microseconds."""
Arm = tuple[str, str]
"""Its name and role."""

_record = msgspec.msgpack.Decoder(Record).decode


@dataclass(slots=True)
class _Rows:
    """Decisions of an arm, in columns."""

    at: "array[int]" = field(default_factory=lambda: array("q"))
    latency: "array[int]" = field(default_factory=lambda: array("q"))
    failed: "array[int]" = field(default_factory=lambda: array("b"))


@dataclass(slots=True)
class Tail:
    """A segment as far as it was read."""

    path: Path
    offset: int = 0
    """The first byte that was not read, or not as a whole record."""
    unknown: bool = False
    """Whether a later version of the program writes it: its records cannot be read."""
    rows: dict[str, dict[Arm, _Rows]] = field(default_factory=dict)
    spent: dict[tuple[str, int], dict[str, tuple[int, int]]] = field(default_factory=dict)
    """Answers and their microseconds, by use case and day since 1970, then version."""
    lock: Lock = field(default_factory=Lock)

    @property
    def cases(self) -> Collection[str]:
        """The use cases that it holds decisions of."""
        return tuple(self.rows)

    def since(self, case: str, start: int) -> PartSums:
        """The sums over the decisions of a use case from `start` on, microseconds since 1970."""
        arms, times, latencies = {}, [], []
        with self.lock:
            for (arm, role), rows in self.rows[case].items():
                at = np.array(rows.at, np.int64)
                which = at >= start
                failed = np.array(rows.failed, np.int64)[which]
                arms[arm, role] = (int(which.sum()), int(failed.sum()))
                times.append(at[which])
                if role != "shadow":
                    latencies.append(np.array(rows.latency, np.int64)[which])
        nothing = [np.empty(0, np.int64)]
        return summed(np.concatenate(times), arms, np.concatenate(latencies or nothing))

    def answered(self) -> dict[tuple[str, int], dict[str, tuple[int, int]]]:
        """Answers and their microseconds, by use case and day since 1970, then version."""
        with self.lock:
            return {key: dict(sums) for key, sums in self.spent.items()}

    def read_on(self) -> int:
        """Take in what was written since; how many bytes that was."""
        with self.lock:
            with self.path.open("rb") as source:
                source.seek(self.offset)
                new = source.read()
            if not self.offset:
                version = version_of(new)
                self.unknown = version is not None and version != VERSION
            if self.unknown or not new:
                return 0
            return self._take(new)

    def _take(self, new: bytes) -> int:
        # Whole segments begin with a header; what was read on is given one, and is found behind it.
        lead = b"" if not self.offset else header(0, bytes(16))
        begun, end = self.offset, len(lead) + len(new)
        for one in scan(lead + new):
            if isinstance(one, Damage):
                if one.tail:
                    end = one.offset
            else:
                self._note(one.payload)
        self.offset = begun + end - len(lead)
        return self.offset - begun

    def _note(self, payload: bytes) -> None:
        try:
            one = _record(payload)
        except msgspec.DecodeError:
            return
        if isinstance(one, Decision):
            rows = self.rows.setdefault(one.case, {}).setdefault((one.arm, one.role), _Rows())
            rows.at.append(one.at)
            rows.latency.append(one.latency_us)
            rows.failed.append(one.error is not None)
            sums = self.spent.setdefault((one.case, one.at // DAY), {})
            n, spent = sums.get(one.model or "", (0, 0))
            sums[one.model or ""] = (n + 1, spent + one.latency_us)


def tail_of(path: Path) -> Tail:
    """The segment at `path` with all that was written; raises `FileNotFoundError`."""
    tail = _remembered(path)
    tail.read_on()
    return tail


@lru_cache(maxsize=SEGMENTS)
def _remembered(path: Path) -> Tail:
    return Tail(path)

"""Counts of distinct keys in ascending order, of more rows than memory holds.

Rows are kept until there are `limit` of them, then sorted, counted and written as a run to a
temporary file; runs are merged when they are read. So memory stays the same however many rows pass,
and what is read in the end does not depend on how they were split: it is sorted.
"""

import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Integers

Keys = npt.NDArray[Any]
"""Numbers of one type that can be ordered, shape (n,): float64 or uint64, none of them NaN."""
LIMIT = 1 << 20
"""Rows in memory before they are written: with their sorting about 60 MB."""
SIZE = 1 << 17
"""Counts that are read at once, of each run."""
FAN = 16
"""Runs of about the same length that are merged into one; bounds how many there can be."""
LEVELS = 16
"""How often a row is merged at most, and the level of a run that holds everything."""
TAGS = SIZE // 2
"""Most kinds of rows: a key has at most so many counts, so that what is read has two keys."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """How often each pair of key and tag occurred, ascending; each pair once."""

    key: Keys
    """Shape (n,), ascending."""
    tag: Integers
    """Shape (n,), ascending within a key: what kind of row it was."""
    count: Integers
    """Shape (n,), each 1 or more."""

    @property
    def size(self) -> int:
        """Pairs."""
        return int(self.key.size)

    def part(self, start: int, stop: int) -> "Block":
        """The pairs from `start` up to `stop`."""
        return Block(self.key[start:stop], self.tag[start:stop], self.count[start:stop])


class _Passing:
    """A file without a name, closed and so gone when nobody reads it any more."""

    def __init__(self) -> None:
        self.file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  # closed below
        weakref.finalize(self, self.file.close)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """A block in files: of its keys, its tags and its counts."""

    files: tuple[_Passing, ...]
    size: int
    level: int
    """How often it was merged."""
    kind: npt.DTypeLike
    tags: Integers | None = None
    """What its tags are called now, where that changed since they were written."""

    def read(self, start: int, stop: int) -> Block:
        kinds = (np.dtype(self.kind), np.dtype(np.int32), np.dtype(np.int64))
        key, tag, count = (
            _read(passing.file, kind, start, stop)
            for passing, kind in zip(self.files, kinds, strict=True)
        )
        return Block(key, tag.astype(np.int64) if self.tags is None else self.tags[tag], count)


def _read(file: BinaryIO, kind: "np.dtype[Any]", start: int, stop: int) -> Keys:
    """Entries `start` to `stop` of the array in a file."""
    file.seek(kind.itemsize * start)
    return np.frombuffer(file.read(kind.itemsize * (stop - start)), dtype=kind)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was seen so far."""

    held: tuple[Block, ...] = ()
    """In memory, as it came."""
    runs: tuple[_Run, ...] = ()
    """In files."""

    def renamed(self, tags: Integers) -> "Seen":
        """The same with each tag called what stands at its place in `tags`."""
        return Seen(
            tuple(replace(one, tag=tags[one.tag]) for one in self.held),
            tuple(
                replace(run, tags=tags if run.tags is None else tags[run.tags]) for run in self.runs
            ),
        )


class SortedCounts:
    """How often each pair of a key and a tag was seen; mergeable.

    >>> found = SortedCounts()
    >>> found.add(np.array([0.5, 0.2, 0.5]), np.array([1, 0, 1]))
    >>> [(block.key.tolist(), block.count.tolist()) for block in found.blocks()]
    [([0.2, 0.5], [1, 2])]
    """

    def __init__(self, kind: npt.DTypeLike = np.float64, *, limit: int = LIMIT) -> None:
        self._kind = kind
        self._limit = limit
        self.seen = Seen()

    def add(self, key: Keys, tag: Integers) -> None:
        """Rows with these keys and tags, shape (n,) each; tags from 0 to less than `TAGS`."""
        for start in range(0, key.size, self._limit):
            keys, tags = key[start : start + self._limit], tag[start : start + self._limit]
            self._hold(Block(keys, tags, np.ones(keys.size, dtype=np.int64)))

    def merge(self, other: "SortedCounts", tags: Integers | None = None) -> None:
        """What `other` saw, too; `tags` says by their place what its tags are called here."""
        more = other.seen if tags is None else other.seen.renamed(tags)
        self.seen = replace(self.seen, runs=_narrowed([*self.seen.runs, *more.runs], self._kind))
        for block in more.held:
            self._hold(block)

    def rename(self, tags: Integers) -> None:
        """Call each tag what stands at its place in `tags`, all of them different."""
        self.seen = self.seen.renamed(tags)

    def blocks(self) -> Iterator[Block]:
        """All that was seen, ascending; no key is in two blocks. Can be read again.

        The blocks do not depend on how or in which order the rows came.
        """
        self.seen = self._settled()
        for run in self.seen.runs:
            return _aligned(run.read, run.size)
        for block in self.seen.held:
            return _aligned(block.part, block.size)
        return iter(())

    def _hold(self, block: Block) -> None:
        held, runs = (*self.seen.held, block), self.seen.runs
        if sum(one.size for one in held) >= self._limit:
            held = (_counted(held),)
            # Few distinct scores stay in memory, however many rows have them.
            if held[0].size > self._limit // 2:
                runs = _narrowed([*runs, _written(iter(held), self._kind, level=0)], self._kind)
                held = ()
        self.seen = Seen(held, runs)

    def _settled(self) -> Seen:
        """All in one run, or all in one block."""
        held, runs = self.seen.held, self.seen.runs
        if len(held) + len(runs) == 0:
            return self.seen
        if not runs:
            return Seen((_counted(held),))
        if not held and len(runs) == 1 and runs[0].tags is None:
            return self.seen
        if held:
            runs = (*runs, _written(iter([_counted(held)]), self._kind, level=0))
        return Seen(runs=(_written(_merged(runs), self._kind, level=LEVELS),))


def _narrowed(runs: Sequence[_Run], kind: npt.DTypeLike) -> tuple[_Run, ...]:
    """Runs of about the same length merged into one, so that there are never many."""
    for level in range(LEVELS):
        alike = [run for run in runs if run.level == level]
        if len(alike) >= FAN:
            merged = _written(_merged(alike), kind, level=level + 1)
            runs = [*(run for run in runs if run.level != level), merged]
    return tuple(runs)


def _counted(blocks: Sequence[Block], *, ascending: bool = False) -> Block:
    """Several blocks as one: sorted, each pair of key and tag once.

    `ascending` says that each of them is sorted already, which a stable sort makes use of.
    """
    key = np.concatenate([block.key for block in blocks])
    order = np.argsort(key, kind="stable" if ascending else None)
    key = key[order]
    tag = np.concatenate([block.tag for block in blocks])[order]
    count = np.concatenate([block.count for block in blocks])[order]
    new = np.append(True, key[1:] != key[:-1])[: key.size]
    if new.all():
        return Block(key, tag, count)
    # Keys by their rank among the distinct ones: with the tag one whole number to sort by.
    pair = (np.cumsum(new) - 1) * TAGS + tag
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    first = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
    return Block(key[first], tag[order][first], np.add.reduceat(count[order], first))


class _Reader:
    """A run, read from its beginning in pieces."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._next = 0
        self._held = run.read(0, 0)

    def fill(self) -> None:
        """Hold `SIZE` pairs, or all that are left."""
        if self._held.size >= SIZE or self.whole:
            return
        stop = min(self._run.size, self._next + SIZE)
        more = self._run.read(self._next, stop)
        self._next = stop
        self._held = Block(
            np.concatenate([self._held.key, more.key]),
            np.concatenate([self._held.tag, more.tag]),
            np.concatenate([self._held.count, more.count]),
        )

    @property
    def whole(self) -> bool:
        """Whether all that is left is held."""
        return self._next >= self._run.size

    @property
    def done(self) -> bool:
        return self.whole and not self._held.size

    @property
    def last(self) -> Any:
        """The largest key that is held."""
        return self._held.key[-1]

    def take(self, bound: Any) -> Block:
        """What is held below `bound`, or all of it without one."""
        held = self._held
        stop = held.size if bound is None else int(np.searchsorted(held.key, bound))
        self._held = held.part(stop, held.size)
        return held.part(0, stop)


def _merged(runs: Sequence[_Run]) -> Iterator[Block]:
    """Runs as one, piece by piece."""
    readers = [_Reader(run) for run in runs]
    while readers:
        for reader in readers:
            reader.fill()
        # Beyond the smallest of the last keys a run may hold some that were not read yet.
        lasts = [reader.last for reader in readers if not reader.whole]
        found = [reader.take(min(lasts) if lasts else None) for reader in readers]
        yield _counted(found, ascending=True)
        readers = [reader for reader in readers if not reader.done]


def _written(blocks: Iterator[Block], kind: npt.DTypeLike, *, level: int) -> _Run:
    """Blocks as a run in a file."""
    parts = [_Passing() for _ in range(3)]
    size = 0
    for block in blocks:
        size += block.size
        arrays = (block.key, block.tag.astype(np.int32), block.count)
        for part, array in zip(parts, arrays, strict=True):
            part.file.write(np.ascontiguousarray(array).data)
    return _Run(tuple(parts), size, level, kind)


def _aligned(read: Callable[[int, int], Block], size: int) -> Iterator[Block]:
    """Blocks of about `SIZE` pairs, cut where a new key begins."""
    start = 0
    while start < size:
        block = read(start, min(size, start + SIZE))
        stop = block.size
        if start + stop < size:
            stop = int(np.searchsorted(block.key, block.key[-1]))
        yield block.part(0, stop)
        start += stop

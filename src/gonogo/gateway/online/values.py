"""Features by entity that are not of the request: put by whoever computes them, read as they are.

In memory, with a journal: a process that was killed knows again what was put.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from gonogo.core.errors import Invalid, TooLarge, Unavailable
from gonogo.gateway.online.journal import Journal, secret_of
from gonogo.gateway.online.marks import Marks

MOST_ENTITIES = 1_000_000
"""Kept at most; those that were put longest ago make room."""
MOST_VALUES = 200
"""Of one entity."""
LONGEST_TEXT = 1000
LARGEST = 16 * 2**20
"""Bytes of the journal after which all is written down anew, or as many as all has."""

Values = dict[str, float | int | str | bool | None]
_encode = msgspec.msgpack.Encoder().encode


class _Put(msgspec.Struct, array_like=True):
    case: str
    key: bytes
    values: Values | None
    """None where they were erased."""


_put = msgspec.msgpack.Decoder(_Put).decode


class ValueStore(Protocol):
    """Where features by entity are read."""

    def get(self, case: str, entity: str | int) -> Mapping[str, Any] | None:
        """What is known of an entity, None where nothing is."""
        ...


class KeptValues:
    """The values of one home."""

    def __init__(self, folder: Path, *, most: int = MOST_ENTITIES, largest: int = LARGEST) -> None:
        """Know again what `folder` holds, as far as it can be read."""
        self._of = Marks(secret_of(folder)).of
        self._journal = Journal(folder / "values")
        self._most, self._largest = most, largest
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, bytes], Values] = OrderedDict()
        self.evicted = 0
        """Entities that had to make room since the start."""
        found = self._journal.load()
        for payload in (*found.state, *found.since):
            self._take(_put(payload))
        self.damages = found.damages
        """Places of the folder that could not be read."""

    def __len__(self) -> int:
        return len(self._known)

    def get(self, case: str, entity: str | int) -> Mapping[str, Any] | None:
        """What is known of an entity, None where nothing is."""
        return self._known.get((case, self._of(entity)))

    def put(self, case: str, entity: str | int, values: Mapping[str, Any], at_us: int) -> None:
        """Have these values of an entity instead of those before; kept when this returns.

        Raises `Invalid`, and `Unavailable` where the disk takes no more: nothing has changed then.
        """
        self._write(_Put(case, self._of(entity), checked(values)), at_us)

    def forget(self, case: str, entity: str | int, at_us: int) -> bool:
        """Erase what is known of an entity; whether there was anything. Raises `Unavailable`.

        From the disk it is gone when all is written down anew, which is done here.
        """
        key = self._of(entity)
        if (case, key) not in self._known:
            return False
        self._write(_Put(case, key, None), at_us)
        with self._lock:
            self._save(at_us)
        return True

    def cases(self) -> set[str]:
        """The use cases that entities have values in."""
        with self._lock:
            return {case for case, _ in self._known}

    def close(self) -> None:
        """End; what was put is written already."""
        with self._lock:
            self._journal.close()

    def _write(self, put: _Put, at_us: int) -> None:
        with self._lock:
            try:
                self._journal.append(_encode(put), at_us)
                self._journal.sync()
            except OSError as error:
                raise Unavailable(
                    field="online features",
                    value=error.strerror or str(error),
                    expected="a disk that takes what is written",
                ) from error
            self._take(put)
            if self._journal.size >= max(self._largest, self._journal.state_size):
                self._save(at_us)

    def _save(self, at_us: int) -> None:
        try:
            first = self._journal.rotate(at_us)
            entries = (
                _encode(_Put(case, key, values)) for (case, key), values in self._known.items()
            )
            self._journal.write_state(first, entries)
        except OSError as error:
            raise Unavailable(
                field="online features",
                value=error.strerror or str(error),
                expected="a disk that takes what is written",
            ) from error

    def _take(self, put: _Put) -> None:
        place = (put.case, put.key)
        self._known.pop(place, None)
        if put.values is None:
            return
        self._known[place] = put.values
        if len(self._known) > self._most:
            self._known.popitem(last=False)
            self.evicted += 1


def checked(values: Mapping[str, Any]) -> Values:
    """`values`, if features can be read from them; raises `Invalid` or `TooLarge`."""
    if len(values) > MOST_VALUES:
        raise TooLarge(field="values", value=len(values), expected=f"at most {MOST_VALUES}")
    for name, value in values.items():
        if not isinstance(value, str | bool | int | float | None) or value != value:  # noqa: PLR0124  # only NaN differs from itself
            raise Invalid(field=f"values.{name}", value=value, expected="a number, text or boolean")
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise TooLarge(
                field=f"values.{name}",
                value=len(value),
                expected=f"at most {LONGEST_TEXT} characters",
            )
    return dict(values)

"""Rolling windows in memory: what is known of an entity at a moment, updated by requests.

A read leaves the present request out: it is what was known before it came. Memory is bounded: of
each field so many keys are kept, and those asked longest ago make room.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from threading import Lock
from typing import Any

from gonogo.core.snapshot import Window
from gonogo.gateway.online.marks import Marks, number_of
from gonogo.gateway.online.plan import ENTITY, Event, Signature, State, Table, tables_of

MOST_KEYS = 100_000
"""Keys of one field of a case. A card with four requests a day takes 4 kB for seven windows, so a
tenth of a gigabyte for every 25,000 cards; a window that is full takes 2 kB, and one that tells
1,000 values apart a tenth of a megabyte."""

SLICE = 50
"""Entries that are gone through before requests are let through: about a millisecond."""
ERASED = -1
"""As the time of an event: its keys were erased."""

Place = tuple[str, str, Signature]
"""A state: its case, its field and what it keeps."""
Found = dict[str, float | int | None]
"""Online features by name."""


class Entry:
    """What is known of one key."""

    __slots__ = ("at", "number", "states", "table")

    def __init__(self, table: Table) -> None:
        self.table = table
        """How its states are laid out."""
        self.states: list[State] = [keeping.new() for keeping in table.keepings]
        self.at = 0
        """When it was last seen, microseconds since 1970."""
        self.number = 0
        """The last event that it took in."""


Entries = OrderedDict[bytes, Entry]
"""The one that was seen longest ago first."""


@dataclass(slots=True)
class Fed:
    """What a case's requests must be looked at for."""

    tables: list[Table]
    fields: list[str]
    """Of the keys, in the order of the tables."""
    numbers: list[str]
    """Columns that are summed."""
    marks: list[str]
    """Columns that are told apart."""


class Windows:
    """The windows of all cases. One thread updates; another one may save, entry by entry."""

    def __init__(
        self,
        windows: Iterable[Window] = (),
        *,
        secret: bytes = b"",
        most_keys: int = MOST_KEYS,
    ) -> None:
        """Begin with nothing known; raises `Invalid` for a window that makes no sense."""
        self._of = Marks(secret).of
        self._most = most_keys
        self._fed: dict[str, Fed] = {}
        self._entries: dict[tuple[str, str], Entries] = {}
        self.lock = Lock()
        """Held while an entry changes or is read as a whole."""
        self.number = 0
        """Of the last event."""
        self.evicted = 0
        """Keys that had to make room since the start."""
        self.configure(windows)

    def configure(self, windows: Iterable[Window]) -> None:
        """Keep these windows from now on; those that were kept before go on with what they know.

        Raises `Invalid`, and changes nothing.
        """
        tables = tables_of(windows)
        with self.lock:
            self._fed = {case: _fed(some) for case, some in tables.items()}
            wanted = {(case, table.field) for case, some in tables.items() for table in some}
            known = self._entries
            self._entries = {place: known.get(place, OrderedDict()) for place in wanted}

    def event(
        self, case: str, entity: str | int | None, features: Mapping[str, Any], at_us: int
    ) -> Event:
        """A request as windows see it."""
        fed, of = self._fed.get(case), self._of
        event = Event(case, at_us, {}, {}, {})
        if fed is None:
            return event
        for field in fed.fields:
            value = entity if field == ENTITY else features.get(field)
            if value is not None and (mark := of(value)) is not None:
                event.keys[field] = mark
        for column in fed.numbers:
            number = number_of(features.get(column))
            if number is not None:
                event.numbers[column] = number
        for column in fed.marks:
            value = entity if column == ENTITY else features.get(column)
            if value is not None and (mark := of(value)) is not None:
                event.marks[column] = mark
        return event

    def read(self, event: Event) -> Found:
        """What is known at the moment of `event`; all null where it does not bring the field."""
        found: Found = {}
        at = event.at
        with self.lock:
            fed = self._fed.get(event.case)
            for table in () if fed is None else fed.tables:
                key = event.keys.get(table.field)
                if key is None:
                    found.update((reader.name, None) for reader in table.readers)
                    continue
                entry = self._entries[event.case, table.field].get(key)
                if entry is None:
                    found.update((reader.name, reader.empty) for reader in table.readers)
                    continue
                states = _laid_out(entry, table)
                for name, place, read, _ in table.readers:
                    found[name] = read(states[place], at)
        return found

    def update(self, event: Event) -> None:
        """Take `event` in."""
        with self.lock:
            self.number += 1
            event.number = self.number
            self._take(event)

    def take_again(self, event: Event) -> None:
        """Take in what was written down; an entry that had it already stays as it is."""
        with self.lock:
            self.number = max(self.number, event.number)
            self._take(event)

    def read_and_update(
        self, case: str, entity: str | int | None, features: Mapping[str, Any], at_us: int
    ) -> Found:
        """What was known of a request before it came; then it is taken in."""
        event = self.event(case, entity, features, at_us)
        found = self.read(event)
        self.update(event)
        return found

    def forget(self, case: str, field: str, value: Any) -> Event | None:
        """Erase what is known of one entity, card or the like.

        As an event for `take_again`; None where nothing was known.
        """
        entries, key = self._entries.get((case, field)), self._of(value)
        with self.lock:
            if entries is None or entries.pop(key, None) is None:
                return None
            self.number += 1
            return Event(case, ERASED, {field: key}, {}, {}, self.number)

    def graft(
        self, other: "Windows", places: AbstractSet[Place], pause: Callable[[], object]
    ) -> None:
        """Know of the states at `places` what `other` knows of them, too.

        Entry by entry, with a `pause` between some of them.
        """
        for (case, field), theirs in other._entries.items():  # noqa: SLF001  # of the same kind
            for number, (key, entry) in enumerate(theirs.items(), 1):
                with self.lock:
                    table = self._table(case, field)
                    if table is None:
                        break
                    self._graft(key, table, places, entry)
                if number % SLICE == 0:
                    pause()

    def keys(self) -> dict[tuple[str, str], int]:
        """How many are known, by case and field."""
        return {place: len(entries) for place, entries in self._entries.items()}

    def packed(self) -> Iterator[list[Any]]:
        """Every entry as it is written down, each as it is at that moment."""
        for (case, field), entries in list(self._entries.items()):
            with self.lock:
                known = list(entries)
            for key in known:
                with self.lock:
                    entry = entries.get(key)
                    found = None if entry is None else _packed(case, field, key, entry)
                if found is not None:
                    yield found

    def unpack(self, found: list[Any]) -> None:
        """Know again what was written down of one entry, as far as windows still want it."""
        case, field, key, number, at, states = found
        table = self._table(case, field)
        if table is None:
            return
        entry = Entry(table)
        entry.number, entry.at = number, at
        known = {tuple(signature): packed for signature, packed in states}
        for place, keeping in enumerate(table.keepings):
            if keeping.signature in known:
                entry.states[place] = keeping.unpacked(known[keeping.signature])
        with self.lock:
            self.number = max(self.number, number)
            self._entries[case, field][key] = entry
            self._make_room(self._entries[case, field], table, at)

    def places(self) -> set[Place]:
        """The states that are kept."""
        tables = [table for fed in self._fed.values() for table in fed.tables]
        return {
            (table.case, table.field, keeping.signature)
            for table in tables
            for keeping in table.keepings
        }

    def _table(self, case: str, field: str) -> Table | None:
        fed = self._fed.get(case)
        tables = [] if fed is None else fed.tables
        return next((one for one in tables if one.field == field), None)

    def _graft(self, key: bytes, table: Table, places: AbstractSet[Place], theirs: Entry) -> None:
        entries = self._entries[table.case, table.field]
        entry = entries.get(key)
        if entry is None:
            if len(entries) >= self._most:
                return
            entry = entries[key] = Entry(table)
            entry.at = theirs.at
            entries.move_to_end(key, last=False)
        own, known = _laid_out(entry, table), dict(_signed(theirs))
        for keeping, state in zip(table.keepings, own, strict=True):
            if (table.case, table.field, keeping.signature) in places:
                keeping.absorb(state, known[keeping.signature])

    def _take(self, event: Event) -> None:
        if event.at == ERASED:
            for field, erased in event.keys.items():
                self._entries.get((event.case, field), OrderedDict()).pop(erased, None)
            return
        fed = self._fed.get(event.case)
        if fed is None:
            return
        for table in fed.tables:
            key = event.keys.get(table.field)
            if key is None:
                continue
            entries = self._entries[event.case, table.field]
            entry = entries.get(key)
            if entry is None:
                entry = entries[key] = Entry(table)
                self._make_room(entries, table, event.at)
            elif entry.number >= event.number:
                continue
            else:
                entries.move_to_end(key)
            entry.number, entry.at = event.number, event.at
            states = _laid_out(entry, table)
            for keeping, state in zip(table.keepings, states, strict=True):
                keeping.add(state, event)

    def _make_room(self, entries: Entries, table: Table, at: int) -> None:
        """A new key: two that nothing is left of may go, or else the oldest one where it is full.

        Two for each one that comes keep what has lapsed from piling up.
        """
        for _ in range(2):
            oldest = next(iter(entries.values()))
            if len(entries) < 2 or oldest.at + table.longest >= at:
                break
            entries.popitem(last=False)
        if len(entries) > self._most:
            entries.popitem(last=False)
            self.evicted += 1


def _fed(tables: list[Table]) -> Fed:
    def columns(kind: str) -> list[str]:
        signatures = [keeping.signature for table in tables for keeping in table.keepings]
        return list(dict.fromkeys(one.column for one in signatures if one.kind == kind))

    return Fed(tables, [table.field for table in tables], columns("sums"), columns("values"))


def _laid_out(entry: Entry, table: Table) -> list[State]:
    """The states as `table` wants them; an entry of a former table takes over what it can."""
    if entry.table is not table:
        known = dict(_signed(entry))
        entry.states = [known.get(one.signature) or one.new() for one in table.keepings]
        entry.table = table
    return entry.states


def _packed(case: str, field: str, key: bytes, entry: Entry) -> list[Any]:
    states = [[list(signature), state.packed()] for signature, state in _signed(entry)]
    return [case, field, key, entry.number, entry.at, states]


def _signed(entry: Entry) -> Iterator[tuple[Signature, State]]:
    for keeping, state in zip(entry.table.keepings, entry.states, strict=True):
        yield keeping.signature, state

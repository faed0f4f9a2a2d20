"""Windows that survive their process: in memory, with a journal of what they took in.

A journal of its own, and not the decision log: reading a month of decisions back would take minutes
at each start, the log forgets by its own rules, and it holds what windows need not know, whereas
the journal holds hashes and the numbers that are summed. The decision log remains what a *new*
window is filled from, so that it need not wait a month to know one: `adopt`.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from gonogo.core.snapshot import Window
from gonogo.gateway.online.journal import Journal, replaced, secret_of
from gonogo.gateway.online.plan import Event, Signature, tables_of
from gonogo.gateway.online.windows import ERASED, MOST_KEYS, SLICE, Found, Place, Windows

LARGEST = 16 * 2**20
"""Bytes of the journal after which the state is written down, or as many as the state has."""
EVERY_SECONDS = 1.0
"""How often the journal is synced and looked at."""
PAUSE_SECONDS = 0.002

NOTHING = b"\x90"
"""An empty list."""

_encode = msgspec.msgpack.Encoder().encode
EVER = 2**62
"""As the time from which on a state has taken requests in: it has not."""


class _Defined(msgspec.Struct, frozen=True):
    window: Window
    since: int


_definitions = msgspec.json.Decoder(list[_Defined]).decode
_event = msgspec.msgpack.Decoder(Event).decode


@dataclass(frozen=True, slots=True)
class Row:
    """A request of the past, as the decision log tells it."""

    case: str
    at: int
    """Microseconds since 1970, UTC."""
    entity: str | int | None
    features: Mapping[str, Any]


class KeptWindows:
    """The windows of one home. Requests are taken in by one thread."""

    def __init__(
        self,
        folder: Path,
        windows: Iterable[Window] | None = None,
        *,
        most_keys: int = MOST_KEYS,
        largest: int = LARGEST,
    ) -> None:
        """Know again what `folder` holds of `windows`, as far as it can be read.

        Without `windows` those that were kept there last.
        """
        self._definitions = folder / "windows.json"
        self._since = self._last_since()
        """Time from which on each state has taken in requests itself."""
        self._wanted = [one.window for one in self._last()] if windows is None else list(windows)
        self._secret, self._most_keys = secret_of(folder), most_keys
        self.windows = Windows(self._wanted, secret=self._secret, most_keys=most_keys)
        self._known: set[Place] = set()
        """States that go back as far as they can."""
        self._journal = Journal(folder / "windows")
        self._largest = largest
        self._order = threading.Lock()
        """Held while an event is taken in and written: both in the same order."""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.error: str | None = None
        """Why the journal takes nothing, None where it does."""
        self.unwritten = 0
        """Events that are known and not written down, since the state was last."""
        self._erased, self._purged = 0, 0
        """Erasures, and how many the state on the disk knows; it is written where it lags."""
        self._saving = threading.RLock()
        """Held while the state is written, or changes otherwise than by requests."""
        self._define(self._wanted, EVER)
        self.damages = self._load()
        """Places of the folder that could not be read."""

    @property
    def wanted(self) -> list[Window]:
        """The windows that are kept."""
        return list(self._wanted)

    def configure(self, windows: Iterable[Window], at_us: int) -> None:
        """Keep these windows from `at_us` on, which is now; raises `Invalid`, and changes nothing.

        Raises `OSError` where they cannot be written down; they are kept all the same.
        """
        wanted = list(windows)
        if wanted == self._wanted:
            return
        with self._order:
            self.windows.configure(wanted)
            self._wanted = wanted
            self._known &= self.windows.places()
        self._define(wanted, at_us)

    def read(
        self, case: str, entity: str | int | None, features: Mapping[str, Any], at_us: int
    ) -> Found:
        """What is known of a request before it is taken in."""
        return self.windows.read(self.windows.event(case, entity, features, at_us))

    def update(
        self, case: str, entity: str | int | None, features: Mapping[str, Any], at_us: int
    ) -> None:
        """Take a request in, and write down that it was."""
        self._take(self.windows.event(case, entity, features, at_us))

    def read_and_update(
        self, case: str, entity: str | int | None, features: Mapping[str, Any], at_us: int
    ) -> Found:
        """What was known of a request before it came; then it is taken in and written down."""
        event = self.windows.event(case, entity, features, at_us)
        found = self.windows.read(event)
        self._take(event)
        return found

    def missing(self) -> list[Window]:
        """The windows that know nothing of what was before they were first kept."""
        return [one for one in self._wanted if not _places([one]) <= self._known]

    def adopt(self, rows: Iterable[Row]) -> None:
        """Fill the windows that are `missing` with requests of the past, in the order of time.

        Of `rows` those are taken that came before a window took in requests itself, so that it may
        run beside the traffic, in a thread of its own. Raises `OSError`.
        """
        missing = self.missing()
        if not missing:
            return
        apart = [
            (since, Windows(some, secret=self._secret, most_keys=self._most_keys))
            for since, some in self._by_since(missing).items()
        ]
        for number, row in enumerate(rows, 1):
            for since, windows in apart:
                if row.at < since:
                    windows.update(windows.event(row.case, row.entity, row.features, row.at))
            if number % SLICE == 0:
                self._pause()
        with self._saving:
            for _, windows in apart:
                self.windows.graft(windows, windows.places() - self._known, self._pause)
                with self._order:
                    self._known |= windows.places() & self.windows.places()
            self.save()

    def forget(self, case: str, field: str, value: Any) -> bool:
        """Erase what is known of one entity, card or the like; whether there was anything.

        It comes back from no journal; from the disk it is gone when the state was written next,
        which is about a second later.
        """
        with self._order:
            event = self.windows.forget(case, field, value)
            if event is None:
                return False
            self._write(event)
            self._erased += 1
        return True

    def save(self) -> None:
        """Write the state down, a slice at a time, and let go what led to it; raises `OSError`."""
        with self._saving:
            with self._order:
                first = self._journal.rotate(0)
                unwritten, erased = self.unwritten, self._erased
                known = sorted(self._known)
            self._journal.write_state(first, chain([_encode(known)], self._entries()))
            with self._order:
                self.unwritten -= unwritten
                self._purged = erased
                self.error = None

    def start(self) -> None:
        """Sync and save in a thread from now on."""
        self._thread = threading.Thread(target=self._run, name="online-windows", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; what was taken in is written already."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        with self._order:
            self._journal.close()

    def gauges(self) -> dict[str, float]:
        """What a scrape may want to know."""
        return {
            "online_keys": float(sum(self.windows.keys().values())),
            "online_keys_evicted": float(self.windows.evicted),
            "online_events_unwritten": float(self.unwritten),
            "online_journal_bytes": float(self._journal.size),
        }

    def _take(self, event: Event) -> None:
        with self._order:
            self.windows.update(event)
            self._write(event)

    def _write(self, event: Event) -> None:
        try:
            self._journal.append(_encode(event), event.at)
        except OSError as error:
            # Requests go on: the windows know it, and the next state that is written has it.
            self.error = error.strerror or str(error)
            self.unwritten += 1

    def _entries(self) -> Iterator[bytes]:
        for place, entry in enumerate(self.windows.packed()):
            if place % SLICE == SLICE - 1:
                self._pause()
            yield _encode(entry)

    def _last(self) -> list[_Defined]:
        try:
            return _definitions(self._definitions.read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            # Nothing kept yet, or by a program that knew other windows: all of them begin anew.
            return []

    def _last_since(self) -> dict[Place, int]:
        return {place: one.since for one in self._last() for place in _places([one.window])}

    def _define(self, windows: list[Window], at_us: int) -> None:
        since = {place: self._since.get(place, at_us) for place in _places(windows)}
        self._since = since
        told = [_Defined(one, min(since[place] for place in _places([one]))) for one in windows]
        replaced(self._definitions, msgspec.json.encode(told))

    def _by_since(self, windows: list[Window]) -> dict[int, list[Window]]:
        found: dict[int, list[Window]] = {}
        for one in windows:
            found.setdefault(min(self._since[place] for place in _places([one])), []).append(one)
        return found

    def _pause(self) -> None:
        """Let requests through, where a thread beside them works."""
        if self._thread is not None:
            self._stop.wait(PAUSE_SECONDS)

    def _load(self) -> int:
        found = self._journal.load()
        entries = iter(found.state)
        for case, field, signature in msgspec.msgpack.decode(next(entries, NOTHING)):
            self._known.add((case, field, Signature(*signature)))
        self._known &= self.windows.places()
        for entry in entries:
            self.windows.unpack(msgspec.msgpack.decode(entry))
        for payload in found.since:
            event = _event(payload)
            self._erased += event.at == ERASED
            self.windows.take_again(event)
        return found.damages

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            try:
                self._journal.sync()
                large = max(self._largest, self._journal.state_size)
                if self._journal.size >= large or self.unwritten or self._erased > self._purged:
                    self.save()
            except OSError as error:
                self.error = error.strerror or str(error)


def _places(windows: Iterable[Window]) -> set[Place]:
    return {
        (table.case, table.field, keeping.signature)
        for tables in tables_of(windows).values()
        for table in tables
        for keeping in table.keepings
    }

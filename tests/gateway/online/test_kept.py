"""Windows and values that survive their process, whenever it ends."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gonogo.core.errors import Invalid, TooLarge
from gonogo.core.snapshot import Window
from gonogo.core.times import system_clock
from gonogo.gateway.online.features import OnlineFeatures
from gonogo.gateway.online.kept import KeptWindows, Row
from gonogo.gateway.online.values import KeptValues

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
COUNT = Window("n", "fraud", "entity", "count", None, 86_400)
KEPT = [
    COUNT,
    Window("mean", "fraud", "card", "mean", "amount", 86_400),
    Window("cards", "fraud", "entity", "distinct", "card", 86_400),
    Window("since", "fraud", "entity", "since_last", None, 86_400),
]
FEATURES = {"card": 7, "amount": 12.5}
UNTIL_KILLED = """
import sys
from pathlib import Path
from gonogo.core.snapshot import Window
from gonogo.gateway.online.kept import KeptWindows

kept = KeptWindows(Path(sys.argv[1]), [Window("n", "fraud", "entity", "count", None, 86_400)],
                   largest=2000)
for at in range(10**9):
    if at % 50 == 25:
        kept.save()
    kept.update("fraud", "a", {}, 1_767_225_600_000_000 + at)
    print(at + 1, flush=True)
"""


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeptWindows]:
    found = KeptWindows(tmp_path, KEPT)
    yield found
    found.close()


def known(folder: Path, windows: list[Window] | None = None) -> dict[str, float | int | None]:
    found = KeptWindows(folder, KEPT if windows is None else windows)
    read = found.read("fraud", "a", {"card": 7}, START + 100)
    found.close()
    return read


def take(kept: KeptWindows, times: int, since: int = 0) -> None:
    for at in range(since, since + times):
        kept.update("fraud", "a", FEATURES, START + at)


class TestRestart:
    def test_what_was_taken_in_is_known_again_without_a_last_word(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 5)
        read = kept.read("fraud", "a", FEATURES, START + 100)
        assert read == {"n": 5, "mean": 12.5, "cards": 1, "since": 96e-6}
        assert known(tmp_path) == read

    def test_a_saved_state_and_what_came_after_it_are_one(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 5)
        kept.save()
        take(kept, 3, since=5)
        assert known(tmp_path)["n"] == 8
        kept.save()
        assert known(tmp_path)["n"] == 8

    def test_saving_lets_the_files_go_that_led_to_it(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 50)
        kept.save()
        assert len(list((tmp_path / "windows").glob("*.seg"))) == 1
        assert kept.gauges()["online_journal_bytes"] < 100

    def test_what_came_while_it_was_saved_is_counted_once(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 5)
        entries = kept._entries

        def meanwhile() -> Iterator[bytes]:
            take(kept, 1, since=5)
            yield from entries()
            take(kept, 1, since=6)

        kept._entries = meanwhile  # type: ignore[method-assign]  # requests come while it saves
        kept.save()
        assert known(tmp_path)["n"] == 7

    def test_a_process_killed_at_any_moment_lost_nothing_it_had_told(self, tmp_path: Path) -> None:
        ran = subprocess.Popen(
            [sys.executable, "-c", UNTIL_KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        told = 0
        while told < 180 and ran.stdout is not None:
            told = int(ran.stdout.readline())
        ran.send_signal(signal.SIGKILL)
        rest = ran.communicate()[0].splitlines()
        told = max([told, *(int(line) for line in rest[:-1])])
        found = known(tmp_path, [COUNT])["n"]
        # What was written and not yet told may be there besides.
        assert found is not None
        assert told <= found <= told + 2

    def test_a_torn_end_is_told_and_the_rest_is_known(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 5)
        [path] = (tmp_path / "windows").glob("*.seg")
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size - 7)
        again = KeptWindows(tmp_path, KEPT)
        assert again.damages == 1
        assert again.read("fraud", "a", {}, START + 100)["n"] == 4
        again.close()

    def test_windows_that_are_no_longer_wanted_are_dropped_on_the_way(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 5)
        kept.save()
        assert known(tmp_path, [KEPT[2]]) == {"cards": 1}


class TestDiskFull:
    def test_requests_go_on_and_the_next_state_has_what_the_journal_lacks(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 1)
        journal = kept._journal
        write, journal.append = journal.append, _full  # type: ignore[method-assign]  # a full disk
        take(kept, 2, since=1)
        assert kept.error == "No space left on device"
        assert kept.gauges()["online_events_unwritten"] == 2
        assert kept.read("fraud", "a", FEATURES, START + 100)["n"] == 3
        journal.append = write  # type: ignore[method-assign]  # there is space again
        kept.save()
        assert kept.error is None
        assert known(tmp_path)["n"] == 3

    def test_half_a_state_is_not_left_behind(self, kept: KeptWindows, tmp_path: Path) -> None:
        take(kept, 3)

        def torn() -> Iterator[bytes]:
            yield b"half"
            raise OSError(28, os.strerror(28))

        entries, kept._entries = kept._entries, torn  # type: ignore[method-assign]  # a full disk
        with pytest.raises(OSError, match="No space left"):
            kept.save()
        assert not list((tmp_path / "windows").glob("*.draft"))
        assert known(tmp_path)["n"] == 3
        kept._entries = entries  # type: ignore[method-assign]  # there is space again
        kept.save()
        assert known(tmp_path)["n"] == 3


def _full(payload: bytes, at: int) -> None:
    raise OSError(28, os.strerror(28))


class TestForget:
    def test_an_erased_entity_comes_back_from_nowhere(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        take(kept, 3)
        kept.save()
        take(kept, 3, since=3)
        assert kept.forget("fraud", "entity", "a")
        assert not kept.forget("fraud", "entity", "a")
        assert known(tmp_path)["n"] == 0
        take(kept, 1, since=10)
        assert known(tmp_path)["n"] == 1

    def test_nothing_that_is_written_names_anybody(self, kept: KeptWindows, tmp_path: Path) -> None:
        kept.update("fraud", "Somebody", {"card": "4111111111111111"}, START)
        kept.save()
        for path in tmp_path.rglob("*"):
            if path.is_file():
                text = path.read_bytes()
                assert b"Somebody" not in text
                assert b"4111" not in text
        assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


class TestAdopt:
    ROWS = tuple(Row("fraud", START + at, "a", FEATURES) for at in range(9))

    def test_a_new_window_knows_the_past_and_the_others_go_on(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        kept.adopt(())
        take(kept, 5)
        new = Window("new", "fraud", "entity", "sum", "amount", 3600)
        kept.configure([*KEPT, new], START + 5)
        take(kept, 1, since=5)
        assert kept.missing() == [new]
        kept.adopt(self.ROWS)
        assert kept.missing() == []
        read = kept.read("fraud", "a", FEATURES, START + 100)
        assert (read["n"], read["new"]) == (6, 6 * 12.5)
        assert known(tmp_path, [*KEPT, new]) == read

    def test_what_it_took_in_before_it_was_filled_and_killed_in_between_counts_once(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        kept.configure([], START)
        kept.configure(KEPT, START + 5)
        take(kept, 4, since=5)
        again = KeptWindows(tmp_path)
        assert again.missing() == KEPT
        again.adopt(self.ROWS)
        read = again.read("fraud", "a", FEATURES, START + 100)
        assert read == {"n": 9, "mean": 12.5, "cards": 1, "since": 92e-6}
        again.close()

    def test_a_second_time_it_counts_nothing_twice(self, kept: KeptWindows) -> None:
        kept.adopt(self.ROWS)
        kept.adopt(self.ROWS)
        assert kept.read("fraud", "a", {}, START + 100)["n"] == 9


class TestOnlineFeatures:
    def test_windows_leave_the_present_request_out_until_it_is_decided(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        online = OnlineFeatures(kept, tmp_path, system_clock)
        given = b'{"card": 7, "amount": 12.5}'
        for n in range(3):
            assert online.value("fraud", "a", "n", START + n, given) == n
            assert online.value("fraud", "a", "mean", START + n, given) == (12.5 if n else None)
            online.seen("fraud", "a", FEATURES, START + n)

    def test_what_is_no_window_is_looked_up_by_entity(
        self, kept: KeptWindows, tmp_path: Path
    ) -> None:
        values = KeptValues(tmp_path)
        values.put("fraud", "a", {"limit": 2500}, START)
        online = OnlineFeatures(kept, tmp_path, system_clock, values)
        assert online.value("fraud", "a", "limit", START, b"{}") == 2500
        assert online.value("fraud", "b", "limit", START, b"{}") is None
        assert online.value("fraud", None, "limit", START, b"{}") is None
        assert online.value("fraud", "a", "other", START, b"not JSON") is None
        values.close()


class TestKeptValues:
    def test_what_was_put_last_is_known_after_a_restart(self, tmp_path: Path) -> None:
        values = KeptValues(tmp_path, largest=200)
        for limit in range(20):
            values.put("fraud", "a", {"limit": limit}, START)
        values.put("fraud", 7, {"limit": 1, "kind": "gold", "new": True, "gap": None}, START)
        again = KeptValues(tmp_path)
        assert again.get("fraud", "a") == {"limit": 19}
        assert again.get("fraud", "7") == {"limit": 1, "kind": "gold", "new": True, "gap": None}
        assert again.get("other", "a") is None
        values.close()
        again.close()

    def test_an_erased_entity_is_gone_from_memory_and_disk(self, tmp_path: Path) -> None:
        values = KeptValues(tmp_path)
        values.put("fraud", "a", {"note": "only of a"}, START)
        assert values.forget("fraud", "a", START)
        assert not values.forget("fraud", "a", START)
        values.close()
        for path in (tmp_path / "values").iterdir():
            assert b"only of a" not in path.read_bytes()
        again = KeptValues(tmp_path)
        assert again.get("fraud", "a") is None
        again.close()

    def test_those_put_longest_ago_make_room(self, tmp_path: Path) -> None:
        values = KeptValues(tmp_path, most=2)
        for entity in "abc":
            values.put("fraud", entity, {"limit": 1}, START)
        assert (len(values), values.evicted, values.get("fraud", "a")) == (2, 1, None)
        values.close()

    def test_what_no_feature_can_be_is_refused(self, tmp_path: Path) -> None:
        values = KeptValues(tmp_path)
        with pytest.raises(Invalid, match=r"values\.limit"):
            values.put("fraud", "a", {"limit": float("nan")}, START)
        with pytest.raises(Invalid, match=r"values\.limit"):
            values.put("fraud", "a", {"limit": [1]}, START)
        with pytest.raises(TooLarge):
            values.put("fraud", "a", dict.fromkeys(map(str, range(201)), 1), START)
        assert len(values) == 0
        values.close()

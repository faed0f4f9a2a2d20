"""Who is erased from the decision log is forgotten by online features, whenever a gateway runs."""

import resource
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gonogo.core.snapshot import Window
from gonogo.core.times import system_clock
from gonogo.gateway.online.features import OnlineFeatures
from gonogo.gateway.online.forgetting import Forgetting
from gonogo.gateway.online.kept import KeptWindows
from gonogo.gateway.online.values import KeptValues
from gonogo.records import erasing, forgetting

START = 1_767_225_600_000_000
COUNT = Window("n", "fraud", "entity", "count", None, 86_400)
BY_CARD = Window("by_card", "fraud", "card", "count", None, 86_400)
OTHER = Window("n_other", "other", "entity", "count", None, 86_400)


@pytest.fixture
def online(tmp_path: Path) -> Iterator[OnlineFeatures]:
    """Somebody and another one are known in two use cases."""
    windows = KeptWindows(tmp_path / "online", [COUNT, BY_CARD, OTHER])
    values = KeptValues(tmp_path / "online")
    for case in ("fraud", "other"):
        for entity in ("somebody", "another"):
            windows.update(case, entity, {"card": "somebody"}, START)
            values.put(case, entity, {"limit": 2500, "note": f"of {entity}"}, START)
    windows.save()
    forgetting.followed(tmp_path / "log")
    found = OnlineFeatures(windows, tmp_path / "log", system_clock, values)
    yield found
    found.close()


def known(online: OnlineFeatures, case: str, entity: str) -> tuple[object, object]:
    name = "n" if case == "fraud" else "n_other"
    limit = online.value(case, entity, "limit", START + 9, b"{}")
    return online.value(case, entity, name, START + 9, b"{}"), limit


def erase(tmp_path: Path, online: OnlineFeatures, case: str | None) -> int:
    """The order as it is given for the log, and what a gateway makes of it."""
    erasing.erase(tmp_path / "log", "somebody", case)
    return Forgetting(tmp_path / "log", online, lambda: START + 5).once()


class TestErased:
    def test_windows_and_values_of_the_use_case_are_gone_and_no_others(
        self, tmp_path: Path, online: OnlineFeatures
    ) -> None:
        assert known(online, "fraud", "somebody") == (1, 2500)
        assert erase(tmp_path, online, "fraud") == 1
        assert known(online, "fraud", "somebody") == (0, None)
        assert known(online, "fraud", "another") == (1, 2500)
        assert known(online, "other", "somebody") == (1, 2500)
        card = online.value("fraud", "another", "by_card", START + 9, b'{"card": "somebody"}')
        assert card == 2, "a card of that name is somebody else"

    def test_in_all_use_cases(self, tmp_path: Path, online: OnlineFeatures) -> None:
        assert erase(tmp_path, online, None) == 1
        for case in ("fraud", "other"):
            assert known(online, case, "somebody") == (0, None)
            assert known(online, case, "another") == (1, 2500)

    def test_no_restart_brings_it_back_and_it_leaves_the_disk(
        self, tmp_path: Path, online: OnlineFeatures
    ) -> None:
        erase(tmp_path, online, "fraud")
        assert forgetting.ordered(tmp_path / "log") == {}, (
            "the order names somebody: it is gone too"
        )
        again = KeptWindows(tmp_path / "online")
        assert again.read("fraud", "somebody", {}, START + 9)["n"] == 0
        mark = online.windows.windows._of("somebody")
        state = tmp_path / "online" / "windows" / "state"
        # What was killed before the state was written anew has that still to do.
        again.start()
        until = time.monotonic() + 30
        while state.read_bytes().count(mark) > 2 and time.monotonic() < until:
            time.sleep(0.02)
        again.close()
        assert state.read_bytes().count(mark) == 2, "as a card, and in the other use case"
        for path in (tmp_path / "online" / "values").iterdir():
            assert path.read_bytes().count(b"of somebody") <= 1

    def test_an_order_waits_for_a_gateway_and_for_a_disk(
        self, tmp_path: Path, online: OnlineFeatures
    ) -> None:
        erasing.erase(tmp_path / "log", "somebody", "fraud")
        (path,) = forgetting.ordered(tmp_path / "log")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
        try:
            assert Forgetting(tmp_path / "log", online, lambda: START + 5).once() == 0
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert Forgetting(tmp_path / "log", online, lambda: START + 5).once() == 1
        assert known(online, "fraud", "somebody") == (0, None)

    def test_half_an_order_is_none(self, tmp_path: Path) -> None:
        forgetting.order(tmp_path, "somebody", None)
        assert forgetting.ordered(tmp_path) == {}, "nobody follows, nothing is kept"
        forgetting.followed(tmp_path)
        forgetting.order(tmp_path, "somebody", None)
        (path,) = forgetting.ordered(tmp_path)
        path.write_bytes(path.read_bytes()[:-2])
        assert forgetting.ordered(tmp_path) == {}

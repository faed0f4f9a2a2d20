"""What gateways write down of their troubles becomes incidents: each once, whatever happens."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gonogo.core import troubles
from gonogo.core.roles import Role
from gonogo.domain.incidents import tables
from gonogo.flows import incidents as flow
from gonogo.gateway.incidents import Incidents
from tests.fixtures.rest import done, refused
from tests.fixtures.world import World

MINUTE = 60_000_000
Tell = Callable[..., None]


def telling(folder: Path) -> Tell:
    """A gateway that tells of a trouble, each a minute after the one before."""
    at = [1_795_257_000_000_000]

    def now() -> int:
        at[0] += MINUTE
        return at[0]

    incidents = Incidents(folder / troubles.NAME, now, largest=2_000)

    def said(case: str = "churn", why: str = "raised", detail: str = "ValueError") -> None:
        incidents.tell(case, "champion", "caller@1", why, detail, 3)

    return said


class TestUnread:
    """Which lines are new, by the files and a mark alone."""

    def test_each_line_once_over_files_that_are_put_aside(self, tmp_path: Path) -> None:
        tell, mark, seen = telling(tmp_path), dict[str, Any](), 0
        for _ in range(40):
            tell()
            found, mark = self.read(tmp_path, mark)
            seen += found
        assert (tmp_path / troubles.BEFORE).is_file()
        assert seen == 40

    def test_what_was_put_aside_meanwhile_is_read_to_its_end(self, tmp_path: Path) -> None:
        tell = telling(tmp_path)
        tell()
        _, mark = self.read(tmp_path, {})
        n = 0
        while not (tmp_path / troubles.BEFORE).is_file():
            tell()
            n += 1
        assert self.read(tmp_path, mark)[0] == n

    def test_a_copy_in_its_place_is_the_same_file(self, tmp_path: Path) -> None:
        tell = telling(tmp_path)
        tell()
        _, mark = self.read(tmp_path, {})
        here = tmp_path / troubles.NAME
        shutil.copyfile(here, tmp_path / "copy")
        (tmp_path / "copy").replace(here)
        assert self.read(tmp_path, mark) == (0, mark)

    def test_half_a_line_waits_and_a_spoilt_one_is_left_out(self, tmp_path: Path) -> None:
        telling(tmp_path)()
        path = tmp_path / troubles.NAME
        whole = path.read_bytes()
        path.write_bytes(b"spoilt\n" + whole + whole[:20])
        found, mark = self.read(tmp_path, {})
        assert found == 1
        path.write_bytes(b"spoilt\n" + whole + whole)
        assert self.read(tmp_path, mark)[0] == 1

    def test_nothing_written_is_nothing_new(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, {}) == (0, {})

    def read(self, folder: Path, mark: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        found, behind = flow.unread(folder, mark)
        return len(found), dict(behind)


class TestFollowed:
    def test_opened_counted_looked_after_resolved_and_opened_anew(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gateway = world.api.installation.settings.home / "gateway"
        tell = telling(gateway)
        for _ in range(3):
            tell()
        tell(why="hangs")
        tell("decision log", "ids-forgotten")
        self.killed(world, gateway, monkeypatch)
        assert self.follow(world, gateway) == 3
        tell()
        assert self.follow(world, gateway) == 0
        viewer, engineer = world.api.by(Role.VIEWER), world.api.by(Role.ML_ENGINEER)
        third, second, first = done(viewer.get("/incidents"))["items"]
        assert (first["why"], first["times"], first["case"]) == ("raised", 4, "churn")
        assert first["last_at"] > first["first_at"]
        assert (second["why"], third["case"], third["about"]) == ("hangs", None, "decision log")
        entry = done(viewer.get(f"/ledger/{first['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("incident", "case:churn")

        note = {"note": "out of memory"}
        told = done(engineer.post("/incidents/1/acknowledge", json=note))
        assert (told["state"], told["note"]) == ("acknowledged", "out of memory")
        refused(engineer.post("/incidents/1/acknowledge", json=note), 409, "incident")
        said = {"reason": "more memory", "evidence": "1"}
        told = done(engineer.post("/incidents/1/resolve", json=said))
        assert (told["state"], told["reason"], len(told["evidence"])) == (
            "resolved",
            "more memory",
            64,
        )
        refused(engineer.post("/incidents/1/resolve", json=said), 409, "incident")
        tell()
        assert self.follow(world, gateway) == 1
        listed = done(viewer.get("/incidents", params={"case": "churn", "state": "open"}))["items"]
        assert [one["number"] for one in listed] == [4, 2]

        refused(viewer.get("/incidents", params={"state": "closed"}), 422, "state")
        refused(engineer.post("/incidents/9/resolve", json={"reason": "x"}), 404, "incident")
        refused(engineer.post("/incidents/2/resolve", json={"reason": " "}), 422, "reason")
        refused(viewer.post("/incidents/2/acknowledge", json={}), 403)

    def follow(self, world: World, gateway: Path) -> int:
        return flow.follow(world.api.installation.open_work, gateway)

    def killed(self, world: World, gateway: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before it is kept how far was read: nothing is opened either."""

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(tables, "set_mark", die)
            with pytest.raises(KeyboardInterrupt):
                self.follow(world, gateway)
        assert done(world.api.by(Role.VIEWER).get("/incidents"))["items"] == []

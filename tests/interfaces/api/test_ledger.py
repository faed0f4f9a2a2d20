"""Tests of REST for the ledger: searched, verified, taken along."""

import json

from gonogo.core.roles import Role
from tests.fixtures.rest import done, refused
from tests.fixtures.world import World


class TestSearch:
    def test_finds_what_fits_everything_that_is_asked(self, world: World) -> None:
        """By kind, subject with what stands below it, actor and text."""
        viewer = world.api.by(Role.VIEWER)
        scientist = world.api.user(Role.DATA_SCIENTIST)
        for query, kinds in (
            ({"kind": "case"}, ["case"]),
            ({"subject": "model:caller"}, ["model-version"]),
            ({"subject": "dataset:train"}, ["dataset"]),
            ({"actor": scientist, "kind": "hypothesis"}, ["hypothesis"]),
            ({"text": "logistic SCORECARD"}, ["hypothesis"]),
            ({"text": "100%_"}, []),
            ({"kind": "case", "subject": "model:caller"}, []),
        ):
            found = done(viewer.get("/ledger", params=query))["items"]
            assert [entry["kind"] for entry in found] == kinds, query

    def test_finds_what_happened_in_a_period(self, world: World) -> None:
        """A day as the end is meant with all of it, a time is left out itself."""
        viewer = world.api.by(Role.VIEWER)
        head = done(viewer.get("/ledger/head"))["entries"]
        at = done(viewer.get(f"/ledger/{head}"))["at"]
        day = at[:10]
        same_day = {"since": day, "until": day, "limit": 200}
        assert len(done(viewer.get("/ledger", params=same_day))["items"]) == head
        assert done(viewer.get("/ledger", params={"until": at}))["items"] == []
        assert len(done(viewer.get("/ledger", params={"since": at}))["items"]) > 0
        assert done(viewer.get("/ledger", params={"since": "9000-01-01"}))["items"] == []
        for field in ("since", "until"):
            refused(viewer.get("/ledger", params={field: "yesterday"}), 422, field)
        refused(viewer.get("/ledger", params={"until": "9999-12-31"}), 422, "until")

    def test_goes_page_by_page_newest_first(self, world: World) -> None:
        """Each entry once."""
        viewer = world.api.by(Role.VIEWER)
        head = done(viewer.get("/ledger/head"))["entries"]
        seen: list[int] = []
        cursor = None
        while True:
            query = {"limit": 7} | ({} if cursor is None else {"cursor": cursor})
            page = done(viewer.get("/ledger", params=query))
            seen += [entry["position"] for entry in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == list(range(head, 0, -1))


class TestShow:
    def test_finds_an_entry_by_position_or_digest(self, world: World) -> None:
        """Both are names of the same."""
        viewer = world.api.by(Role.VIEWER)
        first = done(viewer.get("/ledger/1"))
        assert first["previous"] == "0" * 64
        assert done(viewer.get(f"/ledger/{first['digest']}")) == first

    def test_what_is_no_entry_is_not_found(self, world: World) -> None:
        """Beyond the end, beyond every integer, or no name at all."""
        for name in ("0", "999999", "9" * 400, "-1", "0" * 64, "é"):
            refused(world.api.operator.get(f"/ledger/{name}"), 404, "entry")


class TestVerify:
    def test_a_ledger_that_was_left_alone_is_sound(self, world: World) -> None:
        """Also when all indexes are looked into."""
        viewer = world.api.by(Role.VIEWER)
        head = done(viewer.get("/ledger/head"))
        for thorough in (False, True):
            told = done(viewer.get("/ledger/verify", params={"thorough": thorough}))
            assert (told["sound"], told["broken"], told["findings"]) == (True, None, [])
            assert (told["entries"], told["head"]) == (head["entries"], head["head"])

    def test_a_changed_entry_is_named(self, world: World) -> None:
        """The first that is not what was written."""
        with world.api.installation.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE ledger SET actor = 'user:99' WHERE position = 5")
        told = done(world.api.by(Role.VIEWER).get("/ledger/verify"))
        assert told["sound"] is False
        assert told["broken"]["position"] == 5


class TestExport:
    def test_gives_every_entry_as_a_line(self, world: World) -> None:
        """The lines link as the chain does, and end where the head is."""
        viewer = world.api.by(Role.VIEWER)
        viewer.get("/me")
        head = done(viewer.get("/ledger/head"))
        answer = viewer.get("/ledger/export")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/jsonl")
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert lines[-1] == head
        entries = [line["entry"] for line in lines[:-1]]
        assert [entry["position"] for entry in entries] == list(range(1, head["entries"] + 1))
        links = [entry["previous"] for entry in entries[1:]] + [head["head"]]
        assert links == [line["digest"] for line in lines[:-1]]

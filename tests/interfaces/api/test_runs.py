"""Tests of REST for runs: taken up from the tracking server, once, and found again."""

from datetime import timedelta

from gonogo.core.roles import Role
from gonogo.domain.experiments.rules import TAG
from tests.fixtures.clocks import START
from tests.fixtures.rest import Written, done, refused
from tests.fixtures.world import World


class TestSync:
    def test_takes_up_what_is_new_or_changed(self, world: World, everything: Written) -> None:
        """A second time without change it writes nothing."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        world.tracking.add_run("c3d4", tags={TAG: "churn/trees"})
        world.tracking.add_run("e5f6", started=START - timedelta(days=1), tags={TAG: "churn/trees"})
        assert done(scientist.post("/runs/sync")) == {"runs": 3, "changed": 2}
        before = everything()
        assert done(scientist.post("/runs/sync")) == {"runs": 3, "changed": 0}
        assert everything() == before
        world.tracking.finish("c3d4")
        assert done(scientist.post("/runs/sync"))["changed"] == 1
        assert done(scientist.get("/runs/c3d4"))["status"] == "FINISHED"

    def test_a_run_before_the_registration_is_kept_and_does_not_count(self, world: World) -> None:
        """With the reason."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        world.tracking.add_run("e5f6", started=START - timedelta(days=1), tags={TAG: "churn/trees"})
        done(scientist.post("/runs/sync"))
        told = done(scientist.get("/runs/e5f6"))
        assert told["counts"] is False
        assert "before the hypothesis was registered" in told["why_not"]


class TestList:
    def test_can_be_narrowed(self, world: World) -> None:
        """By hypothesis, use case, and whether they count."""
        world.tracking.add_run("c3d4")
        scientist = world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post("/runs/sync"))
        for query, runs in (
            ({}, {"a1b2", "c3d4"}),
            ({"hypothesis": "churn/trees"}, {"a1b2"}),
            ({"case": "churn"}, {"a1b2"}),
            ({"case": "chur_"}, set()),
            ({"counts": True}, {"a1b2"}),
            ({"counts": False}, {"c3d4"}),
        ):
            found = done(scientist.get("/runs", params=query))["items"]
            assert {run["run_id"] for run in found} == runs, query
        refused(scientist.get("/runs", params={"hypothesis": "a/b/c"}), 422)

    def test_goes_page_by_page(self, world: World) -> None:
        """Newest first, also where two started at once."""
        for name in ("b", "c", "d"):
            world.tracking.add_run(name)
        scientist = world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post("/runs/sync"))
        seen: list[str] = []
        cursor = None
        while True:
            query = {"limit": 3} | ({} if cursor is None else {"cursor": cursor})
            page = done(scientist.get("/runs", params=query))
            seen += [run["run_id"] for run in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == ["d", "c", "b", "a1b2"]


class TestShow:
    def test_tells_what_the_tracking_server_told(self, world: World) -> None:
        """With the entry that explains it as its ETag."""
        answer = world.api.by(Role.VIEWER).get("/runs/a1b2")
        told = done(answer)
        assert (told["params"], told["metrics"]) == ({"depth": "4"}, {"auc": 0.8})
        assert answer.headers["etag"] == f'"{told["entry"]}"'

    def test_an_unknown_one_is_not_found(self, world: World) -> None:
        """Also one that the tracking server has, before it is taken up."""
        world.tracking.add_run("c3d4")
        refused(world.api.operator.get("/runs/c3d4"), 404, "run_id")

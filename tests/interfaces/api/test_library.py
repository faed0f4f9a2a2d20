"""REST: papers of hypotheses, the library of what was learned, and whether it was tried."""

from gonogo.core.roles import Role
from tests.fixtures.rest import Written, done, refused
from tests.fixtures.world import World, evidence, measured

PAPERS = "/hypotheses/churn/trees/papers"
CUPED = "10.1145/2433396.2433413"


def settled(world: World) -> None:
    """churn/trees is refuted."""
    world.record(evidence(subject="hypothesis:churn/trees", measured=measured(0.5)))
    asked = {"learned": "Six hundred rows are too few"}
    done(world.api.by(Role.DATA_SCIENTIST).post("/hypotheses/churn/trees/settle", json=asked))


class TestSearched:
    def test_negative_results_come_with_papers_and_numbers(self, world: World) -> None:
        settled(world)
        world.hypothesis(slug="nets", statement="Nets need hundreds of rows")
        scientist = world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post(PAPERS, json={"reference": CUPED, "title": "Variance"}), 201)
        viewer = world.api.by(Role.VIEWER)
        for text in ("hundred rows", "variance", ""):
            (lesson,) = done(viewer.get("/library", params={"text": text}))["items"]
            assert lesson["hypothesis"]["slug"] == "trees"
            assert lesson["hypothesis"]["settled"][0]["verdict"] == "no-go"
            assert lesson["papers"][0]["address"] == f"https://doi.org/{CUPED}"
        asked: dict[str, str | bool] = {"text": "hundred rows", "everything": True}
        found = done(viewer.get("/library", params=asked))["items"]
        assert {one["hypothesis"]["slug"] for one in found} == {"trees", "nets"}
        assert done(viewer.get("/library", params={"text": "rows", "case": "none"}))["items"] == []

    def test_what_was_tried_is_told_in_any_state(self, world: World) -> None:
        viewer = world.api.by(Role.VIEWER)
        asked = {"text": "Do bigger trees beat it?"}
        (found,) = done(viewer.get("/library/tried", params=asked))["items"]
        assert found["hypothesis"]["state"] == "open"
        asked = {"text": "green buttons"}
        assert done(viewer.get("/library/tried", params=asked))["items"] == []
        refused(viewer.get("/library/tried"), 422, "text")


class TestPapers:
    def test_linked_by_reference_title_or_bibtex(self, world: World) -> None:
        scientist = world.api.by(Role.DATA_SCIENTIST)
        made = done(scientist.post(PAPERS, json={"reference": "arXiv:1706.03762"}), 201)
        assert (made["arxiv"], made["doi"]) == ("1706.03762", None)
        done(scientist.post(PAPERS, json={"title": "A report", "year": 2019}), 201)
        text = f"@misc{{a, title={{Variance}}, doi={{{CUPED}}}}}"
        text += "@misc{b, eprint={1706.03762}, archiveprefix={arXiv}}"
        imported = done(scientist.post(f"{PAPERS}/import", json={"bibtex": text}), 201)["items"]
        assert [one["title"] for one in imported] == ["Variance"]
        listed = done(world.api.by(Role.VIEWER).get(PAPERS))["items"]
        assert len(listed) == 3
        gone = done(scientist.delete(f"{PAPERS}/{made['entry']}"))
        assert gone == made
        refused(scientist.delete(f"{PAPERS}/{made['entry']}"), 404, "paper")
        assert len(done(scientist.get(PAPERS))["items"]) == 2

    def test_what_is_none_is_refused_by_field(self, world: World, everything: Written) -> None:
        scientist = world.api.by(Role.DATA_SCIENTIST)
        before = everything()
        refused(scientist.post(PAPERS, json={"reference": "nothing"}), 422, "reference")
        refused(scientist.post(PAPERS, json={}), 422, "paper.doi")
        refused(scientist.post(PAPERS, json={"title": "x", "year": 12}), 422, "year")
        asked = {"bibtex": "@article{a, title={x}"}
        refused(scientist.post(f"{PAPERS}/import", json=asked), 422, "bibtex")
        assert everything() == before

    def test_the_same_twice_is_a_conflict(self, world: World, everything: Written) -> None:
        scientist = world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post(PAPERS, json={"reference": CUPED}), 201)
        before = everything()
        refused(scientist.post(PAPERS, json={"reference": f"doi:{CUPED}"}), 409, "paper")
        assert everything() == before

"""Pages of datasets: the list, the versions, one version with its columns and its lineage."""

import json
from pathlib import Path
from typing import Any

import pytest

from gonogo.app.wiring import Installation
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.interfaces.web.kit import plain
from gonogo.views import datasets as views
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs
from tests.fixtures.world import ABOUT, World
from tests.interfaces.web.conftest import Console, Reader

COLUMNS = {
    "calls": {
        "type": "integer",
        "minimum": 0,
        "maximum": 5,
        "missing_codes": [2],
        "nullable": True,
    },
}


def address(subject: str) -> str:
    """Where a dataset version has its page."""
    found = Subject.parse(subject)
    return f"/datasets/{found.name}/{found.version}"


@pytest.fixture
def child(world: World) -> str:
    """The page of a version made from the training data, with a range and a code for missing."""
    about = ABOUT | {
        "description": "Calls <of> May",
        "overrides": COLUMNS,
        "parents": [world.train],
        "transformation": "without <June>",
    }
    made = done(
        world.api.by(Role.DATA_SCIENTIST).post(
            "/datasets/calls-of-may/versions",
            data={"about": json.dumps(about)},
            files={"file": ("rows.csv", b"calls,sex,left\n1,f,1\n2,m,0\n9,<x>,1\n", "text/csv")},
        ),
        201,
    )
    return address(made["subject"])


def damage(installation: Installation, sha256: str) -> None:
    """Change one byte of a file that is kept."""
    path = installation.files.local_path(sha256)
    assert path is not None
    stored = Path(path)
    stored.chmod(0o644)
    stored.write_bytes(stored.read_bytes().replace(b"1", b"7"))


class TestList:
    def test_an_empty_one_shows_the_command(self, console: Reader) -> None:
        page = console(Role.VIEWER).page("/datasets")
        assert "No dataset yet" in page
        assert "gonogo dataset register" in page

    def test_each_is_there_with_its_newest_version(self, console: Reader, world: World) -> None:
        page = console(Role.VIEWER).page("/datasets")
        assert f'href="{address(world.train)}"' in page
        assert "internal" in page

    def test_its_twin_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        told = console(Role.VIEWER).json("/datasets")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.listed(work))
        assert told["rows"]

    def test_a_stranger_is_sent_to_sign_in(self, stranger: Console) -> None:
        assert stranger.get("/datasets").status_code == 303

    def test_who_has_no_role_reads_nothing(self, console: Reader) -> None:
        assert console().get("/datasets").status_code == 403


class TestDataset:
    def test_versions_are_listed(self, console: Reader, world: World, work_as: WorkAs) -> None:
        name = Subject.parse(world.train).name
        reader = console(Role.VIEWER)
        assert f'href="{address(world.train)}"' in reader.page(f"/datasets/{name}")
        with work_as(Role.VIEWER, write=False) as work:
            assert reader.json(f"/datasets/{name}") == plain(views.dataset(work, name))

    def test_an_unknown_one_is_not_found(self, console: Reader) -> None:
        assert console(Role.VIEWER).get("/datasets/nothing").status_code == 404


class TestVersion:
    def test_it_says_what_the_columns_are(self, console: Reader, child: str) -> None:
        page = console(Role.VIEWER).page(child)
        assert "Calls &lt;of&gt; May" in page
        assert '<span class="tag protected">protected</span>' in page
        assert '<span class="tag label">label</span>' in page
        assert "0 to 5" in page
        assert "2 means missing" in page
        assert "CC0-1.0" in page

    def test_its_twin_is_the_view(self, console: Reader, child: str, work_as: WorkAs) -> None:
        _, _, name, fingerprint = child.split("/")
        told = console(Role.VIEWER).json(child)
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.version(work, name, fingerprint))

    def test_parents_and_children_name_each_other(
        self, console: Reader, world: World, child: str
    ) -> None:
        reader = console(Role.VIEWER)
        assert f'href="{address(world.train)}"' in reader.page(child)
        assert "without &lt;June&gt;" in reader.page(child)
        parent: Any = reader.json(address(world.train))
        assert [address(one["subject"]) for one in parent["children"]] == [child]
        assert parent["parents"] == []

    def test_models_and_hypotheses_that_use_it_are_named(
        self, console: Reader, world: World
    ) -> None:
        world.hypothesis(slug="more", dataset=world.train)
        told: Any = console(Role.VIEWER).json(address(world.train))
        assert {one["subject"]: one["used"] for one in told["models"]} == {
            "model:caller@1": "trained"
        }
        assert [one["slug"] for one in told["hypotheses"]] == ["more"]
        tested: Any = console(Role.VIEWER).json(address(world.test))
        assert [one["used"] for one in tested["models"]] == ["evaluated"]

    def test_the_file_is_downloaded_by_who_reads(self, console: Reader, child: str) -> None:
        reader = console(Role.VIEWER)
        (link,) = [part for part in reader.page(child).split('"') if part.endswith("/file")]
        answer = reader.get(link)
        assert answer.status_code == 200
        assert answer.content.startswith(b"calls,sex,left")

    def test_an_unknown_one_is_not_found(self, console: Reader, world: World) -> None:
        assert console(Role.VIEWER).get("/datasets/nothing/000000000000").status_code == 404

    def test_a_newer_version_is_told(self, console: Reader, world: World, clock: FakeClock) -> None:
        clock.advance(minutes=1)
        name = Subject.parse(world.train).name
        made = done(
            world.api.by(Role.DATA_SCIENTIST).post(
                f"/datasets/{name}/versions",
                data={"about": json.dumps(ABOUT)},
                files={"file": ("rows.csv", b"calls,sex,left\n1,f,1\n2,m,0\n", "text/csv")},
            ),
            201,
        )
        page = console(Role.VIEWER).page(address(world.train))
        assert "there is a newer version of this dataset" in page
        assert f'href="{address(made["subject"])}"' in page
        assert "a newer version" not in console(Role.VIEWER).page(address(made["subject"]))


class TestVerify:
    def test_a_sound_file_is_told_so(self, console: Reader, child: str, written: Written) -> None:
        reader = console(Role.VIEWER)
        before = written()["head"]
        answer = reader.post(f"{child}/verify")
        assert answer.status_code == 303
        assert "as+it+was+registered" in answer.headers["location"]
        assert written()["head"] == before

    def test_a_file_that_changed_is_named(
        self, console: Reader, installation: Installation, child: str
    ) -> None:
        told: Any = console(Role.VIEWER).json(child)
        damage(installation, told["version"]["content"]["digest"])
        answer = console(Role.VIEWER).post(f"{child}/verify")
        assert answer.status_code == 409
        assert "changed after it was fixed" in answer.text

    def test_a_form_of_another_site_is_refused(self, console: Reader, child: str) -> None:
        assert console(Role.VIEWER).http.post(f"{child}/verify").status_code == 403


class TestMeasure:
    def test_what_the_server_counted_stands_beside_the_columns(
        self, console: Reader, child: str
    ) -> None:
        reader = console(Role.ML_ENGINEER)
        assert "Measure it" in reader.page(child)
        assert reader.post(f"{child}/measure").status_code == 303
        told: Any = reader.json(child)
        calls = told["columns"][0]
        assert (calls["missing"], calls["out"]) == (1, 1)
        assert {one["reproduced"] for one in told["evidence"]} == {True}
        page = reader.page(child)
        assert "33.3 %" in page
        assert "1 outside" in page
        assert "Measure again" in page

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.PRODUCT_MANAGER])
    def test_who_may_not_sees_no_button_and_is_refused(
        self, console: Reader, child: str, role: Role, written: Written
    ) -> None:
        reader = console(role)
        assert "/measure" not in reader.page(child)
        before = written()["head"]
        assert reader.post(f"{child}/measure").status_code == 403
        assert written()["head"] == before


class TestPrivateStatistics:
    def test_without_a_budget_says_who_can_set_one(self, console: Reader, world: World) -> None:
        page = console(Role.VIEWER).page(address(world.train))
        assert "gonogo dataset budget train" in page

    def test_budget_as_a_bar_and_releases_with_their_intervals(
        self, console: Reader, world: World
    ) -> None:
        found = Subject.parse(world.train)
        budget = {"epsilon": 1, "rationale": "<b>board</b>"}
        officer = world.api.by(Role.RISK_OFFICER)
        done(officer.put("/datasets/train/privacy", json=budget), 200)
        path = f"/datasets/train/versions/{found.version}/statistics"
        asked = {"statistic": "histogram", "column": "sex", "categories": ["f", "<m>"]}
        done(officer.post(path, json={**asked, "epsilon": 0.25}), 201)
        page = console(Role.VIEWER).page(address(world.train))
        assert "25 %" in page
        assert "&lt;b&gt;board&lt;/b&gt;" in page
        assert "histogram of sex" in page
        assert "&lt;m&gt;" in page
        assert "<m>" not in page


class TestRules:
    RULES = "rules: train\nrows: [{at_least: 100, reason: 'fewer <say> nothing'}]"

    def propose(self, world: World, text: str = RULES) -> None:
        client = world.api.by(Role.DATA_SCIENTIST)
        done(client.post("/datasets/train/rules", json={"text": text}), 201)

    def test_a_proposal_is_shown_and_accepted_by_another(
        self, world: World, console: Reader
    ) -> None:
        here = address(world.train)
        engineer = console(Role.ML_ENGINEER)
        assert "No rules are in force" in engineer.page(here)
        self.propose(world)
        page = engineer.page(here)
        assert "Proposal 1" in page
        assert "fewer &lt;say&gt; nothing" in page
        answer = engineer.post(f"{here}/rules/1/answer", {"answer": "accept"})
        assert answer.status_code == 303
        page = engineer.page(here)
        assert "there are at least 100 rows" in page
        assert "has not been held to these rules yet" in page
        engineer.post(f"{here}/measure", {})
        page = engineer.page(here)
        assert "<strong>1 of 1 rules</strong> is violated" in page

    def test_what_a_version_keeps_is_proposed_and_not_accepted_by_the_same(
        self, world: World, console: Reader
    ) -> None:
        rows = "calls,sex,left\n" + "\n".join(f"{n % 7},{'fm'[n % 2]},{n % 2}" for n in range(40))
        made = done(
            world.api.by(Role.DATA_SCIENTIST).post(
                "/datasets/many-calls/versions",
                data={"about": json.dumps(ABOUT)},
                files={"file": ("rows.csv", rows.encode(), "text/csv")},
            ),
            201,
        )
        here, engineer = address(made["subject"]), console(Role.ML_ENGINEER)
        assert engineer.post(f"{here}/rules").status_code == 303
        page = engineer.page(here)
        assert "Take back" in page
        assert 'value="accept"' not in page
        assert "at_least: 0" in page
        refused = engineer.post(f"{here}/rules/1/answer", {"answer": "accept"})
        assert refused.status_code == 403

    def test_a_viewer_reads_and_answers_nothing(self, world: World, console: Reader) -> None:
        self.propose(world)
        here = address(world.train)
        viewer = console(Role.VIEWER)
        page = viewer.page(here)
        assert "not by who proposed it" in page
        assert 'value="accept"' not in page
        refused = viewer.post(f"{here}/rules/1/answer", {"answer": "accept"})
        assert refused.status_code == 403

    def test_declined_it_needs_a_reason(self, world: World, console: Reader) -> None:
        self.propose(world)
        here = address(world.train)
        engineer = console(Role.ML_ENGINEER)
        refused = engineer.post(f"{here}/rules/1/answer", {"answer": "decline"})
        assert refused.status_code == 422
        said = {"answer": "decline", "reason": "too strict"}
        assert engineer.post(f"{here}/rules/1/answer", said).status_code == 303
        assert "Proposal 1" not in engineer.page(here)

    def test_too_few_rows_propose_nothing(self, world: World, console: Reader) -> None:
        refused = console(Role.ML_ENGINEER).post(f"{address(world.train)}/rules", {})
        assert refused.status_code == 422
        assert "20 rows" in refused.text


class TestEditRules:
    TEXT = "rules: train\ncolumns:\n  calls:\n    - {at_least: 0, reason: 'counts <say> so'}\n"

    def proposed(self, world: World) -> str:
        client = world.api.by(Role.DATA_SCIENTIST)
        done(client.post("/datasets/train/rules", json={"text": self.TEXT}), 201)
        return f"{address(world.train)}/rules"

    def test_the_text_that_was_proposed_is_in_the_box(self, world: World, console: Reader) -> None:
        here = self.proposed(world)
        engineer = console(Role.ML_ENGINEER)
        assert f'href="{here}/1/edit"' in engineer.page(address(world.train))
        page = engineer.page(f"{here}/1/edit")
        assert "counts &lt;say&gt; so" in page
        assert "Proposal 1 is declined with it" in page

    def test_what_is_wrong_is_named_by_field_and_line(self, world: World, console: Reader) -> None:
        """And what was written stays in the box."""
        here = self.proposed(world)
        wrong = self.TEXT.replace("at_least", "at_lest")
        for verb in ("check", "edit"):
            answer = console(Role.ML_ENGINEER).post(f"{here}/1/{verb}", {"text": wrong})
            assert answer.status_code == 422
            assert 'class="wrong" id="wrong-line"><span class="away">line 4' in answer.text
            assert "did you mean at_least?" in answer.text
            assert answer.text.count("at_lest: 0") == 2
        listed = done(world.api.by(Role.VIEWER).get("/datasets/train/rules"))["items"]
        assert len(listed) == 1

    def test_a_check_proposes_nothing_and_says_what_is_asked(
        self, world: World, console: Reader
    ) -> None:
        here = self.proposed(world)
        answer = console(Role.VIEWER).post(f"{here}/1/check", {"text": self.TEXT})
        assert answer.status_code == 200
        assert "This text is right: 1 rule." in answer.text
        assert "Proposing it takes the role" in answer.text

    def test_an_edit_takes_the_place_of_the_proposal(self, world: World, console: Reader) -> None:
        """The wording that was proposed stays in the ledger; who edited it cannot accept it."""
        here = self.proposed(world)
        engineer = console(Role.ML_ENGINEER)
        text = self.TEXT.replace("at_least: 0", "at_least: 1").replace("\n", "\r\n")
        assert engineer.post(f"{here}/1/edit", {"text": text}).status_code == 303
        two, one = done(world.api.by(Role.VIEWER).get("/datasets/train/rules"))["items"]
        assert (one["state"], one["reason"]) == ("declined", "Replaced by proposal 2.")
        assert (two["state"], two["text"]) == ("proposed", text.replace("\r\n", "\n"))
        refused = engineer.post(f"{here}/2/answer", {"answer": "accept"})
        assert refused.status_code == 403
        again = engineer.post(f"{here}/1/edit", {"text": self.TEXT})
        assert again.status_code == 409
        assert "it was declined" in again.text
        assert engineer.get(f"{here}/1/edit").status_code == 409

    def test_rules_may_be_written_anew(self, world: World, console: Reader) -> None:
        here = f"{address(world.train)}/rules"
        engineer = console(Role.ML_ENGINEER)
        assert "rules: train" in engineer.page(f"{here}/0/edit")
        assert engineer.post(f"{here}/0/edit", {"text": self.TEXT}).status_code == 303
        assert "Proposal 1" in engineer.page(address(world.train))

    def test_who_may_not_propose_is_refused(self, world: World, console: Reader) -> None:
        here = self.proposed(world)
        answer = console(Role.VIEWER).post(f"{here}/1/edit", {"text": self.TEXT + "# more\n"})
        assert answer.status_code == 403

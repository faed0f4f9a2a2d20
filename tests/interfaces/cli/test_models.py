"""Models on the command line."""

from datetime import timedelta
from pathlib import Path

from gonogo.core.times import moment
from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo


class TestShow:
    def test_a_version_and_its_list(self, gonogo: Gonogo, approver: Approver) -> None:
        told = gonogo("model", "show", "loan-approver@1", "--json").json
        assert told["subject"] == approver.version.subject
        assert gonogo("model", "versions", "loan-approver", "--json").json == [told]
        assert "loan-approver" in gonogo("model", "list").out
        assert "gonogo model card loan-approver@1" in gonogo("model", "show", "loan-approver@1").out

    def test_one_there_is_not_and_one_that_is_no_name(self, gonogo: Gonogo) -> None:
        assert gonogo("model", "show", "nobodys@1").code == 5
        assert gonogo("model", "show", "nobodys").code == 2


class TestCard:
    def test_is_written_and_shown(self, gonogo: Gonogo, approver: Approver, tmp_path: Path) -> None:
        card = tmp_path / "card.yaml"
        card.write_text("intended_use: tests\nlimits: simulated loans\n")
        written = gonogo("model", "card", "loan-approver@1", "--file", str(card), "--json")
        assert written.json == {"intended_use": "tests", "limits": "simulated loans"}
        assert gonogo("model", "card", "loan-approver@1", "--json").json == written.json
        assert "simulated loans" in gonogo("model", "card", "loan-approver@1").out


class TestVerify:
    def test_files_are_what_was_sealed(self, gonogo: Gonogo, approver: Approver) -> None:
        found = gonogo("model", "verify", "loan-approver@1", "--json")
        assert (found.code, found.json["subject"]) == (0, "model:loan-approver@1")


class TestAdopt:
    def test_a_sealed_version_again_changes_nothing(
        self, gonogo: Gonogo, approver: Approver
    ) -> None:
        head = gonogo("ledger", "list", "--limit", "1", "--json").json
        again = gonogo(
            *("model", "adopt", "loan-approver", "1", "loan-approval"),
            *("--data", approver.train.subject, "--evaluation", approver.test.subject, "--json"),
        )
        assert again.code in {0, 4}
        assert gonogo("ledger", "list", "--limit", "1", "--json").json == head

    def test_a_version_that_the_registry_has_not(self, gonogo: Gonogo, approver: Approver) -> None:
        assert gonogo("model", "adopt", "loan-approver", "99", "loan-approval").code == 5


class TestAt:
    def test_nothing_was_champion_before_it_was_made(
        self, gonogo: Gonogo, approver: Approver
    ) -> None:
        before = moment(approver.version.read().registered_at) - timedelta(days=1)
        found = gonogo("model", "at", "loan-approver", before.isoformat(), "--json").json
        assert (found["version"], found["decision"]) == (None, None)
        shown = gonogo("model", "at", "loan-approver", "2020-11-01T12:00").out
        assert "champion  none" in shown

    def test_a_time_that_is_none(self, gonogo: Gonogo, approver: Approver) -> None:
        wrong = gonogo("model", "at", "loan-approver", "yesterday")
        assert wrong.code == 2
        assert "time is 'yesterday'" in wrong.err


class TestRubric:
    def test_is_stated_shown_and_kept(self, gonogo: Gonogo, approver: Approver) -> None:
        stated = gonogo(
            *("model", "state-test", "loan-approver@1", "infra-7", "manual"),
            *("--reference", "run book, section 3", "--json"),
        )
        assert stated.json["subject"] == "model:loan-approver@1"
        shown = gonogo("model", "test-score", "loan-approver@1").out
        assert "stated: run book, section 3" in shown
        assert "monitoring" in shown
        kept = gonogo("model", "test-score", "loan-approver@1", "--record", "--json").json
        # Others measured this version before, or not: the weakest section is the score either way.
        points = kept["points"]
        sums = dict.fromkeys(kept["sections"], 0.0)
        for point in points:
            sums[point["section"]] += point["score"]
        assert (len(points), sums) == (28, kept["sections"])
        assert kept["score"] == min(sums.values())
        assert next(each for each in points if each["id"] == "infra-7")["score"] == 0.5
        entry = gonogo("evidence", "show", kept["entry"], "--json").json
        assert entry["check"] == "engineering.ml_test_score"

    def test_a_point_without_reference_and_one_there_is_not(
        self, gonogo: Gonogo, approver: Approver
    ) -> None:
        assert gonogo("model", "state-test", "loan-approver@1", "infra-7", "manual").code == 2
        assert gonogo("model", "state-test", "loan-approver@1", "infra-9", "none").code == 2
        assert gonogo("model", "test-score", "loan-approver@9").code == 5


class TestSame:
    def test_by_the_evidence_of_both(self, gonogo: Gonogo, approver: Approver) -> None:
        subject = approver.version.subject
        gonogo("evidence", "measure", subject, "--check", "performance.roc_auc")
        both = ("model", "same", "loan-approver@1", "loan-approver@1")
        found = gonogo(*both, "--margin", "0.5", "--json")
        assert found.code == 0
        assert found.json[0]["with"]["against"] == subject
        assert found.json[0]["measured"]["value"] == 0
        assert gonogo(*both, "--margin", "0.0001").code == 1
        assert gonogo(*both, "--margin", "0").code == 2

"""Evidence on the command line: recorded, listed, measured by the server or here."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gonogo.checks.streamed import large
from gonogo.core.roles import Role
from tests.fixtures.loans import FEATURES, Approver, loans
from tests.interfaces.cli.conftest import Gonogo

MODEL = "model:loan-approver@1"
IDENTIFIERS = ("dataset:test@0123456789ab", "--check", "data.identifier_columns")
AUC: dict[str, Any] = {
    "subject": MODEL,
    "check": "performance.roc_auc",
    "with": {"level": 0.9},
    "measured": {
        "value": 0.712345678901234,
        "low": 0.66,
        "high": 0.76,
        "level": 0.9,
        "n": 300,
        "unit": "auc",
        "method": "DeLong",
    },
}

pytestmark = pytest.mark.usefixtures("approver")


@pytest.fixture
def stored(approver: Approver, tmp_path: Path) -> Path:
    """The model as a skops file."""
    import skops.io

    path = tmp_path / "model.skops"
    skops.io.dump(approver.model, path)
    return path


class TestImport:
    def test_a_report_is_counted_by_severity(self, gonogo: Gonogo, tmp_path: Path) -> None:
        vulns = [{"id": "PYSEC-2019-179", "fix_versions": ["1.0"]}]
        report = {"dependencies": [{"name": "flask", "version": "0.5", "vulns": vulns}]}
        file = tmp_path / "audit.json"
        file.write_text(json.dumps(report))
        asked = ("--format", "pip-audit", "--subject", MODEL)
        found = gonogo("evidence", "import", str(file), *asked, "--json").json
        assert {one["with"]["severity"] for one in found} == {"low", "medium", "high", "critical"}
        assert {one["measured"]["value"] for one in found} == {1.0}
        assert not any(one["reproduced"] for one in found)
        assert found[0]["detail"]["findings"][0]["place"] == "flask 0.5"

    @pytest.mark.parametrize(
        ("content", "kind", "code", "named"),
        [
            ("{}", "sarif", 2, "report.version"),
            ("{}", "xml", 2, "format"),
            ("{", "cyclonedx", 2, "report"),
            (None, "sarif", 5, "file"),
        ],
    )
    def test_what_is_no_such_report_is_refused(
        self,
        gonogo: Gonogo,
        tmp_path: Path,
        content: str | None,
        kind: str,
        code: int,
        named: str,
    ) -> None:
        file = tmp_path / "report.json"
        if content is not None:
            file.write_text(content)
        asked = ("--format", kind, "--subject", MODEL)
        told = gonogo("evidence", "import", str(file), *asked)
        assert told.code == code
        assert named in told.err


class TestRecord:
    def test_numbers_are_exact_in_json_and_rounded_in_the_table(
        self, gonogo: Gonogo, tmp_path: Path
    ) -> None:
        file = tmp_path / "measured.json"
        file.write_text(json.dumps({"evidence": [AUC]}))
        made = gonogo("evidence", "record", str(file), "--json").json
        position = made["entries"][0]["position"]
        shown = gonogo("evidence", "show", str(position), "--json").json
        assert shown["measured"]["value"] == 0.712345678901234
        assert shown["reproduced"] is False
        listed = gonogo("evidence", "list", MODEL, "--check", "performance.roc_auc")
        assert "0.7123 [0.66, 0.76] auc" in listed.out

    @pytest.mark.parametrize(
        ("change", "code", "named"),
        [
            ({"subject": "model:nobodys@1"}, 5, "nobodys"),
            ({"check": "performance.guess"}, 2, "check"),
            ({"measured": AUC["measured"] | {"low": 0.8}}, 2, "low"),
            ({"measured": AUC["measured"] | {"value": float("nan")}}, 2, "value"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_written(
        self, gonogo: Gonogo, tmp_path: Path, change: dict[str, Any], code: int, named: str
    ) -> None:
        file = tmp_path / "measured.json"
        file.write_text(json.dumps([AUC, AUC | change]))
        before = gonogo("ledger", "list", "--limit", "1", "--json").json
        wrong = gonogo("evidence", "record", str(file))
        assert (wrong.code, wrong.out) == (code, "")
        assert named in wrong.err
        assert gonogo("ledger", "list", "--limit", "1", "--json").json == before

    def test_a_file_that_is_no_evidence(self, gonogo: Gonogo, tmp_path: Path) -> None:
        file = tmp_path / "measured.json"
        file.write_text("{}")
        assert gonogo("evidence", "record", str(file)).code == 2


class TestMeasure:
    def test_the_server_measures_what_it_keeps(self, gonogo: Gonogo) -> None:
        found = gonogo("evidence", "measure", MODEL, "--check", "performance.roc_auc", "--json")
        assert found.code == 0
        assert {(one["check"], one["reproduced"]) for one in found.json} == {
            ("performance.roc_auc", True)
        }

    def test_the_server_asks_the_model_by_name_with_parameters(self, gonogo: Gonogo) -> None:
        asked = ("--check", "robustness.noise", "--with", "amount=0.5")
        found = gonogo("evidence", "measure", MODEL, *asked, "--json").json
        assert [(one["check"], one["with"]["amount"]) for one in found] == [
            ("robustness.noise", 0.5)
        ]

    def test_here_it_is_reported_and_the_numbers_are_the_same(
        self, gonogo: Gonogo, approver: Approver, stored: Path, tmp_path: Path
    ) -> None:
        file = tmp_path / "test.parquet"
        assert (
            gonogo(
                "dataset", "download", approver.test.subject.removeprefix("dataset:"), str(file)
            ).code
            == 0
        )
        checks = ("--check", "performance.roc_auc", "--check", "fairness.selection_rate_ratio")
        mine = gonogo(
            *("evidence", "measure", MODEL, *checks, "--model", str(stored), "--file", str(file)),
            *("--data", approver.test.subject, "--json"),
        ).json
        servers = gonogo("evidence", "measure", MODEL, *checks, "--json").json
        key = lambda one: (one["check"], one["with"].get("group", ""))  # noqa: E731  # twice below
        assert {one["reproduced"] for one in mine} == {False}
        assert {one["data"] for one in mine} == {approver.test.subject}
        assert [one["measured"] for one in sorted(mine, key=key)] == [
            one["measured"] for one in sorted(servers, key=key)
        ]

    def test_membership_is_measured_with_the_registered_training_rows(
        self, gonogo: Gonogo, approver: Approver, stored: Path
    ) -> None:
        """By the server and from files here, with the same numbers."""
        asked = ("evidence", "measure", MODEL, "--check", "privacy.membership_advantage")
        (servers,) = gonogo(*asked, "--json").json
        here = ("--model", str(stored), "--data", approver.test.subject)
        (mine,) = gonogo(*asked, *here, "--json").json
        assert servers["reproduced"] is True
        assert mine["measured"] == servers["measured"]
        assert servers["measured"]["n"] == 700
        assert servers["detail"]["train"]["n"] == 400

    def test_mitigation_is_trained_on_the_registered_training_rows(
        self, gonogo: Gonogo, approver: Approver, stored: Path
    ) -> None:
        """By the server and from files here, with the same numbers."""
        asked = ("evidence", "measure", MODEL, "--check", "fairness.mitigation_cost")
        with_group = (*asked, "--with", "group=race")
        (servers,) = gonogo(*with_group, "--json").json
        here = ("--model", str(stored), "--data", approver.test.subject)
        (mine,) = gonogo(*with_group, *here, "--json").json
        assert servers["reproduced"] is True
        assert mine["measured"] == servers["measured"]
        assert servers["with"]["group"] == "race"
        assert servers["detail"]["trained_on"] == 400

    @pytest.fixture
    def scored(self, approver: Approver, tmp_path: Path) -> Path:
        """The test rows with the scores of the model."""
        rows = approver.test.frame()
        rows["said"] = approver.model.predict_proba(rows[FEATURES])[:, 1]
        path = tmp_path / "scored.parquet"
        rows.to_parquet(path)
        return path

    def test_a_scored_table_gives_the_numbers_of_its_rows(
        self, gonogo: Gonogo, approver: Approver, scored: Path
    ) -> None:
        checks = ("performance.roc_auc", "performance.recall", "fairness.selection_rate_ratio")
        asked = ("evidence", "measure", MODEL, *(f"--check={check}" for check in checks))
        passing = ("--scored", str(scored), "--score", "said", "--data", approver.test.subject)
        mine = gonogo(*asked, *passing, "--json").json
        servers = gonogo(*asked, "--json").json
        assert {one["reproduced"] for one in mine} == {False}
        assert {one["data"] for one in mine} == {approver.test.subject}
        held = {(one["check"], str(one["with"])): one["measured"] for one in servers}
        assert len(mine) == len(held)
        for one in mine:
            other = held[one["check"], str(one["with"])]
            for end in ("value", "low", "high"):
                assert one["measured"][end] == pytest.approx(other[end], rel=1e-12)

    @pytest.mark.parametrize(
        ("said", "named"),
        [
            (("--score", "said"), "--label"),
            (("--label", "approve"), "--score"),
            (("--label", "approve", "--score", "nothing"), "score"),
            (("--label", "approve", "--score", "said", "--file", "x.csv"), "--file"),
            (("--label", "approve", "--score", "said", "--check", "performance.pr_auc"), "check"),
        ],
    )
    def test_a_scored_table_needs_its_columns_said(
        self, gonogo: Gonogo, scored: Path, said: tuple[str, ...], named: str
    ) -> None:
        refused = gonogo("evidence", "measure", MODEL, "--scored", str(scored), *said)
        assert refused.code == 2
        assert named in refused.err

    def test_rows_that_are_not_the_version_s_are_refused(
        self, gonogo: Gonogo, approver: Approver, stored: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "other.csv"
        loans(300, 99).to_csv(other, index=False)
        refused = gonogo(
            *("evidence", "measure", MODEL, "--model", str(stored), "--file", str(other)),
            *("--data", approver.test.subject),
        )
        assert refused.code == 4
        assert approver.test.subject in refused.err

    def test_rows_of_nobody_s_dataset_need_a_label(
        self, gonogo: Gonogo, stored: Path, tmp_path: Path
    ) -> None:
        rows = tmp_path / "rows.csv"
        loans(80, 5)[[*FEATURES, "approve"]].to_csv(rows, index=False)
        asked = ("evidence", "measure", MODEL, "--model", str(stored), "--file", str(rows))
        assert "label" in gonogo(*asked).err
        found = gonogo(*asked, "--label", "approve", "--check", "performance.brier", "--json")
        assert [one["data"] for one in found.json] == [None]

    def test_a_dataset_by_the_server_and_from_its_file(
        self, gonogo: Gonogo, approver: Approver, tmp_path: Path
    ) -> None:
        about, check = approver.test.subject, ("--check", "data.missing_share")
        servers = gonogo("evidence", "measure", about, *check, "--json").json
        file = tmp_path / "copy"
        gonogo("dataset", "download", about.removeprefix("dataset:"), str(file))
        mine = gonogo("evidence", "measure", about, *check, "--file", str(file), "--json").json
        assert [one["measured"] for one in mine] == [one["measured"] for one in servers]
        assert (servers[0]["reproduced"], mine[0]["reproduced"]) == (True, False)

    def test_a_scored_table_that_is_not_there_is_not_found(
        self, gonogo: Gonogo, tmp_path: Path
    ) -> None:
        said = ("--scored", str(tmp_path / "none.parquet"), "--label", "y", "--score", "p")
        refused = gonogo("evidence", "measure", MODEL, *said)
        assert refused.code == 5
        assert "scored" in refused.err

    def test_a_large_dataset_is_measured_as_its_file_passes(
        self,
        gonogo: Gonogo,
        approver: Approver,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        about, file = approver.test.subject, tmp_path / "copy"
        gonogo("dataset", "download", about.removeprefix("dataset:"), str(file))
        asked = ("evidence", "measure", about, "--file", str(file), "--json")
        held = gonogo(*asked).json
        monkeypatch.setattr(large, "LARGE", 1)
        passed = gonogo(*asked).json
        assert [(one["check"], one["measured"], one["detail"]) for one in passed] == [
            (one["check"], one["measured"], one["detail"]) for one in held
        ]

    def test_a_dataset_by_a_check_of_its_own_with_parameters(
        self, gonogo: Gonogo, approver: Approver, tmp_path: Path
    ) -> None:
        about = approver.test.subject
        asked = ("evidence", "measure", about, "--check", "data.identifier_columns")
        (found,) = gonogo(*asked, "--with", "distinct=0.5", "--json").json
        assert (found["with"], found["reproduced"]) == ({"distinct": 0.5}, True)
        file = tmp_path / "copy"
        gonogo("dataset", "download", about.removeprefix("dataset:"), str(file))
        (mine,) = gonogo(*asked, "--with", "distinct=0.5", "--file", str(file), "--json").json
        assert (mine["measured"], mine["reproduced"]) == (found["measured"], False)

    def test_a_level_is_taken_where_it_has_a_say(self, gonogo: Gonogo, approver: Approver) -> None:
        asked = ("evidence", "measure", approver.test.subject, "--level", "0.9", "--json")
        (found,) = gonogo(*asked, "--check", "data.single_feature_auc").json
        assert found["with"]["level"] == 0.9
        assert gonogo(*asked, "--check", "data.missing_share").json[0]["with"] == {}

    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            (("dataset:test@0123456789ab", "--with", "distinct=0.5"), "--check"),
            (
                (*IDENTIFIERS, "--with", "x=1"),
                "distinct",
            ),
            (
                (
                    "dataset:a@0123456789ab",
                    "--check",
                    "data.identifier_columns",
                    "--with",
                    "distinct=x",
                ),
                "--with distinct",
            ),
            ((MODEL, "--with", "distinct=0.5"), "--with"),
            ((MODEL, "--check", "data.missing_share"), "about a model version"),
            ((MODEL, "--check", "performance.guess"), "performance.guess"),
            ((MODEL, "--file", "rows.csv"), "--file"),
            (("case:loan-approval",), "model:NAME@NUMBER"),
            (("model:loan-approver",), "model:NAME@NUMBER"),
            (("dataset:test@0123456789ab", "--model", "x"), "--model"),
        ],
    )
    def test_what_does_not_fit_is_wrong_input(
        self, gonogo: Gonogo, arguments: tuple[str, ...], named: str
    ) -> None:
        wrong = gonogo("evidence", "measure", *arguments)
        assert (wrong.code, wrong.out) == (2, "")
        assert named in wrong.err

    def test_a_model_that_is_a_pickle_is_refused(
        self, gonogo: Gonogo, approver: Approver, tmp_path: Path
    ) -> None:
        bad = tmp_path / "model.pkl"
        bad.write_bytes(b"\x80\x04K\x01.")
        refused = gonogo(
            *("evidence", "measure", MODEL, "--model", str(bad), "--data", approver.test.subject)
        )
        assert refused.code == 2

    def test_not_by_who_may_not(self, gonogo: Gonogo) -> None:
        assert gonogo("evidence", "measure", MODEL, role=Role.PRODUCT_MANAGER).code == 3


class TestRepo:
    def test_a_checkout_becomes_evidence(
        self, gonogo: Gonogo, approver: Approver, tmp_path: Path
    ) -> None:
        folder = tmp_path / "checkout"
        folder.mkdir()
        (folder / "test_a.py").write_text("def test_one(): ...\n")
        (folder / "coverage.xml").write_text("<coverage/>")
        lint = tmp_path / "ruff.json"
        lint.write_text("[]")
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        for command in (("init", "--quiet"), ("add", "-A"), ("commit", "--quiet", "-m", "x")):
            subprocess.run(["git", "-C", str(folder), *who, *command], check=True)
        subject = approver.version.subject
        told = gonogo("evidence", "repo", subject, str(folder), "--lint", str(lint), "--json").json
        assert {one["check"]: one["measured"].get("value") for one in told} == {
            "engineering.test_count": 1,
            "engineering.reviewed_changes": 0,
            "engineering.line_coverage": None,
            "engineering.lint_findings": 0,
        }
        assert all(one["code"].startswith("git:") for one in told)

    def test_what_is_no_checkout(self, gonogo: Gonogo, approver: Approver, tmp_path: Path) -> None:
        assert gonogo("evidence", "repo", approver.version.subject, str(tmp_path)).code == 5

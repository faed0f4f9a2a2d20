"""Datasets on the command line."""

import hashlib
from pathlib import Path

import pytest

from gonogo.core.roles import Role
from tests.fixtures.loans import Approver, loans
from tests.interfaces.cli.conftest import Gonogo

SAID = (
    *("--licence", "CC0-1.0", "--sensitivity", "internal", "--owner-role", "data-scientist"),
    *("--label", "approve", "--protected", "race", "--protected", "sex"),
)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """A file of loans."""
    path = tmp_path / "loans.csv"
    loans(50, 3).to_csv(path, index=False)
    return path


@pytest.fixture
def version(gonogo: Gonogo, csv: Path) -> str:
    """That file, registered: its NAME@VERSION."""
    made = gonogo("dataset", "register", "cli-loans", str(csv), *SAID, "--json").json
    return str(made["subject"]).removeprefix("dataset:")


class TestRegister:
    def test_is_named_by_its_content(self, gonogo: Gonogo, version: str, csv: Path) -> None:
        digest = hashlib.sha256(csv.read_bytes()).hexdigest()
        assert version == f"cli-loans@{digest[:12]}"
        shown = gonogo("dataset", "show", version, "--json").json
        assert (shown["rows"], shown["protected"], shown["label"]) == (
            50,
            ["race", "sex"],
            "approve",
        )

    def test_a_ragged_file_is_told_by_line(self, gonogo: Gonogo, tmp_path: Path) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_text("a,approve\n1,0\n1,0,7\n")
        wrong = gonogo("dataset", "register", "bad", str(bad), *SAID[:6])
        assert (wrong.code, wrong.out) == (2, "")
        assert "line 3 has 3 values" in wrong.err
        assert gonogo("dataset", "list", "bad").code == 5

    def test_a_file_that_is_not_there(self, gonogo: Gonogo, tmp_path: Path) -> None:
        assert gonogo("dataset", "register", "x", str(tmp_path / "no.csv"), *SAID).code == 5

    def test_not_by_a_product_manager(self, gonogo: Gonogo, csv: Path) -> None:
        refused = gonogo("dataset", "register", "x", str(csv), *SAID, role=Role.PRODUCT_MANAGER)
        assert refused.code == 3


class TestList:
    def test_datasets_then_versions_of_one(self, gonogo: Gonogo, version: str) -> None:
        assert "cli-loans" in gonogo("dataset", "list").out
        listed = gonogo("dataset", "list", "cli-loans", "--json").json
        assert [one["version"] for one in listed] == [version.partition("@")[2]]


class TestDownload:
    def test_byte_for_byte_and_over_nothing(
        self, gonogo: Gonogo, version: str, csv: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "copy.csv"
        assert gonogo("dataset", "download", version, str(target)).code == 0
        assert target.read_bytes() == csv.read_bytes()
        assert gonogo("dataset", "download", version, str(target)).code == 4


class TestVerifyAndMeasure:
    def test_the_server_hashes_and_measures_it(
        self, gonogo: Gonogo, version: str, approver: Approver
    ) -> None:
        assert gonogo("dataset", "verify", version).code == 0
        found = gonogo(
            "dataset", "measure", version, "--reference", approver.train.subject, "--json"
        ).json
        assert {one["reproduced"] for one in found} == {True}
        assert "data.train_test_overlap" in {one["check"] for one in found}


class TestDatasheet:
    def test_is_printed_blank_recorded_and_shown(
        self, gonogo: Gonogo, approver: Approver, tmp_path: Path
    ) -> None:
        blank = gonogo("dataset", "datasheet", "--template").out
        filled = tmp_path / "datasheet.yaml"
        filled.write_text(blank.replace("purpose: TBD", "purpose: whom to lend to"))
        version = approver.train.subject
        told = gonogo("dataset", "datasheet", version, "--file", str(filled), "--json").json
        assert told[0]["check"] == "engineering.datasheet_completeness"
        assert 0 < told[0]["measured"]["value"] < 0.1
        assert "whom to lend to" in gonogo("dataset", "datasheet", version).out
        shown = gonogo("dataset", "datasheet", version, "--json").json
        assert shown["purpose"] == "whom to lend to"

    def test_what_is_none_is_refused(
        self, gonogo: Gonogo, approver: Approver, tmp_path: Path
    ) -> None:
        assert gonogo("dataset", "datasheet").code == 2
        wrong = tmp_path / "wrong.yaml"
        for text in ("- a\n", "colour: red\n"):
            wrong.write_text(text)
            version = approver.train.subject
            assert gonogo("dataset", "datasheet", version, "--file", str(wrong)).code == 2

"""Hypotheses on the command line."""

import json
from pathlib import Path

import pytest
import yaml

from tests.fixtures.loans import HYPOTHESIS, Approver
from tests.interfaces.cli.conftest import Gonogo

pytestmark = pytest.mark.usefixtures("approver")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A hypothesis in a file."""
    path = tmp_path / "claim.yaml"
    path.write_text(yaml.safe_dump(HYPOTHESIS))
    return path


class TestRegister:
    def test_registers_what_the_file_says(self, gonogo: Gonogo, file: Path) -> None:
        made = gonogo("hypothesis", "register", "loan-approval/one", str(file), "--json")
        assert (made.code, made.json["state"]) == (0, "open")
        shown = gonogo("hypothesis", "show", "loan-approval/one", "--json")
        assert shown.json == made.json
        assert gonogo("hypothesis", "register", "loan-approval/one", str(file)).code == 4

    def test_an_unknown_use_case(self, gonogo: Gonogo, file: Path) -> None:
        missing = gonogo("hypothesis", "register", "nobodys/one", str(file))
        assert missing.code == 5
        assert "nobodys" in missing.err

    def test_a_name_without_its_use_case(self, gonogo: Gonogo, file: Path) -> None:
        wrong = gonogo("hypothesis", "register", "one", str(file))
        assert wrong.code == 2
        assert "expected CASE/NAME" in wrong.err


class TestSettle:
    def test_without_evidence_it_is_refused(self, gonogo: Gonogo, file: Path) -> None:
        gonogo("hypothesis", "register", "loan-approval/unmeasured", str(file))
        refused = gonogo("hypothesis", "settle", "loan-approval/unmeasured", "--learned", "x")
        assert refused.code == 4


class TestAbandonAndNegative:
    def test_abandoned_ones_say_why_and_are_no_negative_results(
        self, gonogo: Gonogo, file: Path, approver: Approver
    ) -> None:
        gonogo("hypothesis", "register", "loan-approval/given-up", str(file))
        said = ("--reason", "no data to be had")
        gone = gonogo("hypothesis", "abandon", "loan-approval/given-up", *said)
        assert "abandoned" in gone.out
        abandoned = gonogo("hypothesis", "list", "--state", "abandoned", "--json").json
        assert [one["slug"] for one in abandoned] == ["given-up"]
        assert gonogo("hypothesis", "negative", "--json").json == []

    def test_a_refuted_one_is_among_the_negative_results(
        self, gonogo: Gonogo, file: Path, tmp_path: Path
    ) -> None:
        gonogo("hypothesis", "register", "loan-approval/refuted", str(file))
        measured = {
            "value": 0.5,
            "low": 0.45,
            "high": 0.55,
            "level": 0.95,
            "n": 400,
            "unit": "auc",
            "method": "test",
        }
        evidence = {
            "subject": "hypothesis:loan-approval/refuted",
            "check": "performance.roc_auc",
            "measured": measured,
        }
        record = tmp_path / "evidence.json"
        record.write_text(json.dumps([evidence]))
        gonogo("evidence", "record", str(record))
        settled = gonogo("hypothesis", "settle", "loan-approval/refuted", "--learned", "no better")
        assert (settled.code, settled.out.splitlines()[0]) == (0, "loan-approval/refuted: refuted")
        negative = gonogo("hypothesis", "negative", "--case", "loan-approval", "--json").json
        assert [(one["slug"], one["learned"]) for one in negative] == [("refuted", "no better")]
        assert gonogo("hypothesis", "list", "--negative", "--json").json == negative

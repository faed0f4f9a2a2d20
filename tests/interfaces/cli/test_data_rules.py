"""`gonogo dataset rules` on the command line: from a reference to rules in force."""

from pathlib import Path

import pytest

from gonogo.core.roles import Role
from tests.fixtures.loans import loans
from tests.interfaces.cli.conftest import Gonogo

SAID = (
    *("--licence", "CC0-1.0", "--sensitivity", "internal", "--owner-role", "data-scientist"),
    *("--label", "approve", "--protected", "race", "--protected", "sex"),
)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """A file of loans."""
    path = tmp_path / "loans.csv"
    loans(300, 3).to_csv(path, index=False)
    return path


@pytest.fixture
def version(gonogo: Gonogo, csv: Path) -> str:
    """That file, registered: its NAME@VERSION."""
    made = gonogo("dataset", "register", "ruled-loans", str(csv), *SAID, "--json").json
    return str(made["subject"]).removeprefix("dataset:")


class TestRules:
    def test_from_a_reference_into_force_and_measured(
        self, gonogo: Gonogo, version: str, csv: Path, tmp_path: Path
    ) -> None:
        said = ("dataset", "rules")
        inferred = gonogo(*said, "infer", "ruled-loans")
        assert inferred.code == 0
        assert inferred.out.startswith("rules: ruled-loans\n")
        file = tmp_path / "rules.yaml"
        file.write_text(inferred.out)
        assert gonogo(*said, "check", "ruled-loans", str(file)).code == 0
        made = gonogo(*said, "propose", "ruled-loans", str(file), role=Role.DATA_SCIENTIST)
        assert (made.code, "another person" in made.out) == (0, True)
        assert gonogo(*said, "show", "ruled-loans").code == 2
        own = gonogo(*said, "accept", "ruled-loans", "1", role=Role.DATA_SCIENTIST)
        assert own.code == 3
        found = gonogo(*said, "accept", "ruled-loans", "1", role=Role.ML_ENGINEER)
        assert (found.code, "in force" in found.out) == (0, True)
        assert gonogo(*said, "show", "ruled-loans", "--text").out == inferred.out
        listed = gonogo(*said, "list", "ruled-loans")
        assert "in force" in listed.out
        measured = gonogo("dataset", "measure", version, "--json").json
        (one,) = [one for one in measured if one["check"] == "data.rule_violations"]
        assert one["measured"]["value"] == 0
        copy = ("evidence", "measure", f"dataset:{version}", "--file", str(csv), "--json")
        here = {found["check"]: found for found in gonogo(*copy).json}
        assert here["data.rule_violations"]["measured"] == one["measured"]
        assert here["data.rule_violations"]["reproduced"] is False

    def test_declined_with_a_reason(self, gonogo: Gonogo, csv: Path) -> None:
        name = "declined-loans"
        gonogo("dataset", "register", name, str(csv), *SAID)
        proposed = gonogo("dataset", "rules", "infer", name, "--propose")
        assert proposed.out.splitlines()[-1].startswith("# rules 1 of declined-loans are proposed")
        said = ("dataset", "rules", "decline", name, "1", "--reason", "a slip")
        declined = gonogo(*said, "--json", role=Role.ML_ENGINEER)
        assert (declined.code, declined.json["state"]) == (0, "declined")
        assert gonogo(*said, role=Role.ML_ENGINEER).code == 4

    def test_from_a_file_asks_no_server(
        self, csv: Path, monkeypatch: pytest.MonkeyPatch, gonogo: Gonogo
    ) -> None:
        monkeypatch.setenv("GONOGO_URL", "http://127.0.0.1:9")
        ran = gonogo("dataset", "rules", "infer", "loans", "--from", str(csv))
        assert ran.code == 0
        assert "rules: loans" in ran.out

    def test_one_column(self, csv: Path, gonogo: Gonogo) -> None:
        said = ("dataset", "rules", "infer", "loans", "--from", str(csv))
        ran = gonogo(*said, "--column", "income")
        assert "income" in ran.out
        assert "rows" not in ran.out.replace(" rows", "")
        assert gonogo(*said, "--column", "incom").code == 2

    def test_a_mistake_is_told_by_line(self, gonogo: Gonogo, version: str, tmp_path: Path) -> None:
        file = tmp_path / "rules.yaml"
        file.write_text("rules: ruled-loans\ncolumns: {age: [{at_leas: 1, reason: x}]}\n")
        wrong = gonogo("dataset", "rules", "propose", "ruled-loans", str(file))
        assert wrong.code == 2
        assert "line 2" in wrong.err
        assert "at_least" in wrong.err

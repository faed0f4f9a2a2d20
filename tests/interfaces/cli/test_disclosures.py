"""Privacy budgets and private statistics on the command line."""

from pathlib import Path

import pytest

from gonogo.core.roles import Role
from tests.fixtures.loans import loans
from tests.interfaces.cli.conftest import Gonogo
from tests.interfaces.cli.test_datasets import SAID

NAME = "private-loans"


@pytest.fixture
def version(gonogo: Gonogo, tmp_path: Path) -> str:
    """Loans with a budget of ε 1: their NAME@VERSION."""
    path = tmp_path / "loans.csv"
    loans(60, 4).to_csv(path, index=False)
    made = gonogo("dataset", "register", NAME, str(path), *SAID, "--json").json
    said = ("--epsilon", "1", "--rationale", "one ε for the year")
    assert gonogo("dataset", "budget", NAME, *said, role=Role.RISK_OFFICER).code == 0
    return str(made["subject"]).removeprefix("dataset:")


class TestStatistics:
    def test_counts_once_and_remembers(self, gonogo: Gonogo, version: str) -> None:
        asked = ("dataset", "statistics", version, "--count", "--epsilon", "0.01")
        first = gonogo(*asked, "--json").json
        assert gonogo(*asked, "--json").json == first
        assert "count" in gonogo(*asked).out
        shown = gonogo("dataset", "budget", NAME)
        assert "one ε for the year" in shown.out
        assert "count" in shown.out

    def test_categories_are_told_one_by_one(self, gonogo: Gonogo, version: str) -> None:
        asked = ("--histogram", "sex", "--category", "female", "--category", "male")
        told = gonogo("dataset", "statistics", version, *asked, "--epsilon", "0.02").out
        assert "female" in told
        assert "anything else" in told

    def test_what_is_not_left_is_a_conflict(self, gonogo: Gonogo, version: str) -> None:
        refused = gonogo("dataset", "statistics", version, "--count", "--epsilon", "3")
        assert (refused.code, refused.out) == (4, "")
        assert "which is left of the budget (ε 1)" in refused.err

    @pytest.mark.parametrize(
        "asked",
        [
            (),
            ("--count", "--mean", "income"),
            ("--mean", "income"),
            ("--mean", "income", "--bounds", "9"),
            ("--mean", "income", "--bounds", "9:"),
            ("--mean", "income", "--bounds", "9:1"),
        ],
    )
    def test_what_is_no_question_is_told(
        self, gonogo: Gonogo, version: str, asked: tuple[str, ...]
    ) -> None:
        wrong = gonogo("dataset", "statistics", version, *asked, "--epsilon", "0.1")
        assert (wrong.code, wrong.out) == (2, "")


class TestBudget:
    def test_none_says_what_to_do(self, gonogo: Gonogo, tmp_path: Path) -> None:
        path = tmp_path / "loans.csv"
        loans(30, 5).to_csv(path, index=False)
        gonogo("dataset", "register", "unbudgeted", str(path), *SAID)
        shown = gonogo("dataset", "budget", "unbudgeted")
        assert shown.code == 0
        assert "--epsilon" in shown.out

    def test_not_by_a_data_scientist(self, gonogo: Gonogo, version: str) -> None:
        said = ("--epsilon", "9", "--rationale", "I want to look")
        refused = gonogo("dataset", "budget", NAME, *said, role=Role.DATA_SCIENTIST)
        assert refused.code == 3
        assert "risk-officer" in refused.err

    def test_of_no_dataset(self, gonogo: Gonogo) -> None:
        assert gonogo("dataset", "budget", "nothing").code == 5

"""Plans, families, papers, the library and CUPED on the command line."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.fixtures.loans import HYPOTHESIS
from tests.interfaces.cli.conftest import Gonogo

pytestmark = pytest.mark.usefixtures("approver")
DESIGN = ("hypothesis", "design", "auc", "--base", "0.7", "--effect", "0.05")


@pytest.fixture(scope="module")
def claim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hypothesis in a file."""
    path = tmp_path_factory.mktemp("claims") / "claim.yaml"
    path.write_text(yaml.safe_dump({**HYPOTHESIS, "statement": "Zebras lend better than horses"}))
    return path


def registered(gonogo: Gonogo, claim: Path, slug: str) -> str:
    name = f"loan-approval/{slug}"
    assert gonogo("hypothesis", "register", name, str(claim)).code == 0
    return name


class TestDesignFor:
    def test_it_is_fixed_on_the_server_and_amended_with_a_reason(
        self, gonogo: Gonogo, claim: Path
    ) -> None:
        name = registered(gonogo, claim, "planned")
        made = gonogo(*DESIGN, "--for", name, "--json")
        assert (made.code, made.json["number"]) == (0, 1)
        alone = gonogo(*DESIGN, "--json").json
        assert made.json["plan"] == alone
        again = gonogo(*DESIGN, "--for", name)
        assert again.code == 4
        assert "why the plan is amended" in again.err
        amended = gonogo(*DESIGN, "--for", name, "--because", "rows are dear", "--power", "0.7")
        assert amended.code == 0
        assert amended.out.startswith(f"plan 2 of hypothesis:{name}")

    def test_an_unknown_hypothesis(self, gonogo: Gonogo) -> None:
        assert gonogo(*DESIGN, "--for", "loan-approval/none").code == 5
        assert gonogo(*DESIGN, "--for", "none").code == 2


class TestFamily:
    def test_all_of_a_use_case_are_listed(self, gonogo: Gonogo, claim: Path) -> None:
        registered(gonogo, claim, "alone")
        told = gonogo("hypothesis", "family", "loan-approval")
        assert told.code == 0
        assert "tested together" in told.out
        found = gonogo("hypothesis", "family", "loan-approval", "--json").json
        assert "alone" in [one["slug"] for one in found[0]["members"]]
        none = gonogo("hypothesis", "family", "loan-approval", "--name", "none")
        assert "No such hypothesis" in none.out
        assert gonogo("hypothesis", "family", "none").code == 5
        assert gonogo("hypothesis", "family", "loan-approval", "--alpha", "2").code == 2


class TestLibraryAndPapers:
    def test_what_was_tried_and_read_is_found(
        self, gonogo: Gonogo, claim: Path, tmp_path: Path
    ) -> None:
        name = registered(gonogo, claim, "zebras")
        tried = gonogo("hypothesis", "tried", "Do zebras lend?", "--json").json
        assert "zebras" in [one["hypothesis"]["slug"] for one in tried]
        nothing = gonogo("hypothesis", "tried", "purple elephants")
        assert "Nothing like it" in nothing.out
        added = gonogo("hypothesis", "paper", "add", name, "arXiv:1706.03762", "--json")
        assert added.json["arxiv"] == "1706.03762"
        file = tmp_path / "read.bib"
        file.write_text("@misc{a, title={Giraffes}, doi={10.1000/1}}")
        imported = gonogo("hypothesis", "paper", "import", name, str(file), "--json").json
        assert [one["title"] for one in imported] == ["Giraffes"]
        listed = gonogo("hypothesis", "paper", "list", name)
        assert "doi:10.1000/1" in listed.out
        found = gonogo("hypothesis", "library", "giraffes", "--all", "--json").json
        assert [one["hypothesis"]["slug"] for one in found] == ["zebras"]
        assert "Nothing of that kind" in gonogo("hypothesis", "library", "giraffes").out
        entry = imported[0]["entry"]
        assert gonogo("hypothesis", "paper", "remove", name, entry).code == 0
        assert gonogo("hypothesis", "paper", "remove", name, entry).code == 5

    def test_what_is_no_paper_or_no_bibtex(
        self, gonogo: Gonogo, claim: Path, tmp_path: Path
    ) -> None:
        name = registered(gonogo, claim, "unread")
        assert gonogo("hypothesis", "paper", "add", name, "nothing").code == 2
        assert gonogo("hypothesis", "paper", "import", name, str(tmp_path / "none")).code == 5
        file = tmp_path / "bad.bib"
        file.write_text("@article{a, title={x}")
        wrong = gonogo("hypothesis", "paper", "import", name, str(file))
        assert wrong.code == 2
        assert "line 1" in wrong.err


class TestCuped:
    def test_a_file_is_adjusted_without_a_server(self, here: Gonogo, tmp_path: Path) -> None:
        rows = pd.DataFrame(
            {
                "then": range(40),
                "now": [one * 1.1 + one % 3 for one in range(40)],
                "arm": ["a", "b"] * 20,
            }
        )
        file = tmp_path / "trial.csv"
        rows.to_csv(file, index=False)
        asked = ("--outcome", "now", "--before", "then", "--arm", "arm")
        told = here("hypothesis", "cuped", str(file), *asked, "--json")
        assert told.code == 0
        assert told.json["variance_saved"] > 0.9
        assert "variance saved" in here("hypothesis", "cuped", str(file), *asked).out
        assert here("hypothesis", "cuped", str(file), *asked, "--control", "c").code == 2
        assert here("hypothesis", "cuped", str(tmp_path / "none.csv"), *asked).code == 5

"""Policies on the command line."""

from pathlib import Path

from gonogo.core.roles import Role
from tests.interfaces.cli.conftest import Gonogo

TEXT = """policy: house
gates:
  validation:
    conditions:
      - check: performance.roc_auc
        at_least: 0.6
        max_age: 30d
"""


class TestCheck:
    def test_tells_right_from_wrong_by_field_and_line(self, gonogo: Gonogo, tmp_path: Path) -> None:
        file = tmp_path / "house.yaml"
        file.write_text(TEXT)
        right = gonogo("policy", "check", str(file))
        assert right.code == 0
        assert "ROC AUC: at least 0.6, not older than 30d" in right.out
        file.write_text(TEXT.replace("roc_auc", "rocauc"))
        wrong = gonogo("policy", "check", str(file))
        assert (wrong.code, wrong.out) == (2, "")
        assert "gates.validation.conditions[0].check (line 5)" in wrong.err
        assert "did you mean performance.roc_auc?" in wrong.err

    def test_a_file_that_is_not_there_or_not_text_is_wrong_input(
        self, gonogo: Gonogo, tmp_path: Path
    ) -> None:
        assert gonogo("policy", "check", str(tmp_path / "none.yaml")).code == 2
        (tmp_path / "latin.yaml").write_bytes(b"policy: caf\xe9\n")
        assert gonogo("policy", "check", str(tmp_path / "latin.yaml")).code == 2


class TestPublish:
    def test_brings_it_into_force_as_written(self, gonogo: Gonogo, tmp_path: Path) -> None:
        file = tmp_path / "house.yaml"
        file.write_text(TEXT)
        assert gonogo("policy", "publish", str(file)).code == 0
        assert gonogo("policy", "show", "house", "--text").out == TEXT
        listed = gonogo("policy", "list")
        assert "lending-high-risk" in listed.out
        assert "house" in [one["name"] for one in gonogo("policy", "list", "--json").json]
        assert gonogo("policy", "show", "nobodys").code == 5

    def test_not_by_who_may_not(self, gonogo: Gonogo, tmp_path: Path) -> None:
        file = tmp_path / "mine.yaml"
        file.write_text(TEXT.replace("house", "mine"))
        refused = gonogo("policy", "publish", str(file), role=Role.DATA_SCIENTIST)
        assert refused.code == 3
        assert "risk-officer" in refused.err
        assert gonogo("policy", "show", "mine").code == 5

"""Policies on the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

Gonogo = Callable[..., int]

TEXT = """policy: house
gates:
  validation:
    conditions:
      - check: performance.roc_auc
        at_least: 0.6
        max_age: 30d
"""


class TestPolicy:
    def test_check_tells_right_from_wrong(
        self, gonogo: Gonogo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "house.yaml"
        file.write_text(TEXT)
        assert gonogo("policy", "check", str(file)) == 0
        assert "ROC AUC: at least 0.6, not older than 30d" in capsys.readouterr().out
        file.write_text(TEXT.replace("roc_auc", "rocauc"))
        assert gonogo("policy", "check", str(file)) == 2
        told = capsys.readouterr().err
        assert "gates.validation.conditions[0].check (line 5)" in told
        assert "did you mean performance.roc_auc?" in told

    def test_a_file_that_is_not_there_or_not_text_is_wrong_input(
        self, gonogo: Gonogo, tmp_path: Path
    ) -> None:
        assert gonogo("policy", "check", str(tmp_path / "none.yaml")) == 2
        (tmp_path / "latin.yaml").write_bytes(b"policy: caf\xe9\n")
        assert gonogo("policy", "check", str(tmp_path / "latin.yaml")) == 2

    def test_publish_show_and_list(
        self, gonogo: Gonogo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "house.yaml"
        file.write_text(TEXT)
        assert gonogo("policy", "publish", str(file)) == 0
        assert gonogo("policy", "show", "house", "--text") == 0
        assert capsys.readouterr().out.endswith(TEXT)
        assert gonogo("policy", "list") == 0
        assert "lending-high-risk" in capsys.readouterr().out
        assert gonogo("policy", "show", "nobodys") == 5

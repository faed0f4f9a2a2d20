"""What is generated stands as it would be generated now, and leaves nothing out."""

import re
from pathlib import Path

import pytest

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Kind
from gonogo.core.roles import Action
from tools.reference import MEANINGS, REFERENCE, pages

SOURCES = Path(__file__).parents[2] / "src"
PAGES = pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_is_what_make_docs_writes(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run: make docs"


def test_every_setting_that_is_read_is_told() -> None:
    read = {
        name
        for path in SOURCES.rglob("*.py")
        for name in re.findall(r"\bGONOGO_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    told = set(
        re.findall(r"^\| `(GONOGO_[A-Z_]+)`", PAGES[REFERENCE / "settings.md"], re.MULTILINE)
    )
    assert read == told


def test_every_action_check_and_kind_is_told() -> None:
    assert set(MEANINGS) == set(Action)
    for name in CATALOGUE:
        assert f"| `{name}` |" in PAGES[REFERENCE / "checks.md"]
    for kind in Kind:
        assert f"| `{kind}` |" in PAGES[REFERENCE / "errors.md"]

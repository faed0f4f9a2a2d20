"""The model card on the page can be written as it stands."""

import re
from pathlib import Path

import yaml

from gonogo.checks.explain.changeable import changes_of
from gonogo.checks.explain.declared import check_card
from gonogo.checks.explain.table import EXPLAIN
from gonogo.checks.explain.words import words_of

PAGE = (Path(__file__).parents[2] / "docs" / "explaining.md").read_text(encoding="utf-8")


class TestExplaining:
    def test_its_card_is_taken(self) -> None:
        (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
        card = yaml.safe_load(block)
        check_card(card)
        assert words_of(card)["prop"].of(3.0, high=True, missing=False) is not None
        assert [one.column for one in changes_of(card)] == ["loanamt", "obrat", "prop"]

    def test_the_checks_it_names_exist(self) -> None:
        named = re.findall(r"explainability\.(\w+)|`(\w+_(?:coverage|dependence|cost))`", PAGE)
        for one in named:
            assert f"explainability.{one[0] or one[1]}" in EXPLAIN

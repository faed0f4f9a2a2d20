"""Datasheets: what counts as said, and what is refused."""

from typing import Any

import pytest
import yaml

from gonogo.checks.engineering.datasheet import SHEET, datasheet_completeness, template
from gonogo.core.errors import Invalid, TooLarge
from gonogo.stats.estimate import Estimate

SECTIONS = (
    "motivation",
    "composition",
    "collection",
    "preparation",
    "uses",
    "distribution",
    "maintenance",
)


def share(sheet: dict[str, Any]) -> float:
    found = datasheet_completeness(sheet, {}).measured
    assert isinstance(found, Estimate)
    assert found.exact
    return found.value


class TestDatasheet:
    def test_has_the_seven_sections_of_the_paper(self) -> None:
        """Gebru et al. (2021), section 3, in their order."""
        assert tuple(dict.fromkeys(field.section for field in SHEET)) == SECTIONS
        assert len({field.name for field in SHEET}) == len(SHEET)

    def test_counts_what_is_said(self) -> None:
        assert share({}) == 0
        assert share({field.name: "said" for field in SHEET}) == 1
        assert share({"purpose": "to lend", "funding": "TBD", "creators": ["", "n/a"]}) == (
            1 / len(SHEET)
        )

    def test_keeps_the_answers(self) -> None:
        found = datasheet_completeness({"purpose": {"en": "to lend"}}, {})
        assert found.detail["answers"] == {"purpose": {"en": "to lend"}}
        assert found.detail["filled"] == ["purpose"]

    def test_a_blank_one_says_nothing(self) -> None:
        assert share(yaml.safe_load(template())) == 0
        assert set(yaml.safe_load(template())) == {field.name for field in SHEET}

    def test_a_slip_of_the_pen_and_a_book_are_refused(self) -> None:
        with pytest.raises(Invalid, match="purpos"):
            share({"purpos": "to lend"})
        with pytest.raises(TooLarge):
            share({"purpose": "x" * 200_001})
        with pytest.raises(Invalid):
            share({"purpose": float("nan")})
        with pytest.raises(Invalid, match="cutoff"):
            datasheet_completeness({}, {"cutoff": 1})

"""The model card: what fills a field and what only looks like it."""

import pytest

from gonogo.checks.engineering.cards import CARD, model_card_completeness
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate


def share(card: dict[str, Json]) -> float:
    found = model_card_completeness(card, {}).measured
    assert isinstance(found, Estimate)
    assert found.exact
    return found.value


class TestModelCardCompleteness:
    def test_a_full_card_is_complete(self) -> None:
        assert share({field.name: "said" for field in CARD}) == 1

    def test_an_empty_card_says_nothing(self) -> None:
        assert share({}) == 0

    @pytest.mark.parametrize(
        "text", ["", "  ", "TODO", "n/a", "?", None, [], {}, [""], {"a": None}]
    )
    def test_placeholders_fill_nothing(self, text: Json) -> None:
        assert share({"metrics": text}) == 0

    @pytest.mark.parametrize("text", ["ROC AUC", 3, ["race"], {"data": ["loans"]}])
    def test_anything_else_fills(self, text: Json) -> None:
        assert share({"metrics": text}) == pytest.approx(1 / len(CARD))

    def test_other_fields_do_not_count(self) -> None:
        assert share({"colour": "blue"}) == 0

    def test_names_what_is_missing(self) -> None:
        found = model_card_completeness({"licence": "MIT"}, {})
        assert found.detail["filled"] == ["licence"]
        assert len(found.detail["missing"]) == len(CARD) - 1  # type: ignore[arg-type]  # a list

    def test_takes_no_parameters(self) -> None:
        with pytest.raises(Invalid):
            model_card_completeness({}, {"level": 0.9})

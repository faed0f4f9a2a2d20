"""What a version's page makes of signatures and cards, which clients write."""

from typing import Any

import pytest

from gonogo.views.cards import card_of
from gonogo.views.signatures import Column, signature_columns

CARD: dict[str, Any] = {"factors": ["sex", "age"], "licence": "MIT", "score": 3}


class TestSignatureColumns:
    def test_columns_come_with_type_and_whether_they_are_needed(self) -> None:
        said = '[{"type": "double", "name": "income", "required": false}]'
        assert signature_columns(said) == (Column("income", "double", required=False),)

    def test_a_tensor_reads_by_its_shape(self) -> None:
        said = '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]'
        assert signature_columns(said) == (Column("", "float32 n × 2", required=True),)

    @pytest.mark.parametrize("said", [None, "", "[", "[7]", '{"a": 1}', 3, [{"type": []}, None]])
    def test_what_is_no_signature_has_no_columns(self, said: object) -> None:
        """A page never breaks on what a client wrote."""
        assert signature_columns(said) == ()


class TestCardOf:
    def test_what_reads_as_before_stays_what_it_was(self) -> None:
        form = {"factors": "sex; age", "licence": "MIT", "score": "3", "entry": "x"}
        assert card_of(CARD, form) == CARD

    def test_what_is_not_in_the_form_stays(self) -> None:
        assert card_of(CARD, {"licence": "Apache-2.0"}) == {**CARD, "licence": "Apache-2.0"}

    def test_what_was_emptied_is_taken_away(self) -> None:
        assert card_of(CARD, {"factors": " "}) == {"licence": "MIT", "score": 3}

    def test_a_field_that_no_card_has_is_not_taken_in(self) -> None:
        assert card_of(CARD, {"invented": "x"}) == CARD

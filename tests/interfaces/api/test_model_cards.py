"""What a card declares for explaining decisions is looked over when it is declared."""

from typing import Any

import pytest

from gonogo.core.errors import Invalid
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.domain.models.rules import ModelFile, Registration, check_registration
from tests.fixtures.rest import refused
from tests.fixtures.world import World

NAMED: list[dict[str, Any]] = [{"name": "income", "type": "double"}]
TENSOR: list[dict[str, Any]] = [
    {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}
]


def registration(card: dict[str, Any], inputs: list[dict[str, Any]]) -> Registration:
    return Registration(
        model="caller",
        number="1",
        case="churn",
        run=None,
        place=None,
        files=(ModelFile("model.lgb", 1, "0" * 64),),
        format="lightgbm",
        signature={"inputs": inputs},
        data=None,
        evaluation=None,
        code=None,
        environment=None,
        author=Subject.parse("user:1"),
        threshold=0.5,
        card=card,
    )


class TestWriteCard:
    def test_reasons_that_say_nothing_are_refused(self, world: World) -> None:
        scientist = world.api.by(Role.DATA_SCIENTIST)
        for said, field in (
            ({"reasons": {"income": ""}}, "card.reasons.income"),
            ({"reasons": "none"}, "card.reasons"),
            ({"changes": {"income": "sideways"}}, "card.changes.income.direction"),
        ):
            answer = scientist.put("/models/caller/versions/1/card", json={"card": said})
            refused(answer, 422, field)


class TestRegister:
    def test_columns_the_model_does_not_read_are_refused(self) -> None:
        with pytest.raises(Invalid) as found:
            check_registration(registration({"changes": {"salary": "up"}}, NAMED))
        assert found.value.field == "card.changes"
        assert found.value.value == "salary"

    def test_columns_it_reads_are_taken(self) -> None:
        card = {"changes": {"income": "up"}, "reasons": {"income": "a low income"}}
        check_registration(registration(card, NAMED))

    def test_a_tensor_names_no_columns(self) -> None:
        check_registration(registration({"changes": {"salary": "up"}}, TENSOR))

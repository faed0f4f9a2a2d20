"""Outcomes that come back later: one or many, acknowledged when they are written."""

from typing import Any

import msgspec
import pytest

from gonogo.records.record import Outcome
from tests.fixtures.gateways import CASE, TOKEN, Desk

WHERE = "/v1/outcomes"


def told(desk: Desk) -> list[Outcome]:
    return [one for one in desk.records() if isinstance(one, Outcome)]


class TestOutcomes:
    @pytest.mark.parametrize(
        "body",
        [
            {"decision_id": "d1", "label": 1},
            [{"decision_id": "d1", "label": 1}],
            {"outcomes": [{"decision_id": "d1", "label": 1, "case": CASE}]},
        ],
    )
    def test_one_or_many_are_written(self, desk: Desk, body: Any) -> None:
        desk.publish()
        found = desk.ask(WHERE, body)
        assert (found.status, found.said) == (200, {"received": 1})
        (one,) = told(desk)
        assert (one.decision, one.case, one.label, one.kind) == ("d1", CASE, 1, "outcome")
        assert one.at == one.received

    def test_they_say_when_and_what_it_was_worth(self, desk: Desk) -> None:
        desk.publish()
        desk.ask(
            WHERE,
            {
                "decision_id": "d1",
                "label": "repaid",
                "value": 120.5,
                "at": "2026-11-01T12:00:00Z",
                "kind": "feedback",
                "note": "an analyst looked",
            },
        )
        (one,) = told(desk)
        assert (one.label, one.value, one.kind) == ("repaid", 120.5, "feedback")
        assert one.at == 1_793_534_400_000_000
        assert one.at < one.received

    def test_a_correction_stands_beside_what_it_corrects(self, desk: Desk) -> None:
        desk.publish()
        for label in (0, 1):
            desk.ask(WHERE, {"decision_id": "d1", "label": label})
        assert [one.label for one in told(desk)] == [0, 1]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"decision_id": ""}, "0.decision_id"),
            ({"decision_id": "d", "label": 1, "kind": "guess"}, "0.kind"),
            ({"decision_id": "d"}, "0.label"),
            ({"decision_id": "d", "label": 1, "at": "yesterday"}, "0.at"),
            ({"decision_id": "d", "label": [1]}, "0.label"),
            ({"label": 1}, "0.decision_id"),
            ({"decision_id": "d", "label": 1, "colour": "red"}, "0.colour"),
            ([{"decision_id": "d", "label": 1}, {"decision_id": 7}], "1.decision_id"),
            ({"outcomes": [{"decision_id": "d"}, {"label": 7}]}, "outcomes.1.decision_id"),
            ({"outcomes": 7}, "outcomes"),
            ("nonsense", "body"),
        ],
    )
    def test_a_wrong_one_is_refused_and_nothing_written(
        self, desk: Desk, wrong: Any, field: str
    ) -> None:
        desk.publish()
        right = {"decision_id": "d0", "label": 1}
        found = desk.ask(WHERE, wrong)
        assert (found.status, found.said["field"]) == (422, field)
        assert desk.ask(WHERE, [right, wrong]).status == 422
        assert told(desk) == []

    def test_a_token_of_all_use_cases_says_which(self, desk: Desk) -> None:
        desk.publish(tokens=(msgspec.structs.replace(TOKEN, cases=("*",)),))
        assert desk.ask(WHERE, {"decision_id": "d", "label": 1}).said["field"] == "0.case"

    @pytest.mark.parametrize("changed", [{"may": ("decide",)}, {"cases": ("other",)}])
    def test_a_token_for_something_else_is_refused(
        self, desk: Desk, changed: dict[str, Any]
    ) -> None:
        desk.publish(tokens=(msgspec.structs.replace(TOKEN, **changed),))
        found = desk.ask(WHERE, {"decision_id": "d", "label": 1, "case": CASE})
        assert found.status == 403

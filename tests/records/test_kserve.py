"""Request and response events of KServe's logger become decisions, in whatever order they come."""

import base64
import json
from typing import Any

import pytest

from gonogo.core.errors import Invalid
from gonogo.records.kserve import Joiner, Reading, event
from gonogo.records.record import Decision
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import AT

KIND = "org.kubeflow.serving.inference."


def headers(kind: str, id_: str = "r1", **other: str) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": id_,
        "ce-type": KIND + kind,
        "ce-source": "http://localhost:9081/",
        "ce-time": "2026-11-21T10:30:00Z",
        "ce-inferenceservicename": "fraud-trees",
        **other,
    }


def joined(
    asked: Any, answered: Any, clock: FakeClock, backwards: bool = False, **reading: Any
) -> list[Decision]:
    """The decisions of a request and a response 25 ms later."""
    joiner = Joiner(Reading("fraud", **reading), clock)
    late = {"ce-time": "2026-11-21T10:30:00.025Z"}
    halves = [
        event(headers("request"), json.dumps(asked).encode()),
        event(headers("response", **late), json.dumps(answered).encode()),
    ]
    first, second = halves[::-1] if backwards else halves
    assert joiner.add(first, "t1") == []
    found = joiner.add(second, "t1")
    assert joiner.waiting == 0
    return found


class TestJoin:
    @pytest.mark.parametrize("backwards", [False, True])
    def test_halves_are_joined_by_their_id(self, clock: FakeClock, backwards: bool) -> None:
        asked = {"instances": [{"amount": 3, "card": "c1"}]}
        (found,) = joined(asked, {"predictions": [0.75]}, clock, backwards, entity="card")
        assert (found.id, found.at, found.latency_us) == ("r1", AT, 25_000)
        assert (found.features, found.entity) == (asked["instances"][0], "c1")
        assert (found.score, found.outcome, found.model) == (0.75, "approve", "fraud-trees")
        assert found.token == "t1"

    def test_each_instance_is_a_decision(self, clock: FakeClock) -> None:
        asked = {"instances": [[1, 2], [3, 4]]}
        first, second = joined(asked, {"predictions": [0.2, 0.9]}, clock, features=("a", "b"))
        assert (first.id, second.id) == ("r1:0", "r1:1")
        assert (first.features, second.features) == ({"a": 1, "b": 2}, {"a": 3, "b": 4})
        assert (first.outcome, second.outcome) == ("decline", "approve")

    def test_probabilities_of_classes_are_read_from_the_end(self, clock: FakeClock) -> None:
        (found,) = joined({"instances": [[1]]}, {"predictions": [[0.3, 0.7]]}, clock)
        assert found.score == 0.7

    def test_an_outcome_may_be_a_word(self, clock: FakeClock) -> None:
        (found,) = joined({"instances": [[1]]}, {"predictions": ["refer"]}, clock)
        assert (found.score, found.outcome) == (None, "refer")

    def test_the_second_protocol_has_tensors(self, clock: FakeClock) -> None:
        """A column of each input, or one input with all columns; several outputs by name."""
        by_column = {
            "inputs": [
                {"name": "amount", "shape": [2], "datatype": "FP64", "data": [1.5, 2.5]},
                {"name": "country", "shape": [2, 1], "datatype": "BYTES", "data": ["CH", "AT"]},
            ]
        }
        answer = {
            "model_name": "fraud",
            "model_version": "7",
            "outputs": [
                {"name": "label", "shape": [2], "datatype": "INT64", "data": [0, 1]},
                {"name": "p", "shape": [2, 2], "datatype": "FP64", "data": [0.9, 0.1, 0.2, 0.8]},
            ],
        }
        first, second = joined(by_column, answer, clock, output="p")
        assert first.features == {"amount": 1.5, "country": "CH"}
        assert (first.score, second.score, second.model) == (0.1, 0.8, "fraud@7")
        matrix = {"inputs": [{"name": "x", "shape": [2, 2], "data": [[1, 2], [3, 4]]}]}
        _, second = joined(matrix, answer, clock, features=("a", "b"), output="p")
        assert second.features == {"a": 3, "b": 4}

    @pytest.mark.parametrize(
        ("asked", "answered"),
        [
            ({"instances": [[1], [2]]}, {"predictions": [1]}),
            ({"rows": []}, {"predictions": [1]}),
            ({"instances": [[1]]}, {"error": "no"}),
            ({"instances": [[1]]}, {"predictions": [None]}),
            ({"instances": [[1]]}, {"predictions": [[]]}),
            ({"instances": [[1, 2, 3]]}, {"predictions": [1]}),
            ({"inputs": [{"name": "x", "shape": [2], "data": [1]}]}, {"predictions": [1]}),
            ({"inputs": [{"name": "x", "shape": ["2"], "data": [1]}]}, {"predictions": [1]}),
        ],
    )
    def test_refuses_what_does_not_fit(self, asked: Any, answered: Any, clock: FakeClock) -> None:
        with pytest.raises(Invalid):
            joined(asked, answered, clock, features=("a",))

    def test_halves_that_wait_are_bounded(self, clock: FakeClock) -> None:
        joiner = Joiner(Reading("fraud"), clock, most=2)
        for number in range(5):
            joiner.add(event(headers("request", f"r{number}"), b'{"instances": [[1]]}'), None)
        assert (joiner.waiting, joiner.dropped) == (2, 3)
        answer = b'{"predictions": [1]}'
        assert joiner.add(event(headers("response", "r0"), answer), None) == []
        (found,) = joiner.add(event(headers("response", "r4"), answer), None)
        assert found.id == "r4"


class TestEvent:
    def test_is_the_same_in_both_modes(self) -> None:
        data = {"instances": [[1]]}
        binary = event(headers("request"), json.dumps(data).encode())
        attributes = {
            "specversion": "1.0",
            "id": "r1",
            "type": KIND + "request",
            "source": "x",
            "time": "2026-11-21T10:30:00Z",
            "inferenceservicename": "fraud-trees",
        }
        mode = {"content-type": "application/cloudevents+json; charset=utf-8"}
        packed = base64.b64encode(json.dumps(data).encode()).decode()
        assert event(mode, json.dumps({**attributes, "data": data}).encode()) == binary
        assert event(mode, json.dumps({**attributes, "data_base64": packed}).encode()) == binary

    @pytest.mark.parametrize(
        ("wrong", "body", "field"),
        [
            ({"ce-type": "com.example.order"}, b"{}", "ce-type"),
            ({"ce-id": ""}, b"{}", "ce-id"),
            ({}, b"not json", "data"),
            ({}, b"[]", "data"),
            (
                {"content-type": "application/cloudevents+json"},
                b'{"data_base64": "?"}',
                "data_base64",
            ),
        ],
    )
    def test_refuses_by_name(self, wrong: dict[str, str], body: bytes, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            event({**headers("request"), **wrong}, body)
        assert refused.value.field == field

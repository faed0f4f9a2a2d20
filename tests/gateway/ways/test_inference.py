"""The Open Inference Protocol: other servers' clients are answered."""

from typing import Any

import pytest

from gonogo.core.snapshot import Rule, Term
from tests.fixtures.gateways import CASE, FALLBACK, GOOD, Desk, Models, arm, route

COLUMNS = [
    {"name": "income", "shape": [2], "datatype": "FP64", "data": [900.0, 20.0]},
    {"name": "debt", "shape": [2, 1], "datatype": "FP64", "data": [[20.0], [900.0]]},
    {"name": "years", "shape": [2], "datatype": "INT64", "data": [30, 1]},
]
MATRIX = [{"name": "input", "shape": [2, 3], "datatype": "FP64", "data": [900, 20, 30, 20, 900, 1]}]


@pytest.fixture
def serving(desk: Desk, versions: Models) -> Desk:
    old, new = versions.lightgbm(), versions.lightgbm("2", seed=2)
    desk.publish(
        routes=[route(arm("champion", old), shadows=(arm("next", new),))], models=[old, new]
    )
    return desk


class TestHealth:
    def test_it_lives_before_it_is_ready(self, desk: Desk) -> None:
        assert desk.ask("/v2/health/live", method="GET", secret=None).status == 200
        assert desk.ask("/v2/health/ready", method="GET", secret=None).status == 503
        desk.publish()
        assert desk.ask("/v2/health/ready", method="GET", secret=None).status == 200
        assert desk.ask("/v2", method="GET", secret=None).said["name"] == "gonogo"

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (f"/v2/models/{CASE}/ready", 200),
            ("/v2/models/trees/ready", 200),
            ("/v2/models/trees/versions/2/ready", 200),
            ("/v2/models/trees/versions/9/ready", 404),
            ("/v2/models/other/ready", 404),
        ],
    )
    def test_a_model_is_ready_where_it_is_in_memory(
        self, serving: Desk, path: str, status: int
    ) -> None:
        assert serving.ask(path, method="GET").status == status


class TestDescribed:
    def test_it_tells_columns_and_types(self, serving: Desk) -> None:
        said = serving.ask(f"/v2/models/{CASE}", method="GET").said
        kinds = {one["name"]: one["datatype"] for one in said["inputs"]}
        assert kinds == {"income": "FP64", "debt": "FP64", "years": "INT64"}
        assert said["versions"] == ["trees@1"]


class TestInfer:
    @pytest.mark.parametrize("inputs", [COLUMNS, MATRIX])
    def test_columns_or_a_matrix_are_decided_and_logged(
        self, serving: Desk, inputs: list[Any]
    ) -> None:
        found = serving.ask(f"/v2/models/{CASE}/infer", {"id": "call-1", "inputs": inputs})
        assert found.status == 200
        outputs = {one["name"]: one["data"] for one in found.said["outputs"]}
        assert outputs["outcome"] == ["approve", "decline"]
        assert found.said["id"] == "call-1"
        records = serving.decisions()
        assert [one.id for one in records] == outputs["decision_id"]
        assert [one.score for one in records] == outputs["score"]
        assert outputs["score"][0] == serving.decide(GOOD).said["score"]

    def test_a_version_is_asked_by_its_number(self, serving: Desk) -> None:
        body = {"inputs": COLUMNS, "parameters": {"entity": ["a", "b"]}}
        found = serving.ask("/v2/models/trees/versions/2/infer", body)
        assert (found.status, found.said["model_version"]) == (200, "2")
        records = serving.decisions()
        assert {(one.model, one.arm) for one in records} == {("trees@2", "direct")}
        assert [one.entity for one in records] == ["a", "b"]

    def test_rules_hold_here_as_well(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        rule = Rule("new", (Term("years", "<", 2),), "decline", "new here")
        desk.publish(
            routes=[route(arm("champion", model), before=(rule,), fallback=FALLBACK)],
            models=[model],
        )
        found = desk.ask(f"/v2/models/{CASE}/infer", {"inputs": COLUMNS})
        assert found.said["outputs"][0]["data"][1] is None

    @pytest.mark.parametrize(
        ("inputs", "field"),
        [
            ([], "inputs"),
            ([{**MATRIX[0], "shape": [3, 2]}], "inputs.input.shape"),
            ([{**MATRIX[0], "data": [1]}], "inputs.input.data"),
            ([{**COLUMNS[0], "shape": [0], "data": []}], "inputs.income.shape"),
            (COLUMNS[:2], "features.years"),
            ([COLUMNS[0], COLUMNS[1], {**COLUMNS[2], "data": [1.5, 2]}], "features.years"),
        ],
    )
    def test_tensors_that_do_not_fit_are_refused(
        self, serving: Desk, inputs: list[Any], field: str
    ) -> None:
        found = serving.ask(f"/v2/models/{CASE}/infer", {"inputs": inputs})
        assert (found.status, found.said["field"]) == (422, field)

    def test_without_a_token_nothing_is_told(self, serving: Desk) -> None:
        assert serving.ask(f"/v2/models/{CASE}", method="GET", secret=None).status == 401
        body = {"inputs": COLUMNS}
        assert serving.ask(f"/v2/models/{CASE}/infer", body, secret=None).status == 401

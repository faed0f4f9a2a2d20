"""Decisions of models served elsewhere: taken plain and as KServe's request logger sends them."""

import json
from typing import Any

from tests.fixtures.gateways import CASE, GOOD, Desk, Models, arm, route


def event(kind: str, id_: str, data: Any) -> dict[str, Any]:
    return {
        "headers": {
            "content-type": "application/json",
            "ce-type": f"org.kubeflow.serving.inference.{kind}",
            "ce-id": id_,
            "ce-time": "2026-11-21T10:30:00Z",
            "ce-inferenceservicename": "credit",
        },
        "body": data,
    }


class TestDecisions:
    def test_they_stand_in_the_same_log(self, desk: Desk) -> None:
        desk.publish()
        sent = {"decisions": [{"features": GOOD, "outcome": "approve", "score": 0.7, "id": "x1"}]}
        found = desk.ask(f"/v1/decisions/{CASE}", sent)
        assert (found.status, found.said["received"]) == (200, 1)
        (one,) = desk.decisions()
        assert [one.id] == found.said["decision_ids"]
        assert (one.outcome, one.score, one.features, one.token) == ("approve", 0.7, GOOD, "t1")

    def test_a_token_of_another_use_case_is_refused(self, desk: Desk) -> None:
        desk.publish()
        sent = {"decisions": [{"features": {}, "outcome": "approve"}]}
        assert desk.ask("/v1/decisions/other", sent).status == 403
        assert desk.ask(f"/v1/decisions/{CASE}", {"decisions": []}).status == 422
        assert desk.records() == []


class TestEvents:
    def test_a_request_and_its_response_make_decisions(self, desk: Desk, versions: Models) -> None:
        """Read as the route of the use case says: its columns, its threshold, its outcomes."""
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model, threshold=0.6))], models=[model])
        halves = (
            event("request", "call-1", {"instances": [[900, 20, 30], [20, 900, 1]]}),
            event("response", "call-1", {"predictions": [0.8, 0.55]}),
        )
        found = [
            desk.ask(f"/v1/events/{CASE}", json.dumps(one["body"]).encode(), headers=one["headers"])
            for one in halves
        ]
        assert [one.status for one in found] == [202, 202]
        assert [one.said["received"] for one in found] == [0, 2]
        assert [one.outcome for one in desk.decisions()] == ["approve", "decline"]
        assert desk.decisions()[0].features == GOOD

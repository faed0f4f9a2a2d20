"""Decisions of models served elsewhere: taken plain and as KServe's request logger sends them."""

import json
from typing import Any

import pytest

from gonogo.app.settings import read
from gonogo.core.errors import Invalid
from gonogo.gateway.sources import sources
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


class TestSources:
    """The request logger of KServe sends no token: its network is known instead."""

    @staticmethod
    def sent(
        desk: Desk,
        peer: str | None,
        case: str = CASE,
        headers: dict[str, str] | None = None,
        secret: str | None = None,
    ) -> int:
        """The status of half of a decision that comes from an address."""
        one = event("request", "call-1", {"instances": [[900, 20, 30]]})
        body = json.dumps(one["body"]).encode()
        told = {**one["headers"], **(headers or {})}
        return desk.ask(f"/v1/events/{case}", body, secret=secret, headers=told, peer=peer).status

    def test_without_one_every_event_needs_a_token(self, desk: Desk) -> None:
        desk.publish()
        assert self.sent(desk, "10.1.2.3:4711") == 401

    @pytest.mark.parametrize(
        ("peer", "status"),
        [
            ("10.1.2.3:4711", 202),
            ("[::ffff:10.1.2.3]:4711", 202),
            ("[fd00::7]:4711", 202),
            ("10.2.2.3:4711", 401),
            ("[fe80::7]:4711", 401),
            ("unix", 401),
            (None, 401),
        ],
    )
    def test_the_network_of_the_use_case_is_enough(
        self, desk: Desk, peer: str | None, status: int
    ) -> None:
        desk.publish()
        desk.built.gateway.sources = sources(f"{CASE}=10.1.0.0/16, {CASE}=fd00::/8")
        assert self.sent(desk, peer) == status

    def test_only_for_events_and_only_of_that_use_case(self, desk: Desk) -> None:
        desk.publish()
        desk.built.gateway.sources = sources(f"{CASE}=10.1.0.0/16")
        peer = "10.1.2.3:4711"
        assert self.sent(desk, peer, "other") == 401
        for path, body in (
            (f"/v1/decide/{CASE}", {"features": GOOD}),
            (f"/v1/decisions/{CASE}", {"decisions": []}),
            ("/v1/outcomes", {"decision_id": "d1", "label": 1}),
        ):
            assert desk.ask(path, body, secret=None, peer=peer).status == 401

    @pytest.mark.parametrize("name", ["x-forwarded-for", "x-real-ip", "forwarded"])
    def test_what_a_header_says_of_where_it_comes_from_does_not_count(
        self, desk: Desk, name: str
    ) -> None:
        desk.publish()
        desk.built.gateway.sources = sources(f"{CASE}=10.1.0.0/16")
        assert self.sent(desk, "192.0.2.9:80", headers={name: "10.1.2.3"}) == 401

    def test_a_token_that_is_no_good_is_not_saved_by_its_network(self, desk: Desk) -> None:
        desk.publish()
        desk.built.gateway.sources = sources(f"{CASE}=10.1.0.0/16")
        assert self.sent(desk, "10.1.2.3:4711", secret="wrong") == 401

    def test_the_log_says_from_where_it_came(self, desk: Desk) -> None:
        desk.publish()
        desk.built.gateway.sources = sources(f"{CASE}=10.1.0.0/16")
        for kind, data in (
            ("request", {"instances": [[900, 20, 30]]}),
            ("response", {"predictions": [0.8]}),
        ):
            one = event(kind, "call-1", data)
            body = json.dumps(one["body"]).encode()
            peer = "10.1.2.3:4711"
            path = f"/v1/events/{CASE}"
            found = desk.ask(path, body, secret=None, headers=one["headers"], peer=peer)
            assert found.status == 202
        assert [one.token for one in desk.decisions()] == ["network 10.1.0.0/16"]

    @pytest.mark.parametrize(
        "text", ["loans", "loans=", "=10.0.0.0/8", "loans=10.0.0.1/8", "loans=0.0.0.0/0", "a=::/0"]
    )
    def test_what_is_no_network_or_all_of_them_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid) as refused:
            read({"GONOGO_EVENT_SOURCES": text})
        assert refused.value.field == "GONOGO_EVENT_SOURCES"

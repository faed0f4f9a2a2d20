"""Idempotency keys: sent twice, done once."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from gonogo.core.errors import Conflict
from gonogo.core.roles import Role
from gonogo.store.idempotency import Answer, recall, remember
from tests.fixtures.rest import Api
from tests.fixtures.work import WorkAs

ANSWER = Answer(201, '{"slug":"churn"}')
CASE = {
    "slug": "churn",
    "title": "Churn",
    "problem": "Whom to call",
    "risk_tier": "limited",
    "owner_role": "product-manager",
}


class TestRecall:
    def test_gives_the_first_answer_to_the_same_request(self, work_as: WorkAs) -> None:
        with work_as(Role.MANAGER) as work:
            assert recall(work, "key", "r" * 64) is None
            remember(work, "key", "r" * 64, ANSWER)
        with work_as(Role.MANAGER) as work:
            assert recall(work, "key", "r" * 64) == ANSWER

    def test_refuses_a_key_that_served_another_request(self, work_as: WorkAs) -> None:
        with work_as(Role.MANAGER) as work:
            remember(work, "key", "r" * 64, ANSWER)
            with pytest.raises(Conflict, match="Idempotency-Key"):
                recall(work, "key", "s" * 64)

    def test_keys_are_one_callers_own(self, work_as: WorkAs) -> None:
        """Nobody reads another one's answer by guessing a key."""
        with work_as(Role.MANAGER) as work:
            remember(work, "key", "r" * 64, ANSWER)
        with work_as(Role.ADMIN) as work:
            assert recall(work, "key", "r" * 64) is None


class TestOverRest:
    def test_sent_by_several_at_once_it_is_done_once(self, api: Api) -> None:
        """As a client does that lost the answer: all get the same one."""
        client = api.by(Role.MANAGER)

        def send(_: int) -> httpx.Response:
            return client.post("/cases", json=CASE, headers={"Idempotency-Key": "once"})

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        assert len({answer.headers["ETag"] for answer in answers}) == 1
        assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
        entries = client.get("/ledger", params={"kind": "case"}).json()["items"]
        assert len(entries) == 1

    def test_a_refusal_is_not_remembered(self, api: Api) -> None:
        """What failed wrote nothing and may be tried again, set right or not."""
        client = api.by(Role.MANAGER)
        key = {"Idempotency-Key": "again"}
        refused = client.post("/cases", json=CASE | {"owner_role": "king"}, headers=key)
        assert refused.is_client_error
        assert client.post("/cases", json=CASE, headers=key).status_code == 201

"""Requests: refusals as errors, writes sent again and done once, pages one after another."""

from collections.abc import Callable

import httpx
import pytest
from pydantic import BaseModel

from gonogo.core.errors import GonogoError, Kind, TooMany, Unavailable
from gonogo.core.problems import STATUS
from gonogo.sdk.http import ERRORS, LONGEST_WAIT, TRIES, Http, Ours

Answering = Callable[[httpx.Request], httpx.Response]


class Thing(BaseModel):
    """What the server tells of."""

    name: str


class Page(BaseModel):
    """Things, page by page."""

    items: list[Thing]
    next: str | None


def speaking(answering: Answering, waits: list[float] | None = None) -> Http:
    """Requests to a server that answers so."""
    client = httpx.Client(transport=httpx.MockTransport(answering), base_url="http://gonogo.test")
    return Http(client, sleep=(list[float]() if waits is None else waits).append)


def refused(kind: str, status: int, **headers: str) -> httpx.Response:
    body = {
        "type": f"urn:gonogo:problem:{kind}",
        "title": "No",
        "status": status,
        "detail": "No: name is 'x', expected y",
        "field": "name",
        "value": "x",
        "expected": "y",
    }
    return httpx.Response(status, json=body, headers=headers)


class TestRefusal:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_every_kind_is_raised_as_its_error(self, kind: Kind) -> None:
        http = speaking(lambda _: refused(kind, STATUS[kind]))
        with pytest.raises(ERRORS[kind]) as told:
            http.get("/things", Thing)
        error = told.value
        assert isinstance(error, GonogoError)
        assert (error.kind, error.field, error.value, error.expected) == (kind, "name", "x", "y")

    def test_too_many_says_when_to_come_back(self) -> None:
        http = speaking(lambda _: refused("too-many", 429, **{"Retry-After": "30"}))
        with pytest.raises(TooMany) as told:
            http.get("/things", Thing)
        assert told.value.retry_after == 30

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"type": "urn:other"}'])
    def test_a_failure_that_is_no_refusal_is_the_servers(self, body: bytes) -> None:
        http = speaking(lambda _: httpx.Response(500, content=body))
        with pytest.raises(Ours, match="500"):
            http.get("/things", Thing)

    def test_an_answer_of_something_else_is_told_as_such(self) -> None:
        http = speaking(lambda _: httpx.Response(200, text="<html>hello</html>"))
        with pytest.raises(Ours, match="something else than a gonogo server"):
            http.get("/things", Thing)


class TestTryingAgain:
    def test_a_busy_server_is_asked_again_with_the_same_key(self) -> None:
        keys, waits = list[str](), list[float]()

        def answer(request: httpx.Request) -> httpx.Response:
            keys.append(request.headers["idempotency-key"])
            if len(keys) < 3:
                return refused("unavailable", 503, **{"Retry-After": "2"})
            return httpx.Response(201, json={"name": "made"})

        made = speaking(answer, waits).post("/things", Thing, {"name": "made"})
        assert made == Thing(name="made")
        assert len(keys) == 3
        assert len(set(keys)) == 1
        assert waits == [2, 2]

    def test_each_write_has_a_key_of_its_own(self) -> None:
        keys = list[str]()

        def answer(request: httpx.Request) -> httpx.Response:
            keys.append(request.headers["idempotency-key"])
            return httpx.Response(201, json={"name": "made"})

        http = speaking(answer)
        for _ in range(2):
            http.post("/things", Thing, {})
        assert len(set(keys)) == 2

    def test_a_server_that_stays_busy_is_told_as_unavailable(self) -> None:
        waits = list[float]()
        http = speaking(lambda _: refused("unavailable", 503, **{"Retry-After": "60"}), waits)
        with pytest.raises(Unavailable):
            http.get("/things", Thing)
        assert waits == [LONGEST_WAIT] * (TRIES - 1)

    def test_an_answer_that_got_lost_is_asked_for_again(self) -> None:
        asked = list[httpx.Request]()

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            if len(asked) == 1:
                message = "the server hung up"
                raise httpx.RemoteProtocolError(message)
            return httpx.Response(200, json={"name": "found"})

        assert speaking(answer).get("/things", Thing).name == "found"
        assert len(asked) == 2

    def test_a_write_without_a_key_is_not_sent_twice(self) -> None:
        """Tokens: the server keeps no answer with a secret, so it could not tell a repetition."""
        asked = list[httpx.Request]()

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            message = "the server hung up"
            raise httpx.ReadError(message)

        with pytest.raises(Unavailable):
            speaking(answer).post("/tokens", Thing, {}, keyed=False)
        assert len(asked) == 1
        assert "idempotency-key" not in asked[0].headers

    def test_nobody_there_is_told_at_once(self) -> None:
        waits = list[float]()
        http = Http(httpx.Client(base_url="http://127.0.0.1:9"), sleep=waits.append)
        with pytest.raises(Unavailable, match=r"GONOGO_URL is 'http://127\.0\.0\.1:9'"):
            http.get("/things", Thing)
        assert waits == []


class TestAll:
    def test_pages_come_one_after_another_as_they_are_read(self) -> None:
        asked = list[str | None]()

        def answer(request: httpx.Request) -> httpx.Response:
            cursor = request.url.params.get("cursor")
            asked.append(cursor)
            page = {None: ("a", "2"), "2": ("b", "3"), "3": ("c", None)}[cursor]
            return httpx.Response(200, json={"items": [{"name": page[0]}], "next": page[1]})

        found = speaking(answer).all("/things", Page)
        assert next(found) == Thing(name="a")
        assert asked == [None]
        assert [one.name for one in found] == ["b", "c"]
        assert asked == [None, "2", "3"]

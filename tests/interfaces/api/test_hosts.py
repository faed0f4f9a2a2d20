"""Names that the server answers by, and those that somebody else had resolve to it."""

import anyio
import httpx
import pytest
from starlette.responses import PlainTextResponse

from gonogo.app.settings import read
from gonogo.core.errors import Invalid
from gonogo.interfaces.api.hosts import AllowedHosts


def asked(host: str | None, allowed: tuple[str, ...]) -> httpx.Response:
    """What a server that goes by `allowed` answers to a request for `host`."""
    app = AllowedHosts(PlainTextResponse("here"), allowed)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gonogo.invalid") as http:
            request = http.build_request("GET", "/")
            del request.headers["host"]
            if host is not None:
                request.headers["host"] = host
            return await http.send(request)

    return anyio.run(ask)


HERE = read({}).allowed_hosts


class TestAllowedHosts:
    @pytest.mark.parametrize(
        "host",
        [
            "localhost",
            "LocalHost.:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "192.0.2.7",
            "[2001:db8::7]:80",
            "gonogo.invalid",
        ],
    )
    def test_this_machine_and_addresses_in_numbers_are_answered(self, host: str) -> None:
        assert asked(host, HERE).text == "here"

    @pytest.mark.parametrize(
        "host", ["rebound.example", "localhost.rebound.example", "127.0.0.1.example:8080", "", None]
    )
    def test_other_names_are_refused_in_words(self, host: str | None) -> None:
        answer = asked(host, HERE)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert "GONOGO_ALLOWED_HOSTS" in answer.json()["detail"]

    def test_a_name_that_was_set_is_answered_beside_this_machines(self) -> None:
        allowed = read({"GONOGO_ALLOWED_HOSTS": "gonogo.example, other.example"}).allowed_hosts
        assert asked("gonogo.example:443", allowed).status_code == 200
        assert asked("localhost", allowed).status_code == 200
        assert asked("rebound.example", allowed).status_code == 400

    def test_the_bound_name_is_answered(self) -> None:
        assert asked("box.example", read({"GONOGO_HOST": "box.example"}).allowed_hosts).is_success

    def test_a_star_answers_by_any(self) -> None:
        allowed = read({"GONOGO_ALLOWED_HOSTS": "*"}).allowed_hosts
        assert asked("rebound.example", allowed).is_success


class TestSetting:
    @pytest.mark.parametrize("wrong", ["https://gonogo.example", "gonogo.example:80", "a b"])
    def test_what_is_no_name_is_refused(self, wrong: str) -> None:
        with pytest.raises(Invalid) as refused:
            read({"GONOGO_ALLOWED_HOSTS": wrong})
        assert refused.value.field == "GONOGO_ALLOWED_HOSTS"

"""Headers of every kind of answer: pages, data, refusals, what is served as it lies."""

import httpx
import pytest

from gonogo.core.roles import Role
from gonogo.interfaces.api.hardening import HEADERS
from tests.fixtures.rest import Api

ROOT = "http://gonogo.invalid"


def hardened(answer: httpx.Response) -> bool:
    """Whether nothing is guessed of it, and nobody frames it."""
    policy = answer.headers["content-security-policy"]
    return (
        answer.headers["x-content-type-options"] == "nosniff"
        and answer.headers["referrer-policy"] == "same-origin"
        and "frame-ancestors 'none'" in policy
        and "unsafe" not in policy
    )


class TestHardened:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/", 303),
            ("/sign-in", 200),
            ("/sign-in.json", 200),
            ("/board.json", 404),
            ("/cases/", 307),
            ("/nowhere", 404),
            ("/events", 401),
            ("/healthz", 200),
            ("/metrics", 200),
            ("/api/v1/openapi.json", 200),
            ("/api/v1/nowhere", 404),
            ("/api/v1/me", 401),
            ("/api/v1/ledger/export", 401),
            ("/static/nothing.css", 404),
        ],
    )
    def test_what_nobody_in_particular_gets(self, api: Api, path: str, status: int) -> None:
        """Refusals and redirects too."""
        answer = api.anonymous.get(ROOT + path)
        assert answer.status_code == status
        assert hardened(answer)

    def test_what_is_shown_once_is_kept_by_no_browser(self, api: Api) -> None:
        """A token's secret, and what a refusal repeats of a request."""
        made = api.by(Role.VIEWER).post("/tokens", json={"name": "mine"})
        assert made.status_code == 201
        assert made.headers["cache-control"] == "no-store"
        assert hardened(made)
        assert api.anonymous.get("/me").headers["cache-control"] == "no-store"

    def test_body_beyond_the_bound(self, api: Api) -> None:
        """Refused before anything else looks at it."""
        answer = api.by(Role.VIEWER).post("/tokens", content=b"x" * 2 * 1024 * 1024)
        assert answer.status_code == 413
        assert hardened(answer)

    def test_fault_of_ours(self, api: Api) -> None:
        """Answered outside of everything else."""

        def fails() -> None:
            raise ZeroDivisionError

        api.app.add_api_route("/fails", fails)
        answer = api.anonymous.get(f"{ROOT}/fails")
        assert answer.status_code == 500
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS

    def test_styles_and_scripts_may_be_kept(self, api: Api) -> None:
        """They are the same for everybody."""
        answer = api.anonymous.get(f"{ROOT}/static/console.css")
        assert answer.status_code == 200
        assert "cache-control" not in answer.headers
        assert hardened(answer)


def test_no_part_of_the_server_answers_by_a_name_that_was_rebound(api: Api) -> None:
    """Pages, REST and MLflow alike."""
    for path in ("/", "/healthz", "/api/v1/me", "/mlflow/", "/static/console.css"):
        answer = api.anonymous.get(f"{ROOT}{path}", headers={"Host": "rebound.example"})
        assert answer.status_code == 400, path

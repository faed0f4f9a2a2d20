"""Tests of what orchestrators and Prometheus ask."""

from sqlalchemy import event

from tests.fixtures.rest import Api, refused

ROOT = "http://gonogo.invalid"


class TestHealth:
    def test_answers_without_a_sign_in(self, api: Api) -> None:
        """Whoever asks has no account."""
        for path in ("/healthz", "/readyz"):
            answer = api.anonymous.get(f"{ROOT}{path}")
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_is_not_ready_without_its_database(self, api: Api) -> None:
        """It lives, but must get no requests: 503 says when to ask again."""

        @event.listens_for(api.installation.engine, "do_connect")
        def gone(*_: object) -> None:
            message = "unable to open database file: connection refused"
            raise api.installation.engine.dialect.loaded_dbapi.OperationalError(message)

        api.installation.engine.dispose()
        answer = api.anonymous.get(f"{ROOT}/readyz")
        refused(answer, 503, "database")
        assert int(answer.headers["retry-after"]) > 0
        assert api.anonymous.get(f"{ROOT}/healthz").status_code == 200
        event.remove(api.installation.engine, "do_connect", gone)
        assert api.anonymous.get(f"{ROOT}/readyz").status_code == 200


class TestMetrics:
    def test_counts_the_entries_of_the_ledger(self, api: Api) -> None:
        """In the text format of Prometheus."""
        head = api.operator.get("/ledger/head").json()["entries"]
        answer = api.anonymous.get(f"{ROOT}/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        assert f"gonogo_ledger_entries {float(head)}" in answer.text.splitlines()

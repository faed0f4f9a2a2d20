"""Gates on the command line: polled, signed, waived, decided; and as pipelines read them."""

from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from gonogo.app.mission.crew import Crew
from gonogo.core.roles import Role
from gonogo.core.times import stamp, system_clock
from gonogo.sdk.client import Client
from tests.fixtures.loans import Approver, registered
from tests.interfaces.cli.conftest import Gonogo

MODEL = "model:loan-approver@1"
WAIVED_UNTIL = stamp(system_clock() + timedelta(days=30))


def now() -> str:
    """The present time, as it is said to a command."""
    return stamp(system_clock())


@pytest.fixture
def review(gonogo: Gonogo, approver: Approver, crew: Crew) -> dict[str, Any]:
    """The validation gate of the version, open."""
    crew.client(Role.RISK_OFFICER)
    found: dict[str, Any] = gonogo("gate", "review", MODEL, "validation", "--json").json
    return found


class TestReview:
    def test_exits_1_unless_go_and_says_what_would_turn_it(
        self, gonogo: Gonogo, review: dict[str, Any]
    ) -> None:
        assert review["verdict"] != "go"
        polled = gonogo("gate", "review", MODEL, "validation")
        assert polled.code == 1
        assert f"review {review['id']}" in polled.out
        assert "What would turn it to go:" in polled.out
        assert "Still to sign: ml-engineer" in polled.out

    def test_junit_has_a_failure_for_each_condition_that_is_not_go(
        self, gonogo: Gonogo, review: dict[str, Any]
    ) -> None:
        printed = gonogo("gate", "review", MODEL, "validation", "--format", "junit")
        assert printed.code == 1
        suite = fromstring(printed.out)  # noqa: S314  # what we printed ourselves
        cases = suite.findall(".//testcase")
        bad = [
            one for one in cases if one.find("failure") is not None or one.find("error") is not None
        ]
        assert len(cases) == len(review["conditions"])
        assert len(bad) == sum(one["verdict"] != "go" for one in review["conditions"])

    def test_sarif_has_a_result_for_each_condition(
        self, gonogo: Gonogo, review: dict[str, Any]
    ) -> None:
        run = gonogo("gate", "show", review["id"], "--format", "sarif").json["runs"][0]
        assert [one["kind"] for one in run["results"]] == [
            "pass" if one["verdict"] == "go" else "fail" for one in review["conditions"]
        ]

    def test_what_there_is_not(self, gonogo: Gonogo, approver: Approver) -> None:
        assert gonogo("gate", "review", "model:nobodys@1", "validation").code == 5
        assert gonogo("gate", "review", MODEL, "lunch").code in {2, 5}
        assert gonogo("gate", "review", MODEL, "validation", "--format", "pdf").code == 2
        assert gonogo("gate", "show", "0123456789ab").code == 5

    def test_production_before_validation_is_a_conflict(
        self, gonogo: Gonogo, approver: Approver
    ) -> None:
        assert gonogo("gate", "review", MODEL, "production").code == 4


class TestRefusals:
    def test_the_author_and_who_has_not_the_role_sign_nothing(
        self, gonogo: Gonogo, review: dict[str, Any]
    ) -> None:
        for role in (None, Role.DATA_SCIENTIST, Role.RISK_OFFICER):
            refused = gonogo("gate", "sign", review["id"], "ml-engineer", role=role)
            assert (refused.code, refused.out) == (3, "")

    def test_a_waiver_by_who_may_not_is_refused_and_recorded(
        self, gonogo: Gonogo, review: dict[str, Any]
    ) -> None:
        first = next(one for one in review["conditions"] if one["verdict"] != "go")
        refused = gonogo(
            *("gate", "waive", review["id"], first["key"], "--role", "risk-officer"),
            *("--reason", "in a hurry", "--expires", WAIVED_UNTIL),
            role=Role.DATA_SCIENTIST,
        )
        assert refused.code == 3
        assert "risk-officer" in refused.err
        newest = gonogo("ledger", "list", "--limit", "1", "--json").json[0]
        assert newest["kind"] == "refusal"

    def test_go_is_not_decided_while_something_lacks(
        self, gonogo: Gonogo, review: dict[str, Any]
    ) -> None:
        said = ("--rationale", "it will do", "--outcome", "go")
        refused = gonogo("gate", "decide", review["id"], *said, role=Role.ML_ENGINEER)
        assert refused.code == 4
        assert "ml-engineer has not signed" in refused.err


class TestDecide:
    def test_from_poll_to_champion(
        self, gonogo: Gonogo, remote: Client, quiet_mlflow: None
    ) -> None:
        """Both gates of a version, waived where nothing was measured, signed and decided go."""
        subject = registered(remote, "gate-approver").version.subject
        validation = self.passed(gonogo, subject, "validation", (Role.ML_ENGINEER,))
        signers = (Role.ML_ENGINEER, Role.PRODUCT_MANAGER)
        production = self.passed(gonogo, subject, "production", signers)
        listed = gonogo("decision", "list", "--subject", subject, "--json").json
        assert [one["entry"] for one in listed] == [production, validation]
        shown = gonogo("decision", "show", production)
        assert "all conditions waived" in shown.out
        cited = gonogo("decision", "show", production, "--json").json["cites"]
        assert len(cited) >= 2
        champion = gonogo("model", "at", "gate-approver", now(), "--json").json
        assert (champion["subject"], champion["decision"]) == (subject, production)
        assert production in gonogo("model", "at", "gate-approver", now()).out
        again = gonogo("gate", "list", "--subject", subject, "--state", "decided", "--json").json
        assert [one["gate"] for one in again] == ["production", "validation"]

    def passed(self, gonogo: Gonogo, subject: str, gate: str, signers: tuple[Role, ...]) -> str:
        polled = gonogo("gate", "review", subject, gate, "--json").json
        review = polled["id"]
        for one in polled["conditions"]:
            if one["verdict"] != "go":
                waived = gonogo(
                    *("gate", "waive", review, one["key"], "--role", "risk-officer"),
                    *("--reason", "a test", "--expires", WAIVED_UNTIL),
                    role=Role.RISK_OFFICER,
                )
                assert waived.code == 0
        assert gonogo("gate", "review", subject, gate).code == 0
        for role in signers:
            signed = gonogo("gate", "sign", review, role, "--comment", "seen", role=role)
            assert f"{role}: go" in signed.out
            assert gonogo("gate", "sign", review, role, role=role).code == 4
        said = ("--rationale", "all conditions waived for a test", "--json")
        decided = gonogo("gate", "decide", review, *said, role=Role.ML_ENGINEER)
        assert (decided.code, decided.json["outcome"]) == (0, "go")
        assert gonogo("gate", "decide", review, *said, role=Role.ML_ENGINEER).code == 4
        return str(decided.json["decision"])

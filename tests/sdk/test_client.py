"""The client: where it connects to, what it shows, what it lets go of."""

from pathlib import Path

import pandas as pd
import pytest

import gonogo
from gonogo.app.mission.crew import Crew
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from gonogo.core.roles import Role
from gonogo.sdk.client import Client
from tests.fixtures.loans import ABOUT, Approver, loans
from tests.fixtures.servers import Server


class TestConnect:
    def test_the_address_and_token_of_the_environment_are_taken(
        self, server: Server, server_token: str
    ) -> None:
        environment = {"GONOGO_URL": server.url, "GONOGO_TOKEN": server_token}
        with gonogo.connect(environment=environment) as client:
            assert client.me().login
            assert repr(client) == f"<gonogo client of {server.url}>"

    def test_what_is_said_goes_before_the_environment(
        self, server: Server, server_token: str
    ) -> None:
        environment = {"GONOGO_URL": "http://127.0.0.1:9", "GONOGO_TOKEN": "gng_wrong"}
        with gonogo.connect(server.url, token=server_token, environment=environment) as client:
            assert client.me().login

    def test_a_folder_goes_before_the_address_of_the_environment(self, tmp_path: Path) -> None:
        environment = {"GONOGO_URL": "http://127.0.0.1:9"}
        with gonogo.connect(home=tmp_path / "here", environment=environment) as client:
            assert list(client.cases.all()) == []
        assert (tmp_path / "here" / "gonogo.db").exists()

    def test_an_address_that_is_none_is_refused_by_name(self) -> None:
        with pytest.raises(Invalid, match="GONOGO_URL"):
            gonogo.connect("localhost:8080", environment={})

    def test_nobody_there_says_where_it_looked(self) -> None:
        with (
            gonogo.connect("http://127.0.0.1:9", environment={}) as client,
            pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"),
        ):
            client.me()

    @pytest.mark.parametrize("token", [None, "nonsense", "gng_0123456789ab_" + "x" * 43])
    def test_no_token_or_a_wrong_one_is_refused(self, server: Server, token: str | None) -> None:
        with (
            gonogo.connect(server.url, token=token, environment={}) as client,
            pytest.raises(Unauthenticated),
        ):
            client.me()


class TestErrors:
    def test_what_is_not_there(self, remote: Client) -> None:
        with pytest.raises(NotFound) as told:
            remote.case("nobodys").read()
        assert told.value.value == "nobodys"

    def test_what_one_may_not(self, crew: Crew, approver: Approver) -> None:
        with pytest.raises(Forbidden):
            crew.client(Role.PRODUCT_MANAGER).version(
                approver.version.model, approver.version.number
            ).reproduce()

    def test_a_file_that_was_said_to_be_something_else(
        self, remote: Client, approver: Approver
    ) -> None:
        about = ABOUT | {"licence": "MIT"}
        with pytest.raises(Conflict) as told:
            remote.register_dataset("test", loans(300, 2), **about)
        assert told.value.field == "licence"


class TestPages:
    def test_lists_go_on_over_pages(self, remote: Client, approver: Approver) -> None:
        """More evidence than one page holds comes whole, each once."""
        drafts = [
            {
                "subject": approver.version.subject,
                "check": "operations.latency_p99_ms",
                "with": {"requests": 100 + number},
                "measured": {
                    "value": 1.0, "low": 0.5, "high": 1.5, "level": 0.95,
                    "n": 100, "unit": "ms", "method": "test",
                },
            }
            for number in range(120)
        ]  # fmt: skip
        recorded = remote.record_evidence(drafts)
        found = remote.evidence.about(approver.version.subject).all(
            check="operations.latency_p99_ms"
        )
        digests = [one.digest for one in found]
        assert {one.digest for one in recorded.entries} <= set(digests)
        assert len(digests) == len(set(digests))


class TestShown:
    def test_a_reference_shows_what_it_names_and_nothing_of_the_connection(
        self, approver: Approver
    ) -> None:
        assert repr(approver.version) == "VersionRef(model='loan-approver', number='1')"
        assert (
            repr(approver.test) == f"<DatasetVersion {approver.test.subject}: 300 rows, 5 columns>"
        )

    def test_a_review_shows_as_a_table_with_escaped_text(
        self, crew: Crew, approver: Approver
    ) -> None:
        version = crew.client(Role.ML_ENGINEER).version("loan-approver", "1")
        html = version.review("validation")._repr_html_()
        assert html.startswith("<p><b>model:loan-approver@1, gate validation: ")
        assert html.count("<tr>") == 1 + len(version.review("validation").conditions)


class TestFrames:
    def test_rows_come_back_as_they_were_and_know_where_from(self, approver: Approver) -> None:
        frame = approver.test.frame()
        pd.testing.assert_frame_equal(frame, loans(300, 2), check_dtype=False)
        assert frame.attrs["gonogo.dataset"] == approver.test.subject


class TestRun:
    def test_registering_needs_a_run_that_began(self, remote: Client, approver: Approver) -> None:
        run = remote.case("loan-approval").hypothesis("trees-beat-scorecard").run()
        with pytest.raises(Conflict, match=r"with hypothesis\.run"):
            run.register(
                approver.model, "loan-approver", sample=approver.train.frame()[["income", "debt"]]
            )

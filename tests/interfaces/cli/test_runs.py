"""Runs on the command line."""

from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo


class TestRuns:
    def test_listed_by_hypothesis_and_shown(self, gonogo: Gonogo, approver: Approver) -> None:
        asked = ("--hypothesis", "loan-approval/trees-beat-scorecard", "--json")
        found = gonogo("run", "list", *asked).json
        assert {one["counts"] for one in found} == {True}
        shown = gonogo("run", "show", found[0]["run_id"], "--json").json
        assert shown == found[0]
        assert gonogo("run", "show", "0" * 32).code == 5

    def test_synchronised(self, gonogo: Gonogo, approver: Approver) -> None:
        assert gonogo("run", "sync").code == 0

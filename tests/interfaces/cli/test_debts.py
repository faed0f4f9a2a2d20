"""Technical debt on the command line."""

from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo


def test_is_noted_listed_and_settled(gonogo: Gonogo, approver: Approver) -> None:
    case = approver.version.read().case
    made = gonogo(
        *("debt", "add", case, "features written twice", "--principal", "10"),
        *("--interest", "1.5", "--low", "1", "--high", "3", "--owner-role", "ml-engineer"),
        "--json",
    ).json
    assert "features written twice" in gonogo("debt", "list", case).out
    settled = gonogo(
        *("debt", "settle", case, str(made["number"]), "--reason", "one module now"),
        *("--evidence", made["entry"], "--json"),
    ).json
    assert settled["settled_entry"]
    assert "No debt yet" in gonogo("debt", "list", case, "--open").out
    assert gonogo("debt", "list", case, "--json").json["principal"] == 0


def test_a_range_upside_down_is_wrong_input(gonogo: Gonogo, approver: Approver) -> None:
    wrong = gonogo(
        *("debt", "add", approver.version.read().case, "x", "--principal", "1"),
        *("--interest", "5", "--low", "1", "--high", "3", "--owner-role", "ml-engineer"),
    )
    assert wrong.code == 2
    assert "interest" in wrong.err

"""Boards on the command line."""

from pathlib import Path

from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo

CARDS = "key,title,days\njoin,Join the bureau data,1\nclean,Clean the table,1\n"


def test_cards_are_brought_in_moved_blocked_and_forecast(
    gonogo: Gonogo, approver: Approver, tmp_path: Path
) -> None:
    case = approver.version.read().case
    file = tmp_path / "cards.csv"
    file.write_text(CARDS)

    def board(verb: str, *more: str) -> tuple[str, ...]:
        return ("board", verb, case, *more)

    assert "doing" in gonogo(*board("columns", "to-do", "doing:1", "done")).out
    added = gonogo(*board("import", str(file), "--json")).json["added"]
    first, second = (str(one["number"]) for one in added)
    gonogo(*board("goal", "Data are joined", "--card", first))
    gonogo(*board("move", first, "doing"))
    full = gonogo(*board("move", second, "doing"))
    assert full.code == 4
    assert "Doing holds 1 of at most 1" in full.err
    told = gonogo(*board("move", second, "doing", "--reason", "an outage", "--json")).json
    assert told["column"] == "doing"
    gonogo(*board("block", first, "--reason", "no access", "--owner-role", "manager"))
    shown = gonogo(*board("show")).out
    assert "no access, 0 days, manager" in shown
    assert "Data are joined" in shown
    gonogo(*board("unblock", first, "--how", "given"))
    assert "no whole week of work yet" in gonogo(*board("forecast")).out
    refused = gonogo(*board("forecast", "--by", "soon"))
    assert "expected a day such as 2026-11-23" in refused.err
    assert gonogo(*board("list", "--json")).json[0]["cards"] == 2
    for number in (first, second):
        assert "dropped" in gonogo(*board("drop", number, "--reason", "bought instead")).out
    extra = gonogo(*board("add", "Write the monitor", "--json")).json
    gonogo(*board("drop", str(extra["number"]), "--reason", "bought instead"))
    pivot = gonogo(*board("pivot", "a", "b", "--rationale", "x", "--evidence", "1"))
    assert pivot.code == 3
    assert "expected one of the roles manager, product-manager" in pivot.err

"""The portfolio on the command line: a benefit model is checked and stated, use cases chosen."""

from pathlib import Path

from gonogo.core.roles import Role
from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo

TEXT = """currency: USD
volume: 1000
per_decision: {low: 1, likely: 2, high: 3}
adoption: [1, 1]
stages: [{stage: build, cost: 400, quarters: 1, success: 0.9}]
people: {ml-engineer: 2}
kind: exploration
"""


def test_is_checked_stated_and_chosen(gonogo: Gonogo, approver: Approver, tmp_path: Path) -> None:
    case = approver.version.read().case
    file = tmp_path / "benefit.yaml"
    file.write_text(TEXT)

    assert "chance of success  90%" in gonogo("portfolio", "check", case, str(file)).out
    assert gonogo("portfolio", "state", case, str(file)).code == 0
    assert "payback" in gonogo("portfolio", "value", case).out
    assert gonogo("portfolio", "list", "--json").json["currency"] == "USD"
    asked = ("--people", "ml-engineer=3,3", "--share", "exploration=0.1-1", "--worst", "0.1=-1k")
    chosen = gonogo("portfolio", "choose", "--case", case, "--budget", "0.5k", *asked)
    assert "no other choice is better" in chosen.out
    assert case in chosen.out
    found = gonogo("portfolio", "choose", "--case", case, "--budget", "0.5k", "--json").json
    assert (found["spend"], found["done"][0]["start"]) == (400, 1)

    decide = ("portfolio", "choose", "--case", case, "--budget", "0.5k", "--decide", "--json")
    why = ("--reason", "Most for the money")
    assert gonogo(*decide, *why).code == 3
    decided = gonogo(*decide, *why, role=Role.PRODUCT_MANAGER).json
    assert [one["case"] for one in decided["done"]] == [case]
    assert case in gonogo("portfolio", "choices").out
    assert "Most for the money" in gonogo("portfolio", "choice", decided["entry"]).out
    assert gonogo("portfolio", "choose", "--budget", "0.5k", "--decide").code == 2


def test_a_wrong_file_and_wrong_limits_are_wrong_input(
    gonogo: Gonogo, approver: Approver, tmp_path: Path
) -> None:
    case = approver.version.read().case
    file = tmp_path / "benefit.yaml"
    file.write_text(TEXT.replace("likely: 2", "likely: 9"))

    wrong = gonogo("portfolio", "state", case, str(file))
    assert (wrong.code, "per_decision (line 3)" in wrong.err) == (2, True)
    file.write_text(TEXT)
    gonogo("portfolio", "state", case, str(file))
    none = gonogo("portfolio", "choose", "--budget", "100", "--must", case, "--case", case)
    assert none.code == 2
    assert f"{case} must be done; budget in all" in none.err
    assert gonogo("portfolio", "choose", "--budget", "a lot").code == 2


def test_is_scored_put_in_order_and_seen_ahead(gonogo: Gonogo, approver: Approver) -> None:
    case = approver.version.read().case
    wrong = gonogo("portfolio", "score", case, "--level", "strategic-fit=4,5")
    assert (wrong.code, "lowest, likeliest and highest" in wrong.err) == (2, True)
    told = gonogo("portfolio", "score", case, "--json").json
    assert [one["criterion"] for one in told["criteria"]][-1] == "strategic-fit"
    assert case in gonogo("portfolio", "scores").out
    stated = gonogo("portfolio", "inputs", case, "--value", "8", "--size", "2,4,8", "--json")
    assert stated.json["ranges"] == {"value": [8, 8, 8], "size": [2, 4, 8]}
    ordered = gonogo("portfolio", "priorities", "wsjf", "--json").json["items"]
    [mine] = [one for one in ordered if one["case"] == case]
    assert mine["unit"] == "points"
    assert gonogo("portfolio", "rubric").out.startswith("# How use cases are scored")
    # Others that work with it may have forecast its plan.
    ahead = gonogo("portfolio", "roadmap", "--json").json
    assert case in str(ahead)

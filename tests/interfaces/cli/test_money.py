"""Budgets, payments, prices, quotas and estimates on the command line."""

from pathlib import Path

from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo

BUDGET = """currency: USD
lines:
  - {line: engineers, category: people, amounts: {2026-Q4: 60000}}
"""
PRICES = "currency: USD\notherwise: box\nmachines: {box: {hour: 2}}\n"


def test_money_is_stated_taken_in_and_shown(
    gonogo: Gonogo, approver: Approver, tmp_path: Path
) -> None:
    case = approver.version.read().case
    budget, payments = tmp_path / "budget.yaml", tmp_path / "payments.csv"
    budget.write_text(BUDGET)
    head = "date,use case,category,amount,currency,reference"
    payments.write_text(f"{head}\n2026-01-05,{case},people,1250.50,USD,CLI-1\n")

    assert "60,000.00 USD" in gonogo("budget", "state", case, str(budget)).out
    assert gonogo("budget", "import", str(payments), "--json").json["added"] == 1
    assert gonogo("budget", "import", str(payments), "--json").json["unchanged"] == 1
    assert "CLI-1" in gonogo("budget", "list", case).out
    assert gonogo("budget", "list", "--reference", "CLI-1", "--json").json[0]["revision"] == 1
    assert case in gonogo("budget", "list").out
    assert "1,250.50 USD" in gonogo("budget", "show", case).out
    found = gonogo("budget", "show", case, "--json").json
    assert (found["total"], found["spent"]) == (60_000, 1250.5)

    payments.write_text(payments.read_text().replace("1250.50", "1,250"))
    wrong = gonogo("budget", "import", str(payments))
    assert wrong.code == 2
    assert "row 2" in wrong.err


def test_compute_has_prices_quotas_and_an_estimate(
    gonogo: Gonogo, approver: Approver, tmp_path: Path
) -> None:
    case = approver.version.read().case
    prices = tmp_path / "prices.yaml"
    prices.write_text(PRICES)

    assert "2 an hour" in gonogo("compute", "prices", str(prices)).out
    assert gonogo("compute", "prices").out == PRICES
    assert gonogo("compute", "show", case, "--json").json["currency"] == "USD"
    assert "runs" in gonogo("compute", "show").out
    assert "cost" in gonogo("compute", "quota", case, "--cost", "500").out
    assert gonogo("compute", "quota", case, "--json").json[0]["limit"] == 500
    told = gonogo("compute", "estimate", case, "--runs", "20", "--json").json
    assert told["runs"] == 20
    assert "No quota yet" in gonogo("compute", "quota", case, "--lift", "cost").out
    assert gonogo("compute", "quota", case, "--cost", "5", "--lift", "cost").code == 2
    assert gonogo("budget", "keep", case, "--json").json["entries"]

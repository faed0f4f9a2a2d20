"""The pages about money and compute, and the forms on them."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.clocks import FakeClock
from tests.fixtures.world import World
from tests.interfaces.api.test_case_plans import forecast
from tests.interfaces.api.test_case_plans import save as save_plan
from tests.interfaces.api.test_money import BUDGET, HEAD, PLAN, PRICES, pay, prices, ran, state
from tests.interfaces.web.conftest import Reader

HERE = "/cases/churn/money"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _there(world: World) -> None:
    """The use case `churn` is there."""


class TestShow:
    def test_without_anything_it_says_what_to_do_next(self, console: Reader) -> None:
        viewer, manager = console(Role.VIEWER), console(Role.PRODUCT_MANAGER)

        assert "gonogo budget state CASE FILE" in viewer.page("/money")
        assert "gonogo budget state churn FILE" in viewer.page(HERE)
        assert f"{HERE}/edit" not in viewer.page(HERE)
        assert f"{HERE}/edit" in manager.page(HERE)
        assert f'href="{HERE}"' in viewer.page("/cases/churn")
        assert viewer.get("/cases/nobody/money").status_code == 404

    def test_planned_paid_earned_and_forecast_stand_beside_one_another(
        self, console: Reader, world: World, clock: FakeClock
    ) -> None:
        state(world)
        save_plan(world, PLAN)
        forecast(world, futures=200)
        pay(world, f"{clock().date()},churn,people,6000,USD,A1,{HOSTILE}")
        prices(world)
        ran(world, "c1", 2.0, clock)
        reader = console(Role.RISK_OFFICER)
        page = reader.page(HERE)

        for part in ("quarters", "categories", "indices", "steps", "payments", "compute"):
            assert f'id="{part}"' in page
        assert page.count("<svg") >= 2
        assert HOSTILE not in page
        told: Any = reader.json(HERE)
        assert told["paid"] == 6000
        assert told["expected"]["low"] <= told["expected"]["value"] <= told["expected"]["high"]
        assert told["computed"]["ahead"][0]["runs"] == 1

        assert reader.post(f"{HERE}/evidence").status_code == 303
        everywhere: Any = reader.json("/money")
        [row] = everywhere["rows"]
        assert (row["case"], row["budget"], row["paid"]) == ("churn", 90_900.0, 6000.0)
        assert row["completion"]["value"] == told["expected"]["value"]
        assert f'href="{HERE}"' in reader.page("/money")

    def test_the_money_of_one_currency_is_not_added_to_that_of_another(
        self, console: Reader, world: World
    ) -> None:
        world.case(slug="second")
        state(world)
        manager = world.api.by(Role.PRODUCT_MANAGER)
        text = {"text": BUDGET.replace("USD", "EUR")}
        manager.post("/cases/second/budgets", json=text)
        told: Any = console(Role.VIEWER).json("/money?currency=EUR")

        assert told["currencies"] == [["EUR", 1], ["USD", 1]]
        assert [one["case"] for one in told["rows"]] == ["second"]


class TestForms:
    def test_a_budget_is_checked_and_put_into_force(self, console: Reader) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        sent = {"text": BUDGET.replace("\n", "\r\n")}

        assert (
            "This text is right: 90,900 USD in 2 lines" in manager.post(f"{HERE}/check", sent).text
        )
        assert manager.post(f"{HERE}/edit", sent).status_code == 303
        told: Any = manager.json(HERE)
        assert (told["number"], told["budget"]) == (1, 90_900.0)
        wrong = manager.post(f"{HERE}/edit", {"text": BUDGET.replace("people", HOSTILE)})
        assert wrong.status_code == 422
        assert "lines[0].category" in wrong.text
        assert 'id="wrong-line"' in wrong.text
        assert HOSTILE not in wrong.text

    def test_payments_are_sent_as_text_and_come_back_where_they_are_wrong(
        self, console: Reader, clock: FakeClock
    ) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        row = f"{clock().date()},churn,people,6000,USD,A1,x"

        for path in (f"{HERE}/payments", "/money/payments"):
            wrong = manager.post(path, {"csv": f"{HEAD}\n{row.replace('6000', 'much')}"})
            assert wrong.status_code == 422
            assert "row 2, column amount" in wrong.text
            assert "much" in wrong.text
        assert manager.post(f"{HERE}/payments", {"csv": f"{HEAD}\n{row}"}).status_code == 303
        again = manager.post("/money/payments", {"csv": f"{HEAD}\n{row}"})
        assert "1+known+already" in again.headers["location"]
        assert console(Role.VIEWER).post("/money/payments", {"csv": row}).status_code in {403, 422}

    def test_payments_are_sent_as_a_file(self, console: Reader, clock: FakeClock) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        assert manager.signed_in is not None
        token = {"form_token": manager.signed_in.csrf, "csv": ""}
        row = f"{clock().date()},churn,people,6000,USD,A1,Übertrag"

        def sent(content: bytes) -> int:
            files = {"file": ("payments.csv", content, "text/csv")}
            return manager.http.post(f"{HERE}/payments", data=token, files=files).status_code

        assert sent(f"{HEAD}\n{row}".encode()) == 303
        assert "Übertrag" in manager.page(HERE)
        assert sent(f"{HEAD}\n{row}".encode("latin-1")) == 422

    def test_prices_and_a_quota_are_stated(self, console: Reader, world: World) -> None:
        manager = console(Role.MANAGER)
        assert "laptop 0.5" in manager.post("/money/prices/check", {"text": PRICES}).text
        assert manager.post("/money/prices", {"text": PRICES}).status_code == 303
        assert "trainer" in manager.page("/money/prices")
        assert console(Role.VIEWER).post("/money/prices", {"text": PRICES}).status_code == 403
        quota = {"what": "cost", "per": "month", "limit": "5"}
        assert manager.post(f"{HERE}/quota", quota).status_code == 303
        told: Any = manager.json(HERE)
        assert [(one["what"], one["state"]) for one in told["computed"]["quotas"]] == [
            ("cost", "within")
        ]
        assert manager.post(f"{HERE}/quota", {**quota, "limit": "-1"}).status_code == 422
        assert manager.post(f"{HERE}/quota", {**quota, "limit": ""}).status_code == 303
        left: Any = manager.json(HERE)
        assert left["computed"]["quotas"] == []

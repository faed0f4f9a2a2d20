"""Tests of REST for money and compute: budgets, payments, earned value, prices, quotas."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.interfaces.jobs import quotas
from gonogo.records.log import microseconds
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import decision
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World, evidence, measured
from tests.interfaces.api.test_case_plans import forecast
from tests.interfaces.api.test_case_plans import save as save_plan
from tests.records.test_daily import write

BUDGET = """currency: USD
lines:
  - {line: engineers, category: people, amounts: {2026-Q4: 60000, 2027-Q1: 30000}}
  - {line: GPU hours, category: compute, amounts: {2026-Q4: 900}}
"""
HEAD = "date,use case,category,amount,currency,reference,note"
PLAN = """plan: Churn in production
currency: USD
goal: live
people: {data-scientist: {number: 1, rate: 1000}}
steps:
  try:
    days: {optimistic: 2, likely: 4, pessimistic: 12}
    needs: {data-scientist: 1}
    hypothesis: trees
  build: {days: 10, needs: {data-scientist: 1}, cost: 500, after: try, if_succeeds: try}
  other-way: {days: 30, needs: {data-scientist: 1}, if_fails: try}
  gate-validation: {days: 1, after: build}
  live: {milestone: true, after: gate-validation}
"""
PRICES = """currency: USD
otherwise: laptop
machines:
  laptop: {hour: 0.5, watts: {low: 20, likely: 40, high: 80}, place: office}
  trainer: {cpus: 16, cpu_hour: 0.05, gpus: 1, gpu_hour: 2.2, place: office}
grams_per_kwh: {office: {low: 300, likely: 350, high: 400}}
"""


def state(world: World, text: str = BUDGET) -> dict[str, Any]:
    manager = world.api.by(Role.PRODUCT_MANAGER)
    told: dict[str, Any] = done(manager.post("/cases/churn/budgets", json={"text": text}), 201)
    return told


def pay(world: World, *rows: str) -> dict[str, Any]:
    manager = world.api.by(Role.PRODUCT_MANAGER)
    csv = "\n".join((HEAD, *rows))
    told: dict[str, Any] = done(manager.post("/payments", json={"csv": csv}), 201)
    return told


def money(world: World) -> dict[str, Any]:
    told: dict[str, Any] = done(world.api.by(Role.VIEWER).get("/cases/churn/money"))
    return told


def ran(world: World, run_id: str, hours: float, clock: FakeClock, **tags: str) -> None:
    """A run that tests the hypothesis and took so long, until now."""
    named = {"gonogo.hypothesis": "churn/trees", **tags}
    run = world.tracking.add_run(run_id, started=clock(), tags=named)
    ended = replace(run, status="FINISHED", ended=clock() + timedelta(hours=hours))
    world.tracking.known_runs[run_id] = ended
    scientist = world.api.by(Role.DATA_SCIENTIST)
    done(scientist.post("/hypotheses/churn/trees/runs", json={"run_id": run_id}), 201)


class TestBudgets:
    def test_is_in_force_and_the_one_before_stays(self, world: World) -> None:
        first = state(world)
        second = state(world, BUDGET.replace("60000", "70000"))
        viewer = world.api.by(Role.VIEWER)

        assert done(viewer.get("/cases/churn/budget")) == second
        listed = done(viewer.get("/cases/churn/budgets"))["items"]
        assert [one["number"] for one in listed] == [second["number"], first["number"]]
        assert [one["case"] for one in done(viewer.get("/budgets"))["items"]] == ["churn"]
        entry = done(viewer.get(f"/ledger/{second['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("budget", "case:churn")

    def test_what_is_wrong_is_not_saved(self, world: World, everything: Written) -> None:
        manager, viewer = world.api.by(Role.PRODUCT_MANAGER), world.api.by(Role.VIEWER)
        before = everything()
        wrong = {"text": BUDGET.replace("people", "peopel")}

        refused(manager.post("/cases/churn/budgets", json=wrong), 422, "lines[0].category (line 3)")
        csv = {"csv": f"{HEAD}\n2026-11-05,churn,compute,much,USD,INV-7,"}
        refused(manager.post("/payments", json=csv), 422, "row 2, column amount")
        refused(viewer.get("/cases/churn/budget"), 404, "case")
        assert everything() == before

    def test_payments_are_taken_in_once_and_keep_their_history(
        self, world: World, clock: FakeClock
    ) -> None:
        day = clock().date().isoformat()
        row = f"{day},churn,people,1000,USD,A/1,first"

        assert pay(world, row)["added"] == 1
        assert pay(world, row) == {"added": 0, "corrected": 0, "unchanged": 1, "entries": []}
        assert pay(world, row.replace("1000", "1100"))["corrected"] == 1
        viewer = world.api.by(Role.VIEWER)
        told = done(viewer.get("/payments/history", params={"reference": "A/1"}))["items"]
        assert [(one["revision"], one["amount"]) for one in told] == [(2, 1100.0), (1, 1000.0)]
        assert len(done(viewer.get("/payments", params={"case": "churn"}))["items"]) == 1
        refused(viewer.get("/payments/history", params={"reference": "B"}), 404, "reference")


class TestMoney:
    def test_without_anything_it_says_why(self, world: World) -> None:
        told = money(world)

        assert (told["budget"], told["earned"], told["spent"]) == (None, None, 0)
        assert told["why_not_earned"].startswith("there is no plan")
        assert told["cost_at_completion"]["undefined"].startswith("the plan in force")

    def test_is_earned_by_what_evidence_settles_and_forecast_by_the_plan(
        self, world: World, clock: FakeClock
    ) -> None:
        """To refute the hypothesis earns its step, and the other way then belongs to the plan."""
        state(world)
        save_plan(world, PLAN)
        forecast(world, futures=400)
        before = money(world)
        assert [one["step"] for one in before["earned"]["steps"]] == [
            "try",
            "build",
            "gate-validation",
            "live",
        ]
        assert before["earned"]["earned_value"] == 0
        assert before["earned"]["budget_at_completion"] == pytest.approx(5_000 + 10_500)

        low = {"value": 0.6, "low": 0.58, "high": 0.62}
        found = evidence(measured={**measured(), **low}) | {"subject": "hypothesis:churn/trees"}
        world.record(found)
        scientist = world.api.by(Role.DATA_SCIENTIST)
        asked = {"learned": "trees are no better"}
        settled = done(scientist.post("/hypotheses/churn/trees/settle", json=asked))
        assert settled["state"] == "refuted"
        pay(world, f"{clock().date()},churn,people,6000,USD,A1,")
        after = money(world)

        first = after["earned"]["steps"][0]
        assert first["how"] == "hypothesis refuted"
        assert after["earned"]["earned_value"] == pytest.approx(5_000)
        assert "other-way" in [one["step"] for one in after["earned"]["steps"]]
        completion = after["cost_at_completion"]
        assert completion["low"] <= completion["value"] <= completion["high"]
        assert completion["low"] >= 6000
        assert completion["level"] == pytest.approx(0.8)
        now = next(one for one in after["quarters"] if one["actual"])
        assert now["low"] <= now["forecast"] <= now["high"]
        whole = sum(one["forecast"] for one in after["quarters"])
        assert whole == pytest.approx(completion["value"])

    def test_a_step_named_as_a_gate_is_earned_once_a_version_passed_it(self, world: World) -> None:
        save_plan(
            world,
            PLAN.replace("gate-validation: {days: 1,", "gate-validation: {days: 1, cost: 700,"),
        )
        forecast(world, futures=100)
        step = money(world)["earned"]["steps"][2]
        assert (step["step"], step["how"]) == ("gate-validation", "")
        world.ready()
        path = f"/reviews/{world.review}/decision"
        done(world.api.by(Role.RISK_OFFICER).post(path, json={"rationale": "so"}), 201)

        after = money(world)["earned"]

        step = after["steps"][2]
        assert (step["step"], step["how"]) == ("gate-validation", "gate passed")
        assert after["earned_value"] == pytest.approx(700)

    def test_money_of_two_currencies_is_not_added_up(self, world: World, clock: FakeClock) -> None:
        save_plan(world, PLAN)
        forecast(world, futures=100)
        pay(world, f"{clock().date()},churn,people,6000,EUR,A1,")

        told = money(world)

        assert "not added up" in told["why_not_earned"]
        assert "not added up" in told["cost_at_completion"]["undefined"]

    def test_budget_and_plan_are_in_one_currency(self, world: World, everything: Written) -> None:
        manager = world.api.by(Role.MANAGER)
        save_plan(world, PLAN)
        before = everything()
        euros = {"text": BUDGET.replace("USD", "EUR")}
        told = refused(manager.post("/cases/churn/budgets", json=euros), 422, "currency")
        assert told["expected"] == "USD, as the plan in force has it: one currency a use case"
        assert everything() == before

        state(world)
        before = everything()
        euros = {"text": PLAN.replace("USD", "EUR")}
        refused(manager.post("/cases/churn/plans", json=euros), 422, "currency")
        assert everything() == before

    def test_is_kept_as_evidence_about_the_use_case_and_its_versions(
        self, world: World, clock: FakeClock
    ) -> None:
        save_plan(world, PLAN)
        forecast(world, futures=100)
        prices(world)
        ran(world, "c3", 2.0, clock)

        kept = world.api.by(Role.RISK_OFFICER).post("/cases/churn/money/evidence")

        assert len(done(kept, 201)["entries"]) == 6
        for subject in ("case:churn", "model:caller@1"):
            viewer = world.api.by(Role.VIEWER)
            found = done(viewer.get("/evidence", params={"subject": subject}))["items"]
            assert {
                "value.cost_at_completion",
                "operations.compute_cost",
                "operations.compute_carbon_g",
            } <= {one["check"] for one in found}


def prices(world: World, text: str = PRICES) -> dict[str, Any]:
    told: dict[str, Any] = done(
        world.api.by(Role.MANAGER).post("/compute/prices", json={"text": text}), 201
    )
    return told


def usage(world: World, **asked: Json) -> dict[str, Any]:
    told: dict[str, Any] = done(world.api.by(Role.VIEWER).get("/compute", params=asked))
    return told


class TestCompute:
    def test_hours_cost_and_carbon_of_runs(self, world: World, clock: FakeClock) -> None:
        assert usage(world)["total"]["cost"]["undefined"] == "no run has a price"
        prices(world)
        ran(world, "c1", 2.0, clock)
        ran(world, "c2", 1.0, clock, **{"gonogo.machine": "trainer"})
        ran(world, "c4", 1.0, clock, **{"mlflow.parentRunId": "c2"})

        told = usage(world, case="churn")

        by_run = {one["run"]: one for one in told["runs"]}
        assert "c4" not in by_run
        assert (by_run["c1"]["cost"], by_run["c1"]["assumed"]) == (1.0, True)
        assert (by_run["c2"]["cost"], by_run["c2"]["assumed"]) == (3.0, False)
        assert by_run["c1"]["carbon"] == [
            pytest.approx(2 * 0.02 * 300),
            pytest.approx(2 * 0.04 * 350),
            pytest.approx(2 * 0.08 * 400),
        ]
        assert by_run["c2"]["carbon"] is None
        assert told["total"]["dark"] == 1
        assert told["cases"][0]["name"] == "churn"
        assert told["cases"][0]["cost"]["value"] == pytest.approx(4.0, abs=0.01)

    def test_energy_that_was_metered_is_not_estimated(self, world: World, clock: FakeClock) -> None:
        prices(world)
        run = world.tracking.add_run("c9", tags={"gonogo.hypothesis": "churn/trees"})
        metrics = {"gonogo.energy_wh": 500.0}
        ended = clock() + timedelta(hours=1)
        world.tracking.known_runs["c9"] = replace(
            run, metrics=metrics, status="FINISHED", ended=ended
        )
        scientist = world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post("/hypotheses/churn/trees/runs", json={"run_id": "c9"}), 201)

        found = next(one for one in usage(world)["runs"] if one["run"] == "c9")

        assert (found["metered"], found["watt_hours"]) == (True, 500.0)
        assert found["carbon"][1] == pytest.approx(0.5 * 350)

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("otherwise: laptop", "otherwise: laptpo", "otherwise (line 2)"),
            ("cpus: 16, ", "", "machines.trainer.cpu_hour (line 5)"),
            ("low: 20", "low: 200", "machines.laptop.watts (line 4)"),
            ("place: office}\n  tr", "place: cloud}\n  tr", "machines.laptop.place (line 4)"),
        ],
    )
    def test_a_wrong_price_list_changes_nothing(
        self, world: World, everything: Written, old: str, new: str, field: str
    ) -> None:
        manager, viewer = world.api.by(Role.MANAGER), world.api.by(Role.VIEWER)
        before = everything()
        wrong = {"text": PRICES.replace(old, new)}
        refused(manager.post("/compute/prices", json=wrong), 422, field)
        refused(viewer.get("/compute/prices"), 404, "prices")
        assert everything() == before

    def test_a_quota_warns_is_exceeded_and_opens_an_incident_once(
        self, world: World, clock: FakeClock
    ) -> None:
        prices(world)
        manager = world.api.by(Role.PRODUCT_MANAGER)
        path = "/cases/churn/quotas/cost"
        assert done(manager.post(path, json={"limit": 4}), 201)["state"] == "within"
        ran(world, "c1", 7.0, clock)
        viewer = world.api.by(Role.VIEWER)
        told = done(viewer.get("/compute/quotas"))["items"]
        assert [(one["state"], one["used"]["value"]) for one in told] == [("warns", 3.5)]
        ran(world, "c2", 2.0, clock)
        open_work = world.api.installation.open_work
        assert [quotas.follow(open_work) for _ in range(2)] == [1, 0]
        found = done(viewer.get("/incidents"))["items"]
        assert (found[0]["why"], found[0]["case"]) == ("quota-cost", "churn")
        assert "4.5 USD used" in found[0]["detail"]
        clock.advance(days=62)
        assert done(viewer.get("/compute/quotas"))["items"][0]["state"] == "within"
        assert done(manager.delete(path))["items"] == []
        refused(manager.delete(path), 404, "what")
        refused(manager.post("/cases/churn/quotas/money", json={"limit": 4}), 422, "what")

    def test_the_next_runs_are_estimated_by_those_that_were(
        self, world: World, clock: FakeClock
    ) -> None:
        prices(world)
        viewer, path = world.api.by(Role.VIEWER), "/cases/churn/compute/next"
        few = done(viewer.get(path, params={"runs": 20}))
        assert few["cost"]["undefined"].startswith("0 runs like them")
        for at, hours in enumerate((1.0, 2.0, 1.5, 0.8)):
            ran(world, f"d{at}", hours, clock)

        told = done(viewer.get(path, params={"runs": 20}))

        assert told["past"] == 4
        assert told["hours"]["low"] < 26 < told["hours"]["high"]
        assert told["cost"]["value"] == pytest.approx(told["hours"]["value"] / 2)
        assert told["carbon"]["low"] < told["carbon"]["value"] < told["carbon"]["high"]
        assert done(viewer.get(path, params={"model": "caller"}))["past"] == 0
        refused(viewer.get(path, params={"runs": 0}), 422, "runs")

    def test_what_is_reserved_and_not_used_is_told(self, world: World, clock: FakeClock) -> None:
        today = clock().date()
        first, last = today - timedelta(days=2), today + timedelta(days=9)
        reserved = f"reservations: [{{machine: trainer, from: {first}, until: {last}}}]\n"
        prices(world, PRICES + reserved)
        ran(world, "c2", 0.0, clock, **{"gonogo.machine": "trainer"})

        told = usage(world)["reservations"]

        assert told[0]["reserved"] > 48
        assert told[0]["idle_cost"] == pytest.approx(3.0 * told[0]["reserved"])

    def test_what_answering_took_is_priced_and_kept(self, world: World, clock: FakeClock) -> None:
        """Of the version that answered; the machine that pays for it is told to whom it belongs."""
        today = clock().date()
        reserved = (
            f"reservations: [{{machine: trainer, from: {today}, until: {today}, case: churn}}]"
        )
        prices(world, f"{PRICES}serving: trainer\n{reserved}\n")
        log = world.api.installation.settings.home / "decisions"
        at = microseconds(clock())
        hour = 3_600_000_000
        answers = [
            decision(str(n), case="churn", model="caller@1", at=at, latency_us=8 * hour)
            for n in range(2)
        ]
        write(log, *answers, decision("other", case="other", at=at))
        told = done(world.api.by(Role.VIEWER).get("/compute", params={"case": "churn"}))
        (served,) = told["serving"]
        assert (served["version"], served["answers"], served["hours"]) == ("caller@1", 2, 16)
        assert served["cost"] == pytest.approx(3.0)
        assert served["per_thousand"] == pytest.approx(1500)
        assert [one["case"] for one in told["reservations"]] == ["churn"]
        assert told["reservations"][0]["used"] == pytest.approx(1.0)
        done(world.api.by(Role.RISK_OFFICER).post("/cases/churn/money/evidence"), 201)
        viewer = world.api.by(Role.VIEWER)
        for subject in ("case:churn", "model:caller@1"):
            found = done(viewer.get("/evidence", params={"subject": subject}))["items"]
            (kept,) = [one for one in found if one["check"] == "operations.serving_cost"]
            assert kept["measured"]["value"] == pytest.approx(3.0)
            assert kept["detail"]["machine"] == "trainer"

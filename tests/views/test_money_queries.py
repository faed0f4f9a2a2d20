"""Pages of money ask a fixed number of questions, however much there is; on both databases."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from gonogo.core.roles import Role
from gonogo.flows import compute, money
from gonogo.store.work import Work
from gonogo.views import money as views
from gonogo.views import money_forms, money_overview
from gonogo.views.compute import computed
from tests.fixtures.requests import PLAN
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World
from tests.views.test_queries import counted

BUDGET = "currency: USD\nlines: [{line: all, category: people, amounts: {2026-Q4: 40000}}]\n"
PRICES = """currency: USD
machines: {box: {hour: 1}}
serving: box
reservations: [{machine: box, from: 2026-11-01, until: 2026-12-01, case: churn}]
"""


class TestFixedNumber:
    def test_however_many_use_cases_and_payments_there_are(
        self, world: World, work_as: WorkAs, engine: Engine, tmp_path: Path
    ) -> None:
        def whole(work: Work) -> object:
            found = compute.usage(work)
            told = computed(
                found,
                compute.quotas(work, found),
                serving=compute.serving(work, tmp_path, found),
                idle=compute.reserved(found, work, tmp_path),
                unused=compute.unused(work, tmp_path),
            )
            return money_overview.overview(work, found, told)

        def of_case(work: Work) -> object:
            found = compute.usage(work, case="churn")
            told = computed(
                found,
                compute.quotas(work, found, "churn"),
                idle=compute.reserved_for(work, found, "churn", tmp_path),
            )
            return views.of_case(work, money.standing(work, "churn"), told)

        def form(work: Work) -> object:
            return money_forms.budget_form(work, "churn")

        def asked(view: Callable[[Work], object]) -> int:
            with work_as(Role.VIEWER, write=False) as work, counted(engine) as found:
                view(work)
            return len(found)

        def known(case: str) -> None:
            manager = world.api.by(Role.MANAGER)
            paid = f"2026-11-20,{case},people,100,USD,{case},"
            header = "date,use case,category,amount,currency,reference,note"
            for path, said in (
                (f"/cases/{case}/budgets", {"text": BUDGET}),
                (f"/cases/{case}/plans", {"text": PLAN}),
                (f"/cases/{case}/quotas/cost", {"limit": 5}),
                ("/payments", {"csv": f"{header}\n{paid}\n"}),
            ):
                assert manager.post(path, json=said).status_code in {200, 201}, path

        done(world.api.by(Role.MANAGER).post("/compute/prices", json={"text": PRICES}), 201)
        known("churn")
        few = [asked(view) for view in (whole, of_case, form)]
        for number in range(3):
            world.case(slug=f"case-{number}")
            known(f"case-{number}")
        assert [asked(view) for view in (whole, of_case, form)] == few
        assert all(n <= most for n, most in zip(few, (14, 20, 4), strict=True)), few

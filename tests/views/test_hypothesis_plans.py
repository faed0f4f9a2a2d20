"""A hypothesis's page with its plan: power curve, looks, boundary and verdict, all in numbers."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.core.verdicts import Verdict
from gonogo.views import cases
from gonogo.views.hypotheses import HypothesisPage
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World, measured
from tests.views.test_hypotheses import record, settle, shown

PLAN: dict[str, Any] = {
    "kind": "auc",
    "asked": {"n": 500, "analysis": "pocock", "looks": 4},
    "known": {"base": 0.7},
}


def fix(world: World, **more: Any) -> None:
    """A plan of 1,000 observations in all, four times looked at."""
    asked = {**PLAN, **more}
    done(world.api.by(Role.DATA_SCIENTIST).post("/hypotheses/churn/trees/plans", json=asked), 201)


def look(world: World, n: int, value: float, half: float = 0.03) -> str:
    return record(world, 0, measured={**measured(value, half), "n": n})


class TestPlan:
    def test_it_is_shown_with_its_power_curve(self, world: World, work_as: WorkAs) -> None:
        fix(world)
        plan = shown(work_as).plan
        assert plan is not None
        assert plan.headline.startswith("1,000 observations find an effect of")
        assert plan.criterion == "ROC AUC at least 0.7"
        assert plan.curve is not None
        (line,) = plan.curve.lines
        assert [point.x for point in line.points][3] == 1000
        assert [one.at for one in plan.curve.uprights] == [1000.0]
        assert [one.total for one in plan.looks] == [250, 500, 750, 1000]
        assert not plan.late

    def test_an_amendment_after_the_evidence_says_so(self, world: World, work_as: WorkAs) -> None:
        fix(world)
        look(world, 250, 0.72)
        fix(world, reason="rows are dear", asked={"n": 400})
        plan = shown(work_as).plan
        assert plan is not None
        assert plan.late
        assert [(one.number, one.measured, one.reason) for one in plan.plans] == [
            (2, 1, "rows are dear"),
            (1, 0, ""),
        ]

    def test_without_one_there_is_none(self, world: World, work_as: WorkAs) -> None:
        assert shown(work_as).plan is None


class TestSeries:
    def test_looks_are_drawn_against_their_boundary(self, world: World, work_as: WorkAs) -> None:
        fix(world)
        for n, value in ((250, 0.735), (500, 0.735), (500, 0.733)):
            look(world, n, value)
        page = shown(work_as)
        (series,) = page.series
        assert [(one.number, one.n) for one in series.taken] == [(1, 250), (2, 500), (2, 500)]
        assert series.planned == 4
        first = series.taken[0]
        assert first.z == pytest.approx(0.035 / 0.03 * 1.959964, rel=1e-4)
        assert first.reach is not None
        assert first.low is not None
        assert first.low < 0.705
        assert series.boundary is not None
        assert [len(line.points) for line in series.boundary.lines] == [4, 4, 3]
        assert [one.at for one in series.chart.bounds] == [0.7]
        # Its own interval lies above the bound; widened to the boundary it straddles it.
        assert page.criteria[0].verdict is Verdict.HOLD
        assert "widened to the pocock boundary" in page.criteria[0].reason

    def test_without_a_plan_each_measurement_is_drawn_as_it_came(
        self, world: World, work_as: WorkAs
    ) -> None:
        record(world, 0.8)
        record(world, 0.75)
        (series,) = shown(work_as).series
        assert (series.taken, series.boundary) == ((), None)
        (line,) = series.chart.lines
        assert [(point.x, point.y) for point in line.points] == [(1.0, 0.8), (2.0, 0.75)]

    def test_what_came_after_it_was_closed_is_not_among_them(
        self, world: World, work_as: WorkAs
    ) -> None:
        record(world, 0.6)
        settle(world)
        record(world, 0.9)
        (series,) = shown(work_as).series
        assert [point.y for point in series.chart.lines[0].points] == [0.6]

    def test_an_always_valid_plan_has_a_boundary_everywhere(
        self, world: World, work_as: WorkAs
    ) -> None:
        fix(world, asked={"n": 500, "analysis": "always-valid"})
        look(world, 100, 0.72)
        page: HypothesisPage = shown(work_as)
        (series,) = page.series
        assert series.planned == 0
        assert series.boundary is not None
        edge = series.boundary.lines[0].points
        assert len(edge) == 24
        assert edge[0].y > edge[-1].y > 1.96


class TestFamilies:
    def test_they_are_on_the_page_of_their_use_case(self, world: World, work_as: WorkAs) -> None:
        with work_as(Role.VIEWER, write=False) as work:
            assert cases.case(work, "churn").families == ()
        world.hypothesis(slug="nets")
        record(world, 0.73)
        with work_as(Role.VIEWER, write=False) as work:
            (family,) = cases.case(work, "churn").families
        assert [(one.slug, one.alone, one.by_holm) for one in family.members] == [
            ("trees", True, True),
            ("nets", False, False),
        ]
        assert family.members[1].why == "not measured yet"
        assert family.headline.startswith("1 would be supported alone; tested together 1 by Holm")

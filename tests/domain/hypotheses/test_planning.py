"""Plans fixed with hypotheses: before the evidence, worked out by the server, amended in sight."""

from typing import Any

import msgspec
import pytest

from gonogo.checks.experiments.plan import Asked
from gonogo.checks.experiments.planning import KINDS, planned
from gonogo.core.errors import Conflict, Forbidden, Invalid
from gonogo.core.roles import Role
from gonogo.domain.hypotheses import actions, plan_tables, planning
from gonogo.domain.hypotheses.plans import Planning
from gonogo.domain.hypotheses.rules import Hypothesis, State
from tests.domain.hypotheses.test_actions import LEARNED, record
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs


def wanted(reason: str = "", **asked: Any) -> Planning:
    """An AUC of 0.75 against 0.7, found with 0.8 power."""
    return Planning("auc", Asked(**{"effect": 0.05, **asked}), {"base": 0.7}, reason=reason)


class TestPlan:
    def test_it_is_worked_out_here_and_explained_by_its_entry(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            made = planning.plan(work, "churn", "trees", wanted())
            entry = work.ledger.entry(made.entry)
            assert plan_tables.of(work, hypothesis.subject) == [made]
        assert (entry.kind, entry.subject) == ("plan", "hypothesis:churn/trees")
        assert msgspec.json.decode(entry.body)["plan"]["n"] == made.plan.n
        assert made.plan == planned("auc", Asked(effect=0.05), {"base": 0.7})
        assert (made.number, made.measured, made.late) == (1, 0, False)

    def test_it_stays_as_it_was_fixed_and_is_amended_with_a_reason(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            first = planning.plan(work, "churn", "trees", wanted())
        before = written()
        with pytest.raises(Conflict, match="has a plan"), work_as(Role.DATA_SCIENTIST) as work:
            planning.plan(work, "churn", "trees", wanted(n=10))
        assert written() == before
        record(work_as, 0.5, 0.71, 0.9)
        with work_as(Role.DATA_SCIENTIST) as work:
            second = planning.plan(work, "churn", "trees", wanted("rows are dear", power=0.7))
            assert plan_tables.of(work, hypothesis.subject) == [first, second]
            (in_force,) = plan_tables.in_force(work, [hypothesis.subject]).values()
        assert in_force == second
        assert (second.number, second.measured, second.late) == (2, 1, True)

    def test_the_first_comes_before_the_evidence(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        record(work_as, 0.5, 0.71, 0.9)
        before = written()
        for reason in ("", "forgotten"):
            with pytest.raises(Conflict, match="too late"), work_as(Role.DATA_SCIENTIST) as work:
                planning.plan(work, "churn", "trees", wanted(reason))
        assert written() == before

    def test_what_is_closed_is_planned_no_more(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.abandon(work, hypothesis.subject, reason="no data")
        with pytest.raises(Conflict, match="open"), work_as(Role.DATA_SCIENTIST) as work:
            planning.plan(work, "churn", "trees", wanted())

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            (Planning("luck", Asked(effect=0.1), {}), "kind"),
            (Planning("auc", Asked(effect=0.1), {}), "known.base"),
            (Planning("auc", Asked(effect=0.1), {"base": 0.7, "sd": 1}), "known.sd"),
            (Planning("auc", Asked(), {"base": 0.7}), "effect"),
            (Planning("auc", Asked(effect=0.5), {"base": 0.7}), "asked"),
            (Planning("auc", Asked(effect=0.1, alpha=0.1), {"base": 0.7}), "asked.alpha"),
            (Planning("auc", Asked(effect=0.1), {"base": 0.7}, criterion=1), "criterion"),
        ],
    )
    def test_what_cannot_be_planned_is_named(
        self,
        work_as: WorkAs,
        hypothesis: Hypothesis,
        written: Written,
        asked: Planning,
        field: str,
    ) -> None:
        before = written()
        with pytest.raises(Invalid) as refused, work_as(Role.DATA_SCIENTIST) as work:
            planning.plan(work, "churn", "trees", asked)
        assert refused.value.field == field
        assert written() == before

    def test_a_viewer_may_not(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            planning.plan(work, "churn", "trees", wanted())

    def test_every_kind_can_be_planned(self) -> None:
        known = {"base": 0.3, "sd": 1.0, "correlation": 0.5, "discordant": 0.3}
        for name, kind in KINDS.items():
            given = {need: known[need] for need in kind.needs}
            assert planned(name, Asked(effect=0.1), given).enough, name


class TestSettle:
    def test_early_only_the_boundary_supports(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        """Its interval lies within the bound, but with a tenth of the rows that is no answer."""
        with work_as(Role.DATA_SCIENTIST) as work:
            # Of Pocock's looks the first asks for |z| 2.4 and more; the interval has 1.96.
            asked = wanted(analysis="pocock", effect=None, n=2500)
            made = planning.plan(work, "churn", "trees", asked)
        assert made.plan.total == 5000
        record(work_as, 0.71, 0.75, 0.79)
        with work_as(Role.DATA_SCIENTIST) as work:
            closed, settlement = actions.settle(work, hypothesis.subject, learned=LEARNED)
            body = msgspec.json.decode(work.ledger.entry(closed.entry).body)
        assert closed.state is State.INCONCLUSIVE
        assert "look 1, 500 of 5,000 planned observations" in settlement.rationale
        assert made.entry in body["cites"]

    def test_a_plan_that_looks_once_waits_for_all_it_planned(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            planning.plan(work, "churn", "trees", wanted(effect=None, n=400))
        record(work_as, 0.5, 0.55, 0.6)
        with work_as(Role.DATA_SCIENTIST) as work:
            closed, settlement = actions.settle(work, hypothesis.subject, learned=LEARNED)
        assert closed.state is State.INCONCLUSIVE
        assert "500 of 800 planned observations are in; the plan looks once" in settlement.rationale

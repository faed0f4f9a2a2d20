"""Planning a hypothesis in the browser: numbers first, then kept; amended with a reason."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.domain.hypotheses import plan_tables
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Hypothesis
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs
from tests.interfaces.web.conftest import Reader

TREES = "/hypotheses/churn/trees"
FILLED = {
    "kind": "auc",
    "criterion": "0",
    "known.base": "0.7",
    "known.ratio": "",
    "asked.effect": "",
    "asked.n": "500",
    "asked.power": "0.8",
    "asked.alpha": "0.05",
    "asked.analysis": "pocock",
    "asked.looks": "4",
    "asked.two_sided": "true",
}


def plans(work_as: WorkAs, hypothesis: Hypothesis) -> list[Planned]:
    with work_as(Role.VIEWER, write=False) as work:
        return plan_tables.of(work, hypothesis.subject)


def record(work_as: WorkAs) -> None:
    measured: dict[str, Any] = {
        "value": 0.72,
        "low": 0.7,
        "high": 0.74,
        "level": 0.95,
        "n": 250,
        "unit": "auc",
        "method": "DeLong",
    }
    draft = EvidenceDraft("hypothesis:churn/trees", "performance.roc_auc", measured)
    with work_as(Role.DATA_SCIENTIST) as work:
        evidence.record(work, [draft])


class TestForm:
    def test_the_hypothesis_leads_to_it(self, console: Reader, hypothesis: Hypothesis) -> None:
        assert f'href="{TREES}/plan"' in console(Role.DATA_SCIENTIST).page(TREES)
        assert f'href="{TREES}/plan"' not in console(Role.VIEWER).page(TREES)

    def test_it_begins_with_what_the_hypothesis_says(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        told: Any = console(Role.DATA_SCIENTIST).json(f"{TREES}/plan")
        assert told["kind"] == "auc"
        assert told["values"]["asked.alpha"] == f"{hypothesis.text.significance:g}"
        assert told["can_keep"]

    @pytest.mark.parametrize(
        ("kind", "asks"),
        [
            ("proportions", "known.base"),
            ("means", "known.sd"),
            ("paired-auc", "known.correlation"),
            ("paired", "known.discordant"),
        ],
    )
    def test_each_comparison_asks_for_what_it_needs(
        self, console: Reader, hypothesis: Hypothesis, kind: str, asks: str
    ) -> None:
        assert f'name="{asks}"' in console(Role.DATA_SCIENTIST).page(f"{TREES}/plan?kind={kind}")

    def test_an_unknown_comparison_is_refused(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        assert console(Role.DATA_SCIENTIST).get(f"{TREES}/plan?kind=guess").status_code == 422

    def test_a_viewer_is_refused(self, console: Reader, hypothesis: Hypothesis) -> None:
        assert console(Role.VIEWER).get(f"{TREES}/plan").status_code == 403


class TestCheck:
    def test_the_numbers_are_shown_and_nothing_is_kept(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs, everything: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = everything()
        page = reader.post(f"{TREES}/plan/check", FILLED)
        assert page.status_code == 200
        assert "1,000 observations find an effect of" in page.text
        assert "not kept yet" in page.text
        assert 'value="500"' in page.text
        assert everything() == before

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"asked.n": ""}, "asked.effect"),
            ({"asked.n": "many"}, "asked.n"),
            ({"known.base": ""}, "known.base"),
            ({"known.base": "1.7"}, "known.base"),
            ({"asked.alpha": "0.4"}, "asked.alpha"),
            ({"criterion": "7"}, "criterion"),
        ],
    )
    def test_what_cannot_be_planned_is_refused_at_its_field(
        self, console: Reader, hypothesis: Hypothesis, change: dict[str, str], field: str
    ) -> None:
        page = console(Role.DATA_SCIENTIST).post(f"{TREES}/plan/check", {**FILLED, **change})
        assert page.status_code == 422
        assert f'<span class="mono">{field}</span>' in page.text
        assert "<script" not in page.text.split("</head>")[1]


class TestKeep:
    def test_it_is_fixed_with_the_hypothesis(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        answer = reader.post(f"{TREES}/plan", FILLED)
        assert answer.status_code == 303
        (made,) = plans(work_as, hypothesis)
        assert (made.kind, made.plan.total, len(made.plan.looks)) == ("auc", 1000, 4)
        assert made.by == reader.actor
        assert "1,000 observations find an effect of" in reader.page(TREES)

    def test_an_amendment_begins_with_the_plan_and_needs_a_reason(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        reader.post(f"{TREES}/plan", FILLED)
        told: Any = reader.json(f"{TREES}/plan")
        assert told["values"]["asked.n"] == "500"
        assert told["values"]["asked.analysis"] == "pocock"
        assert told["values"]["known.base"] == "0.7"
        less = {**FILLED, "asked.n": "400"}
        silent = reader.post(f"{TREES}/plan", less)
        assert silent.status_code == 409
        assert '<span class="mono">reason</span>' in silent.text
        assert reader.post(f"{TREES}/plan", {**less, "reason": "rows are dear"}).status_code == 303
        assert [one.reason for one in plans(work_as, hypothesis)] == ["", "rows are dear"]

    def test_it_is_too_late_once_there_is_evidence(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        record(work_as)
        reader = console(Role.DATA_SCIENTIST)
        page = reader.page(f"{TREES}/plan")
        assert "It is too late to plan what was measured already" in page
        assert "Keep the plan" not in page
        assert reader.post(f"{TREES}/plan", FILLED).status_code == 409
        assert plans(work_as, hypothesis) == []

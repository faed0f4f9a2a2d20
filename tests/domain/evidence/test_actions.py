"""Recording evidence: what is refused, and that a refusal writes nothing."""

import math
from dataclasses import replace
from typing import Any

import pytest

from gonogo.core.errors import Forbidden, GonogoError, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.domain.evidence import actions, reads
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.domain.hypotheses.rules import Hypothesis
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs

MEASURED: dict[str, Any] = {
    "value": 0.74,
    "low": 0.66,
    "high": 0.83,
    "level": 0.95,
    "n": 597,
    "unit": "auc",
    "method": "DeLong (1988)",
}
DRAFT = EvidenceDraft("hypothesis:churn/trees", "performance.roc_auc", MEASURED, {"level": 0.95})

WRONG: dict[str, tuple[EvidenceDraft, type[GonogoError], str]] = {
    "model version that does not exist": (
        replace(DRAFT, subject="model:churn@3"),
        NotFound,
        "evidence.1.subject",
    ),
    "subject that is no address": (
        replace(DRAFT, subject="churn"),
        Invalid,
        "evidence.1.subject",
    ),
    "unknown check": (
        replace(DRAFT, check="performance.sharpness"),
        Invalid,
        "evidence.1.check",
    ),
    "check without an area": (replace(DRAFT, check="auc"), Invalid, "evidence.1.check"),
    "parameter the check does not take": (
        replace(DRAFT, parameters={"colour": "red"}),
        Invalid,
        "evidence.1.with.colour",
    ),
    "parameter of another type": (
        replace(DRAFT, parameters={"level": "high"}),
        Invalid,
        "evidence.1.with.level",
    ),
    "required parameter left out": (
        replace(DRAFT, check="fairness.selection_rate_ratio", parameters={}),
        Invalid,
        "evidence.1.with.group",
    ),
    "dataset version that does not exist": (
        replace(DRAFT, data="dataset:loans@3f2a9c"),
        NotFound,
        "evidence.1.data",
    ),
    "data that is no dataset version": (
        replace(DRAFT, data="case:churn"),
        Invalid,
        "evidence.1.data",
    ),
    "NaN": (
        replace(DRAFT, measured=MEASURED | {"value": math.nan}),
        Invalid,
        "evidence.1.measured",
    ),
    "NaN as an end": (
        replace(DRAFT, measured=MEASURED | {"low": math.nan}),
        Invalid,
        "evidence.1.measured",
    ),
    "infinite value": (
        replace(DRAFT, measured=MEASURED | {"value": math.inf, "high": None}),
        Invalid,
        "evidence.1.measured",
    ),
    "low above high": (
        replace(DRAFT, measured=MEASURED | {"low": 0.9, "high": 0.6}),
        Invalid,
        "evidence.1.measured",
    ),
    "value outside its interval": (
        replace(DRAFT, measured=MEASURED | {"value": 0.9}),
        Invalid,
        "evidence.1.measured",
    ),
    "n below 0": (replace(DRAFT, measured=MEASURED | {"n": -1}), Invalid, "evidence.1.measured"),
    "n that is not whole": (
        replace(DRAFT, measured=MEASURED | {"n": 1.5}),
        Invalid,
        "evidence.1.measured.n",
    ),
    "level above 1": (
        replace(DRAFT, measured=MEASURED | {"level": 95}),
        Invalid,
        "evidence.1.measured",
    ),
    "no interval": (
        replace(DRAFT, measured={"value": 0.7, "n": 10, "level": 0.95}),
        Invalid,
        "evidence.1.measured.low",
    ),
    "number in words": (
        replace(DRAFT, measured=MEASURED | {"value": "0.7"}),
        Invalid,
        "evidence.1.measured.value",
    ),
    "NaN in the detail": (replace(DRAFT, detail={"curve": [math.nan]}), Invalid, "body"),
}


class TestRecord:
    def test_many_stand_in_the_ledger_in_their_order(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        drafts = [replace(DRAFT, detail={"number": number}) for number in range(1000)]
        with work_as(Role.DATA_SCIENTIST) as work:
            entries = actions.record(work, drafts)
            positions = [entry.position for entry in entries]
            assert positions == list(range(positions[0], positions[0] + 1000))
            assert work.ledger.verify().broken is None
            (newest,) = work.ledger.latest(hypothesis.subject)
        assert newest.evidence.detail == {"number": 999}
        assert not newest.evidence.reproduced
        assert newest.evidence.actor == str(work.caller.actor)

    @pytest.mark.parametrize("wrong", WRONG)
    def test_one_that_cannot_be_keeps_all_out(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written, wrong: str
    ) -> None:
        draft, kind, field = WRONG[wrong]
        before = written()
        with pytest.raises(kind) as refused, work_as(Role.DATA_SCIENTIST) as work:
            actions.record(work, [DRAFT, draft])
        assert refused.value.field == field
        assert written() == before

    @pytest.mark.parametrize("number", [0, 1001])
    def test_none_and_too_many_are_refused(
        self, work_as: WorkAs, hypothesis: Hypothesis, number: int
    ) -> None:
        with (
            pytest.raises(Invalid, match="1 to 1,000"),
            work_as(Role.DATA_SCIENTIST) as work,
        ):
            actions.record(work, [DRAFT] * number)

    def test_a_viewer_may_not(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        before = written()
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            actions.record(work, [DRAFT])
        assert written() == before

    def test_no_number_is_recorded_with_its_reason(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        draft = replace(DRAFT, measured={"undefined": "only one class", "n": 3})
        with work_as(Role.ML_ENGINEER) as work:
            actions.record(work, [draft])
            (found,) = work.ledger.latest(hypothesis.subject)
        assert found.evidence.body()["measured"] == {"undefined": "only one class", "n": 3}

    def test_reproduced_is_said_by_the_server_alone(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        assert "reproduced" not in EvidenceDraft.__slots__
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.record(work, [DRAFT], reproduced=True)
            (found,) = work.ledger.latest(hypothesis.subject)
        assert found.evidence.reproduced

    def test_subjects_are_read_in_one_query_a_level(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        from sqlalchemy import event

        asked: list[str] = []
        with work_as(Role.DATA_SCIENTIST) as work:
            event.listen(
                work.connection, "before_cursor_execute", lambda *given: asked.append(given[2])
            )
            actions.record(work, [DRAFT] * 200)
        assert len([one for one in asked if "FROM subjects" in one]) <= 3
        assert len(asked) <= 8


class TestListed:
    def test_current_leaves_out_what_was_replaced(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.record(work, [DRAFT, DRAFT, replace(DRAFT, parameters={"level": 0.9})])
            everything = reads.listed(work, subject=hypothesis.subject)
            current = reads.listed(work, subject=hypothesis.subject, only_current=True)
        assert len(everything.items) == 3
        assert [one.evidence.parameters for one in current.items] == [
            {"level": 0.9},
            {"level": 0.95},
        ]

    def test_pages_follow_one_another(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            entries = actions.record(work, [DRAFT] * 5)
            first = reads.listed(work, check="performance.roc_auc", limit=3)
            second = reads.listed(work, check="performance.roc_auc", cursor=first.next, limit=3)
        found = [one.position for one in (*first.items, *second.items)]
        assert found == [entry.position for entry in reversed(entries)]
        assert second.next is None

    def test_other_checks_and_subjects_are_left_out(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.record(work, [DRAFT])
            assert not reads.listed(work, check="performance.pr_auc").items
            assert not reads.listed(work, subject=Subject.parse("case:churn")).items

    def test_an_entry_of_another_kind_is_no_evidence(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with (
            pytest.raises(NotFound, match="not a hypothesis"),
            work_as(Role.VIEWER, write=False) as work,
        ):
            reads.one(work, hypothesis.sealed)

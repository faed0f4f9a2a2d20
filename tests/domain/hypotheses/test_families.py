"""Families: p-values read off intervals, adjusted by Holm and by Benjamini and Hochberg."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from gonogo.core.canonical import Json
from gonogo.core.conditions import Condition, Settled
from gonogo.core.errors import Invalid
from gonogo.core.roles import Role
from gonogo.core.verdicts import Verdict
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.domain.hypotheses import actions, family_reads
from gonogo.domain.hypotheses.families import p_value, support
from gonogo.domain.hypotheses.looks import Judged
from gonogo.domain.hypotheses.rules import hypothesis_subject
from gonogo.stats.estimate import Estimate, Undefined
from tests.fixtures.rooms import statement
from tests.fixtures.work import WorkAs

ABOVE = Condition("performance.accuracy", at_least=0.7)


def estimate(value: float, half: float = 0.1) -> Estimate:
    return Estimate(value, value - half, value + half, 0.95, 100, "share", "m")


class TestPValue:
    def test_as_altman_and_bland_work_it_out(self) -> None:
        """Altman & Bland (2011), BMJ 343, d2304: z is the estimate over its error, as read off."""
        found = Estimate(-3.0, -5.0, -1.0, 0.95, 100, "mmHg", "m")
        # z = 3 / (4 / 3.92) = 2.94, p = 0.0033.
        assert p_value(found, Condition("x.y", at_most=0.0)) == pytest.approx(0.0033, abs=5e-5)

    @given(value=st.floats(0, 1), half=st.floats(0.001, 0.5), bound=st.floats(0, 1))
    def test_it_is_small_exactly_where_the_interval_holds(
        self, value: float, half: float, bound: float
    ) -> None:
        found = estimate(value, half)
        p = p_value(found, Condition("x.y", at_least=bound))
        assert 0 <= p <= 1
        if abs(found.low - bound) > 1e-9:
            assert (p < 0.05) == (found.low > bound)

    def test_two_bounds_must_both_hold(self) -> None:
        both = Condition("x.y", at_least=0.5, at_most=0.9)
        assert p_value(estimate(0.7, 0.2), both) == pytest.approx(0.05)
        assert p_value(estimate(0.85, 0.1), both) == pytest.approx(
            p_value(estimate(0.85, 0.1), Condition("x.y", at_most=0.9))
        )

    def test_open_ends_and_counts(self) -> None:
        opened = Estimate(0.9, float("-inf"), 1.0, 0.95, 10, "share", "m")
        assert p_value(opened, ABOVE) == 1.0
        counted = Estimate(0.8, 0.8, 0.8, 1.0, 10, "share", "exact")
        assert p_value(counted, ABOVE) == 0.0


class TestSupport:
    def test_the_worst_criterion_speaks(self) -> None:
        def judged(value: float) -> Judged:
            return Judged(Settled(ABOVE, Verdict.HOLD, ""), estimate(value))

        assert support([judged(0.9), judged(0.71)])[0] == p_value(estimate(0.71), ABOVE)

    def test_what_is_not_measured_has_none_and_says_why(self) -> None:
        missing = Judged(Settled(ABOVE, Verdict.NO_DATA, "not measured yet"), None)
        assert support([missing]) == (None, "not measured yet")
        assert support([Judged(missing.settled, Undefined("one class", 3))])[0] is None


@pytest.fixture
def five(work_as: WorkAs, case: str) -> WorkAs:
    """Four measured hypotheses, one that is not, one of another family, one given up."""
    values = {"a": 0.85, "b": 0.82, "c": 0.81, "d": 0.75}
    with work_as(Role.DATA_SCIENTIST) as work:
        for slug in (*values, "open", "gone", "other"):
            text = replace(statement(ABOVE), family="second" if slug == "other" else "")
            actions.register(work, case, slug, text)
        drafts = [
            EvidenceDraft(
                f"hypothesis:churn/{slug}",
                ABOVE.check,
                {
                    "value": value,
                    "low": value - 0.1,
                    "high": value + 0.1,
                    "level": 0.95,
                    "n": 100,
                    "unit": "share",
                    "method": "m",
                },
            )
            for slug, value in values.items()
        ]
        evidence.record(work, drafts)
        actions.abandon(work, hypothesis_subject(case, "gone"), reason="no time")
        actions.settle(work, hypothesis_subject(case, "a"), learned="it holds")
    return work_as


class TestOfCase:
    def test_adjusted_as_statsmodels_does(self, five: WorkAs) -> None:
        """Those not measured count, as 1; those given up unmeasured do not."""
        with five(Role.VIEWER, write=False) as work:
            first, second = family_reads.of_case(work, "churn")
        assert [one.hypothesis.slug for one in first.members] == ["a", "b", "c", "d", "open"]
        assert [one.hypothesis.slug for one in second.members] == ["other"]
        ps = [1.0 if one.p_value is None else one.p_value for one in first.members]
        for method, mine in (
            ("holm", [one.holm for one in first.members]),
            ("fdr_bh", [one.benjamini_hochberg for one in first.members]),
        ):
            _, theirs, *_ = multipletests(ps, alpha=0.05, method=method)
            assert mine == pytest.approx(theirs.tolist())
        left = {
            name: [one.hypothesis.slug for one in first.members if getattr(one, name)]
            for name in ("alone", "by_benjamini_hochberg", "by_holm")
        }
        assert left == {
            "alone": ["a", "b", "c"],
            "by_benjamini_hochberg": ["a", "b"],
            "by_holm": ["a"],
        }

    def test_what_is_closed_is_judged_by_what_was_in_then(self, five: WorkAs) -> None:
        with five(Role.VIEWER, write=False) as work:
            (before, _) = family_reads.of_case(work, "churn")
        with five(Role.DATA_SCIENTIST) as work:
            late: dict[str, Json] = {"undefined": "gone wrong", "n": 0}
            evidence.record(work, [EvidenceDraft("hypothesis:churn/a", ABOVE.check, late)])
            (after, _) = family_reads.of_case(work, "churn")
        assert after.members[0].p_value == before.members[0].p_value

    def test_by_name_and_alpha(self, five: WorkAs) -> None:
        with five(Role.VIEWER, write=False) as work:
            (second,) = family_reads.of_case(work, "churn", name="second", alpha=0.2)
            assert (second.name, second.alpha, len(second.members)) == ("second", 0.2, 1)
            assert family_reads.of_case(work, "churn", name="third") == []
            for alpha in (0.0, 1.0, float("nan")):
                with pytest.raises(Invalid, match="alpha"):
                    family_reads.of_case(work, "churn", alpha=alpha)

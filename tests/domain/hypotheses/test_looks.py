"""Looks at the evidence: counted, widened to their boundary, and right as often as promised."""

from datetime import UTC, datetime

import numpy as np
import pytest

from gonogo.checks.experiments.plan import Analysis, Asked, Plan
from gonogo.checks.experiments.planning import planned
from gonogo.core.conditions import Cited, Condition, Situation
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.hypotheses.looks import judged, looks
from gonogo.domain.hypotheses.plans import Planned
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.group_sequential import Boundary, boundaries

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SUBJECT = Subject.parse("hypothesis:churn/trees")
CHECK = "performance.accuracy"
FOLDS = "corrected resampled t (2003)"
ABOVE = Condition(CHECK, at_least=0.7)


def plan_of(analysis: Analysis, n: int = 500, looks: int = 5) -> Plan:
    """A plan of `2 n` observations in all."""
    return planned("means", Asked(n=n, analysis=analysis, looks=looks), {"sd": 1.0})


def fixed(analysis: Analysis, n: int = 500) -> Planned:
    plan = plan_of(analysis, n)
    return Planned(SUBJECT, 1, 0, "means", {}, plan, "", 0, "", "user:1", "")


def cited(position: int, n: int, value: float, half: float, **more: str) -> Cited:
    found = Estimate(value, value - half, value + half, 0.95, n, "share", more.get("method", "m"))
    return Cited(f"{position:064x}", position, Evidence(SUBJECT, CHECK, found, "user:1", NOW))


def folds(position: int, rows: int, value: float, half: float = 0.02, seed: int = 7) -> Cited:
    """A cross-validation of so many rows, in 50 folds."""
    found = Estimate(value, value - half, value + half, 0.95, 50, "share", FOLDS)
    evidence = Evidence(
        SUBJECT, CHECK, found, "user:1", NOW, parameters={"seed": seed}, detail={"n": rows}
    )
    return Cited(f"{position:064x}", position, evidence)


class TestLooks:
    def test_the_error_is_spent_as_lan_and_demets_say_at_the_shares_there_were(self) -> None:
        evidence = [
            cited(1, 250, 0.75, 0.02),
            cited(2, 600, 0.75, 0.02),
            cited(3, 1000, 0.75, 0.02),
        ]
        found = looks(ABOVE, evidence, Situation(NOW), plan_of("obrien-fleming"))
        expected = boundaries(Boundary.OBRIEN_FLEMING, (0.25, 0.6, 1.0), 0.05)
        assert [look.reach for look in found] == [one.boundary for one in expected]
        assert [look.number for look in found] == [1, 2, 3]
        assert found[0].judged is not None
        assert found[0].judged.low == pytest.approx(0.75 - 0.02 * expected[0].boundary / 1.959964)

    def test_measuring_the_same_rows_again_is_no_new_look(self) -> None:
        evidence = [cited(1, 250, 0.75, 0.02), cited(2, 250, 0.74, 0.02), cited(3, 200, 0.74, 0.02)]
        found = looks(ABOVE, evidence, Situation(NOW), plan_of("pocock"))
        assert [look.number for look in found] == [1, 1, 1]
        assert len({look.reach for look in found}) == 1

    def test_an_interval_is_never_narrowed(self) -> None:
        """Also where the plan is laxer than the level that was measured at."""
        lax = planned("means", Asked(n=500, two_sided=False), {"sd": 1.0})
        (look,) = looks(ABOVE, [cited(1, 1000, 0.75, 0.02)], Situation(NOW), lax)
        assert look.judged is not None
        assert (look.judged.low, look.judged.high) == pytest.approx((0.73, 0.77))

    def test_a_cross_validation_is_a_look_at_its_rows(self) -> None:
        """However many folds there were: 250 rows are a quarter of 1,000."""
        found = looks(
            ABOVE, [folds(1, 250, 0.75), folds(2, 600, 0.75)], Situation(NOW), plan_of("pocock")
        )
        expected = boundaries(Boundary.POCOCK, (0.25, 0.6, 1.0), 0.05)
        assert [(look.number, look.n, look.fraction) for look in found] == [
            (1, 250, 0.25),
            (2, 600, 0.6),
        ]
        assert [look.reach for look in found] == [one.boundary for one in expected[:2]]

    def test_cross_validating_counts_among_other_measurements(self) -> None:
        """A peek by cross-validation spends error like any other."""
        mixed = [folds(1, 250, 0.75), cited(2, 600, 0.75, 0.02)]
        found = looks(ABOVE, mixed, Situation(NOW), plan_of("obrien-fleming"))
        assert [look.number for look in found] == [1, 2]
        alone = looks(ABOVE, mixed[1:], Situation(NOW), plan_of("obrien-fleming"))
        assert (found[1].reach or 0) > (alone[0].reach or 0)

    def test_a_resampling_of_unknown_rows_is_no_look_and_decides_nothing(self) -> None:
        unknown = cited(1, 50, 0.75, 0.02, method=FOLDS)
        assert looks(ABOVE, [unknown], Situation(NOW), plan_of("pocock")) == ()
        found = judged(ABOVE, [unknown], Situation(NOW), fixed("pocock")).settled
        assert (found.verdict, found.cited) == (Verdict.HOLD, unknown)
        assert "does not say on how many rows" in found.reason
        both = judged(
            ABOVE, [folds(1, 1000, 0.9), unknown], Situation(NOW), fixed("pocock")
        ).settled
        assert both.cited == folds(1, 1000, 0.9)

    def test_other_evidence_is_no_look(self) -> None:
        other = Evidence(SUBJECT, "performance.brier", Undefined("none", 0), "user:1", NOW)
        evidence = [Cited("0" * 64, 1, other), cited(2, 100, 0.75, 0.02)]
        assert len(looks(ABOVE, evidence, Situation(NOW), plan_of("pocock"))) == 1

    def test_more_looks_than_can_be_reckoned_decide_nothing(self) -> None:
        evidence = [cited(at, 10 * at, 0.9, 0.01) for at in range(1, 61)]
        found = judged(ABOVE, evidence, Situation(NOW), fixed("pocock"))
        assert found.settled.verdict is Verdict.HOLD
        assert "always-valid" in found.settled.reason


class TestJudged:
    def test_without_a_plan_the_newest_decides(self) -> None:
        evidence = [cited(1, 100, 0.6, 0.02), cited(2, 100, 0.8, 0.02)]
        found = judged(ABOVE, evidence, Situation(NOW))
        assert (found.settled.verdict, found.looks) == (Verdict.GO, ())

    @pytest.mark.parametrize("analysis", ["obrien-fleming", "pocock", "always-valid"])
    def test_early_the_boundary_decides_either_way(self, analysis: Analysis) -> None:
        planned = fixed(analysis)
        for value, half, verdict in (
            (0.75, 0.045, Verdict.HOLD),
            (0.90, 0.01, Verdict.GO),
            (0.50, 0.01, Verdict.NO_GO),
        ):
            evidence = [cited(1, 300, value, half)]
            found = judged(ABOVE, evidence, Situation(NOW), planned)
            assert found.settled.verdict is verdict, found.settled.reason
            assert found.settled.cited == evidence[0]
            assert "look 1, 300 of 1,000" in found.settled.reason

    def test_of_a_plan_that_looks_once_the_first_complete_look_counts(self) -> None:
        evidence = [
            cited(1, 400, 0.5, 0.01),
            cited(2, 1000, 0.71, 0.02),
            cited(3, 3000, 0.75, 0.01),
        ]
        early = judged(ABOVE, evidence[:1], Situation(NOW), fixed("fixed"))
        assert (early.settled.verdict, early.settled.more_needed) == (Verdict.HOLD, 600)
        found = judged(ABOVE, evidence, Situation(NOW), fixed("fixed"))
        assert found.settled.cited == evidence[1]
        assert found.settled.verdict is Verdict.HOLD

    @pytest.mark.parametrize("analysis", ["obrien-fleming", "pocock", "always-valid"])
    def test_early_cross_validation_decides_only_beyond_the_boundary(
        self, analysis: Analysis
    ) -> None:
        """Its own interval clears the bound; widened, because it came early, it does not."""
        early = folds(1, 300, 0.7255, 0.025)
        assert judged(ABOVE, [early], Situation(NOW)).settled.verdict is Verdict.GO
        found = judged(ABOVE, [early], Situation(NOW), fixed(analysis)).settled
        assert (found.verdict, found.more_needed) == (Verdict.HOLD, 700)
        assert "300 of 1,000" in found.reason

    def test_of_a_plan_that_looks_once_cross_validation_waits_for_all_rows(self) -> None:
        found = judged(ABOVE, [folds(1, 999, 0.9)], Situation(NOW), fixed("fixed")).settled
        assert (found.verdict, found.more_needed) == (Verdict.HOLD, 1)

    @pytest.mark.parametrize("analysis", ["fixed", "obrien-fleming", "pocock", "always-valid"])
    def test_dealing_the_same_rows_anew_does_not_choose_the_seed(self, analysis: Analysis) -> None:
        """The first dealing of a look counts, whatever others give."""
        dealt = [folds(1, 1000, 0.71, 0.02, seed=7), folds(2, 1000, 0.9, 0.02, seed=8)]
        found = judged(ABOVE, dealt, Situation(NOW), fixed(analysis)).settled
        assert (found.verdict, found.cited) == (Verdict.HOLD, dealt[0])

    @pytest.mark.parametrize("analysis", ["obrien-fleming", "pocock", "always-valid"])
    def test_looking_ten_times_finds_what_is_not_there_as_rarely_as_once(
        self, analysis: Analysis
    ) -> None:
        """Nothing is there; without the boundaries one in five would be found."""
        draws = np.random.default_rng(7).normal(size=(400, 1000))
        planned = fixed(analysis)
        wrong = plain = 0
        for row in draws:
            evidence, found, bare = [], False, False
            for n in range(100, 1001, 100):
                mean, half = float(row[:n].mean()), 1.959964 / n**0.5
                evidence.append(cited(n, n, mean, half))
                zero = Condition(CHECK, at_least=0.0)
                verdict = judged(zero, evidence, Situation(NOW), planned).settled.verdict
                found |= verdict in {Verdict.GO, Verdict.NO_GO}
                bare |= abs(mean) > half
            wrong, plain = wrong + found, plain + bare
        assert wrong / 400 <= 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5
        assert plain / 400 > 0.12

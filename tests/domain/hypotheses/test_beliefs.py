"""Probabilities of open hypotheses: records, runs and running tests move them as they should."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from scipy import stats

from gonogo.checks.experiments.plan import Analysis
from gonogo.core.conditions import Cited, Condition
from gonogo.core.evidence import Evidence
from gonogo.domain.hypotheses.beliefs import Record, believed, expected_drift, settled_runs, to_come
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Design, Hypothesis, State, Statement
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate
from gonogo.stats.plans.learning import Moved
from tests.domain.hypotheses.test_looks import ABOVE, CHECK, NOW, SUBJECT, cited, fixed, plan_of

NOBODY = Record.of(())
AT = datetime(2026, 11, 21, tzinfo=UTC)


def open_with(prior: float = 0.5, condition: Condition = ABOVE) -> Hypothesis:
    text = Statement(
        "x", (condition,), Design("m"), "none", prior, 0.05, 0.8, date(2027, 1, 1), None
    )
    return Hypothesis("churn", "trees", text, State.OPEN, "", "", "user:1", "", "")


def run(position: int, value: float, data: str | None) -> Cited:
    found = Estimate(value, value - 0.02, value + 0.02, 0.95, 400, "share", "m")
    evidence = Evidence(SUBJECT, CHECK, found, "user:1", AT, data=data)
    return Cited(f"{position:064x}", position, evidence)


def moved(
    *evidence: Cited,
    record: Record = NOBODY,
    planned: Planned | None = None,
    prior: float = 0.5,
) -> dict[str, Moved]:
    found = believed(open_with(prior), evidence, record, registered=0, now=NOW, planned=planned)
    return {one.what: one for one in found}


class TestRecord:
    def test_a_kind_with_its_own_results_speaks_for_itself(self) -> None:
        record = Record.of(
            [(CHECK, State.SUPPORTED)] * 9
            + [("fairness.selection_rate_ratio", State.REFUTED)] * 9
            + [(CHECK, State.ABANDONED), (CHECK, State.INCONCLUSIVE)]
        )
        kind = record.of_kind(CHECK)
        other = record.of_kind("fairness.selection_rate_ratio")
        assert kind is not None
        assert other is not None
        assert (kind[0], kind[1].counts) == (CHECK, Counts(9, 10))
        assert kind[1].measured.value > 0.75
        assert other[1].measured.value < 0.3
        assert record.all == Counts(9, 19)

    def test_a_check_nobody_settled_by_is_of_its_area_else_of_all(self) -> None:
        record = Record.of([(CHECK, State.SUPPORTED)] * 5)
        area = record.of_kind("performance.roc_auc")
        never = record.of_kind("privacy.disclosures")
        assert area is not None
        assert never is not None
        assert (area[0], area[1].counts) == ("performance", Counts(5, 5))
        assert (never[0], never[1].counts) == ("privacy", Counts(0, 0))
        assert area[1].worth > never[1].worth

    def test_without_a_record_there_is_no_rate(self) -> None:
        assert NOBODY.of_kind(CHECK) is None
        assert list(moved()) == ["prior"]


class TestRuns:
    def test_each_data_counts_once_and_what_straddles_not_at_all(self) -> None:
        evidence = [
            run(1, 0.8, "dataset:a@1"),
            run(2, 0.5, "dataset:a@1"),
            run(3, 0.7, "dataset:b@1"),
            run(4, 0.8, None),
            run(5, 0.81, None),
        ]
        assert settled_runs(open_with(), evidence, NOW) == Counts(yes=1, n=2)

    def test_what_came_before_the_registration_is_left_out(self) -> None:
        found = believed(open_with(), [run(3, 0.9, "dataset:a@1")], NOBODY, registered=3, now=NOW)
        assert [one.what for one in found] == ["prior"]

    def test_a_run_in_favour_moves_it_as_the_beta_distribution_does(self) -> None:
        found = moved(run(1, 0.8, "dataset:a@1"), prior=0.4)["runs"]
        # Beta(1.6, 2.4) after one success.
        assert found.measured.value == pytest.approx(2.6 / 5)
        assert found.measured.low == pytest.approx(stats.beta.ppf(0.1, 2.6, 2.4))
        assert found.measured.high == pytest.approx(stats.beta.ppf(0.9, 2.6, 2.4))


class TestRunningTest:
    def test_half_way_it_is_the_conditional_power_of_lan_and_wittes(self) -> None:
        """The closed form of a test that looks once, at its end."""
        planned = fixed("fixed")
        half = 1.959964 * 0.05
        found = moved(cited(1, 500, 0.775, half), planned=planned)
        z, drift = 1.5, expected_drift(planned.plan)
        ratio = math.exp(drift * z * math.sqrt(0.5) - drift**2 / 4)
        held = ratio / (ratio + 1)
        assert found["running test"].measured.value == pytest.approx(held, rel=1e-4)

        def power(mean: float) -> float:
            critical = stats.norm.ppf(0.975)
            away = (critical - z * math.sqrt(0.5) - mean * 0.5) / math.sqrt(0.5)
            return float(stats.norm.sf(away))

        expected = held * power(drift) + (1 - held) * power(0.0)
        end = found["end of the test"].measured
        assert end.value == pytest.approx(expected, rel=1e-3)
        assert end.low < end.value < end.high

    def test_before_the_first_look_it_is_the_assurance_of_the_design(self) -> None:
        plan = plan_of("fixed")
        (end,) = (one for what, one in moved(planned=fixed("fixed")).items() if what != "prior")
        assert end.measured.value == pytest.approx(0.5 * (plan.power or 0) + 0.5 * 0.025, rel=1e-3)

    @pytest.mark.parametrize("analysis", ["fixed", "obrien-fleming", "always-valid"])
    def test_better_looks_are_never_less_likely(self, analysis: Analysis) -> None:
        ends = [
            moved(cited(1, 400, value, 0.05), planned=fixed(analysis))["end of the test"]
            for value in (0.65, 0.7, 0.72, 0.74, 0.76)
        ]
        values = [one.measured.value for one in ends]
        assert values == sorted(values)
        assert values[0] < 0.2 < values[-1]

    def test_what_has_crossed_its_boundary_waits_to_be_settled(self) -> None:
        found = moved(cited(1, 600, 0.9, 0.02), planned=fixed("obrien-fleming"))
        assert found["end of the test"].measured.value == 1
        assert "waits to be settled" in found["end of the test"].says

    def test_what_straddles_at_its_end_will_not_be_supported(self) -> None:
        found = moved(cited(1, 1000, 0.71, 0.05), planned=fixed("fixed"))
        assert found["end of the test"].measured.value == 0

    def test_a_plan_whose_end_is_no_boundary_looks_once(self) -> None:
        (look,) = to_come(plan_of("fixed"))
        assert look.fraction == 1.0
        assert look.boundary == pytest.approx(1.959964)
        assert len(to_come(plan_of("pocock"))) == 5

    def test_evidence_that_says_no_error_moves_nothing(self) -> None:
        exact = cited(1, 500, 0.8, 0.0)
        sure = replace(
            exact,
            evidence=replace(
                exact.evidence, measured=Estimate(0.8, 0.8, 0.8, 1.0, 500, "share", "exact")
            ),
        )
        assert "running test" not in moved(sure, planned=fixed("fixed"))

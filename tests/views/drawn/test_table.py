"""What is drawn of each check: of what the check itself writes, and of what clients may write."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from gonogo.checks.data.leakage import single_feature_auc
from gonogo.checks.data.population import representativeness
from gonogo.checks.fairness.mitigation import mitigation_cost
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import infer_schema
from gonogo.checks.measure_version import measure_version
from gonogo.checks.under_test import Model, UnderTest
from gonogo.core.areas import Area
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.sdk.training import trainer
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.scales import told
from gonogo.views.charts.svg import svg
from gonogo.views.charts.values import Chart, Intervals, Lines, Scatter, Swarm
from gonogo.views.drawn.table import DRAW, plotted
from tests.checks.fairness.test_mitigation import SETS
from tests.fixtures import explained
from tests.fixtures.explained import NUMBERS, SCHEMA, estimator, rows

PAYOFFS = {"true_positive": 5, "false_positive": -3, "true_negative": 0, "false_negative": -1}
ASKED: dict[str, dict[str, Any]] = {
    "fairness.group_calibration_error": {"group": "city"},
    "fairness.counterfactual_flip_rate": {"group": "owner"},
    "performance.cost_optimal_threshold": {"cost_false_yes": 2.0},
    "robustness.invariance_violations": {"column": "owner"},
    "robustness.adversarial_flips": {"budget": 1.0, "rows": 50},
    "value.benefit_per_decision": PAYOFFS,
    "value.lift": {**PAYOFFS, "present": "yes"},
    "performance.more_data_gain": {"sizes": 5, "repeats": 2},
    "explainability.glass_box_cost": {"kind": "scorecard"},
}
"""What some checks must be asked with."""
APART = {"data.representativeness", "data.single_feature_auc", "fairness.mitigation_cost"}
"""Those that are not measured of a model under test alone."""
VERSION = Subject.parse("model:caller@1")


@cache
def under() -> UnderTest:
    frame = rows(600)
    model = LogisticRegression(max_iter=1000).fit(frame[list(NUMBERS)], frame["label"])
    made = estimator(model, training=rows(600, seed=5))
    return UnderTest(
        lambda: Model(made.model.ask, NUMBERS, model),
        frame,
        "label",
        groups=("city",),
        schema=SCHEMA,
        stored=made.stored,
        trained_on=made.trained_on,
        train=trainer(model, "label"),
    )


@cache
def found(check: str) -> Finding:
    """What the real check finds."""
    frame = under().rows
    match check:
        case "fairness.mitigation_cost":
            return mitigation_cost(SETS, {"group": "group"})
        case "data.single_feature_auc":
            return single_feature_auc(frame, infer_schema(frame), {"label": "label"})
        case "data.representativeness":
            asked = {"group": "city", "shares": "Köln=0.4; 大阪=0.6"}
            return representativeness(frame, infer_schema(frame), asked)
    # Only this one reads a category.
    tested = explained.under() if check == "robustness.unseen_categories" else under()
    return measure_version(tested, [Asked(check, ASKED.get(check, {}))])[0]


def cited(finding: Finding, position: int = 1, *, reproduced: bool = False) -> Cited:
    evidence = Evidence(
        VERSION,
        finding.check,
        finding.measured,
        actor="user:1",
        at=datetime(2026, 11, 21, tzinfo=UTC),
        reproduced=reproduced,
        parameters=finding.parameters,
        detail=finding.detail,
    )
    return Cited(f"{position:064d}", position, evidence)


def drawn(check: str) -> list[Chart]:
    plots = plotted([cited(found(check))])
    return [one.chart for one in plots[CATALOGUE[check].area]]


class TestPlotted:
    @pytest.mark.parametrize("check", sorted(DRAW))
    def test_what_the_check_writes_is_drawn(self, check: str) -> None:
        charts = drawn(check)
        assert charts
        assert all("</svg>" in svg(chart) for chart in charts)

    def test_roc_has_a_band_around_its_curve(self) -> None:
        (chart,) = drawn("performance.roc_auc")
        assert isinstance(chart, Lines)
        band, _, curve = chart.lines
        assert (band.name, curve.name) == ("band", "curve")
        assert all(point.low is not None and point.low <= point.y for point in band.points)

    def test_the_worst_slices_stand_against_all_rows(self) -> None:
        (chart,) = drawn("performance.worst_slice")
        assert isinstance(chart, Intervals)
        detail: Any = found("performance.worst_slice").detail
        assert chart.rows[0].label == detail["slices"][0]["slice"]
        assert chart.bounds[0].at == detail["all_rows"]["value"]

    def test_a_frontier_has_every_candidate_once(self) -> None:
        (chart,) = drawn("fairness.mitigation_cost")
        assert isinstance(chart, Scatter)
        detail: Any = found("fairness.mitigation_cost").detail
        assert [dot.label for dot in chart.dots] == [one["name"] for one in detail["candidates"]]
        assert [dot.on_frontier for dot in chart.dots] == [
            one["frontier"] for one in detail["candidates"]
        ]

    def test_a_summary_is_coloured_by_the_column_s_own_value(self) -> None:
        (chart,) = drawn("explainability.attribution_additivity")
        assert isinstance(chart, Swarm)
        income = next(row for row in chart.rows if row.label == "income")
        order = np.argsort([grain.x for grain in income.grains])
        shares = [income.grains[at].share for at in order]
        assert shares == sorted(shares, key=lambda one: one or 0.0)

    def test_the_measured_range_stands_at_the_column_that_moves_it_farthest_alone(self) -> None:
        one = found("explainability.partial_dependence")
        detail: Any = one.detail
        first, *others = plotted([cited(one)])[Area.EXPLAINABILITY]
        assert first.measured == one.measured
        assert others
        assert all(other.measured is None and other.digest is None for other in others)
        for plot, column in zip((first, *others), detail["columns"], strict=False):
            assert f"moves by {told(column['range'])};" in plot.says

    def test_the_server_s_own_goes_before_what_was_reported_later(self) -> None:
        one = found("performance.roc_auc")
        both = [cited(one, 1, reproduced=True), cited(one, 2)]
        (only,) = plotted(both)[Area.PERFORMANCE]
        assert (only.reproduced, only.digest) == (True, both[0].digest)

    def test_comparisons_are_not_drawn_again(self) -> None:
        one = found("performance.roc_auc")
        versus = Finding(
            one.check, {**one.parameters, "versus": "model:a@1"}, one.measured, one.detail
        )
        assert plotted([cited(versus)]) == {}

    def test_every_group_column_has_its_own(self) -> None:
        one = found("fairness.group_calibration_error")
        other = Finding(one.check, {**one.parameters, "group": "x"}, one.measured, one.detail)
        plots = plotted([cited(one), cited(other, 2)])[Area.FAIRNESS]
        assert len({plot.digest for plot in plots}) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "low", "high", "n", "column", "curve"]), inner)
    ),
    max_leaves=8,
)


class TestWhatClientsWrite:
    @settings(max_examples=60, deadline=None)
    @given(data=st.data(), check=st.sampled_from(sorted(DRAW)))
    def test_a_detail_of_any_shape_breaks_nothing(self, data: st.DataObject, check: str) -> None:
        """A part of a true detail is replaced by whatever JSON can hold."""
        detail = dict(found(check).detail)
        name = data.draw(st.sampled_from(sorted(detail)))
        detail[name] = spoilt(detail[name], data)
        measured = Estimate(0.5, 0.4, 0.6, 0.95, 10, "share", "m")
        plots = plotted([cited(Finding(check, {}, measured, detail))])
        for area in plots.values():
            for one in area:
                assert "</svg>" in svg.__wrapped__(one.chart)


def spoilt(value: Any, data: st.DataObject) -> Any:
    """`value` with one place in it replaced."""
    if isinstance(value, list) and value and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(value) - 1))
        return [*value[:at], spoilt(value[at], data), *value[at + 1 :]]
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(value)))
        return {**value, name: spoilt(value[name], data)}
    return data.draw(JSON)

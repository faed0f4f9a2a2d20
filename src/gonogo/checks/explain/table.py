"""Checks of explainability: the table. All of them are measured only where asked for by name."""

from collections.abc import Callable

from gonogo.checks.explain import (
    additivity,
    coverage,
    deletion,
    dependence,
    glass_box,
    importance,
    recourse,
)
from gonogo.checks.findings.finding import Finding
from gonogo.checks.under_test import UnderTest
from gonogo.core.evidence import Parameters

ExplainCheck = Callable[[UnderTest, Parameters], Finding]
"""Reads a model under test."""

EXPLAIN: dict[str, ExplainCheck] = {
    importance.CHECK: importance.permutation_importance,
    dependence.CHECK: dependence.partial_dependence,
    additivity.CHECK: additivity.attribution_additivity,
    coverage.CHECK: coverage.reason_coverage,
    deletion.CHECK: deletion.reason_agreement,
    recourse.CHECK: recourse.counterfactual_coverage,
    glass_box.CHECK: glass_box.glass_box_cost,
}

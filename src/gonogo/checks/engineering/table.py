"""Engineering checks and the function that measures each: one table."""

from collections.abc import Callable

from gonogo.checks.engineering import (
    cards,
    code_reports,
    datasheet,
    repository,
    reproducibility,
    rubric,
)
from gonogo.checks.findings.finding import Finding

ENGINEERING: dict[str, Callable[..., Finding]] = {
    "engineering.model_card_completeness": cards.model_card_completeness,
    datasheet.CHECK: datasheet.datasheet_completeness,
    repository.TESTS: repository.defined_tests,
    code_reports.COVERAGE: code_reports.line_coverage,
    code_reports.LINT: code_reports.lint_findings,
    repository.REVIEWED: repository.reviewed_changes,
    reproducibility.CHECK: reproducibility.reproducibility,
    rubric.SCORE: rubric.ml_test_score,
    rubric.POINT: rubric.stated_point,
}
"""What surrounds a model: its card, its repository, how it is tested."""
ENGINEERING_EXACT = frozenset(ENGINEERING) - {repository.REVIEWED, reproducibility.CHECK}
"""Those that count, so that no level has a say."""

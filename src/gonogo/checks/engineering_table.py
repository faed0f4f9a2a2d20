"""Engineering checks and the function that measures each: one table."""

from collections.abc import Callable

from gonogo.checks import engineering, rubric
from gonogo.checks.finding import Finding

ENGINEERING: dict[str, Callable[..., Finding]] = {
    "engineering.model_card_completeness": engineering.model_card_completeness,
    rubric.SCORE: rubric.ml_test_score,
    rubric.POINT: rubric.stated_point,
}
"""What surrounds a model: its card, its repository, how it is tested."""
ENGINEERING_EXACT = frozenset({"engineering.model_card_completeness", rubric.SCORE, rubric.POINT})
"""Those that count, so that no level has a say."""

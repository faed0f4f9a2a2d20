"""Engineering checks: whether what was made can be kept, read and made again."""

from gonogo.core.specs.security import SCANNER
from gonogo.core.specs.shape import HIGHER, LEVEL, LOWER, CheckSpec, Parameter

POINT = Parameter("point", str, "which of the rubric's 28 points: data-1", required=True)

SPECS = (
    CheckSpec(
        "engineering.model_card_completeness",
        "Model card",
        "What share of the model card's fields is filled in?",
        "share",
        HIGHER,
        exact=True,
    ),
    CheckSpec(
        "engineering.datasheet_completeness",
        "Datasheet",
        "What share of the dataset's datasheet is filled in?",
        "share",
        HIGHER,
        exact=True,
    ),
    CheckSpec(
        "engineering.test_count",
        "Tests",
        "How many tests does the committed code define?",
        "count",
        HIGHER,
        exact=True,
    ),
    CheckSpec(
        "engineering.line_coverage",
        "Line coverage",
        "What share of the lines do tests reach, by the coverage report?",
        "share",
        HIGHER,
        (Parameter("format", str, "of the report: cobertura or lcov"),),
        exact=True,
    ),
    CheckSpec(
        "engineering.lint_findings",
        "Lint findings",
        "How many findings does the linter's report leave open?",
        "count",
        LOWER,
        (Parameter("format", str, "of the report: ruff or sarif"), SCANNER),
        exact=True,
    ),
    CheckSpec(
        "engineering.reviewed_changes",
        "Reviewed changes",
        "What share of the last changes did a second person see, by the traces in git?",
        "share",
        HIGHER,
        (LEVEL, Parameter("commits", int, "changes that are looked at; else 100")),
    ),
    CheckSpec(
        "engineering.reproducibility",
        "Reproducibility",
        "Trained again, how far does the metric move, as a share of the margin allowed?",
        "margins",
        LOWER,
        (
            LEVEL,
            Parameter("metric", str, "the performance check that is compared; else ROC AUC"),
            Parameter("margin", float, "difference that makes no difference", required=True),
            Parameter("against", str, "the run or version that trained again"),
            Parameter("seed", int, "seed of the training that was recorded"),
        ),
    ),
    CheckSpec(
        "engineering.ml_test_score",
        "ML Test Score",
        "How well are data, model, infrastructure and monitoring tested, by the weakest of them?",
        "points",
        HIGHER,
        exact=True,
    ),
    CheckSpec(
        "engineering.ml_test_point",
        "ML Test Score: a stated point",
        "Is this test of the rubric done: not (0), by hand (0.5), or automatically (1)?",
        "points",
        HIGHER,
        (POINT,),
        exact=True,
    ),
)
"""In the order in which they are shown."""

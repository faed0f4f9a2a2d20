"""Engineering checks: whether what was made can be kept, read and made again."""

from gonogo.core.specs.shape import HIGHER, CheckSpec, Parameter

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

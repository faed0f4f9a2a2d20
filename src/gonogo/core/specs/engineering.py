"""Engineering checks: whether what was made can be kept, read and made again."""

from gonogo.core.specs.shape import HIGHER, CheckSpec

SPECS = (
    CheckSpec(
        "engineering.model_card_completeness",
        "Model card",
        "What share of the model card's fields is filled in?",
        "share",
        HIGHER,
        exact=True,
    ),
)
"""In the order in which they are shown."""

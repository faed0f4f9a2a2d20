"""Checks of money and compute: what a use case will have cost, what its runs cost and emitted."""

from gonogo.core.specs.shape import LEVEL, LOWER, CheckSpec, Parameter

COST_AT_COMPLETION = "value.cost_at_completion"
COMPUTE_COST = "operations.compute_cost"
COMPUTE_CARBON = "operations.compute_carbon_g"
CURRENCY = Parameter("currency", str, "what the money is in: USD", required=True)

SPECS = (
    CheckSpec(
        COST_AT_COMPLETION,
        "Cost at completion",
        "What will the use case have cost when its plan is done, with what was paid so far?",
        "money",
        LOWER,
        (LEVEL, CURRENCY),
    ),
    CheckSpec(
        COMPUTE_COST,
        "Cost of compute",
        "What did the runs cost that were made for it, at the stated prices of machines?",
        "money",
        LOWER,
        (CURRENCY,),
        exact=True,
    ),
    CheckSpec(
        COMPUTE_CARBON,
        "Carbon of compute",
        "What did the runs emit that were made for it, metered or at stated watts?",
        "g CO2e",
        LOWER,
        (LEVEL,),
    ),
)
"""In the order in which they are shown."""

"""Checks of money and compute: what use cases will have cost; what runs, answers, risks cost."""

from gonogo.core.specs.shape import LEVEL, LOWER, SEED, CheckSpec, Parameter

COST_AT_COMPLETION = "value.cost_at_completion"
COMPUTE_COST = "operations.compute_cost"
COMPUTE_CARBON = "operations.compute_carbon_g"
RISK_LOSS = "value.risk_loss"
SERVING_COST = "operations.serving_cost"
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
    CheckSpec(
        SERVING_COST,
        "Cost of serving",
        "What did it cost to answer with it, by the time that answers took and stated prices?",
        "money",
        LOWER,
        (CURRENCY, Parameter("days", int, "the whole days that were looked at")),
        exact=True,
    ),
    CheckSpec(
        RISK_LOSS,
        "Expected loss by risks",
        "What are the open risks of the register expected to cost, with what was shown to help?",
        "money",
        LOWER,
        (
            CURRENCY,
            LEVEL,
            SEED,
            Parameter("futures", int, "how many were simulated"),
            Parameter("correlation", float, "of any two risks, on the normal scale"),
        ),
    ),
)
"""In the order in which they are shown."""

OTHERWISE_READ = {
    **dict.fromkeys(
        (COST_AT_COMPLETION, COMPUTE_COST, COMPUTE_CARBON),
        "read from plan, payments and runs: `gonogo budget keep`",
    ),
    SERVING_COST: "read from the decision log: `gonogo budget keep`",
    RISK_LOSS: "simulated from the register of risks: `gonogo risk exposure --keep`",
}
"""How each of them is measured, as no list of rows suffices."""

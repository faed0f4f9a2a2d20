"""Value checks of plans: value that comes late is less of it, or none."""

from gonogo.core.specs.shape import HIGHER, LEVEL, LOWER, SEED, CheckSpec, Parameter

ON_TIME = "value.plan_on_time"
DAYS = "value.plan_days"
DATE_LOSS = "value.forecast_date_loss"
CHANCE_LOSS = "value.forecast_chance_loss"
UNIT = "working days"
SIMULATED = (
    Parameter("plan", str, "first digits of the SHA-256 of the plan's file"),
    Parameter("goal", str, "the milestone; without it, the end of the plan"),
    Parameter("futures", int, "how many were simulated"),
    SEED,
    LEVEL,
    Parameter(
        "as_planned", bool, "estimates were taken as planned, not corrected by finished steps"
    ),
)
FORECAST = Parameter(
    "forecast", int, "the number of the forecast of the use case; 0: said before any"
)

SPECS = (
    CheckSpec(
        ON_TIME,
        "Chance of the deadline",
        "In what share of its simulated futures does the plan reach its goal by the deadline?",
        "share",
        HIGHER,
        (*SIMULATED, Parameter("deadline", str, "the day until which it is to be reached")),
    ),
    CheckSpec(
        DAYS,
        "Working days until the goal",
        "Within how many working days do so many of the plan's simulated futures reach its goal?",
        UNIT,
        LOWER,
        (*SIMULATED, Parameter("share", float, "of the futures: 0.8")),
    ),
    CheckSpec(
        DATE_LOSS,
        "Loss of forecast dates",
        "By how much did the dates that a forecast said miss the day on which it was reached?",
        UNIT,
        LOWER,
        (FORECAST, Parameter("milestone", str, "the milestone; without it, the end of the plan")),
    ),
    CheckSpec(
        CHANCE_LOSS,
        "Loss of a forecast chance",
        "How far was the chance that a forecast said from what happened, squared?",
        "score",
        LOWER,
        (FORECAST, Parameter("about", str, "the deadline, or the probability of the hypothesis")),
    ),
)
"""In the order in which they are shown."""

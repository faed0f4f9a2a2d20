"""Value checks of plans: value that comes late is less of it, or none."""

from gonogo.core.specs.shape import HIGHER, LEVEL, LOWER, SEED, CheckSpec, Parameter

ON_TIME = "value.plan_on_time"
DAYS = "value.plan_days"
SHARED_ON_TIME = "value.shared_plan_on_time"
SHARED_DAYS = "value.shared_plan_days"
SCENARIO_DAYS = "value.scenario_days_later"
SCENARIO_ON_TIME = "value.scenario_on_time"
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
DEADLINE = Parameter("deadline", str, "the day until which it is to be reached")
SHARE = Parameter("share", float, "of the futures: 0.8")
PLANS = Parameter("plans", str, "the use cases whose plans share people, with blanks between")
CHANGED = (
    PLANS,
    Parameter("scenario", str, "what the scenario is called", required=True),
    Parameter("changes", str, "what it changes of the plan, in words"),
)
FORECAST = Parameter(
    "forecast", int, "the number of the forecast of the use case; 0: said before any"
)
BY = Parameter("by", str, "throughput, where a board's forecast said it; else the plan's network")

SPECS = (
    CheckSpec(
        ON_TIME,
        "Chance of the deadline",
        "In what share of its simulated futures does the plan reach its goal by the deadline?",
        "share",
        HIGHER,
        (*SIMULATED, DEADLINE),
    ),
    CheckSpec(
        DAYS,
        "Working days until the goal",
        "Within how many working days do so many of the plan's simulated futures reach its goal?",
        UNIT,
        LOWER,
        (*SIMULATED, SHARE),
    ),
    CheckSpec(
        SHARED_ON_TIME,
        "Chance of the deadline, people shared",
        "In what share of futures does the plan reach its goal in time, among all that share "
        "people with it?",
        "share",
        HIGHER,
        (*SIMULATED, PLANS, DEADLINE),
    ),
    CheckSpec(
        SHARED_DAYS,
        "Working days until the goal, people shared",
        "Within how many working days do so many futures of the plan reach its goal, among all "
        "that share people with it?",
        UNIT,
        LOWER,
        (*SIMULATED, PLANS, SHARE),
    ),
    CheckSpec(
        SCENARIO_DAYS,
        "Days that a scenario is later",
        "By how many working days does a scenario reach the goal later than the plan as it is?",
        UNIT,
        LOWER,
        (*SIMULATED, *CHANGED, SHARE),
    ),
    CheckSpec(
        SCENARIO_ON_TIME,
        "Chance of the deadline in a scenario",
        "In what share of its futures does a scenario of the plan reach its goal by its deadline?",
        "share",
        HIGHER,
        (*SIMULATED, *CHANGED, DEADLINE),
    ),
    CheckSpec(
        DATE_LOSS,
        "Loss of forecast dates",
        "By how much did the dates that a forecast said miss the day on which it was reached?",
        UNIT,
        LOWER,
        (
            FORECAST,
            Parameter("milestone", str, "the milestone; without it, the end of the plan"),
            BY,
        ),
    ),
    CheckSpec(
        CHANCE_LOSS,
        "Loss of a forecast chance",
        "How far was the chance that a forecast said from what happened, squared?",
        "score",
        LOWER,
        (
            FORECAST,
            Parameter("about", str, "the deadline, or the probability of the hypothesis"),
            BY,
        ),
    ),
)
"""In the order in which they are shown."""

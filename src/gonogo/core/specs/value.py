"""Value checks: what a model's decisions are worth."""

from gonogo.core.specs.shape import (
    DESIGN,
    HIGHER,
    LEVEL,
    NEITHER,
    THRESHOLD,
    VERSUS,
    VERSUS_THRESHOLD,
    CheckSpec,
    Parameter,
)

PAYOFFS = (
    Parameter("true_positive", float, "worth of a yes that turns out right", required=True),
    Parameter("false_positive", float, "worth of a yes that turns out wrong", required=True),
    Parameter("true_negative", float, "worth of a no that turns out right", required=True),
    Parameter("false_negative", float, "worth of a no that turns out wrong", required=True),
    Parameter("currency", str, "what the payoffs are in: USD"),
)
PRESENT = Parameter(
    "present",
    str,
    "how it is decided today: yes or no to all, or a column that holds 1 and 0",
    required=True,
)
STATED = frozenset(one.name for one in (*PAYOFFS, PRESENT))
"""What a use case states of its value; a policy that leaves it open asks by what is stated."""
DECIDED = (THRESHOLD, LEVEL, VERSUS, VERSUS_THRESHOLD, DESIGN)
OFF_POLICY = "value.off_policy_reward"
ESTIMATORS = ("ips", "snips", "doubly-robust")
NPV = "value.risk_adjusted_npv"
VOLUME = "value.decisions_per_month"

SPECS = (
    CheckSpec(
        "value.benefit_per_decision",
        "Benefit per decision",
        "What is one of its decisions worth, by the use case's payoffs?",
        "payoff",
        HIGHER,
        (*PAYOFFS, *DECIDED),
    ),
    CheckSpec(
        "value.lift",
        "Lift over the present process",
        "By how much is one of its decisions worth more than one of today's?",
        "payoff",
        HIGHER,
        (
            *PAYOFFS,
            PRESENT,
            *DECIDED,
        ),
    ),
    CheckSpec(
        OFF_POLICY,
        "Reward by logged decisions",
        "What would one of its decisions bring, by decisions that were logged with their chances?",
        "reward",
        HIGHER,
        (
            LEVEL,
            Parameter("estimator", str, f"one of {', '.join(ESTIMATORS)}", required=True),
            Parameter("policy", str, "what would have decided: always:ARM, uniform or linucb"),
            Parameter("reward", str, "what a decision brought: label, value, or a column"),
            Parameter("release", str, "the release whose decisions were read"),
        ),
    ),
    CheckSpec(
        NPV,
        "Risk-adjusted net present value",
        "What is the use case worth now, with its chance of success and what was found so far?",
        "money",
        HIGHER,
        (Parameter("currency", str, "as ISO 4217 has it: USD", required=True), LEVEL),
    ),
    CheckSpec(
        VOLUME,
        "Decisions a month",
        "How many decisions a month was the gateway asked for?",
        "decisions a month",
        NEITHER,
        (LEVEL,),
    ),
)
"""In the order in which they are shown."""

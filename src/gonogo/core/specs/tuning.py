"""What a search for parameters says of itself: how much better its best trial looked than it is."""

from gonogo.core.specs.shape import DESIGN, LEVEL, LOWER, SEED, CheckSpec, Parameter

SPECS = (
    CheckSpec(
        "performance.tuning_optimism",
        "Tuning optimism",
        "How much better did the best trial look than it is on rows it was not chosen by?",
        "difference",
        LOWER,
        (
            LEVEL,
            SEED,
            DESIGN,
            Parameter("metric", str, "the check by which trials were compared", required=True),
            Parameter("trials", int, "trials that the best was chosen from"),
        ),
    ),
)
"""In the order in which they are shown."""

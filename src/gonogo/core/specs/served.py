"""Checks of what a served version adds to its score: a probability, a set, an interval."""

from gonogo.core.specs.shape import LEVEL, LOWER, NEITHER, SEED, CheckSpec, Parameter

BINS = Parameter("bins", int, "bins of equally many rows")
STATED = Parameter("coverage", float, "how often sets and intervals are to hold the truth; 0.9")
CALIBRATION = "performance.served_calibration_error"
COVERAGE = "performance.conformal_coverage"

SPECS = (
    CheckSpec(
        CALIBRATION,
        "Calibration error as served",
        "Of those it gives a calibrated probability of 70 %, do 70 % happen?",
        "share",
        LOWER,
        (LEVEL, SEED, BINS),
    ),
    CheckSpec(
        COVERAGE,
        "Conformal coverage",
        "How often do the sets or intervals around its answers hold the truth?",
        "share",
        NEITHER,
        (LEVEL, SEED, STATED),
    ),
)
"""In the order in which they are shown."""

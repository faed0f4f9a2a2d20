"""Operations checks: whether a model answers in time, and at what cost."""

from gonogo.core.specs.shape import LEVEL, LOWER, CheckSpec, Parameter

SPECS = (
    CheckSpec(
        "operations.latency_p99_ms",
        "Latency p99",
        "How long does the slowest one in a hundred single predictions take?",
        "ms",
        LOWER,
        (LEVEL, Parameter("requests", int, "single-row predictions that were timed")),
    ),
)
"""In the order in which they are shown."""

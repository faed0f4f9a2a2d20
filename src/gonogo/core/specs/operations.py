"""Operations checks: whether a model answers in time, and at what cost."""

from gonogo.core.specs.shape import HIGHER, LEVEL, LOWER, CheckSpec, Parameter

REQUESTS = Parameter("requests", int, "single-row predictions that were timed")
BATCH = (
    LEVEL,
    Parameter("rows", int, "rows that are predicted at once"),
    Parameter("batches", int, "batches that were timed"),
)

GRID = (
    Parameter("grams_per_kwh", float, "what the grid emits, g CO2e a kilowatt-hour", required=True),
    Parameter("grams_low", float, "what it emits at least", required=True),
    Parameter("grams_high", float, "what it emits at most", required=True),
)
POWER = (
    LEVEL,
    Parameter("meter_within", float, "share by which the meter may be off, either way"),
    Parameter("watts", float, "power of the machine while it trains, where no meter is read"),
    Parameter("watts_low", float, "its power at least"),
    Parameter("watts_high", float, "its power at most"),
)


def _latency(percent: int, answers: str) -> CheckSpec:
    name, title = f"operations.latency_p{percent}_ms", f"Latency p{percent}"
    return CheckSpec(name, title, answers, "ms", LOWER, (LEVEL, REQUESTS))


SPECS = (
    _latency(99, "How long does the slowest one in a hundred single predictions take?"),
    _latency(95, "How long does the slowest one in twenty single predictions take?"),
    _latency(50, "How long does a single prediction take in the middle?"),
    CheckSpec(
        "operations.throughput_per_s",
        "Throughput",
        "How many rows a second does one process predict in batches?",
        "rows/s",
        HIGHER,
        BATCH,
    ),
    CheckSpec(
        "operations.cost_per_thousand",
        "Cost per thousand",
        "What do a thousand predictions cost at a stated price of the machine?",
        "price",
        LOWER,
        (
            *BATCH,
            Parameter("price_per_hour", float, "price of the machine for an hour", required=True),
            Parameter("currency", str, "what the price is in: USD"),
        ),
    ),
    CheckSpec(
        "operations.energy_per_million_wh",
        "Energy per million",
        "What energy do a million predictions take, estimated from a stated power?",
        "Wh",
        LOWER,
        (
            *BATCH,
            Parameter("watts", float, "power of the machine while it predicts", required=True),
        ),
    ),
    CheckSpec(
        "operations.carbon_per_million_g",
        "Carbon per million",
        "What do a million predictions emit, at a stated power and a stated grid?",
        "g CO2e",
        LOWER,
        (
            *BATCH,
            Parameter("watts", float, "power of the machine while it predicts", required=True),
            *GRID,
        ),
    ),
    CheckSpec(
        "operations.training_energy_wh",
        "Energy of training",
        "What energy did training take, metered or at a stated power?",
        "Wh",
        LOWER,
        POWER,
    ),
    CheckSpec(
        "operations.training_carbon_g",
        "Carbon of training",
        "What did training emit, at a stated grid?",
        "g CO2e",
        LOWER,
        (*POWER, *GRID),
    ),
    CheckSpec(
        "operations.cold_start_ms",
        "Cold start",
        "How long does it take to load the model and answer for the first time?",
        "ms",
        LOWER,
        (LEVEL, Parameter("starts", int, "starts that were timed")),
    ),
    CheckSpec(
        "operations.peak_memory_bytes",
        "Peak memory",
        "How much memory does a process take at most that loads the model and predicts?",
        "bytes",
        LOWER,
        (
            LEVEL,
            Parameter("rows", int, "rows that are predicted at once"),
            Parameter("starts", int, "processes that were measured"),
        ),
    ),
    CheckSpec(
        "operations.model_size_bytes",
        "Model size",
        "How many bytes do the model's files have?",
        "bytes",
        LOWER,
        exact=True,
    ),
)
"""In the order in which they are shown."""

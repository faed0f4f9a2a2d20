"""No clock but the one handed in.

Two readings of the clock in one Work disagree, and what asks the machine's clock cannot be tested
or replayed at another time. `Work.now` is the time of an action; core/times.py alone asks the
machine. A stopwatch (`perf_counter`, `monotonic`) is no clock, but belongs where things are timed.
"""

from collections.abc import Iterator

from lint.source import Finding, Source

CLOCKS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "sqlalchemy.func.now",
        "sqlalchemy.func.current_timestamp",
        "pandas.Timestamp.now",
        "pandas.Timestamp.today",
        "pandas.Timestamp.utcnow",
    }
)
STOPWATCHES = frozenset(
    {"time.perf_counter", "time.perf_counter_ns", "time.monotonic", "time.monotonic_ns"}
)
TIMED = ("src/gonogo/app", "src/gonogo/checks", "src/gonogo/gateway", "benchmarks", "tests")
"""Where stopwatches may be: latency is a check, and what takes long is measured."""


def find(source: Source) -> Iterator[Finding]:
    """Mentions of a clock, called or handed on."""
    for node in source.nodes:
        name = source.full_name(node)
        if name in CLOCKS:
            yield Finding(_line(node), f"{name}: use the clock handed in (`work.now`, a `Clock`)")
        elif name in STOPWATCHES and not source.within(*TIMED):
            yield Finding(
                _line(node), f"{name}: time it in app, checks, gateway, benchmarks or tests"
            )


def _line(node: object) -> int:
    return getattr(node, "lineno", 1)

"""What the gateway counts of itself, and how Prometheus reads it.

Plain dictionaries, added to by the event loop alone: a labelled counter of a library costs more
than the model.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

BOUNDS_US = (
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000,
)  # fmt: skip
"""Where the buckets of latencies end, in microseconds."""


class Route(NamedTuple):
    """Labels of what was decided."""

    case: str
    route: str
    """Name of the arm."""
    version: str
    role: str


@dataclass(slots=True)
class Latencies:
    """How long decisions of one route took."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_US) + 1))
    sum_us: int = 0

    def add(self, microseconds: int) -> None:
        """Count one."""
        self.buckets[bisect_left(BOUNDS_US, microseconds)] += 1
        self.sum_us += microseconds


Gauges = Callable[[], dict[str, float]]
"""Numbers that are looked at when somebody asks, by name."""


@dataclass(slots=True)
class Counts:
    """Everything that is counted since the start."""

    decisions: dict[tuple[Route, str, str], int] = field(default_factory=lambda: defaultdict(int))
    """By route, outcome and kind."""
    latencies: dict[Route, Latencies] = field(default_factory=lambda: defaultdict(Latencies))
    failures: dict[tuple[Route, str], int] = field(default_factory=lambda: defaultdict(int))
    """By route and what went wrong: raised, hangs, no-number."""
    answers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """By HTTP status."""
    dropped: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Shadows that were not scored for want of time, by use case."""
    shed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Requests that were refused for want of time, by why."""
    exposures: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """By flag and variant."""
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Received, by use case."""

    def decided(self, route: Route, outcome: str, kind: str, microseconds: int) -> None:
        """Count a decision."""
        self.decisions[route, outcome, kind] += 1
        self.latencies[route].add(microseconds)


def exposition(counts: Counts, gauges: Gauges, errors: dict[str, str]) -> bytes:
    """All of it in the text form that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(_Collected(counts, gauges, errors))
    return generate_latest(registry)


class _Collected:
    def __init__(self, counts: Counts, gauges: Gauges, errors: dict[str, str]) -> None:
        self._counts, self._gauges, self._errors = counts, gauges, errors

    def collect(self) -> Iterator[Metric]:
        """Everything, as families."""
        counts = self._counts
        yield _counter(
            "gonogo_decisions",
            "Decisions made.",
            (*Route._fields, "outcome", "kind"),
            {(*route, outcome, kind): n for (route, outcome, kind), n in counts.decisions.items()},
        )
        yield _histogram(counts)
        yield _counter(
            "gonogo_model_failures",
            "Times a model gave no answer, so that the fallback did.",
            (*Route._fields, "why"),
            {(*route, why): n for (route, why), n in counts.failures.items()},
        )
        for name, text, label, found in (
            ("gonogo_answers", "Answers by HTTP status.", "status", counts.answers),
            ("gonogo_shadows_dropped", "Shadows not scored.", "case", counts.dropped),
            ("gonogo_shed", "Requests refused for want of time.", "why", counts.shed),
            ("gonogo_outcomes", "Outcomes received.", "case", counts.outcomes),
        ):
            keyed = {(str(key),): n for key, n in dict[Any, int](found).items()}
            yield _counter(name, text, (label,), keyed)
        yield _counter(
            "gonogo_exposures", "Flags evaluated.", ("flag", "variant"), counts.exposures
        )
        for name, value in self._gauges().items():
            yield GaugeMetricFamily(f"gonogo_gateway_{name}", name.replace("_", " "), value)
        told = GaugeMetricFamily(
            "gonogo_gateway_not_in_force", "What of the snapshot is not in force.", labels=["what"]
        )
        for what in self._errors:
            told.add_metric([what], 1)
        yield told


def _counter(name: str, text: str, labels: tuple[str, ...], found: Mapping[Any, int]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, n in found.items():
        family.add_metric(values, n)
    return family


def _histogram(counts: Counts) -> Metric:
    family = HistogramMetricFamily(
        "gonogo_decision_seconds", "How long decisions took.", labels=Route._fields
    )
    for route, found in counts.latencies.items():
        total, buckets = 0, []
        for bound, n in zip((*BOUNDS_US, None), found.buckets, strict=True):
            total += n
            buckets.append(("+Inf" if bound is None else str(bound / 1e6), total))
        family.add_metric(route, buckets, found.sum_us / 1e6)
    return family

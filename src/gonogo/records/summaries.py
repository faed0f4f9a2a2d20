"""What guardrails and pages read of an opened log: counts and sums by arm, as plain values.

A shadow's decision is joined with the outcome of the decision beside it, as it bears its id.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gonogo.records.log import Log
from gonogo.records.which import LIVE, Payoff, Which

JOINED = """FROM decisions d LEFT JOIN latest l ON l.decision = d.id AND l."case" = d."case" """


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers took, microseconds."""

    p50: float
    p95: float
    p99: float
    largest: int


@dataclass(frozen=True, slots=True)
class Moments:
    """Sufficient statistics of numbers."""

    n: int
    mean: float | None
    """None for none."""
    variance: float | None
    """Of the sample, over n - 1; None for fewer than two."""
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """What one arm did."""

    arm: str
    role: str
    """live or shadow."""
    models: tuple[str, ...]
    """Keys of the versions that answered."""
    n: int
    """Decisions."""
    errors: int
    """Of them with an error: the fallback answered."""
    error_kinds: dict[str, int]
    """How often each."""
    fallbacks: int
    """Answered by the fallback for whatever reason, the kill switch too."""
    by_rule: int
    """Decided by a rule."""
    defaulted: int
    """With a declared default in place of a feature."""
    latency: Latency
    score: Moments
    outcomes: dict[str, int]
    """How often each was answered."""
    labelled: int
    """Decisions of which it is known what became."""
    labels: dict[str, int]
    """How often each label, as text; decisions that are labelled."""
    label: Moments
    """Of labels that are numbers; yes is 1, no is 0."""
    value: Moments
    """Of what outcomes were worth, where known."""
    first: datetime
    """Of its decisions."""
    last: datetime


@dataclass(frozen=True, slots=True)
class ArmPayoff:
    """What decisions of an arm were worth: sums that add up over periods."""

    arm: str
    role: str
    n: int
    """Decisions whose payoff is known."""
    waiting: int
    """Decisions whose payoff is not known yet."""
    total: float
    squares: float
    """Sum of squares."""
    mean: float | None
    variance: float | None
    """Of the sample, over n - 1; None for fewer than two."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """How often an answer met a label: a cell of the confusion matrix."""

    arm: str
    role: str
    outcome: str
    label: str
    n: int


ARMS = f"""
SELECT d.arm, d.role, list_sort(list(DISTINCT d.model) FILTER (d.model IS NOT NULL)) AS models,
       count(*) AS n, count(d.error) AS errors, histogram(d.error) AS error_kinds,
       count(*) FILTER (d.kind = 'fallback') AS fallbacks, count(d.rule) AS by_rule,
       count(*) FILTER (len(d.defaulted) > 0) AS defaulted,
       quantile_cont(d.latency_us, [0.5, 0.95, 0.99]) AS latencies, max(d.latency_us) AS slowest,
       histogram(d.outcome) AS outcomes,
       count(l.decision) AS labelled, histogram(l.label) AS labels,
       epoch_us(min(d.decided_at)) AS first, epoch_us(max(d.decided_at)) AS last,
       {{moments}}
{JOINED}
"""


def arms(log: Log, which: Which = LIVE) -> list[ArmSummary]:
    """What each arm did, by name and role."""
    moments = ", ".join(
        f"[count({column})::DOUBLE, avg({column}), var_samp({column}), min({column}), "
        f"max({column})] AS {name}"
        for name, column in (
            ("score", "d.score"),
            ("label", "l.label_number"),
            ("value", "l.value"),
        )
    )
    return [
        ArmSummary(
            arm=row["arm"],
            role=row["role"],
            models=tuple(row["models"] or ()),
            n=row["n"],
            errors=row["errors"],
            error_kinds=row["error_kinds"] or {},
            fallbacks=row["fallbacks"],
            by_rule=row["by_rule"],
            defaulted=row["defaulted"],
            latency=_latency(row),
            score=_moments(row["score"]),
            outcomes=row["outcomes"] or {},
            labelled=row["labelled"],
            labels=row["labels"] or {},
            label=_moments(row["label"]),
            value=_moments(row["value"]),
            first=moment_of(row["first"]),
            last=moment_of(row["last"]),
        )
        for row in asked(log, ARMS.format(moments=moments), which, "GROUP BY ALL ORDER BY ALL")
    ]


def payoffs(log: Log, payoff: Payoff, which: Which = LIVE) -> list[ArmPayoff]:
    """What decisions were worth by arm, as far as it is known."""
    column = payoff.column()
    return [
        ArmPayoff(**row)
        for row in asked(
            log,
            f"SELECT d.arm, d.role, count({column}) AS n, count(*) - count({column}) AS waiting, "
            f"coalesce(fsum({column}), 0) AS total, "
            f"coalesce(fsum(({column}) * ({column})), 0) AS squares, "
            f"avg({column}) AS mean, var_samp({column}) AS variance {JOINED}",
            which,
            "GROUP BY ALL ORDER BY d.arm, d.role",
        )
    ]


def crossed(log: Log, which: Which = LIVE) -> list[Crossed]:
    """How often which answer met which label, of decisions that have one."""
    return [
        Crossed(**row)
        for row in asked(
            log,
            "SELECT d.arm, d.role, d.outcome, l.label, count(*) AS n "
            f"{JOINED.replace('LEFT JOIN', 'JOIN')}",
            which,
            "AND l.label IS NOT NULL GROUP BY ALL ORDER BY d.arm, d.role, d.outcome, l.label",
        )
    ]


def asked(
    log: Log,
    query: str,
    which: Which,
    end: str,
    *,
    before: list[Any] | None = None,
    after: list[Any] | None = None,
) -> Iterator[dict[str, Any]]:
    """The rows that `query` finds of `which`, by column; `before` and `after` fill its marks."""
    where, given = which.where()
    answer = log.connection.execute(
        f"{query} {where or 'WHERE TRUE'} {end}", [*(before or ()), *given, *(after or ())]
    )
    names = [column[0] for column in answer.description or ()]
    for row in answer.fetchall():
        yield dict(zip(names, row, strict=True))


def _latency(row: dict[str, Any]) -> Latency:
    p50, p95, p99 = row["latencies"]
    return Latency(p50, p95, p99, row["slowest"])


def _moments(found: list[float | None]) -> Moments:
    n, mean, variance, low, high = found
    return Moments(int(n or 0), mean, variance, low, high)


def moment_of(microseconds: int) -> datetime:
    """The time that many microseconds after 1970, in UTC."""
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(
        microsecond=microseconds % 1_000_000
    )

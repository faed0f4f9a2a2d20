"""Evidence to measure with: of the size and shape that checks of a tabular classifier leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.evidence import Parameters

GROUPS = [
    {"group": "black", "n": 197, "selected": 131},
    {"group": "hispanic", "n": 108, "selected": 82},
    {"group": "white", "n": 1684, "selected": 1527},
]
BOOTSTRAP = "percentile bootstrap, 2000 resamples (Efron & Tibshirani 1993)"


@dataclass(frozen=True, slots=True)
class Way:
    """A way of measuring: a check and what it is asked with."""

    check: str
    parameters: Parameters
    unit: str
    method: str
    detail: Mapping[str, Any]


def _data(name: str, unit: str, **parameters: str) -> Way:
    return Way(f"data.{name}", parameters, unit, "counted, no sampling error", {"columns": 14})


def _score(name: str, unit: str, method: str) -> Way:
    return Way(f"performance.{name}", {"level": 0.95, "seed": 7}, unit, method, {"positives": 1744})


def _fairness(group: str) -> Way:
    asked: Parameters = {"group": group, "threshold": 0.5, "smallest": 30}
    method = "log-ratio delta method (Katz et al. 1978)"
    return Way("fairness.selection_rate_ratio", asked, "ratio", method, {"groups": GROUPS})


WAYS_OF_DATA = (
    _data("schema_violations", "count"),
    _data("missing_share", "share"),
    _data("range_violations", "share"),
    _data("duplicate_share", "share"),
    _data("class_balance", "share", label="approve"),
    _data("train_test_overlap", "share"),
)
WAYS_OF_MODELS = (
    _score("roc_auc", "area", "DeLong, logit scale (DeLong et al. 1988)"),
    _score("log_loss", "nats", BOOTSTRAP),
    _score("brier", "score", BOOTSTRAP),
    _score("calibration_error", "share", BOOTSTRAP),
    _fairness("race"),
    _fairness("sex"),
    Way("operations.latency_p99_ms", {"requests": 2000}, "ms", "order statistics", {}),
)


def travelling(way: Way, subject: str, data: str, number: int) -> dict[str, Any]:
    """A measurement as a client hands it in; `number` makes it differ from the others."""
    return {
        "subject": subject,
        "check": way.check,
        "with": dict(way.parameters),
        "measured": measured(way, number),
        "detail": dict(way.detail),
        "data": data,
        "code": "git:1f0c2ab",
        "environment": "lock:9ab1",
    }


def measured(way: Way, number: int) -> dict[str, Any]:
    """An estimate in (0.5, 1) with an interval of a tenth around it."""
    value = 0.55 + (number * 7919 % 400_009) / 1_000_000
    return {
        "value": value,
        "low": value - 0.0512345678901,
        "high": value + 0.0498765432109,
        "level": 0.95,
        "n": 1989,
        "unit": way.unit,
        "method": way.method,
    }

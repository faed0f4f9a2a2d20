"""Conditions in words, the same on every page, in every report and on the command line."""

import math
from collections.abc import Mapping
from typing import Any

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Condition
from gonogo.core.releasing import Guardrail

BOUNDS = ("low", "high")
"""Parameters that say how numbers are cut, which tells nobody what is watched."""


def title(condition: Condition) -> str:
    """How a condition's check is called.

    >>> title(Condition("fairness.selection_rate_ratio", {"group": "race"}, at_least=0.8))
    'Selection-rate ratio (group race)'
    """
    return named(condition.check, condition.parameters)


def named(check: str, parameters: Mapping[str, Any]) -> str:
    """How a check with these parameters is called.

    >>> named("operations.latency_over_limit", {"limit_ms": 250})
    'Late answers of the live version (limit_ms 250)'
    """
    spec = CATALOGUE.get(check)
    name = check if spec is None else spec.title
    given = ", ".join(f"{key} {value}" for key, value in parameters.items())
    return f"{name} ({given})" if given else name


def watched(guardrail: Guardrail) -> str:
    """How a guardrail is called, so that two on one check are told apart."""
    found = {key: one for key, one in guardrail.parameters.items() if key not in BOUNDS}
    by = {} if guardrail.group is None else {"group": guardrail.group}
    return named(guardrail.check, {**by, **found})


def asked(condition: Condition) -> str:
    """The threshold in words.

    >>> asked(Condition("performance.roc_auc", over_champion=0.0))
    'at least 0 over the champion'
    """
    if condition.over_champion is not None:
        return f"at least {number(condition.over_champion)} over the champion"
    parts = []
    if math.isfinite(condition.at_least):
        parts.append(f"at least {number(condition.at_least)}")
    if math.isfinite(condition.at_most):
        parts.append(f"at most {number(condition.at_most)}")
    return " and ".join(parts)


def number(value: float) -> str:
    """A number to four digits.

    >>> number(0.73333), number(float("inf"))
    ('0.7333', '∞')
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:.4g}"

"""Risks of the three missions, and the budget of the one that was flown; simulated."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.recommendation.texts import CASE as PICKS
from gonogo.app.mission.texts import CASE as MORTGAGE

MITIGATED_IN = timedelta(days=30)

RISKS: Mapping[str, Mapping[str, Any]] = {
    "few-of-a-group": {
        "title": "Few applications of some groups (simulated)",
        "category": "bias",
        "cause": "111 of 1,989 applications are of Hispanic applicants",
        "event": "A group's approvals fall and the interval does not show it",
        "effect": "Applicants are treated unfairly; the model is taken out of service",
        "probability": {"low": 0.05, "likely": 0.15, "high": 0.35},
        "loss": {"low": 20_000, "likely": 60_000, "high": 250_000},
        "currency": "USD",
        "owner_role": "risk-officer",
        "case": MORTGAGE,
    },
    "disputes-late": {
        "title": "Issuers send disputes late (simulated)",
        "category": "data-availability",
        "cause": "Disputes of payments online take weeks",
        "event": "A version is judged by labels that are not complete",
        "effect": "It passes its gates and loses money in its canary, as one did",
        "probability": 0.4,
        "delay": {"optimistic": 5, "likely": 12, "pessimistic": 40},
        "loss": {"low": 5_000, "likely": 15_000, "high": 60_000},
        "currency": "USD",
        "owner_role": "ml-engineer",
        "case": FRAUD,
        "steps": ["disputes"],
    },
    "tastes-change": {
        "title": "Tastes change (simulated)",
        "category": "drift",
        "cause": "Items come and go with the season",
        "event": "What the bandit learned no longer holds",
        "effect": "Fewer clicks than the editors' pick would bring",
        "probability": 0.3,
        "loss": {"low": 1_000, "likely": 6_000, "high": 20_000},
        "currency": "USD",
        "owner_role": "product-manager",
        "case": PICKS,
    },
}
"""Key → what is said of it."""


def mitigation(today: date) -> Mapping[str, Any]:
    """What is done about disputes that come late."""
    return {
        "title": "A canary is judged once its labels are complete",
        "owner_role": "ml-engineer",
        "due": (today + MITIGATED_IN).isoformat(),
        "cost": 2_000,
        "leaves": {"probability": 0.4, "loss": 0.7},
    }


def quarters(today: date) -> Sequence[str]:
    """This quarter and the next."""
    number = today.year * 4 + (today.month - 1) // 3
    return [f"{one // 4}-Q{one % 4 + 1}" for one in (number, number + 1)]


def budget(today: date) -> str:
    """The budget of the mortgage mission."""
    now, later = quarters(today)
    return f"""\
# Simulated.
currency: USD
lines:
  - {{line: engineers, category: people, amounts: {{{now}: 60000, {later}: 30000}}}}
  - {{line: machines, category: compute, amounts: {{{now}: 900, {later}: 900}}}}
"""


def payments(today: date) -> str:
    """What was paid for it so far."""
    return "\n".join(
        (
            "date,use case,category,amount,currency,reference,note",
            f"{today},{MORTGAGE},people,14800,USD,simulated-1,engineers (simulated)",
            f"{today},{MORTGAGE},compute,130,USD,simulated-2,machines (simulated)",
        )
    )

"""What people say in the simulated fraud mission: use case, policy, datasets, cards, reasons."""

from typing import Any

from gonogo.app.mission.fraud import models
from gonogo.app.mission.fraud.features import CASE, NAMES, WINDOWS
from gonogo.app.mission.fraud.simulation import LABEL
from gonogo.checks.findings.finding import Asked
from gonogo.core.roles import Role
from gonogo.schemas.cases import NewCase, ValueModel

MODEL = "card-fraud-scorer"
POLICY = "fraud-simulated"
POLICY_TEXT = f"""\
# As fraud-realtime, for simulated transactions that are replayed. No time passes between them, so
# steps wait for decisions alone; and whether it was fraud is told at once, so that the loss of
# decisions can be watched, which in reality is known weeks later.
policy: {POLICY}
description: As fraud-realtime, for simulated transactions that are replayed.
extends: fraud-realtime
gates:
  production:
    conditions:
      # Timed on whatever machine the example is flown on; while it runs, 50 ms are watched.
      - check: operations.latency_p99_ms
        at_most: 500
release:
  steps:
    canary:
      - {{share: 0.25, dwell: 0m, smallest: 1000}}
      - {{share: 0.5, dwell: 0m, smallest: 10000}}
    blue-green:
      - {{share: 1.0, dwell: 0m, smallest: 1000}}
  guardrails:
    # A decision loses what was stolen, or what a wrong decline costs; beyond 100 it is insured.
    - check: value.payoff_per_decision
      with: {{low: -{models.LARGEST_LOSS:g}, high: 0}}
      margin: 0.05
      weight: 6
  label_delay: 0m
"""
USE_CASE = NewCase(
    slug=CASE,
    title="Card fraud (simulated)",
    problem="Which card payments are stopped while they wait, so that stolen cards are worth "
    "little and honest people are rarely declined. Cards, terminals and fraud are simulated.",
    risk_tier="limited",
    risk_reason="Declines single payments, which an analyst can release; simulated throughout.",
    owner_role="product-manager",
    policy=POLICY,
    value=ValueModel(
        currency="EUR",
        decisions_per_year=300_000,
        true_positive=0,
        false_positive=-models.DECLINED_COST,
        true_negative=0,
        false_negative=-60,
        present="no",  # today no payment is stopped
    ),
    feasibility="About 50,000 simulated transactions in 60 days, one in twenty of them fraud: many "
    "times as frequent as in reality, so that a short stream can tell of it.",
)
ROUTE: dict[str, Any] = {
    "positive": "decline",
    "negative": "approve",
    "adverse": "decline",
    "otherwise": "approve",
    "explain": "adverse",
    "noted": ["kind"],
    "windows": [
        {
            "name": window.name,
            "statistic": window.statistic,
            "entity": window.entity,
            "column": window.column,
            "seconds": window.seconds,
        }
        for window in WINDOWS
    ],
}
WHY_ROUTE = (
    "Whoever is declined is told why; where no model answers, payments go through. The kind of "
    "terminal is noted to look at segments."
)
WHY_LIVE = "The first version: without it no payment is stopped."
WHY_CANARY = (
    "It finds more of the fraud that was known when it was trained: a quarter of the cards first, "
    "watched by what its decisions lose."
)
MEASURED = (
    Asked("performance.roc_auc"),
    Asked("performance.pr_auc"),
    Asked("performance.brier"),
    Asked("performance.calibration_error"),
    Asked("performance.precision"),
    Asked("performance.recall"),
    Asked("value.benefit_per_decision"),
    Asked("value.lift"),
    Asked("explainability.reason_coverage"),
    Asked("security.unsafe_model_files"),
    Asked("security.stored_model_integrity"),
    Asked("operations.latency_p99_ms"),
    Asked("engineering.model_card_completeness"),
)
"""What the server measures of a version."""
ABOUT_DATA: dict[str, Any] = {
    "licence": "Simulated by gonogo; no rights reserved",
    "sensitivity": "public",
    "owner_role": "data-scientist",
    "label": LABEL,
    "overrides": {name: {"minimum": 0} for name in NAMES if name != "is_online"},
}
FIRST, SECOND = "boosting on 20 days", "boosting on 25 days"
AMOUNT = "amount alone"
DESIGN = {
    "method": "Trained on earlier days, compared on the five days that follow, both models on the "
    "same transactions; stratified bootstrap of the difference."
}
WINDOWS_TELL: dict[str, Any] = {
    "statement": "Rolling windows over requests find fraud better than the amount alone: PR AUC "
    "higher by at least 0.2.",
    "criteria": [
        {
            "check": "performance.pr_auc",
            "with": {"versus": AMOUNT},
            "at_least": 0.2,
            "level": 0.95,
        }
    ],
    "baseline": "Boosted trees that read the amount alone.",
    "prior": 0.7,
    "design": DESIGN,
}
MORE_DAYS_HELP: dict[str, Any] = {
    "statement": "Trained on five more days, fraud is found better than by the version that is "
    "live: PR AUC higher by at least 0.05, by the labels known on the day after.",
    "criteria": [
        {
            "check": "performance.pr_auc",
            "with": {"versus": FIRST},
            "at_least": 0.05,
            "level": 0.95,
        }
    ],
    "baseline": "The version that is live.",
    "prior": 0.6,
    "design": DESIGN,
}
SIGNED = {
    Role.ML_ENGINEER: "Loads from its sealed files, answers in a millisecond, numbers reproduced.",
    Role.RISK_OFFICER: "Losses and false alarms looked at, with their intervals. Simulated.",
}
REASONS: dict[str, Any] = {
    "amount": {"high": "The amount is high.", "low": "The amount is unusually low."},
    "is_online": {"high": "The payment is online.", "low": "The payment is in a shop."},
    "card_n_1h": {"high": "The card was used often in the last hour.", "low": "Quiet last hour."},
    "card_n_1d": {"high": "The card was used often in the last day.", "low": "Quiet last day."},
    "card_n_7d": {"high": "The card was used often this week.", "low": "The card is rarely used."},
    "card_mean_30d": {
        "high": "The card usually pays high amounts.",
        "low": "The card usually pays small amounts.",
        "missing": "The card was not used for 30 days.",
    },
    "card_sum_1d": {"high": "The card paid much in the last day.", "low": "Little paid today."},
    "card_terminals_1d": {
        "high": "The card was used at many terminals in a day.",
        "low": "The card was used at few terminals in a day.",
    },
    "card_since_last": {
        "low": "The card was used moments ago.",
        "high": "The card was not used for long.",
        "missing": "The card was not used for a week.",
    },
    "terminal_n_1h": {
        "high": "The terminal is unusually busy this hour.",
        "low": "The terminal is quiet this hour.",
    },
    "terminal_n_1d": {
        "high": "The terminal is unusually busy today.",
        "low": "The terminal is quiet today.",
    },
    "terminal_n_30d": {
        "high": "The terminal was busy this month.",
        "low": "The terminal is hardly known.",
    },
    "terminal_mean_7d": {
        "high": "The terminal takes high amounts.",
        "low": "The terminal takes small amounts.",
        "missing": "The terminal took nothing for a week.",
    },
    "terminal_since_last": {
        "low": "The terminal was used moments ago.",
        "high": "The terminal was not used for long.",
        "missing": "The terminal was not used for a week.",
    },
}


def about(days: str, labels: str) -> dict[str, Any]:
    """What is said of the transactions of some days."""
    return {
        **ABOUT_DATA,
        "description": f"Simulated card transactions, {days}, with rolling windows as the gateway "
        f"keeps them. {labels}",
    }


def card(kind: str, trained: str) -> dict[str, Any]:
    """The model card of a version."""
    return {
        "kind": kind,
        "version": f"{kind}, simulated",
        "owner_role": "product-manager",
        "contact_role": "risk-officer",
        "licence": "Internal use by the simulated issuer",
        "intended_use": "Stopping payments of simulated cards while they wait.",
        "out_of_scope_use": "Real cards: everything here is simulated.",
        "factors": "Kind of terminal: online or in a shop.",
        "metrics": f"PR AUC, calibration, loss of decisions at threshold {models.THRESHOLD}.",
        "training_data": trained,
        "evaluation_data": "The five days after, by the labels known then.",
        "ethical_considerations": "Declined people stand at a till; reasons are told each time.",
        "limitations": "Simulated. Disputes of payments online come weeks later: until then fraud "
        "there looks honest.",
        "reasons": REASONS,
    }

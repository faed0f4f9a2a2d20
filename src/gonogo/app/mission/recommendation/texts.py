"""What people say in the simulated recommendation mission: use case, policy, data, cards."""

from typing import Any

from gonogo.app.mission.recommendation.simulation import CLICKED, NAMES, SHOWN, TOPICS
from gonogo.checks.findings.finding import Asked
from gonogo.core.roles import Role
from gonogo.schemas.cases import NewCase

CASE = "home-page-picks"
MODEL = "pick-scorer"
POLICY = "recommendation-simulated"
POLICY_TEXT = f"""\
# As recommendation, for simulated visits that are replayed: no time passes between them, so steps
# wait for decisions alone.
policy: {POLICY}
description: As recommendation, for simulated visits that are replayed.
extends: recommendation
gates:
  production:
    conditions:
      # Timed on whatever machine the example is flown on.
      - check: operations.latency_p99_ms
        at_most: 500
release:
  steps:
    bandit:
      - {{share: 0.5, dwell: 0m, smallest: 1800}}
    blue-green:
      - {{share: 1.0, dwell: 0m, smallest: 300}}
  guardrails:
    # How often a candidate is shown is what the versions differ in: no harm by itself.
    - {{check: performance.live_outcome_rate, margin: 0.5}}
    # Clicks for each visit.
    - {{check: value.business_metric, with: {{low: 0, high: 1}}, margin: 0.02}}
  label_delay: 0m
"""
USE_CASE = NewCase(
    slug=CASE,
    title="Home page picks (simulated)",
    problem="Whether the first place of a shop's home page shows a candidate drawn for the visitor "
    "or keeps the editors' pick, so that more visits find something. Visitors, items and clicks "
    "are simulated.",
    risk_tier="minimal",
    risk_reason="Chooses between two harmless items; simulated throughout.",
    owner_role="product-manager",
    policy=POLICY,
    feasibility="20,000 simulated visits that a coin decided, each logged with its chance: what "
    "other policies would have brought can be estimated before anybody is shown anything.",
)
ROUTE: dict[str, Any] = {
    "positive": "show",
    "negative": "keep",
    "adverse": None,
    "otherwise": "keep",
    "explain": "asked",
    "noted": ["item"],
    "bandit": {"kind": "thompson", "parameters": {}, "context": []},
}
WHY_ROUTE = "Without a model the editors' pick stays. Which item was the candidate is noted."
WHY_LIVE = "Popular items first: by logged decisions it brings more clicks than the editors' pick."
WHY_BANDIT = (
    "By logged decisions it brings more clicks than what is popular; a bandit learns whether that "
    "is so, and gives it as many visits as it earns."
)
POPULAR, PERSONAL = "scorecard of what is popular", "trees of who likes what"
PRODUCED: dict[str, Any] = {
    "licence": "Simulated by gonogo; no rights reserved",
    "sensitivity": "public",
    "owner_role": "data-scientist",
    "label": CLICKED,
    "overrides": {
        "hour": {"minimum": 0, "maximum": 23},
        **{f"likes_{topic}": {"minimum": 0, "maximum": 1} for topic in TOPICS},
        **{name: {"minimum": 0} for name in ("visits_30d", "price", "age_days", "clicks_7d")},
    },
}
COLUMNS = {"arm": "decision", "reward": CLICKED, "propensity": "chance", "entity": "visitor"}
"""How a dataset of logged decisions says what."""
CONTEXT = ("clicks_7d", "age_days", "price", *(f"likes_{topic}" for topic in TOPICS))
"""What LinUCB would read of a visit."""
PERSONAL_BEATS: dict[str, Any] = {
    "statement": "Trees that read who likes what tell clicks better than a scorecard of what is "
    "popular: ROC AUC higher by at least 0.05.",
    "criteria": [
        {
            "check": "performance.roc_auc",
            "with": {"versus": POPULAR},
            "at_least": 0.05,
            "level": 0.95,
        }
    ],
    "baseline": "A logistic scorecard of the same columns.",
    "prior": 0.6,
    "design": {
        "method": "Trained on earlier simulated visits, compared on later ones at which the coin "
        "showed the candidate; both models on the same visits."
    },
}
MEASURED = (
    Asked("performance.roc_auc"),
    Asked("performance.pr_auc"),
    Asked("performance.brier"),
    Asked("performance.calibration_error"),
    Asked("security.unsafe_model_files"),
    Asked("security.stored_model_integrity"),
    Asked("operations.latency_p99_ms"),
    Asked("engineering.model_card_completeness"),
)
"""What the server measures of a version."""
SIGNED = {
    Role.ML_ENGINEER: "Loads from its sealed files and answers fast enough, numbers reproduced.",
    Role.PRODUCT_MANAGER: "Worth a try by what logged decisions say. Simulated.",
}


def about(part: str) -> dict[str, Any]:
    """What is said of visits at which the candidate was shown."""
    return {
        **PRODUCED,
        "description": f"Simulated visits at which a coin showed the candidate, {part}: "
        f"{len(NAMES)} features of visitor and item, and whether it was clicked at.",
    }


LOGGED: dict[str, Any] = {
    **PRODUCED,
    "description": "Simulated visits that a coin decided, all of them: the decision, the chance "
    f"with which it was taken, and whether there was a click. `{SHOWN}` or kept.",
}


def card(kind: str) -> dict[str, Any]:
    """The model card of a version."""
    return {
        "kind": kind,
        "version": f"{kind}, simulated",
        "owner_role": "product-manager",
        "contact_role": "ml-engineer",
        "licence": "Internal use by the simulated shop",
        "intended_use": "Choosing between a candidate and the editors' pick on a home page.",
        "out_of_scope_use": "Prices, contracts, anything but one place on a page.",
        "factors": "Topic of the item; whether the visitor is on a telephone.",
        "metrics": "ROC AUC, and the mean reward by logged decisions: IPS, SNIPS, doubly robust.",
        "training_data": "Simulated visits at which a coin showed the candidate.",
        "evaluation_data": "Later simulated visits.",
        "ethical_considerations": "Nobody loses anything but a look at an item.",
        "limitations": "Simulated. What is liked does not change here.",
    }

"""What people say in the mission: the use case, its datasets, the model cards, the reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

from gonogo.app.mission import data, models, trials
from gonogo.core.roles import Role
from gonogo.schemas.cases import NewCase, ValueModel

CASE = "mortgage-approval"
MODEL = "mortgage-approver"
POLICY = "lending-high-risk"

USE_CASE = NewCase(
    slug=CASE,
    title="Mortgage approval",
    problem="Which mortgage applications can be approved without a second look, so that applicants "
    "wait hours instead of weeks, and nobody is declined for who they are. A simulated lender on "
    "real applications of 1990.",
    risk_tier="high",
    risk_reason="Decides about people's access to credit: high-risk, EU AI Act, Annex III.",
    owner_role="product-manager",
    policy=POLICY,
    value=ValueModel(
        currency="USD",
        decisions_per_year=2000,
        true_positive=900,
        false_positive=-4200,
        true_negative=0,
        false_negative=-900,
        present="yes",  # today everybody is approved who is not looked at twice
    ),
    feasibility="1,989 decided applications with 32 usable attributes. Few declines (12 %) and few "
    "applicants of some groups (111 Hispanic) limit what can be shown.",
)

ABOUT_DATA: dict[str, Any] = {
    "licence": "Published with Wooldridge, Introductory Econometrics; for teaching and research",
    "sensitivity": "confidential",
    "owner_role": "data-scientist",
    "label": data.LABEL,
}


def _code_book() -> dict[str, dict[str, Any]]:
    """What is known of the columns beforehand: their ranges, and codes for "not recorded"."""
    said: dict[str, dict[str, Any]] = {
        name: {"minimum": low, "maximum": high} for name, (low, high) in data.RANGES.items()
    }
    for name, codes in data.MISSING_CODES.items():
        said.setdefault(name, {})["missing_codes"] = codes
    return said


PUBLISHED = {
    **ABOUT_DATA,
    "description": "Mortgage applications, Boston, 1990 (Hunter and Walker 1996), as published.",
    "protected": ["black", "hispan", "white", "male", "married", "old"],
    "overrides": _code_book(),
}


def about_part(part: str, parent: str) -> dict[str, Any]:
    """What is said of the training or the test applications."""
    return {
        **ABOUT_DATA,
        "description": f"The {part} applications: {len(data.FEATURES)} features, race, sex, "
        "marital status and age in words, and whether the application was approved.",
        "protected": list(data.PROTECTED),
        "overrides": _code_book(),
        "parents": [parent],
        "transformation": f"prepared, then split {1 - data.TEST_SHARE:.0%} to "
        f"{data.TEST_SHARE:.0%}, stratified by the outcome, seed {data.SPLIT_SEED}",
    }


def card(kind: str, made_how: str) -> dict[str, str]:
    """The model card of one of the mission's models."""
    return {
        "version": f"{kind}, first version",
        "owner_role": "product-manager",
        "contact_role": "risk-officer",
        "licence": "Internal use by the simulated lender",
        "intended_use": "Recommending approval of mortgage applications to a loan officer.",
        "out_of_scope_use": "Declining without a person; other products, places or years.",
        "factors": "Race, sex, their intersections; marital status and age are kept out as well.",
        "metrics": "ROC AUC, calibration, and approval rates by group at threshold "
        f"{trials.THRESHOLD}.",
        "training_data": f"70 % of the Boston Fed applications of 1990. {made_how}",
        "evaluation_data": "The other 30 %, never used for fitting or for settling hypotheses.",
        "ethical_considerations": "Past approvals may carry past discrimination: agreeing with "
        "them is not being fair. Approval rates by group are compared, with counts and intervals.",
        "limitations": "One city, one year, few declines; groups below 10 applications cannot be "
        "judged. Not looked at: drift, adversarial applications, intersections beyond two.",
    }


def _said(parameters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in parameters.items())


CARDS = {
    trials.SCORECARD: card(trials.SCORECARD, f"Logistic regression, {_said(models.SCORECARD)}."),
    trials.BOOSTING: card(trials.BOOSTING, f"LightGBM, {_said(models.BOOSTING)}."),
    trials.MITIGATED: card(
        trials.MITIGATED, f"Exponentiated gradient over scorecards, {_said(models.MITIGATION)}."
    ),
}

RULES_ACCEPTED = "Ranges and categories looked over against the code book of the survey."

SIGNED = {
    Role.ML_ENGINEER: "Loads from its sealed files, answers fast enough, numbers reproduced.",
    Role.RISK_OFFICER: "Approval rates by race and sex looked at with their intervals and counts.",
    Role.PRODUCT_MANAGER: "The loss in ranking is worth what it buys.",
}


def go(kind: str) -> str:
    """Why a gate is decided go."""
    return f"Every condition of the policy holds for the {kind}, and all roles have signed."


def no_go(kind: str, lacks: Sequence[str]) -> str:
    """Why a gate is decided no-go."""
    return f"The {kind} does not pass: {'; '.join(lacks)}."[:2000]

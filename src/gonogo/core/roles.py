"""Who may do what: roles and actions in one table on one screen."""

from collections.abc import Iterable
from enum import StrEnum

from gonogo.core.errors import Invalid


class Role(StrEnum):
    """What a person or a service is here for."""

    VIEWER = "viewer"
    DATA_SCIENTIST = "data-scientist"
    ML_ENGINEER = "ml-engineer"
    PRODUCT_MANAGER = "product-manager"
    RISK_OFFICER = "risk-officer"
    MANAGER = "manager"
    ADMIN = "admin"


class Action(StrEnum):
    """Everything that can be done, as `thing.verb`."""

    READ = "read"
    CASE_CREATE = "case.create"
    CASE_EDIT = "case.edit"
    CASE_ASSESS = "case.assess"
    RUBRIC_STATE = "rubric.state"
    DEBT_KEEP = "debt.keep"
    RISK_KEEP = "risk.keep"
    RISK_ACCEPT = "risk.accept"
    PLAN_EDIT = "plan.edit"
    PLAN_FORECAST = "plan.forecast"
    PLAN_PIVOT = "plan.pivot"
    BOARD_WORK = "board.work"
    PORTFOLIO_DECIDE = "portfolio.decide"
    BUDGET_KEEP = "budget.keep"
    COMPUTE_STATE = "compute.state"
    HYPOTHESIS_REGISTER = "hypothesis.register"
    HYPOTHESIS_SETTLE = "hypothesis.settle"
    DATASET_REGISTER = "dataset.register"
    RULES_PROPOSE = "rules.propose"
    RULES_ACCEPT = "rules.accept"
    RUN_RECORD = "run.record"
    EVIDENCE_RECORD = "evidence.record"
    EVIDENCE_REPRODUCE = "evidence.reproduce"
    PRIVACY_BUDGET = "privacy.budget"
    PRIVACY_SPEND = "privacy.spend"
    MODEL_REGISTER = "model.register"
    POLICY_PUBLISH = "policy.publish"
    REVIEW_OPEN = "review.open"
    REVIEW_SIGN = "review.sign"
    REVIEW_WAIVE = "review.waive"
    REVIEW_DECIDE = "review.decide"
    RELEASE_START = "release.start"
    RELEASE_STOP = "release.stop"
    ROUTE_SET = "route.set"
    VERSION_RETIRE = "version.retire"
    INCIDENT_HANDLE = "incident.handle"
    DECIDE = "decide"
    DECIDED_READ = "decided.read"
    DECIDED_ERASE = "decided.erase"
    GATEWAY_READ = "gateway.read"
    LEDGER_READ = "ledger.read"
    EXPORT = "export"
    TRACKING_READ = "tracking.read"
    TRACKING_WRITE = "tracking.write"
    TOKEN_OWN = "token.own"  # noqa: S105  # the verb, not a secret
    USER_MANAGE = "user.manage"


V, DS, ML, PM, RO, MA, AD = Role
EVERYBODY = frozenset(Role)

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.READ: EVERYBODY,
    Action.LEDGER_READ: EVERYBODY,
    Action.TRACKING_READ: EVERYBODY,
    Action.TOKEN_OWN: EVERYBODY,
    Action.CASE_CREATE: frozenset({DS, PM, MA, AD}),
    Action.CASE_EDIT: frozenset({PM, MA, AD}),
    # An administrator runs the installation; of use cases those speak who answer for them.
    Action.CASE_ASSESS: frozenset({DS, ML, PM, RO, MA}),
    Action.RUBRIC_STATE: frozenset({PM, RO, MA}),
    Action.DEBT_KEEP: frozenset({DS, ML, PM, RO, MA, AD}),
    Action.RISK_KEEP: frozenset({RO, MA}),
    Action.RISK_ACCEPT: frozenset({RO, MA}),
    Action.PLAN_EDIT: frozenset({DS, ML, PM, MA, AD}),
    Action.PLAN_FORECAST: frozenset({DS, ML, PM, RO, MA, AD}),
    Action.PLAN_PIVOT: frozenset({PM, MA}),
    Action.BOARD_WORK: frozenset({DS, ML, PM, RO, MA, AD}),
    Action.PORTFOLIO_DECIDE: frozenset({PM, MA}),
    Action.BUDGET_KEEP: frozenset({PM, MA, AD}),
    Action.COMPUTE_STATE: frozenset({MA, AD}),
    Action.HYPOTHESIS_REGISTER: frozenset({DS, ML, PM, MA, AD}),
    Action.HYPOTHESIS_SETTLE: frozenset({DS, ML, PM, MA, AD}),
    Action.DATASET_REGISTER: frozenset({DS, ML, AD}),
    Action.RULES_PROPOSE: frozenset({DS, ML, PM, RO, AD}),
    Action.RULES_ACCEPT: frozenset({DS, ML, PM, RO, MA}),
    Action.RUN_RECORD: frozenset({DS, ML, AD}),
    Action.EVIDENCE_RECORD: frozenset({DS, ML, RO, AD}),
    Action.EVIDENCE_REPRODUCE: frozenset({DS, ML, RO, AD}),
    Action.PRIVACY_BUDGET: frozenset({RO, MA}),
    Action.PRIVACY_SPEND: frozenset({DS, ML, PM, RO, MA, AD}),
    Action.MODEL_REGISTER: frozenset({DS, ML, AD}),
    Action.TRACKING_WRITE: frozenset({DS, ML, AD}),
    Action.POLICY_PUBLISH: frozenset({RO, AD}),
    Action.REVIEW_OPEN: frozenset({DS, ML, PM, RO, MA, AD}),
    Action.REVIEW_SIGN: frozenset({DS, ML, PM, RO, MA}),
    Action.REVIEW_WAIVE: frozenset({RO, MA}),
    Action.REVIEW_DECIDE: frozenset({ML, PM, RO, MA}),
    Action.RELEASE_START: frozenset({ML, PM}),
    Action.RELEASE_STOP: frozenset({ML, PM, RO, MA}),
    Action.ROUTE_SET: frozenset({ML, PM, RO}),
    Action.VERSION_RETIRE: frozenset({ML, PM, MA}),
    Action.INCIDENT_HANDLE: frozenset({ML, PM, RO, MA, AD}),
    Action.DECIDE: frozenset({ML, PM, AD}),
    # What was decided about people: for who answers for it, runs it, or is asked why. Learning
    # is done from datasets, whose sensitivity is declared.
    Action.DECIDED_READ: frozenset({ML, PM, RO, MA, AD}),
    Action.DECIDED_ERASE: frozenset({RO, MA, AD}),
    Action.GATEWAY_READ: frozenset({AD}),
    Action.EXPORT: frozenset({MA, AD}),
    Action.USER_MANAGE: frozenset({AD}),
}
"""Which roles may do it. An administrator runs the installation and decides no gate."""

REFUSAL_RECORDED = frozenset(
    {
        Action.HYPOTHESIS_SETTLE,
        Action.PLAN_PIVOT,
        Action.POLICY_PUBLISH,
        Action.PRIVACY_BUDGET,
        Action.RISK_ACCEPT,
        Action.RULES_ACCEPT,
        Action.PORTFOLIO_DECIDE,
        Action.REVIEW_SIGN,
        Action.REVIEW_WAIVE,
        Action.REVIEW_DECIDE,
        Action.RELEASE_START,
        Action.RELEASE_STOP,
        Action.ROUTE_SET,
        Action.VERSION_RETIRE,
        Action.DECIDED_ERASE,
        Action.GATEWAY_READ,
        Action.EXPORT,
        Action.USER_MANAGE,
    }
)
"""Attempts at these that are refused are themselves kept in the ledger."""


def may(roles: Iterable[Role], action: Action) -> bool:
    """Whether any of `roles` allows `action`.

    >>> may([Role.VIEWER], Action.REVIEW_WAIVE)
    False
    """
    return not ALLOWED[action].isdisjoint(roles)


def role(field: str, text: str) -> Role:
    """The role written as `text`; raises `Invalid` naming the roles there are."""
    try:
        return Role(text)
    except ValueError as error:
        raise Invalid(field=field, value=text, expected=f"one of {', '.join(Role)}") from error

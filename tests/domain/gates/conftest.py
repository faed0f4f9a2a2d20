"""A model version before its gate: subjects, a policy in force, evidence as tests need it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gonogo.core.caller import SYSTEM
from gonogo.core.evidence import Evidence
from gonogo.core.gates import GateName, PolicyVersion
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.domain.gates import actions
from gonogo.domain.gates.rules import Review, Standing
from gonogo.domain.policies import actions as policies
from gonogo.stats.estimate import Estimate, Measured
from gonogo.store.work import OpenWork, Work
from tests.fixtures.work import WorkAs

POLICY = """policy: house
gates:
  validation:
    conditions:
      - {check: performance.roc_auc, at_least: 0.7}
      - {check: data.missing_share, at_most: 0.1}
    sign_off: [ml-engineer, product-manager]
    waivable_by: [risk-officer]
  production:
    conditions:
      - {check: performance.roc_auc, over_champion: 0.0}
"""

VERSION = Subject.parse("model:approver@1")
DATA = Subject.parse("dataset:loans@0123456789ab")
AUTHOR = Subject.parse("user:900")
Measure = Callable[..., str]


class FakeStanding:
    """How the version stands, as a test says."""

    def __init__(self, now: Standing) -> None:
        self.now = now

    def __call__(self, work: Work, subject: Subject) -> Standing:
        return self.now

    def becomes(self, **changed: object) -> None:
        self.now = replace(self.now, **changed)  # type: ignore[arg-type]  # fields of Standing


def estimate(value: float, half: float = 0.0, n: int = 400) -> Estimate:
    """A number with an interval of twice `half`."""
    return Estimate(
        value=value, low=value - half, high=value + half, level=0.95, n=n, unit="x", method="test"
    )


@pytest.fixture
def standing() -> FakeStanding:
    """A version in the sandbox, made by somebody of its own."""
    return FakeStanding(Standing(author=AUTHOR, stage="sandbox", policy="house", data=(DATA,)))


@pytest.fixture
def policy(open_work: OpenWork, work_as: WorkAs) -> PolicyVersion:
    """The policy in force, and the version's place in the tree."""
    with work_as(Role.RISK_OFFICER) as work:
        published = policies.publish(work, POLICY)
    with open_work(SYSTEM) as work:
        case = Subject.parse("case:lending")
        model = Subject(VERSION.kind, VERSION.name)
        work.subjects.add(case, title="Lending")
        work.subjects.add(model, parent=case, title="Approver")
        work.subjects.add(VERSION, parent=model, title="Approver 1")
        work.subjects.add(DATA, title="Loans")
    return published.version


@pytest.fixture
def measure(open_work: OpenWork, policy: PolicyVersion) -> Measure:
    """`measure("performance.roc_auc", estimate(0.8))`: evidence about the version or its data."""

    def measured(check: str, found: Measured) -> str:
        about = DATA if check.startswith("data.") else VERSION
        with open_work(SYSTEM) as work:
            evidence = Evidence(about, check, found, actor="user:system", at=work.now)
            return work.append("evidence", about, evidence.body()).digest

    return measured


@pytest.fixture
def all_go(measure: Measure) -> list[str]:
    """Evidence by which the validation gate is go."""
    return [
        measure("performance.roc_auc", estimate(0.8, 0.02)),
        measure("data.missing_share", estimate(0.01)),
    ]


@pytest.fixture
def review(policy: PolicyVersion, standing: FakeStanding, work_as: WorkAs) -> Review:
    """An open review of the validation gate."""
    with work_as(Role.DATA_SCIENTIST) as work:
        return actions.open_review(
            work, VERSION, GateName.VALIDATION, standing=standing.now, policy=policy
        )[0]

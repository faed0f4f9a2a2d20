"""Installations to measure, written by the verbs and the ledger that write them for everybody.

Each use case has a registered dataset version, two model versions (the first in production by a
decision), an open hypothesis, a plan with a forecast, a benefit model with what it is worth, and
twenty ways of measuring that are repeated until there is as much evidence as asked: most of it
history, as where a pipeline measures every night.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.examples import WAYS_OF_DATA, WAYS_OF_MODELS, Way, measured, travelling
from gonogo.app.settings import Settings, read
from gonogo.app.wiring import Installation, install
from gonogo.checks.inputs.tabular import Format
from gonogo.core.caller import Caller, Grant
from gonogo.core.conditions import Condition
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.domain.cases import actions as cases
from gonogo.domain.cases.rules import CaseText, RiskTier
from gonogo.domain.datasets import actions as datasets
from gonogo.domain.datasets.rules import About, Content, Sensitivity
from gonogo.domain.evidence.rules import EvidenceDraft, checked
from gonogo.domain.hypotheses import actions as hypotheses
from gonogo.domain.hypotheses.rules import Design, Statement
from gonogo.domain.models import actions as models
from gonogo.domain.models.rules import ModelFile, ModelStage, Registration
from gonogo.domain.plans import actions as plans
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, forecast
from gonogo.domain.value import actions as value
from gonogo.flows import worth
from gonogo.store.ledger import Draft
from gonogo.store.work import Work

OWNER = Caller(Subject.parse("user:1"), "Operator", (Grant(Role.ADMIN),))
CHAMPION, CHALLENGER = "1", "2"
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
FUTURES = 500
PLAN = """plan: Trees in production
goal: production
deadline: 2027-02-26
people:
  data-scientist: {number: 2, rate: 900}
  ml-engineer: {number: 1, rate: 950}
steps:
  collect:
    days: {optimistic: 4, likely: 8, pessimistic: 20}
    needs: {data-scientist: 1}
  try-trees:
    after: collect
    days: {p10: 5, p90: 15}
    needs: {data-scientist: 1}
    succeeds: 0.6
    retries: 2
  serve:
    after: try-trees
    days: {optimistic: 5, likely: 8, pessimistic: 15}
    needs: {ml-engineer: 1}
  production: {milestone: true, after: serve}
"""
BENEFIT = """currency: USD
rate: 0.08
volume: {low: 5000, likely: 8000, high: 12000}
per_decision: {low: 1, likely: 2, high: 4}
adoption: {quarters: 12, reach: 4}
running_cost: 1000
stages:
  - {stage: build, cost: 20000, quarters: 2, success: 0.7}
"""
IN_ONE_WORK = 20_000
"""Entries written in one transaction: building is not what is measured."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much an installation holds."""

    cases: int
    entries: int
    """Pieces of evidence, of all use cases together."""


@dataclass(slots=True)
class Ticking:
    """A clock that goes on by a second each time it is asked."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def build(home: Path, size: Size, step: Callable[[int], None]) -> Settings:
    """A new installation of that size in `home`; `step` is told of entries as they are written."""
    settings = read({"GONOGO_HOME": str(home)})
    installation = install(settings, Ticking())
    names = [f"case-{number:04}" for number in range(size.cases)]
    try:
        register(installation, names)
        lead(installation, names)
        drafts = islice(_evidence(names), size.entries)
        while batch := list(islice(drafts, IN_ONE_WORK)):
            with installation.open_work(OWNER) as work:
                work.append_all(batch)
            step(len(batch))
    finally:
        installation.close()
    return settings


def register(installation: Installation, names: list[str]) -> None:
    """Use cases with their datasets, hypotheses and models, the first version in production."""
    for number in (CHAMPION, CHALLENGER):
        # A Work for each: what is registered later is the newer version.
        with installation.open_work(OWNER) as work:
            for name in names:
                if number == CHAMPION:
                    _begin(work, name)
                version = models.register(work, _registration(name, number))
                if number == CHAMPION:
                    go = Decision(Outcome.GO, "all conditions hold", (version.sealed,))
                    decided = work.decide(version.subject, go)
                    models.move_stage(work, version.subject, ModelStage.PRODUCTION, decided.digest)


def lead(installation: Installation, names: list[str]) -> None:
    """Plans in force with a forecast each, and benefit models with what they are worth."""
    plan = parse(PLAN)
    made = forecast(plan, START.date(), {}, Asked(FUTURES, seed=7, level=0.95))
    with installation.open_work(OWNER) as work:
        for name in names:
            # Of the same plan the same forecast: simulating it is not what is measured.
            plans.keep(work, plans.save(work, name, PLAN), made)
            value.state(work, name, BENEFIT)
    worth.refresh(installation.open_work)


def version_of(case: str, number: str) -> Subject:
    """The address of a model version of a use case."""
    return Subject.parse(f"model:{case}-model@{number}")


def data_of(case: str) -> Subject:
    """The address of the dataset version that models of a use case are measured on."""
    return Subject.parse(f"dataset:{case}-data@{_digest(case)[:12]}")


def ways(case: str) -> Iterator[tuple[Subject, Way]]:
    """Everything that is measured of a use case, with how."""
    yield from ((data_of(case), way) for way in WAYS_OF_DATA)
    for number in (CHAMPION, CHALLENGER):
        yield from ((version_of(case, number), way) for way in WAYS_OF_MODELS)


def _evidence(names: list[str]) -> Iterator[Draft]:
    """Evidence without end: every use case measured in every way, again and again.

    What can be said is checked once for each way; only numbers differ afterwards.
    """
    known = [
        (subject, way, _body(subject, way, data_of(case)))
        for case in names
        for subject, way in ways(case)
    ]
    number = 0
    while True:
        for subject, way, body in known:
            number += 1
            yield Draft("evidence", subject, {**body, "measured": measured(way, number)})


def _body(subject: Subject, way: Way, data: Subject) -> Mapping[str, Any]:
    said = travelling(way, str(subject), str(data), 0)
    said["parameters"] = said.pop("with")
    reproduced = way.check.startswith("fairness.")
    return checked(EvidenceDraft(**said), "evidence", reproduced=reproduced).body


def _begin(work: Work, name: str) -> None:
    text = CaseText(
        title=f"Use case {name}",
        problem="Which applications are approved without another look",
        risk_tier=RiskTier.HIGH,
        risk_reason="credit decisions about people",
        owner_role=Role.PRODUCT_MANAGER,
        policy="lending-high-risk",
        value=None,
        feasibility="",
    )
    cases.create(work, name, text)
    content = Content(_digest(name), 200_000, Format.CSV, ",", 1989)
    about = About(
        description="simulated",
        licence="CC0-1.0",
        sensitivity=Sensitivity.PUBLIC,
        owner_role=Role.DATA_SCIENTIST,
        place=f"sha256:{content.digest}",
        columns=[{"name": "approve", "type": "integer"}],
        protected=("race", "sex"),
        label="approve",
    )
    datasets.register(work, f"{name}-data", content, about)
    hypotheses.register(work, name, "trees-beat-scorecard", _statement())


def _statement() -> Statement:
    return Statement(
        statement="Trees beat the scorecard",
        criteria=(Condition("performance.roc_auc", at_least=0.7),),
        design=Design("5-fold cross-validation, repeated", folds=5, repeats=10, seed=7),
        baseline="logistic scorecard",
        prior=0.6,
        significance=0.05,
        power=0.8,
        time_box=date(2027, 3, 1),
        dataset=None,
    )


def _registration(case: str, number: str) -> Registration:
    return Registration(
        model=f"{case}-model",
        number=number,
        case=case,
        run=None,
        place=None,
        files=(ModelFile("model.onnx", 48_213, _digest(f"{case}@{number}")),),
        format="onnx",
        signature={},
        data=None,
        evaluation=str(data_of(case)),
        code="git:1f0c2ab",
        environment="lock:9ab1",
        author=OWNER.actor,
        threshold=0.5,
        card={"purpose": "approving applications", "owner": "Product manager"},
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""Mortgage approval in production: shadow, canary, all, on the real applications, replayed.

The applications of 1990 are asked of the gateway one after the other in a drawn order; what their
lender decided then is told as the outcome. Time does not pass between them, so the steps of the
policy wait for decisions alone.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gonogo.app.mission import data, texts
from gonogo.app.mission.replay.rollout import Production
from gonogo.app.mission.replay.stream import Became, Request
from gonogo.app.mission.steps import Steps
from gonogo.app.mission.texts import CASE, MODEL
from gonogo.app.mission.trials import MITIGATED
from gonogo.core.roles import Role
from gonogo.schemas.cases import CaseText
from gonogo.sdk.models import VersionRef

POLICY = "lending-replayed"
POLICY_TEXT = f"""\
# As lending-high-risk, for applications that are replayed: no time passes between them.
policy: {POLICY}
description: As lending-high-risk, for real applications of 1990 that are replayed.
extends: lending-high-risk
gates: {{}}
release:
  steps:
    shadow:
      - {{share: 0, dwell: 0m, smallest: 400}}
    canary:
      - {{share: 0.2, dwell: 0m, smallest: 100}}
      - {{share: 0.5, dwell: 0m, smallest: 250}}
  guardrails:
    # By the payoffs of the use case: the worst decision costs 4,200, the best brings 900.
    - {{check: value.payoff_per_decision, with: {{low: -4200, high: 900}}, margin: 300}}
  label_delay: 0m
"""
SEED = 1990
BATCH = 100
READ: Mapping[str, Callable[[float], float | int | bool]] = {"boolean": bool, "integer": int}
"""How a cell of the file is asked; anything else is a number."""
GROUPS = ("race", "sex")
ROUTE: dict[str, Any] = {
    "positive": "approve",
    "negative": "decline",
    "adverse": "decline",
    # As it is decided without a model: everybody who is not looked at twice.
    "otherwise": "approve",
    "explain": "adverse",
    "noted": list(GROUPS),
}
WHY_ROUTE = (
    "Without a model everybody is approved who is not looked at twice. Who is declined is owed "
    "reasons; race and sex are noted to compare groups, and no model reads them."
)
WHY_POLICY = "The release is replayed: its steps wait for decisions, not for days."
WHY_SHADOW = "It scores real applications of 1990, replayed, and decides none of them."
WHY_CANARY = (
    "The shadow answered without an error: a fifth of the replayed applications first, then half."
)
NOTE = "What the lender itself decided in 1990; replayed."


@dataclass(slots=True)
class Approval:
    """The version that passed its gates takes over."""

    steps: Steps
    production: Production

    def fly(self) -> None:
        """Do every step that is not done yet."""
        version = self.steps.version(MODEL, MITIGATED)
        if version is None:
            raise RuntimeError("the mission has no version that passed its gates")
        self._policy()
        self.production.configure(ROUTE, WHY_ROUTE)
        self._release(version)
        self._drill()

    def _policy(self) -> None:
        self.steps.policy(POLICY, POLICY_TEXT)
        client = self.steps.crew.client(Role.PRODUCT_MANAGER)
        read = client.case(CASE).read()
        if read.policy != POLICY:
            said = {name: getattr(texts.USE_CASE, name) for name in CaseText.model_fields}
            client.case(CASE).edit(CaseText(**{**said, "policy": POLICY}), read=read)
            self.steps.say(f"{CASE}: released by the policy {POLICY}. {WHY_POLICY}")

    def _release(self, version: VersionRef) -> None:
        client = self.steps.crew.client(Role.DATA_SCIENTIST)
        (rows, *_) = client.datasets.versions("loanapp-test")
        kinds = {column["name"]: str(column["type"]) for column in rows.columns}
        stream = self.production.stream(requests(kinds), became)
        tick = self.steps.progress("replaying real applications", math.ceil(stream.left / BATCH))
        for strategy, why in (("shadow", WHY_SHADOW), ("canary", WHY_CANARY)):
            number = self.production.started(version, strategy, why)
            self.production.drive(number, stream, BATCH, tick)
            release = self.production.settle(number)
            self.steps.say(f"release {release.id}, {strategy}: {release.state}. {release.reason}")
        while stream.left:
            stream.replay(BATCH)
            tick()
        declined = sum(one.outcome == "decline" for one in stream.decided.values())
        self.steps.say(
            f"{len(stream.decided):,} real applications replayed, {declined} of them declined, "
            "each with its reasons"
        )

    def _drill(self) -> None:
        client = self.steps.crew.client(Role.RISK_OFFICER)
        if any(one.outcome == "drilled" for one in client.decisions.all(subject=f"case:{CASE}")):
            return
        drill = client.releases.of(CASE).drill()
        self.steps.say(f"a rollback was practised: {drill.seconds:.2f} s until it was in force")


def requests(kinds: Mapping[str, str]) -> list[Request]:
    """The applications in a drawn order, as somebody asks the gateway; those that are complete.

    `kinds` are the types of the columns, as they were declared.
    """
    frame = data.prepared(data.published())
    seen = data.features(frame)
    optional = [name for name in seen if name in data.MISSING_CODES]
    whole = seen.drop(columns=optional).notna().all(axis=1)
    order = frame[whole].sample(frac=1.0, random_state=SEED).index
    return [_request(int(at), seen.loc[at], frame.loc[at], kinds) for at in order]


def became(request: Request, outcome: str) -> Became:
    """What the lender decided then, and what this decision is worth by the stated payoffs."""
    value = texts.USE_CASE.value
    if value is None:
        raise RuntimeError("the use case states no payoffs")
    right = request.truth["approved"] == 1
    if outcome == "approve":
        worth = value.true_positive if right else value.false_positive
    else:
        worth = value.false_negative if right else value.true_negative
    return Became(float(right), worth, NOTE)


def _request(
    at: int, seen: "pd.Series[Any]", row: "pd.Series[Any]", kinds: Mapping[str, str]
) -> Request:
    features = {str(name): _cell(cell, kinds[str(name)]) for name, cell in seen.items()}
    groups = {name: str(row[name]) for name in GROUPS if pd.notna(row[name])}
    return Request(
        id=f"application-{at + 1:04}",
        entity=f"applicant {at + 1}",
        features={**features, **groups},
        truth={"approved": int(row[data.LABEL])},
    )


def _cell(value: float, kind: str) -> float | int | bool | None:
    if pd.isna(value):
        return None
    return READ.get(kind, float)(value)

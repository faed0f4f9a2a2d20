"""The simulated recommendation mission: what logged decisions say first, then a bandit."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from gonogo.app.mission.quiet import quiet
from gonogo.app.mission.recommendation import models, simulation, texts
from gonogo.app.mission.recommendation.simulation import CHANCE, CLICKED, NAMES, SHOWN
from gonogo.app.mission.recommendation.texts import CASE, MODEL, PERSONAL, POPULAR
from gonogo.app.mission.replay.rollout import Production
from gonogo.app.mission.replay.stream import Became, Request
from gonogo.app.mission.steps import Steps
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.checks.off_policy import off_policy_reward
from gonogo.core.roles import Role
from gonogo.core.specs.value import ESTIMATORS, OFF_POLICY
from gonogo.sdk.datasets import DatasetVersion
from gonogo.sdk.hypotheses import HypothesisRef
from gonogo.sdk.models import VersionRef
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate

BEFORE_SEED, LOG_SEED, VISITS_SEED = 5, 7, 9
BEFORE, LOGGED, VISITS = 12_000, 8_000, 4_500
BATCH = 300
TRAINED: dict[str, Callable[[pd.DataFrame], Any]] = {
    POPULAR: models.popularity,
    PERSONAL: models.personal,
}


@dataclass(slots=True)
class RecommendationFlight:
    """One flight of the mission."""

    steps: Steps
    production: Production
    before: pd.DataFrame = field(default_factory=lambda: simulation.logged(BEFORE_SEED, BEFORE))
    """Visits that the models learn from."""
    log: pd.DataFrame = field(default_factory=lambda: simulation.logged(LOG_SEED, LOGGED))
    """Later ones, by which they are judged."""

    def fly(self) -> None:
        """Do every step that is not done yet."""
        self.steps.policy(texts.POLICY, texts.POLICY_TEXT)
        self.steps.use_case(texts.USE_CASE)
        with quiet():
            popular, personal = self._versions()
        self.production.configure(texts.ROUTE, texts.WHY_ROUTE)
        stream = self.production.stream(requests(), became)
        tick = self.steps.progress("replaying simulated visits", math.ceil(stream.left / BATCH))
        number = self.production.started(popular, "blue-green", texts.WHY_LIVE)
        live = self.production.drive(number, stream, BATCH, tick)
        self.steps.say(f"release {live.id}, blue-green: {live.state}. {live.reason}")
        with quiet():
            self.steps.pass_gates(personal, PERSONAL, texts.SIGNED)
        number = self.production.started(personal, "bandit", texts.WHY_BANDIT)
        release = self.production.drive(number, stream, BATCH, tick)
        shares = ", ".join(f"{arm.arm} {arm.decisions:,}" for arm in release.arms)
        self.steps.say(
            f"release {release.id}, bandit: {release.state} ({shares}). {release.reason}"
        )

    # -- two versions, and what logged decisions say ----------------------------------------------

    def _versions(self) -> tuple[VersionRef, VersionRef]:
        train = self._data("picks-train", self.before, "earlier ones")
        test = self._data("picks-test", self.log, "later ones", train)
        client = self.steps.crew.client(Role.DATA_SCIENTIST)
        logged = client.register_dataset("picks-logged", logged_rows(self.log), **texts.LOGGED)
        hypothesis = self.steps.hypothesis(
            CASE, "personal-beats-popular", texts.PERSONAL_BEATS, train
        )
        data = (train, test, logged)
        popular = self._candidate(hypothesis, POPULAR, data)
        self.steps.pass_gates(popular, POPULAR, texts.SIGNED)
        # Measured when there is a champion: it is compared with it.
        personal = self._candidate(hypothesis, PERSONAL, data)
        self._settle(hypothesis, train)
        self._study(logged)
        return popular, personal

    def _data(
        self, name: str, log: pd.DataFrame, part: str, reference: DatasetVersion | None = None
    ) -> DatasetVersion:
        shown = log[log[SHOWN] == 1][[*NAMES, CLICKED]].reset_index(drop=True)
        return self.steps.dataset(name, shown, texts.about(part), reference)

    def _candidate(
        self,
        hypothesis: HypothesisRef,
        kind: str,
        data: tuple[DatasetVersion, DatasetVersion, DatasetVersion],
    ) -> VersionRef:
        version = self.steps.version(MODEL, kind)
        if version is None:
            train, test, logged = data
            model = TRAINED[kind](self._shown(self.before))
            rows = models.features(self._shown(self.log), (*NAMES, CLICKED))
            with hypothesis.run(kind) as run:
                run.evaluate(
                    model, rows, label=CLICKED, data=test.subject, checks=["performance.roc_auc"]
                )
                for found in judged(model, self.before, self.log):
                    run.record(
                        found.check,
                        found.measured,
                        with_=found.parameters,
                        detail=found.detail,
                        data=logged.subject,
                    )
                version = run.register(
                    model,
                    MODEL,
                    data=train.subject,
                    evaluation=test.subject,
                    threshold=models.threshold(self.before),
                    card=texts.card(kind),
                    sample=models.features(rows),
                )
        if not any(one.reproduced for one in version.evidence()):
            version.reproduce(checks=texts.MEASURED)
            self.steps.say(f"{version.subject}: {kind}, sealed, measured by the server")
            self.steps.say(f"    by {LOGGED:,} logged decisions: {_told(version)}")
        return version

    def _settle(self, hypothesis: HypothesisRef, data: DatasetVersion) -> None:
        if hypothesis.read().state != "open":
            return
        before, after = self._shown(self.before), self._shown(self.log)
        scores = {kind: models.score(train(before), after) for kind, train in TRAINED.items()}
        scored = Scored(after[CLICKED].to_numpy(), scores[PERSONAL])
        asked = Asked("performance.roc_auc", {"level": 0.95, "versus": POPULAR})
        (found,) = measure_model(scored, checks=[asked], versus={POPULAR: scores[POPULAR]})
        hypothesis.record([found], data=data.subject)
        settled = hypothesis.settle(learned=f"ROC AUC differs by {_interval(found)}; simulated.")
        self.steps.say(f"hypothesis {hypothesis.slug}: {settled.state}. {settled.learned}")

    def _study(self, logged: DatasetVersion) -> None:
        """What each decision alone, a coin and LinUCB would bring: the bandit's start cites it."""
        client = self.steps.crew.client(Role.DATA_SCIENTIST)
        known = client.evidence.about(f"case:{CASE}").all(check=OFF_POLICY)
        if any(True for _ in known):
            return
        found = client.releases.of(CASE).off_policy(
            data=logged.subject, columns=texts.COLUMNS, context=texts.CONTEXT
        )
        for one in found.policies:
            if one.estimator == "doubly-robust":
                told = one.measured
                ends = f"[{told.low:.3f}, {told.high:.3f}]"
                self.steps.say(f"    {one.policy} would bring {told.value:.3f} {ends}")

    @staticmethod
    def _shown(log: pd.DataFrame) -> pd.DataFrame:
        return log[log[SHOWN] == 1].reset_index(drop=True)


def judged(model: Any, before: pd.DataFrame, log: pd.DataFrame) -> list[Finding]:
    """What a model's decisions would have brought, by each estimator; fitted on `before` alone."""
    shows = shows_of(model, before, log)
    decided = models.as_logged(log, shows)
    foretold = models.foretold(before, log, shows)
    return [
        off_policy_reward(decided, {"estimator": name, "reward": CLICKED}, foretold)
        for name in ESTIMATORS
    ]


def shows_of(model: Any, before: pd.DataFrame, visits: pd.DataFrame) -> Floats:
    """1 where a version would show the candidate, else 0."""
    return np.asarray(models.score(model, visits) >= models.threshold(before), dtype=np.float64)


def logged_rows(log: pd.DataFrame) -> pd.DataFrame:
    """The logged decisions as a dataset: what was seen, what was done and with which chance."""
    done = np.where(log[SHOWN] == 1, "show", "keep")
    return log[[*NAMES, "item", "visitor", CHANCE, CLICKED]].assign(decision=done)


def requests() -> list[Request]:
    """Visits as they are asked of the gateway; whether each would click at what is drawn before."""
    found = simulation.visits(VISITS_SEED, VISITS)
    would = np.random.default_rng(VISITS_SEED + 1).random(VISITS)
    whole = {"hour", "visits_30d", "age_days", "clicks_7d"}
    yes = {name for name in NAMES if name.startswith("is_")}
    return [
        Request(
            id=f"visit-{number:05}",
            entity=f"visitor {row['visitor']}",
            features={
                **{
                    name: bool(row[name])
                    if name in yes
                    else int(row[name])
                    if name in whole
                    else float(row[name])
                    for name in NAMES
                },
                "item": f"item {row['item']}",
            },
            truth={
                "show": bool(would[number - 1] < found.if_shown[number - 1]),
                "keep": bool(would[number - 1] < found.if_kept[number - 1]),
            },
        )
        for number, row in enumerate(found.frame.to_dict(orient="records"), 1)
    ]


def became(request: Request, outcome: str) -> Became:
    """Whether the visitor clicked at what was shown."""
    return Became(float(request.truth[outcome]), note="Simulated.")


def _told(version: VersionRef) -> str:
    found = {
        str(one.with_["estimator"]): one.measured
        for one in version.evidence()
        if one.check == OFF_POLICY
    }
    return ", ".join(
        f"{name} {one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"
        for name, one in sorted(found.items())
    )


def _interval(found: Finding) -> str:
    one = found.measured
    if not isinstance(one, Estimate):
        return one.reason
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"

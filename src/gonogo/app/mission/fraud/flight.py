"""The simulated fraud mission: a version that every gate lets through, and a canary that tells.

The second version was trained before disputes of payments online came back. By the labels that are
known then it is better, so its gates are go; the loss of its decisions rolls it back.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from gonogo.app.mission.fraud import models, parts, texts
from gonogo.app.mission.fraud.features import CASE, NAMES
from gonogo.app.mission.fraud.simulation import LABEL
from gonogo.app.mission.fraud.texts import AMOUNT, FIRST, MODEL, SECOND
from gonogo.app.mission.quiet import quiet
from gonogo.app.mission.replay.rollout import Production
from gonogo.app.mission.replay.stream import Stream
from gonogo.app.mission.steps import Steps
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.sdk.datasets import DatasetVersion
from gonogo.sdk.hypotheses import HypothesisRef
from gonogo.sdk.models import VersionRef
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate

BATCH = 500
PR_AUC = "performance.pr_auc"


@dataclass(slots=True)
class FraudFlight:
    """One flight of the mission."""

    steps: Steps
    production: Production
    simulated: parts.Parts = field(default_factory=parts.simulated)
    _models: dict[str, Any] = field(default_factory=dict)

    def fly(self) -> None:
        """Do every step that is not done yet."""
        self.steps.policy(texts.POLICY, texts.POLICY_TEXT)
        self.steps.use_case(texts.USE_CASE)
        with quiet():
            first = self._first()
        self.production.configure(texts.ROUTE, texts.WHY_ROUTE)
        stream = self.production.stream(parts.requests(self.simulated.stream), parts.became)
        tick = self.steps.progress(
            "replaying simulated transactions", math.ceil(stream.left / BATCH)
        )
        number = self.production.started(first, "blue-green", texts.WHY_LIVE)
        live = self.production.drive(number, stream, BATCH, tick)
        self.steps.say(f"release {live.id}, blue-green: {live.state}. {live.reason}")
        with quiet():
            second = self._second()
        number = self.production.started(second, "canary", texts.WHY_CANARY)
        release = self.production.drive(number, stream, BATCH, tick)
        self.steps.say(f"release {release.id}, canary: {release.state}. {release.reason}")
        while stream.left:
            stream.replay(BATCH)
            tick()
        self.steps.say(self._stopped(stream, release.id))

    # -- two versions ---------------------------------------------------------------------------

    def _first(self) -> VersionRef:
        """Trained and tried on transactions whose labels are known."""
        train = self._data("card-transactions-train", self.simulated.train, "days 6 to 25")
        test = self._data("card-transactions-test", self.simulated.test, "days 26 to 30", train)
        hypothesis = self.steps.hypothesis(CASE, "windows-tell-fraud", texts.WINDOWS_TELL, train)
        model = self._model(FIRST)
        label, rows = self.simulated.test[LABEL], self.simulated.test
        amount = models.trained(self.simulated.train, ("amount",))
        other = np.asarray(amount.predict_proba(rows[["amount"]])[:, 1], dtype=np.float64)
        found = _compared(label, models.score(model, rows), other, AMOUNT)
        version = self._candidate(
            hypothesis, FIRST, model, (train, test), rows, "Simulated transactions, days 6 to 25."
        )
        self._settle(hypothesis, found, train)
        self.steps.pass_gates(version, FIRST, texts.SIGNED)
        return version

    def _second(self) -> VersionRef:
        """Trained and tried before disputes of payments online came back."""
        known = "No dispute of a payment online has come back yet: fraud there looks honest."
        train = self._data(
            "card-transactions-recent", self.simulated.recent, "days 6 to 30", say=known
        )
        test = self._data(
            "card-transactions-recent-test",
            self.simulated.recent_test,
            "days 31 to 35",
            train,
            known,
        )
        hypothesis = self.steps.hypothesis(CASE, "more-days-help", texts.MORE_DAYS_HELP, train)
        rows = self.simulated.recent_test
        model = self._model(SECOND)
        live = models.score(self._model(FIRST), rows)
        found = _compared(rows[LABEL], models.score(model, rows), live, FIRST)
        version = self._candidate(
            hypothesis,
            SECOND,
            model,
            (train, test),
            rows,
            f"Simulated transactions, days 6 to 30. {known}",
        )
        self._settle(hypothesis, found, train)
        self.steps.pass_gates(version, SECOND, texts.SIGNED)
        return version

    def _data(
        self,
        name: str,
        rows: pd.DataFrame,
        days: str,
        reference: DatasetVersion | None = None,
        say: str = "All labels are known.",
    ) -> DatasetVersion:
        return self.steps.dataset(name, rows, texts.about(days, say), reference)

    def _candidate(
        self,
        hypothesis: HypothesisRef,
        kind: str,
        model: Any,
        data: tuple[DatasetVersion, DatasetVersion],
        rows: pd.DataFrame,
        trained: str,
    ) -> VersionRef:
        version = self.steps.version(MODEL, kind)
        if version is None:
            with hypothesis.run(kind) as run:
                run.evaluate(
                    model,
                    rows,
                    label=LABEL,
                    threshold=models.THRESHOLD,
                    data=data[1].subject,
                    checks=[PR_AUC],
                )
                version = run.register(
                    model,
                    MODEL,
                    data=data[0].subject,
                    evaluation=data[1].subject,
                    threshold=models.THRESHOLD,
                    card=texts.card(kind, trained),
                    sample=rows[[*NAMES]],
                )
        if not any(one.reproduced for one in version.evidence()):
            version.reproduce(checks=texts.MEASURED)
            self.steps.say(f"{version.subject}: {kind}, sealed, measured by the server")
        return version

    def _settle(self, hypothesis: HypothesisRef, found: Finding, data: DatasetVersion) -> None:
        if hypothesis.read().state != "open":
            return
        hypothesis.record([found], data=data.subject)
        settled = hypothesis.settle(learned=_learned(found))
        self.steps.say(f"hypothesis {hypothesis.slug}: {settled.state}. {settled.learned}")

    # -- what the rollback was worth --------------------------------------------------------------

    def _stopped(self, stream: Stream, release: str) -> str:
        """What the second version would have lost more on all that was replayed since it began."""
        rows = self.simulated.stream
        second, first = (models.score(self._model(kind), rows) for kind in (SECOND, FIRST))
        more = models.losses(rows, second) - models.losses(rows, first)
        arms = np.array([stream.decided[one.id].arm for one in stream.requests])
        begun = int(np.flatnonzero(arms == "challenger")[0])
        whole, let = float(more[begun:].sum()), float(more[arms == "challenger"].sum())
        return (
            f"{release}: deciding for everybody, the second version would have lost "
            f"{whole:,.0f} more than the first on the rest of the simulated stream; "
            f"{let:,.0f} of it happened, {1 - let / whole:.0%} was stopped"
        )

    def _model(self, kind: str) -> Any:
        """The model of a version, trained once; always the same."""
        if kind not in self._models:
            rows = self.simulated.train if kind == FIRST else self.simulated.recent
            self._models[kind] = models.trained(rows)
        return self._models[kind]


def _compared(label: "pd.Series[Any]", score: Floats, other: Floats, called: str) -> Finding:
    scored = Scored(label.to_numpy(), score, {}, models.THRESHOLD)
    asked = Asked(PR_AUC, {"level": 0.95, "versus": called})
    return measure_model(scored, checks=[asked], versus={called: other})[0]


def _learned(found: Finding) -> str:
    one = found.measured
    if not isinstance(one, Estimate):
        return one.reason
    return (
        f"PR AUC differs by {one.value:.3f} [{one.low:.3f}, {one.high:.3f}] from "
        f"{found.parameters['versus']}, by the labels known then; simulated."
    )

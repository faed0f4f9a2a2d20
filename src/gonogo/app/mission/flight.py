"""The mission flown: from use case to a production decision, through the same REST as everybody.

Every step looks at what is there and does only what is missing, so a flight that was cut off goes
on, and a second flight changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from gonogo.app.mission import areas, data, models, texts, trials, words
from gonogo.app.mission.crew import Crew
from gonogo.app.mission.data import Applications
from gonogo.app.mission.leading.flight import Leading
from gonogo.app.mission.quiet import quiet
from gonogo.app.mission.steps import Progress, Say, Steps
from gonogo.app.mission.texts import CASE, MODEL
from gonogo.app.mission.trials import BOOSTING, MITIGATED, SCORECARD, TRIALS, Trial
from gonogo.checks.data.rules.inferring import infer
from gonogo.checks.data.rules.writing import written
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import schema_from_json
from gonogo.core.errors import Forbidden, NotFound
from gonogo.core.roles import Role
from gonogo.core.verdicts import Verdict
from gonogo.schemas.evidence import Evidence
from gonogo.sdk.client import Client
from gonogo.sdk.datasets import DatasetVersion
from gonogo.sdk.hypotheses import HypothesisRef
from gonogo.sdk.models import VersionRef
from gonogo.sdk.reviews import Review
from gonogo.sdk.runs import HypothesisRun
from gonogo.stats.estimate import Estimate

Step = TypeVar("Step")

WAIVER_LASTS = timedelta(days=90)
TIME_BOX = timedelta(days=30)
GROUPS = ("race", "sex")
TEST_SCORE = "engineering.ml_test_score"


@dataclass(slots=True)
class Flight:
    """One flight of the mission."""

    crew: Crew
    say: Say
    progress: Progress
    applications: Applications = field(default_factory=data.load)
    _train: DatasetVersion | None = None
    _test: DatasetVersion | None = None

    def fly(self) -> None:
        """Do every step that is not done yet."""
        self._use_case()
        train, test = self._datasets()
        self._train, self._test = train, test
        for trial in TRIALS:
            self._register(trial)
        # Before anything is known of them: what is forecast now is scored in the end.
        Leading(Steps(self.crew, self.say, self.progress)).foresee()
        with quiet():
            self._test_trees()
            self._test_mitigation()
        for kind in (BOOSTING, MITIGATED):
            self._gates(kind)
        for kind in (SCORECARD, BOOSTING):
            self._compare(kind)

    # -- what is wanted, and on what ------------------------------------------------------------

    def _use_case(self) -> None:
        client = self.crew.client(Role.PRODUCT_MANAGER)
        try:
            client.case(CASE).read()
        except NotFound:
            client.cases.create(texts.USE_CASE)
            self.say("use case registered: Mortgage approval, high risk")

    def _datasets(self) -> tuple[DatasetVersion, DatasetVersion]:
        client = self.crew.client(Role.DATA_SCIENTIST)
        found = self.applications
        published = client.register_dataset("loanapp", found.published, **texts.PUBLISHED)
        train = client.register_dataset(
            "loanapp-train", found.train, **texts.about_part("training", published.subject)
        )
        test = client.register_dataset(
            "loanapp-test", found.test, **texts.about_part("test", published.subject)
        )
        self._rules(train, test)
        for version, reference in ((train, None), (test, train)):
            if not version.evidence():
                version.measure(reference=reference)
                self.say(f"{version.subject}: {version.told.rows:,} rows, checked by the server")
            by_name = [*areas.OF_DATASETS, *([] if reference is None else areas.OF_TEST)]
            if left := _left(by_name, version.evidence()):
                version.measure(reference=reference, checks=left)
        return train, test

    def _rules(self, train: DatasetVersion, test: DatasetVersion) -> None:
        """The test applications keep to what the training ones show: proposed, then accepted."""
        name = test.told.name
        rules = self.crew.client(Role.DATA_SCIENTIST).data_rules(name)
        if not rules.all():
            found = infer(
                train.frame(),
                schema_from_json(train.told.columns),
                dataset=name,
                source=f"{train.told.name}@{train.told.version}, {train.told.rows:,} rows",
            )
            rules.propose(written(found))
        waiting = [one for one in rules.all() if one.state == "proposed"]
        for one in waiting:
            accepting = self.crew.client(Role.ML_ENGINEER).data_rules(name)
            accepting.accept(one.number, reason=texts.RULES_ACCEPTED)
            self.say(f"rules of {name}: inferred from the training rows, accepted by a second role")

    # -- hypotheses: registered, tested, settled -------------------------------------------------

    def _register(self, trial: Trial) -> None:
        case = self.crew.client(Role.DATA_SCIENTIST).case(CASE)
        try:
            case.hypothesis(trial.slug).read()
        except NotFound:
            case.register_hypothesis(
                trial.slug,
                trial.registration,
                design=trials.DESIGN,
                significance=0.05,
                power=0.8,
                time_box=str((self.crew.now + TIME_BOX).date()),
                dataset=self.train.subject,
            )
            self.say(f"hypothesis registered: {trial.registration['statement']}")

    def _test_trees(self) -> None:
        train = self.applications.train
        with self._trial(TRIALS[0]) as hypothesis:
            if hypothesis is not None:
                self._candidate(hypothesis, SCORECARD, models.scorecard(train), models.SCORECARD)
                self._candidate(hypothesis, BOOSTING, models.boosting(train), models.BOOSTING)

    def _test_mitigation(self) -> None:
        train = self.applications.train
        with self._trial(TRIALS[1]) as hypothesis:
            if hypothesis is not None:
                made = models.mitigated(train)
                onnx = models.to_onnx(made, train)
                self._candidate(hypothesis, MITIGATED, made, models.MITIGATION, stored=onnx)

    @contextmanager
    def _trial(self, trial: Trial) -> Iterator[HypothesisRef | None]:
        """A hypothesis while it is open: cross-validated first, settled in the end."""
        hypothesis = self.crew.client(Role.DATA_SCIENTIST).case(CASE).hypothesis(trial.slug)
        if hypothesis.read().state != "open":
            yield None
            return
        with hypothesis.run("cross-validation") as run:
            tick = self.progress(f"cross-validating {trial.slug}", trials.FOLDS * trials.REPEATS)
            findings = trial.test(self.applications.train, tick)
            _log(run, trials.DESIGN, findings)
        hypothesis.record(findings, data=self.train.subject)
        yield hypothesis
        settled = hypothesis.settle(learned=trial.learned(findings))
        self.say(f"hypothesis {trial.slug}: {settled.state}. {settled.learned}")

    def _candidate(
        self,
        hypothesis: HypothesisRef,
        kind: str,
        made: models.Fitted,
        params: Mapping[str, Any],
        stored: object | None = None,
    ) -> None:
        version = self._candidate_of(kind)
        if version is None:
            version = self._registration(hypothesis, kind, made, params, stored)
        evidence = self.crew.client(Role.DATA_SCIENTIST).evidence.about(version.subject)
        if not any(one.reproduced for one in evidence.all()):
            version.reproduce(groups=GROUPS)
        wanted = [*areas.OF_VERSIONS, *(areas.OF_BOOSTING if kind == BOOSTING else ())]
        tick = self.progress(f"measuring the {kind}", len(wanted))
        left = _left(wanted, version.evidence())
        for asked in wanted:
            if asked in left:
                version.reproduce(groups=GROUPS, checks=[asked])
            tick()
        if not any(one.check == TEST_SCORE for one in version.evidence()):
            version.record_test_score()
        told = version.read()
        self.say(f"{told.subject}: {kind}, stored as {told.format}, sealed, measured by the server")

    def _registration(
        self,
        hypothesis: HypothesisRef,
        kind: str,
        made: models.Fitted,
        params: Mapping[str, Any],
        stored: object | None,
    ) -> VersionRef:
        """A run that trains, measures and registers."""
        rows = self.applications.test
        frame = data.features(rows).assign(**{name: rows[name] for name in (data.LABEL, *GROUPS)})
        model = made.model if stored is None else stored
        with hypothesis.run(kind) as run:
            _log(run, params, [])
            run.evaluate(
                model,
                frame,
                label=data.LABEL,
                groups=GROUPS,
                threshold=trials.THRESHOLD,
                data=self.test.subject,
            )
            return run.register(
                model,
                MODEL,
                data=self.train.subject,
                evaluation=self.test.subject,
                threshold=trials.THRESHOLD,
                card={
                    "kind": kind,
                    **texts.CARDS[kind],
                    "reasons": words.REASONS,
                    "changes": words.CHANGES,
                },
                sample=data.features(rows),
            )

    # -- gates ----------------------------------------------------------------------------------

    def _gates(self, kind: str) -> None:
        version = _done(self._candidate_of(kind))
        validation = self._review(version, "validation")
        if validation is None or not self._decide(kind, validation):
            return
        production = self._review(version, "production")
        if production is not None:
            self._decide(kind, production)

    def _review(self, version: VersionRef, gate: str) -> Review | None:
        """The review of this gate; None where it was decided no-go before."""
        client = self.crew.client(Role.ML_ENGINEER)
        for line in client.reviews.all(subject=version.subject, gate=gate):
            review = client.reviews.read(line.id)
            return None if review.outcome == "no-go" else review
        return version.review(gate)

    def _decide(self, kind: str, review: Review) -> bool:
        """Sign and decide, after a waiver was tried by who may not; whether the gate is passed."""
        if review.outcome is not None:
            return review.outcome == "go"
        name = f"{kind}, gate {review.gate}"
        self.say(f"{name}: polled {review.verdict.value}")
        if review.verdict is not Verdict.GO:
            for turn in review.turns_to_go:
                self.say(f"    {turn.say}")
            self._try_to_waive(review)
            decider = self.crew.client(Role.RISK_OFFICER).reviews.read(review.id)
            decider.decide(texts.no_go(kind, review.lacks), "no-go")
            self.say(f"{name}: decided no-go by the risk officer")
            return False
        for role in review.missing_sign_offs:
            signer = self.crew.client(Role(role)).reviews.read(review.id)
            signer.sign(role, comment=texts.SIGNED[Role(role)])
        role = Role.RISK_OFFICER if review.gate == "production" else Role.ML_ENGINEER
        decided = self.crew.client(role).reviews.read(review.id).decide(texts.go(kind))
        self.say(f"{name}: decided {decided.outcome} by the {role}")
        return decided.outcome == "go"

    def _try_to_waive(self, review: Review) -> None:
        """The author tries to let pass what fails: refused, and recorded."""
        failing = next(row for row in review.conditions if row.counts_as != "go")
        mine = self.crew.client(Role.DATA_SCIENTIST).reviews.read(review.id)
        try:
            mine.waive(
                failing.key,
                role=Role.RISK_OFFICER,
                reason="The ranking is better than anything before it.",
                expires=self.crew.now + WAIVER_LASTS,
            )
        except Forbidden as refused:
            self.say(
                f"    a waiver by the data scientist is refused and recorded: {refused.expected}"
            )

    def _compare(self, kind: str) -> None:
        """Measure a candidate against the version that has become champion since."""
        version = _done(self._candidate_of(kind))
        models = self.crew.client(Role.ML_ENGINEER).models
        number = next((one.champion for one in models.all() if one.name == MODEL), None)
        champion = f"model:{MODEL}@{number}"
        known = {one.with_.get("versus") for one in version.evidence()}
        if number is None or champion == version.subject or champion in known:
            return
        version.reproduce(groups=GROUPS, checks=[Asked(areas.OVER_CHAMPION)])
        self.say(f"{version.subject}: compared with version {number}, which is champion now")

    # -- what is there --------------------------------------------------------------------------

    @property
    def train(self) -> DatasetVersion:
        """The training applications, registered."""
        return _done(self._train)

    @property
    def test(self) -> DatasetVersion:
        """The test applications, registered."""
        return _done(self._test)

    def _candidate_of(self, kind: str) -> VersionRef | None:
        model = self.crew.client(Role.DATA_SCIENTIST).model(MODEL)
        with suppress(NotFound):
            for version in model.versions():
                if version.card.get("kind") == kind:
                    return model.version(version.version)
        return None


def flown_to_its_gates(client: Client) -> bool:
    """Whether the mission was flown to its end: its last gate is decided."""
    try:
        versions = client.model(MODEL).versions()
    except NotFound:
        return False
    last = [version for version in versions if version.card.get("kind") == MITIGATED]
    return any(
        line.outcome is not None and (line.gate == "production" or line.outcome == "no-go")
        for version in last
        for line in client.reviews.all(subject=version.subject)
    )


def _done(made: Step | None) -> Step:
    """What an earlier step made."""
    if made is None:
        raise RuntimeError("a step of the mission was flown before the one it rests on")
    return made


def _left(asked: Sequence[Asked], evidence: Sequence[Evidence]) -> list[Asked]:
    """The checks that are still to be measured by the server."""
    done = {one.check for one in evidence if one.reproduced}
    return [one for one in asked if one.check not in done]


def _log(run: HypothesisRun, params: Mapping[str, Any], findings: list[Finding]) -> None:
    """Parameters and measured values, in MLflow's own run."""
    import mlflow

    mlflow.log_params(dict(params))
    for finding in findings:
        if isinstance(finding.measured, Estimate):
            mlflow.log_metric(finding.check.replace(".", "_"), finding.measured.value)
    mlflow.set_tag("gonogo.run", run.subject)

"""`gonogo.tune`: a search whose trials are runs, and an honest estimate of what it found."""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gonogo.checks.experiments import tuning
from gonogo.checks.experiments.crossvalidation import splits
from gonogo.checks.findings import provenance
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import Role, schema_from_json
from gonogo.checks.measure_numbers import NUMBERS
from gonogo.checks.table import MODEL
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.evidence import Parameters
from gonogo.core.specs.shape import Good
from gonogo.core.subjects import slug
from gonogo.sdk import tracked
from gonogo.sdk.datasets import DatasetVersion, origin
from gonogo.sdk.evidence import EvidenceList, of_findings
from gonogo.sdk.hypotheses import HypothesisRef
from gonogo.sdk.tuning.fitting import Fit, Fitting, Folds
from gonogo.sdk.tuning.recording import Recorder
from gonogo.sdk.tuning.search import Plan, Trial, Watcher, best, search
from gonogo.sdk.tuning.space import Space, distributions
from gonogo.stats.arrays import Integers
from gonogo.stats.estimate import Measured

if TYPE_CHECKING:
    import pandas as pd

    from gonogo.sdk.tuning.space import Distributions

Honest = Literal["held-back", "nested"]
EXTRA = "the extra `tune`: pip install gonogo[tune]"
TRIED = "gonogo.asked"
"""Attribute of a study in its file: what it was begun with."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """What a search found, and what it is worth."""

    model: Any
    """The winner, trained on every row that was not held back."""
    parameters: Mapping[str, Any]
    """The winner's."""
    score: float
    """The winner's mean over the folds, by which it was chosen: too good, on average."""
    honest: Measured
    """The metric on rows that had no part in the choice."""
    optimism: Measured
    """By how much the score was better than that."""
    trials: Sequence[Trial]
    run_id: str
    """MLflow's id of the study's own run; the evidence is on it."""
    findings: Sequence[Finding]
    """Honest estimate and optimism, as they were recorded."""

    def __repr__(self) -> str:
        return f"<Tuned {dict(self.parameters)}: {self.score:.4g}, honestly {self.honest}>"


@dataclass(frozen=True, eq=False)
class Searched:
    """The parts of a search that do not depend on a server."""

    fitting: Fitting
    plan: Plan
    folds: int
    honest: Honest
    held_back: float
    outer: int
    level: float
    stratify: bool
    storage: str | None
    name: str = field(default="study")

    def run(
        self, watcher: Watcher | None = None
    ) -> tuple[object, Trial, list[Trial], list[Finding]]:
        """Search, train the winner, and measure it honestly; `watcher` is told of the trials."""
        everything = np.arange(len(self.fitting.rows))
        if self.honest == "nested":
            trials, winner = self._search(everything, self.name, watcher)
            model = self.fitting.fit(winner.parameters, everything)
            return model, winner, trials, self._nested(everything)
        train, held = self._split(everything, round(1 / self.held_back), self.plan.seed + 1)[0]
        trials, winner = self._search(train, self.name, watcher)
        model = self.fitting.fit(winner.parameters, train)
        honest = self.fitting.measured(model, held, level=self.level, seed=self.plan.seed)
        design = (
            f"{held.size} of {everything.size} rows held back from {len(trials)} trials of "
            f"{self.folds}-fold cross-validation"
        )
        detail = {"trials": len(trials), "train": int(train.size), "held_back": int(held.size)}
        named = Finding(
            honest.check, {**honest.parameters, "design": design}, honest.measured, honest.detail
        )
        given: Parameters = {
            "level": self.level,
            "seed": self.plan.seed,
            "design": design,
            "trials": len(trials),
        }
        return model, winner, trials, [named, tuning.optimism(named, winner.score, given, detail)]

    def _nested(self, everything: Integers) -> list[Finding]:
        scores = []
        for number, (train, test) in enumerate(
            self._split(everything, self.outer, self.plan.seed + 1)
        ):
            _, winner = self._search(train, f"{self.name}/outer {number}", None)
            honest = self.fitting.score(winner.parameters, (train, test))
            scores.append((winner.score, honest))
        design = (
            f"nested {self.outer}-fold cross-validation, in each {self.plan.trials} trials of "
            f"{self.folds}-fold cross-validation"
        )
        given: Parameters = {
            "level": self.level,
            "seed": self.plan.seed,
            "design": design,
            "trials": self.plan.trials,
        }
        detail = {"best_per_fold": [found for found, _ in scores]}
        return tuning.nested(
            self.fitting.metric, scores, given, rows=everything.size, detail=detail
        )

    def _search(
        self, rows: Integers, name: str, watcher: Watcher | None
    ) -> tuple[list[Trial], Trial]:
        folds = self._split(rows, self.folds, self.plan.seed)
        trials = search(
            Folds(self.fitting, folds), self.plan, name=name, storage=self.storage, watcher=watcher
        )
        return trials, best(trials, higher=self.plan.higher)

    def _split(self, rows: Integers, folds: int, seed: int) -> list[tuple[Integers, Integers]]:
        label = self.fitting.rows[self.fitting.label].to_numpy()[rows]
        found = splits(label, folds=folds, repeats=1, seed=seed, stratify=self.stratify)
        return [(rows[train], rows[test]) for train, test in found]


def tune(
    hypothesis: HypothesisRef,
    model: "object | Fit",
    space: Space,
    data: "pd.DataFrame | DatasetVersion",
    *,
    label: str,
    features: Sequence[str] | None = None,
    study: str = "tuning",
    metric: str = "performance.roc_auc",
    trials: int = 50,
    folds: int = 5,
    honest: Honest = "held-back",
    held_back: float = 0.25,
    outer: int = 5,
    level: float = 0.95,
    seed: int = 7,
    prune: bool = True,
    jobs: int = 1,
    storage: "str | Path | None" = None,
) -> Tuned:
    """Search `space` for the parameters of `model` that score best, and say what they are worth.

    `model` is an estimator of scikit-learn's kind, or a function of parameters and training rows
    that gives a model. Each trial is a run of `hypothesis`, under the run of the study called
    `study`; it is scored by `metric`, a check, in cross-validation over `folds`, and pruned when
    its first folds are worse than half of the trials'. `jobs` trials are scored at once (joblib).

    The winner is then measured on rows that had no part in its choice: on the share `held_back` of
    them, or (`honest="nested"`) by searching anew in each of `outer` folds, which takes that many
    searches more but needs no rows kept away. Both the honest estimate and the optimism of the best
    trial are recorded as evidence on the study's run.

    Everything is kept in the SQLite file `storage` (<study>.tune.db in the working folder): called
    again after a kill, the search goes on where it was; with more `trials` it goes further. Raises
    `Conflict` where the file holds a study of the same name about something else, or where another
    process is at it; `Invalid` where the extra `tune` is not installed.
    """
    _installed()
    rows = data.frame() if isinstance(data, DatasetVersion) else data
    file = Path(f"{slug('study', study)}.tune.db" if storage is None else storage)
    searched = _checked(
        Searched(
            Fitting(model, rows, _features(rows, data, label, features), label, metric, seed),
            Plan(distributions(space), _higher(metric), trials, seed, prune, jobs),
            folds,
            honest,
            held_back,
            outer,
            level,
            stratify=metric in MODEL,
            storage=f"sqlite:///{file}",
            name=f"{hypothesis.case}/{hypothesis.slug}/{study}",
        )
    )
    with _alone(file), tracked.pointed(hypothesis.tracking):
        _same(searched)
        recorder = _recorder(hypothesis, study)
        recorder.open(metric)
        try:
            found, winner, tried, findings = searched.run(recorder)
            _record(recorder, findings, winner, len(tried), data, hypothesis)
        except BaseException:
            recorder.close("FAILED")
            raise
        recorder.close("FINISHED")
    return Tuned(
        model=found,
        parameters=winner.parameters,
        score=winner.score,
        honest=findings[0].measured,
        optimism=findings[1].measured,
        trials=tried,
        run_id=recorder.run_id,
        findings=findings,
    )


def _installed() -> None:
    try:
        import joblib
        import optuna  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise Invalid(field="gonogo.tune", value=error.name, expected=EXTRA) from error
    del joblib


def _higher(metric: str) -> bool:
    if metric not in MODEL and metric not in NUMBERS:
        known = ", ".join([*MODEL, *NUMBERS])
        raise Invalid(field="metric", value=metric, expected=f"one of: {known}")
    good = check_spec(metric, field="metric").good
    if good is Good.NEITHER:
        raise Invalid(field="metric", value=metric, expected="a check of which more is better")
    return good is Good.HIGHER


def _features(
    rows: "pd.DataFrame",
    data: "pd.DataFrame | DatasetVersion",
    label: str,
    named: Sequence[str] | None,
) -> tuple[str, ...]:
    """The columns to train on: those named, else all that are for it."""
    for name in (label, *(named or ())):
        if name not in rows.columns:
            listed = ", ".join(str(column) for column in rows.columns[:20])
            raise Invalid(field="features", value=name, expected=f"a column of the data: {listed}")
    if named:
        return tuple(named)
    other = _no_features(data)
    return tuple(str(name) for name in rows.columns if name != label and name not in other)


def _no_features(data: "pd.DataFrame | DatasetVersion") -> frozenset[str]:
    """The columns that a dataset version keeps for something else than training."""
    if not isinstance(data, DatasetVersion):
        return frozenset()
    schema = schema_from_json(data.told.columns)
    return frozenset(column.name for column in schema if column.role is not Role.FEATURE)


def _checked(searched: Searched) -> Searched:
    """`searched`, if it can be done; raises `Invalid`."""
    for field_, value, least in (
        ("trials", searched.plan.trials, 1),
        ("jobs", searched.plan.jobs, 1),
        ("folds", searched.folds, 2),
        ("outer", searched.outer, 2),
        ("seed", searched.plan.seed, 0),
    ):
        if value < least:
            raise Invalid(field=field_, value=value, expected=f"{least} or more")
    if searched.honest not in {"held-back", "nested"}:
        raise Invalid(field="honest", value=searched.honest, expected="held-back or nested")
    if not 0 < searched.held_back <= 0.5:
        raise Invalid(field="held_back", value=searched.held_back, expected="above 0, at most 0.5")
    if not 0 < searched.level < 1:
        raise Invalid(field="level", value=searched.level, expected="between 0 and 1")
    return searched


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Let no other process search in this file; a process that is killed lets go of it."""
    lock = file.with_name(f"{file.name}.lock")
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(
                field="storage", value=str(file), expected="no other process that searches there"
            ) from error
        yield


def _same(searched: Searched) -> None:
    """Raise `Conflict` where the study in the file was begun with something else."""
    import optuna

    study = optuna.create_study(
        storage=searched.storage,
        study_name=searched.name,
        load_if_exists=True,
        direction="maximize" if searched.plan.higher else "minimize",
    )
    asked = _fingerprint(searched, searched.plan.space)
    before = study.user_attrs.get(TRIED)
    if before is None:
        study.set_user_attr(TRIED, asked)
        return
    for name, value in asked.items():
        if before.get(name) != value:
            raise Conflict(
                field=name, value=value, expected=f"{before.get(name)}, as before, or another study"
            )


def _fingerprint(searched: Searched, space: "Distributions") -> dict[str, Any]:
    """What must not change while a study goes on; more trials may be wanted."""
    from optuna.distributions import distribution_to_json
    from pandas.util import hash_pandas_object

    fitting = searched.fitting
    read = fitting.rows[[*fitting.features, fitting.label]]
    hashed = hashlib.sha256(hash_pandas_object(read, index=False).to_numpy().tobytes())
    return {
        "data": hashed.hexdigest(),
        "features": list(fitting.features),
        "label": fitting.label,
        "metric": fitting.metric,
        "space": {name: json.loads(distribution_to_json(one)) for name, one in space.items()},
        "folds": searched.folds,
        "seed": searched.plan.seed,
        "honest": searched.honest,
        "held_back": searched.held_back if searched.honest == "held-back" else None,
    }


def _recorder(hypothesis: HypothesisRef, study: str) -> Recorder:
    from mlflow import MlflowClient

    code = provenance.revision(Path.cwd())
    return Recorder(hypothesis.http, MlflowClient(), hypothesis.case, hypothesis.slug, study, code)


def _record(
    recorder: Recorder,
    findings: Sequence[Finding],
    winner: Trial,
    trials: int,
    data: "pd.DataFrame | DatasetVersion",
    hypothesis: HypothesisRef,
) -> None:
    """The evidence on the study's run, once for as many trials."""
    if recorder.told() == trials:
        return
    named = data.subject if isinstance(data, DatasetVersion) else origin(data, whole=True)
    drafts = of_findings(findings, subject=f"run:{recorder.run_id}", data=named, code=recorder.code)
    EvidenceList(hypothesis.http).record(drafts)
    recorder.tell(
        trials,
        {f"best.cv.{recorder.metric}": winner.score},
        {
            "gonogo.best": winner.number,
            **{f"gonogo.best.{name}": value for name, value in winner.parameters.items()},
        },
    )

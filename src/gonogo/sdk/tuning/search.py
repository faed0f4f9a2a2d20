"""The search itself: trials asked of Optuna, scored fold by fold, pruned, taken up after a kill."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import optuna

    from gonogo.sdk.tuning.space import Distributions

FOLDS = "folds"
"""Attribute of a trial: its scores so far, one for each fold."""
WARM_UP = 5
"""Trials that are finished before any is pruned."""


class Score(Protocol):
    """Scores parameters on one fold; must be picklable where several work at once."""

    def __len__(self) -> int: ...

    def __call__(self, parameters: Mapping[str, Any], fold: int) -> float: ...


@dataclass(frozen=True, slots=True)
class Trial:
    """One candidate that was tried."""

    number: int
    parameters: Mapping[str, Any]
    folds: tuple[float, ...]
    """Its score on each fold; fewer than there are folds where it was pruned."""
    state: str
    """complete, pruned or failed."""

    @property
    def score(self) -> float:
        """The mean over its folds."""
        return math.fsum(self.folds) / len(self.folds)


class Watcher(Protocol):
    """Is told of trials, before and after: a kill in between may tell it twice of the same."""

    def began(self, number: int, parameters: Mapping[str, Any]) -> None:
        """A trial begins, or is taken up again."""

    def ended(self, trial: Trial) -> None:
        """A trial is through; it counts as finished once this has returned."""


class Nobody:
    """Watches nothing."""

    def began(self, number: int, parameters: Mapping[str, Any]) -> None:
        """Nothing is kept."""

    def ended(self, trial: Trial) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a search goes on."""

    space: "Distributions"
    higher: bool
    """Whether more of the score is better."""
    trials: int
    seed: int
    prune: bool = True
    jobs: int = 1
    """Trials that are scored at once."""


@dataclass(slots=True)
class _Live:
    """A trial that is being scored."""

    trial: "optuna.Trial"
    scores: list[float] = field(default_factory=list)
    reported: int = 0

    def told(self, state: str) -> Trial:
        return Trial(self.trial.number, self.trial.params, tuple(self.scores), state)


def search(
    score: Score,
    plan: Plan,
    *,
    name: str,
    storage: "optuna.storages.BaseStorage | str | None" = None,
    watcher: Watcher | None = None,
) -> list[Trial]:
    """Try parameters until `plan.trials` are finished; all that were tried, in their order.

    With a `storage`, what is finished there counts, and a trial that was killed is taken up at its
    fold: a search that was interrupted goes on as if it had not been. The same plan gives the same
    trials, as often as it is killed, where one is scored at a time; where several are, they are
    tried in rounds, and the same without interruption. An error in scoring ends the search; that
    trial has failed, and going on tries others.
    """
    import optuna
    from joblib import Parallel

    with _quiet():
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            load_if_exists=True,
            direction="maximize" if plan.higher else "minimize",
            pruner=optuna.pruners.MedianPruner(WARM_UP, n_warmup_steps=0)
            if plan.prune
            else optuna.pruners.NopPruner(),
        )
        with Parallel(n_jobs=plan.jobs) as parallel:
            while round_ := _next(study, plan):
                _score(study, round_, score, plan, parallel, watcher or Nobody())
        return finished(study)


def finished(study: "optuna.Study") -> list[Trial]:
    """The trials of a study that are complete or pruned."""
    return [
        Trial(one.number, one.params, tuple(one.user_attrs.get(FOLDS, ())), one.state.name.lower())
        for one in _in_state(study, "COMPLETE", "PRUNED")
    ]


def best(trials: Sequence[Trial], *, higher: bool) -> Trial:
    """The best of those that are complete, the earliest of equals; raises `Invalid`."""
    complete = [one for one in trials if one.state == "complete"]
    if not complete:
        raise Invalid(field="trials", value=len(trials), expected="one that is complete at least")
    return max(complete, key=lambda one: (one.score if higher else -one.score, -one.number))


def _next(study: "optuna.Study", plan: Plan) -> list[_Live]:
    """Trials that were killed, else as many new ones as are scored at once and still wanted."""
    import optuna

    killed = _in_state(study, "RUNNING")
    left = plan.trials - len(_in_state(study, "COMPLETE", "PRUNED"))
    begun = killed[: max(plan.jobs, 1)]
    number = begun[0].number if begun else len(study.get_trials(deepcopy=False))
    # Seeded anew for each round: what is asked next depends on the trials before, not on whether
    # they were scored by this process.
    seed = int(np.random.SeedSequence([plan.seed, number]).generate_state(1)[0])
    study.sampler = optuna.samplers.TPESampler(seed=seed)
    if begun:
        return [_taken_up(study, one, plan) for one in begun]
    return [_Live(study.ask(dict(plan.space))) for _ in range(min(plan.jobs, max(left, 0)))]


def _taken_up(study: "optuna.Study", frozen: "optuna.trial.FrozenTrial", plan: Plan) -> _Live:
    import optuna

    trial = optuna.Trial(study, frozen._trial_id)  # noqa: SLF001  # Optuna hands it out nowhere else
    for name, values in plan.space.items():
        _suggested(trial, name, values)
    return _Live(trial, list(frozen.user_attrs.get(FOLDS, ())), len(frozen.intermediate_values))


def _suggested(trial: "optuna.Trial", name: str, values: Any) -> None:
    """Have a trial that was killed while it was asked take the parameters that it lacks."""
    if hasattr(values, "choices"):
        trial.suggest_categorical(name, values.choices)
        return
    whole = type(values).__name__ == "IntDistribution"
    suggest: Any = trial.suggest_int if whole else trial.suggest_float
    suggest(name, values.low, values.high, step=values.step, log=values.log)


def _score(
    study: "optuna.Study",
    round_: list[_Live],
    score: Score,
    plan: Plan,
    parallel: Any,
    watcher: Watcher,
) -> None:
    from joblib import delayed

    for one in round_:
        watcher.began(one.trial.number, one.trial.params)
    live = list(round_)
    for fold in range(len(score)):
        todo = [one for one in live if len(one.scores) <= fold]
        try:
            found = parallel(delayed(score)(one.trial.params, fold) for one in todo)
        except Exception:
            for one in live:
                watcher.ended(one.told("failed"))
                study.tell(one.trial, state=_state("FAIL"))
            raise
        for one, value in zip(todo, found, strict=True):
            one.scores.append(float(value))
            one.trial.set_user_attr(FOLDS, one.scores)
        live = [one for one in live if _goes_on(study, one, fold, plan, len(score), watcher)]
    for one in live:
        told = one.told("complete")
        watcher.ended(told)
        study.tell(one.trial, told.score)


def _goes_on(
    study: "optuna.Study", one: _Live, fold: int, plan: Plan, folds: int, watcher: Watcher
) -> bool:
    """Whether a trial is worth another fold, by the mean of those it has."""
    if one.reported <= fold:
        one.trial.report(math.fsum(one.scores[: fold + 1]) / (fold + 1), fold)
        one.reported = fold + 1
    if not plan.prune or fold + 1 == folds or not one.trial.should_prune():
        return True
    watcher.ended(one.told("pruned"))
    study.tell(one.trial, state=_state("PRUNED"))
    return False


def _in_state(study: "optuna.Study", *names: str) -> "list[optuna.trial.FrozenTrial]":
    states = tuple(_state(name) for name in names)
    return study.get_trials(deepcopy=False, states=states)


def _state(name: str) -> "optuna.trial.TrialState":
    import optuna

    return optuna.trial.TrialState[name]


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna tells every trial on standard error; the runs say it."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)

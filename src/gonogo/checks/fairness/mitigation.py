"""What mitigation would cost: a model trained anew in several ways, on the frontier of the two.

Every candidate is trained on one set of rows and measured on another. Which of them is the fairest
is decided on the training rows, so that its numbers on the others are not flattered by the choice.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.fairness.rates import equalised_odds_difference, selection_rate_difference
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.performance.cost import expected_cost
from gonogo.checks.performance.decided import accuracy
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined

if TYPE_CHECKING:
    import pandas as pd

CHECK = "fairness.mitigation_cost"
PARITIES = {
    "demographic_parity": selection_rate_difference,
    "equalized_odds": equalised_odds_difference,
}
"""What groups are to have in common, in Fairlearn's words, and the check that measures it."""
BOUNDS = (0.01, 0.05, 0.1, 0.2)
"""Differences that exponentiated gradient is told to allow, one candidate each."""
ROUNDS = 25
"""Most models that exponentiated gradient trains for one bound."""
AS_IT_IS = "as it is"


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """A model that can be trained, rows to train it on and other rows to measure it on."""

    estimator: Any
    """A scikit-learn classifier or pipeline, not necessarily fitted; it is cloned."""
    train: "pd.DataFrame"
    test: "pd.DataFrame"
    features: Sequence[str]
    """The columns it reads."""
    label: str
    """The column with the truth, 0 or 1."""
    threshold: float = 0.5
    """Score from which the model says yes."""
    bounds: tuple[float, ...] = BOUNDS
    """Differences that exponentiated gradient is told to allow; each candidate names its own."""


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """One way of mitigating, as decisions."""

    name: str
    decide: Callable[["pd.DataFrame"], Bools]
    reads_group: bool = False
    """Whether it must know the group of whoever is decided about."""
    drawn: bool = False
    """Whether decisions are drawn by lot among several models or thresholds."""


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """A candidate with what it does on the rows it was not trained on."""

    candidate: _Candidate
    scored: Scored
    on_train: Measured
    """The groups' difference on the training rows; only for choosing."""
    difference: Measured
    accuracy: Measured
    cost: Measured


def mitigation_cost(sets: Sets, asked: Parameters) -> Finding:
    """Accuracy of the model as it is, less that of the fairest mitigation, unit difference.

    Candidates: training on reweighted rows, one threshold for each group, and the exponentiated
    gradient for several bounds; and the model as it is. The fairest is the one whose groups differ
    least on the training rows, of those that were mitigated. Both are measured on the same other
    rows: Newcombe's paired interval. Detail: of every candidate the groups' difference, accuracy
    and cost on the other rows, each with its interval; `frontier` marks those that no other beats
    in one of the three without losing in another, by their values, which chance moves.

    Some mitigations need the group of everyone who is decided about, which law may forbid, and some
    draw lots: each candidate says so. Raises `Invalid` for columns that are absent and for an
    estimator that takes no weights. Needs Fairlearn, of the extra `demo`.

    Source: Kamiran & Calders (2012), Knowledge and Information Systems 33, 1-33 (reweighing);
    Hardt, Price & Srebro (2016), NeurIPS (thresholds); Agarwal et al. (2018), ICML (reductions).
    """
    settings = settle_parameters(
        CHECK,
        asked,
        threshold=float(sets.threshold),
        level=defaults.LEVEL,
        seed=defaults.SEED,
        smallest=defaults.SMALLEST,
        parity="demographic_parity",
        cost_false_yes=1.0,
        cost_false_no=1.0,
    )
    _check(sets, settings)
    trials = [_trial(one, sets, settings) for one in _candidates(sets, settings)]
    fairest = _fairest(trials[1:])
    detail: dict[str, Json] = {
        "candidates": [_told(one, trials) for one in trials],
        "fairest": None if isinstance(fairest, Undefined) else fairest.candidate.name,
        "trained_on": len(sets.train),
        "measured_on": len(sets.test),
    }
    if isinstance(fairest, Undefined):
        return Finding(CHECK, settings.values, fairest, detail)
    compared = accuracy(
        trials[0].scored,
        {"level": settings.level},
        Other(fairest.candidate.name, fairest.scored.scores),
    )
    return Finding(CHECK, settings.values, compared.measured, detail)


def _check(sets: Sets, settings: Settings) -> None:
    if settings.text("parity") not in PARITIES:
        known = ", ".join(PARITIES)
        raise Invalid(field="with.parity", value=settings.text("parity"), expected=known)
    for frame in (sets.train, sets.test):
        for name in (*sets.features, sets.label, settings.text("group")):
            if name not in frame.columns:
                raise Invalid(field="data", value=name, expected="a column of both sets of rows")
        if frame[settings.text("group")].isna().any():
            raise Invalid(
                field="data", expected="a group for each row: mitigation has none without"
            )
    if set(sets.train[sets.label].unique()) != {0, 1}:
        raise Invalid(field="data", expected="both labels, 0 and 1, among the rows to train on")


def _candidates(sets: Sets, settings: Settings) -> list[_Candidate]:
    return [
        _plain(sets, settings),
        _reweighted(sets, settings),
        _thresholds(sets, settings),
        *(_reduced(sets, settings, bound) for bound in sets.bounds),
    ]


def _plain(sets: Sets, settings: Settings) -> _Candidate:
    from sklearn.base import clone

    model = clone(sets.estimator).fit(_features(sets, sets.train), sets.train[sets.label])
    return _Candidate(AS_IT_IS, _at_threshold(model, sets, settings))


def _reweighted(sets: Sets, settings: Settings) -> _Candidate:
    """Trained with weights that make label and group independent of one another."""
    from sklearn.base import clone

    weights = reweighing(sets.train[settings.text("group")], sets.train[sets.label])
    told = {_weights_name(sets.estimator): weights}
    try:
        model = clone(sets.estimator).fit(
            _features(sets, sets.train), sets.train[sets.label], **told
        )
    except TypeError as error:
        raise Invalid(
            field="estimator", value=str(error), expected="one that takes weights of rows"
        ) from error
    return _Candidate("reweighing", _at_threshold(model, sets, settings))


def reweighing(group: npt.ArrayLike, label: npt.ArrayLike) -> Floats:
    """The weight of each row under which label and group are independent, shape (n,), mean 1.

    Share of the group times share of the label over the share of both together.

    Source: Kamiran & Calders (2012), Knowledge and Information Systems 33, 1-33, algorithm 1.

    >>> reweighing(["m", "m", "m", "f"], [1, 1, 0, 0]).tolist()
    [0.75, 0.75, 1.5, 0.5]
    """
    of_group, groups = np.unique(np.asarray(group).astype(str), return_inverse=True)
    of_label, labels = np.unique(np.asarray(label), return_inverse=True)
    both = np.zeros((of_group.size, of_label.size))
    np.add.at(both, (groups, labels), 1)
    expected = np.outer(both.sum(axis=1), both.sum(axis=0)) / groups.size
    weights: Floats = (expected / np.where(both, both, 1.0))[groups, labels]
    return weights


def _thresholds(sets: Sets, settings: Settings) -> _Candidate:
    """A threshold of its own for each group, drawn between two where one would not do."""
    from fairlearn.postprocessing import ThresholdOptimizer

    group = settings.text("group")
    model = ThresholdOptimizer(
        estimator=sets.estimator,
        constraints=settings.text("parity"),
        predict_method="predict_proba",
        grid_size=200,
    )
    _fit(model, sets, group)

    def decide(rows: "pd.DataFrame") -> Bools:
        said = model.predict(
            _features(sets, rows),
            sensitive_features=rows[group].astype(str),
            random_state=settings.whole("seed"),
        )
        chosen: Bools = np.asarray(said) == 1
        return chosen

    return _Candidate("thresholds by group", decide, reads_group=True, drawn=True)


def _reduced(sets: Sets, settings: Settings, bound: float) -> _Candidate:
    """A mixture of models trained so that the groups differ by at most `bound` in training."""
    from fairlearn import reductions

    kind = {
        "demographic_parity": reductions.DemographicParity,
        "equalized_odds": reductions.EqualizedOdds,
    }[settings.text("parity")]
    model = reductions.ExponentiatedGradient(
        sets.estimator,
        kind(difference_bound=bound),
        max_iter=ROUNDS,
        sample_weight_name=_weights_name(sets.estimator),
    )
    _fit(model, sets, settings.text("group"))

    def decide(rows: "pd.DataFrame") -> Bools:
        said = model.predict(_features(sets, rows), random_state=settings.whole("seed"))
        chosen: Bools = np.asarray(said) == 1
        return chosen

    return _Candidate(f"exponentiated gradient, bound {bound:g}", decide, drawn=True)


def _fit(model: Any, sets: Sets, group: str) -> None:
    with warnings.catch_warnings():
        # Fairlearn's own use of pandas, which a later pandas will no longer take.
        warnings.simplefilter("ignore", DeprecationWarning)
        model.fit(
            _features(sets, sets.train),
            sets.train[sets.label],
            sensitive_features=sets.train[group].astype(str),
        )


def _features(sets: Sets, rows: "pd.DataFrame") -> "pd.DataFrame":
    return rows[list(sets.features)]


def _weights_name(estimator: Any) -> str:
    """How `fit` is handed weights: a pipeline passes them on to its last step."""
    steps = getattr(estimator, "steps", None)
    return f"{steps[-1][0]}__sample_weight" if steps else "sample_weight"


def _at_threshold(model: Any, sets: Sets, settings: Settings) -> Callable[["pd.DataFrame"], Bools]:
    def decide(rows: "pd.DataFrame") -> Bools:
        score = np.asarray(model.predict_proba(_features(sets, rows)))[:, -1]
        chosen: Bools = score >= settings.number("threshold")
        return chosen

    return decide


def _trial(candidate: _Candidate, sets: Sets, settings: Settings) -> _Trial:
    on_test = _scored(candidate, sets.test, sets, settings)
    level = {"level": settings.level}
    costs = {name: settings.number(name) for name in ("cost_false_yes", "cost_false_no")}
    return _Trial(
        candidate,
        on_test,
        _difference(_scored(candidate, sets.train, sets, settings), settings),
        _difference(on_test, settings),
        accuracy(on_test, level).measured,
        expected_cost(on_test, {**level, **costs}).measured,
    )


def _scored(candidate: _Candidate, rows: "pd.DataFrame", sets: Sets, settings: Settings) -> Scored:
    """The candidate's decisions as scores of 0 and 1."""
    group = settings.text("group")
    decided = candidate.decide(rows).astype(np.float64)
    return Scored(rows[sets.label].to_numpy(), decided, {group: rows[group].to_numpy()})


def _difference(scored: Scored, settings: Settings) -> Measured:
    check = PARITIES[settings.text("parity")]
    asked: Parameters = {
        "group": settings.text("group"),
        "level": settings.level,
        "smallest": settings.whole("smallest"),
    }
    return check(scored, asked).measured


def _fairest(trials: Sequence[_Trial]) -> _Trial | Undefined:
    found = [
        (one.on_train.value, at)
        for at, one in enumerate(trials)
        if isinstance(one.on_train, Estimate)
    ]
    if not found:
        reason = trials[0].on_train.reason if isinstance(trials[0].on_train, Undefined) else ""
        return Undefined(f"the groups cannot be compared: {reason}", n=trials[0].scored.n)
    return trials[min(found)[1]]


def _told(trial: _Trial, trials: Sequence[_Trial]) -> dict[str, Json]:
    return {
        "name": trial.candidate.name,
        "reads_group": trial.candidate.reads_group,
        "drawn_by_lot": trial.candidate.drawn,
        "difference": measured_to_json(trial.difference),
        "accuracy": measured_to_json(trial.accuracy),
        "cost": measured_to_json(trial.cost),
        "frontier": not any(_beats(other, trial) for other in trials),
    }


def _beats(other: _Trial, trial: _Trial) -> bool:
    """Whether `other` is no worse in difference, accuracy and cost, and better in one."""
    one, two = _losses(other), _losses(trial)
    if one is None or two is None:
        return False
    return bool((one <= two).all() and (one < two).any())


def _losses(trial: _Trial) -> Floats | None:
    """What is the better the smaller; None where one of them is undefined."""
    values = []
    for measured, sign in ((trial.difference, 1), (trial.accuracy, -1), (trial.cost, 1)):
        if isinstance(measured, Undefined):
            return None
        values.append(sign * measured.value)
    return np.array(values)

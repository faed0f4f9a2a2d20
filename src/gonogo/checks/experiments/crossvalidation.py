"""Repeated cross-validation, and what its folds say once their dependence is allowed for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings.finding import Finding
from gonogo.core.canonical import Json
from gonogo.core.catalogue import check_spec, checked_parameters
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Integers
from gonogo.stats.estimate import Measured
from gonogo.stats.resampling import nadeau_bengio

FitAndScore = Callable[[Integers, Integers], Mapping[str, float]]
"""Takes the row numbers to train on and to test on, gives numbers by name."""


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """What was measured in each fold of each repeat."""

    values: Mapping[str, tuple[float, ...]]
    """By name, one number for each fold, repeat after repeat."""
    n: int
    """Rows."""
    folds: int
    repeats: int
    seed: int
    """Of the folds."""

    @property
    def design(self) -> str:
        """How it was resampled, in the words kept with evidence.

        >>> CrossValidated({}, n=20, folds=5, repeats=10, seed=7).design
        '5-fold x 10 repeated cross-validation'
        """
        return f"{self.folds}-fold x {self.repeats} repeated cross-validation"

    def difference(self, name: str, other: str) -> tuple[float, ...]:
        """Fold by fold, `name` minus `other`: both saw the same rows."""
        pairs = zip(self._of(name), self._of(other), strict=True)
        return tuple(one - two for one, two in pairs)

    def finding(
        self, check: str, name: str, parameters: Parameters, *, versus: str | None = None
    ) -> Finding:
        """`name` as a finding of `check`, or `name` minus `versus`, both of them names of values.

        `parameters` must say the level and, for a difference, the `versus` it is recorded under
        where that is not the name itself. Design and seed are added. Raises `Invalid` as the
        catalogue does. Detail: the value of each fold.
        """
        values = self._of(name) if versus is None else self.difference(name, versus)
        given: dict[str, object] = {**parameters, "design": self.design, "seed": self.seed}
        if versus is not None:
            given.setdefault("versus", versus)
        spec = check_spec(check)
        settled = checked_parameters(spec, given)
        level = settled.get("level")
        if not isinstance(level, float):
            raise Invalid(field="with.level", value=level, expected="the level of the interval")
        unit = spec.unit if versus is None else "difference"
        found = corrected(
            values, n_train=self.n * (self.folds - 1), n_test=self.n, level=level, unit=unit
        )
        detail = {**found.detail, "n": self.n, "folds": self.folds, "repeats": self.repeats}
        return Finding(check, settled, found.measured, detail)

    def _of(self, name: str) -> tuple[float, ...]:
        if name not in self.values:
            raise Invalid(field="name", value=name, expected=f"one of: {', '.join(self.values)}")
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A mean over folds with its corrected interval."""

    measured: Measured
    detail: Mapping[str, Json]
    """`per_fold`: the values themselves."""


def repeated_cv(
    fit_and_score: FitAndScore,
    label: npt.ArrayLike,
    *,
    folds: int,
    repeats: int,
    seed: int,
    stratify: bool = True,
) -> CrossValidated:
    """Fit and score anew on every fold of every repeat; the same seed gives the same folds.

    Each repeat shuffles the rows and deals them out to `folds` folds of as equal size as can be,
    with `stratify` each value of `label` by itself. `fit_and_score(train, test)` returns the same
    names every time. Raises `Invalid` for fewer than two folds, no repeats, fewer rows than folds
    (of any label, when stratified), and for a fold whose numbers are missing or not finite.

    Source: Bouckaert & Frank (2004), PAKDD, LNCS 3056, 3-12, for repeating.
    """
    labels = np.asarray(label)
    found: list[Mapping[str, float]] = [
        _finite(fit_and_score(train, test), place)
        for place, (train, test) in enumerate(
            splits(labels, folds=folds, repeats=repeats, seed=seed, stratify=stratify)
        )
    ]
    names = list(found[0])
    for place, one in enumerate(found):
        if set(one) != set(names):
            raise Invalid(
                field=f"folds.{place}", value=sorted(one), expected=f"{', '.join(names)}, as before"
            )
    values = {name: tuple(float(one[name]) for one in found) for name in names}
    return CrossValidated(values, n=labels.size, folds=folds, repeats=repeats, seed=seed)


def splits(
    label: npt.ArrayLike, *, folds: int, repeats: int, seed: int, stratify: bool = True
) -> list[tuple[Integers, Integers]]:
    """Row numbers to train and to test on, fold by fold of each repeat, as `repeated_cv` has them.

    Raises `Invalid` as that does.
    """
    labels = np.asarray(label)
    _check(labels, folds, repeats, seed, stratify=stratify)
    return list(_dealt(labels, folds, repeats, seed, stratify))


def corrected(
    values: Sequence[float], *, n_train: int, n_test: int, level: float, unit: str
) -> Corrected:
    """The mean of per-fold `values` with Nadeau and Bengio's interval, and the values as detail.

    `n_train` and `n_test` are the rows a fold trains and tests on; only their ratio matters.

    >>> found = corrected([0.1, 0.3], n_train=90, n_test=10, level=0.95, unit="difference")
    >>> round(found.measured.value, 3), found.detail
    (0.2, {'per_fold': [0.1, 0.3]})
    """
    measured = nadeau_bengio(values, n_train=n_train, n_test=n_test, level=level, unit=unit)
    return Corrected(measured, {"per_fold": [float(value) for value in values]})


def _check(
    labels: npt.NDArray[np.generic], folds: int, repeats: int, seed: int, *, stratify: bool
) -> None:
    if labels.ndim != 1:
        raise Invalid(field="label", value=labels.shape, expected="one dimension")
    fewest = labels.size
    if stratify and labels.size:
        fewest = int(np.unique(labels, return_counts=True)[1].min())
    if not 2 <= folds <= fewest:
        raise Invalid(
            field="folds", value=folds, expected=f"2 or more, and at most {fewest} for these labels"
        )
    if repeats < 1:
        raise Invalid(field="repeats", value=repeats, expected="1 or more")
    if seed < 0:
        raise Invalid(field="seed", value=seed, expected="0 or more")


def _dealt(
    labels: npt.NDArray[np.generic], folds: int, repeats: int, seed: int, stratify: bool
) -> Iterator[tuple[Integers, Integers]]:
    rng = np.random.default_rng(seed)
    strata = np.unique(labels, return_inverse=True)[1] if stratify else np.zeros(labels.size, int)
    for _ in range(repeats):
        shuffled = rng.permutation(labels.size)
        # Dealt out like cards, stratum after stratum: no fold gets two more of any than another.
        dealt = shuffled[np.argsort(strata[shuffled], kind="stable")]
        fold = np.empty(labels.size, dtype=np.int64)
        fold[dealt] = np.arange(labels.size) % folds
        for one in range(folds):
            yield np.flatnonzero(fold != one), np.flatnonzero(fold == one)


def _finite(found: Mapping[str, float], place: int) -> Mapping[str, float]:
    for name, value in found.items():
        if not np.isfinite(value):
            raise Invalid(
                field=f"folds.{place}.{name}", value=str(value), expected="a finite number"
            )
    return found

"""Rows that follow one another in time, with what was forecast; and rows of several classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.scored import score_of, text_of
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Floats, Integers

ONE = ""
"""The series where there is only one."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What a model forecast; validated with the rows it is of."""

    prediction: npt.ArrayLike
    """Shape (n,), in the unit of the target."""
    low: npt.ArrayLike | None = None
    """Lower ends of predicted intervals, shape (n,)."""
    high: npt.ArrayLike | None = None
    """Upper ends, shape (n,)."""

    def held_to(self, name: str, n: int) -> "Forecast":
        """As finite numbers, one for each of `n` rows; raises `Invalid` naming a field in `name`.

        >>> Forecast([1, 2], [0, 1], [2, 3]).held_to("forecast", 2).high
        array([2., 3.])
        """
        if (self.low is None) is not (self.high is None):
            raise Invalid(field=f"{name}.low", expected="both ends of the intervals, or none")
        prediction = score_of(f"{name}.prediction", self.prediction, n)
        if self.low is None or self.high is None:
            return Forecast(prediction)
        low = score_of(f"{name}.low", self.low, n)
        high = score_of(f"{name}.high", self.high, n)
        wrong = int(np.count_nonzero(low > high))
        if wrong:
            raise Invalid(
                field=f"{name}.low", value=f"{wrong} above high", expected="ends in their order"
            )
        return Forecast(prediction, low, high)


@dataclass(frozen=True, slots=True, eq=False)
class Forecasted:
    """Truths in their order in time with what was forecast of each; validated when built.

    Raises `Invalid` naming the field for lengths that differ, missing or infinite numbers, an
    interval upside down, a nominal level outside (0, 1), a series without name.

    >>> Forecasted([3, 4], Forecast([2, 4]), history=[1, 2]).n
    2
    """

    truth: npt.ArrayLike
    """What came, oldest first within its series; kept as float64 of shape (n,)."""
    forecast: Forecast
    history: npt.ArrayLike | Mapping[str, npt.ArrayLike] = ()
    """What the model learned from, oldest first; of several series by their names."""
    series: npt.ArrayLike | Sequence[object] | None = None
    """To which series a row belongs; None: all are of one."""
    nominal: float = 0.95
    """The level that the predicted intervals are meant to have."""

    def __post_init__(self) -> None:
        size = np.size(np.asarray(self.truth))
        object.__setattr__(self, "truth", score_of("label", self.truth, size))
        object.__setattr__(self, "forecast", self.forecast.held_to("forecast", size))
        if isinstance(self.nominal, bool) or not 0 < self.nominal < 1:
            raise Invalid(field="nominal", value=self.nominal, expected="a number between 0 and 1")
        object.__setattr__(self, "series", _series(self.series, size))
        if not isinstance(self.history, Mapping):
            object.__setattr__(self, "history", {ONE: self.history})

    @property
    def truths(self) -> Floats:
        """What came, shape (n,)."""
        return np.asarray(self.truth, dtype=np.float64)

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.truths.size)

    @property
    def names(self) -> npt.NDArray[np.object_]:
        """The series of each row, shape (n,)."""
        return np.asarray(self.series, dtype=object)

    def history_of(self, name: str) -> npt.ArrayLike:
        """What is known of a series from before; empty where nothing is."""
        histories = self.history
        return histories.get(name, ()) if isinstance(histories, Mapping) else ()


def _series(values: npt.ArrayLike | Sequence[object] | None, n: int) -> npt.NDArray[np.object_]:
    if values is None:
        return np.full(n, ONE, dtype=object)
    found = np.asarray(values, dtype=object)
    if found.shape != (n,):
        raise Invalid(
            field="series", value=found.shape, expected=f"one series for each of {n} labels"
        )
    gone = sum(one is None or one != one for one in found)  # noqa: PLR0124  # NaN is not itself
    if gone:
        raise Invalid(field="series", value=f"{gone} missing", expected="a series for each row")
    return np.array([text_of(one) for one in found], dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class Classed:
    """Rows with their class and a score for each class there is; validated when built.

    Raises `Invalid` naming the field: no classes, classes that repeat, a label that is none of
    them, scores of another shape, missing or infinite scores.

    >>> Classed(["a", "b"], [[0.9, 0.1], [0.6, 0.4]], ("a", "b")).codes.tolist()
    [0, 1]
    """

    label: npt.ArrayLike | Sequence[object]
    """The class of each row, shape (n,)."""
    score: npt.ArrayLike
    """What the model said of each class, shape (n, classes), greater is more of it."""
    classes: Sequence[object]
    """The classes in the order of the scores."""

    def __post_init__(self) -> None:
        names = [text_of(one) for one in self.classes]
        if len(names) < 2 or len(set(names)) < len(names):
            raise Invalid(field="classes", value=names[:20], expected="two or more, each once")
        found = [text_of(one) for one in np.asarray(self.label, dtype=object).ravel()]
        strange = next((one for one in found if one not in set(names)), None)
        if strange is not None:
            raise Invalid(field="label", value=strange, expected=f"one of: {', '.join(names[:20])}")
        object.__setattr__(self, "classes", tuple(names))
        object.__setattr__(self, "label", np.array(found, dtype=object))
        object.__setattr__(self, "score", self.held(self.score, "score"))

    @property
    def n(self) -> int:
        """Rows."""
        return int(np.size(np.asarray(self.label, dtype=object)))

    @property
    def codes(self) -> Integers:
        """The place of each row's class among `classes`, shape (n,)."""
        place = {name: at for at, name in enumerate(self.classes)}
        return np.array([place[one] for one in np.asarray(self.label)], dtype=np.int64)

    def held(self, score: npt.ArrayLike, field: str) -> npt.NDArray[np.float64]:
        """`score` as finite numbers of shape (n, classes); raises `Invalid`."""
        try:
            found = np.asarray(score, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise Invalid(field=field, value=str(error), expected="numbers") from error
        shape = (self.n, len(self.classes))
        if not self.n and not found.size:
            return found.reshape(shape)
        if found.shape != shape:
            raise Invalid(field=field, value=found.shape, expected=f"numbers of shape {shape}")
        if not np.isfinite(found).all():
            raise Invalid(field=field, value="missing or infinite", expected="numbers")
        return found

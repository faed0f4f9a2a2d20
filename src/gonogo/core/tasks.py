"""What a model is for: the task that is declared of it, and what its rows and answers hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Self

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid

MEDIAN = 0.5
"""The quantile that is the forecast itself."""


class TaskKind(StrEnum):
    """What a model answers, and so by which checks it is measured."""

    CLASSIFICATION = "classification"
    """Yes or no: one score for each row."""
    CLASSES = "classes"
    """One of several classes: a score of each class for each row."""
    REGRESSION = "regression"
    """A number for each row; rows are independent."""
    RANKING = "ranking"
    """A score that ranks the rows of a query."""
    FORECAST = "forecast"
    """A number for each time, or quantiles of it; rows follow one another."""


TAKES: dict[TaskKind, tuple[str, ...]] = {
    TaskKind.CLASSIFICATION: (),
    TaskKind.CLASSES: ("classes",),
    TaskKind.REGRESSION: (),
    TaskKind.RANKING: ("query",),
    TaskKind.FORECAST: ("time", "series", "quantiles"),
}
"""What can be said of a task of each kind."""
NEEDED = {
    TaskKind.RANKING: ("query", "the column that says which query a row belongs to"),
    TaskKind.FORECAST: ("time", "the column that says of which time a row is"),
}
"""What must be said of it, and what that is."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is for; raises `Invalid` naming the field where it contradicts itself.

    >>> Task.from_json({"kind": "forecast", "time": "month"}).says
    'forecast, time month'
    """

    kind: TaskKind = TaskKind.CLASSIFICATION
    query: str | None = None
    """Ranking: the column that says which query a row belongs to."""
    time: str | None = None
    """Forecast: the column with the time of a row, a number or ISO 8601."""
    series: str | None = None
    """Forecast: the column that tells series apart; None: there is one."""
    classes: tuple[str, ...] = ()
    """Classes, in the order of the model's scores; none: those that the model itself names."""
    quantiles: tuple[float, ...] = ()
    """Forecast: which quantile each of the model's numbers is, rising; none: one number."""

    def __post_init__(self) -> None:
        for name in ("query", "time", "series", "classes", "quantiles"):
            said = getattr(self, name)
            if said and name not in TAKES[self.kind]:
                expected = f"nothing: it has no say for the task {self.kind}"
                raise Invalid(field=f"task.{name}", value=said, expected=expected)
        needed = NEEDED.get(self.kind)
        if needed is not None and not getattr(self, needed[0]):
            raise Invalid(field=f"task.{needed[0]}", expected=needed[1])
        if self.classes and (len(self.classes) < 2 or len(set(self.classes)) < len(self.classes)):
            raise Invalid(
                field="task.classes", value=list(self.classes), expected="two or more, each once"
            )
        if self.quantiles and not _rising(self.quantiles):
            raise Invalid(
                field="task.quantiles",
                value=list(self.quantiles),
                expected="rising numbers between 0 and 1, the middle one 0.5",
            )

    @property
    def nominal(self) -> float | None:
        """The level that the interval of the outermost quantiles is meant to have."""
        ends = self.quantiles
        return round(ends[-1] - ends[0], 12) if len(ends) > 1 else None

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The columns of the rows that it names, as pairs of field and column."""
        named = (("query", self.query), ("time", self.time), ("series", self.series))
        return tuple((f"task.{field}", name) for field, name in named if name is not None)

    @property
    def says(self) -> str:
        """In words: "forecast, time month, series shop"."""
        quantiles = ", ".join(f"{one:g}" for one in self.quantiles)
        said = {
            **{field.removeprefix("task."): name for field, name in self.columns},
            "classes": ", ".join(self.classes),
            "quantiles": quantiles,
        }
        return ", ".join([str(self.kind), *(f"{name} {one}" for name, one in said.items() if one)])

    def to_json(self) -> dict[str, Json]:
        """The task as it is stored; what was not said is left out."""
        found: dict[str, Json] = {"kind": str(self.kind)}
        found |= {field.removeprefix("task."): name for field, name in self.columns}
        if self.classes:
            found["classes"] = list(self.classes)
        if self.quantiles:
            found["quantiles"] = list(self.quantiles)
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Json]) -> Self:
        """The task that is said by `found`; raises `Invalid` naming the field."""
        unknown = sorted(
            set(found) - {"kind", *(name for names in TAKES.values() for name in names)}
        )
        if unknown:
            raise Invalid(
                field=f"task.{unknown[0]}", value=found[unknown[0]], expected="nothing: not known"
            )
        return cls(
            kind=kind_of(found.get("kind", "classification")),
            query=_name(found, "query"),
            time=_name(found, "time"),
            series=_name(found, "series"),
            classes=tuple(str(one) for one in _list(found, "classes")),
            quantiles=tuple(_number(one) for one in _list(found, "quantiles")),
        )


def kind_of(said: Json) -> TaskKind:
    """The kind of task called so; raises `Invalid`."""
    if said not in list(TaskKind):
        raise Invalid(field="task", value=said, expected=f"one of: {', '.join(TaskKind)}")
    return TaskKind(str(said))


def _rising(found: Sequence[float]) -> bool:
    ends = all(0 < one < 1 for one in found)
    order = all(low < high for low, high in pairwise(found))
    return ends and order and len(found) % 2 == 1 and found[len(found) // 2] == MEDIAN


def _name(found: Mapping[str, Json], field: str) -> str | None:
    name = found.get(field)
    if name is not None and (not isinstance(name, str) or not name):
        raise Invalid(field=f"task.{field}", value=name, expected="the name of a column")
    return name


def _list(found: Mapping[str, Json], field: str) -> Sequence[Json]:
    given = found.get(field, ())
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise Invalid(field=f"task.{field}", value=given, expected="a list")
    return given


def _number(found: Json) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Invalid(field="task.quantiles", value=found, expected="numbers between 0 and 1")
    return float(found)

"""A model under test: all that a check of a model version may read, each part made when first read.

The server fills it from sealed files and kept data, a client from files or from a notebook's
objects; what they measure with it is the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.predicted import Predicted, Ranked
from gonogo.checks.inputs.probing import Ask, Probe, Rival
from gonogo.checks.inputs.schema import Schema, infer_schema
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.security.model_files import Kept
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.core.tasks import Task

if TYPE_CHECKING:
    import pandas as pd


Train = Callable[["pd.DataFrame", int], Ask]
"""Trains a model anew: rows with their label and a seed in, a model that answers out."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model that answers."""

    ask: Ask
    """Rows in, one score for each row out, greater is more of a yes."""
    features: tuple[str, ...]
    """The columns it reads."""
    native: Any = None
    """The model itself, where there is one: a booster, an estimator, a session."""
    outputs: Ask | None = None
    """All it says of a row, shape (n, k), where that is more than one score; None: `ask`."""


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """A version that was trained again."""

    ask: Ask
    told: Mapping[str, Json]
    """What is known of how the two were trained, for the evidence."""


@dataclass(frozen=True, eq=False)
class Stored:
    """The files of a registered version, and what is said of it."""

    lay_out: Callable[[], Path]
    """Lays the files out and says in which folder; called once, when the first check reads them."""
    card: Mapping[str, Json]
    """The model card's fields."""
    seals: Callable[[], Sequence[Kept]] | None = None
    """Compares the kept files with what was sealed; None where they are not kept here."""

    @cached_property
    def folder(self) -> Path:
        """The folder with its files."""
        return self.lay_out()


@dataclass(frozen=True, eq=False)
class UnderTest:
    """A model, rows to test it on, and what is known of both.

    Nothing is loaded or asked before a check reads it, so that one which reads files alone can be
    measured of a model that does not even load. Reading raises `Invalid` naming what is missing.
    """

    load: Callable[[], Model]
    rows: "pd.DataFrame"
    label: str | None = None
    """The column with the truth."""
    groups: tuple[str, ...] = ()
    """Group columns to compare."""
    schema: Schema = field(default_factory=list)
    """What is declared of the columns; nothing: what the rows themselves show."""
    threshold: float = 0.5
    """Score from which the model says yes."""
    rivals: tuple[Rival, ...] = ()
    """Other versions, to be asked about the same rows: the champion."""
    answers: Mapping[str, npt.ArrayLike] = field(default_factory=dict)
    """Scores of the same rows by models that cannot be asked, by address."""
    task: Task = field(default_factory=Task)
    """What the model is for, and the columns that are read for it."""
    worth: Parameters | None = None
    """The payoffs of the use case, where it says what its decisions are worth."""
    stored: Stored | None = None
    """Its files, where it is a stored model; None: an object in a notebook."""
    trained_on: "Callable[[], pd.DataFrame] | None" = None
    """Reads the rows that it was trained on, where they are kept."""
    train: Train | None = None
    """Trains it anew, where an estimator or a training function was handed in; never a stored
    model: its code is not run here."""
    estimator: Any = None
    """What was handed in to be trained anew: an estimator, or a training function."""
    again: Callable[[str], Again] | None = None
    """Gives the version that was trained again, by its address; None where versions are not kept
    here."""

    @cached_property
    def model(self) -> Model:
        """The model, loaded."""
        return self.load()

    @cached_property
    def said(self) -> npt.ArrayLike:
        """What it says of the rows, shape (n,)."""
        return self.model.ask(self.rows)

    @cached_property
    def outputs(self) -> npt.ArrayLike:
        """All it says of the rows, shape (n,) or (n, k): scores of classes, quantiles."""
        said = self.model.outputs
        return self.said if said is None else said(self.rows)

    @cached_property
    def all_outputs(self) -> Mapping[str, npt.ArrayLike]:
        """All that the models to compare with say of the rows, by address."""
        asked = {one.address: (one.outputs or one.ask)(self.rows) for one in self.rivals}
        return {**asked, **self.answers}

    @cached_property
    def truth(self) -> npt.NDArray[Any]:
        """What is true of the rows, shape (n,)."""
        if self.label is None:
            raise Invalid(
                field="data", expected="a dataset version with one label column, or a label"
            )
        return np.asarray(self.rows[self.label].to_numpy())

    @cached_property
    def scored(self) -> Scored:
        """The rows as a classifier's checks read them."""
        columns = {
            str(name): self.rows[name].to_numpy()
            for name in self.rows.columns
            if name != self.label
        }
        groups = {name: self.rows[name].to_numpy() for name in self.groups}
        return Scored(self.truth, self.said, groups, self.threshold, columns)

    @cached_property
    def predicted(self) -> Predicted:
        """The rows as the checks of predicted numbers read them."""
        return Predicted(self.truth, self.said)

    @cached_property
    def ranked(self) -> Ranked:
        """The rows as the checks of rankings read them."""
        query = self.task.query
        if query is None or query not in self.rows.columns:
            known = ", ".join(str(name) for name in self.rows.columns[:20])
            raise Invalid(
                field="task.query",
                value=query,
                expected=f"the column that says which query a row belongs to: {known}",
            )
        return Ranked(self.truth, self.said, self.rows[query].to_numpy())

    @cached_property
    def probe(self) -> Probe:
        """The model with the rows, to be asked about others."""
        read = self.model.features
        return Probe(
            self.model.ask,
            read,
            self.rows,
            self.schema or infer_schema(self.rows[list(read)]),
            None if self.label is None else self.truth,
            self.threshold,
            self.rivals,
        )

    @cached_property
    def versus(self) -> Mapping[str, npt.ArrayLike]:
        """What the models that are compared with say of the rows, by address."""
        asked = {rival.address: rival.ask(self.rows) for rival in self.rivals}
        return {**asked, **self.answers}

    @property
    def others(self) -> tuple[str, ...]:
        """The addresses of the models that are compared with."""
        return tuple(dict.fromkeys([*(rival.address for rival in self.rivals), *self.answers]))

    @cached_property
    def training(self) -> "pd.DataFrame | None":
        """The rows that it was trained on; None where they are not kept."""
        return None if self.trained_on is None else self.trained_on()

    @property
    def files(self) -> Stored:
        """Its stored files, laid out; raises `Invalid` where it is no stored model."""
        if self.stored is None:
            raise Invalid(field="check", expected="a stored model: it reads the files of a version")
        return self.stored

"""Measuring from files on this machine, by the code the server measures with: reported evidence."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gonogo.checks.data.rule_violations import CHECK as RULES
from gonogo.checks.data.rules.document import Document
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.schema import Role, Schema, columns_of, schema_from_json
from gonogo.checks.inputs.tabular import Format, format_of, read_table
from gonogo.checks.measure import measure_data
from gonogo.checks.measure_version import measure_version
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.streamed.large import is_large, measure_large
from gonogo.checks.streamed.parquet import Tell, silent
from gonogo.checks.tasked import answering
from gonogo.checks.under_test import Model, Stored, UnderTest
from gonogo.core.errors import Conflict, Invalid, NotFound
from gonogo.core.evidence import Parameters
from gonogo.core.tasks import Task
from gonogo.schemas.cases import Case
from gonogo.schemas.models import Version
from gonogo.sdk.datasets import DatasetVersion
from gonogo.sdk.files import opened

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to measure on, and what is known of their columns."""

    frame: "pd.DataFrame"
    label: str
    groups: tuple[str, ...]
    schema: Schema


def rows_of(
    *,
    file: Path | None,
    data: DatasetVersion | None,
    label: str | None,
    groups: Sequence[str],
) -> Rows:
    """The rows of `file`, or of the dataset version `data`; both: `file` must be that version's.

    Label and groups are those the version declares, unless said. Raises `Invalid` or `Conflict`.
    """
    if file is None and data is None:
        raise Invalid(field="data", expected="a dataset version, or a file with the rows")
    frame = _frame(file, data)
    schema: Schema = [] if data is None else schema_from_json(data.told.columns)
    named = label or next(iter(columns_of(schema, Role.LABEL)), None)
    if named is None:
        raise Invalid(field="label", expected="the column with the truth")
    known = tuple(groups) or columns_of(schema, Role.PROTECTED)
    for field, name in [("label", named), *(("group", group) for group in known)]:
        if name not in frame.columns:
            listed = ", ".join(str(column) for column in frame.columns[:20])
            raise Invalid(field=field, value=name, expected=f"a column of the data: {listed}")
    return Rows(without_codes(frame, schema), named, known, schema)


def model_findings(
    model: Path,
    rows: Rows,
    version: Version,
    *,
    checks: Sequence[Asked] = (),
    worth: Parameters | None = None,
    trained_on: DatasetVersion | None = None,
    level: float = 0.95,
    seed: int = 7,
) -> list[Finding]:
    """What the model stored at `model`, a folder or a file, shows on `rows`; by all checks or some.

    Its threshold and its card are those of the registered `version`; `worth` says the payoffs of
    its use case, for what its decisions are worth; `trained_on` the rows of its training. Raises
    `Invalid` as `measure_version`, and for a file that is no model or carries code.
    """
    with _folder(model) as folder:
        task = Task.from_json(version.task)

        def load() -> Model:
            return answering(load_predictor(folder), task)

        under = UnderTest(
            load=load,
            rows=rows.frame,
            label=rows.label,
            groups=rows.groups,
            schema=rows.schema,
            threshold=version.threshold,
            task=task,
            worth=worth,
            stored=Stored(lambda: folder, version.card),
            trained_on=None if trained_on is None else trained_on.frame,
        )
        return measure_version(under, checks or None, level=level, seed=seed)


def payoffs_of(case: Case) -> Parameters | None:
    """What the value checks ask for, where the use case says it."""
    if case.value is None:
        return None
    return case.value.model_dump(exclude={"decisions_per_year"}, exclude_none=True)


def data_findings(
    file: Path,
    version: DatasetVersion,
    *,
    checks: Sequence[Asked] = (),
    rules: Document | None = None,
    at: datetime | None = None,
    tell: Tell = silent,
) -> list[Finding]:
    """What `file`, which must be the file of `version`, shows by `checks` or the usual ones.

    `rules` are those in force for the dataset, `at` is the time of measuring, for the checks that
    ask for them. A large file is read as it passes, wherever a check can be; `tell` is told how far
    it is.
    """
    schema = schema_from_json(version.told.columns)
    label = version.told.label

    def hold(wanted: Sequence[Asked] | None) -> list[Finding]:
        rows = _frame(file, version)
        return measure_data(rows, schema, label=label, checks=wanted, at=at, rules=rules)

    if not is_large(Format(version.told.format), version.told.rows):
        return hold(checks or None)
    with opened(file) as source:
        _check_same(source, file, version)
        return measure_large(
            source,
            schema,
            label=label,
            checks=checks or None,
            beside=[] if rules is None else [Asked(RULES)],
            hold=hold,
            tell=tell,
        )


def _frame(file: Path | None, data: DatasetVersion | None) -> "pd.DataFrame":
    if file is None:
        return cast("DatasetVersion", data).frame()
    with opened(file) as source:
        if data is not None:
            _check_same(source, file, data)
        told: dict[str, Any] = {}
        if data is not None:
            told = {"delimiter": data.told.delimiter, "columns": len(data.told.columns)}
        return read_table(source, format_of(source), **told)


def _check_same(source: BufferedReader, file: Path, data: DatasetVersion) -> None:
    found = hashlib.file_digest(source, "sha256").hexdigest()
    if found != data.told.sha256:
        raise Conflict(
            field="file",
            value=f"{file}, SHA-256 {found[:12]}",
            expected=f"the file of {data.subject}: a changed file is another version",
        )


@contextmanager
def _folder(model: Path) -> Iterator[Path]:
    """A folder with the model in it: the one given, or a new one around a file."""
    if model.is_dir():
        yield model
        return
    if not model.is_file():
        raise NotFound(field="model", value=str(model), expected="a model's folder or file")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(model, folder)
        yield Path(folder)

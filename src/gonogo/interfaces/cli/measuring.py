"""Command line: how `gonogo evidence measure` has something measured, here or by the server."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.checks.findings.finding import Asked as Check
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.specs.shape import CheckSpec
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.tasks import TaskKind
from gonogo.core.times import system_clock
from gonogo.schemas import evidence as schemas

if TYPE_CHECKING:
    from gonogo.sdk.client import Client


Value = str | int | float | bool
"""What a parameter can be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured, and how."""

    checks: tuple[str, ...]
    """Names in the catalogue; none: all there are."""
    level: float
    seed: int
    said: tuple[str, ...] = ()
    """Parameters as they were written, `name=value`: of the one check that is asked."""

    def of_model(self, about: Subject) -> list[Check]:
        """The checks of a model version that are asked, with what was said of them; or none.

        Level and seed go beside them: which of them a check takes is not said here.
        """
        self._check_known(about)
        return [Check(name, dict(self._said(name))) for name in self.checks]

    def of_dataset(self, about: Subject) -> list[Check]:
        """The checks of a dataset version that are asked, with all their parameters; or none."""
        self._check_known(about)
        usual: dict[str, Value] = {"level": self.level, "seed": self.seed}
        found = []
        for name in self.checks:
            spec = check_spec(name)
            taken = {key: one for key, one in usual.items() if spec.parameter(key) is not None}
            found.append(Check(name, taken | dict(self._said(name))))
        return found

    def _check_known(self, about: Subject) -> None:
        """Raises `Invalid` for a check not about such a thing, for parameters of no one check."""
        # Which check is about what is known where they are measured, which loads numpy.
        from gonogo.checks.about import about_dataset, about_version

        fit = about_dataset() if about.kind is SubjectKind.DATASET else about_version()
        for name in self.checks:
            if check_spec(name).name not in fit:
                raise Invalid(
                    field="check",
                    value=name,
                    expected=f"one about a {about.kind} version: {', '.join(fit)}",
                )
        if self.said and len(self.checks) != 1:
            raise Invalid(field="--with", value=self.said[0], expected="one --check it is said of")

    def _said(self, check: str) -> list[tuple[str, Value]]:
        return [_said(check_spec(check), text) for text in self.said]


def _said(spec: CheckSpec, text: str) -> tuple[str, Value]:
    """A parameter as it was written, `name=value`; raises `Invalid`."""
    name, _, value = text.partition("=")
    parameter = spec.parameter(name)
    if parameter is None or not value:
        known = ", ".join(one.name for one in spec.parameters) or "no parameters"
        raise Invalid(field="--with", value=text, expected=f"NAME=VALUE, a name of: {known}")
    try:
        return name, parameter.kind(value)
    except ValueError as error:
        wanted = f"{parameter.kind.__name__}: {parameter.meaning}"
        raise Invalid(field=f"--with {name}", value=value, expected=wanted) from error


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows are measured on, and what their columns are."""

    file: Path | None
    data: str | None
    """Address of a dataset version."""
    label: str | None
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoredTable:
    """Rows that a model scored already, and what their columns are."""

    file: Path
    score: str | None
    rows: Rows


def refuse(about: Subject, given: Mapping[str, object]) -> None:
    """Raise `Invalid` for an option that says nothing about such a thing, measured so."""
    for name, value in given.items():
        if value is not None:
            raise Invalid(
                field=f"--{name}",
                value=str(value),
                expected=f"nothing: it has no say when {about} is measured so",
            )


def by_server(
    client: "Client",
    about: Subject,
    asked: Asked,
    data: str | None,
    groups: list[str] | None,
    tell: Callable[[int, int], None],
) -> list[schemas.Evidence]:
    """What the server finds of a model version itself."""
    checks = asked.of_model(about)
    version = client.version(about.name, str(about.version))
    made = version.reproduce(
        data=data,
        groups=groups,
        level=asked.level,
        seed=asked.seed,
        checks=checks or None,
        tell=tell,
    )
    return _among(version.evidence(), made.entries)


def by_client(
    client: "Client", about: Subject, asked: Asked, model: Path, rows: Rows
) -> list[schemas.Evidence]:
    """What a model stored here shows on rows, reported as evidence of a version."""
    # Measuring loads numpy and SciPy; a command that only asks starts without them.
    from gonogo.sdk.measuring import model_findings, payoffs_of, rows_of

    checks = asked.of_model(about)
    version = client.version(about.name, str(about.version))
    told = version.read()
    data = None if rows.data is None else client.dataset(rows.data)
    found = model_findings(
        model,
        rows_of(file=rows.file, data=data, label=rows.label, groups=rows.groups),
        told,
        checks=checks,
        worth=payoffs_of(client.case(told.case).read()),
        trained_on=None if told.data is None else client.dataset(told.data),
        level=asked.level,
        seed=asked.seed,
    )
    made = version.record(found, data=rows.data)
    return _among(version.evidence(), [one.digest for one in made.entries])


def by_scores(
    client: "Client",
    about: Subject,
    asked: Asked,
    table: ScoredTable,
    tell: Callable[[int, int], None],
) -> list[schemas.Evidence]:
    """What a table shows that the model scored, reported as evidence of a version."""
    from gonogo.sdk.scored_files import measure_scored

    checks, rows = asked.of_model(about), table.rows
    if table.score is None:
        raise Invalid(field="--score", expected="the column with what the model said")
    version = client.version(about.name, str(about.version))
    told = version.read()
    if told.task["kind"] != TaskKind.CLASSIFICATION:
        raise Invalid(
            field="--score",
            value=f"{about} is for the task {told.task['kind']}",
            expected="its model, --model, or the server: a table of scores says yes or no",
        )
    declared = None if rows.data is None else client.dataset(rows.data).told
    label = rows.label or (None if declared is None else declared.label)
    if label is None:
        raise Invalid(field="--label", expected="the column with the truth, 0 or 1")
    found = measure_scored(
        table.file,
        label=label,
        score=table.score,
        groups=rows.groups or (() if declared is None else declared.protected),
        threshold=told.threshold,
        checks=checks or None,
        level=asked.level,
        seed=asked.seed,
        tell=tell,
    )
    made = version.record(found, data=rows.data)
    return _among(version.evidence(), [one.digest for one in made.entries])


def of_dataset(
    client: "Client",
    about: Subject,
    asked: Asked,
    file: Path | None,
    reference: str | None,
    tell: Callable[[int, int], None],
) -> list[schemas.Evidence]:
    """What is found of a dataset version: by the server, or here from a copy of its file."""
    checks = asked.of_dataset(about)
    version = client.dataset(str(about))
    if file is None:
        made = version.measure(reference=reference, checks=checks or None).entries
        return _among(version.evidence(), made)
    refuse(about, {"reference": reference})
    from gonogo.checks.data.rules.reading import parse
    from gonogo.sdk.measuring import data_findings

    rules = client.data_rules(about.name).in_force()
    held = None if rules is None else parse(rules.text)
    found = data_findings(file, version, checks=checks, rules=held, at=system_clock(), tell=tell)
    entries = version.record(found).entries
    return _among(version.evidence(), [one.digest for one in entries])


def _among(found: Iterable[schemas.Evidence], entries: Collection[str]) -> list[schemas.Evidence]:
    """The evidence just recorded."""
    return [one for one in found if one.digest in entries]

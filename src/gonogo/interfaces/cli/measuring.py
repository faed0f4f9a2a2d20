"""Command line: how `gonogo evidence measure` has something measured, here or by the server."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.checks.finding import Asked as Check
from gonogo.core.areas import Area
from gonogo.core.catalogue import CATALOGUE, check_spec
from gonogo.core.errors import Invalid
from gonogo.core.specs.privacy import OF_ROWS
from gonogo.core.specs.shape import CheckSpec
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.schemas import evidence as schemas

if TYPE_CHECKING:
    from gonogo.sdk.client import Client


ON_REQUEST = frozenset({Area.ROBUSTNESS, Area.SECURITY})
"""What the server measures of a model version only by name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured, and how."""

    checks: tuple[str, ...]
    """Names in the catalogue; none: all there are."""
    level: float
    seed: int
    said: tuple[str, ...] = ()
    """Parameters as they were written, `name=value`: of the one check that is asked."""

    def data_checks(self, about: Subject) -> list[Check]:
        """The checks of a dataset version that are asked, with their parameters; or none.

        Raises `Invalid` for parameters without one check they are of, and as `of`.
        """
        self.of(about)
        if self.said and len(self.checks) != 1:
            raise Invalid(field="--with", value=self.said[0], expected="one --check it is said of")
        return [Check(name, self._parameters(check_spec(name))) for name in self.checks]

    def of(self, about: Subject) -> frozenset[str]:
        """The checks that are asked; raises `Invalid` for one that is not about such a thing."""
        dataset = about.kind is SubjectKind.DATASET
        fit = [
            name
            for name, spec in CATALOGUE.items()
            if (spec.area is Area.DATA or name in OF_ROWS) is dataset
        ]
        for name in self.checks:
            if check_spec(name).name not in fit:
                raise Invalid(
                    field="check",
                    value=name,
                    expected=f"one about a {about.kind} version: {', '.join(fit)}",
                )
        return frozenset(self.checks)

    def _parameters(self, spec: CheckSpec) -> dict[str, str | int | float | bool]:
        usual: dict[str, str | int | float | bool] = {"level": self.level, "seed": self.seed}
        found = {name: value for name, value in usual.items() if spec.parameter(name) is not None}
        return found | dict(_said(spec, text) for text in self.said)


def _said(spec: CheckSpec, text: str) -> tuple[str, str | int | float | bool]:
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
    client: "Client", about: Subject, asked: Asked, data: str | None, groups: list[str] | None
) -> list[schemas.Evidence]:
    """What the server finds of a model version itself."""
    checks = asked.of(about)
    version = client.version(about.name, str(about.version))
    # Without being named these are not measured: nobody waits for a model to be asked so often.
    by_name = asked.said or any(check_spec(name).area in ON_REQUEST for name in checks)
    made = version.reproduce(
        data=data,
        groups=groups,
        level=asked.level,
        seed=asked.seed,
        checks=asked.data_checks(about) if by_name else None,
    )
    return _among(version.evidence(), made.entries, checks)


def by_client(
    client: "Client", about: Subject, asked: Asked, model: Path, rows: Rows
) -> list[schemas.Evidence]:
    """What a model stored here shows on rows, reported as evidence of a version."""
    # Measuring loads numpy and SciPy; a command that only asks starts without them.
    from gonogo.sdk.measuring import model_findings, payoffs_of, rows_of

    checks = asked.of(about)
    version = client.version(about.name, str(about.version))
    told = version.read()
    data = None if rows.data is None else client.dataset(rows.data)
    found = model_findings(
        model,
        rows_of(file=rows.file, data=data, label=rows.label, groups=rows.groups),
        told,
        checks=checks,
        worth=payoffs_of(client.case(told.case).read()),
        level=asked.level,
        seed=asked.seed,
    )
    made = version.record(found, data=rows.data)
    return _among(version.evidence(), [one.digest for one in made.entries], checks)


def of_dataset(
    client: "Client", about: Subject, asked: Asked, file: Path | None, reference: str | None
) -> list[schemas.Evidence]:
    """What is found of a dataset version: by the server, or here from a copy of its file."""
    checks = asked.data_checks(about)
    version = client.dataset(str(about))
    if file is None:
        made = version.measure(reference=reference, checks=checks or None).entries
        return _among(version.evidence(), made, asked.checks)
    refuse(about, {"reference": reference})
    from gonogo.sdk.measuring import data_findings

    entries = version.record(data_findings(file, version, checks=checks)).entries
    return _among(version.evidence(), [one.digest for one in entries], asked.checks)


def _among(
    found: Iterable[schemas.Evidence], entries: Collection[str], checks: Collection[str]
) -> list[schemas.Evidence]:
    """The evidence just recorded, by the checks that were asked for."""
    return [one for one in found if one.digest in entries and (not checks or one.check in checks)]

"""The form that registers a hypothesis: what was filled in, and what there is to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.specs.shape import CheckSpec
from gonogo.domain.cases import tables as cases
from gonogo.domain.datasets import reads as datasets
from gonogo.domain.datasets.rules import version_subject
from gonogo.store.work import Work
from gonogo.views.library import TriedPage, tried
from gonogo.views.refused import Refused

DATASETS = 200
"""Datasets whose newest version is offered."""

START: Mapping[str, str] = {"prior": "0.5", "significance": "0.05", "power": "0.8"}
"""What a new form begins with."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check that a criterion can ask for."""

    name: str
    title: str
    answers: str
    unit: str
    needs: tuple[str, ...]
    """Parameters that must be said."""
    takes: tuple[str, ...]
    """Parameters that may be said."""


@dataclass(frozen=True, slots=True)
class HypothesisFormPage:
    """The form of a new hypothesis."""

    case: str
    case_title: str
    values: Mapping[str, str]
    criteria: int
    """How many criteria there is room for."""
    today: str
    checks: tuple[CheckLine, ...]
    datasets: tuple[str, ...]
    """The newest version of each dataset."""
    tried: TriedPage
    """What was registered before and is like the statement."""
    refused: Refused | None


def form(
    work: Work,
    case: str,
    *,
    values: Mapping[str, str] = START,
    criteria: int = 1,
    refused: Refused | None = None,
) -> HypothesisFormPage:
    """The form, empty or with what was filled in before."""
    found = cases.get(work, case)
    known = datasets.listed(work, limit=DATASETS).items
    return HypothesisFormPage(
        case=found.slug,
        case_title=found.text.title,
        values=values,
        criteria=criteria,
        today=work.at[:10],
        checks=tuple(_check(spec) for spec in CATALOGUE.values()),
        datasets=tuple(str(version_subject(one.name, one.latest)) for one in known),
        tried=tried(work, values.get("statement", "")),
        refused=refused,
    )


def _check(spec: CheckSpec) -> CheckLine:
    return CheckLine(
        name=spec.name,
        title=spec.title,
        answers=spec.answers,
        unit=spec.unit,
        needs=tuple(one.name for one in spec.parameters if one.required),
        takes=tuple(one.name for one in spec.parameters if not one.required),
    )

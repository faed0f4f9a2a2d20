"""The form into which the file of another tool is put, to become a plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.domain.cases import tables as cases
from gonogo.domain.plans import reads
from gonogo.domain.plans.imports.reading import Format
from gonogo.store.work import Work
from gonogo.views.refused import Refused

NAMES: Mapping[Format, str] = {
    Format.AUTO: "what it looks like",
    Format.CSV: "CSV with our columns",
    Format.JIRA_CSV: "Jira, CSV export",
    Format.JIRA_JSON: "Jira, JSON of its search",
    Format.GITHUB: "GitHub issues, JSON",
    Format.MS_PROJECT: "MS Project, XML",
}


@dataclass(frozen=True, slots=True)
class PlanImportPage:
    """A file that is to become a plan."""

    case: str
    title: str
    in_force: int
    """The number of the plan in force; 0 where there is none."""
    formats: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    """What was filled in."""
    refused: Refused | None


def page(
    work: Work,
    case: str,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> PlanImportPage:
    """The form; raises `NotFound` for no such use case."""
    found = cases.get(work, case)
    now = reads.in_force(work, case)
    return PlanImportPage(
        case=case,
        title=found.text.title,
        in_force=0 if now is None else now.number,
        formats=tuple((str(form), name) for form, name in NAMES.items()),
        values=values or {},
        refused=refused,
    )

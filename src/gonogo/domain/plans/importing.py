"""A plan from a file of another tool, on what is in force for a use case; nothing is saved."""

from dataclasses import replace

from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.plans import tables
from gonogo.domain.plans.imports.items import Imported, Options
from gonogo.domain.plans.imports.reading import Format, ReadPlan, convert, imported
from gonogo.store.work import Work


def read(
    work: Work, case: str, text: str, form: Format, options: Options, *, keep: bool = False
) -> ReadPlan:
    """The plan in `text` as YAML; raises `Invalid` by row and field, `TooLarge`, `NotFound`.

    `keep`: everything of the plan in force but its steps.
    """
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    base = tables.newest(work, case).text if keep else ""
    return convert(text, form, replace(options, base=base))


def items(work: Work, case: str, text: str, form: Format, options: Options) -> Imported | None:
    """What `text` says before it is a plan; None where it is one already. Raises as `read`."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return imported(text, form, options)

"""Measuring a dataset version on the server, from the file it keeps: reproduced evidence."""

from collections.abc import Sequence
from datetime import datetime

from gonogo.checks.data import Reference
from gonogo.checks.data_rules.document import Document
from gonogo.checks.finding import Asked, Finding
from gonogo.checks.measure import measure_data
from gonogo.checks.schema import Role, columns_of, schema_from_json
from gonogo.domain.datasets.reads import frame
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.store.files import Files


def measure(
    files: Files,
    version: DatasetVersion,
    reference: DatasetVersion | None = None,
    *,
    checks: Sequence[Asked] | None = None,
    at: datetime | None = None,
    rules: Document | None = None,
) -> Sequence[Finding]:
    """What the data checks find in `version`, compared with `reference` where there is one.

    By the usual checks, or by `checks`; `at` is the time of measuring, and `rules` are those in
    force, for those that ask for them.
    Raises `Invalid` where a check lacks what it is asked with, and `Broken` where a file is not
    what was registered.
    """
    against = None
    if reference is not None:
        against = Reference(str(reference.subject), frame(files, reference))
    schema = schema_from_json(list(version.about.columns))
    label = next(iter(columns_of(schema, Role.LABEL)), None)
    rows = frame(files, version)
    return measure_data(
        rows, schema, label=label, reference=against, checks=checks, at=at, rules=rules
    )

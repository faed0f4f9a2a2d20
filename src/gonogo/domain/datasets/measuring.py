"""Measuring a dataset version on the server, from the file it keeps: reproduced evidence."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import BinaryIO

from gonogo.checks.data.declared import Reference
from gonogo.checks.data.rule_violations import CHECK as RULES
from gonogo.checks.data.rules.document import Document
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import Role, columns_of, schema_from_json
from gonogo.checks.inputs.tabular import Format
from gonogo.checks.measure import measure_data
from gonogo.checks.streamed.large import is_large, measure_large
from gonogo.checks.streamed.parquet import ReferenceFile
from gonogo.checks.table import OVERLAP
from gonogo.domain.datasets.reads import frame, verify
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
    force, for those that ask for them. A large file is read as it passes, wherever a check can be.
    Raises `Invalid` where a check lacks what it is asked with, and `Broken` where a file is not
    what was registered.
    """
    schema = schema_from_json(list(version.about.columns))
    label = next(iter(columns_of(schema, Role.LABEL)), None)

    def hold(wanted: Sequence[Asked] | None) -> Sequence[Finding]:
        against = None
        if reference is not None:
            against = Reference(str(reference.subject), frame(files, reference))
        rows = frame(files, version)
        return measure_data(
            rows, schema, label=label, reference=against, checks=wanted, at=at, rules=rules
        )

    if not is_large(version.content.format, version.content.rows):
        return hold(checks)
    with ExitStack() as stack:
        source = stack.enter_context(_verified(files, version))
        known, beside = None, [] if rules is None else [Asked(RULES)]
        if reference is not None and reference.content.format is Format.PARQUET:
            opened = stack.enter_context(_verified(files, reference))
            known = ReferenceFile(str(reference.subject), opened)
        elif reference is not None:
            # A CSV does not pass; its rows are held for the one check that reads them.
            beside = [Asked(OVERLAP), *beside]
        return measure_large(
            source,
            schema,
            label=label,
            reference=known,
            checks=checks,
            beside=beside,
            hold=hold,
        )


@contextmanager
def _verified(files: Files, version: DatasetVersion) -> Iterator[BinaryIO]:
    """The file of a version, once its bytes were found to be what was registered."""
    verify(files, version)
    with files.open(version.content.digest) as source:
        yield source

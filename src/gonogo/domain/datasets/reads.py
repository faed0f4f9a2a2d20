"""Questions asked of datasets, and of the files that their versions are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, func, select

from gonogo.checks.inputs.tabular import read_table
from gonogo.core.errors import Broken, Invalid, NotFound
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.datasets.rules import Dataset, DatasetVersion
from gonogo.domain.datasets.tables import get, to_version, versions
from gonogo.store.files import Files
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work

if TYPE_CHECKING:
    import pandas as pd


def listed(work: Work, *, cursor: str | None = None, limit: int = 50) -> Page[Dataset]:
    """Datasets by name."""
    limit = max(1, min(limit, MOST))
    newest = select(
        versions,
        func.count().over(partition_by=versions.c.name).label("versions_count"),
        func.row_number()
        .over(
            partition_by=versions.c.name,
            order_by=(versions.c.registered_at.desc(), versions.c.subject),
        )
        .label("rank"),
    ).subquery()
    query = select(newest).where(newest.c.rank == 1).order_by(newest.c.name).limit(limit + 1)
    after = read_cursor(cursor, str)
    if after is not None:
        query = query.where(newest.c.name > after)
    found = [
        Dataset(row.name, row.versions_count, row.fingerprint, row.registered_at)
        for row in work.connection.execute(query)
    ]
    return page_of(found, limit, lambda dataset: dataset.name)


def versions_of(work: Work, name: str) -> list[DatasetVersion]:
    """Versions of a dataset, newest first; raises `NotFound` where there is none."""
    rows = work.connection.execute(
        select(versions)
        .where(versions.c.name == name)
        .order_by(versions.c.registered_at.desc(), versions.c.subject)
    )
    found = [to_version(row) for row in rows]
    if not found:
        raise NotFound(field="dataset", value=name, expected="the name of a dataset")
    return found


def found(work: Work, subjects: Sequence[str]) -> dict[str, DatasetVersion]:
    """Those of these versions that are registered, by address, in one query."""
    rows = work.connection.execute(select(versions).where(versions.c.subject.in_(list(subjects))))
    return {row.subject: to_version(row) for row in rows}


def made_from(work: Work, subject: str, limit: int = MOST) -> list[DatasetVersion]:
    """The versions that name this one as a parent, newest first."""
    rows = work.connection.execute(
        select(versions)
        # An address holds no character that JSON would escape, so its text is found in quotes.
        .where(cast(versions.c.lineage, Text).contains(f'"{subject}"', autoescape=True))
        .order_by(versions.c.registered_at.desc(), versions.c.subject)
        .limit(limit)
    )
    return [child for child in map(to_version, rows) if subject in child.about.parents]


def named(work: Work, subject: str | None, *, field: str) -> DatasetVersion | None:
    """The version with this address, None where none is named; raises `NotFound`."""
    return None if subject is None else need(work, subject, field)


def need(work: Work, subject: str, field: str) -> DatasetVersion:
    """The version with this address; raises `Invalid` or `NotFound` naming `field`."""
    expected = "a dataset version, dataset:name@version"
    try:
        found = Subject.parse(subject)
    except Invalid as error:
        raise Invalid(field=field, value=subject, expected=expected) from error
    if found.kind is not SubjectKind.DATASET or found.version is None:
        raise Invalid(field=field, value=subject, expected=expected)
    return get(work, found.name, found.version)


def frame(files: Files, version: DatasetVersion) -> "pd.DataFrame":
    """The rows of a version; raises `Broken` where its file is not what was registered."""
    verify(files, version)
    content = version.content
    with files.open(content.digest) as source:
        return read_table(
            source,
            content.format,
            delimiter=content.delimiter,
            columns=len(version.about.columns),
        )


def verify(files: Files, version: DatasetVersion) -> None:
    """Hash the file again; raises `Broken` naming the version whose file changed or is gone."""
    try:
        files.verify(version.content.digest)
    except (Broken, NotFound) as error:
        raise Broken(
            field=str(version.subject),
            value="no file" if isinstance(error, NotFound) else error.value,
            expected=f"the file whose SHA-256 is {version.content.digest}",
            message="The file of this dataset version changed after it was fixed",
        ) from error

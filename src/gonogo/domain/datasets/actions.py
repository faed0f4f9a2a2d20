"""What can be done with a dataset: register a version of it. Nothing changes one afterwards."""

from gonogo.core.errors import Invalid
from gonogo.core.roles import Action, role
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.subjects import slug as checked_slug
from gonogo.domain.datasets import tables
from gonogo.domain.datasets.rules import (
    About,
    Content,
    DatasetVersion,
    body,
    check_about,
    dataset_subject,
    same_or_conflict,
    version_subject,
)
from gonogo.store.work import Work


def allow_register(work: Work, name: str) -> None:
    """Go on if the caller may register a version of `name`; asked before a file is read."""
    checked_slug("name", name)
    work.allow(Action.DATASET_REGISTER, on=dataset_subject(name))


def register(work: Work, name: str, content: Content, about: About) -> DatasetVersion:
    """A version of the dataset `name`, whose file was put away and read before.

    The same bytes said to be the same are the version that is there; said to be something else
    they raise `Conflict`.
    """
    allow_register(work, name)
    role("owner_role", about.owner_role)
    check_about(about)
    before = tables.find(work, name, content.fingerprint)
    if before is not None:
        same_or_conflict(before, content, about)
        return before
    _need_parents(work, about)
    dataset, subject = dataset_subject(name), version_subject(name, content.fingerprint)
    known = work.subjects.known(dataset)
    if not known:
        work.subjects.add(dataset, title=name)
    work.subjects.add(subject, parent=dataset, title=f"{name} {content.fingerprint}")
    entry = work.append("dataset", subject, body(content, about))
    if not known:
        work.connection.execute(tables.datasets.insert().values(name=name, entry=entry.digest))
    version = DatasetVersion(name, content, about, work.at, str(work.caller.actor), entry.digest)
    tables.put(work, version)
    return version


def _need_parents(work: Work, about: About) -> None:
    for number, parent in enumerate(about.parents):
        field = f"parents.{number}"
        subject = Subject.parse(parent)
        if subject.kind is not SubjectKind.DATASET or subject.version is None:
            raise Invalid(
                field=field, value=parent, expected="a dataset version, dataset:name@version"
            )
        work.subjects.need(subject, field=field)

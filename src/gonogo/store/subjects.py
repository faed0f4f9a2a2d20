"""The tree of subjects: what stands below what, for permissions and for finding one's way."""

from collections.abc import Iterable

from sqlalchemy import Column, Connection, String, Table, select

from gonogo.core.errors import NotFound
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.store.schema import metadata

subjects = Table(
    "subjects",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("parent", String(255), nullable=False, index=True),
    Column("title", String(500), nullable=False),
)


class SubjectTree:
    """The tree as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parents: dict[Subject, Subject | None] = {ORGANISATION: None}

    def add(self, subject: Subject, *, parent: Subject = ORGANISATION, title: str) -> None:
        """Give `subject` its place; it must not stand there yet."""
        self._connection.execute(
            subjects.insert().values(subject=str(subject), parent=str(parent), title=title[:500])
        )
        self._parents[subject] = parent

    def move(self, subject: Subject, parent: Subject) -> None:
        """Put `subject` below another one, as when a run turns out to test a hypothesis."""
        self._connection.execute(
            subjects.update().where(subjects.c.subject == str(subject)).values(parent=str(parent))
        )
        self._parents[subject] = parent

    def load(self, asked: Iterable[Subject]) -> None:
        """Read the places of many subjects and of what they stand below, one query a level."""
        missing = {subject for subject in asked if subject not in self._parents}
        while missing:
            rows = self._connection.execute(
                select(subjects.c.subject, subjects.c.parent).where(
                    subjects.c.subject.in_([str(subject) for subject in missing])
                )
            )
            found = {Subject.parse(row.subject): Subject.parse(row.parent) for row in rows}
            self._parents.update(found)
            missing = set(found.values()) - self._parents.keys()

    def known(self, subject: Subject) -> bool:
        """Whether `subject` has a place in the tree."""
        return self._parent(subject) is not None or subject == ORGANISATION

    def need(self, subject: Subject, field: str = "subject") -> Subject:
        """`subject` if it exists; raises `NotFound` otherwise."""
        if not self.known(subject):
            raise NotFound(field=field, value=str(subject), expected=f"a known {subject.kind}")
        return subject

    def hold(self, subject: Subject) -> None:
        """Make others that hold `subject` wait until this Work ends.

        What is read afterwards is what they left. SQLite lets one Work write at a time anyway.
        """
        self._connection.execute(
            select(subjects.c.subject).where(subjects.c.subject == str(subject)).with_for_update()
        )

    def lineage(self, subject: Subject) -> frozenset[Subject]:
        """`subject` and all its ancestors up to the organisation."""
        found = {subject, ORGANISATION}
        here = self._parent(subject)
        while here is not None and here not in found:
            found.add(here)
            here = self._parent(here)
        return frozenset(found)

    def ancestor(self, subject: Subject, kind: str) -> Subject | None:
        """The nearest of `subject` and its ancestors that is of `kind`."""
        here: Subject | None = subject
        while here is not None:
            if here.kind == kind:
                return here
            here = self._parent(here)
        return None

    def title(self, subject: Subject) -> str | None:
        """How `subject` is called on a page."""
        return self._connection.scalar(
            select(subjects.c.title).where(subjects.c.subject == str(subject))
        )

    def _parent(self, subject: Subject) -> Subject | None:
        if subject not in self._parents:
            found = self._connection.scalar(
                select(subjects.c.parent).where(subjects.c.subject == str(subject))
            )
            if found is None:
                return None
            self._parents[subject] = Subject.parse(found)
        return self._parents[subject]

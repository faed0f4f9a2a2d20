"""Papers of hypotheses, and the library that is searched, as they travel."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.hypotheses import Hypothesis

Line = Annotated[str, Field(max_length=2000)]


class NewPaper(Asked):
    """A paper to link: it has a reference or a title."""

    reference: Annotated[str, Field(max_length=300)] = ""
    """A DOI or an arXiv id, also written as an address."""
    title: Line = ""
    authors: Line = ""
    """Separated by semicolons."""
    year: Annotated[int, Field(ge=1500, le=2200)] | None = None
    note: Line = ""
    """What it has to do with the hypothesis."""


class NewPapers(Asked):
    """Papers to link, as BibTeX."""

    bibtex: Annotated[str, Field(min_length=1, max_length=500_000)]


class Paper(Told):
    """A paper linked to a hypothesis."""

    title: str
    authors: str
    year: int | None
    doi: str | None
    arxiv: str | None
    address: str | None
    """Where it can be read."""
    note: str
    at: str
    by: str
    entry: str
    """Digest of the entry that linked it, and its name."""


class Papers(Told):
    """Papers, in the order they were linked."""

    items: list[Paper]


class Lesson(Told):
    """What was claimed, what became of it, and what was read on it."""

    hypothesis: Hypothesis
    papers: list[Paper]


class Library(Told):
    """Lessons, the best fitting first."""

    items: list[Lesson]

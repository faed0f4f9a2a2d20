"""REST: papers of hypotheses, and the library of what was learned."""

from collections.abc import Sequence

from gonogo.core.roles import Action
from gonogo.domain.hypotheses import library, linking, paper_tables, papers, reads, tables
from gonogo.domain.hypotheses.papers import Linked
from gonogo.domain.hypotheses.rules import NEGATIVE, Hypothesis, State
from gonogo.interfaces.api.hypotheses import told as hypothesis_told
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.schemas import library as schemas
from gonogo.store.work import Work

routes = Routes("library")


@routes.get("/library")
def searched(
    work: Work,
    text: str = "",
    case: str | None = None,
    everything: bool = False,
    limit: int = 50,
) -> schemas.Library:
    """Refuted and inconclusive hypotheses that hold all the words of `text`, the best first.

    Words, "a phrase", -without. `everything`: those in any other state too. Without words: none is
    better than another, by address.
    """
    states = tuple(State) if everything else NEGATIVE
    if text.strip():
        found = library.searched(work, text, case=case, states=states, limit=limit)
    else:
        found = list(reads.listed(work, case=case, negative=not everything, limit=limit).items)
    return _library(work, found)


@routes.get("/library/tried")
def tried(work: Work, text: str, limit: int = 5) -> schemas.Library:
    """Whether this has been tried: hypotheses in any state that share words with `text`."""
    return _library(work, library.tried(work, text, limit=max(1, min(limit, 50))))


@routes.get("/hypotheses/{case}/{slug}/papers")
def listed(work: Work, case: str, slug: str) -> schemas.Papers:
    """Papers linked to a hypothesis."""
    subject = tables.get(work, case, slug).subject
    return _papers(paper_tables.of(work, [subject]).get(str(subject), []))


@routes.post("/hypotheses/{case}/{slug}/papers", action=Action.HYPOTHESIS_REGISTER)
def link(work: Work, case: str, slug: str, asked: schemas.NewPaper) -> Reply[schemas.Paper]:
    """Link a paper to a hypothesis, by DOI, arXiv id or title."""
    made = linking.link(work, case, slug, paper(asked), note=asked.note)
    return Reply(told(made), etag=made.entry)


@routes.post("/hypotheses/{case}/{slug}/papers/import", action=Action.HYPOTHESIS_REGISTER)
def import_(work: Work, case: str, slug: str, asked: schemas.NewPapers) -> schemas.Papers:
    """Link the papers of a BibTeX file, all or none; those that are linked already are left out."""
    return _papers(linking.import_bibtex(work, case, slug, asked.bibtex))


@routes.delete("/hypotheses/{case}/{slug}/papers/{entry}", action=Action.HYPOTHESIS_REGISTER)
def unlink(work: Work, case: str, slug: str, entry: str) -> schemas.Paper:
    """Take a link away; the ledger keeps that it was there."""
    return told(linking.unlink(work, case, slug, entry))


def paper(asked: schemas.NewPaper) -> papers.Paper:
    """What is asked, as the domain takes it."""
    doi, arxiv = papers.reference(asked.reference) if asked.reference else (None, None)
    return papers.paper(
        doi=doi, arxiv=arxiv, title=asked.title, authors=asked.authors, year=asked.year
    )


def told(found: Linked) -> schemas.Paper:
    """A paper as it travels."""
    return schemas.Paper(
        title=found.paper.title,
        authors=found.paper.authors,
        year=found.paper.year,
        doi=found.paper.doi,
        arxiv=found.paper.arxiv,
        address=found.paper.address,
        note=found.note,
        at=found.at,
        by=found.by,
        entry=found.entry,
    )


def _papers(found: Sequence[Linked]) -> schemas.Papers:
    return schemas.Papers(items=[told(one) for one in found])


def _library(work: Work, found: Sequence[Hypothesis]) -> schemas.Library:
    linked = paper_tables.of(work, [one.subject for one in found])
    criteria = reads.settlements(work, found)
    return schemas.Library(
        items=[
            schemas.Lesson(
                hypothesis=hypothesis_told(one, criteria.get(one.entry, ())),
                papers=[told(paper) for paper in linked.get(str(one.subject), [])],
            )
            for one in found
        ]
    )

"""What can be done with papers of a hypothesis: link them, import BibTeX, take a link away."""

from collections.abc import Sequence
from dataclasses import replace

from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict
from gonogo.core.roles import Action
from gonogo.domain.hypotheses import bibtex, library, paper_tables, tables
from gonogo.domain.hypotheses.papers import MOST, Linked, Paper
from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.store.ledger import Draft
from gonogo.store.work import Work


def link(work: Work, case: str, slug: str, paper: Paper, *, note: str = "") -> Linked:
    """Link a paper to a hypothesis, open or not; raises `Conflict` where it is linked already."""
    hypothesis, there = _held(work, case, slug)
    if paper.key in {one.paper.key for one in there}:
        raise Conflict(field="paper", value=paper.key, expected="a paper that is not linked yet")
    return _link(work, hypothesis, there, [(paper, note.strip())])[0]


def import_bibtex(work: Work, case: str, slug: str, text: str) -> list[Linked]:
    """Link the papers of a BibTeX file, all or none; those that are linked already are left out.

    Raises `Invalid` naming the line that is wrong.
    """
    hypothesis, there = _held(work, case, slug)
    known = {one.paper.key for one in there}
    new = {paper.key: paper for paper in bibtex.papers(text)}
    return _link(
        work, hypothesis, there, [(paper, "") for key, paper in new.items() if key not in known]
    )


def unlink(work: Work, case: str, slug: str, entry: str) -> Linked:
    """Take a link away; the ledger keeps that it was there."""
    hypothesis, there = _held(work, case, slug)
    linked = paper_tables.get(work, hypothesis.subject, entry)
    body: dict[str, Json] = {"v": 1, "key": linked.paper.key, "linked": entry}
    work.append("paper-unlinked", hypothesis.subject, body)
    paper_tables.remove(work, linked)
    library.take_up(work, hypothesis, [one for one in there if one.entry != entry])
    return linked


def _held(work: Work, case: str, slug: str) -> tuple[Hypothesis, list[Linked]]:
    """The hypothesis, for a caller who may, and the papers it has."""
    hypothesis = tables.get(work, case, slug)
    work.allow(Action.HYPOTHESIS_REGISTER, on=hypothesis.subject)
    there = paper_tables.of(work, [hypothesis.subject]).get(str(hypothesis.subject), [])
    return hypothesis, there


def _link(
    work: Work, hypothesis: Hypothesis, there: list[Linked], new: Sequence[tuple[Paper, str]]
) -> list[Linked]:
    if len(there) + len(new) > MOST:
        raise Conflict(
            field="papers",
            value=len(there) + len(new),
            expected=f"at most {MOST} papers of a hypothesis",
        )
    made = [
        Linked(hypothesis.subject, paper, note, work.at, str(work.caller.actor), "")
        for paper, note in new
    ]
    drafts = [Draft("paper", hypothesis.subject, one.body()) for one in made]
    linked = [
        replace(one, entry=entry.digest)
        for one, entry in zip(made, work.append_all(drafts), strict=True)
    ]
    for one in linked:
        paper_tables.put(work, one)
    if linked:
        library.take_up(work, hypothesis, [*there, *linked])
    return linked

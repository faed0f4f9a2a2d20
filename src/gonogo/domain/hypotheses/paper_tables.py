"""Rows of papers linked to hypotheses."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, Text, select

from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.domain.hypotheses.papers import Linked, Paper
from gonogo.store.schema import metadata
from gonogo.store.work import Work

papers = Table(
    "papers",
    metadata,
    Column("entry", String(64), ForeignKey("ledger.digest"), primary_key=True),
    Column("hypothesis", String(255), ForeignKey("hypotheses.subject"), nullable=False, index=True),
    # What makes it the same paper, however it was named: its DOI, arXiv id or title.
    Column("key", String(300), nullable=False),
    Column("title", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("year", Integer, nullable=True),
    Column("doi", String(255), nullable=True),
    Column("arxiv", String(64), nullable=True),
    Column("note", Text, nullable=False),
    Column("at", String(24), nullable=False),
    Column("by", String(255), nullable=False),
    Index("uq_papers_hypothesis_key", "hypothesis", "key", unique=True),
)


def put(work: Work, linked: Linked) -> None:
    """Write a new link."""
    paper = linked.paper
    work.connection.execute(
        papers.insert().values(
            entry=linked.entry,
            hypothesis=str(linked.hypothesis),
            key=paper.key,
            title=paper.title,
            authors=paper.authors,
            year=paper.year,
            doi=paper.doi,
            arxiv=paper.arxiv,
            note=linked.note,
            at=linked.at,
            by=linked.by,
        )
    )


def remove(work: Work, linked: Linked) -> None:
    """Take a link away; the ledger keeps that it was there."""
    work.connection.execute(papers.delete().where(papers.c.entry == linked.entry))


def of(work: Work, subjects: Sequence[Subject]) -> dict[str, list[Linked]]:
    """The papers of each of `subjects` that has any, by its address, in the order they came."""
    rows = work.connection.execute(
        select(papers)
        .where(papers.c.hypothesis.in_([str(one) for one in subjects]))
        .order_by(papers.c.at, papers.c.key)
    )
    found: dict[str, list[Linked]] = {}
    for row in rows:
        found.setdefault(row.hypothesis, []).append(to_linked(row))
    return found


def get(work: Work, subject: Subject, entry: str) -> Linked:
    """The paper that this entry linked to the hypothesis; raises `NotFound`."""
    row = work.connection.execute(
        select(papers).where(papers.c.hypothesis == str(subject), papers.c.entry == entry)
    ).one_or_none()
    if row is None:
        raise NotFound(
            field="paper", value=entry, expected="the digest of the entry that linked a paper"
        )
    return to_linked(row)


def to_linked(row: Row[Any]) -> Linked:
    """The link in a row."""
    return Linked(
        hypothesis=Subject.parse(row.hypothesis),
        paper=Paper(
            title=row.title, authors=row.authors, year=row.year, doi=row.doi, arxiv=row.arxiv
        ),
        note=row.note,
        at=row.at,
        by=row.by,
        entry=row.entry,
    )

"""The library: negative results with what was learned, searched; and whether it was tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import reads as cases
from gonogo.domain.hypotheses import library, paper_tables, reads, rules
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.store.work import Work
from gonogo.views.cases import HypothesisLine, hypothesis_line
from gonogo.views.criteria import CriterionLine, settled
from gonogo.views.evidence import called

ROWS = 25
FOUND = 50
"""What a search shows; the best come first."""
CLOSEST = 5
CASES = 200
"""Use cases that the filter names."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper linked to a hypothesis."""

    title: str
    authors: str
    year: int | None
    reference: str
    """DOI or arXiv id as it is cited; "" for a paper known by its title."""
    address: str | None
    note: str
    at: str
    by: str
    """How the account that linked it is called."""
    entry: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A hypothesis with what became of it."""

    line: HypothesisLine
    criteria: tuple[CriterionLine, ...]
    """How each criterion was settled."""
    papers: tuple[PaperLine, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What the library is searched for."""

    text: str = ""
    case: str = ""
    """A use case; "" for all."""
    everything: bool = False
    """Hypotheses in any state, not only negative results."""


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """The library, or what a search finds in it."""

    headline: str
    lessons: tuple[Lesson, ...]
    next: str | None
    sought: Sought
    cases: tuple[tuple[str, str], ...]
    """Use cases to choose from: name in addresses, title."""


@dataclass(frozen=True, slots=True)
class TriedPage:
    """What was registered before and is like what somebody types."""

    text: str
    says: str
    found: tuple[HypothesisLine, ...]


def page(work: Work, sought: Sought, cursor: str | None = None) -> LibraryPage:
    """The library by address, or the best of what a search finds."""
    after: str | None = None
    if sought.text.strip():
        states = tuple(State) if sought.everything else rules.NEGATIVE
        case = sought.case or None
        found = library.searched(work, sought.text, case=case, states=states, limit=FOUND)
    else:
        listed = reads.listed(
            work,
            case=sought.case or None,
            negative=not sought.everything,
            cursor=cursor,
            limit=ROWS,
        )
        found, after = list(listed.items), listed.next
    return LibraryPage(
        headline=_headline(work, sought, len(found)),
        lessons=_lessons(work, found),
        next=after,
        sought=sought,
        cases=tuple((one.slug, one.text.title) for one in cases.listed(work, limit=CASES).items),
    )


def tried(work: Work, text: str) -> TriedPage:
    """Hypotheses in any state that share words with `text`, the closest first."""
    found = library.tried(work, text, limit=CLOSEST) if text.strip() else []
    today = work.at[:10]
    return TriedPage(text, _says(text, found), tuple(hypothesis_line(one, today) for one in found))


def papers_of(work: Work, found: Sequence[Hypothesis]) -> dict[str, tuple[PaperLine, ...]]:
    """The papers of each hypothesis that has any, by its address."""
    linked = paper_tables.of(work, [one.subject for one in found])
    names = accounts.names(work, {one.by for each in linked.values() for one in each})
    return {
        subject: tuple(
            PaperLine(
                title=one.paper.title,
                authors=one.paper.authors,
                year=one.paper.year,
                reference=_reference(one.paper.doi, one.paper.arxiv),
                address=one.paper.address,
                note=one.note,
                at=one.at,
                by=called(names, one.by),
                entry=one.entry,
            )
            for one in each
        )
        for subject, each in linked.items()
    }


def _lessons(work: Work, found: Sequence[Hypothesis]) -> tuple[Lesson, ...]:
    criteria = settled(work, found)
    papers = papers_of(work, found)
    today = work.at[:10]
    return tuple(
        Lesson(
            hypothesis_line(one, today),
            criteria.get(one.entry, ()),
            papers.get(str(one.subject), ()),
        )
        for one in found
    )


def _reference(doi: str | None, arxiv: str | None) -> str:
    if doi is not None:
        return f"doi:{doi}"
    return "" if arxiv is None else f"arXiv:{arxiv}"


def _headline(work: Work, sought: Sought, shown: int) -> str:
    counts = reads.counted(work)
    total, lost = sum(counts.values()), sum(counts.get(state, 0) for state in rules.NEGATIVE)
    if sought.text.strip():
        what = "hypothesis" if sought.everything else "negative result"
        many = {"hypothesis": "hypotheses", "negative result": "negative results"}[what]
        if not shown:
            return f"No {what} holds all of these words."
        best = f"the best {FOUND} " if shown == FOUND else ""
        return f"{best or f'{shown:,} '}{what if shown == 1 else many}, the best first."
    if not total:
        return "Nothing is claimed yet."
    were = "was" if lost == 1 else "were"
    return (
        f"{lost:,} of {total:,} {were} refuted or left inconclusive: what was learned, so that "
        "nobody measures it a second time."
    )


def _says(text: str, found: Sequence[Hypothesis]) -> str:
    if not text.strip():
        return "Say what is claimed, and hypotheses like it are listed here."
    if not found:
        return "Nothing that shares words with it was registered before."
    gone = sum(one.state in rules.NEGATIVE for one in found)
    closest = f"{len(found)} like it, the closest first"
    if not gone:
        return f"{closest}; none of them was refuted or left inconclusive."
    return f"{closest}; {gone} of them {'was' if gone == 1 else 'were'} refuted or inconclusive."

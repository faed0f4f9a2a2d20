"""The library: what was claimed, found and learned, searched by its words.

Every verb that says something new of a hypothesis takes it up here, in the same Work. `rebuild`
does it from the ledger alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import select

from gonogo.core.subjects import SubjectKind
from gonogo.domain.hypotheses import paper_tables
from gonogo.domain.hypotheses.papers import Linked, Paper
from gonogo.domain.hypotheses.rules import NEGATIVE, Hypothesis, State
from gonogo.domain.hypotheses.tables import hypotheses, to_hypothesis
from gonogo.store import search
from gonogo.store.paging import MOST
from gonogo.store.search import Document, Question
from gonogo.store.work import Work

TOLD = ("hypothesis", "decision", "paper", "paper-unlinked")
"""Kinds of entries that say what the library knows."""
AT_ONCE = 500
AHEAD = 4
"""How many times more are ranked by the database than are looked at closely."""
CLOSE = 2
"""Words that a hypothesis must share with what is typed, where so many are typed."""


def take_up(work: Work, found: Hypothesis, papers: Sequence[Linked] | None = None) -> None:
    """Let `found` be searched as it stands now; `papers`: those it has, where they are known."""
    if papers is None:
        papers = paper_tables.of(work, [found.subject]).get(str(found.subject), [])
    said = _Said(
        work.ledger.entry(found.sealed).position,
        found.text.statement,
        found.text.baseline,
        found.learned,
        {one.entry: f"{one.paper.words} {one.note}" for one in papers},
    )
    search.put(work.connection, said.document(str(found.subject)))


def searched(
    work: Work,
    text: str,
    *,
    case: str | None = None,
    states: Sequence[State] = NEGATIVE,
    limit: int = 50,
) -> list[Hypothesis]:
    """Hypotheses that hold all the words of `text`, the best first.

    Words, "a phrase", -without; endings, case and accents make no difference.
    """
    return _found(work, search.typed(text), case, states, max(1, min(limit, MOST)))


def tried(work: Work, text: str, *, limit: int = 5) -> list[Hypothesis]:
    """Hypotheses that share words with `text`, the closest first: what was tried already.

    Of two words or more at least two must be shared: one is in everything.
    """
    asked = search.like(text)
    least = min(CLOSE, len(asked.wanted))
    found = search.found(work.connection, asked, _within(None, tuple(State)), AHEAD * limit)
    shared = {document.subject: _shared(asked, document) for document in found}
    close = [subject for subject, words in shared.items() if words >= least]
    # Among few documents a rank by rarity means little: who shares more comes first.
    close.sort(key=lambda subject: -shared[subject])
    return _rows(work, close[:limit])


def rebuild(work: Work) -> int:
    """Work the whole index out anew, from the ledger alone; how many hypotheses it holds."""
    search.clear(work.connection)
    told: dict[str, _Said] = {}
    for position, kind, subject, digest, body in _entries(work):
        if kind == "hypothesis":
            told[subject] = _Said(position, body["statement"], body["baseline"])
        elif (said := told.get(subject)) is not None:
            said.hear(kind, digest, body)
    for subject, said in told.items():
        search.put(work.connection, said.document(subject))
    return len(told)


@dataclass(slots=True)
class _Said:
    """What was said of a hypothesis so far."""

    position: int
    statement: str
    baseline: str
    learned: str = ""
    papers: dict[str, str] = field(default_factory=dict)
    """The words of each paper, by the digest of the entry that linked it."""

    def hear(self, kind: str, digest: str, body: Any) -> None:
        """Take in what an entry adds."""
        match kind:
            case "decision":
                self.learned = body["learned"]
            case "paper":
                named = {name: body[name] for name in Paper.__slots__}
                self.papers[digest] = f"{Paper(**named).words} {body['note']}"
            case _:
                self.papers.pop(body["linked"], None)

    def document(self, subject: str) -> Document:
        """It as it is searched."""
        slug = subject.rpartition("/")[2]
        return Document(
            position=self.position,
            subject=subject,
            title=f"{self.statement} {slug}",
            lesson=self.learned,
            more=" ".join([self.baseline, *(self.papers[one] for one in sorted(self.papers))]),
        )


def _entries(work: Work) -> Iterator[tuple[int, str, str, str, Any]]:
    """The entries that tell of hypotheses, the oldest first."""
    after, prefix = 0, f"{SubjectKind.HYPOTHESIS}:"
    decode = msgspec.json.decode
    while batch := work.ledger.tail(after, AT_ONCE):
        after = batch[-1].position
        for entry in batch:
            if entry.kind in TOLD and entry.subject.startswith(prefix):
                yield entry.position, entry.kind, entry.subject, entry.digest, decode(entry.body)


def _found(
    work: Work, asked: Question, case: str | None, states: Sequence[State], limit: int
) -> list[Hypothesis]:
    documents = search.found(work.connection, asked, _within(case, states), limit)
    return _rows(work, [document.subject for document in documents])


def _within(case: str | None, states: Sequence[State]) -> Any:
    query = select(hypotheses.c.subject).where(hypotheses.c.state.in_([str(one) for one in states]))
    return query if case is None else query.where(hypotheses.c.case == case)


def _rows(work: Work, subjects: Sequence[str]) -> list[Hypothesis]:
    rows = work.connection.execute(select(hypotheses).where(hypotheses.c.subject.in_(subjects)))
    known = {row.subject: to_hypothesis(row) for row in rows}
    return [known[subject] for subject in subjects]


def _shared(asked: Question, document: Document) -> int:
    """How many of the words that are asked for the document has, endings aside."""
    there = set(f"{document.title} {document.lesson} {document.more}".split())
    return sum(any(_akin(one, other) for other in there) for one in asked.wanted)


def _akin(one: str, other: str) -> bool:
    """Whether two words differ in their endings at most.

    >>> _akin("boosting", "boosted"), _akin("trees", "tree"), _akin("trees", "treatment")
    (True, True, False)
    """
    least = max(4, min(len(one), len(other)) - 2)
    return one == other or (one[:least] == other[:least] and abs(len(one) - len(other)) <= 3)

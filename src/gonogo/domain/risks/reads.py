"""Questions asked of risks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from gonogo.core.conditions import Cited
from gonogo.core.errors import Invalid
from gonogo.core.specs.money import RISK_LOSS
from gonogo.core.subjects import Subject
from gonogo.domain.risks.rules import Category, Risk, State
from gonogo.domain.risks.tables import risks, to_risk
from gonogo.store.ledger import ledger, to_cited, to_entry
from gonogo.store.work import Work

MOST = 2000
"""Risks that are told at once; there are no more."""
MOST_ENTRIES = 5000
"""Entries of the ledger by which exposure is drawn over time."""
CHANGES = ("risk", "risk-edited", "risk-closed", "risk-occurred")
COUNTED = (str(State.OPEN), str(State.ACCEPTED))


@dataclass(frozen=True, slots=True)
class Change:
    """That a risk changed, so far as its exposure goes."""

    key: str
    at: str
    position: int
    said: Mapping[str, Any] | None
    """What is said of it since; None where it ended."""


def listed(
    work: Work,
    *,
    case: str | None = None,
    state: str | None = None,
    category: str | None = None,
    ended: bool = True,
) -> list[Risk]:
    """Risks by their names; `ended`: those too that cannot come true any more."""
    query = select(risks)
    if case is not None:
        query = query.where(risks.c.case == case)
    if state is not None:
        query = query.where(risks.c.state == str(_one_of(State, state, "state")))
    elif not ended:
        query = query.where(risks.c.state.in_(COUNTED))
    wanted = None if category is None else _one_of(Category, category, "category")
    rows = work.connection.execute(query.order_by(risks.c.key).limit(MOST))
    found = (to_risk(row) for row in rows)
    return [one for one in found if wanted is None or one.text.category is wanted]


def of_keys(work: Work, keys: Collection[str]) -> dict[str, Risk]:
    """The risks with these names."""
    rows = work.connection.execute(select(risks).where(risks.c.key.in_(list(keys))))
    return {row.key: to_risk(row) for row in rows}


def changes(work: Work) -> list[Change]:
    """How the register changed, oldest first."""
    query = select(ledger).where(ledger.c.kind.in_(CHANGES)).order_by(ledger.c.position)
    found = []
    for row in work.connection.execute(query.limit(MOST_ENTRIES)):
        body = msgspec.json.decode(row.body)
        key = Subject.parse(row.subject).name
        found.append(Change(key, row.at, row.position, body.get("said")))
    return found


def evidence(
    work: Work, subjects: Iterable[Subject], checks: Iterable[str]
) -> list[tuple[str, Cited]]:
    """All evidence of `subjects` by `checks` with when it was kept, oldest first."""
    query = (
        select(ledger)
        .where(
            ledger.c.kind == "evidence",
            ledger.c.subject.in_([str(one) for one in subjects]),
        )
        .order_by(ledger.c.position)
        .limit(MOST_ENTRIES)
    )
    wanted = set(checks)
    found = [(row.at, to_cited(to_entry(row))) for row in work.connection.execute(query)]
    return [(at, cited) for at, cited in found if cited.evidence.check in wanted]


def kept_losses(work: Work, subject: Subject, currency: str, most: int) -> list[tuple[str, Cited]]:
    """The losses kept of a register, with when: the newest `most`, the oldest of them first."""
    query = (
        select(ledger)
        .where(
            ledger.c.kind == "evidence",
            ledger.c.subject == str(subject),
            ledger.c.body.contains(f'"check":"{RISK_LOSS}"', autoescape=True),
        )
        .order_by(ledger.c.position.desc())
        .limit(MOST_ENTRIES)
    )
    found = [(row.at, to_cited(to_entry(row))) for row in work.connection.execute(query)]
    mine = [
        (at, one)
        for at, one in found
        if one.evidence.reproduced and one.evidence.parameters.get("currency") == currency
    ]
    return mine[:most][::-1]


def _one_of(kind: type[State] | type[Category], text: str, field: str) -> State | Category:
    try:
        return kind(text)
    except ValueError as error:
        raise Invalid(field=field, value=text, expected=f"one of {', '.join(kind)}") from error

"""What can be done with cards: choose the columns, add, move, drop and import cards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.domain.boards import reads, tables
from gonogo.domain.boards.rules import (
    MOST_CARDS,
    Card,
    CardText,
    Column,
    check_change,
    check_move,
    check_on_board,
    column_of,
    columns_checked,
    said,
    text_checked,
)
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Arrival:
    """A card as another tool tells of it."""

    source: str
    text: CardText
    begun: bool
    done: date | None


def choose_columns(work: Work, case: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Give a board these columns; raises `Invalid`, `Conflict` where cards would be lost."""
    subject = allowed(work, case, Action.PLAN_EDIT)
    wanted = columns_checked(columns)
    check_change(tables.columns(work, case), wanted, reads.all_cards(work, case))
    told: list[Json] = [{"key": one.key, "title": one.title, "limit": one.limit} for one in wanted]
    entry = work.append("board-columns", subject, {"v": 1, "columns": told})
    tables.put_columns(work, case, wanted, entry.digest)
    return wanted


def add(work: Work, case: str, text: CardText) -> Card:
    """Put a card into the first column; raises `NotFound`, `Forbidden`, `Invalid`."""
    subject = allowed(work, case, Action.BOARD_WORK)
    text_checked(text)
    number = _next(work, case, 1)
    column = tables.columns(work, case)[0].key
    entry = work.append("card", subject, {"v": 1, "number": number, **_body(text)})
    card = Card(
        case=case,
        number=number,
        text=text,
        column=column,
        since=work.at,
        added_at=work.at,
        added_by=str(work.caller.actor),
        begun_at=None,
        done_at=None,
        dropped="",
        source="",
        entry=entry.digest,
    )
    tables.put_cards(work, [card])
    return card


def move(work: Work, case: str, number: int, to: str, *, reason: str = "") -> Card:
    """Move a card to another column; beyond its limit only with a `reason`, which is kept.

    Raises `NotFound`, `Forbidden`, `Invalid` for no such column, `Conflict`.
    """
    subject = allowed(work, case, Action.BOARD_WORK)
    card = tables.card(work, case, number)
    columns = tables.columns(work, case)
    column = column_of(columns, to)
    over = check_move(
        columns,
        card,
        column,
        reads.held(work, case),
        blocked=any(one.card == number for one in reads.open_blockers(work, case)),
        reason=reason,
    )
    told: dict[str, Json] = {
        "v": 1,
        "number": number,
        "title": card.text.title,
        "from": card.column,
        "to": to,
        "over_limit": over,
        "reason": reason.strip(),
    }
    entry = work.append("card-moved", subject, told)
    moved = replace(_placed(card, columns, to, work.at), entry=entry.digest)
    tables.change_card(work, moved)
    return moved


def drop(work: Work, case: str, number: int, *, reason: str) -> Card:
    """Take a card off the board that nobody will do; raises as `move`."""
    subject = allowed(work, case, Action.BOARD_WORK)
    card = tables.card(work, case, number)
    check_on_board(card)
    why = said("reason", reason, "why nobody will do it")
    told: dict[str, Json] = {"v": 1, "number": number, "title": card.text.title, "reason": why}
    entry = work.append("card-dropped", subject, told)
    dropped = replace(card, dropped=why, entry=entry.digest)
    tables.change_card(work, dropped)
    return dropped


def fill(work: Work, case: str, arrivals: Iterable[Arrival]) -> tuple[list[Card], list[Card]]:
    """Bring cards in from another tool, and on the board what it says is done meanwhile.

    The new ones and those that moved. Limits do not hold: the work is in progress, however much
    it is. Raises as `add`.
    """
    subject = allowed(work, case, Action.BOARD_WORK)
    columns = tables.columns(work, case)
    known = {card.source: card for card in reads.all_cards(work, case) if card.source}
    listed = list({one.source: one for one in arrivals}.values())
    new = [one for one in listed if one.source not in known]
    first = _next(work, case, len(new))
    moved = [
        (known[one.source], one)
        for one in listed
        if one.source in known and known[one.source].is_open and one.done
    ]
    if not new and not moved:
        return [], []
    fresh = [_arrived(work, case, columns, first + at, one) for at, one in enumerate(new)]
    finished = [_placed(card, columns, columns[-1].key, _noon(work, one)) for card, one in moved]
    told: dict[str, Json] = {
        "v": 1,
        "cards": [
            {"number": one.number, "source": one.source, "column": one.column, **_body(one.text)}
            for one in fresh
        ],
        "done": [one.number for one in finished],
    }
    entry = work.append("cards-imported", subject, told).digest
    made = [replace(one, entry=entry) for one in fresh]
    changed = [replace(one, entry=entry) for one in finished]
    tables.put_cards(work, made)
    for one in changed:
        tables.change_card(work, one)
    return made, changed


def allowed(work: Work, case: str, action: Action) -> Subject:
    """The use case, where the caller may do `action`; raises `NotFound`, `Forbidden`."""
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(action, on=subject)
    return subject


def _next(work: Work, case: str, wanted: int) -> int:
    """The number of the next card; raises `Invalid` where there is no room for `wanted`."""
    last = tables.last(work, tables.cards, case)
    if last + wanted > MOST_CARDS:
        raise Invalid(
            field="cards", value=last + wanted, expected=f"at most {MOST_CARDS:,} cards in all"
        )
    return last + 1


def _placed(card: Card, columns: Sequence[Column], to: str, at: str) -> Card:
    """`card` in another column since `at`."""
    begun, done = to != columns[0].key, to == columns[-1].key
    return replace(
        card,
        column=to,
        since=at,
        begun_at=min(card.begun_at or at, at) if begun else None,
        done_at=at if done else None,
    )


def _arrived(work: Work, case: str, columns: Sequence[Column], number: int, one: Arrival) -> Card:
    text_checked(one.text)
    at = _noon(work, one)
    card = Card(
        case=case,
        number=number,
        text=one.text,
        column=columns[0].key,
        since=at,
        added_at=work.at,
        added_by=str(work.caller.actor),
        begun_at=None,
        done_at=None,
        dropped="",
        source=one.source,
        entry="",
    )
    if not one.done and not one.begun:
        return card
    return _placed(card, columns, columns[-1].key if one.done else columns[1].key, at)


def _noon(work: Work, one: Arrival) -> str:
    """When it was done: a file tells the day alone."""
    if one.done is None:
        return work.at
    return stamp(min(datetime.combine(one.done, time(12), UTC), work.now))


def _body(text: CardText) -> dict[str, Json]:
    return {"title": text.title, "step": text.step, "role": text.role, "size": text.size}

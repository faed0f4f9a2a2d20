"""A board of work: columns with limits, cards that move between them, what blocks them; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.errors import Conflict, Invalid
from gonogo.core.roles import role
from gonogo.core.subjects import SLUG

FEWEST_COLUMNS, MOST_COLUMNS = 2, 12
MOST_LIMIT = 999
MOST_CARDS = 5000
"""Cards that a board may ever have had."""
LONGEST_TITLE, LONGEST_TEXT = 200, 2000
MOST_SIZE = 10_000.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the first holds what is not begun, the last what is done."""

    key: str
    title: str
    limit: int | None = None
    """Cards it may hold at once; None is as many as there are."""


DEFAULT = (Column("to-do", "To do"), Column("doing", "Doing", 3), Column("done", "Done"))
"""The columns of a board for which none were chosen."""


@dataclass(frozen=True, slots=True)
class CardText:
    """What is said of a card."""

    title: str
    step: str | None = None
    """The step or milestone of the plan that it is a part of."""
    role: str | None = None
    """Whose work it is."""
    size: float | None = None
    """How large it is, in whatever the team counts; throughput counts cards."""


@dataclass(frozen=True, slots=True)
class Card:
    """One piece of work."""

    case: str
    number: int
    text: CardText
    column: str
    since: str
    """When it came into its column."""
    added_at: str
    added_by: str
    begun_at: str | None
    """When it left the first column; None while it has not."""
    done_at: str | None
    """When it came into the last column; None while it is not there."""
    dropped: str
    """Why nobody will do it; "" where it stands on the board."""
    source: str
    """How it is called where it was imported from; "" where it was written here."""
    entry: str
    """Digest of the entry that changed it last."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None and not self.dropped


@dataclass(frozen=True, slots=True)
class Blocker:
    """What keeps a card from going on."""

    case: str
    number: int
    card: int
    reason: str
    owner_role: str
    """The role that has to take it out of the way."""
    raised_at: str
    raised_by: str
    entry: str
    cleared_at: str | None = None
    how: str = ""
    """How it was taken out of the way."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be done within one week: it is reached when its cards are."""

    case: str
    number: int
    week: str
    """The Monday it begins with."""
    text: str
    cards: tuple[int, ...]
    set_at: str
    set_by: str
    entry: str


@dataclass(frozen=True, slots=True)
class Pivot:
    """That one way was given up for another, and on what evidence."""

    case: str
    number: int
    left: str
    """The step that is given up."""
    to: str
    """The step that is done in its place."""
    rationale: str
    cites: tuple[str, ...]
    dropped: tuple[int, ...]
    """The cards of the step that nobody does now."""
    at: str
    by: str
    entry: str


def columns_checked(columns: Sequence[Column]) -> tuple[Column, ...]:
    """`columns` as a board may have them; raises `Invalid` by field."""
    if not FEWEST_COLUMNS <= len(columns) <= MOST_COLUMNS:
        raise Invalid(
            field="columns",
            value=len(columns),
            expected=f"{FEWEST_COLUMNS} to {MOST_COLUMNS} columns",
        )
    seen = set()
    for number, column in enumerate(columns):
        field = f"columns.{number}"
        if not SLUG.fullmatch(column.key) or column.key in seen:
            raise Invalid(
                field=f"{field}.key",
                value=column.key,
                expected="lower-case letters, digits and hyphens; each column once",
            )
        seen.add(column.key)
        if not column.title.strip() or len(column.title) > LONGEST_TITLE:
            raise Invalid(field=f"{field}.title", value=column.title, expected="a short title")
        if column.limit is not None and not 1 <= column.limit <= MOST_LIMIT:
            raise Invalid(
                field=f"{field}.limit", value=column.limit, expected=f"1 to {MOST_LIMIT}, or none"
            )
    if columns[-1].limit is not None:
        raise Invalid(
            field=f"columns.{len(columns) - 1}.limit",
            value=columns[-1].limit,
            expected="no limit: the last column holds what is done",
        )
    return tuple(columns)


def check_change(old: Sequence[Column], new: Sequence[Column], cards: Iterable[Card]) -> None:
    """Raise `Conflict` where cards stand in a column that goes, or is no longer first or last."""
    for key in {card.column for card in cards if not card.dropped}:
        if key not in {column.key for column in new}:
            raise Conflict(
                field="columns", value=key, expected=f"the column {key} to stay: it holds cards"
            )
        if (key == old[-1].key) != (key == new[-1].key):
            raise Conflict(
                field="columns",
                value=new[-1].key,
                expected=f"{old[-1].key} as the last column: what is done was counted there",
            )


def text_checked(text: CardText) -> CardText:
    """`text` as a card may say it; raises `Invalid` by field."""
    if not text.title.strip() or len(text.title) > LONGEST_TITLE:
        raise Invalid(
            field="title",
            value=text.title[:80],
            expected=f"what is to be done, in 1 to {LONGEST_TITLE} characters",
        )
    for name in ("step", "role"):
        said = getattr(text, name)
        if said is not None and not SLUG.fullmatch(said):
            raise Invalid(field=name, value=said, expected="lower-case letters, digits and hyphens")
    if text.size is not None and not 0 < text.size <= MOST_SIZE:
        raise Invalid(field="size", value=text.size, expected=f"above 0, at most {MOST_SIZE:,.0f}")
    return text


def column_of(columns: Sequence[Column], key: str, field: str = "to") -> Column:
    """The column called `key`; raises `Invalid` naming those there are."""
    for column in columns:
        if column.key == key:
            return column
    listed = ", ".join(column.key for column in columns)
    raise Invalid(field=field, value=key, expected=f"one of the columns {listed}")


def check_move(
    columns: Sequence[Column],
    card: Card,
    to: Column,
    held: Mapping[str, int],
    *,
    blocked: bool,
    reason: str,
) -> bool:
    """Whether the move takes `to` beyond its limit, which needs a `reason`; raises `Conflict`.

    `held`: how many cards each column holds.
    """
    check_on_board(card)
    if card.column == to.key:
        raise Conflict(
            field="to", value=to.key, expected=f"another column; {card.number} is there already"
        )
    if blocked and to == columns[-1]:
        raise Conflict(
            field="card", value=card.number, expected="a card that nothing blocks; unblock it first"
        )
    holds = held.get(to.key, 0)
    over = to.limit is not None and holds >= to.limit
    if over and not reason.strip():
        raise Conflict(
            field="to",
            value=to.key,
            expected=f"a column with room: {to.title} holds {holds} of at most {to.limit}; finish "
            "something first, or give the reason why it may hold more",
            message="The limit of the column is reached",
        )
    return over


def check_on_board(card: Card) -> None:
    """Raise `Conflict` for a card that was dropped."""
    if card.dropped:
        raise Conflict(
            field="card",
            value=card.number,
            expected=f"a card on the board; dropped: {card.dropped}",
        )


def said(field: str, text: str, expected: str) -> str:
    """`text` if it says something of decent length; raises `Invalid`."""
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Invalid(field=field, value=text[:80] or None, expected=expected)
    return text.strip()


def owner(text: str) -> str:
    """The role that owns a blocker; raises `Invalid` naming the roles there are."""
    return str(role("owner_role", text))

"""The model card: its fields as they read, and the form in which it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.checks.engineering.cards import CARD, model_card_completeness
from gonogo.core.canonical import Json
from gonogo.domain.models import tables as versions
from gonogo.store.work import Work
from gonogo.views.refused import Refused

TITLES = {"reasons": "Reasons", "changes": "Allowed changes", "kind": "Kind"}
"""Fields besides those that a card must have, as they are called on a page."""


PLAIN = {"reasons": "", "changes": "direction"}
"""What one text for a column says there, of the fields that have something to say of columns."""


@dataclass(frozen=True, slots=True)
class CardTable:
    """A field that says something of each of several things."""

    heads: tuple[str, ...]
    """What is said of them, shape (k,)."""
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """Each with what is said of it, k texts."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One field of the model card."""

    name: str
    title: str
    asks: str
    text: str
    missing: bool
    table: CardTable | None = None
    """What is said of each of several things, such as of each column."""


@dataclass(frozen=True, slots=True)
class CardFormPage:
    """The form in which a model card is written."""

    name: str
    number: str
    entry: str
    """What the edit was made from."""
    fields: tuple[CardLine, ...]
    values: Mapping[str, str]
    refused: Refused | None = None


def card_form(
    work: Work,
    name: str,
    number: str,
    *,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> CardFormPage:
    """The form of the model card, as it reads now or with `values` given before."""
    found = versions.get(work, name, number)
    lines = card_lines(found.registration.card)
    filled = {line.name: line.text for line in lines} if values is None else values
    return CardFormPage(name, number, found.entry, lines, filled, refused)


def card_of(card: Mapping[str, Json], form: Mapping[str, str]) -> dict[str, Json]:
    """The card `card` with what a form says put over it.

    What reads as it did before stays what it was, so that a list stays a list; what was emptied is
    taken away.

    >>> card_of({"factors": ["race", "sex"], "licence": "MIT"}, {"factors": "race; sex"})
    {'factors': ['race', 'sex'], 'licence': 'MIT'}
    """
    found = dict(card)
    for name in (*(field.name for field in CARD), *card):
        text = form.get(name, "").replace("\r\n", "\n").strip()
        if name in form and text != as_text(card.get(name)):
            found[name] = text
            if not text:
                del found[name]
    return found


def card_lines(card: Mapping[str, Any]) -> tuple[CardLine, ...]:
    """The fields of a model card, those that are asked for first, then the others."""
    missing = model_card_completeness(card, {}).detail["missing"]
    lacking = set(missing) if isinstance(missing, list) else set()
    known = {field.name for field in CARD}
    lines = [
        CardLine(
            field.name,
            field.title,
            field.asks,
            as_text(card.get(field.name)),
            field.name in lacking,
        )
        for field in CARD
    ]
    others = [
        CardLine(
            name,
            TITLES.get(name, name),
            "",
            as_text(value),
            missing=False,
            table=table_of(value, PLAIN.get(name)),
        )
        for name, value in card.items()
        if name not in known
    ]
    return (*lines, *others)


def table_of(value: Any, plain: str | None = None) -> CardTable | None:
    """A field as a table, where it says something of each of several things.

    `plain` names what a text says that stands for several; with it, texts alone are a table too.

    >>> table_of({"income": "up"}, "direction")
    CardTable(heads=('direction',), rows=(('income', ('up',)),))
    >>> table_of({"debt": {"high": "High debts."}, "age": "The age."})
    CardTable(heads=('', 'high'), rows=(('debt', ('', 'High debts.')), ('age', ('The age.', ''))))
    """
    if not isinstance(value, dict) or not value:
        return None
    if plain is None and not any(isinstance(one, dict) for one in value.values()):
        return None
    said = {
        name: one if isinstance(one, dict) else {plain or "": one} for name, one in value.items()
    }
    heads = tuple(sorted({head for one in said.values() for head in one}))
    rows = (
        (str(name), tuple(as_text(one.get(head)) for head in heads)) for name, one in said.items()
    )
    return CardTable(heads, tuple(rows))


def as_text(value: Any) -> str:
    """What a field says, as it is read and edited."""
    match value:
        case None:
            return ""
        case str():
            return value
        case list() | tuple():
            return "; ".join(as_text(one) for one in value)
        case dict():
            return "; ".join(f"{name}: {as_text(one)}" for name, one in value.items())
        case _:
            return str(value)

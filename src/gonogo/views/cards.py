"""The model card: its fields as they read, and the form in which it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.checks.engineering import CARD, model_card_completeness
from gonogo.core.canonical import Json
from gonogo.domain.models import tables as versions
from gonogo.store.work import Work
from gonogo.views.refused import Refused


@dataclass(frozen=True, slots=True)
class CardLine:
    """One field of the model card."""

    name: str
    title: str
    asks: str
    text: str
    missing: bool


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
        CardLine(name, name, "", as_text(value), missing=False)
        for name, value in card.items()
        if name not in known
    ]
    return (*lines, *others)


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

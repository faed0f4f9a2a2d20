"""Reasons in plain words: what a model card declares for each column, validated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid

FIELD = "reasons"
"""Where a model card keeps them."""
KINDS = ("low", "high", "missing", "any")
LONGEST = 200
"""Characters a reason may have: it is read on a letter or a screen."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """How a column is told as a reason."""

    low: str | None = None
    """Where its value is lower than usual."""
    high: str | None = None
    """Where its value is higher than usual."""
    missing: str | None = None
    """Where it has no value."""
    any: str | None = None
    """Where nothing else fits."""
    values: Mapping[str, str] = field(default_factory=dict)
    """For single values: those of a category."""

    def of(self, value: object, *, high: bool | None, missing: bool) -> str | None:
        """The words for `value`, None where there are none for it.

        >>> Phrases(low="few years in the job").of(2.0, high=False, missing=False)
        'few years in the job'
        """
        if missing:
            return self.missing or self.any
        said = self.values.get(_name(value))
        if said is None and high is not None:
            said = self.high if high else self.low
        return said or self.any


Words = Mapping[str, Phrases]
"""Column by column, how it is told."""


def words_of(card: Mapping[str, Json]) -> dict[str, Phrases]:
    """The reasons that a model card declares, none where it has no such field; raises `Invalid`.

    >>> words = words_of({"reasons": {"obrat": {"high": "high debts for your income"}}})
    >>> words["obrat"].high
    'high debts for your income'
    """
    found = card.get(FIELD)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise Invalid(field=f"card.{FIELD}", value=found, expected="words for each column")
    return {str(name): _phrases(str(name), said) for name, said in found.items()}


def _phrases(column: str, found: Json) -> Phrases:
    place = f"card.{FIELD}.{column}"
    if not isinstance(found, Mapping):
        return Phrases(any=_said(column, found, place))
    unknown = [name for name in found if name not in (*KINDS, "values")]
    if unknown or not found:
        known = ", ".join((*KINDS, "values"))
        raise Invalid(
            field=place, value=[str(name) for name in unknown], expected=f"some of {known}"
        )
    values = found.get("values", {})
    if not isinstance(values, Mapping):
        raise Invalid(field=f"{place}.values", value=values, expected="words for each value")
    said = {kind: _said(column, found[kind], f"{place}.{kind}") for kind in KINDS if kind in found}
    return Phrases(
        **said,
        values={
            str(value): _said(column, words, f"{place}.values.{value}")
            for value, words in values.items()
        },
    )


def _said(column: str, found: Json, place: str) -> str:
    wanted = f"words that a person understands, at most {LONGEST} characters, not the column's name"
    if not isinstance(found, str) or not 0 < len(found.strip()) <= LONGEST:
        raise Invalid(field=place, value=found, expected=wanted)
    if found.strip().casefold() == column.casefold():
        raise Invalid(field=place, value=found, expected=wanted)
    return found.strip()


def _name(value: object) -> str:
    """A value as a card names it: 1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

"""What a model card declares for explaining decisions, looked over before it is kept."""

from collections.abc import Collection, Mapping

from gonogo.checks.explain import changeable, words
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid


def check_card(card: Mapping[str, Json], columns: Collection[str] = ()) -> None:
    """Raises `Invalid` naming the field where `reasons` or `changes` of a card say nothing usable.

    `columns` are those the model reads; where they are known, no other may be named.

    >>> check_card({"reasons": {"debt": "high debts"}, "changes": {"debt": "down"}}, ["debt"])
    """
    named = {
        words.FIELD: tuple(words.words_of(card)),
        changeable.FIELD: tuple(one.column for one in changeable.changes_of(card)),
    }
    if not columns:
        return
    for field, names in named.items():
        strange = next((name for name in names if name not in columns), None)
        if strange is not None:
            raise Invalid(
                field=f"card.{field}",
                value=strange,
                expected=f"columns the model reads: {', '.join(columns)}",
            )

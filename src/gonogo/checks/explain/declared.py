"""What a model card declares for explaining decisions, looked over before it is kept."""

from collections.abc import Mapping

from gonogo.checks.explain.changeable import changes_of
from gonogo.checks.explain.words import words_of
from gonogo.core.canonical import Json


def check_card(card: Mapping[str, Json]) -> None:
    """Raises `Invalid` naming the field where `reasons` or `changes` of a card say nothing usable.

    >>> check_card({"reasons": {"debt": "high debts"}, "changes": {"debt": "down"}})
    """
    words_of(card)
    changes_of(card)

"""What a use case states of its value, and evidence that was measured by anything else; pure.

A policy may ask what decisions are worth without saying by which payoffs: then those count that the
use case states. Evidence by other payoffs answers another question, and so does evidence that was
there before they were stated: who may choose payoffs after seeing what each of them gives could
always find some that please.
"""

from dataclasses import dataclass

from gonogo.core.areas import Area
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited, Condition
from gonogo.core.evidence import Parameters
from gonogo.core.specs.value import PRESENT, STATED


@dataclass(frozen=True, slots=True)
class Worth:
    """What the use case of a version states."""

    payoffs: Parameters
    """By the names that the value checks give them."""
    position: int
    """Place in the ledger of the entry that states them."""


def left_open(condition: Condition) -> tuple[str, ...]:
    """What a condition leaves to the use case to state.

    >>> left_open(Condition("value.lift", {"present": "yes", "currency": "USD"}, at_least=0))
    ('true_positive', 'false_positive', 'true_negative', 'false_negative')
    >>> left_open(Condition("performance.roc_auc", at_least=0.7))
    ()
    """
    if condition.area is not Area.VALUE or condition.check not in CATALOGUE:
        return ()
    names = (parameter.name for parameter in CATALOGUE[condition.check].parameters)
    return tuple(name for name in names if name in STATED and name not in condition.parameters)


def unstated(condition: Condition, worth: Worth | None) -> str | None:
    """What the use case must state before the condition can be measured, or None."""
    names = left_open(condition)
    if names and worth is None:
        return "the use case does not state what its decisions are worth"
    if PRESENT.name in names and worth is not None and PRESENT.name not in worth.payoffs:
        return "the use case does not state how it is decided today"
    return None


def not_as_stated(condition: Condition, cited: Cited, worth: Worth | None) -> str | None:
    """Why evidence was not measured by what the use case states, or None."""
    names = left_open(condition)
    missing = unstated(condition, worth)
    if not names or worth is None or missing is not None:
        return missing
    given = cited.evidence.parameters
    for name in names:
        if given.get(name) != worth.payoffs.get(name):
            return (
                f"measured with {name} = {given.get(name)}, "
                f"the use case states {worth.payoffs.get(name)}"
            )
    if cited.position < worth.position:
        return f"measured before the use case stated its payoffs anew, in entry {worth.position}"
    return None

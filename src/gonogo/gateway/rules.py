"""Rules before and after the model, made ready to be asked: hard declines, business limits."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Rule, Term

SCORE = "score"
"""The column by which rules after the model read its score."""

Values = Mapping[str, Any]
Test = Callable[[Any], bool]

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class Rules:
    """Rules in their order: the first that holds decides."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [(rule, [(term.column, _test(term)) for term in rule.when]) for rule in rules]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def first(self, values: Values) -> Rule | None:
        """The first rule whose terms all hold of `values`."""
        for rule, terms in self._rules:
            if all(test(values.get(column)) for column, test in terms):
                return rule
        return None


def columns_of(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The columns that rules read, besides the score."""
    named = (term.column for rule in rules for term in rule.when if term.column != SCORE)
    return tuple(dict.fromkeys(named))


def _test(term: Term) -> Test:
    wanted = term.value
    if term.op == "missing":
        # `missing: false` asks whether there is a value.
        absent = wanted is not False
        return lambda value: (value is None) is absent
    if term.op in ("in", "not in"):
        if not isinstance(wanted, list | tuple):
            raise Invalid(field="rule.value", value=wanted, expected="a list of values")
        among = [_told_apart(one) for one in wanted]
        inside = term.op == "in"
        return lambda value: value is not None and (_told_apart(value) in among) is inside
    compare = COMPARED.get(term.op)
    if compare is None:
        known = ", ".join((*COMPARED, "in", "not in", "missing"))
        raise Invalid(field="rule.op", value=term.op, expected=f"one of {known}")
    return lambda value: _compared(compare, value, wanted)


def _compared(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    # A value that is not there, or of another kind, fulfils no comparison.
    if value is None or isinstance(value, str) is not isinstance(wanted, str):
        return False
    return bool(compare(value, wanted))


def _told_apart(value: Any) -> tuple[bool, Any]:
    """True is not 1, here as in the schema."""
    return isinstance(value, bool), value

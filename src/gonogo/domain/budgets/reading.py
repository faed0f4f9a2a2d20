"""Budgets as people write them: YAML, line by line; a refusal names field and line."""

import re

from gonogo.core.periods import Period
from gonogo.core.yaml_text import Place, nearest, read
from gonogo.domain.budgets.rules import Budget, Category, Line

WHAT = "budget"
CURRENCY = re.compile(r"[A-Z]{3}")
LARGEST = 1e12
MOST_LINES = 100
MOST_PERIODS = 120
LONGEST = 100
"""Characters of the name of a line."""


def parse(text: str) -> Budget:
    """The budget in `text`; raises `Invalid` naming field and line.

    >>> found = parse('''
    ... currency: USD
    ... lines:
    ...   - {line: engineers, category: people, amounts: {2026-Q4: 60000, 2027-01: 20000}}
    ... ''')
    >>> found.currency, found.total
    ('USD', 80000.0)
    """
    top = read(text, what=WHAT)
    fields = top.mapping(("currency", "lines"), "a budget")
    for needed in ("currency", "lines"):
        if needed not in fields:
            top.refuse(f"a budget with the field {needed}", "none")
    found: list[Line] = []
    for at in fields["lines"].items("lines"):
        line = _line(at)
        if line.name in {one.name for one in found}:
            at.refuse("a name that no other line has", line.name)
        found.append(line)
    if not 1 <= len(found) <= MOST_LINES:
        fields["lines"].refuse(f"1 to {MOST_LINES} lines", len(found))
    return Budget(currency(fields["currency"]), tuple(found), text)


def currency(place: Place) -> str:
    """A currency as ISO 4217 has it."""
    text = place.text("a currency as ISO 4217 has it: USD")
    if not CURRENCY.fullmatch(text):
        place.refuse("three capital letters, as ISO 4217 has them: USD")
    return text


def _line(place: Place) -> Line:
    fields = place.mapping(("line", "category", "amounts"), "a line")
    for needed in ("category", "amounts"):
        if needed not in fields:
            place.refuse(f"a line with the field {needed}", "none")
    category = _category(fields["category"])
    name = fields["line"].text("the name of the line") if "line" in fields else str(category)
    if len(name) > LONGEST:
        fields["line"].refuse(f"a name of {LONGEST} characters at most", len(name))
    found: list[tuple[Period, float]] = []
    for key, at in fields["amounts"].mapping(None, "amounts by month or quarter").items():
        period = _period(key, at)
        for other, _ in found:
            if period.first < other.end and other.first < period.end:
                at.refuse(f"a time that {other.name} does not hold already", period.name)
        found.append((period, _amount(at)))
    if not 1 <= len(found) <= MOST_PERIODS:
        fields["amounts"].refuse(f"1 to {MOST_PERIODS} months or quarters", len(found))
    return Line(name, category, tuple(sorted(found, key=lambda one: one[0].first)))


def _category(place: Place) -> Category:
    text = place.text(f"one of {', '.join(Category)}")
    try:
        return Category(text)
    except ValueError:
        near = nearest(text, list(Category))
        listed = f"one of {', '.join(Category)}"
        place.refuse(listed + (f"; did you mean {near}?" if near else ""))


def _period(text: str, place: Place) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        place.refuse("a month such as 2026-11, or a quarter such as 2026-Q4", text)


def _amount(place: Place) -> float:
    value = place.number()
    if not 0 <= value <= LARGEST:
        place.refuse(f"an amount from 0 to {LARGEST:g}")
    return value

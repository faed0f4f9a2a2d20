"""Reading rules about data from YAML; what is wrong is named with its field and line."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from gonogo.checks.data.rules.asks import (
    Ask,
    Between,
    Compared,
    FreshWithin,
    Matches,
    MissingAtMost,
    OfType,
    OneOf,
    Operator,
    Present,
    RowCount,
    Unique,
)
from gonogo.checks.data.rules.document import Document, Rule, Severity
from gonogo.checks.data.rules.patterns import why_no_pattern
from gonogo.checks.inputs.schema import ColumnType
from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.core.times import duration
from gonogo.core.yaml_text import Place, read

MOST_CHARACTERS = 128 * 1024
"""Of a file of rules: a table of several hundred columns has as much to say."""
MOST_RULES = 1000
MOST_VALUES = 1000
MOST_PATTERN = 500

Member = TypeVar("Member", ColumnType, Severity)

FIELDS = ("rules", "description", "rows", "columns", "together")
COMMON = ("severity", "reason", "tolerate")
BOUNDS = ("at_least", "at_most")
OF_COLUMN = (
    "type",
    "nullable",
    "missing_at_most",
    *BOUNDS,
    "one_of",
    "matches",
    "unique",
    "fresh_within",
)
OF_MANY = ("unique", "compare")
EXACT = (Present, MissingAtMost, FreshWithin, RowCount)
"""What is asked of a column as a whole, so that there is nothing to tolerate."""


def parse(text: str) -> Document:
    """The rules in `text`; raises `Invalid` naming field and line.

    >>> found = parse('''
    ... rules: loans
    ... rows: [{at_least: 100, reason: fewer say nothing}]
    ... columns:
    ...   age: [{at_least: 18, at_most: 100, severity: warning, reason: adults}]
    ... ''')
    >>> [str(rule) for rule in found.rules]
    ['there are at least 100 rows', 'age is between 18 and 100']
    """
    top = read(text, what="file of rules", most=MOST_CHARACTERS)
    fields = top.mapping(FIELDS, "rules about data")
    if "rules" not in fields:
        top.refuse("the field rules with the name of the dataset", "none")
    name = fields["rules"].text("the name of the dataset")
    if not SLUG.fullmatch(name):
        fields["rules"].refuse("lower-case letters, digits and hyphens, 1 to 64 long")
    description = fields["description"].text("a sentence") if "description" in fields else ""
    rules: dict[str, Rule] = {}
    for place, rule in _rules(fields):
        if rule.key in rules:
            place.refuse("each thing asked once of a column", rule.key)
        rules[rule.key] = rule
        if len(rules) > MOST_RULES:
            place.refuse(f"at most {MOST_RULES:,} rules", len(rules))
    if not rules:
        top.refuse("at least one rule, in rows, columns or together", "none")
    return Document(name, description, tuple(rules.values()))


def _rules(fields: Mapping[str, Place]) -> Iterator[tuple[Place, Rule]]:
    if "rows" in fields:
        for place in fields["rows"].items("rules"):
            yield place, _of_rows(place)
    if "columns" in fields:
        for name, column in fields["columns"].mapping(None, "columns").items():
            if not name:
                column.refuse("the name of a column", name)
            for place in column.items("rules"):
                yield place, _of_column(name, place)
    if "together" in fields:
        for place in fields["together"].items("rules"):
            yield place, _of_many(place)


def _of_rows(place: Place) -> Rule:
    fields = place.mapping((*BOUNDS, *COMMON), "a rule about rows")
    low, high = _bounds(fields, place)
    for name in BOUNDS:
        if name in fields:
            bound = fields[name].number()
            if bound < 0 or not bound.is_integer():
                fields[name].refuse("a whole number, 0 or more")
    return _rule((), RowCount(low, high), fields, place)


def _of_column(name: str, place: Place) -> Rule:
    fields = place.mapping((*OF_COLUMN, *COMMON), "a rule about a column")
    asked = list(dict.fromkeys("bounds" if one in BOUNDS else one for one in fields))
    asked = [one for one in asked if one not in COMMON]
    if len(asked) != 1:
        place.refuse(
            f"one thing asked by each rule, of {', '.join(OF_COLUMN)}", ", ".join(asked) or "none"
        )
    return _rule((name,), _ask(asked[0], fields, place), fields, place)


def _ask(what: str, fields: Mapping[str, Place], place: Place) -> Ask:
    if what == "bounds":
        return Between(*_bounds(fields, place))
    at = fields[what]
    match what:
        case "type":
            return OfType(_member(ColumnType, at, "a type"))
        case "nullable":
            return _present(at)
        case "missing_at_most":
            return MissingAtMost(_share(at, whole=True))
        case "one_of":
            return OneOf(_values(at))
        case "matches":
            return Matches(_pattern(at))
        case "fresh_within":
            return _fresh(at)
        case _:
            return _unique(at)


def _of_many(place: Place) -> Rule:
    fields = place.mapping((*OF_MANY, *COMMON), "a rule about several columns")
    if ("unique" in fields) == ("compare" in fields):
        place.refuse("either unique or compare", "both" if "unique" in fields else "neither")
    if "unique" in fields:
        names = [at.text("the name of a column") for at in fields["unique"].items("columns")]
        if len(names) < 2 or len(set(names)) < len(names):
            fields["unique"].refuse("two columns or more, each once", ", ".join(names))
        return _rule(tuple(names), Unique(), fields, place)
    said = [at.text("a column, how they compare, a column") for at in fields["compare"].items("")]
    if len(said) != 3 or said[1] not in set(Operator) or said[0] == said[2]:
        fields["compare"].refuse(
            f"[column, one of {' '.join(Operator)} in quotes, another column]", ", ".join(said)
        )
    return _rule((said[0], said[2]), Compared(Operator(said[1])), fields, place)


def _rule(columns: tuple[str, ...], ask: Ask, fields: Mapping[str, Place], place: Place) -> Rule:
    if "reason" not in fields:
        place.refuse("a rule with its reason", "none")
    severity = Severity.ERROR
    if "severity" in fields:
        severity = _member(Severity, fields["severity"], "a severity")
    tolerate = 0.0
    if "tolerate" in fields:
        if isinstance(ask, EXACT):
            fields["tolerate"].refuse("nothing to tolerate: this asks of the whole column")
        tolerate = _share(fields["tolerate"], whole=False)
    return Rule(columns, ask, fields["reason"].text("why it is asked"), severity, tolerate)


def _bounds(fields: Mapping[str, Place], place: Place) -> tuple[float | None, float | None]:
    low, high = (fields[name].number() if name in fields else None for name in BOUNDS)
    if low is None and high is None:
        place.refuse("at_least, at_most or both", "neither")
    if low is not None and high is not None and low > high:
        fields["at_least"].refuse(f"no more than at_most, {high:g}")
    return low, high


def _member(kind: type[Member], at: Place, what: str) -> Member:
    name = at.text(what)
    if name not in set(kind):
        at.refuse(f"{what}: {', '.join(kind)}")
    return kind(name)


def _share(at: Place, *, whole: bool) -> float:
    share = at.number()
    if not 0 <= share <= 1 or (share == 1 and not whole):
        at.refuse(f"a share from 0 {'to' if whole else 'to less than'} 1, such as 0.01")
    return share


def _values(at: Place) -> tuple[str, ...]:
    found: list[str] = []
    for one in at.items("values"):
        value = one.value("text or a number")
        if isinstance(value, bool):
            one.refuse("text or a number; true and false in quotes")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if str(value) in found:
            one.refuse("each value once")
        found.append(str(value))
    if not 1 <= len(found) <= MOST_VALUES:
        at.refuse(f"1 to {MOST_VALUES:,} values", len(found))
    return tuple(found)


def _pattern(at: Place) -> str:
    pattern = at.text("a regular expression, in quotes")
    if len(pattern) > MOST_PATTERN:
        at.refuse(f"at most {MOST_PATTERN} characters", f"{len(pattern)} characters")
    problem = why_no_pattern(pattern)
    if problem is not None:
        at.refuse(f"a regular expression as RE2 reads it: {problem}")
    return pattern


def _fresh(at: Place) -> FreshWithin:
    text = at.text("a number and m, h, d or w, such as 30d")
    try:
        within = duration(text, "fresh_within")
    except Invalid as error:
        at.refuse(error.expected)
    if not within:
        at.refuse("a span greater than nothing")
    return FreshWithin(within)


def _present(at: Place) -> Present:
    if at.switch():
        at.refuse("false, or no rule about it")
    return Present()


def _unique(at: Place) -> Unique:
    if not at.switch():
        at.refuse("true, or no rule about it")
    return Unique()

"""The file of a whole register: YAML, read risk by risk; a refusal names field and line."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.yaml_text import Place, read
from gonogo.domain.risks.reading import FIELDS, key_of, risk
from gonogo.domain.risks.rules import RiskText

WHAT = "register"
MOST_CHARACTERS = 512 * 1024
MOST_RISKS = 500
SHARED = ("currency", "case")
"""What is said once for all risks of the file."""
DATES = ("due", "max_age")


def register(text: str) -> dict[str, RiskText]:
    """The risks in `text` by their names; raises `Invalid` naming field and line.

    All money of a file is in one currency.
    """
    top = read(text, what=WHAT, most=MOST_CHARACTERS)
    said = top.mapping((*SHARED, "risks"), "a register")
    if "risks" not in said:
        top.refuse("a register with the field risks", "none")
    shared: dict[str, Json] = {name: said[name].text("a word") for name in SHARED if name in said}
    places = said["risks"].mapping(None, "risks by their names")
    if not 1 <= len(places) <= MOST_RISKS:
        said["risks"].refuse(f"1 to {MOST_RISKS} risks", len(places))
    found = {key: _one(key, at, shared) for key, at in places.items()}
    _one_currency(found, places)
    return found


def written(found: Mapping[str, RiskText]) -> str:
    """A register as its file says it."""
    risks: dict[str, Any] = {
        key: {name: text.said[name] for name in FIELDS if name in text.said}
        for key, text in found.items()
    }
    return yaml.safe_dump({"risks": risks}, sort_keys=False, allow_unicode=True, width=88)


def _one(key: str, at: Place, shared: Mapping[str, Json]) -> RiskText:
    try:
        key_of(key)
        said = {**shared, **_plain_fields(at)}
        return risk(said)
    except Invalid as error:
        if "(line" in error.field:
            raise
        raise Invalid(
            field=f"risks.{key}.{error.field} (line {_line(at, error.field)})",
            value=error.value,
            expected=error.expected,
            message=f"The {WHAT} is wrong",
        ) from error


def _one_currency(found: Mapping[str, RiskText], places: Mapping[str, Place]) -> None:
    first = next((one.currency for one in found.values() if one.currency), "")
    for key, one in found.items():
        if one.currency and one.currency != first:
            field = places[key].mapping(None, "a risk").get("currency", places[key])
            field.refuse(f"one currency in a file, {first} as the risks before", one.currency)


def _plain_fields(at: Place) -> dict[str, Json]:
    return {name: _plain(one, name) for name, one in at.mapping(FIELDS, "a risk").items()}


def _plain(at: Place, name: str) -> Json:
    """What is written there, as JSON has it; dates stay text."""
    if isinstance(at.node, yaml.MappingNode):
        return {key: _plain(one, key) for key, one in at.mapping(None, "fields").items()}
    if isinstance(at.node, yaml.SequenceNode):
        return [_plain(one, name) for one in at.items("values")]
    if name in DATES:
        return at.scalar or ""
    return at.value("a value")


def _line(at: Place, field: str) -> int:
    """The line of the field, or of the nearest thing around it that is there."""
    line = at.line
    for place in _way(at, field):
        line = place.line
    return line


def _way(at: Place, field: str) -> Iterator[Place]:
    for name in field.replace("[", ".[").split("."):
        if name.startswith("["):
            items = list(at.items("values"))
            if int(name[1:-1]) >= len(items):
                return
            at = items[int(name[1:-1])]
        elif isinstance(at.node, yaml.MappingNode):
            below = at.mapping(None, "fields")
            if name not in below:
                return
            at = below[name]
        else:
            return
        yield at

"""Rubrics as people write them: YAML, field by field; a refusal names field and line."""

import math
from functools import cache
from importlib.resources import files
from itertools import pairwise

from gonogo.core.catalogue import check_spec
from gonogo.core.conditions import Condition
from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.core.yaml_text import Place, read
from gonogo.domain.scoring.rules import Criterion, Rubric, Source
from gonogo.stats.money.amounts import Between
from gonogo.stats.portfolio.rubrics import HIGHEST, LOWEST

WHAT = "rubric"
FIELDS = ("rubric", "criteria")
CRITERION = (
    *("title", "asks", "weight", "levels", "from", "bounds", "conditions", "tiers"),
    "severities",
)
MORE = {"severities": Source.RISK}
"""Fields that may stand beside what a source needs."""
NEEDED = ("title", "asks", "weight", "levels")
BY_SOURCE = {
    Source.BENEFIT: "bounds",
    Source.HYPOTHESES: "bounds",
    Source.DATA: "conditions",
    Source.RISK: "tiers",
}
"""The field that says how a source becomes a level."""
CONDITION = ("check", "at_least", "at_most")
TIERS = ("minimal", "limited", "high")
SEVERITIES = ("low", "moderate", "high", "critical")
LEVELS = tuple(str(level) for level in range(int(LOWEST), int(HIGHEST) + 1))
MOST_CRITERIA = 12
MOST_CONDITIONS = 30
MOST_WEIGHT = 1_000.0


@cache
def shipped() -> Rubric:
    """The rubric that comes with gonogo."""
    return parse(files("gonogo").joinpath("policies", "scoring.yaml").read_text(encoding="utf-8"))


def parse(text: str) -> Rubric:
    """The rubric in `text`; raises `Invalid` naming field and line."""
    top = read(text, what=WHAT)
    fields = top.mapping(FIELDS, "a rubric")
    for needed in FIELDS:
        if needed not in fields:
            top.refuse(f"a rubric with the field {needed}", "none")
    criteria = tuple(
        _criterion(key, place)
        for key, place in fields["criteria"].mapping(None, "criteria by name").items()
    )
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        fields["criteria"].refuse(f"1 to {MOST_CRITERIA} criteria", len(criteria))
    if not sum(one.weight for one in criteria) > 0:
        fields["criteria"].refuse("one weight above 0 at least", "none")
    return Rubric(_slug(fields["rubric"], "the name of the rubric"), criteria, text)


def _criterion(key: str, place: Place) -> Criterion:
    if not SLUG.fullmatch(key):
        place.refuse("a name of lower-case letters, digits and hyphens: data-readiness", key)
    fields = place.mapping(CRITERION, "a criterion")
    for needed in NEEDED:
        if needed not in fields:
            place.refuse(f"a criterion with the field {needed}", "none")
    weight = fields["weight"].number()
    if not 0 <= weight <= MOST_WEIGHT:
        fields["weight"].refuse(f"a number from 0 to {MOST_WEIGHT:g}")
    source = _source(fields["from"]) if "from" in fields else None
    _check_way(place, fields, source)
    return Criterion(
        key=key,
        title=fields["title"].text("the title of the criterion"),
        asks=fields["asks"].text("what it asks, in one sentence"),
        weight=weight,
        levels=_levels(fields["levels"]),
        source=source,
        bounds=_bounds(fields["bounds"]) if "bounds" in fields else (),
        conditions=_conditions(fields["conditions"]) if "conditions" in fields else (),
        tiers=_tiers(fields["tiers"]) if "tiers" in fields else {},
        severities=_severities(fields["severities"]) if "severities" in fields else {},
    )


def _check_way(place: Place, fields: dict[str, Place], source: Source | None) -> None:
    """Refuse a source without what makes a level of it, and what says it of another source."""
    wanted = None if source is None else BY_SOURCE[source]
    for name in dict.fromkeys(BY_SOURCE.values()):
        if name in fields and name != wanted:
            fields[name].refuse(
                f"no {name}: they say nothing of a criterion from {source or 'people'}", name
            )
    for name, of in MORE.items():
        if name in fields and source is not of:
            fields[name].refuse(f"no {name} but of a criterion from {of}", name)
    if wanted is not None and wanted not in fields:
        place.refuse(f"the field {wanted}, by which {source} becomes a level", "none")


def _source(place: Place) -> Source:
    text = place.text("what answers it by itself")
    try:
        return Source(text)
    except ValueError:
        place.refuse(f"one of {', '.join(Source)}; without it, people say it")


def _levels(place: Place) -> tuple[str, ...]:
    fields = place.mapping(LEVELS, "levels")
    for needed in LEVELS:
        if needed not in fields:
            place.refuse("what each level from 1 to 5 means, in words", f"no level {needed}")
    return tuple(fields[level].text("what the level means, in words") for level in LEVELS)


def _bounds(place: Place) -> tuple[float, ...]:
    found = tuple(one.number() for one in place.items("numbers"))
    if len(found) != len(LEVELS) - 1 or any(one >= other for one, other in pairwise(found)):
        place.refuse("four numbers that rise: where the levels 2 to 5 begin", list(found))
    return found


def _conditions(place: Place) -> tuple[Condition, ...]:
    found = tuple(_condition(one) for one in place.items("conditions"))
    if not 1 <= len(found) <= MOST_CONDITIONS:
        place.refuse(f"1 to {MOST_CONDITIONS} conditions", len(found))
    return found


def _condition(place: Place) -> Condition:
    fields = place.mapping(CONDITION, "a condition")
    if "check" not in fields:
        place.refuse("a condition with a check", "none")
    name = fields["check"].text("the name of a check")
    if not name.startswith("data."):
        fields["check"].refuse("a check of data: data.missing_share")
    try:
        check_spec(name)
    except Invalid as error:
        fields["check"].refuse(error.expected)
    if not {"at_least", "at_most"} & fields.keys():
        place.refuse("at_least, at_most or both", "neither")
    low = fields["at_least"].number() if "at_least" in fields else -math.inf
    high = fields["at_most"].number() if "at_most" in fields else math.inf
    if low > high:
        place.refuse("at_least that is not above at_most", "the other way round")
    return Condition(name, at_least=low, at_most=high)


def _tiers(place: Place) -> dict[str, Between]:
    fields = place.mapping(TIERS, "levels by risk tier")
    for needed in TIERS:
        if needed not in fields:
            place.refuse(f"levels for each tier: {', '.join(TIERS)}", f"no {needed}")
    return {tier: _range(at) for tier, at in fields.items()}


def _severities(place: Place) -> dict[str, float]:
    """The highest level while a risk of such a severity is open; the graver, the lower."""
    fields = place.mapping(SEVERITIES, "highest levels by severity")
    found = {name: fields[name].number() for name in SEVERITIES if name in fields}
    for name, level in found.items():
        if not LOWEST <= level <= HIGHEST:
            fields[name].refuse(f"a level from {LOWEST:g} to {HIGHEST:g}")
    for (_, before), (name, level) in pairwise(found.items()):
        if level > before:
            fields[name].refuse(f"{before:g} or less: no more than a less severe risk allows")
    return found


def _range(place: Place) -> Between:
    found = [one.number() for one in place.items("levels")]
    rises = len(found) == 3 and LOWEST <= found[0] <= found[1] <= found[2] <= HIGHEST
    if not rises:
        place.refuse("the lowest, likeliest and highest level, from 1 to 5: [3, 4, 4]", found)
    return Between(*found)


def _slug(place: Place, what: str) -> str:
    text = place.text(what)
    if not SLUG.fullmatch(text):
        place.refuse(f"{what}: lower-case letters, digits and hyphens")
    return text

"""The file of scenarios: named changes of a plan in YAML, read and written."""

import yaml

from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.core.yaml_text import Place, read
from gonogo.domain.plans.reading import MOST_MONEY, between, day, quarters
from gonogo.domain.plans.scenarios import Scenario

WHAT = "file of scenarios"
MOST_CHARACTERS = 64 * 1024
MOST = 12
"""Scenarios at once: each is simulated like a forecast."""
FIELDS = ("title", "people", "teams", "without", "deadline", "prior", "budget", "drop")


def parse(text: str) -> tuple[Scenario, ...]:
    """The scenarios in `text`; raises `Invalid` naming field and line."""
    said = read(text, what=WHAT, most=MOST_CHARACTERS).mapping(("scenarios",), WHAT)
    if "scenarios" not in said:
        raise Invalid(field="scenarios", expected=f"a {WHAT} with the field scenarios")
    place = said["scenarios"]
    found = place.mapping(None, "scenarios")
    if not 1 <= len(found) <= MOST:
        place.refuse(f"1 to {MOST} scenarios", len(found))
    return tuple(_scenario(name, at) for name, at in found.items())


def written(scenarios: tuple[Scenario, ...]) -> str:
    """`scenarios` as a file.

    >>> parse(written((Scenario("x", people={"analyst": 1.5}),)))[0].people
    {'analyst': 1.5}
    """
    return str(
        yaml.safe_dump(
            {"scenarios": {one.name: _said(one) for one in scenarios}},
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=None,
        )
    )


def _said(one: Scenario) -> dict[str, object]:
    said: dict[str, object] = {
        "title": one.title,
        "people": dict(one.people),
        "teams": dict(one.teams),
        "without": list(one.without),
        "deadline": one.deadline,
        "prior": dict(one.priors),
        "budget": one.budget,
        "drop": list(one.drop),
    }
    return {name: value for name, value in said.items() if value or value == 0.0}


def _scenario(name: str, place: Place) -> Scenario:
    if not SLUG.fullmatch(name):
        place.refuse("a name of lower-case letters, digits and hyphens, 1 to 64 long", name)
    said = place.mapping(FIELDS, "a scenario")
    if not set(said) - {"title"}:
        place.refuse("a scenario that changes something: " + ", ".join(FIELDS[1:]), "none")
    without = said["without"].items("steps") if "without" in said else ()
    return Scenario(
        name=name,
        title=said["title"].text("what the scenario is") if "title" in said else "",
        people=_numbers(said, "people"),
        teams=_numbers(said, "teams"),
        without=tuple(dict.fromkeys(one.text("a step of the plan") for one in without)),
        deadline=day(said["deadline"]) if "deadline" in said else None,
        priors=_shares(said),
        budget=between(said["budget"], 0, MOST_MONEY) if "budget" in said else None,
        drop=_cases(said["drop"]) if "drop" in said else (),
    )


def _cases(place: Place) -> tuple[str, ...]:
    found = []
    for one in place.items("use cases"):
        case = one.text("the name of a use case")
        if not SLUG.fullmatch(case):
            one.refuse("the name of a use case", case)
        found.append(case)
    if not found:
        place.refuse("one use case or more", "none")
    return tuple(dict.fromkeys(found))


def _numbers(said: dict[str, Place], name: str) -> dict[str, float]:
    if name not in said:
        return {}
    return {key: quarters(at) for key, at in said[name].mapping(None, name).items()}


def _shares(said: dict[str, Place]) -> dict[str, float]:
    if "prior" not in said:
        return {}
    found = said["prior"].mapping(None, "hypotheses and their probabilities")
    return {key: between(at, 0, 1) for key, at in found.items()}

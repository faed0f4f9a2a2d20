"""The file of a plan: YAML as people write it, read into values; a refusal names field and line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from gonogo.core.subjects import SLUG
from gonogo.core.yaml_text import Place, nearest, read
from gonogo.domain.plans.people import People
from gonogo.domain.plans.reading import (
    MOST_MONEY,
    between,
    calendar_of,
    currency,
    day,
    one_of,
    people_of,
    quarters,
    teams_of,
)
from gonogo.domain.plans.rules import Beyond, Plan, PlannedStep
from gonogo.stats.plans.durations import Estimated, Fixed, Lognormal, Pert, Triangular
from gonogo.stats.plans.network import Link, Outcome, Risk

WHAT = "plan"
MOST_CHARACTERS = 256 * 1024
MOST_STEPS = 2000
MOST_DAYS = 10_000.0
PLAN = (
    "plan",
    "start",
    "goal",
    "deadline",
    "currency",
    "correlation",
    "calendar",
    "people",
    "teams",
    "steps",
    "risks",
)
STEP = (
    "title",
    "days",
    "after",
    "needs",
    "hypothesis",
    "succeeds",
    "retries",
    "fails",
    "if_succeeds",
    "if_fails",
    "not_before",
    "cost",
    "milestone",
    "deadline",
    "begun",
    "done",
    "succeeded",
)
RISK = ("title", "probability", "steps", "delay", "stretch", "cost")
POINTS = ("optimistic", "likely", "pessimistic")
SHAPES: dict[str, type[Pert] | type[Triangular]] = {"pert": Pert, "triangular": Triangular}
STOP, GO_ON = "stop", "go on"


def parse(text: str) -> Plan:
    """The plan in `text`; raises `Invalid` naming field and line: `steps.train.days (line 12)`."""
    top = read(text, what=WHAT, most=MOST_CHARACTERS)
    said = top.mapping(PLAN, "a plan")
    for needed in ("plan", "steps"):
        if needed not in said:
            top.refuse(f"a plan with the field {needed}", "none")
    people = people_of(said)
    teams = teams_of(said, people)
    steps = _steps(said["steps"], people)
    keys = [step.key for step in steps]
    risks, titles = _risks(said["risks"], keys) if "risks" in said else ((), {})
    goal = one_of(said["goal"], keys, "a step of this plan") if "goal" in said else None
    return Plan(
        name=said["plan"].text("what the plan is called"),
        steps=steps,
        text=text,
        people=people,
        teams=teams,
        risks=risks,
        titles=titles,
        calendar=calendar_of(said),
        correlation=between(said["correlation"], 0, 0.99) if "correlation" in said else 0.0,
        start=day(said["start"]) if "start" in said else None,
        goal=goal,
        deadline=_deadline(said, steps, goal),
        currency=currency(said["currency"]) if "currency" in said else "",
    )


def _deadline(
    said: Mapping[str, Place], steps: tuple[PlannedStep, ...], goal: str | None
) -> date | None:
    """The deadline of the plan, which is that of its goal."""
    own = next((step.deadline for step in steps if step.key == goal), None)
    if "deadline" not in said:
        return own
    found = day(said["deadline"])
    if own is not None and own != found:
        said["deadline"].refuse(f"{own}, which the goal says, or one deadline of the two", found)
    return found


def _steps(place: Place, people: Mapping[str, People]) -> tuple[PlannedStep, ...]:
    fields = place.mapping(None, "steps")
    if not 1 <= len(fields) <= MOST_STEPS:
        place.refuse(f"1 to {MOST_STEPS:,} steps", len(fields))
    for key, at in fields.items():
        if not SLUG.fullmatch(key):
            at.refuse("a key of lower-case letters, digits and hyphens, 1 to 64 long", key)
    return tuple(_step(key, at, list(fields), people) for key, at in fields.items())


def _step(key: str, place: Place, keys: list[str], people: Mapping[str, People]) -> PlannedStep:
    said = place.mapping(STEP, "a step")
    milestone = "milestone" in said and said["milestone"].switch()
    if "days" not in said and not milestone and "done" not in said:
        place.refuse("a step with the field days, a milestone, or one that is done", "none")
    if "deadline" in said and not milestone:
        said["deadline"].refuse("a milestone: other steps have no deadline of their own")
    after = _after(said["after"], keys) if "after" in said else ()
    step = PlannedStep(
        key=key,
        title=said["title"].text("what is done") if "title" in said else key,
        days=_duration(said["days"], MOST_DAYS) if "days" in said else Fixed(0.0),
        after=tuple(link for link in after if isinstance(link, Link)),
        beyond=tuple(link for link in after if isinstance(link, Beyond)),
        needs=_needs(said["needs"], people) if "needs" in said else (),
        only_if=_only_if(place, said, keys),
        not_before=day(said["not_before"]) if "not_before" in said else None,
        cost=between(said["cost"], 0, MOST_MONEY) if "cost" in said else 0.0,
        milestone=milestone,
        deadline=day(said["deadline"]) if "deadline" in said else None,
        estimated="days" in said or milestone,
        begun=day(said["begun"]) if "begun" in said else None,
        done=day(said["done"]) if "done" in said else None,
    )
    return _resting(place, said, step)


def _resting(place: Place, said: Mapping[str, Place], step: PlannedStep) -> PlannedStep:
    """`step` with what it rests on."""
    rests = "hypothesis" in said or "succeeds" in said
    for name in ("retries", "fails", "succeeded"):
        if name in said and not rests:
            said[name].refuse(
                "a step that names a hypothesis, or with what probability it succeeds"
            )
    if "succeeded" in said and step.done is None:
        said["succeeded"].refuse("a step that is done")
    if rests and step.done is not None and "succeeded" not in said and "hypothesis" not in said:
        place.refuse("the field succeeded, as the step is done", "none")
    fails = GO_ON
    if "fails" in said:
        fails = one_of(said["fails"], [STOP, GO_ON], f"what happens then: {STOP} or {GO_ON}")
    retries = said["retries"].number() if "retries" in said else 0.0
    if not 0 <= retries <= 20 or not retries.is_integer():
        said["retries"].refuse("a whole number, 0 to 20")
    return replace(
        step,
        hypothesis=said["hypothesis"].text("the name of a hypothesis of this use case")
        if "hypothesis" in said
        else None,
        succeeds=between(said["succeeds"], 0, 1) if "succeeds" in said else None,
        retries=int(retries),
        stops=fails == STOP,
        succeeded=said["succeeded"].switch() if "succeeded" in said else None,
    )


def _only_if(place: Place, said: Mapping[str, Place], keys: list[str]) -> Outcome | None:
    named = [name for name in ("if_succeeds", "if_fails") if name in said]
    if len(named) > 1:
        place.refuse("if_succeeds or if_fails, not both", "both")
    for name in named:
        return Outcome(one_of(said[name], keys, "a step of this plan"), name == "if_succeeds")
    return None


def _after(place: Place, keys: list[str]) -> tuple[Link | Beyond, ...]:
    if place.scalar is not None:
        return (_link(place, keys),)
    if place.is_object:
        return (_link(place, keys),)
    return tuple(_link(at, keys) for at in place.items("steps"))


def _link(place: Place, keys: list[str]) -> Link | Beyond:
    if place.scalar is not None:
        return _linked(place, keys, 0.0)
    said = place.mapping(("step", "lag"), "a step that comes before")
    if "step" not in said:
        place.refuse("the field step", "none")
    lag = between(said["lag"], -MOST_DAYS, MOST_DAYS) if "lag" in said else 0.0
    return _linked(said["step"], keys, lag)


def _linked(place: Place, keys: list[str], lag: float) -> Link | Beyond:
    """A step of this plan, or `use-case/step` of another one."""
    case, slash, step = (place.scalar or "").partition("/")
    if not slash:
        return Link(one_of(place, keys, "a step of this plan"), lag)
    if not (SLUG.fullmatch(case) and SLUG.fullmatch(step)):
        place.refuse("a step of this plan, or use-case/step of another one")
    return Beyond(case, step, lag)


def _needs(place: Place, people: Mapping[str, People]) -> tuple[tuple[str, float], ...]:
    found = []
    for role, at in place.mapping(None, "roles and how many of each").items():
        if role not in people:
            near = nearest(role, people)
            listed = ", ".join(people) or "none"
            at.refuse(
                f"a role that somebody has; under people there are: {listed}"
                + (f"; did you mean {near}?" if near else ""),
                role,
            )
        number = quarters(at)
        if number > people[role].number:
            at.refuse(f"at most {people[role].number:g}, as many as there are", number)
        found.append((role, number))
    return tuple(found)


def _risks(place: Place, keys: list[str]) -> tuple[tuple[Risk, ...], dict[str, str]]:
    found, titles = [], {}
    for key, at in place.mapping(None, "risks").items():
        said = at.mapping(RISK, "a risk")
        if "probability" not in said:
            at.refuse("a risk with the field probability", "none")
        steps: tuple[str, ...] = ()
        if "steps" in said:
            named = [
                one_of(one, keys, "a step of this plan") for one in said["steps"].items("steps")
            ]
            steps = tuple(dict.fromkeys(named))
        if not steps and ("delay" in said or "stretch" in said):
            at.refuse("the field steps: which take longer by it", "none")
        found.append(
            Risk(
                key=key,
                probability=between(said["probability"], 0, 1),
                steps=steps,
                delay=_duration(said["delay"], MOST_DAYS) if "delay" in said else Fixed(0.0),
                stretch=between(said["stretch"], 1, 100) if "stretch" in said else 1.0,
                cost=_duration(said["cost"], MOST_MONEY) if "cost" in said else Fixed(0.0),
            )
        )
        titles[key] = said["title"].text("what may happen") if "title" in said else key
    return tuple(found), titles


def _duration(place: Place, most: float) -> Estimated:
    """A number, three points, or two percentiles."""
    if place.scalar is not None:
        return Fixed(between(place, 0, most))
    percentiles = [name for name in place.mapping(None, "an estimate") if name[:1] == "p"]
    if any(name not in POINTS for name in percentiles):
        return _percentiles(place, most)
    said = place.mapping((*POINTS, "shape"), "an estimate of three points")
    for name in POINTS:
        if name not in said:
            place.refuse(f"the field {name}", "none")
    low, likely, high = (between(said[name], 0, most) for name in POINTS)
    if not low <= likely:
        said["likely"].refuse(f"at least the optimistic {low:g}")
    if not likely <= high:
        said["pessimistic"].refuse(f"at least the likely {likely:g}")
    shape = (
        one_of(said["shape"], list(SHAPES), f"a shape: {' or '.join(SHAPES)}")
        if "shape" in said
        else "pert"
    )
    return SHAPES[shape](low, likely, high)


def _percentiles(place: Place, most: float) -> Estimated:
    said = place.mapping(None, "an estimate by two percentiles")
    found: list[tuple[float, float]] = []
    for name, at in said.items():
        if not (name[:1] == "p" and name[1:].isdigit() and 0 < int(name[1:]) < 100):
            at.refuse("two percentiles such as p10 and p90", name)
        found.append((int(name[1:]) / 100, between(at, 0, most)))
    if len(found) != 2:
        place.refuse("two percentiles such as p10 and p90", len(found))
    (low_share, low), (high_share, high) = sorted(found)
    if not 0 < low <= high:
        place.refuse("percentiles above 0 that rise with their share", f"{low:g} and {high:g}")
    return Lognormal(low, high, low_share, high_share)

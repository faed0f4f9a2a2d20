"""From what a file of another tool says to the text of a plan, in YAML; pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import yaml

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.domain.plans.file import MOST_STEPS, parse
from gonogo.domain.plans.imports.items import (
    DURATION_SAYS,
    Imported,
    Item,
    Options,
    counted,
    duration,
    named,
    plain,
    refuse,
)

Field = Json | date | Mapping[str, "Field"] | list["Field"]
WIDTH = 100
IN_STEP = re.compile(r"steps\.(?P<step>[a-z0-9-]+)\.?(?P<field>.*?) \(line \d+\)")
REPLACED = ("steps",)
"""Of a plan that is kept otherwise."""


def written(found: Imported, options: Options) -> tuple[str, tuple[str, ...]]:
    """The plan in YAML, and what was not taken over; raises `Invalid` naming item and field."""
    _check_keys(found.items)
    linked, notes = _linked(found.items, options)
    items = [_with_days(item, options) for item in linked]
    _check_days(items)
    steps: dict[str, Field] = {item.key: _step(item, options) for item in items}
    people = _people(found, items)
    text = _anew(found, options, people, steps)
    if options.base:
        text = _kept(options.base, people, steps)
    _check_text(text, items)
    return text, (*found.notes, *notes, *_unestimated(items), *_without_deadline(items, options))


def _unestimated(items: Iterable[Item]) -> tuple[str, ...]:
    """What is to be said of finished steps whose estimate the file does not say."""
    count = sum(
        item.done is not None and item.days is None and not item.milestone for item in items
    )
    if not count:
        return ()
    said = f"{counted(count, 'finished step')} without an estimate"
    return (f"{said}: how long they took is not learned from",)


def _without_deadline(items: Iterable[Item], options: Options) -> tuple[str, ...]:
    """What is to be said of due dates that no plan can keep."""
    due = [item for item in items if item.deadline and item.done is None]
    of_steps = sum(not item.milestone for item in due)
    past = sum(item.milestone and not _ahead(item.deadline, options) for item in due)
    notes = []
    if of_steps:
        notes.append(f"{counted(of_steps, 'due date')} left out: only milestones have a deadline")
    if past:
        notes.append(f"{counted(past, 'due date')} of milestones left out: they have passed")
    return tuple(notes)


def _ahead(on: date | None, options: Options) -> bool:
    return on is not None and on >= options.today


def _check_text(text: str, items: Iterable[Item]) -> None:
    """Raise `Invalid` where the text is no plan, naming the item in place of a line of it."""
    try:
        parse(text)
    except Invalid as error:
        place = IN_STEP.fullmatch(error.field)
        sources = {item.key: item.source for item in items}
        if place is None or place["step"] not in sources:
            raise
        name = place["field"] or place["step"]
        refuse(name, sources[place["step"]], error.value, error.expected)


def _check_keys(items: tuple[Item, ...]) -> None:
    if not 1 <= len(items) <= MOST_STEPS:
        raise Invalid(
            field="text", value=counted(len(items), "step"), expected=f"1 to {MOST_STEPS:,} steps"
        )
    seen: dict[str, str] = {}
    for item in items:
        if item.key in seen:
            refuse("key", item.source, item.key, f"each key once; {seen[item.key]} has it too")
        seen[item.key] = item.source


def _linked(items: tuple[Item, ...], options: Options) -> tuple[list[Item], tuple[str, ...]]:
    """The items without links to what is not there, if these may be left out."""
    known = {item.key for item in items}
    kept, dropped = [], 0
    for item in items:
        outside = [key for key, _ in item.after if key not in known and not _beyond(key)]
        if outside and not options.drop_outside:
            refuse(
                "after",
                item.source,
                outside[0],
                "something that the file holds; or leave out links to what it does not",
            )
        dropped += len(outside)
        inside = {key: lag for key, lag in item.after if key in known or _beyond(key)}
        kept.append(replace(item, after=tuple(inside.items())))
    if not dropped:
        return kept, ()
    return kept, (f"{counted(dropped, 'link')} to what the file does not hold left out",)


def _beyond(key: str) -> bool:
    """Whether this is a step of another use case: `use-case/step`."""
    case, slash, step = key.partition("/")
    return bool(slash and SLUG.fullmatch(case) and SLUG.fullmatch(step))


def _with_days(item: Item, options: Options) -> Item:
    if item.days is not None or item.milestone:
        return item
    # How long what is done was thought to take, nobody said: it is no estimate to learn from.
    if item.done is not None or not options.days_missing:
        return item
    try:
        return replace(item, days=duration(options.days_missing, options.hours_a_day))
    except ValueError:
        refuse("days_missing", "", options.days_missing, DURATION_SAYS)


def _check_days(items: list[Item]) -> None:
    open_ = [item for item in items if not item.milestone and item.done is None]
    without = [item for item in open_ if item.days is None]
    if without:
        raise Invalid(
            field="days",
            value=named([f"{item.key} ({item.source})" for item in without]),
            expected="how long each takes, or days for all that do not say it (days missing: "
            f"{DURATION_SAYS})",
            message=f"{counted(len(without), 'step')} without a duration",
        )


def _step(item: Item, options: Options) -> dict[str, Field]:
    said: dict[str, Field] = {}
    if item.title and item.title != item.key:
        said["title"] = item.title
    if item.milestone:
        said["milestone"] = True
    if item.days is not None and not (item.milestone and item.days == 0):
        said["days"] = item.days
    if item.after:
        said["after"] = _after(item.after)
    if item.needs:
        said["needs"] = {role: plain(number) for role, number in item.needs.items()}
    open_ = item.begun is None and item.done is None
    if item.not_before and not (open_ and item.not_before < options.today):
        said["not_before"] = item.not_before
    if item.milestone and item.done is None and _ahead(item.deadline, options):
        said["deadline"] = item.deadline
    dates = {"begun": item.begun, "done": item.done}
    return {**said, **{name: on for name, on in dates.items() if on}, **item.more}


def _after(links: tuple[tuple[str, float], ...]) -> Field:
    found: list[Field] = [{"step": key, "lag": plain(lag)} if lag else key for key, lag in links]
    return found[0] if len(found) == 1 and isinstance(found[0], str) else found


def _people(found: Imported, items: Iterable[Item]) -> dict[str, float]:
    """Of each role as many as the file tells, at least as many as one step needs."""
    people = {role: plain(number) for role, number in found.people.items()}
    for item in items:
        for role, number in item.needs.items():
            people[role] = max(people.get(role, 0), plain(number))
    return people


def _anew(
    found: Imported, options: Options, people: Mapping[str, float], steps: Mapping[str, Field]
) -> str:
    top: dict[str, Field] = {"plan": options.name or found.name}
    if found.start and found.start >= options.today:
        top["start"] = found.start
    if found.goal:
        top["goal"] = found.goal
    if found.deadline:
        top["deadline"] = found.deadline
    if found.calendar:
        top["calendar"] = dict(found.calendar)
    if people:
        top["people"] = dict(people)
    return _dumped({**top, "steps": dict(steps)})


def _kept(base: str, people: Mapping[str, float], steps: Mapping[str, Field]) -> str:
    """The plan `base` with other steps; whom they need and it lacks is added, nobody taken away.

    Its nodes are kept as they were written, so nothing of it is read as something else.
    """
    known = parse(base).people
    node = yaml.compose(base, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        raise Invalid(field="base", value=base[:80], expected="a plan in YAML")
    pairs = [(key, value) for key, value in node.value if key.value not in REPLACED]
    missing = {role: number for role, number in people.items() if role not in known}
    if missing:
        there = next((value for key, value in pairs if key.value == "people"), None)
        if there is None:
            pairs += _pairs({"people": missing})
        else:
            there.value += _pairs(missing)
    pairs += _pairs({"steps": dict(steps)})
    whole = yaml.MappingNode(node.tag, pairs, flow_style=False)
    return str(yaml.serialize(whole, allow_unicode=True, width=WIDTH))


def _pairs(found: Mapping[str, Field]) -> list[tuple[yaml.Node, yaml.Node]]:
    node = yaml.compose(_dumped(found), Loader=yaml.SafeLoader)
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _dumped(found: Mapping[str, Field]) -> str:
    """As people write it: a line for each field, short objects within one."""
    text: str = yaml.safe_dump(
        dict(found), sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDTH
    )
    return text

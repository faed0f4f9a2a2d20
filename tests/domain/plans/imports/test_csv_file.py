"""A plan's steps written as CSV and read back are the same steps."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.domain.plans.file import parse
from gonogo.domain.plans.imports import csv_file
from gonogo.domain.plans.imports.items import Options
from gonogo.domain.plans.imports.reading import Format, convert
from gonogo.domain.plans.rules import Plan

TODAY = date(2026, 11, 21)
NUMBERS = st.floats(0, 900, allow_subnormal=False).filter(lambda x: x == 0 or x > 1e-6)
TITLES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12
)
POINTS = st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted)
DAYS = st.one_of(
    NUMBERS,
    POINTS.map(lambda at: {"optimistic": at[0], "likely": at[1], "pessimistic": at[2]}),
    POINTS.map(
        lambda at: {
            "optimistic": at[0],
            "likely": at[1],
            "pessimistic": at[2],
            "shape": "triangular",
        }
    ),
    st.tuples(st.floats(0.1, 9), st.floats(9, 90)).map(lambda at: {"p5": at[0], "p80": at[1]}),
)


LAGS = st.floats(-20, 20, allow_subnormal=False).filter(lambda x: abs(x) > 1e-6)
DATES = st.dates(date(2020, 1, 1), date(2030, 1, 1))
ALONE = st.fixed_dictionaries(
    {"days": DAYS},
    optional={
        "title": TITLES,
        "needs": st.sampled_from([0.25, 1, 2.5]).map(lambda number: {"ml-engineer": number}),
        "not_before": DATES,
        "begun": DATES,
        "milestone": st.booleans(),
        "cost": NUMBERS,
    },
)
"""What a step can say that names no other."""
OUTCOMES = st.fixed_dictionaries(
    {
        "succeeds": st.floats(0, 1),
        "retries": st.integers(0, 20),
        "fails": st.sampled_from(["stop", "go on"]),
    }
)


@st.composite
def plans(draw: Callable[[Any], Any]) -> Plan:
    """A plan in which steps wait for those above, with everything a step can say."""
    steps: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 6))):
        step: dict[str, Any] = draw(ALONE)
        if draw(st.booleans()):
            step |= draw(OUTCOMES)
        if keys := list(steps):
            links = draw(st.lists(st.sampled_from(keys), unique=True, max_size=3))
            step["after"] = [{"step": one, "lag": draw(LAGS)} for one in links]
            if "succeeds" in step:
                step[draw(st.sampled_from(["if_fails", "if_succeeds"]))] = keys[0]
        if draw(st.booleans()):
            step.setdefault("after", []).append({"step": "fraud/data", "lag": draw(LAGS)})
        if step.get("milestone") and draw(st.booleans()):
            step["deadline"] = draw(DATES)
        if step.get("begun") and "succeeds" not in step and draw(st.booleans()):
            step["done"] = step["begun"] + timedelta(days=1)
            if draw(st.booleans()):
                del step["days"]
        steps[f"s-{number}"] = step
    top = {"plan": "Any", "people": {"ml-engineer": 3}, "steps": steps}
    return parse(yaml.safe_dump(top, sort_keys=False, allow_unicode=True))


@settings(max_examples=40)
@given(plans())
def test_written_and_read_back_it_is_the_same_plan(plan: Plan) -> None:
    text = csv_file.steps(plan)
    found = convert(text, Format.CSV, Options(today=date(2000, 1, 1), base=plan.text))

    again = parse(found.text)
    assert again.steps == plan.steps
    assert (again.name, again.people) == (plan.name, plan.people)


def test_no_cell_is_a_formula_for_a_spreadsheet() -> None:
    plan = parse("plan: x\nsteps: {a: {title: '=1+1', days: 1}, b: {title: \"'@x\", days: 1}}")
    text = csv_file.steps(plan)

    assert "a,'=1+1,1" in text
    assert "b,''@x,1" in text
    read = parse(convert(text, Format.CSV, Options(today=TODAY)).text)
    assert [step.title for step in read.steps] == ["=1+1", "'@x"]

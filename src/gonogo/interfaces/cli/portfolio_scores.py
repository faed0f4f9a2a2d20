"""Command line: use cases scored by a rubric, by RICE and WSJF, and the roadmap."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from gonogo.core.amounts import amount
from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.schemas import roadmap as roads
from gonogo.schemas import scoring as schemas
from gonogo.schemas.evidence import Measured

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]
Levels = Annotated[
    list[str] | None,
    typer.Option(
        "--level", help="CRITERION=LOW,LIKELY,HIGH, or CRITERION=LEVEL, 1 to 5. Repeatable."
    ),
]
Reasons = Annotated[
    list[str] | None, typer.Option("--reason", help="CRITERION=WHY, for each level. Repeatable.")
]
Shown = Annotated[
    list[str] | None,
    typer.Option("--evidence", help="CRITERION=DIGEST of an entry that shows it. Repeatable."),
]
Part = Annotated[str, typer.Option(help="LOW,LIKELY,HIGH, or one number.")]


def score(
    case: CaseName,
    level: Levels = None,
    reason: Reasons = None,
    evidence: Shown = None,
    role: Annotated[
        str, typer.Option(help="The role that is spoken for; needed where several are held.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show a use case by the rubric; with --level, say which levels it has, and why."""
    levels = {key: _three("level", text) for key, text in _named("level", level)}
    reasons = dict(_named("reason", reason))
    shown: dict[str, list[str]] = {}
    for key, digest in _named("evidence", evidence):
        shown.setdefault(key, []).append(digest)
    for option, keys in (("reason", list(reasons)), ("evidence", list(shown))):
        for key in keys:
            if key not in levels:
                raise Invalid(
                    field=f"--{option}", value=key, expected=f"--level {key}=... beside it"
                )
    with connected() as client:
        scored = client.case(case).score
        found: schemas.Score = (
            scored.assess(levels, reasons=reasons, evidence=shown, role=role)
            if levels
            else scored.read()
        )
    if as_json:
        show(found, as_json=True)
        return
    head = f"{_figure(found.score)} of 5, {found.known} of {len(found.criteria)} criteria known"
    show(found, as_json=False, rows=[("case", found.case), ("score", head)])
    print()
    listing(
        found.criteria,
        as_json=False,
        columns=(
            ("criterion", lambda one: one.criterion),
            ("weight", lambda one: f"{one.weight:.0%}"),
            ("level", _level),
            ("by", _by),
            ("from", lambda one: one.says),
        ),
        empty="",
    )


def scores(as_json: AsJson = False) -> None:
    """Rank use cases by the rubric: how sure the order is, and what the weights decide of it."""
    with connected() as client:
        found: schemas.Scores = client.portfolio.scores()
    if as_json:
        show(found, as_json=True)
        return
    listing(
        found.items,
        as_json=False,
        columns=(
            ("", lambda one: one.place),
            ("case", lambda one: one.case),
            ("score", lambda one: _figure(one.score)),
            ("known", lambda one: f"{one.known} of {found.criteria}"),
            ("ranks", lambda one: f"{one.low} to {one.high}"),
            ("first", lambda one: f"{one.first:.0%}"),
            ("any weights", lambda one: f"{one.any_weights:.0%}"),
            ("apart on", lambda one: ", ".join(one.apart) or None),
        ),
        empty="No use case yet. Create one: gonogo case create",
    )
    if found.items:
        print()
        listing(
            found.weights,
            as_json=False,
            columns=(
                ("criterion", lambda one: one.criterion),
                ("weight", lambda one: f"{one.weight:.0%}"),
                ("the best stays best", lambda one: f"{one.low:.0%} to {one.high:.0%}"),
            ),
            empty="",
        )


def priorities(
    method: Annotated[Literal["rice", "wsjf"], typer.Argument(help="rice or wsjf.")],
    as_json: AsJson = False,
) -> None:
    """Put use cases in order by RICE or WSJF, from what is known and what people stated."""
    with connected() as client:
        found: schemas.Priorities = client.portfolio.priorities(method)
    if as_json:
        show(found, as_json=True)
        return
    listing(
        found.items,
        as_json=False,
        columns=(
            ("", lambda one: one.place),
            ("case", lambda one: one.case),
            (method.upper(), lambda one: _figure(one.score)),
            ("per person-month", lambda one: one.unit or None),
            ("ranks", lambda one: None if one.low is None else f"{one.low} to {one.high}"),
            ("first", lambda one: None if one.first is None else f"{one.first:.0%}"),
            ("stated", lambda one: ", ".join(x.part for x in one.inputs if x.stated) or None),
        ),
        empty="No use case yet. Create one: gonogo case create",
    )


def inputs(
    case: CaseName,
    reach: Part = "",
    impact: Part = "",
    confidence: Part = "",
    effort: Part = "",
    value: Part = "",
    urgency: Part = "",
    enabling: Part = "",
    size: Part = "",
    as_json: AsJson = False,
) -> None:
    """State what goes into RICE and WSJF; what is left out is taken from plan and benefit model."""
    given = {
        "reach": reach,
        "impact": impact,
        "confidence": confidence,
        "effort": effort,
        "value": value,
        "urgency": urgency,
        "enabling": enabling,
        "size": size,
    }
    ranges = {part: _three(part, text) for part, text in given.items() if text}
    with connected() as client:
        found: schemas.StatedInputs = client.case(case).score.inputs(**ranges)
    rows: list[tuple[str, object]] = [
        (part, ", ".join(f"{one:g}" for one in three)) for part, three in found.ranges.items()
    ]
    show(found, as_json=as_json, rows=[("case", found.case), *rows, ("entry", found.entry)])


def rubric(
    file: Annotated[
        Path | None, typer.Argument(help="A rubric in YAML to score by; - reads standard input.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Read the file, state nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the rubric that use cases are scored by; with a file, score by that from now on."""
    text = None if file is None else read_text(file)
    with connected() as client:
        rubrics = client.portfolio.rubric
        found: schemas.Rubric = (
            rubrics.read()
            if text is None
            else rubrics.check(text)
            if check
            else rubrics.state(text)
        )
    if as_json:
        show(found, as_json=True)
    elif text is None:
        print(found.text, end="" if found.text.endswith("\n") else "\n")
    else:
        rows: list[tuple[str, object]] = [
            (one.key, f"{one.weight:.0%}, from {one.source or 'assessors'}")
            for one in found.criteria
        ]
        show(found, as_json=False, rows=[("rubric", found.name), *rows, ("entry", found.entry)])


def roadmap(as_json: AsJson = False) -> None:
    """Show in which quarter use cases are likely to reach their goals, by their forecasts."""
    with connected() as client:
        found: roads.Roadmap = client.portfolio.roadmap()
    if as_json:
        show(found, as_json=True)
        return
    quarters = [
        (name, lambda one, at=at: _share(one.quarters[at]))
        for at, name in enumerate(found.quarters)
    ]
    listing(
        [one for one in found.items if one.goal],
        as_json=False,
        columns=(
            ("case", lambda one: one.case),
            *quarters,
            ("later", lambda one: _share(one.later)),
            ("P50", lambda one: one.done or one.p50),
            ("P80", lambda one: one.done or one.p80),
            ("deadline", lambda one: one.deadline),
            ("on time", lambda one: None if one.on_time is None else f"{one.on_time:.0%}"),
        ),
        empty="No forecast yet. Make one: gonogo plan forecast CASE",
    )
    if found.without:
        print(f"\nWithout a forecast: {', '.join(found.without)}")


COMMANDS = (
    (
        score,
        "Example: gonogo portfolio score fraud-detection --level risk=2,3,4 --reason risk=audited",
    ),
    (scores, "Example: gonogo portfolio scores --json"),
    (priorities, "Example: gonogo portfolio priorities wsjf"),
    (inputs, "Example: gonogo portfolio inputs fraud-detection --effort 4,6,12 --reach 5k,8k,9k"),
    (rubric, "Example: gonogo portfolio rubric scoring.yaml --check"),
    (roadmap, "Example: gonogo portfolio roadmap"),
)
"""Commands of the noun, each with its example."""


def add_to(app: typer.Typer) -> None:
    """Give the noun these commands."""
    for command, example in COMMANDS:
        app.command(epilog=example)(command)


def _named(option: str, given: Iterable[str] | None) -> list[tuple[str, str]]:
    found = []
    for text in given or ():
        name, equals, rest = text.partition("=")
        if not (equals and name.strip() and rest.strip()):
            raise Invalid(
                field=f"--{option}", value=text, expected="CRITERION=..., such as strategic-fit=4"
            )
        found.append((name.strip(), rest.strip()))
    return found


def _three(option: str, text: str) -> tuple[float, float, float]:
    numbers = [amount(one, f"--{option}") for one in text.split(",")]
    if len(numbers) == 1:
        numbers *= 3
    if len(numbers) != 3:
        raise Invalid(
            field=f"--{option}", value=text, expected="lowest, likeliest and highest: 2,3,5"
        )
    low, likely, high = numbers
    return low, likely, high


def _figure(found: Measured) -> str:
    if found.value is None:
        return found.undefined or ""
    return f"{found.value:.3g} [{found.low:.3g}, {found.high:.3g}]"


def _level(found: schemas.Graded) -> str:
    return f"{found.value:.2g} [{found.low:.2g}, {found.high:.2g}]" if found.known else "any"


def _by(found: schemas.Graded) -> str:
    if found.computed:
        return "evidence"
    roles = ", ".join(one.role for one in found.opinions if one.aside is None)
    return f"{roles} (apart)" if found.apart else roles or "nobody"


def _share(found: roads.Chance) -> str | None:
    return None if found.high <= 0.01 else f"{found.value:.0%}"

"""Command line: releases of model versions, routes, and what was live when."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli import ab_tests, off_policy
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import releases as schemas

app = typer.Typer(help="Releases: how a version takes over, watched, and back by itself.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]
VersionName = Annotated[str, typer.Argument(help="The version: NAME@NUMBER.")]
Reason = Annotated[str, typer.Option(help="Why, in your words; it is kept.")]
StrategyName = Annotated[
    str, typer.Option(help="shadow, canary, ab, bandit or blue-green, as the policy allows.")
]


@app.command(epilog="Example: gonogo release start mortgage-approval approver@3 --strategy canary")
def start(
    case: CaseName,
    version: VersionName,
    strategy: StrategyName,
    rationale: Annotated[str, typer.Option(help="Why, in your words; it is kept.")] = "",
    calibration: Annotated[
        str | None, typer.Option(help="Dataset version to calibrate by; else one is looked for.")
    ] = None,
    metric: ab_tests.MetricName = None,
    effect: ab_tests.Effect = None,
    direction: ab_tests.DirectionName = "increase",
    alpha: ab_tests.Alpha = 0.05,
    power: ab_tests.Power = 0.8,
    decided_by: ab_tests.DecidedBy = "sequential",
    segment: ab_tests.Segments = None,
    covariate_days: ab_tests.CovariateDays = 28,
    entities_a_day: ab_tests.PerDay = None,
    spread: ab_tests.Spread = None,
    as_json: AsJson = False,
) -> None:
    """Release a version whose production gate is go; exit 4 with what is missing.

    An A/B test says before it starts what it is to find out: --metric, --effect and what follows
    them. None of it can be changed afterwards.
    """
    test = ab_tests.asked_test(
        metric,
        effect=effect,
        direction=direction,
        alpha=alpha,
        power=power,
        decided_by=decided_by,
        segments=segment,
        covariate_days=covariate_days,
        per_day=entities_a_day,
        spread=spread,
    )
    with connected() as client:
        asked = client.releases.of(case)
        found = asked.start(
            version, strategy, rationale=rationale, calibration=calibration, test=test
        )
        _done(found, as_json)


@app.command(epilog="Example: gonogo release status mortgage-approval")
def status(
    case: CaseName,
    number: Annotated[int | None, typer.Option(help="Which release; the last unless said.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a release: its step, what it waits for, what its guardrails say."""
    with connected() as client:
        _done(client.releases.of(case).read(number), as_json)


@app.command("list", epilog="Example: gonogo release list --state running")
def list_(
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    state: Annotated[
        str | None, typer.Option(help="running, held, rolled-back, finished or stopped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List releases, newest first."""
    with connected() as client:
        listing(
            client.releases.all(case=case, state=state),
            as_json=as_json,
            columns=(
                ("release", lambda one: one.id),
                ("version", lambda one: one.version),
                ("strategy", lambda one: one.strategy),
                ("state", lambda one: one.state),
                ("step", lambda one: f"{one.step} of {one.steps}"),
                ("share", lambda one: f"{one.share:g}"),
                ("started", lambda one: one.started_at),
            ),
            empty="No release yet. Begin one: gonogo release start CASE VERSION --strategy canary",
        )


@app.command(epilog="Example: gonogo release hold mortgage-approval --reason 'a holiday'")
def hold(case: CaseName, reason: Reason, as_json: AsJson = False) -> None:
    """Let a release keep its share; its guardrails are watched on."""
    with connected() as client:
        _done(client.releases.of(case).hold(reason), as_json)


@app.command(epilog="Example: gonogo release resume mortgage-approval --reason 'mended'")
def resume(case: CaseName, reason: Reason, as_json: AsJson = False) -> None:
    """Let a release go on; one that was rolled back begins anew."""
    with connected() as client:
        _done(client.releases.of(case).resume(reason), as_json)


@app.command(epilog="Example: gonogo release advance mortgage-approval --reason 'read the result'")
def advance(case: CaseName, reason: Reason, as_json: AsJson = False) -> None:
    """Take a release to its next step before its time, or a test to its end."""
    with connected() as client:
        _done(client.releases.of(case).advance(reason), as_json)


@app.command(epilog="Example: gonogo release rollback mortgage-approval --reason 'complaints'")
def rollback(case: CaseName, reason: Reason, as_json: AsJson = False) -> None:
    """Let what was live before answer again, until a person decides."""
    with connected() as client:
        _done(client.releases.of(case).rollback(reason), as_json)


@app.command(epilog="Example: gonogo release drill mortgage-approval")
def drill(case: CaseName, as_json: AsJson = False) -> None:
    """Practise a rollback: time a route's way from the order until it is in force."""
    with connected() as client:
        done = client.releases.of(case).drill()
    rows = (
        ("route table", done.snapshot),
        ("seconds", f"{done.seconds:.3f}"),
        ("in force", "a gateway says so" if done.confirmed else "no gateway of this home answers"),
        ("evidence", done.evidence),
    )
    show(done, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo release at mortgage-approval 2026-11-01T12:00Z")
def at(
    case: CaseName,
    time: Annotated[str, typer.Argument(help="When: 2026-11-01 or 2026-11-01T12:00Z.")],
    as_json: AsJson = False,
) -> None:
    """Say what was live at a time, at which share, by which decision."""
    with connected() as client:
        found = client.releases.of(case).live(time)
    rows: list[tuple[str, object]] = [
        *((one.arm, _arm(one)) for one in found.standings),
        ("since", found.since),
        ("until", found.until or "now"),
        ("release", found.release),
        ("decision", found.decision),
    ]
    show(found, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo release kill mortgage-approval --reason 'wrong data'")
def kill(case: CaseName, reason: Reason, as_json: AsJson = False) -> None:
    """Let the fallback answer everything."""
    with connected() as client:
        _route(client.releases.of(case).kill(reason), as_json)


@app.command(epilog="Example: gonogo release revive mortgage-approval --reason 'data mended'")
def revive(case: CaseName, reason: Reason, as_json: AsJson = False) -> None:
    """Let models answer again."""
    with connected() as client:
        _route(client.releases.of(case).revive(reason), as_json)


@app.command(epilog="Example: gonogo release route mortgage-approval --json")
def route(case: CaseName, as_json: AsJson = False) -> None:
    """Show what answers in a use case now, with the settings of its route."""
    with connected() as client:
        _route(client.releases.of(case).route(), as_json)


@app.command(epilog="Example: gonogo release configure mortgage-approval route.json")
def configure(
    case: CaseName,
    file: Annotated[
        Path, typer.Argument(help="JSON: rules, flags, windows, limits, as `route --json` shows.")
    ],
    reason: Annotated[str, typer.Option(help="Why, in your words; it is kept.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say which rules, flags, windows and limits a route has."""
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid(field="file", value=str(file), expected=f"a JSON file ({error})") from error
    if not isinstance(settings, dict):
        raise Invalid(field="file", value=str(file), expected="an object of settings")
    with connected() as client:
        _route(client.releases.of(case).configure(settings, reason=reason), as_json)


@app.command(
    epilog="Example: gonogo release plan mortgage-approval --strategy canary --per-day 20000"
)
def plan(
    case: CaseName,
    strategy: StrategyName,
    per_day: Annotated[float, typer.Option(help="Requests a day.")],
    rate: Annotated[float, typer.Option(help="The live version's rate of what is compared.")] = 0.1,
    to_detect: Annotated[float, typer.Option(help="The difference in it to be found.")] = 0.01,
    as_json: AsJson = False,
) -> None:
    """Say how large a release gets and how long it takes, before it starts."""
    with connected() as client:
        found = client.releases.of(case).plan(strategy, per_day, rate=rate, to_detect=to_detect)
    rows: list[tuple[str, object]] = [
        *(
            (f"step {number}", f"share {one.share:g}: {one.days:.3g} days, by its {one.by}")
            for number, one in enumerate(found.steps, 1)
        ),
        ("in all", f"{found.days:.3g} days"),
        (
            f"to find {found.to_detect:g}",
            "no number of decisions would do"
            if found.needed is None
            else f"{found.needed:,} decisions of each arm, {found.needed_days:.3g} days",
        ),
    ]
    show(found, as_json=as_json, rows=rows)


app.command(
    "off-policy",
    epilog="Example: gonogo release off-policy recommendation --data dataset:clicks@1f2e3d "
    "--reward click --context age",
)(off_policy.off_policy)


app.command(
    epilog="Example: gonogo release design mortgage-approval --metric outcome-rate --effect 0.02"
)(ab_tests.design)
app.command(epilog="Example: gonogo release result mortgage-approval --json")(ab_tests.result)


@app.command(epilog="Example: gonogo release callers approver@2")
def callers(version: VersionName, as_json: AsJson = False) -> None:
    """Say who still asks a version for decisions, and what would miss it."""
    with connected() as client:
        found = client.releases.callers(version)
    rows: list[tuple[str, object]] = [
        ("decisions", f"{found.decisions:,} since {found.since}"),
        ("last", found.last),
        *((f"token {name}", f"{count:,}") for name, count in found.tokens.items()),
        *(("depends", one) for one in found.depends),
        *(("before it goes", one) for one in found.migration),
    ]
    show(found, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo release dossier approver@2 --to approver-2.zip")
def dossier(
    version: VersionName,
    to: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")],
) -> None:
    """Write all that is on record of a version into a zip, with the hashes of its files."""
    with connected() as client:
        found = client.releases.dossier(version)
    try:
        with to.open("xb") as target:
            target.write(found)
    except OSError as error:
        raise Invalid(
            field="to", value=str(to), expected=f"a file that can be made ({error.strerror})"
        ) from error
    typer.echo(f"{to}: {len(found):,} bytes")


@app.command(epilog="Example: gonogo release retire approver@2 --reason 'replaced by 3'")
def retire(
    version: VersionName,
    reason: Reason,
    force: Annotated[
        bool, typer.Option("--force", help="Though it is asked for, or part of an ensemble.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a version out for good, its dossier kept; exit 4 while it is needed."""
    with connected() as client:
        done = client.releases.retire(version, reason, forced=force)
    rows = (
        ("version", done.version),
        ("stage", done.stage),
        ("decision", done.decision),
        ("dossier", done.dossier),
    )
    show(done, as_json=as_json, rows=rows)


def _done(found: schemas.Release, as_json: bool) -> None:
    rows: list[tuple[str, object]] = [
        ("release", found.id),
        ("version", found.version),
        ("instead of", found.before or "the fallback"),
        ("strategy", found.strategy),
        ("state", found.state),
        ("step", f"{found.step} of {found.steps}, share {found.share:g}, since {found.step_at}"),
        ("reason", found.reason),
        ("decision", found.decision),
        *((f"arm {one.arm}", f"{one.decisions:,} decisions") for one in found.arms),
        *((f"guardrail {one.says}", one.reason) for one in found.watches),
        *(("waits for", one) for one in found.lacks),
        *_expected(found),
        *([] if found.test is None else ab_tests.plan_rows(found.test)),
    ]
    show(found, as_json=as_json, rows=rows)


def _expected(found: schemas.Release) -> list[tuple[str, object]]:
    """When the next step can be decided, and how complete the labels are."""
    rows: list[tuple[str, object]] = []
    if (step := found.next_step) is not None:
        between = f" [{step.low}, {step.high or 'open'}]" if step.low else ""
        rows.append(("next step", f"{step.at or 'cannot be told yet'}{between}: {step.reason}"))
    for one in () if found.labels is None else found.labels.arms:
        due = "" if one.there is None else f"; {one.there:.0%} of those to come are due by now"
        said = f"{one.labelled:,} of {one.decisions:,} decisions{due}"
        rows.append((f"labels {one.arm}", said))
    return rows


def _route(found: schemas.Route, as_json: bool) -> None:
    rows: list[tuple[str, object]] = [
        ("live", found.version or "the fallback"),
        ("killed", "yes" if found.killed else "no"),
        *((one.arm, _arm(one)) for one in found.standings),
        ("release", found.release),
        ("decision", found.decision),
    ]
    show(found, as_json=as_json, rows=rows)


def _arm(one: schemas.ArmStanding) -> str:
    return f"{one.version or 'rules'}, {one.role}, share {one.share:g}"

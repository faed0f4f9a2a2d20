"""Command line: the register of risks."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gonogo.core.estimate_text import estimate
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.interfaces.cli.risk_told import (
    from_template,
    money,
    print_burn_down,
    print_exposure,
    state_of,
    template_rows,
    told,
)
from gonogo.interfaces.cli.risk_words import fields, given, parameters
from gonogo.schemas import risks as schemas

app = typer.Typer(help="Risks: what may happen, what it would cost, what is done about it.")

Key = Annotated[str, typer.Argument(help="Name of the risk.")]
Title = Annotated[str | None, typer.Option(help="What may happen, in one line.")]
Category = Annotated[str | None, typer.Option(help="Of what kind; see `gonogo risk templates`.")]
Cause = Annotated[str | None, typer.Option(help="Where it comes from.")]
Event = Annotated[str | None, typer.Option(help="What happens.")]
Effect = Annotated[str | None, typer.Option(help="What follows.")]
Probability = Annotated[
    str | None, typer.Option(help="0.2, or 0.1,0.2,0.4 (low, likely, high), or p10=..,p90=..")
]
Delay = Annotated[str | None, typer.Option(help="Working days: 5, or 5,10,30, or p10=..,p90=..")]
Loss = Annotated[str | None, typer.Option(help="Money: 50k, or 10k,20k,80k, or p10=..,p90=..")]
Currency = Annotated[str | None, typer.Option(help="Of the money: USD.")]
Owner = Annotated[str | None, typer.Option(help="The role that answers for it.")]
Case = Annotated[str | None, typer.Option(help="The use case that it threatens.")]
Steps = Annotated[
    list[str] | None, typer.Option("--step", help="A step of its plan that it delays. Repeatable.")
]
About = Annotated[
    list[str] | None, typer.Option(help="model:NAME@VERSION, dataset:NAME@VERSION. Repeatable.")
]
Roles = Annotated[
    list[str] | None, typer.Option("--role", help="A role that it depends on. Repeatable.")
]
Because = Annotated[str, typer.Option(help="Why, in words; it is kept.")]
Shown = Annotated[
    str | None, typer.Option(help="The ledger entry that shows it: digest or position.")
]


@app.command("list", epilog="Example: gonogo risk list --case mortgage-approval")
def list_(
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    state: Annotated[str | None, typer.Option(help="open, accepted, occurred or closed.")] = None,
    category: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Those too that are over.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the risks, those with most at stake first."""
    with connected() as client:
        found = client.risks.all(case=case, state=state, category=category, ended=ended)
    listing(
        found,
        as_json=as_json,
        columns=(
            ("risk", lambda one: one.key),
            ("what may happen", lambda one: one.title),
            ("category", lambda one: one.category),
            ("severity", lambda one: one.residual.severity),
            ("probability", lambda one: one.residual.probability),
            ("expected days", lambda one: one.residual.expected_days),
            ("expected loss", lambda one: money(one.residual.expected_loss, one.currency)),
            ("inherent", lambda one: money(one.inherent.expected_loss, one.currency)),
            ("owner", lambda one: one.owner_role),
            ("state", state_of),
        ),
        empty="No risk yet. Begin from a template: gonogo risk templates",
    )


@app.command("show", epilog="Example: gonogo risk show late-labels")
def show_(key: Key, as_json: AsJson = False) -> None:
    """Show a risk: what is at stake, what is done about it, and what evidence says of that."""
    with connected() as client:
        told(client.risks.read(key), as_json=as_json)


@app.command(
    epilog="Example: gonogo risk add late-labels --template data-availability --probability 0.2 "
    "--delay 5,10,30 --case mortgage-approval --step collect --owner-role risk-officer"
)
def add(
    key: Key,
    template: Annotated[
        str | None, typer.Option(help="Take from it what is not said: a category.")
    ] = None,
    title: Title = None,
    category: Category = None,
    cause: Cause = None,
    event: Event = None,
    effect: Effect = None,
    probability: Probability = None,
    delay: Delay = None,
    loss: Loss = None,
    currency: Currency = None,
    owner_role: Owner = None,
    case: Case = None,
    step: Steps = None,
    about: About = None,
    role: Roles = None,
    as_json: AsJson = False,
) -> None:
    """Put a risk on the register."""
    asked = fields(given(locals()))
    with connected() as client:
        if template is not None:
            asked = {**from_template(client.risks.templates(), template), **asked}
        told(client.risks.add(key, asked), as_json=as_json)


@app.command(epilog="Example: gonogo risk edit late-labels --probability 0.1,0.15,0.3")
def edit(
    key: Key,
    title: Title = None,
    category: Category = None,
    cause: Cause = None,
    event: Event = None,
    effect: Effect = None,
    probability: Probability = None,
    delay: Delay = None,
    loss: Loss = None,
    currency: Currency = None,
    owner_role: Owner = None,
    case: Case = None,
    step: Steps = None,
    about: About = None,
    role: Roles = None,
    as_json: AsJson = False,
) -> None:
    """Say something else of a risk; what is not named stays, "" takes it away."""
    asked = fields(given(locals()))
    with connected() as client:
        told(client.risks.edit(key, **asked), as_json=as_json)


@app.command(
    epilog="Example: gonogo risk mitigate late-labels second-source --title 'Buy labels' "
    "--owner-role manager --due 2026-12-24 --leaves-probability 0.3 "
    "--subject dataset:loans@3f2a9c --check data.missing_share --at-most 0.02"
)
def mitigate(
    key: Key,
    name: Annotated[str, typer.Argument(help="Name of the mitigation.")],
    title: Annotated[str, typer.Option(help="What is done.")] = "",
    owner_role: Annotated[str, typer.Option(help="The role that does it.")] = "",
    due: Annotated[str, typer.Option(help="The day until which it is to work.")] = "",
    cost: Annotated[str, typer.Option(help="Money: 5k, or 2k,5k,9k.")] = "",
    leaves_probability: Annotated[float | None, typer.Option(help="Share left, 0 to 1.")] = None,
    leaves_delay: Annotated[float | None, typer.Option(help="Share left, 0 to 1.")] = None,
    leaves_loss: Annotated[float | None, typer.Option(help="Share left, 0 to 1.")] = None,
    subject: Annotated[str, typer.Option(help="Whose evidence shows that it works.")] = "",
    check: Annotated[str, typer.Option(help="By which check.")] = "",
    with_: Annotated[
        list[str] | None, typer.Option("--with", help="NAME=VALUE of the check. Repeatable.")
    ] = None,
    at_least: Annotated[float | None, typer.Option(help="The whole interval above.")] = None,
    at_most: Annotated[float | None, typer.Option(help="The whole interval below.")] = None,
    max_age: Annotated[str | None, typer.Option(help="Older evidence is stale: 30d.")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Take it away instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a mitigation; it counts once evidence shows that it works, and not before."""
    with connected() as client:
        if drop:
            told(client.risks.drop_mitigation(key, name), as_json=as_json)
            return
        left = {"probability": leaves_probability, "delay": leaves_delay, "loss": leaves_loss}
        asked: dict[str, Any] = {
            "title": title,
            "owner_role": owner_role,
            "due": due,
            "leaves": {what: one for what, one in left.items() if one is not None},
        }
        if cost:
            asked["cost"] = estimate(cost, "--cost")
        if check or subject:
            bounds = {"at_least": at_least, "at_most": at_most, "max_age": max_age}
            proof = {name: one for name, one in bounds.items() if one is not None}
            how = {"with": parameters(with_)} if with_ else {}
            asked["works_if"] = {"subject": subject, "check": check, **how, **proof}
        told(client.risks.mitigate(key, name, **asked), as_json=as_json)


@app.command(epilog="Example: gonogo risk review late-labels --note 'the contract is signed'")
def review(
    key: Key,
    note: Annotated[str, typer.Option(help="What was found; it is kept.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say that you looked at a risk and that it stands as it is written."""
    with connected() as client:
        told(client.risks.review(key, note=note), as_json=as_json)


@app.command(epilog="Example: gonogo risk accept late-labels --reason 'any cure costs more'")
def accept(key: Key, reason: Because, as_json: AsJson = False) -> None:
    """Decide to live with a risk; the decision is kept."""
    with connected() as client:
        told(client.risks.accept(key, reason), as_json=as_json)


@app.command(epilog="Example: gonogo risk close late-labels --reason 'outcomes come by wire now'")
def close(key: Key, reason: Because, evidence: Shown = None, as_json: AsJson = False) -> None:
    """Say that a risk cannot come true any more."""
    with connected() as client:
        told(client.risks.close(key, reason, evidence=evidence), as_json=as_json)


@app.command(epilog="Example: gonogo risk occur late-labels --reason 'Q3 is missing' --incident 4")
def occur(
    key: Key,
    reason: Because,
    evidence: Shown = None,
    incident: Annotated[int | None, typer.Option(help="The incident that shows it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say that a risk came true, by what shows it."""
    with connected() as client:
        found = client.risks.occur(key, reason, evidence=evidence, incident=incident)
        told(found, as_json=as_json)


@app.command("import", epilog="Example: gonogo risk import register.yaml")
def import_(
    file: Annotated[Path, typer.Argument(help="A register in YAML; - reads standard input.")],
    as_json: AsJson = False,
) -> None:
    """Take over a whole register: new risks are added, others edited; all of it or nothing."""
    with connected() as client:
        found: schemas.Imported = client.risks.import_(read_text(file))
    rows = (
        ("added", ", ".join(found.added) or "none"),
        ("edited", ", ".join(found.edited) or "none"),
        ("unchanged", ", ".join(found.unchanged) or "none"),
    )
    show(found, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo risk templates drift")
def templates(
    category: Annotated[str | None, typer.Argument(help="One of them, with all it says.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what typically goes wrong with machine learning, and what is done about it."""
    with connected() as client:
        found: list[schemas.Template] = client.risks.templates()
    if category is not None:
        one = next(iter(one for one in found if one.category == category), None)
        if one is not None:
            show(one, as_json=as_json, rows=template_rows(one))
            return
    listing(
        found,
        as_json=as_json,
        columns=(
            ("category", lambda one: one.category),
            ("what may happen", lambda one: one.title),
            ("watched by", lambda one: ", ".join(one.checks)),
        ),
        empty="There is no template.",
    )


@app.command(epilog="Example: gonogo risk exposure --correlation 0.3")
def exposure(
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    currency: Annotated[str | None, typer.Option(help="Else the one that most have.")] = None,
    correlation: Annotated[
        float | None, typer.Option(help="Of any two risks, 0 to 1; else 0.2.")
    ] = None,
    futures: Annotated[int | None, typer.Option(help="How many; else 10,000.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed, the same numbers.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it as evidence, simulated as it is by itself.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what the open risks may cost and delay in all, and which of them most."""
    asked = {
        "case": case,
        "currency": currency,
        "correlation": correlation,
        "futures": futures,
        "seed": seed,
    }
    with connected() as client:
        found: schemas.Exposure = client.risks.exposure(
            **{name: one for name, one in asked.items() if one is not None}
        )
        kept: list[str] = client.risks.keep(case) if keep else []
    if as_json:
        show(found, as_json=True)
        return
    print_exposure(found)
    if keep:
        print()
        print("\n".join(f"kept {entry}" for entry in kept) or "It is kept already as it is now.")


@app.command("burn-down", epilog="Example: gonogo risk burn-down --case mortgage-approval")
def burn_down(
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    currency: Annotated[str, typer.Option(help="Else the one that most have.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell how the expected loss went over time, and what of it was kept as evidence."""
    with connected() as client:
        found: schemas.BurnDown = client.risks.burn_down(case=case, currency=currency)
    if as_json:
        show(found, as_json=True)
        return
    print_burn_down(found)

"""Command line: use cases."""

from pathlib import Path
from typing import Annotated

import typer
import yaml

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import cases as schemas
from gonogo.sdk.shapes import shaped

app = typer.Typer(help="Use cases: what the organisation wants from machine learning.")

Slug = Annotated[str, typer.Argument(help="Name of the use case, such as mortgage-approval.")]


@app.command("list", epilog="Example: gonogo case list --json")
def list_(as_json: AsJson = False) -> None:
    """List use cases."""
    with connected() as client:
        listing(
            client.cases.all(),
            as_json=as_json,
            columns=(
                ("case", lambda case: case.slug),
                ("title", lambda case: case.title),
                ("stage", lambda case: case.stage),
                ("risk", lambda case: case.risk_tier),
                ("policy", lambda case: case.policy),
            ),
            empty="No use case yet. Add one: gonogo case create churn --title 'Churn' ...",
        )


@app.command("show", epilog="Example: gonogo case show mortgage-approval")
def show_(slug: Slug, as_json: AsJson = False) -> None:
    """Show one use case."""
    with connected() as client:
        show(client.case(slug).read(), as_json=as_json)


@app.command(
    epilog="Example: gonogo case create churn --title Churn --problem 'Whom to call' "
    "--risk-tier limited --owner-role product-manager"
)
def create(
    slug: Slug,
    title: Annotated[str, typer.Option(help="How it is called on pages.")],
    problem: Annotated[str, typer.Option(help="What is to be decided better, and for whom.")],
    risk_tier: Annotated[str, typer.Option(help="minimal, limited or high.")],
    owner_role: Annotated[str, typer.Option(help="The role that answers for it.")],
    risk_reason: Annotated[str, typer.Option(help="Why it is in that tier.")] = "",
    policy: Annotated[str, typer.Option(help="Policy of its gates.")] = "baseline",
    feasibility: Annotated[str, typer.Option(help="What speaks for and against it.")] = "",
    value: Annotated[
        Path | None, typer.Option(help="YAML file with the value model of one decision.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a use case."""
    asked = {
        "slug": slug,
        "title": title,
        "problem": problem,
        "risk_tier": risk_tier,
        "risk_reason": risk_reason,
        "owner_role": owner_role,
        "policy": policy,
        "feasibility": feasibility,
        "value": None if value is None else read_yaml(value),
    }
    with connected() as client:
        show(client.http.post("/cases", schemas.Case, asked), as_json=as_json)


@app.command(epilog="Example: gonogo case edit churn --risk-tier high --risk-reason 'Credit'")
def edit(
    slug: Slug,
    title: Annotated[str | None, typer.Option(help="How it is called on pages.")] = None,
    problem: Annotated[str | None, typer.Option(help="What is to be decided better.")] = None,
    risk_tier: Annotated[str | None, typer.Option(help="minimal, limited or high.")] = None,
    owner_role: Annotated[str | None, typer.Option(help="The role that answers for it.")] = None,
    risk_reason: Annotated[str | None, typer.Option(help="Why it is in that tier.")] = None,
    policy: Annotated[str | None, typer.Option(help="Policy of its gates.")] = None,
    feasibility: Annotated[str | None, typer.Option(help="What speaks for and against.")] = None,
    value: Annotated[Path | None, typer.Option(help="YAML file with the value model.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say something else of a use case; what is not said stays. Exit 4 if somebody was quicker."""
    said = {
        "title": title,
        "problem": problem,
        "risk_tier": risk_tier,
        "risk_reason": risk_reason,
        "owner_role": owner_role,
        "policy": policy,
        "feasibility": feasibility,
        "value": None if value is None else read_yaml(value),
    }
    asked = {name: one for name, one in said.items() if one is not None}
    if not asked:
        raise Invalid(field="options", expected="something to change, such as --title")
    with connected() as client:
        before = client.case(slug).read()
        text = shaped(schemas.CaseText, {**_text(before), **asked})
        show(client.case(slug).edit(text, read=before), as_json=as_json)


def _text(case: schemas.Case) -> dict[str, object]:
    """What people said of a use case, as far as it can be edited."""
    return case.model_dump(include=set(schemas.CaseText.model_fields))


def read_yaml(path: Path) -> object:
    """The YAML in a file; raises `Invalid` naming the file."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Invalid(field=str(path), value=str(error), expected="a readable YAML file") from error

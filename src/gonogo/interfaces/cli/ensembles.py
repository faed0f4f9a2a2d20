"""Command line: several registered versions as one."""

from typing import Annotated, Any

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, show
from gonogo.schemas import models as schemas
from gonogo.sdk.shapes import shaped

EXAMPLE = "Example: gonogo model ensemble approver --member trees@3=0.6 --member scorecard@2=0.4"


def ensemble(
    name: Annotated[str, typer.Argument(help="The model that it becomes a version of.")],
    member: Annotated[
        list[str], typer.Option(help="NAME@VERSION, and =WEIGHT where they differ; two or more.")
    ],
    stack: Annotated[
        str | None,
        typer.Option(help="NAME@VERSION that reads their scores; else they are averaged."),
    ] = None,
    learn: Annotated[
        str | None, typer.Option(help="Dataset version to learn the weights on.")
    ] = None,
    evaluation: Annotated[
        str | None, typer.Option(help="Dataset version its evidence must be measured on.")
    ] = None,
    threshold: Annotated[float, typer.Option(help="Score from which it says yes.")] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Seal an ensemble of registered versions: a version that is gated and released like any."""
    said: dict[str, Any] = {
        "members": [member_of(one) for one in member],
        "stack": stack,
        "learn": learn,
        "evaluation": evaluation,
        "threshold": threshold,
    }
    asked = shaped(schemas.NewEnsemble, said, "ensemble")
    with connected() as client:
        found = client.model(name).ensemble(asked)
    rows = (
        ("version", found.subject),
        ("made of", told(found.ensemble or {})),
        ("measured on", found.evaluation),
        ("next", f"gonogo model reproduce {found.model}@{found.version}"),
    )
    show(found, as_json=as_json, rows=rows)


def told(found: dict[str, Any]) -> str:
    """What an ensemble is made of, on one line."""
    names = [str(one["version"]).removeprefix("model:") for one in found["members"]]
    if found["stack"] is not None:
        return f"{', '.join(names)}, read by {found['stack'].removeprefix('model:')}"
    shares = [one["weight"] for one in found["members"]]
    listed = zip(names, shares, strict=True)
    return ", ".join(f"{name} {100 * share:.3g} %" for name, share in listed)


def member_of(text: str) -> dict[str, Any]:
    """A member as it is written, `NAME@VERSION` or `NAME@VERSION=WEIGHT`; raises `Invalid`."""
    version, named, weight = text.partition("=")
    if not named:
        return {"version": version}
    try:
        return {"version": version, "weight": float(weight)}
    except ValueError as error:
        raise Invalid(
            field="member", value=text, expected="NAME@VERSION or NAME@VERSION=WEIGHT"
        ) from error

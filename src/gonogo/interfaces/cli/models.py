"""Command line: models, their versions, and what was champion when."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.tasks import Task, TaskKind
from gonogo.interfaces.cli import comparing, curves, ensembles, reproducing, rubric
from gonogo.interfaces.cli.cases import read_yaml
from gonogo.interfaces.cli.kit import AsJson, advancing, connected, listing, show
from gonogo.schemas import models as schemas
from gonogo.sdk.shapes import shaped

app = typer.Typer(help="Models: their sealed versions, and what was champion when.")
app.command("curve", epilog=curves.EXAMPLE)(curves.curve)
app.command("compare", epilog=comparing.EXAMPLE)(comparing.compare)
app.command("test-score", epilog=rubric.SCORE)(rubric.score)
app.command("ensemble", epilog=ensembles.EXAMPLE)(ensembles.ensemble)
app.command("same", epilog=reproducing.EXAMPLE)(reproducing.same)
app.command("state-test", epilog=rubric.STATE)(rubric.state_test)

Name = Annotated[str, typer.Argument(help="Name of the registered model.")]
VersionName = Annotated[str, typer.Argument(help="NAME@VERSION, such as mortgage-approver@2.")]


@app.command("list", epilog="Example: gonogo model list --json")
def list_(as_json: AsJson = False) -> None:
    """List registered models."""
    with connected() as client:
        listing(
            client.models.all(),
            as_json=as_json,
            columns=(
                ("model", lambda model: model.name),
                ("case", lambda model: model.case),
                ("versions", lambda model: model.versions),
                ("champion", lambda model: model.champion),
            ),
            empty="No model yet. Register one in MLflow, then: gonogo model adopt NAME NUMBER CASE",
        )


@app.command(epilog="Example: gonogo model versions mortgage-approver")
def versions(name: Name, as_json: AsJson = False) -> None:
    """List the versions of a model, newest first."""
    with connected() as client:
        listing(
            client.model(name).versions(),
            as_json=as_json,
            columns=(
                ("version", lambda version: version.version),
                ("stage", lambda version: version.stage),
                ("format", lambda version: version.format),
                ("author", lambda version: version.author),
                ("registered", lambda version: version.registered_at),
                ("digest", lambda version: version.digest[:12]),
            ),
            empty="No version yet.",
        )


@app.command("show", epilog="Example: gonogo model show mortgage-approver@2")
def show_(version: VersionName, as_json: AsJson = False) -> None:
    """Show one version."""
    with connected() as client:
        found = client.version(*name_and_number(version)).read()
    rows = (
        ("version", found.subject),
        ("case", found.case),
        ("stage", found.stage),
        ("format", found.format),
        *((("made of", ensembles.told(found.ensemble)),) if found.ensemble else ()),
        ("files", f"{len(found.files)}, digest {found.digest[:12]}"),
        ("trained on", found.data),
        ("measured on", found.evaluation),
        ("task", Task.from_json(found.task).says),
        ("threshold", found.threshold),
        ("run", found.run),
        ("code", found.code),
        ("environment", found.environment),
        ("author", found.author),
        ("registered", f"{found.registered_at} by {found.registered_by}"),
        ("card", f"{len(found.card)} fields: gonogo model card {version}"),
        ("entry", found.entry),
    )
    show(found, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo model adopt churn-scorer 3 churn --data dataset:calls@3f2a9c")
def adopt(
    name: Name,
    version: Annotated[str, typer.Argument(help="Its number in the registry.")],
    case: Annotated[str, typer.Argument(help="The use case it is for.")],
    data: Annotated[str | None, typer.Option(help="Dataset version it was trained on.")] = None,
    evaluation: Annotated[
        str | None, typer.Option(help="Dataset version its evidence must be measured on.")
    ] = None,
    threshold: Annotated[float, typer.Option(help="Score from which it says yes.")] = 0.5,
    task: Annotated[
        TaskKind, typer.Option(help="What it is for, and so how it is measured.")
    ] = TaskKind.CLASSIFICATION,
    query: Annotated[
        str | None, typer.Option(help="Ranking: column that tells queries apart.")
    ] = None,
    time: Annotated[str | None, typer.Option(help="Forecast: column with the time.")] = None,
    series: Annotated[
        str | None, typer.Option(help="Forecast: column that tells series apart.")
    ] = None,
    class_: Annotated[
        list[str] | None,
        typer.Option("--class", help="Classes: each, in the order of the model's scores."),
    ] = None,
    quantile: Annotated[
        list[float] | None,
        typer.Option(help="Forecast: which quantile each of the model's numbers is, in order."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Seal a version of the tracking server's registry: from now on it cannot change."""
    said = {
        "kind": str(task),
        "query": query,
        "time": time,
        "series": series,
        "classes": class_,
        "quantiles": quantile,
    }
    asked = schemas.NewVersion(
        version=version,
        case=case,
        data=data,
        evaluation=evaluation,
        threshold=threshold,
        task=shaped(schemas.Task, {name: one for name, one in said.items() if one}, "task"),
    )
    with connected() as client:
        show(client.model(name).adopt(asked), as_json=as_json)


@app.command(epilog="Example: gonogo model verify mortgage-approver@2")
def verify(version: VersionName, as_json: AsJson = False) -> None:
    """Compare a version's files with what was sealed; exit code 1 when one changed."""
    with connected() as client:
        show(client.version(*name_and_number(version)).verify(), as_json=as_json)


@app.command(epilog="Example: gonogo model reproduce mortgage-approver@2 --group race --group sex")
def reproduce(
    version: VersionName,
    data: Annotated[str | None, typer.Option(help="Dataset version to measure on.")] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(help="Group column; without it, every protected one and their crossing."),
    ] = None,
    level: Annotated[float, typer.Option(help="Confidence level of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Seed of what is drawn.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Have the server measure a version itself, from the stored model and data."""
    with connected() as client:
        asked = client.version(*name_and_number(version))
        with advancing(f"Measuring {version}") as tell:
            found = asked.reproduce(data=data, groups=group, level=level, seed=seed, tell=tell)
        rows = (("subject", found.subject), ("measured", f"{len(found.entries)} entries"))
        show(found, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo model card mortgage-approver@2 --file card.yaml")
def card(
    version: VersionName,
    file: Annotated[
        Path | None, typer.Option(help="YAML with what the card is to say; replaces it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the model card of a version, or write it."""
    said = None if file is None else read_yaml(file)
    if said is not None and not isinstance(said, dict):
        raise Invalid(field=str(file), value=type(said).__name__, expected="a YAML mapping")
    with connected() as client:
        asked = client.version(*name_and_number(version))
        found = asked.read() if said is None else asked.write_card(said)
    if as_json:
        print(json.dumps(found.card, indent=2, ensure_ascii=False))
        return
    rows = list(found.card.items()) or [("card", "empty")]
    show(found, as_json=False, rows=rows)


@app.command(epilog="Example: gonogo model at mortgage-approver 2026-11-01T12:00")
def at(
    name: Name,
    time: Annotated[str, typer.Argument(help="A time; UTC unless it says otherwise.")],
    as_json: AsJson = False,
) -> None:
    """Name what was champion at a time, and the decision that made it so."""
    with connected() as client:
        found = client.model(name).at(time)
    rows = (
        ("model", found.model),
        ("at", found.at),
        ("champion", found.subject or "none"),
        ("since", found.since),
        ("decision", found.decision),
    )
    show(found, as_json=as_json, rows=rows)


def name_and_number(version: str) -> tuple[str, str]:
    """Model and number in `NAME@VERSION`; raises `Invalid`."""
    subject = Subject.parse(version if version.startswith("model:") else f"model:{version}")
    if subject.kind is not SubjectKind.MODEL or subject.version is None:
        raise Invalid(field="version", value=version, expected="NAME@VERSION")
    return subject.name, subject.version

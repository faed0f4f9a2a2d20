"""Command line: evidence."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from gonogo.core.errors import Invalid
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.interfaces.cli.kit import AsJson, advancing, cell, connected, listing, show
from gonogo.interfaces.cli.measuring import (
    Asked,
    Rows,
    ScoredTable,
    by_client,
    by_scores,
    by_server,
    of_dataset,
    refuse,
)
from gonogo.schemas import evidence as schemas

app = typer.Typer(help="Evidence: what was measured, with its interval.")


@app.command("list", epilog="Example: gonogo evidence list model:mortgage-approver@2 --current")
def list_(
    subject: Annotated[
        str | None, typer.Argument(help="Address of what was measured; without it, everything.")
    ] = None,
    check: Annotated[str | None, typer.Option(help="Only by this check.")] = None,
    current: Annotated[
        bool, typer.Option("--current", help="Leave out what newer evidence replaced.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List evidence, newest first."""
    with connected() as client:
        listing(
            client.evidence.about(subject).all(check=check, current=current),
            as_json=as_json,
            columns=(
                ("entry", lambda one: one.position),
                ("subject", lambda one: one.subject),
                ("check", lambda one: one.check),
                ("with", lambda one: told_parameters(one.with_)),
                ("measured", lambda one: interval(one.measured)),
                ("n", lambda one: one.measured.get("n")),
                ("origin", lambda one: "reproduced" if one.reproduced else "reported"),
            ),
            empty="No evidence yet. Record some: gonogo evidence record FILE.json",
        )


@app.command("show", epilog="Example: gonogo evidence show 42")
def show_(
    entry: Annotated[str, typer.Argument(help="Digest or position of its ledger entry.")],
    as_json: AsJson = False,
) -> None:
    """Show one piece of evidence."""
    with connected() as client:
        show(client.evidence.read(entry), as_json=as_json)


@app.command(epilog="Example: gonogo evidence record measured.json")
def record(
    file: Annotated[Path, typer.Argument(help='JSON: a list of evidence, or {"evidence": [...]}.')],
    as_json: AsJson = False,
) -> None:
    """Record what was measured elsewhere: all of a file, or nothing."""
    asked = read_json(file)
    with connected() as client:
        recorded: schemas.Recorded = client.record_evidence(asked)
    if as_json:
        show(recorded, as_json=True)
        return
    first, last = recorded.entries[0].position, recorded.entries[-1].position
    print(f"{len(recorded.entries)} recorded, entries {first} to {last}")


@app.command(
    "import",
    epilog="Example: gonogo evidence import audit.json --format pip-audit "
    "--subject model:mortgage-approver@2",
)
def import_(
    file: Annotated[Path, typer.Argument(help="A scanner's report.")],
    kind: Annotated[str, typer.Option("--format", help="sarif, cyclonedx or pip-audit.")],
    subject: Annotated[str, typer.Option(help="Address of what was scanned.")],
    as_json: AsJson = False,
) -> None:
    """Record what a scanner's report leaves open, counted by severity."""
    about = Subject.parse(subject)
    with connected() as client:
        made = client.evidence.import_report(file, kind, subject=str(about))
        told = client.evidence.about(str(about)).all(check="security.scanner_findings")
        digests = [one.digest for one in made.entries]
        findings(
            (one for one in islice(told, len(digests)) if one.digest in digests), as_json=as_json
        )


@app.command(
    epilog="Example: gonogo evidence repo model:mortgage-approver@2 . --lint ruff.json",
)
def repo(
    subject: Annotated[str, typer.Argument(help="Address of what the code is of.")],
    folder: Annotated[Path, typer.Argument(help="A git checkout; nothing in it is run.")],
    coverage: Annotated[
        Path | None, typer.Option(help="Cobertura XML or lcov; else where they usually are.")
    ] = None,
    lint: Annotated[
        Path | None, typer.Option(help="A linter's report: SARIF or ruff JSON.")
    ] = None,
    commits: Annotated[int, typer.Option(help="How many of the last changes to look at.")] = 100,
    level: Annotated[float, typer.Option(help="Confidence level of the intervals.")] = 0.95,
    as_json: AsJson = False,
) -> None:
    """Record what a repository shows: tests, coverage, lint, changes a second person saw."""
    # Measuring loads numpy and SciPy; a command that only asks starts without them.
    from gonogo.sdk.repository import record_repository

    about = Subject.parse(subject)
    with connected() as client:
        made = record_repository(
            client.evidence,
            folder,
            subject=str(about),
            coverage=coverage,
            lint=lint,
            commits=commits,
            level=level,
        )
        findings((client.evidence.read(one.digest) for one in made.entries), as_json=as_json)


@app.command(
    epilog="Example: gonogo evidence measure model:mortgage-approver@2 --check performance.roc_auc"
)
def measure(
    subject: Annotated[
        str, typer.Argument(help="A model version, model:NAME@NUMBER, or dataset:NAME@VERSION.")
    ],
    check: Annotated[
        list[str] | None, typer.Option(help="Only by this check; may be said repeatedly.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="Measure the model in this folder or file, here, and report it."),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Rows on this machine: CSV or Parquet.")] = None,
    scored: Annotated[
        Path | None,
        typer.Option(help="Rows with a score already, Parquet of any size: measured as they pass."),
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="Column of --scored with what the model said.")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="Dataset version to measure on; what --file is a copy of.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Of a dataset: the version it is compared with.")
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Column with the truth; else what the data declare.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="Group column; else the protected ones of the data.")
    ] = None,
    said: Annotated[
        list[str] | None,
        typer.Option("--with", help="NAME=VALUE, how the one --check is measured."),
    ] = None,
    level: Annotated[float, typer.Option(help="Confidence level of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Seed of what is drawn.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Measure a model version or a dataset version, and record what was found.

    Without --model, --file and --scored the server measures what it keeps: reproduced. With them
    it is measured here, by the same code, and reported.
    """
    about = Subject.parse(subject)
    asked = Asked(tuple(check or ()), level, seed, tuple(said or ()))
    with connected() as client:
        if about.kind is SubjectKind.DATASET:
            refuse(about, {"model": model, "data": data, "label": label, "group": group})
            refuse(about, {"scored": scored, "score": score})
            with advancing(f"Measuring {about}") as tell:
                found = of_dataset(client, about, asked, file, reference, tell)
        elif about.kind is SubjectKind.MODEL and about.version is not None:
            refuse(about, {"reference": reference})
            rows = Rows(file, data, label, tuple(group or ()))
            if scored is not None:
                refuse(about, {"model": model, "file": file})
                with advancing(f"Measuring {scored.name}") as tell:
                    table = ScoredTable(scored, score, rows)
                    found = by_scores(client, about, asked, table, tell)
            elif model is not None:
                refuse(about, {"score": score})
                found = by_client(client, about, asked, model, rows)
            else:
                refuse(about, {"file": file, "label": label, "score": score})
                with advancing(f"Measuring {about}") as tell:
                    found = by_server(client, about, asked, data, group, tell)
        else:
            raise Invalid(
                field="subject", value=subject, expected="model:NAME@NUMBER or dataset:NAME@VERSION"
            )
        findings(found, as_json=as_json)


def findings(found: Iterable[schemas.Evidence], *, as_json: bool) -> None:
    """What was measured, one line for each."""
    listing(
        found,
        as_json=as_json,
        columns=(
            ("check", lambda one: one.check),
            ("with", lambda one: told_parameters(one.with_)),
            ("measured", lambda one: interval(one.measured)),
            ("n", lambda one: one.measured.get("n")),
            ("origin", lambda one: "reproduced" if one.reproduced else "reported"),
        ),
        empty="Nothing was measured.",
    )


def told_parameters(given: Mapping[str, object]) -> str | None:
    """What it was measured with, in one cell.

    >>> told_parameters({"group": "race", "level": 0.95})
    'group race, level 0.95'
    """
    return ", ".join(f"{name} {cell(value)}" for name, value in given.items()) or None


def interval(measured: dict[str, Any]) -> str:
    """A measurement in one line.

    >>> interval({"value": 0.74, "low": 0.66, "high": None, "unit": "ratio"})
    '0.74 [0.66, …] ratio'
    """
    if "undefined" in measured:
        return f"none: {measured['undefined']}"
    low, high = (
        "…" if measured[end] is None else f"{measured[end]:.4g}" for end in ("low", "high")
    )
    return f"{measured['value']:.4g} [{low}, {high}] {measured['unit']}".rstrip()


def read_json(path: Path) -> list[Any]:
    """The evidence in a file; raises `Invalid` naming the file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Invalid(field=str(path), value=str(error), expected="a readable JSON file") from error
    listed = found.get("evidence") if isinstance(found, dict) else found
    if not isinstance(listed, list) or not listed:
        raise Invalid(field=str(path), value=type(found).__name__, expected="a list of evidence")
    return listed

"""Command line: the ML Test Score of a model version, and stating its points."""

from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import rubric as schemas

SCORE = "Example: gonogo model test-score mortgage-approver@2"
STATE = (
    "Example: gonogo model state-test mortgage-approver@2 infra-7 manual "
    "--reference 'run book, section 3' --whole-case"
)
VersionName = Annotated[str, typer.Argument(help="NAME@VERSION, such as mortgage-approver@2.")]


def score(
    version: VersionName,
    record: Annotated[
        bool, typer.Option("--record", help="Keep it as evidence, which a policy may ask for.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the ML Test Score: 28 tests of data, model, infrastructure, monitoring."""
    name, number = named(version)
    with connected() as client:
        asked = client.version(name, number)
        found: schemas.RubricScore = asked.record_test_score() if record else asked.test_score()
    if as_json:
        show(found, as_json=True)
        return
    listing(
        found.points,
        as_json=False,
        columns=(
            ("test", lambda one: one.id),
            ("score", lambda one: f"{one.score:g}"),
            ("how", lambda one: "stated" if one.stated else one.how),
            ("title", lambda one: one.title),
            ("why", lambda one: one.says),
        ),
        empty="",
    )
    rows = [(section, f"{score:g} of 7") for section, score in found.sections.items()]
    rows += [("score", f"{found.score:g}: {found.meaning}"), ("entry", found.entry or "not kept")]
    show(found, as_json=False, rows=rows)


def state_test(
    version: VersionName,
    point: Annotated[str, typer.Argument(help="Which test: data-1 to monitor-7.")],
    how: Annotated[str, typer.Argument(help="none, manual or automated.")],
    reference: Annotated[str, typer.Option(help="Where it can be seen.")] = "",
    note: Annotated[str, typer.Option(help="What else there is to say.")] = "",
    whole_case: Annotated[
        bool, typer.Option("--whole-case", help="It holds for every version of the use case.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """State how one test of the ML Test Score is done."""
    name, number = named(version)
    with connected() as client:
        found = client.version(name, number).state_test(
            point, how, reference=reference, note=note, whole_case=whole_case
        )
    show(found, as_json=as_json)


def named(version: str) -> tuple[str, str]:
    """Model and number in `NAME@VERSION`; raises `Invalid`."""
    subject = Subject.parse(version if version.startswith("model:") else f"model:{version}")
    if subject.kind is not SubjectKind.MODEL or subject.version is None:
        raise Invalid(field="version", value=version, expected="NAME@VERSION")
    return subject.name, subject.version

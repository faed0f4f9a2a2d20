"""Command line: gate reviews, their sign-offs, waivers and decisions."""

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from gonogo.core.verdicts import Verdict
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.polls import as_junit, as_sarif, as_table
from gonogo.schemas import reviews as schemas

app = typer.Typer(help="Gates: reviews of model versions, signed, waived and decided.")

NOT_GO = 1


class Format(StrEnum):
    """How a review is printed."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"


PRINT: dict[Format, Callable[[schemas.Review], str]] = {
    Format.TABLE: as_table,
    Format.JSON: lambda review: review.model_dump_json(indent=2, by_alias=True),
    Format.JUNIT: as_junit,
    Format.SARIF: as_sarif,
}

Id = Annotated[str, typer.Argument(help="Id of the review, as `gonogo gate review` prints it.")]
RoleName = Annotated[str, typer.Argument(help="The role, such as risk-officer.")]


@app.command("list", epilog="Example: gonogo gate list --state open")
def list_(
    state: Annotated[str | None, typer.Option(help="open or decided.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="A model version: model:NAME@VERSION.")
    ] = None,
    gate: Annotated[str | None, typer.Option(help="validation or production.")] = None,
    as_json: AsJson = False,
) -> None:
    """List gate reviews, newest first."""
    with connected() as client:
        listing(
            client.reviews.all(state=state, subject=subject, gate=gate),
            as_json=as_json,
            columns=(
                ("review", lambda review: review.id),
                ("subject", lambda review: review.subject),
                ("gate", lambda review: review.gate),
                ("policy", lambda review: f"{review.policy.name}@{review.policy.digest[:12]}"),
                ("state", lambda review: review.state),
                ("outcome", lambda review: review.outcome),
                ("opened", lambda review: review.opened_at),
            ),
            empty="No review yet. Open one: gonogo gate review model:NAME@VERSION validation",
        )


@app.command(epilog="Example: gonogo gate review model:mortgage-approver@2 production")
def review(
    subject: Annotated[str, typer.Argument(help="The model version: model:NAME@VERSION.")],
    gate: Annotated[str, typer.Argument(help="validation or production.")],
    format_: Annotated[
        Format, typer.Option("--format", help="How to print it.", case_sensitive=False)
    ] = Format.TABLE,
    as_json: AsJson = False,
) -> int:
    """Poll a gate; exit 0 if all its conditions are go or waived, 1 if not.

    Takes the review that is open, or opens one.
    """
    with connected() as client:
        found = client.reviews.open(subject, gate)
    sys.stdout.write(PRINT[Format.JSON if as_json else format_](found.told) + "\n")
    return 0 if found.verdict is Verdict.GO else NOT_GO


@app.command("show", epilog="Example: gonogo gate show 3f2a9c51b0de --format sarif")
def show_(
    review_id: Id,
    format_: Annotated[
        Format, typer.Option("--format", help="How to print it.", case_sensitive=False)
    ] = Format.TABLE,
    as_json: AsJson = False,
) -> None:
    """Show a review: polled now while it is open, what it rested on once decided."""
    with connected() as client:
        found = client.reviews.read(review_id)
    sys.stdout.write(PRINT[Format.JSON if as_json else format_](found.told) + "\n")


@app.command(epilog="Example: gonogo gate sign 3f2a9c51b0de risk-officer --comment 'seen'")
def sign(
    review_id: Id,
    role: RoleName,
    no_go: Annotated[bool, typer.Option("--no-go", help="Sign no-go instead of go.")] = False,
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: AsJson = False,
) -> None:
    """Sign for a role; final."""
    with connected() as client:
        found = client.reviews.read(review_id).sign(role, "no-go" if no_go else "go", comment)
    _done(found.told, as_json=as_json)


@app.command(
    epilog="Example: gonogo gate waive 3f2a9c51b0de 1c0d2e3f4a5b --role risk-officer "
    "--reason 'small group, reviewed by hand' --expires 2027-02-01"
)
def waive(
    review_id: Id,
    condition: Annotated[str, typer.Argument(help="Key of the condition.")],
    role: Annotated[str, typer.Option(help="The role in which it is waived.")],
    reason: Annotated[str, typer.Option(help="Why it may pass.")],
    expires: Annotated[str, typer.Option(help="Until when: 2027-02-01 or 2027-02-01T12:00Z.")],
    as_json: AsJson = False,
) -> None:
    """Let a condition that is not go pass for a time."""
    with connected() as client:
        found = client.reviews.read(review_id).waive(
            condition, role=role, reason=reason, expires=expires
        )
    _done(found.told, as_json=as_json)


@app.command(epilog="Example: gonogo gate withdraw 3f2a9c51b0de ENTRY --reason 'measured now'")
def withdraw(
    review_id: Id,
    waiver: Annotated[str, typer.Argument(help="Digest of the waiver's entry.")],
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    as_json: AsJson = False,
) -> None:
    """Take a waiver back."""
    with connected() as client:
        found = client.reviews.read(review_id).withdraw(waiver, reason)
    _done(found.told, as_json=as_json)


@app.command(epilog="Example: gonogo gate decide 3f2a9c51b0de --rationale 'all conditions hold'")
def decide(
    review_id: Id,
    rationale: Annotated[str, typer.Option(help="Why, in your words; it is kept.")],
    outcome: Annotated[
        str | None, typer.Option(help="go or no-go; without it, what the poll allows.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Decide a gate; exit 0 for go, 1 for no-go, 4 where something is missing for go."""
    with connected() as client:
        found = client.reviews.read(review_id).decide(rationale, outcome)
    _done(found.told, as_json=as_json)
    return 0 if found.outcome == "go" else NOT_GO


def _done(found: schemas.Review, *, as_json: bool) -> None:
    rows: list[tuple[str, object]] = [
        ("review", found.id),
        ("subject", found.subject),
        ("gate", found.gate),
        ("state", found.state),
        ("verdict", found.verdict),
        ("outcome", found.outcome),
        ("decision", found.decision),
        *(("signed", f"{one.role}: {one.outcome}") for one in found.sign_offs),
        *(("lacks", one) for one in found.lacks),
    ]
    show(found, as_json=as_json, rows=rows)

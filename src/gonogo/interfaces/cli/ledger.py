"""Command line: the ledger."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Annotated

import typer

from gonogo.core.chain_file import FileVerification, verify_lines
from gonogo.core.errors import Conflict, Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas.ledger import LedgerBreak, LedgerVerified

app = typer.Typer(help="The ledger: everything that was decided and what it rests on.")

MOST_LINE = 64 * 1024 * 1024
"""Bytes read at once at most while looking for the end of a line."""


@app.command("list", epilog="Example: gonogo ledger list --kind decision --limit 10")
def list_(
    kind: Annotated[str | None, typer.Option(help="evidence, decision, waiver, ...")] = None,
    subject: Annotated[
        str | None, typer.Option(help="What it is about; also finds what stands below it.")
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Who did it: user:7.")] = None,
    text: Annotated[str | None, typer.Option(help="Words in it.")] = None,
    since: Annotated[
        str | None, typer.Option(help="From this day or time on: 2026-11-01, 2026-11-01T12:00Z.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Up to the end of this day, or before this time.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Entries at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List entries, newest first."""
    with connected() as client:
        found = client.ledger.entries(
            kind=kind, subject=subject, actor=actor, text=text, since=since, until=until
        )
        listing(
            islice(found, limit),
            as_json=as_json,
            columns=(
                ("entry", lambda entry: entry.position),
                ("digest", lambda entry: entry.digest[:12]),
                ("at", lambda entry: entry.at),
                ("kind", lambda entry: entry.kind),
                ("subject", lambda entry: entry.subject),
                ("actor", lambda entry: entry.actor),
            ),
            empty="No entry fits.",
        )


@app.command("show", epilog="Example: gonogo ledger show 17")
def show_(
    entry: Annotated[str, typer.Argument(help="Position or digest of an entry.")],
    as_json: AsJson = False,
) -> None:
    """Show one entry."""
    with connected() as client:
        show(client.ledger.entry(entry), as_json=as_json)


@app.command(epilog="Example: gonogo ledger verify ledger.jsonl")
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An exported file, checked without a database.")
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Check indexes and database pages as well.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify the ledger, or an exported file; exit code 1 names the first broken entry."""
    if file is None:
        with connected() as client, _busy("Verifying the ledger"):
            found = client.ledger.verify(thorough=thorough)
    else:
        found = _told(_verify_file(file))
    if as_json:
        show(found, as_json=True)
    else:
        _tell(found)
    if not found.sound:
        raise typer.Exit(1)


@app.command(epilog="Example: gonogo ledger export ledger.jsonl")
def export(
    file: Annotated[
        Path | None, typer.Argument(help="A file that is not there yet; without: standard output.")
    ] = None,
) -> None:
    """Write the ledger as JSON Lines that `gonogo ledger verify FILE` checks."""
    with connected() as client:
        if file is None:
            _write(client.ledger.export(), sys.stdout.buffer)
            return
        try:
            with file.open("xb") as target:
                _write(
                    _counted(client.ledger.export(), client.ledger.head().entries, "Exporting"),
                    target,
                )
        except FileExistsError as error:
            raise Conflict(
                field="file", value=str(file), expected="a file that is not there yet"
            ) from error


def _write(lines: Iterable[bytes], target: IO[bytes]) -> None:
    for line in lines:
        target.write(line)


def _verify_file(file: Path) -> FileVerification:
    try:
        with file.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            return verify_lines(_counted(_lines(source), size, "Verifying", by_bytes=True))
    except OSError as error:
        raise Invalid(
            field="file", value=str(file), expected=f"a file that can be read ({error.strerror})"
        ) from error


def _lines(source: IO[bytes]) -> Iterator[bytes]:
    """Lines, none longer than can be an entry: a file without line breaks is no reason to swap."""
    while line := source.readline(MOST_LINE + 1):
        yield line


def _told(found: FileVerification) -> LedgerVerified:
    broken = found.broken
    return LedgerVerified(
        sound=broken is None,
        entries=found.entries,
        head=found.head,
        broken=None if broken is None else LedgerBreak.model_validate(broken),
        findings=[],
    )


def _tell(found: LedgerVerified) -> None:
    if found.sound:
        print(f"The ledger is sound: {found.entries:,} entries, head {found.head}")
        return
    if found.broken is not None:
        print(f"The ledger is broken at entry {found.broken.position}: {found.broken.reason}")
        print(f"{found.entries:,} entries before it are sound.")
    for finding in found.findings:
        print(f"Contradicts the ledger: {finding}")


@contextmanager
def _busy(what: str) -> Iterator[None]:
    """A sign of life on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …"):
        yield


def _counted(
    lines: Iterable[bytes], total: int, what: str, *, by_bytes: bool = False
) -> Iterator[bytes]:
    """`lines` as they pass by, with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from lines
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        for line in lines:
            bar.advance(task, len(line) if by_bytes else 1)
            yield line

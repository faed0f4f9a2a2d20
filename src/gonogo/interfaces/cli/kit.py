"""How a command is made: a client, a table or JSON, an exit code for every kind of refusal."""

import json
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from gonogo.core.errors import GonogoError, Kind

EXIT = {
    Kind.INVALID: 2,
    Kind.UNAUTHENTICATED: 3,
    Kind.FORBIDDEN: 3,
    Kind.NOT_FOUND: 5,
    Kind.CONFLICT: 4,
    Kind.STALE: 4,
    Kind.TOO_LARGE: 2,
    Kind.TOO_MANY: 3,
    Kind.UNAVAILABLE: 70,
    Kind.BROKEN: 1,
}
"""Exit codes: 0 done, 1 the answer is no, 2 wrong input, 3 not allowed, 4 conflict, 5 not found,
70 our fault."""

OUR_FAULT = 70

PIPED = 10_000
"""Columns of a table that nobody's screen bounds."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@contextmanager
def connected() -> Iterator[Any]:
    """The client the environment names: GONOGO_URL and GONOGO_TOKEN, else this folder."""
    import gonogo

    with gonogo.connect() as client:
        yield client


@contextmanager
def advancing(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, moved by how many of how many are done; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, of: bars.update(task, completed=done, total=of or None)


def show(found: BaseModel, *, as_json: bool, rows: Sequence[tuple[str, object]] = ()) -> None:
    """One thing: its fields, or exactly what the client returned as JSON."""
    if as_json:
        print(found.model_dump_json(indent=2, by_alias=True))
        return
    shown = rows or list(found.model_dump().items())
    width = max(len(name) for name, _ in shown)
    for name, value in shown:
        print(f"{name:<{width}}  {cell(value)}")


def listing(
    items: Iterable[Any],
    *,
    as_json: bool,
    columns: Sequence[tuple[str, Callable[[Any], object]]],
    empty: str,
) -> None:
    """Many things: a table, or what the client returned as JSON; `empty` says what to do next."""
    found = list(items)
    if as_json:
        print(json.dumps([item.model_dump(mode="json", by_alias=True) for item in found], indent=2))
        return
    if not found:
        print(empty)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, _ in columns:
        table.add_column(name, overflow="fold")
    for item in found:
        # As Text: what somebody wrote is no markup of ours.
        table.add_row(*(Text(cell(read(item))) for _, read in columns))
    # A pipe has no width: one line for each thing, so that grep and cut find what they look for.
    Console(width=None if sys.stdout.isatty() else PIPED, highlight=False).print(table)


def cell(value: object) -> str:
    """A value as people read it: rounded, on one line, without codes a terminal would obey.

    >>> cell(0.123456789), cell(None), cell("a" + chr(27) + "[2Jb")
    ('0.1235', '–', 'a�[2Jb')
    """
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "".join(
        char if char.isprintable() else " " if char in "\t\n\r" else "�" for char in str(value)
    )


def told(error: GonogoError) -> int:
    """Tell of a refusal on standard error; the exit code that fits."""
    print(f"gonogo: {error}", file=sys.stderr)
    return EXIT[error.kind]


def failed(error: Exception) -> int:
    """Tell of a failure of ours, with what helps to find it."""
    traceback.print_exception(error, file=sys.stderr)
    print("gonogo: this is our fault, not yours", file=sys.stderr)
    return OUR_FAULT

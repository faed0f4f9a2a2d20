"""How a command is made: a client, a table or JSON, an exit code for every kind of refusal."""

import json
import sys
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

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@contextmanager
def connected() -> Iterator[Any]:
    """The client the environment names: GONOGO_URL and GONOGO_TOKEN, else this folder."""
    import gonogo

    with gonogo.connect() as client:
        yield client


def show(found: BaseModel, *, as_json: bool, rows: Sequence[tuple[str, object]] = ()) -> None:
    """One thing: its fields, or exactly what the client returned as JSON."""
    if as_json:
        print(found.model_dump_json(indent=2, by_alias=True))
        return
    shown = rows or list(found.model_dump().items())
    width = max(len(name) for name, _ in shown)
    for name, value in shown:
        print(f"{name:<{width}}  {_cell(value)}")


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

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, _ in columns:
        table.add_column(name, overflow="fold")
    for item in found:
        table.add_row(*(_cell(read(item)) for _, read in columns))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def told(error: GonogoError) -> int:
    """Tell of a refusal on standard error; the exit code that fits."""
    print(f"gonogo: {error}", file=sys.stderr)
    return EXIT[error.kind]

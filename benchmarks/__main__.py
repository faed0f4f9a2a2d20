"""`make bench`: what is promised of speed, measured as ratios; exit code 1 where one is broken."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from benchmarks.bench import DECISIONS, MINUTES, QUICK_ROWS, ROWS, Bench, Progress
from benchmarks.measuring import Line
from benchmarks.table import BENCHMARKS, LONG

KEPT = {True: "[green]kept[/]", False: "[bold red]broken[/]", None: "–"}


def main(arguments: list[str]) -> int:
    """Run the benchmarks that `arguments` name; the exit code."""
    asked = _parser().parse_args(arguments)
    names = asked.names or [name for name in BENCHMARKS if name not in LONG]
    lines: list[Line] = []
    with (
        tempfile.TemporaryDirectory(prefix="gonogo-bench-") as folder,
        _bars() as begin,
    ):
        rows = asked.rows or (QUICK_ROWS if asked.quick else ROWS)
        seconds = asked.minutes * 60
        bench = Bench(Path(folder), begin, asked.quick, rows, asked.decisions, seconds)
        for name in names:
            lines += BENCHMARKS[name](bench)
    (_print_json if asked.json else _print_table)(lines)
    return 1 if any(line.kept is False for line in lines) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[*BENCHMARKS, []],
        metavar="NAME",
        help=f"{', '.join(BENCHMARKS)}; where none is named all but {', '.join(LONG)}",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, to try the benchmarks: nothing is judged"
    )
    parser.add_argument("--rows", type=int, help=f"rows of the table that passes; else {ROWS:,}")
    parser.add_argument(
        "--decisions",
        type=int,
        default=DECISIONS,
        help=f"that the long run sends; else {DECISIONS:,}",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=MINUTES,
        help=f"after which it sends no more; else {MINUTES:g}",
    )
    return parser


@contextmanager
def _bars() -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:

        def begin(title: str, steps: int) -> Callable[[int], None]:
            task = bars.add_task(title, total=steps)
            return lambda done: bars.advance(task, done)

        yield begin


def _print_table(lines: list[Line]) -> None:
    table = Table(title="Promises of speed", title_justify="left", show_lines=True)
    for name in ("what", "measured", "against", "ratio", "min–max", "promise", ""):
        table.add_column(name, justify="right" if name in {"ratio", "min–max"} else "left")
    for line in lines:
        spread = f"{_ratio(min(line.ratios))}–{_ratio(max(line.ratios))}"
        table.add_row(
            f"[bold]{line.name}[/]\n{line.what}",
            line.measured,
            line.peer,
            _ratio(line.ratio),
            spread,
            line.promise or "–",
            KEPT[line.kept],
        )
    console = Console()
    if not console.is_terminal:
        console = Console(width=140)
    console.print(table)
    console.print("Ratios are medians over repetitions in which both were timed in turn.")


def _ratio(found: float) -> str:
    """With two digits that say something.

    >>> _ratio(8.0), _ratio(0.0123)
    ('8.00', '0.012')
    """
    return f"{found:.2f}" if found >= 0.1 else f"{found:.2g}"


def _print_json(lines: list[Line]) -> None:
    found = [{**asdict(line), "ratio": line.ratio} for line in lines]
    json.dump(found, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    # Told to stop, it takes its server and its folder with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))

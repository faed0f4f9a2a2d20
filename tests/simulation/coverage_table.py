"""How often every kind of interval holds what is true: the table of docs/statistics.md.

    python -m tests.simulation.coverage_table      (writes it; minutes)

A slow test draws it anew and compares.
"""

from collections.abc import Iterator
from pathlib import Path

from rich.progress import track

from tests.simulation.intervals import INTERVALS, RATES, SIZES, Coverage, Interval, covered

STATISTICS = Path(__file__).resolve().parents[2] / "docs" / "statistics.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"
DEFINED = 0.995
"""From this share of draws on an interval counts as always defined."""

Cells = dict[tuple[str, int, float], Coverage]
"""By title, rows and rate."""


def cells_of(interval: Interval) -> Cells:
    """Every cell of one kind of interval."""
    return {
        (interval.title, n, rate): covered(interval, n, rate)
        for n in SIZES
        for rate in interval.rates
    }


def cell(found: Coverage) -> str:
    """One cell: how often it held, and where it often was none, how often it was one.

    >>> cell(Coverage(95, 100, 100)), cell(Coverage(20, 20, 100)), cell(Coverage(0, 0, 100))
    ('0.950', '1.000 of 20 %', '–')
    """
    if not found.defined:
        return "–"
    often = found.defined / found.times
    more = "" if often >= DEFINED else f" of {100 * often:.0f} %"
    return f"{found.share:.3f}{more}"


def table(cells: Cells) -> Iterator[str]:
    """One table for each number of rows, and one of what has no rate."""
    rated = [one for one in INTERVALS if one.rates == RATES]
    for n in SIZES:
        yield from _table(
            f"{n:,} rows", [f"{rate:g}" for rate in RATES], rated, cells, [(n, r) for r in RATES]
        )
    others = [one for one in INTERVALS if one.rates != RATES]
    sizes = [f"{n:,} rows" for n in SIZES]
    yield from _table("No rate", sizes, others, cells, [(n, others[0].rates[0]) for n in SIZES])


def _table(
    corner: str,
    heads: list[str],
    intervals: list[Interval],
    cells: Cells,
    places: list[tuple[int, float]],
) -> Iterator[str]:
    yield f"| {corner} | {' | '.join(heads)} |"
    yield "| --- |" + " --- |" * len(heads)
    for one in intervals:
        found = (cell(cells[(one.title, n, rate)]) for n, rate in places)
        yield f"| {one.title} | {' | '.join(found)} |"
    yield ""


def written() -> str:
    """The table as it stands in the documentation."""
    text = STATISTICS.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip()


def main() -> None:
    """Draw everything and write the table into the documentation."""
    cells: Cells = {}
    for interval in track(INTERVALS, "Drawing intervals"):
        cells |= cells_of(interval)
    text = STATISTICS.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    made = "\n".join(table(cells)).strip()
    STATISTICS.write_text(f"{text[:begin]}\n{made}\n{text[end:]}", encoding="utf-8")


if __name__ == "__main__":
    main()

"""What a notebook shows of a value: a table in HTML, with nothing in it but escaped text."""

from collections.abc import Iterable, Sequence
from html import escape

from gonogo.schemas.reviews import PolledCondition, Review

WORDS = {"go": "GO", "hold": "HOLD", "no-go": "NO-GO", "no data": "NO DATA"}


def review_table(review: Review) -> str:
    """A gate review: its verdict, each condition, what would turn it."""
    turns = {turn.key: turn.say for turn in review.turns_to_go}
    rows = [
        (
            WORDS[row.verdict] + (" (waived)" if row.waiver else ""),
            row.title,
            row.asked,
            interval(row),
            turns.get(row.key, ""),
        )
        for row in review.conditions
    ]
    head = f"{review.subject}, gate {review.gate}: {WORDS[review.verdict]} ({review.state})"
    return f"<p><b>{escape(head)}</b></p>" + table(
        ("verdict", "check", "asked", "measured", "what would turn it to go"), rows
    )


def interval(row: PolledCondition) -> str:
    """What was measured, with its interval; else why there is nothing."""
    found = row.measured
    if found is None:
        return row.reason
    low = "…" if found.low is None else f"{found.low:.4g}"
    high = "…" if found.high is None else f"{found.high:.4g}"
    return f"{found.value:.4g} [{low}, {high}] (n = {found.n:,})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """An HTML table.

    >>> table(["a"], [["<b>"]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    body = "".join(_row("td", row) for row in rows)
    return f"<table><thead>{_row('th', head)}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"

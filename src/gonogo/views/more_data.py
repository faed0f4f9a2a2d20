"""Shall we buy more data? One learning curve, what is lacking, and what a purchase brings."""

from dataclasses import dataclass, replace
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.core.errors import NotFound
from gonogo.core.evidence import measured_from_json
from gonogo.domain.evidence import reads as evidence
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.store.work import Work
from gonogo.views.drawn.learning import learning_curve
from gonogo.views.drawn.plotted import Plotted
from gonogo.views.evidence import Figure, figures

CHECK = "performance.more_data_gain"
ADVICE = {
    "data": (
        "Buy more data",
        "More rows are foretold to make it better.",
    ),
    "approach": (
        "Change the approach, not the data",
        "More of the same rows is not known to help: try other features, models, cleaner labels.",
    ),
    "capacity": (
        "Give the model more capacity",
        "It does hardly better on rows it knows, so it cannot say what the rows would tell it.",
    ),
}


@dataclass(frozen=True, slots=True)
class Purchase:
    """Rows up to where they stop paying."""

    size: int
    rows: int
    cost: float
    worth: Measured


@dataclass(frozen=True, slots=True)
class MoreDataPage:
    """The answer of one learning curve."""

    title: str
    """The answer in a few words."""
    headline: str
    subject: str
    lacks: str
    """data, approach, capacity, or unknown."""
    figure: Figure
    """The gain that is foretold, with its interval."""
    size: int | None
    """Rows that it is foretold for."""
    gap: Measured | None
    """By how much it does better on rows it was trained on."""
    purchase: Purchase | None
    plot: Plotted | None
    families: tuple[tuple[str, float], ...]
    """The curves that were averaged and their weights, the heaviest first."""


def more_data(work: Work, entry: str) -> MoreDataPage:
    """The answer that the evidence of `entry` gives; raises `NotFound` where it is of no curve."""
    cited = evidence.one(work, entry)
    if cited.evidence.check != CHECK:
        raise NotFound(field="entry", value=entry, expected=f"evidence of {CHECK}")
    (figure,) = figures(work, [cited])
    try:
        return _page(cited, figure)
    except (AttributeError, KeyError, TypeError, ValueError):
        # The detail, which clients write, is of another shape: the number stands by itself.
        return _bare(figure, "What was recorded holds no curve to draw.")


def _page(cited: Cited, figure: Figure) -> MoreDataPage:
    found = cited.evidence.measured
    if isinstance(found, Undefined):
        return _bare(figure, f"Nothing can be foretold: {found.reason}.")
    detail: Any = cited.evidence.detail
    lacks = str(detail["lacks"])
    title, why = ADVICE[lacks]
    reason = str(detail["reason"])
    bought = detail["purchase"]
    gap = detail["gap"]
    plot = learning_curve(cited)
    weights = sorted(detail["weights"].items(), key=lambda item: (-float(item[1]), str(item[0])))
    return MoreDataPage(
        title=title,
        headline=f"{why} {reason[0].upper()}{reason[1:]}.",
        subject=figure.subject,
        lacks=lacks,
        figure=figure,
        size=int(detail["size"]),
        gap=None if gap is None else measured_from_json(gap),
        purchase=None if bought is None else _purchase(bought),
        plot=None if plot is None else replace(plot, leads="", leads_says=""),
        families=tuple((str(name), float(weight)) for name, weight in weights),
    )


def _purchase(found: Any) -> Purchase:
    worth = measured_from_json(found["worth"])
    if not isinstance(worth, Estimate):
        raise TypeError("a purchase without worth")
    return Purchase(int(found["size"]), int(found["rows"]), float(found["cost"]), worth)


def _bare(figure: Figure, headline: str) -> MoreDataPage:
    return MoreDataPage(
        "More data?", headline, figure.subject, "unknown", figure, None, None, None, None, ()
    )

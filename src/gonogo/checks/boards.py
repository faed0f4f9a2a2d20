"""What the throughput of a board says of when the rest of it is done."""

from collections.abc import Sequence

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, SEED, settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.core.specs.boards import WEEKS
from gonogo.stats.estimate import Undefined
from gonogo.stats.plans.throughput import Backlog, finish

SHARE = 0.8
"""Of the futures, by which weeks are said where nothing else is asked."""
SHARES = (0.1, 0.5, 0.8, 0.9)


def board_weeks(finished: Sequence[int], cards: int, asked: Parameters) -> Finding:
    """The weeks within which a `share` of the futures finishes `cards`.

    `finished`: cards of each past week, weeks of none included. `Undefined` for less than three of
    them, or where nothing was ever finished.
    """
    asked = {**asked, "cards": cards, "history": len(finished)}
    settings = settle_parameters(
        WEEKS, asked, level=LEVEL, seed=SEED, share=SHARE, grows_low=1.0, grows_high=1.0
    )
    grows = settings.number("grows_low"), settings.number("grows_high")
    share = settings.number("share")
    if not len(finished):
        return Finding(WEEKS, settings.values, Undefined("no whole week of work yet", n=0))
    found = finish(
        finished,
        Backlog(cards, *grows),
        settings.level,
        seed=settings.whole("seed"),
        at=sorted({*SHARES, share}),
    )
    if isinstance(found, Undefined):
        return Finding(WEEKS, settings.values, found)
    told: list[Json] = [
        {"share": at, "weeks": measured_to_json(weeks)} for at, weeks in found.quantiles.items()
    ]
    return Finding(WEEKS, settings.values, found.quantiles[share], {"percentiles": told})

"""What the throughput of a board says of when the rest of it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, SEED, settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.core.specs.boards import BOARD_ON_TIME, WEEKS
from gonogo.stats.estimate import Undefined
from gonogo.stats.plans.throughput import Backlog, Finish, finish

SHARE = 0.8
"""Of the futures, by which weeks are said where nothing else is asked."""
SHARES = (0.1, 0.5, 0.8, 0.9)
WEEK = 7
"""Days."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Futures of a board, drawn from the weeks it has seen."""

    found: Finish | Undefined
    how: Parameters
    """As asked, completed with the defaults: what each check of them is kept with."""
    share: float
    """Of the futures, by which weeks are said."""


def drawn(finished: Sequence[int], cards: int, asked: Parameters) -> Drawn:
    """The futures of a board on which `cards` are left.

    `finished`: cards of each past week, weeks of none included. `Undefined` for less than three of
    them, or where nothing was ever finished.
    """
    asked = {**asked, "cards": cards, "history": len(finished)}
    settings = settle_parameters(
        WEEKS, asked, level=LEVEL, seed=SEED, share=SHARE, grows_low=1.0, grows_high=1.0
    )
    how = {name: value for name, value in settings.values.items() if name != "share"}
    share = settings.number("share")
    if not len(finished):
        return Drawn(Undefined("no whole week of work yet", n=0), how, share)
    backlog = Backlog(cards, settings.number("grows_low"), settings.number("grows_high"))
    shares = sorted({*SHARES, share})
    seed = settings.whole("seed")
    return Drawn(finish(finished, backlog, settings.level, seed=seed, at=shares), how, share)


def board_weeks(futures: Drawn) -> Finding:
    """The weeks within which a share of the futures finishes what is left."""
    settings = settle_parameters(WEEKS, {**futures.how, "share": futures.share})
    found = futures.found
    if isinstance(found, Undefined):
        return Finding(WEEKS, settings.values, found)
    told: list[Json] = [
        {"share": at, "weeks": measured_to_json(weeks)} for at, weeks in found.quantiles.items()
    ]
    return Finding(WEEKS, settings.values, found.quantiles[futures.share], {"percentiles": told})


def board_on_time(futures: Drawn, today: date, deadline: date) -> Finding:
    """The share of the futures that finishes what is left by the `deadline`.

    A future takes whole weeks from `today`, as the dates do that are said of it.
    """
    settings = settle_parameters(BOARD_ON_TIME, {**futures.how, "deadline": deadline.isoformat()})
    found = futures.found
    if isinstance(found, Undefined):
        return Finding(BOARD_ON_TIME, settings.values, found)
    weeks = (deadline - today).days / WEEK
    return Finding(BOARD_ON_TIME, settings.values, found.chance(weeks))

"""The portfolio: what use cases are worth, how sure their order is, which to do under limits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.conditions import Cited
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.portfolio.rules import MOST_LONGER, Choosing, ranking
from gonogo.domain.value.rules import Stated, Valued
from gonogo.stats.estimate import Estimate
from gonogo.stats.portfolio.problem import Candidate
from gonogo.stats.portfolio.ranking import Ranked
from gonogo.store.work import Work
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import Chart
from gonogo.views.portfolio_choices import ChoiceLine, latest
from gonogo.views.portfolio_chosen import Chosen, chosen
from gonogo.views.portfolio_form import Filled, command, query
from gonogo.views.portfolio_plots import bubbles, whiskers
from gonogo.views.refused import Refused

Known = tuple[Stated, list[Cited]]
"""A statement and the evidence of decisions that were tried."""

ROWS = 200
"""Use cases that the table shows, those worth most."""
ORGANISATION_ALONE = frozenset({ORGANISATION})
PAIRS = 8
"""Use cases that are compared one by one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One use case."""

    case: str
    place: int
    worth: Estimate
    """Risk-adjusted present value, by the best that is known."""
    success: float
    loss: float
    """Probability of losing money."""
    spend: float
    kind: str
    realised: bool
    """Whether evidence of tried decisions is in it."""
    low: int
    """The best of its middle ranks."""
    high: int
    first: float
    """How often it is the best."""
    above: tuple[float | None, ...]
    """How often it is worth more than the first few; None beside itself."""


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """All use cases with a benefit model in one currency, and a choice of them."""

    headline: str
    currency: str
    currencies: tuple[tuple[str, int], ...]
    """Each currency with how many use cases state it; amounts of several are not added up."""
    rows: tuple[Row, ...]
    more: int
    """Use cases that the table leaves out."""
    compared: tuple[str, ...]
    """The use cases that the columns of `Row.above` stand for."""
    plots: tuple[Chart, ...]
    names: tuple[str, ...]
    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    filled: Filled
    chosen: Chosen | None
    """None until it is asked for, while it is looked for, and where it is refused."""
    doing: str
    """What is still looked for in the background; "" for nothing."""
    step: int
    of: int
    """How much of that is done."""
    seconds: float
    """How long that takes at most, in all."""
    longer: str
    """Where to go to have it looked for longer; "" where everything is proven, or nothing asked."""
    may_decide: bool
    decided: tuple[ChoiceLine, ...]
    """The choices that were decided last."""
    refused: Refused | None
    conflicts: tuple[str, ...]
    """Limits that cannot hold together."""
    command: str


def in_currency(
    found: Sequence[Known], currency: str
) -> tuple[list[Known], tuple[tuple[str, int], ...]]:
    """Those in `currency`, else in the one that most have; and how many each currency has."""
    counts = Counter(stated.statement.currency for stated, _ in found)
    listed = tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
    wanted = currency if currency in counts else listed[0][0] if listed else ""
    return [one for one in found if one[0].statement.currency == wanted], listed


def empty(filled: Filled) -> PortfolioPage:
    """The page where nobody stated a benefit model."""
    return PortfolioPage(
        headline="No use case has a benefit model yet.",
        currency="",
        currencies=(),
        rows=(),
        more=0,
        compared=(),
        plots=(),
        names=(),
        roles=(),
        kinds=(),
        filled=filled,
        chosen=None,
        doing="",
        step=0,
        of=1,
        seconds=0.0,
        longer="",
        may_decide=False,
        decided=(),
        refused=None,
        conflicts=(),
        command="",
    )


def page(
    work: Work,
    values: Sequence[Valued],
    options: Sequence[Candidate],
    currencies: tuple[tuple[str, int], ...],
    filled: Filled,
    state: Choosing,
    refused: Refused | None = None,
) -> PortfolioPage:
    """The page about use cases in one currency; `state`: the choice that was asked for."""
    answer, doing = state.answer, "" if state.done else state.doing
    currency = values[0].stated.statement.currency
    ranked, above = ranking(options)
    order = sorted(range(len(values)), key=lambda at: ranked[at].place)
    first = order[:PAIRS] if len(order) > 1 else []
    rows = tuple(
        _row(values[at], ranked[at], [above[at][other] if other != at else None for other in first])
        for at in order[:ROWS]
    )
    done = frozenset(answer.choice.starts if answer is not None else ())
    is_limits = refused is not None and refused.field == "limits"
    return PortfolioPage(
        headline=_headline(rows, len(values), currency),
        currency=currency,
        currencies=currencies,
        rows=rows,
        more=len(values) - len(rows),
        compared=tuple(options[at].name for at in first),
        plots=_plots(rows, currency, done if answer is not None else None),
        names=tuple(one.name for one in options),
        roles=tuple(sorted({role for one in options for role in one.people})),
        kinds=tuple(sorted({one.kind for one in options if one.kind})),
        filled=filled,
        chosen=None if answer is None else chosen(answer, options, currency, doing),
        doing=doing,
        step=state.step,
        of=state.of,
        seconds=state.seconds,
        longer=_longer(state, filled, currency),
        may_decide=work.caller.refuses(Action.PORTFOLIO_DECIDE, ORGANISATION_ALONE) is None,
        decided=latest(work, currency),
        refused=refused,
        conflicts=tuple((refused.value or "").split("; ")) if refused and is_limits else (),
        command=command(filled),
    )


def _headline(rows: Sequence[Row], count: int, currency: str) -> str:
    many = "1 use case has" if count == 1 else f"{count:,} use cases have"
    most = max(rows, key=lambda row: row.worth.value)
    said = (
        f"{many} a benefit model in {currency}. {most.case} is worth most: {told(most.worth.value)}"
        f" on average, {percent(most.worth.level)} of futures between {told(most.worth.low)} and "
        f"{told(most.worth.high)}"
    )
    if count == 1:
        return f"{said}."
    often = max(rows, key=lambda row: row.first)
    who = "it" if often is most else often.case
    return f"{said}; {who} comes first most often, in {percent(often.first)} of futures."


def percent(share: float) -> str:
    """A share in words.

    >>> percent(0.8)
    '80 %'
    """
    return f"{100 * share:.0f} %"


def _row(one: Valued, rank: Ranked, above: Sequence[float | None]) -> Row:
    now = one.now
    return Row(
        case=one.stated.case,
        place=rank.place,
        worth=now.risk_adjusted,
        success=now.success,
        loss=now.loss,
        spend=sum(one.stated.statement.spend),
        kind=one.stated.statement.kind,
        realised=one.realised is not None,
        low=rank.low,
        high=rank.high,
        first=rank.first,
        above=tuple(above),
    )


def _plots(rows: Sequence[Row], currency: str, done: frozenset[str] | None) -> tuple[Chart, ...]:
    drawn = [
        (one.case, one.success, one.worth, one.spend, one.loss, _is_bright(one.case, done))
        for one in rows
    ]
    return (bubbles(drawn, currency), whiskers(drawn, currency))


def _is_bright(case: str, done: frozenset[str] | None) -> bool:
    return done is None or case in done


def _longer(state: Choosing, filled: Filled, currency: str) -> str:
    answer = state.answer
    if not state.done or answer is None or answer.is_proven or state.longer >= MOST_LONGER:
        return ""
    return f"/portfolio?currency={currency}&{query(filled)}&longer={state.longer + 1}"

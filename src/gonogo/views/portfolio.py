"""The portfolio: what use cases are worth, how sure their order is, which to do under limits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.conditions import Cited
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.portfolio.rules import Answer, ranking
from gonogo.domain.value.rules import Stated, Valued
from gonogo.stats.estimate import Estimate
from gonogo.stats.portfolio.asking import In, Marginal, Out
from gonogo.stats.portfolio.choosing import Use
from gonogo.stats.portfolio.problem import Candidate
from gonogo.stats.portfolio.ranking import Ranked
from gonogo.store.work import Work
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import Chart
from gonogo.views.portfolio_choices import ChoiceLine, latest
from gonogo.views.portfolio_form import Filled, command
from gonogo.views.portfolio_plots import bubbles, frontier, whiskers
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
class Kept:
    """A use case that is chosen, and why."""

    case: str
    quarter: int
    """In which it starts, from 1."""
    expected: float
    spend: float
    why: str


@dataclass(frozen=True, slots=True)
class Left:
    """A use case that is not chosen, why, and what would bring it in."""

    case: str
    why: str
    short: tuple[Use, ...]
    """Limits that doing it beside the choice would exceed."""
    brings_in: str
    """"" where nothing that was tried does."""


@dataclass(frozen=True, slots=True)
class More:
    """What one more of a limit would bring."""

    what: str
    step: float
    gain: float
    changes: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best choice under the limits."""

    worth: Estimate
    spend: float
    worst: float
    """Mean of the worst share of futures."""
    worst_share: float
    proven: bool
    gap: float
    """What a better choice could be worth more at most."""
    kept: tuple[Kept, ...]
    left: tuple[Left, ...]
    unexplained: tuple[str, ...]
    uses: tuple[Use, ...]
    more: tuple[More, ...]
    frontier: Chart | None
    within: float | None
    """Seconds in which it was found; None where it is proven."""


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
    answer: Answer | None = None,
    refused: Refused | None = None,
    doing: str = "",
) -> PortfolioPage:
    """The page about use cases in one currency; `answer`: the choice that was asked for.

    `doing`: what of it is still looked for.
    """
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
        chosen=None if answer is None else _chosen(answer, options, currency, doing),
        doing=doing,
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


def _chosen(answer: Answer, options: Sequence[Candidate], currency: str, doing: str) -> Chosen:
    by_name = {one.name: one for one in options}
    why = {one.name: one for one in answer.ins}
    choice = answer.choice
    starts = sorted(choice.starts.items(), key=lambda one: (one[1], one[0]))
    return Chosen(
        worth=answer.worth,
        spend=choice.spent,
        worst=answer.worst,
        worst_share=answer.worst_share,
        proven=choice.proven,
        gap=choice.gap,
        kept=tuple(
            Kept(
                case=name,
                quarter=start + 1,
                expected=by_name[name].expected * by_name[name].kept ** start,
                spend=by_name[name].spent,
                why=_why_in(why.get(name), by_name, choice.starts, doing),
            )
            for name, start in starts
        ),
        left=tuple(
            Left(one.name, _why_out(one), one.short, _brings_in(one, by_name[one.name]))
            for one in answer.out
        ),
        unexplained=answer.unexplained,
        uses=choice.uses,
        more=tuple(
            More(one.what, one.step, one.gain, _changes(one))
            for one in answer.marginals
            if one.step
        ),
        frontier=frontier(answer, currency),
        within=answer.within,
    )


def _why_in(
    why: In | None, by_name: Mapping[str, Candidate], starts: Mapping[str, int], doing: str
) -> str:
    if why is None:
        return "is being looked at" if doing else "not looked at one by one: choose from fewer"
    needed = sorted(name for name in starts if why.name in by_name[name].needs)
    said = f"{', '.join(needed)} {'needs' if len(needed) == 1 else 'need'} it; " if needed else ""
    if why.loss is None:
        return f"{said}no choice without it keeps the limits"
    if why.loss < 0:
        return f"{said}it has to be done: without it the rest is worth {told(-why.loss)} more"
    said += f"without it the choice is worth {told(why.loss)} less"
    if why.instead:
        said += f", with {', '.join(why.instead)} in its place"
    return f"{said}; {', '.join(why.also_out)} would go too" if why.also_out else said


def _why_out(one: Out) -> str:
    if one.worthless:
        return "it is worth nothing by itself"
    if one.lacks is None:
        return f"ruled out by: {'; '.join(one.conflict) or 'the limits'}"
    said = f"doing it all the same costs {told(one.lacks)} of the worth of the choice"
    return f"{said}, and {', '.join(one.displaced)} would go" if one.displaced else said


def _brings_in(one: Out, candidate: Candidate) -> str:
    ways = []
    if one.conflict:
        ways.append("giving way in one of these limits")
    if one.lacks is not None:
        more = f"{told(one.lacks)} more"
        ways.append(f"being worth {more} than {told(candidate.expected)}")
    if one.budget is not None:
        ways.append(f"a budget {100 * one.budget:.1f} % larger")
    return ", or ".join(ways)


def _changes(one: Marginal) -> str:
    if not one.gain:
        return "brings nothing"
    found = [
        *(f"{name} comes in" for name in one.comes_in),
        *(f"{name} goes" for name in one.goes_out),
    ]
    return ", ".join(found) or "something starts sooner"

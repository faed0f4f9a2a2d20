"""A choice of use cases in words: what is in and out and why, and what more would bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.domain.portfolio.rules import Answer
from gonogo.stats.estimate import Estimate
from gonogo.stats.portfolio.asking import In, Marginal, Out
from gonogo.stats.portfolio.choosing import Use
from gonogo.stats.portfolio.problem import Candidate
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import Chart
from gonogo.views.portfolio_plots import frontier


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
    gain_most: float
    """The gain lies between these; they are the same where it is proven."""
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
    open: int
    """Questions whose answer is told between what and what it lies."""


def chosen(answer: Answer, options: Sequence[Candidate], currency: str, doing: str) -> Chosen:
    """`answer` in words; `doing`: what of it is still looked for."""
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
            More(one.what, one.step, one.gain, one.gain_most, _changes(one))
            for one in answer.marginals
            if one.step
        ),
        frontier=frontier(answer, currency),
        within=answer.within,
        open=answer.open,
    )


def _why_in(
    why: In | None, by_name: Mapping[str, Candidate], starts: Mapping[str, int], doing: str
) -> str:
    if why is None:
        return "is being looked at" if doing else "not looked at one by one: choose from fewer"
    needed = sorted(name for name in starts if why.name in by_name[name].needs)
    said = f"{', '.join(needed)} {'needs' if len(needed) == 1 else 'need'} it; " if needed else ""
    if why.loss is None and why.loss_least is not None:
        return f"{said}without it the choice is worth at least {told(why.loss_least)} less"
    if why.loss is None or why.loss_least is None:
        return f"{said}no choice without it keeps the limits"
    if why.loss < 0:
        more = between(-why.loss, -why.loss_least)
        return f"{said}it has to be done: without it the rest is worth {more} more"
    said += f"without it the choice is worth {between(why.loss_least, why.loss)} less"
    if why.instead:
        said += f", with {', '.join(why.instead)} in its place"
    return f"{said}; {', '.join(why.also_out)} would go too" if why.also_out else said


def _why_out(one: Out) -> str:
    if one.worthless:
        return "it is worth nothing by itself"
    if one.lacks is None and one.lacks_least is not None:
        return f"doing it all the same costs at least {told(one.lacks_least)}, if it can be done"
    if one.lacks is None or one.lacks_least is None:
        return f"ruled out by: {'; '.join(one.conflict) or 'the limits'}"
    costs = between(one.lacks_least, one.lacks)
    said = f"doing it all the same costs {costs} of the worth of the choice"
    return f"{said}, and {', '.join(one.displaced)} would go" if one.displaced else said


def _brings_in(one: Out, candidate: Candidate) -> str:
    ways = []
    if one.conflict:
        one_only = len(one.conflict) == 1
        ways.append("giving way in this limit" if one_only else "giving way in one of these limits")
    if one.lacks is not None:
        ways.append(f"being worth {told(one.lacks)} more than {told(candidate.expected)}")
    if one.budget is not None:
        about = "about " if one.budget_about else ""
        ways.append(f"a budget {about}{100 * one.budget:.1f} % larger")
    return ", or ".join(ways)


def between(least: float, most: float) -> str:
    """Two figures between which it lies, or the one that it is.

    >>> between(100.0, 400.0), between(100.0, 100.0)
    ('100 to 400', '100')
    """
    low, high = told(least), told(most)
    return low if low == high else f"{low} to {high}"


def _changes(one: Marginal) -> str:
    found = [
        *(f"{name} comes in" for name in one.comes_in),
        *(f"{name} goes" for name in one.goes_out),
    ]
    if found:
        return ", ".join(found)
    if not one.is_proven:
        return "not found yet"
    return "something starts sooner" if one.gain else "brings nothing"

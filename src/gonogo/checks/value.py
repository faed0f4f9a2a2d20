"""What decisions are worth by a payoff for each of the four ways they can turn out.

Each row is worth one of four payoffs; for a comparison it is worth one of five differences, as both
decide the same rows. Every number rests on counts alone, and its interval on all the payoffs there
can be: a costly mistake that did not happen on these rows still widens it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.performance.decided import counts_told, decided_settings, selected_by
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.bounded_means import mean_of_kinds
from gonogo.stats.confusion import Confusion
from gonogo.stats.estimate import Measured, Undefined

KINDS = ("true_positive", "false_positive", "false_negative", "true_negative")
"""In the order of `Confusion`."""
CONSTANT = {"yes": True, "no": False}
"""The present processes that look at no row."""
YES, NO = ("1", "1.0", "True"), ("0", "0.0", "False")
"""How a column says what is decided today."""


@dataclass(frozen=True, slots=True, eq=False)
class _Two:
    """Two ways to decide the same rows."""

    yes: Bools
    first: Bools
    second: Bools


def benefit_per_decision(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean payoff of the decisions, in the unit of the payoffs, with a likelihood-ratio interval.

    The difference is that of the rows' payoffs, paired. Detail: the four counts, and what each of
    them adds to the mean.
    """
    check = "value.benefit_per_decision"
    settings = _settings(check, scored, asked, other)
    selected = scored.selected_at(settings.number("threshold"))
    detail = _detail(scored.yes, selected, settings)
    if other is None:
        found = _counted(scored.yes, selected)
        measured = mean_of_kinds(_four(found), _payoffs(settings), settings.level, "payoff")
    else:
        second = selected_by(other, scored, settings)
        measured = _difference(_Two(scored.yes, selected, second), settings, "difference")
        detail |= {"versus": _detail(scored.yes, second, settings)}
    return Finding(check, settings.values, _told(measured), detail)


def lift(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean payoff of the decisions less that of the present process on the same rows, paired.

    `present` says how it is decided today: `yes` or `no` to every row, or the name of one of the
    columns handed in beside the scores, whose 1 and 0 are today's decisions. The difference of two
    models' lifts is that of their benefits: the present process cancels. Detail: the four counts of
    the model and of the present process, and what each of them adds to the mean.
    """
    check = "value.lift"
    settings = _settings(check, scored, asked, other)
    selected = scored.selected_at(settings.number("threshold"))
    present = _present(scored, settings.text("present"))
    detail = {
        **_detail(scored.yes, selected, settings),
        "present": _detail(scored.yes, present, settings),
    }
    if other is None:
        measured = _difference(_Two(scored.yes, selected, present), settings, "payoff")
    else:
        second = selected_by(other, scored, settings)
        measured = _difference(_Two(scored.yes, selected, second), settings, "difference")
        detail |= {"versus": _detail(scored.yes, second, settings)}
    return Finding(check, settings.values, _told(measured), detail)


def _settings(check: str, scored: Scored, asked: Parameters, other: Other | None) -> Settings:
    settings = decided_settings(check, scored, asked, other)
    for kind in KINDS:
        # Sums and differences of payoffs must stay finite as well.
        if not abs(settings.number(kind)) <= 1e300:
            raise Invalid(
                field=f"with.{kind}", value=settings.number(kind), expected="a finite payoff"
            )
    return settings


def _present(scored: Scored, said: str) -> Bools:
    """What the present process decides, shape (n,); raises `Invalid` naming `present`."""
    columns = beside(scored)
    if said in CONSTANT and said not in columns:
        return np.full(scored.n, CONSTANT[said])
    if said not in columns:
        known = ", ".join(["yes", "no", *columns])
        raise Invalid(field="with.present", value=said, expected=f"one of: {known}")
    column = np.asarray(columns[said], dtype=object)
    text = np.array([str(one) for one in column.tolist()])
    decided: Bools = np.isin(text, YES)
    strange = ~decided & ~np.isin(text, NO)
    if strange.any():
        raise Invalid(
            field=f"groups.{said}",
            value=f"{int(strange.sum())} of {scored.n} decisions",
            expected="only 0 and 1",
        )
    return decided


def beside(scored: Scored) -> Mapping[str, npt.ArrayLike | Sequence[object]]:
    """The columns that lie beside the scores, by name."""
    return {**scored.columns, **scored.groups}


def _difference(two: _Two, settings: Settings, unit: str) -> Measured:
    """Mean of what the first decision of a row is worth more than the second."""
    payoffs = dict(zip(KINDS, _payoffs(settings), strict=True))
    of_yes = payoffs["true_positive"] - payoffs["false_negative"]
    of_no = payoffs["false_positive"] - payoffs["true_negative"]
    only_first, only_second = two.first & ~two.second, two.second & ~two.first
    counts = [
        int(np.count_nonzero(only_first & two.yes)),
        int(np.count_nonzero(only_second & two.yes)),
        int(np.count_nonzero(only_first & ~two.yes)),
        int(np.count_nonzero(only_second & ~two.yes)),
        int(np.count_nonzero(two.first == two.second)),
    ]
    worth = [of_yes, -of_yes, of_no, -of_no, 0.0]
    return mean_of_kinds(counts, worth, settings.level, unit)


def _told(measured: Measured) -> Measured:
    """A reason in the words of payoffs."""
    if isinstance(measured, Undefined) and measured.reason.startswith("all values"):
        return replace(measured, reason="the payoffs are the same whatever is decided")
    return measured


def _detail(yes: Bools, selected: Bools, settings: Settings) -> dict[str, Json]:
    found = _counted(yes, selected)
    detail: dict[str, Json] = {"confusion": counts_told(found)}
    if found.n:
        parts = zip(KINDS, _four(found) * _payoffs(settings) / found.n, strict=True)
        detail["adds"] = {kind: float(part) for kind, part in parts}
    return detail


def _counted(yes: Bools, selected: Bools) -> Confusion:
    return Confusion(
        true_yes=int(np.count_nonzero(yes & selected)),
        false_yes=int(np.count_nonzero(~yes & selected)),
        false_no=int(np.count_nonzero(yes & ~selected)),
        true_no=int(np.count_nonzero(~yes & ~selected)),
    )


def _four(found: Confusion) -> Floats:
    counts = (found.true_yes, found.false_yes, found.false_no, found.true_no)
    return np.array(counts, dtype=np.float64)


def _payoffs(settings: Settings) -> Floats:
    return np.array([settings.number(kind) for kind in KINDS])

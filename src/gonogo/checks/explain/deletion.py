"""Whether the reasons are the model's own: taken away, they must matter more than others do."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gonogo.checks.explain.adverse import (
    NONE_ADVERSE,
    Adverse,
    adverse,
    adverse_of,
    reason_settings,
)
from gonogo.checks.explain.coverage import UNASKED
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.probing import answers
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.proportions import wilson

if TYPE_CHECKING:
    import pandas as pd

CHECK = "explainability.reason_agreement"
ROWS = 500
DRAWS = 20
"""Background rows that each row's columns are replaced from where not said otherwise."""

Choice = npt.NDArray[np.bool_]
"""Which columns of which row are replaced, shape (n, columns)."""


def reason_agreement(under: UnderTest, asked: Parameters) -> Finding:
    """Share of adverse decisions whose reasons matter more than other columns, in [0, 1], Wilson.

    The columns named as reasons are replaced by those of `draws` background rows, and so are as
    many other columns, chosen by chance, from the same rows: a decision counts where the first
    moves the score further towards what the row hoped for, on average. Ties do not count. Reasons
    that had nothing to do with the model would be ahead in half of the rows.

    Undefined where no decision is adverse and where reasons leave too few other columns. Detail:
    the mean moves and their paired difference, in the score's unit.

    Source: Samek et al. (2017), IEEE Transactions on Neural Networks and Learning Systems 28,
    2660-2673 (deletion against random); DeYoung et al. (2020), ACL, 4443-4458 (comprehensiveness).
    """
    settings = reason_settings(CHECK, under, {"draws": DRAWS, **asked}, ROWS)
    if settings.whole("draws") > 1000:
        raise Invalid(field="with.draws", value=settings.whole("draws"), expected="1 to 1,000")
    found = adverse(under, settings)
    if found is None:
        return Finding(CHECK, settings.values, Undefined(UNASKED, n=len(under.rows)))
    if not len(found.rows):
        return Finding(CHECK, settings.values, Undefined(NONE_ADVERSE, n=found.sample.n))
    chosen = _reasons(found)
    others, usable = _others(chosen, settings.whole("seed"))
    detail = {**found.told(), "too_few_others": int((~usable).sum())}
    if not usable.any():
        reason = "no decision has reasons and as many other columns to compare them with"
        return Finding(CHECK, settings.values, Undefined(reason, n=len(found.rows)), detail)
    rows = found.rows[usable].reset_index(drop=True)
    by_reasons, by_others = (
        moves_of(under, found, rows, choice[usable], settings) for choice in (chosen, others)
    )
    both = np.isfinite(by_reasons) & np.isfinite(by_others)
    ahead = by_reasons[both] > by_others[both]
    measured = wilson(Counts(int(ahead.sum()), ahead.size), settings.level)
    told = _detail(by_reasons[both], by_others[both], settings.level)
    return Finding(CHECK, settings.values, measured, {**detail, **told})


def _reasons(found: Adverse) -> Choice:
    columns = found.book.columns
    chosen = np.zeros((len(found.rows), len(columns)), dtype=np.bool_)
    for row, reasons in zip(chosen, found.reasons, strict=True):
        row[[columns.index(reason.column) for reason in reasons]] = True
    return chosen


def _others(chosen: Choice, seed: int) -> tuple[Choice, Bools]:
    """As many other columns of each row, by chance, and which rows have as many."""
    rng = np.random.default_rng([seed, 3])
    others = np.zeros_like(chosen)
    count = chosen.sum(axis=1)
    usable: Bools = (count > 0) & (2 * count <= chosen.shape[1])
    for place in np.flatnonzero(usable):
        free = np.flatnonzero(~chosen[place])
        others[place, rng.choice(free, count[place], replace=False)] = True
    return others, usable


def moves_of(
    under: UnderTest, found: Adverse, rows: "pd.DataFrame", choice: Choice, settings: Settings
) -> Floats:
    """How far the score moves towards the other decision, the mean over the draws, shape (n,)."""
    import pandas as pd

    draws = min(settings.whole("draws"), len(found.how.background))
    # Stacked with the rows, so that a column keeps its type.
    pool = pd.concat([rows, found.how.background.iloc[:draws]], ignore_index=True)
    own = np.arange(len(rows))
    mixed = []
    for draw in range(draws):
        taken = np.where(choice, len(rows) + draw, own[:, np.newaxis])
        mixed.append(
            pd.DataFrame(
                {
                    name: pool[name].array.take(taken[:, place])
                    for place, name in enumerate(found.book.columns)
                }
            )
        )
    before = answers(under.probe.ask, rows, under.threshold).score
    after = answers(under.probe.ask, pd.concat(mixed, ignore_index=True), under.threshold).score
    # First the differences, then their mean: what never moved must not be ahead by rounding.
    moved: Floats = (after.reshape(draws, len(rows)) - before).mean(axis=0)
    return -moved if adverse_of(settings) else moved


def _detail(by_reasons: Floats, by_others: Floats, level: float) -> dict[str, Json]:
    apart = mean_t(by_reasons - by_others, level, "score")
    return {
        "compared": by_reasons.size,
        "mean_move_by_reasons": float(by_reasons.mean()) if by_reasons.size else None,
        "mean_move_by_others": float(by_others.mean()) if by_others.size else None,
        "mean_difference": measured_to_json(apart),
        "others_ahead": int((by_others > by_reasons).sum()),
    }

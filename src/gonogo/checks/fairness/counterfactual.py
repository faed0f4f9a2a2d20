"""Whether decisions would be others, had only the protected attribute been another.

One thing is changed, the attribute, and the columns that are declared its proxies along with it;
all else of a row stays as it is. That says what the model does with these columns. It does not say
what the person would have been like: of columns that are not declared nothing is known.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.probing import Answers, Probe, Sample
from gonogo.checks.inputs.scored import AND, NOT_STATED, text_of
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Floats, midranks
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

CHECK = "fairness.counterfactual_flip_rate"
ROWS = 10_000
"""Rows that are asked about where not said otherwise, a random choice of all."""
MOST = 20
"""Groups that a row is put into, at most: the most frequent ones."""
NOT_READ = "exact: the model reads none of {columns}"


@dataclass(frozen=True, slots=True, eq=False)
class _Worlds:
    """The rows as they are, and as they would be in other groups."""

    group: "list[str]"
    """Of each row its group."""
    others: tuple[str, ...]
    """The groups that rows are put into."""
    left_out: dict[str, str]
    """Groups that none is put into, and why."""
    before: Answers
    flipped: Bools
    """Which rows are decided otherwise in at least one other group."""
    counted: Bools
    """Which rows have a group and an answer in every world."""


def counterfactual_flip_rate(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise if only their group were another, in [0, 1], unit share.

    Each row with a stated `group`, one column or several joined by &, is put into every other group
    there is; it counts as flipped where one of them changes the decision. Numeric `proxies`, joined
    by &, go along: a row gets the value that has its own rank in the other group (quantile
    preservation). The interval is exact and holds the rows for a sample of those to come.

    Of a model that reads neither the attribute nor a proxy the rate is 0, exactly and of all rows
    there can be: nothing is sampled, `level` is 1, and `method` says so. That is no statement on
    columns that carry the attribute without being declared.

    Undefined without two groups. Raises `Invalid` for unknown columns and proxies that are no
    numbers. Detail: the groups with their flips, towards yes and towards no; columns that were
    changed, and those of them the model does not read.

    Source: Galhotra, Brun & Meliou (2017), Fairness testing, ESEC/FSE (causal discrimination);
    Kusner et al. (2017), Counterfactual fairness, NeurIPS; Plecko & Meinshausen (2020), Journal of
    Machine Learning Research 21 (242), for the proxies.
    """
    settings = probe_settings(CHECK, probe, {"rows": ROWS, **asked})
    attribute = _named(probe, settings.text("group"), "group")
    proxies = _named(probe, str(settings.find("proxies") or ""), "proxies")
    changed = (*attribute, *(name for name in proxies if name not in attribute))
    read = [name for name in changed if name in probe.features]
    detail: dict[str, Json] = {
        "changed": [*changed],
        "not_read": [name for name in changed if name not in read],
    }
    rows = probe.ordered(settings.whole("rows"), settings.whole("seed"))
    if not rows.n:
        return Finding(CHECK, settings.values, Undefined("no observations", n=0), detail)
    if not read:
        measured: Measured = _never(rows.n, changed)
        return Finding(CHECK, settings.values, measured, detail)
    worlds = _worlds(rows, attribute, [name for name in proxies if name not in attribute])
    return Finding(
        CHECK, settings.values, _rate(worlds, settings), {**detail, **_detail(worlds, settings)}
    )


def _named(probe: Probe, said: str, parameter: str) -> tuple[str, ...]:
    """The columns that are joined by & in `said`; raises `Invalid` for one that is not there."""
    names = tuple(dict.fromkeys(name.strip() for name in said.split(AND) if name.strip()))
    for name in names:
        if name not in probe.frame.columns:
            known = ", ".join(str(column) for column in probe.frame.columns[:20])
            raise Invalid(field=f"with.{parameter}", value=name, expected=f"columns of: {known}")
    return names


def _never(n: int, changed: Sequence[str]) -> Estimate:
    return Estimate(
        0.0,
        0.0,
        0.0,
        level=1.0,
        n=n,
        unit="share",
        method=NOT_READ.format(columns=", ".join(changed)),
    )


def _worlds(rows: Sample, attribute: Sequence[str], proxies: Sequence[str]) -> _Worlds:
    group = _groups(rows.frame, attribute)
    stated = Counter(name for name in group if NOT_STATED not in name.split(f" {AND} "))
    found = sorted(stated, key=lambda name: (-stated[name], name))
    left_out = dict.fromkeys(found[MOST:], f"beyond the {MOST} most frequent groups")
    if proxies:
        few = [name for name in found if stated[name] < defaults.SMALLEST]
        left_out |= dict.fromkeys(few, f"too small to rank: fewer than {defaults.SMALLEST} rows")
    others = tuple(name for name in found if name not in left_out)
    places = {name: np.flatnonzero([one == name for one in group]) for name in found}
    before = rows.scores()
    counted = before.given & np.array([name in stated for name in group], dtype=np.bool_)
    flipped = np.zeros(rows.n, dtype=np.bool_)
    for other in others:
        after = rows.said_of(_moved(rows, other, places, attribute, proxies))
        own = np.array([name == other for name in group], dtype=np.bool_)
        counted &= after.given | own
        flipped |= (after.selected != before.selected) & ~own
    return _Worlds(group, others, left_out, before, flipped & counted, counted)


def _groups(frame: "pd.DataFrame", attribute: Sequence[str]) -> list[str]:
    columns = [[text_of(value) for value in frame[name]] for name in attribute]
    return [f" {AND} ".join(values) for values in zip(*columns, strict=True)]


def _moved(
    rows: Sample,
    other: str,
    places: dict[str, Any],
    attribute: Sequence[str],
    proxies: Sequence[str],
) -> "pd.DataFrame":
    """The columns the model reads, of all rows as if they were in the group `other`."""
    frame = rows.features()
    example = int(places[other][0])
    for name in attribute:
        if name in frame.columns:
            values = rows.frame[name].iloc[np.full(rows.n, example)]
            values.index = frame.index
            frame[name] = values
    for name in proxies:
        if name in frame.columns:
            frame[name] = _ranked(rows.frame[name], other, places, name)
    return frame


def _ranked(
    column: "pd.Series[Any]", other: str, places: dict[str, Any], name: str
) -> "pd.Series[Any]":
    """Each value as the one of its own rank in the group `other`; missing ones stay missing."""
    try:
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise Invalid(
            field="with.proxies", value=name, expected="a column of numbers: only they have ranks"
        ) from error
    target = np.sort(numbers[places[other]])
    target = target[~np.isnan(target)]
    moved = numbers.copy()
    for group, where in places.items():
        own = where[~np.isnan(numbers[where])]
        if group != other and own.size and target.size:
            moved[own] = _at_ranks(numbers[own], target)
    found = column.copy()
    return found.astype("float64").mask(~np.isnan(moved), moved)


def _at_ranks(values: Floats, target: Floats) -> Floats:
    """Of each of `values` the value in `target`, ascending, that has its share of rows below it."""
    share = (midranks(values) - 0.5) / values.size
    found: Floats = np.quantile(target, share, method="inverted_cdf")
    return found


def _rate(worlds: _Worlds, settings: Settings) -> Measured:
    n = int(worlds.counted.sum())
    if len(worlds.others) < 2:
        why = "; ".join(f"{name}: {why}" for name, why in worlds.left_out.items())
        found = f"a comparison needs two groups, {len(worlds.others)} can be counted"
        return Undefined(f"{found} ({why})" if why else found, n=n)
    if not n:
        return Undefined("the model answered no row in every group", n=0)
    return clopper_pearson(Counts(int(worlds.flipped.sum()), n), settings.level)


def _detail(worlds: _Worlds, settings: Settings) -> dict[str, Json]:
    counted = worlds.counted
    yes = worlds.before.selected
    return {
        "flips": [_told(worlds, name, settings.level) for name in sorted(set(worlds.group))],
        "to_yes": int((worlds.flipped & ~yes).sum()),
        "to_no": int((worlds.flipped & yes).sum()),
        "rows_left_out": int(counted.size - counted.sum()),
        "groups_left_out": [
            {"group": name, "left_out": why} for name, why in sorted(worlds.left_out.items())
        ],
    }


def _told(worlds: _Worlds, name: str, level: float) -> dict[str, Json]:
    """A group as it is shown: the interval is its own."""
    own = np.array([one == name for one in worlds.group], dtype=np.bool_) & worlds.counted
    counts = Counts(int((worlds.flipped & own).sum()), int(own.sum()))
    found: dict[str, Json] = {
        "group": name,
        "n": counts.n,
        "flipped": counts.yes,
        "rate": None,
        "low": None,
        "high": None,
    }
    measured = clopper_pearson(counts, level)
    if isinstance(measured, Estimate):
        found |= {"rate": measured.value, "low": measured.low, "high": measured.high}
    return found

"""The slice of rows on which a model does worst, of all slices by one column or by two.

Whoever looks at hundreds of slices finds a bad one, so the interval must know of the search. Let
theta be the metric of the slice that truly is the worst.

- The end towards the worst (upper for an error) is the most extreme of all slices' ends at the
  plain level. It misses theta only if the interval of the one slice that truly is the worst does:
  no correction is due (intersection-union, Berger 1982).
- The other end is the most extreme of the slices' ends at an error shared by all slices: it misses
  theta only if one of them misses its own slice (Bonferroni, Dunn 1961).

Each end misses with at most half of 1 - level, as far as the slices' own intervals hold theirs and
however the slices overlap.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.differences import bonferroni_difference, bonferroni_level
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import AND, Scored, score_of
from gonogo.checks.inputs.slices import Cut, Search, members, search
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.auc import auc_delong
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.losses import log_losses
from gonogo.stats.means import Moments, mean_t_of
from gonogo.stats.proportions import clopper_pearson

SMALLEST = 30
"""Fewest rows of a slice: an error rate of 0.1 is then known to some 0.1."""
BINS = 4
"""Ranges that a numeric column is cut into: quarters of the rows."""
MOST = 1000
"""Most slices that are looked at; each costs one interval, and widens the others."""
SHOWN = 20
"""Slices in the table, the worst first."""
WORST = (
    "worst of {slices:,} slices; {near} end over all slices by intersection-union (Berger 1982), "
    "{far} end Bonferroni-corrected over {slices:,} slices; each by {each}"
)

AtLevel = Callable[[float], Measured]
"""One slice's number, at a level."""
Read = Callable[[Scored, Floats], "Metric | Undefined"]
"""Prepares rows and scores for slicing."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """How slices are measured."""

    of_cut: Callable[[Cut], Iterator[AtLevel]]
    """Of each slice of a cut its number, in the order of its names."""
    overall: AtLevel
    """Of all rows."""
    higher_is_worse: bool


@dataclass(frozen=True, slots=True)
class _Slice:
    name: str
    columns: tuple[str, ...]
    n: int
    plain: Estimate
    """At the plain level."""
    shared: AtLevel


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the search found."""

    slices: tuple[_Slice, ...]
    search: Search
    undefined: int
    """Slices without a number, such as an AUC of one class."""
    overall: Measured
    higher_is_worse: bool


def worst_slice(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Error rate at the threshold of the slice where it is highest, unit share.

    Slices are those of `slices.search` over the columns handed in, group columns included, with
    exact intervals (Clopper & Pearson 1934). Undefined where no slice is of `smallest` rows.
    Detail: the worst slices with counts, value and an interval that holds for all slices
    together; how many were looked at, and what was left out; the metric over all rows.

    Source: Berger (1982), Technometrics 24, 295-300; Dunn (1961), J. Am. Stat. Assoc. 56, 52-64;
    the search as in Chung et al. (2019), Slice Finder, ICDE.
    """
    threshold = {"threshold": float(scored.threshold)}
    settings = _settings("performance.worst_slice", asked, other, **threshold)

    def read(rows: Scored, score: Floats) -> Metric:
        return _errors(rows.yes != (score >= settings.number("threshold")))

    return _found("performance.worst_slice", settings, scored, other, read)


def worst_slice_log_loss(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Log loss of the slice where it is highest, unit nats, with t intervals.

    A slice whose rows all have the same loss has no interval and is left out. Undefined where the
    loss is infinite. Otherwise as `worst_slice`.
    """
    settings = _settings("performance.worst_slice_log_loss", asked, other)

    def read(rows: Scored, score: Floats) -> Metric | Undefined:
        losses = log_losses(rows.yes, score)
        return losses if isinstance(losses, Undefined) else _means(losses)

    return _found("performance.worst_slice_log_loss", settings, scored, other, read)


def worst_slice_roc_auc(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """ROC AUC of the slice where it is lowest, unit auc, with DeLong's intervals.

    A slice with fewer than ten rows of either class is left out. Otherwise as `worst_slice`.
    """
    settings = _settings("performance.worst_slice_roc_auc", asked, other)

    def read(rows: Scored, score: Floats) -> Metric:
        return _ranks(rows.yes, score)

    return _found("performance.worst_slice_roc_auc", settings, scored, other, read)


def _settings(check: str, asked: Parameters, other: Other | None, **wanted: float) -> Settings:
    return compared_settings(
        check, asked, other, level=defaults.LEVEL, smallest=SMALLEST, bins=BINS, **wanted
    )


def _found(
    check: str, settings: Settings, scored: Scored, other: Other | None, read: Read
) -> Finding:
    columns = _columns(scored, settings)
    found = search(
        columns, smallest=settings.whole("smallest"), bins=settings.whole("bins"), most=MOST
    )
    level = settings.level if other is None else bonferroni_level(settings.level, 2)
    looked = _looked(found, read(scored, scored.scores), level)
    measured = looked if isinstance(looked, Undefined) else _worst(looked, scored.n, level)
    if other is not None:
        second = score_of(f"versus.{other.model}", other.score, scored.n)
        against = _looked(found, read(scored, second), level)
        measured = bonferroni_difference(
            measured,
            against if isinstance(against, Undefined) else _worst(against, scored.n, level),
            settings.level,
        )
    detail = {} if isinstance(looked, Undefined) else _detail(looked, level)
    return Finding(check, settings.values, measured, detail)


def _columns(scored: Scored, settings: Settings) -> Mapping[str, npt.ArrayLike | Sequence[object]]:
    """The columns that rows are sliced by: those asked for, else all, groups first."""
    known = {**scored.groups, **scored.columns}
    asked = settings.find("columns")
    if asked is None:
        return known
    names = [name.strip() for name in str(asked).split(AND)]
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none was handed in"
            raise Invalid(field="with.columns", value=name, expected=f"columns of: {listed}")
    return {name: known[name] for name in names}


def _looked(found: Search, metric: Metric | Undefined, level: float) -> _Looked | Undefined:
    if isinstance(metric, Undefined):
        return metric
    slices, undefined = [], 0
    for cut in found.cuts:
        for name, n, measure in zip(cut.names, cut.sizes, metric.of_cut(cut), strict=True):
            plain = measure(level)
            if isinstance(plain, Undefined):
                undefined += 1
            else:
                slices.append(_Slice(name, cut.columns, n, plain, measure))
    return _Looked(tuple(slices), found, undefined, metric.overall(level), metric.higher_is_worse)


def _worst(looked: _Looked, n: int, level: float) -> Measured:
    if not looked.slices:
        why = f", {looked.undefined} without a number" if looked.undefined else ""
        return Undefined(f"no slice to be measured{why}" if n else "no observations", n=n)
    shared = bonferroni_level(level, len(looked.slices))
    far = [_estimate(one.shared(shared), one.plain) for one in looked.slices]
    near = [one.plain for one in looked.slices]
    if looked.higher_is_worse:
        ends = max(one.low for one in far), max(one.high for one in near)
        value = max(one.value for one in near)
    else:
        ends = min(one.low for one in near), min(one.high for one in far)
        value = min(one.value for one in near)
    sides = ("upper", "lower") if looked.higher_is_worse else ("lower", "upper")
    return replace(
        near[0],
        value=value,
        low=min(ends[0], value),
        high=max(ends[1], value),
        n=n,
        method=WORST.format(
            slices=len(looked.slices), near=sides[0], far=sides[1], each=_method(near)
        ),
    )


def _estimate(measured: Measured, instead: Estimate) -> Estimate:
    """What is defined at one level is at every level."""
    return measured if isinstance(measured, Estimate) else instead


def _method(found: Sequence[Estimate]) -> str:
    return " or ".join(sorted({one.method for one in found}))


def _detail(looked: _Looked, level: float) -> dict[str, Json]:
    shared = bonferroni_level(level, max(1, len(looked.slices)))
    sign = -1 if looked.higher_is_worse else 1
    ranked = sorted(looked.slices, key=lambda one: (sign * one.plain.value, one.name))
    found: dict[str, Json] = {
        "slices": [_told(one, shared) for one in ranked[:SHOWN]],
        "looked_at": len(looked.slices),
        "without_a_number": looked.undefined,
        "pairs_left_out": [*looked.search.pairs_left_out],
        "level_of_each": shared,
        "correction": "Bonferroni (Dunn 1961)",
    }
    if isinstance(looked.overall, Estimate):
        whole = looked.overall
        found["all_rows"] = {
            "n": whole.n,
            "value": whole.value,
            "low": whole.low,
            "high": whole.high,
        }
    return found


def _told(one: _Slice, shared: float) -> dict[str, Json]:
    """A slice as it is shown, with an interval that holds for all slices together."""
    wide = _estimate(one.shared(shared), one.plain)
    return {
        "slice": one.name,
        "columns": [*one.columns],
        "n": one.n,
        "value": wide.value,
        "low": wide.low,
        "high": wide.high,
    }


def _errors(wrong: Bools) -> Metric:
    def at(counts: Counts) -> AtLevel:
        return lambda level: clopper_pearson(counts, level)

    def of_cut(cut: Cut) -> Iterator[AtLevel]:
        inside = wrong & (cut.codes >= 0)
        found = np.bincount(cut.codes[inside], minlength=len(cut.names))
        for yes, n in zip(found, cut.sizes, strict=True):
            yield at(Counts(int(yes), n))

    whole = Counts(int(wrong.sum()), wrong.size)
    return Metric(of_cut, at(whole), higher_is_worse=True)


def _means(losses: Floats) -> Metric:
    # In ascending order, so that sums do not depend on how the rows came.
    order = np.argsort(losses, kind="stable")
    ordered = losses[order]

    def at(found: Moments) -> AtLevel:
        return lambda level: mean_t_of(found, level, "nats", within=(0.0, np.inf))

    def of_codes(codes: npt.NDArray[np.int64], sizes: Sequence[int]) -> Iterator[AtLevel]:
        inside = codes >= 0
        values, places, n = ordered[inside], codes[inside], np.array(sizes, dtype=np.float64)
        means = np.bincount(places, weights=values, minlength=n.size) / n
        away = np.square(values - means[places])
        spread = np.bincount(places, weights=away, minlength=n.size)
        # Equal losses have no spread; what rounding leaves of it is none.
        spread[spread <= n * np.square(1e-12 * means)] = 0.0
        for size, mean, m2 in zip(sizes, means, spread, strict=True):
            yield at(Moments(int(size), float(mean), float(m2)))

    def of_cut(cut: Cut) -> Iterator[AtLevel]:
        return of_codes(cut.codes[order], cut.sizes)

    overall = next(of_codes(np.zeros(losses.size, dtype=np.int64), (losses.size,)))
    return Metric(of_cut, overall, higher_is_worse=True)


def _ranks(yes: Bools, score: Floats) -> Metric:
    # In an order of the values alone, as with the losses.
    order = np.lexsort((yes, score))
    labels, scores = yes[order], score[order]

    def at(label: Bools, own: Floats) -> AtLevel:
        few = min(int(label.sum()), int((~label).sum()))
        if few < defaults.SMALLEST:
            return lambda _: Undefined(f"only {few} rows of one class", n=label.size)
        return lambda level: auc_delong(label, own, level)

    def of_cut(cut: Cut) -> Iterator[AtLevel]:
        for rows in members(cut.codes[order], len(cut.names)):
            yield at(labels[rows], scores[rows])

    return Metric(of_cut, lambda level: auc_delong(labels, scores, level), higher_is_worse=False)

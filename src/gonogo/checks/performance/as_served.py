"""What a served version adds to its score: a calibrated probability, a conformal set or interval.

Both are learned from rows that the model was not trained on, and measured on rows from which
neither was learned. Where no rows are held out for that, those under test are cut into three parts:
one calibrates, one says how far answers may be off, one measures.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.curves import reliability
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.probing import answers
from gonogo.checks.inputs.schema import Role, columns_of
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.core.specs.served import CALIBRATION, COVERAGE
from gonogo.core.tasks import TaskKind
from gonogo.stats import conformal
from gonogo.stats.arrays import Bools, Floats, no_probabilities
from gonogo.stats.calibration import calibration_interval
from gonogo.stats.conformal import Threshold
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.isotonic import Knots, isotonic

STATED = 0.9
"""How often sets and intervals are to hold the truth, where nothing else is said."""
SMALLEST = 100
"""Fewest rows that a calibration curve is drawn through."""
RAREST = 10
"""Fewest of these that are of the rarer class."""
GROUPS = 20
"""Groups of a column of which coverage is told: those with most rows."""
ALL_ROWS = "the rows under test"
UNFIT = {
    TaskKind.FORECAST: "rows that follow one another are not exchangeable, which conformal "
    "prediction assumes",
    TaskKind.CLASSES: "one score is served, and this model has one for each class",
    TaskKind.RANKING: "a score that ranks within a query is neither a probability nor a number",
}
"""Why there is neither set nor interval, by what a model is for."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows with what is true of them and what the model said."""

    truth: Floats
    """0 or 1 for a yes and a no, else a number; shape (n,)."""
    score: Floats
    """Finite, shape (n,)."""
    groups: Mapping[str, npt.NDArray[np.str_]] = field(default_factory=dict)
    """By protected column, the group of each row, shape (n,)."""

    def ordered(self) -> "Rows":
        """In an order that depends on their values alone."""
        keys = (*(self.groups[name] for name in sorted(self.groups)), self.truth, self.score)
        return self.at(np.lexsort(keys))

    def at(self, places: npt.NDArray[np.intp] | Bools) -> "Rows":
        """Some of them."""
        groups = {name: found[places] for name, found in self.groups.items()}
        return Rows(self.truth[places], self.score[places], groups)


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What answers come with, or why they come without."""

    kind: TaskKind
    knots: Knots | Undefined
    threshold: Threshold | Undefined

    @property
    def pairs(self) -> tuple[tuple[float, float], ...]:
        """The calibration curve; empty where there is none."""
        return () if isinstance(self.knots, Undefined) else self.knots.pairs

    def probability(self, score: Floats) -> Floats:
        """The probability of a yes that is served with `score`, shape (n,)."""
        return score if isinstance(self.knots, Undefined) else self.knots(score)

    def held(self, rows: Rows, found: Threshold) -> Bools:
        """Whether the set or interval of each row holds its truth, shape (n,)."""
        off = _off(self, rows)
        return np.zeros(0, np.bool_) if isinstance(off, Undefined) else off <= found.quantile


def learned(kind: TaskKind, rows: Rows, stated: float, seed: int) -> Learned:
    """What `rows` teach: half of them the curve, the other half how far answers may be off."""
    if kind is not TaskKind.CLASSIFICATION:
        return _from_halves(kind, Rows(np.zeros(0), np.zeros(0)), rows, stated)
    first, second = _parts(rows, 2, seed)
    return _from_halves(kind, first, second, stated)


def thirds(kind: TaskKind, rows: Rows, stated: float, seed: int) -> tuple[Learned, Rows]:
    """What two parts of `rows` teach, and the third, from which nothing was learned."""
    first, second, third = _parts(rows, 3, seed)
    return _from_halves(kind, first, second, stated), third


def served_calibration_error(under: UnderTest, asked: Parameters) -> Finding:
    """Calibration error of the calibrated probability, debiased, unit share, with an interval.

    A third of the rows draws the curve (isotonic regression), another third is what it is measured
    on. Detail: how many rows did what, the curve's knots, the reliability table.

    Source: Zadrozny & Elkan (2002), KDD '02; Kumar, Liang & Ma (2019), NeurIPS 32.
    """
    settings = calibration_settings(asked)
    rows = rows_of(under)
    found, rest = thirds(under.task.kind, rows, STATED, settings.whole("seed"))
    return calibration_of(found, rest, settings, of_thirds(rows))


def conformal_coverage(under: UnderTest, asked: Parameters) -> Finding:
    """How often sets (of a yes and a no) or intervals (of a number) hold the truth, unit share.

    Split conformal prediction at `coverage`, Wilson's interval on a third of the rows from which
    nothing was learned. Detail: how many rows did what, the quantile, the mean size of the sets or
    the width of the intervals, how often they would hold the truth of new rows at least, and how
    often they held it in each group of the protected columns.

    Source: Vovk, Gammerman & Shafer (2005); Angelopoulos & Bates (2023), section 4.2.
    """
    settings = coverage_settings(asked)
    rows = rows_of(under)
    stated, seed = settings.number("coverage"), settings.whole("seed")
    found, rest = thirds(under.task.kind, rows, stated, seed)
    return coverage_of(found, rest, settings, of_thirds(rows))


def rows_of(under: UnderTest) -> Rows:
    """The rows under test that the model answers; raises `Invalid` for labels that do not fit."""
    if under.task.kind in UNFIT:
        return Rows(np.zeros(0), np.zeros(0))
    said = answers(under.model.ask, under.rows, under.threshold)
    try:
        truth = np.asarray(under.truth, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Invalid(field="label", value=str(error)[:100], expected="numbers") from error
    known = said.given & np.isfinite(truth)
    if under.task.kind is TaskKind.CLASSIFICATION and not np.isin(truth[known], [0, 1]).all():
        raise Invalid(field="label", expected="0 or 1 for each row")
    groups = {
        name: under.rows[name].astype("string").fillna("").to_numpy(dtype=np.str_)[known]
        for name in columns_of(under.schema, Role.PROTECTED)
        if name in under.rows
    }
    return Rows(truth[known], said.score[known], groups).ordered()


def calibration_settings(asked: Parameters) -> Settings:
    """Parameters of `served_calibration_error`, with the defaults."""
    usual = {"level": defaults.LEVEL, "seed": defaults.SEED, "bins": defaults.BINS}
    return settle_parameters(CALIBRATION, asked, **usual)


def coverage_settings(asked: Parameters) -> Settings:
    """Parameters of `conformal_coverage`, with the defaults; raises `Invalid`."""
    usual = {"level": defaults.LEVEL, "seed": defaults.SEED, "coverage": STATED}
    settings = settle_parameters(COVERAGE, asked, **usual)
    if not 0 < settings.number("coverage") < 1:
        raise Invalid(
            field="with.coverage", value=settings.number("coverage"), expected="between 0 and 1"
        )
    return settings


def calibration_of(
    found: Learned, rows: Rows, settings: Settings, detail: dict[str, Json]
) -> Finding:
    """The calibration error of what was learned, on `rows` from which it was not."""
    if isinstance(found.knots, Undefined):
        return Finding(CALIBRATION, settings.values, found.knots, detail)
    yes, said = rows.truth == 1, found.probability(rows.score)
    measured = calibration_interval(
        yes,
        said,
        settings.whole("bins"),
        settings.level,
        seed=settings.whole("seed"),
        draws=defaults.DRAWS,
    )
    table = reliability(yes, said, settings.whole("bins"))
    more: dict[str, Json] = {
        "knots": [list(pair) for pair in found.pairs],
        "calibration_rows": found.knots.n,
        "reliability": table,
    }
    return Finding(CALIBRATION, settings.values, measured, {**detail, **more})


def coverage_of(found: Learned, rows: Rows, settings: Settings, detail: dict[str, Json]) -> Finding:
    """How often what was learned holds the truth of `rows`, from which it was not."""
    known = found.threshold
    if isinstance(known, Undefined):
        return Finding(COVERAGE, settings.values, known, detail)
    measured: Measured = conformal.coverage(found.held(rows, known), settings.level)
    more: dict[str, Json] = {
        "about": "intervals" if found.kind is TaskKind.REGRESSION else "sets",
        "quantile": known.quantile,
        "conformal_rows": known.n,
        "expected": known.expected,
        "reached_with_nine_in_ten": _reached(known),
        **_sizes(found, rows, known),
        **_by_group(found, rows, known, settings.level),
    }
    return Finding(COVERAGE, settings.values, measured, {**detail, **more})


def of_thirds(rows: Rows) -> dict[str, Json]:
    """What is told of rows that were cut in three."""
    return {"learned_from": ALL_ROWS, "parts": 3, "rows": int(rows.score.size)}


def _from_halves(kind: TaskKind, first: Rows, second: Rows, stated: float) -> Learned:
    if kind in UNFIT:
        return Learned(kind, Undefined(UNFIT[kind], n=0), Undefined(UNFIT[kind], n=0))
    bare = Learned(kind, _curve(kind, first), Undefined("not learned yet", n=0))
    off = _off(bare, second)
    if isinstance(off, Undefined):
        return Learned(kind, bare.knots, off)
    found = conformal.threshold(off, stated)
    if isinstance(found, Threshold) and not math.isfinite(found.quantile):
        needed = math.ceil(stated / (1 - stated) - 1e-9)
        found = Undefined(
            f"{found.n} rows say nothing of a coverage of {stated:g}: {needed} or more are needed",
            n=found.n,
        )
    return Learned(kind, bare.knots, found)


def _curve(kind: TaskKind, rows: Rows) -> Knots | Undefined:
    n = int(rows.score.size)
    if kind is not TaskKind.CLASSIFICATION:
        return Undefined("a number is no probability", n=n)
    rarer = int(min(rows.truth.sum(), n - rows.truth.sum()))
    if n < SMALLEST or rarer < RAREST:
        return Undefined(
            f"{n} rows to calibrate by, {rarer} of the rarer class: "
            f"{SMALLEST} and {RAREST} or more are needed",
            n=n,
        )
    return isotonic(rows.truth, rows.score)


def _off(found: Learned, rows: Rows) -> Floats | Undefined:
    """How far off each answer was: the nonconformity of its row, shape (n,)."""
    n = int(rows.score.size)
    if not n:
        return Undefined("no observations", n=0)
    if found.kind is TaskKind.REGRESSION:
        return conformal.residual_scores(rows.truth, rows.score)
    yes = found.probability(rows.score)
    outside = int(np.count_nonzero((yes < 0) | (yes > 1)))
    if outside:
        return no_probabilities(outside, n)
    return conformal.class_scores(rows.truth.astype(np.int64), np.column_stack([1 - yes, yes]))


def _sizes(found: Learned, rows: Rows, known: Threshold) -> dict[str, Json]:
    """How much the sets or intervals leave open."""
    if found.kind is TaskKind.REGRESSION:
        return {"width": 2 * known.quantile}
    yes = found.probability(rows.score)
    sizes = conformal.class_sets(known, np.column_stack([1 - yes, yes])).sum(axis=1)
    n = max(1, int(sizes.size))
    shares: list[Json] = [float(np.count_nonzero(sizes == size) / n) for size in (0, 1, 2)]
    return {"of_no_one_two": shares}


def _by_group(found: Learned, rows: Rows, known: Threshold, level: float) -> dict[str, Json]:
    """How often the truth of each group's rows is held: what holds on average need not hold there.

    Nothing where the schema has no protected columns.
    """
    told: list[Json] = []
    for column, groups in rows.groups.items():
        names, counts = np.unique(groups, return_counts=True)
        for place in np.argsort(-counts, kind="stable")[:GROUPS]:
            some = rows.at(groups == names[place])
            measured = conformal.coverage(found.held(some, known), level)
            if isinstance(measured, Estimate):
                told.append(
                    {
                        "column": column,
                        "group": str(names[place]),
                        "rows": int(counts[place]),
                        "covered": measured.value,
                        "low": measured.low,
                        "high": measured.high,
                    }
                )
    return {"by_group": told} if told else {}


def _reached(known: Threshold) -> float:
    """The coverage of new rows that these calibration rows give in nine of ten draws of them."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if known.reached(middle) >= 0.9 else (low, middle)
    return round(low, 4)


def _parts(rows: Rows, count: int, seed: int) -> list[Rows]:
    drawn = np.random.default_rng([seed, count]).permutation(rows.score.size)
    return [rows.at(part) for part in np.array_split(drawn, count)]


VERSION_CHECKS = {
    CALIBRATION: served_calibration_error,
    COVERAGE: conformal_coverage,
}
"""Check by check, the function that measures it of a model under test."""

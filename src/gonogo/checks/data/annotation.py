"""How far annotators agree, and who disagrees with whom on what."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.cells import missing, numbers_of
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Schema
from gonogo.checks.inputs.scored import AND
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.agreement import Matrix, Scale, cohen_kappa, fleiss_kappa, krippendorff_alpha
from gonogo.stats.estimate import Measured, Undefined

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 10
"""Pairs of annotators, and pairs of ratings, that are told: those who disagree most."""
MOST_ANNOTATORS = 50
"""Annotators that are told one by one."""
MOST_VALUES = 1000
"""Different ratings there may be; what has more is no rating."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Who rated what how."""

    annotators: tuple[str, ...]
    """Their names, in their order."""
    values: tuple[str, ...]
    """The ratings there are, ascending: a rating is its place among them."""
    places: tuple[float, ...]
    """Each rating as a number, for an ordinal or interval scale."""
    codes: Matrix
    """The rating of each unit by each annotator, shape (units, annotators), NaN where none."""

    @property
    def numbers(self) -> Matrix:
        """As `codes`, with each rating as its number."""
        there = ~np.isnan(self.codes)
        found = np.full(self.codes.shape, np.nan)
        found[there] = np.asarray(self.places)[self.codes[there].astype(np.int64)]
        return found


Coefficient = Callable[[Ratings, Settings], Measured]


def cohen(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Cohen's kappa of two annotators, in [-1, 1], unit kappa, over the units both rated.

    `weights` none, linear or quadratic: how bad it is to be further apart, in steps of the order
    of ratings. `Undefined` for other than two annotators. Otherwise as `krippendorff`.
    """
    return _measured("data.cohen_kappa", _cohen, frame, schema, asked, {"weights": "none"})


def fleiss(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Fleiss' kappa of equally many ratings of every unit, at most 1, unit kappa.

    Otherwise as `krippendorff`.
    """
    return _measured("data.fleiss_kappa", _fleiss, frame, schema, asked, {})


def krippendorff(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Krippendorff's alpha for a nominal, ordinal or interval scale, at most 1, unit alpha.

    The ratings are either wide, a row for each unit and a column for each of `annotators` (joined
    by &), or long, a row for each rating with the columns `item`, `annotator` and `rating`. Missing
    cells and missing codes are no ratings. `order` says the order of ratings that are no numbers
    (joined by &, lowest first). Raises `Invalid` for columns that are not there, a unit that one
    annotator rated twice, and ratings without an order where the scale needs one.

    Detail: each annotator with the share of agreeing ratings, the pairs of annotators that
    disagree most, and the ratings that are most often given to the same unit.
    """
    return _measured(
        "data.krippendorff_alpha", _krippendorff, frame, schema, asked, {"scale": "nominal"}
    )


def _measured(
    check: str,
    coefficient: Coefficient,
    frame: "pd.DataFrame",
    schema: Schema,
    asked: Parameters,
    more: Parameters,
) -> Finding:
    settings = settle_parameters(
        check,
        asked,
        **{
            "level": defaults.LEVEL,
            "seed": defaults.SEED,
            "resamples": defaults.RESAMPLES,
            **more,
        },
    )
    ratings = _read(frame, schema, settings)
    return Finding(check, settings.values, coefficient(ratings, settings), _report(ratings))


def _cohen(ratings: Ratings, settings: Settings) -> Measured:
    kind = _one_of(settings, "weights", ("none", "linear", "quadratic"))
    if len(ratings.annotators) != 2:
        found = f"{len(ratings.annotators)} annotators, Cohen's kappa compares two"
        return Undefined(found, n=len(ratings.codes))
    both = ratings.codes[~np.isnan(ratings.codes).any(axis=1)]
    steps = np.arange(max(1, len(ratings.values)), dtype=np.float64)
    apart = np.abs(steps[:, np.newaxis] - steps)
    if kind != "none":
        _need_order(ratings, "weights", kind)
    weights = {"none": None, "linear": apart, "quadratic": apart**2}[kind]
    return cohen_kappa(both[:, 0], both[:, 1], *_drawing(settings), weights=weights)


def _fleiss(ratings: Ratings, settings: Settings) -> Measured:
    there = ~np.isnan(ratings.codes)
    rated = ratings.codes[there.any(axis=1)]
    kinds = np.arange(max(1, len(ratings.values)))
    counts = np.stack([(rated == kind).sum(axis=1) for kind in kinds], axis=1)
    return fleiss_kappa(counts, *_drawing(settings))


def _krippendorff(ratings: Ratings, settings: Settings) -> Measured:
    scale = Scale(_one_of(settings, "scale", tuple(Scale)))
    if scale is not Scale.NOMINAL:
        _need_order(ratings, "scale", scale)
    rated = ratings.codes if scale is Scale.NOMINAL else ratings.numbers
    return krippendorff_alpha(rated, *_drawing(settings), scale=scale)


def _drawing(settings: Settings) -> tuple[float, int, int]:
    return settings.level, settings.whole("seed"), settings.whole("resamples")


def _one_of(settings: Settings, name: str, known: Sequence[str]) -> str:
    found = settings.text(name)
    if found not in known:
        raise Invalid(field=f"with.{name}", value=found, expected=f"one of: {', '.join(known)}")
    return found


def _need_order(ratings: Ratings, name: str, value: str) -> None:
    if any(np.isnan(ratings.places)):
        raise Invalid(
            field=f"with.{name}",
            value=value,
            expected="ratings that are numbers, or `order`: low&middle&high",
        )


def _read(frame: "pd.DataFrame", schema: Schema, settings: Settings) -> Ratings:
    """The ratings in `frame`, the units in an order of their own: rows may come in any."""
    declared = {column.name: column for column in schema}
    if settings.find("annotators") is None:
        names, cells = _long(frame, declared, settings)
    else:
        names, cells = _wide(frame, declared, settings.text("annotators"))
    values, places, coded = _coded(cells, settings.find("order"))
    codes = coded.reshape(-1, len(names)) if names else np.empty((0, 0))
    if codes.size:
        codes = codes[np.lexsort(np.nan_to_num(codes, nan=-1.0).T[::-1])]
    return Ratings(names, values, places, codes)


def _wide(
    frame: "pd.DataFrame", declared: dict[str, ColumnSpec], said: str
) -> tuple[tuple[str, ...], npt.NDArray[Any]]:
    names = tuple(name.strip() for name in said.split(AND))
    if len(set(names)) != len(names) or len(names) < 2:
        raise Invalid(field="with.annotators", value=said, expected="two columns or more: ann&bo")
    cells = [_cells(frame, declared, name, "with.annotators") for name in names]
    return names, np.stack(cells, axis=1).ravel()


def _long(
    frame: "pd.DataFrame", declared: dict[str, ColumnSpec], settings: Settings
) -> tuple[tuple[str, ...], npt.NDArray[Any]]:
    columns = {}
    for name in ("item", "annotator", "rating"):
        said = settings.find(name)
        if said is None:
            raise Invalid(
                field=f"with.{name}",
                expected="a column; or `annotators`, the columns of a row for each item",
            )
        columns[name] = _cells(frame, declared, str(said), f"with.{name}")
    known = np.array(
        [None not in (a, b) for a, b in zip(columns["item"], columns["annotator"], strict=True)],
        dtype=np.bool_,
    )
    if not known.all():
        raise Invalid(
            field="data", value=f"{int((~known).sum())} rows", expected="item and annotator in each"
        )
    items, unit = np.unique(columns["item"].astype(str), return_inverse=True)
    names, rater = np.unique(columns["annotator"].astype(str), return_inverse=True)
    places = unit * max(1, names.size) + rater
    twice = places.size - np.unique(places).size
    if twice:
        raise Invalid(
            field="data", value=f"{twice} ratings", expected="one rating of an item by an annotator"
        )
    cells = np.full(items.size * names.size, None, dtype=object)
    cells[places] = columns["rating"]
    return tuple(str(name) for name in names), cells


def _cells(
    frame: "pd.DataFrame", declared: dict[str, ColumnSpec], name: str, field: str
) -> npt.NDArray[Any]:
    """The cells of a column as numbers or text, None where missing."""
    if not frame.columns.is_unique or name not in frame.columns:
        raise Invalid(field=field, value=name, expected="a column of the data, there once")
    values = frame[name]
    gone = missing(declared.get(name, ColumnSpec(name, ColumnType.TEXT)), values)
    numbers = numbers_of(values)
    cells: npt.NDArray[Any] = values.astype(str).to_numpy(dtype=object)
    real = np.isfinite(numbers)
    cells[real] = numbers[real]
    cells[gone] = None
    return cells


def _coded(
    cells: npt.NDArray[Any], order: object
) -> tuple[tuple[str, ...], tuple[float, ...], npt.NDArray[np.float64]]:
    """The ratings there are, each as a number, and each cell's place among them, NaN for none."""
    there = {cell for cell in cells if cell is not None}
    if len(there) > MOST_VALUES:
        raise Invalid(
            field="with", value=f"{len(there)} different ratings", expected=f"{MOST_VALUES} at most"
        )
    if order is None:
        listed = sorted(there, key=lambda cell: (isinstance(cell, str), cell))
        places = [np.nan if isinstance(cell, str) else float(cell) for cell in listed]
    else:
        ranks = {name.strip(): rank for rank, name in enumerate(str(order).split(AND))}
        strange = sorted(told(cell) for cell in there if told(cell) not in ranks)
        if strange:
            raise Invalid(
                field="with.order", value=order, expected=f"every rating, also {strange[0]}"
            )
        listed = sorted(there, key=lambda cell: ranks[told(cell)])
        places = [float(ranks[told(cell)]) for cell in listed]
    code = {cell: float(place) for place, cell in enumerate(listed)}
    coded = np.array([np.nan if cell is None else code[cell] for cell in cells], dtype=np.float64)
    return tuple(told(cell) for cell in listed), tuple(places), coded


def told(cell: object) -> str:
    """A rating as it is shown.

    >>> told(3.0), told("high")
    ('3', 'high')
    """
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


# -- who disagrees with whom on what -------------------------------------------------------


def _report(ratings: Ratings) -> dict[str, Json]:
    alike: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    apart: Counter[tuple[int, int]] = Counter()
    pairs = []
    for a, b in combinations(range(len(ratings.annotators)), 2):
        both = ~np.isnan(ratings.codes[:, [a, b]]).any(axis=1)
        first, second = ratings.codes[both][:, a], ratings.codes[both][:, b]
        same = int((first == second).sum())
        for one in (a, b):
            alike[one] += same
            seen[one] += first.size
        differ = first != second
        found: Counter[tuple[int, int]] = Counter(
            zip(
                first[differ].astype(int).tolist(), second[differ].astype(int).tolist(), strict=True
            )
        )
        for (one, other), times in found.items():
            apart[min(one, other), max(one, other)] += times
        pairs.append((first.size - same, first.size, a, b, found))
    pairs.sort(key=lambda pair: (-pair[0] / max(1, pair[1]), -pair[1], pair[2], pair[3]))
    return {
        "units": len(ratings.codes),
        "ratings": int((~np.isnan(ratings.codes)).sum()),
        "values": len(ratings.values),
        "annotators": [
            {
                "annotator": name,
                "rated": int((~np.isnan(ratings.codes[:, place])).sum()),
                "compared": seen[place],
                "agreed": alike[place] / seen[place] if seen[place] else None,
            }
            for place, name in enumerate(ratings.annotators[:MOST_ANNOTATORS])
        ],
        "pairs": [
            {
                "first": ratings.annotators[a],
                "second": ratings.annotators[b],
                "n": n,
                "disagreed": differ,
                "on": [
                    {"first": ratings.values[c], "second": ratings.values[d], "times": times}
                    for (c, d), times in _most(found)[:3]
                ],
            }
            for differ, n, a, b, found in pairs[:SHOWN]
            if n
        ],
        "confused": [
            {"values": [ratings.values[c], ratings.values[d]], "times": times}
            for (c, d), times in _most(apart)[:SHOWN]
        ],
    }


def _most(found: Counter[tuple[int, int]]) -> list[tuple[tuple[int, int], int]]:
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

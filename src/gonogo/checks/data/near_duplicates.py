"""Test rows that are nearly rows of the training data: measured on them, a model looks too good."""

from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.data.declared import SHOWN, exact_share, no_twins
from gonogo.checks.data.given import NOTHING, Given
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.checks.inputs.cells import fingerprints, missing, numbers_of
from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, Role, Schema
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Floats, Integers
from gonogo.stats.estimate import Undefined

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 0.01
"""Mean difference of all features, in shares of their ranges, up to which rows are nearly alike."""
NONE = np.inf


def near_duplicate_share(
    frame: "pd.DataFrame", schema: Schema, asked: Parameters, given: Given = NOTHING
) -> Finding:
    """Share of rows that nearly stand in the reference, unit share.

    Two rows are nearly alike where Gower's distance of their features is at most `tolerance`, and
    they differ in numbers alone: categories, text, times and what is missing must be the same. The
    distance is the mean over all features of the difference in shares of the feature's range in
    both datasets. Rows that are wholly alike count too, and are told apart in the detail.

    Only rows alike in everything but numbers are compared, in a k-d tree that stops at the
    tolerance: about n log n comparisons, not one of each pair. `Undefined` without features.
    Raises `Invalid` without a reference, where either lacks a feature, and for a tolerance outside
    [0, 1]. Detail: rows wholly and nearly alike, the first of them (from 0) with their distance.

    Source: Gower (1971), A General Coefficient of Similarity, Biometrics 27, 857-871; Bentley
    (1975), Communications of the ACM 18, 509-517, for the tree.
    """
    check = "data.near_duplicate_share"
    reference = given.reference
    if reference is None:
        raise Invalid(field="reference", expected="the dataset that is compared with")
    settings = settle_parameters(check, asked, tolerance=TOLERANCE, reference=reference.dataset)
    tolerance = settings.number("tolerance")
    if not 0 <= tolerance <= 1:
        raise Invalid(field="with.tolerance", value=tolerance, expected="a share from 0 to 1")
    if settings.text("reference") != reference.dataset:
        raise Invalid(
            field="with.reference", value=settings.text("reference"), expected=reference.dataset
        )
    features = [column for column in schema if column.role is Role.FEATURE]
    if not features:
        nothing = Undefined("no column is declared a feature", n=len(frame))
        return Finding(check, settings.values, nothing)
    for where, rows in (("data", frame), ("reference", reference.frame)):
        no_twins(where, rows)
        absent = [column.name for column in features if column.name not in rows.columns]
        if absent:
            raise Invalid(field=where, value=absent[0], expected="a column that is declared")
    distance = _distances(frame, reference.frame, features, tolerance)
    near = np.flatnonzero(distance <= tolerance)
    order = near[np.lexsort((near, distance[near]))]
    alike = int((distance == 0).sum())
    detail: dict[str, Json] = {
        "rows": len(frame),
        "reference_rows": len(reference.frame),
        "alike": alike,
        "nearly": int(near.size) - alike,
        "features": len(features),
        "numbers": sum(column.type in NUMERIC for column in features),
        "first": [{"row": int(at), "distance": float(distance[at])} for at in order[:SHOWN]],
    }
    return Finding(check, settings.values, exact_share(int(near.size), len(frame), "row"), detail)


def _distances(
    frame: "pd.DataFrame", other: "pd.DataFrame", features: list[ColumnSpec], tolerance: float
) -> Floats:
    """Gower's distance to the nearest row of `other` within `tolerance`, infinite beyond it."""
    from scipy.spatial import cKDTree

    numeric = [column for column in features if column.type in NUMERIC]
    fixed = [column for column in features if column.type not in NUMERIC]
    places, other_places = _scaled(frame, other, numeric)
    blocks, other_blocks = _blocks(frame, other, numeric, fixed)
    found = np.full(len(frame), NONE)
    # The tree measures sums of differences; Gower's distance is their mean over all features. A
    # last digit is allowed for, so that a row at the tolerance itself is found.
    reach = tolerance * len(features) * (1 + 1e-12) + 1e-15
    for rows, others in _pairs(blocks, other_blocks):
        if not numeric:
            found[rows] = 0.0
            continue
        tree = cKDTree(other_places[others])
        nearest, _ = tree.query(places[rows], p=1, distance_upper_bound=np.nextafter(reach, 9e9))
        found[rows] = nearest / len(features)
    # Within that last digit it is the tolerance.
    found[(found > tolerance) & np.isfinite(found)] = tolerance
    return found


def _scaled(
    frame: "pd.DataFrame", other: "pd.DataFrame", numeric: list[ColumnSpec]
) -> tuple[Floats, Floats]:
    """The numbers of both in shares of the range they have together, shape (n, columns)."""
    here, there = np.zeros((len(frame), len(numeric))), np.zeros((len(other), len(numeric)))
    for place, column in enumerate(numeric):
        a, b = _finite(column, frame), _finite(column, other)
        both = np.concatenate([a, b])
        known = both[np.isfinite(both)]
        low, width = (known.min(), np.ptp(known)) if known.size else (0.0, 0.0)
        for target, values in ((here, a), (there, b)):
            share = (values - low) / width if width > 0 else np.zeros(values.size)
            target[:, place] = np.where(np.isfinite(share), share, 0.0)
    return here, there


def _finite(column: ColumnSpec, frame: "pd.DataFrame") -> Floats:
    """The numbers of a column, NaN where missing or infinite."""
    values = frame[column.name]
    numbers = numbers_of(values)
    return np.where(missing(column, values) | ~np.isfinite(numbers), np.nan, numbers)


def _blocks(
    frame: "pd.DataFrame",
    other: "pd.DataFrame",
    numeric: list[ColumnSpec],
    fixed: list[ColumnSpec],
) -> tuple[Integers, Integers]:
    """A number for each row of both, alike where all but the numbers is alike."""
    keys = []
    for rows in (frame, other):
        key = np.zeros((len(rows), 1 + len(numeric)), dtype=np.uint64)
        if fixed:
            key[:, 0] = fingerprints(rows, fixed)
        for place, column in enumerate(numeric):
            odd = np.isnan(_finite(column, rows))
            if odd.any():
                # What is missing, infinite or no number must be the same on both sides.
                key[odd, 1 + place] = fingerprints(rows.loc[odd], [column]) | np.uint64(1)
        keys.append(key)
    codes: Integers = np.unique(np.concatenate(keys), axis=0, return_inverse=True)[1].ravel()
    return codes[: len(frame)], codes[len(frame) :]


def _pairs(blocks: Integers, others: Integers) -> list[tuple[Integers, Integers]]:
    """The rows of both sides by block, for the blocks that both have."""
    found = []
    order, other_order = np.argsort(blocks, kind="stable"), np.argsort(others, kind="stable")
    shared = np.intersect1d(blocks, others)
    starts = np.searchsorted(blocks[order], [shared, shared + 1])
    other_starts = np.searchsorted(others[other_order], [shared, shared + 1])
    for at in range(shared.size):
        rows = order[starts[0][at] : starts[1][at]]
        found.append((rows, other_order[other_starts[0][at] : other_starts[1][at]]))
    return found

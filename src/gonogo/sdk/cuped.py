"""Less variance by what was known before an experiment (CUPED), from a file; asks no server."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gonogo.core.errors import Invalid, NotFound
from gonogo.schemas.cuped import Adjusted, Difference
from gonogo.stats.arrays import Floats
from gonogo.stats.cuped import cuped_difference
from gonogo.stats.estimate import Estimate, Measured, Undefined

if TYPE_CHECKING:
    import pandas as pd

Arm = tuple[Floats, Floats]
"""Outcome, and what was known before, of the same observations."""


def cuped(
    rows: "pd.DataFrame",
    *,
    outcome: str,
    before: str,
    arm: str,
    control: str | None = None,
    level: float = 0.95,
) -> Adjusted:
    """The effect on `outcome`, adjusted by `before`, and how much variance that saves.

    `arm` is the column that says which of two arms an observation was in; the effect is of the
    other arm less `control`, without one of the later in order less the first. Raises `Invalid` for
    columns that are not there, rows that lack a number, and anything but two arms.
    """
    if not 0 < level < 1:
        raise Invalid(field="level", value=level, expected="a number between 0 and 1")
    for name in (outcome, before, arm):
        if name not in rows.columns:
            listed = ", ".join(map(str, rows.columns[:20]))
            raise Invalid(field="column", value=name, expected=f"one of: {listed}")
    first, second = _arms(rows, arm, control)
    values = {name: _numbers(rows, name) for name in (outcome, before)}
    which = rows[arm].astype(str).to_numpy()
    a, b = (
        (values[outcome][which == one], values[before][which == one]) for one in (first, second)
    )
    adjusted = _told(cuped_difference(a[0], a[1], b[0], b[1], level, ""))
    flat = [np.zeros_like(one[0]) for one in (a, b)]
    plain = _told(cuped_difference(a[0], flat[0], b[0], flat[1], level, ""))
    left = ((adjusted.high - adjusted.low) / (plain.high - plain.low)) ** 2
    return Adjusted(
        outcome=outcome,
        before=before,
        arm=arm,
        control=first,
        treated=second,
        adjusted=adjusted,
        plain=plain.model_copy(update={"method": "difference of means, Welch's interval (1947)"}),
        correlation=_correlation((a, b)),
        variance_saved=1 - left,
        as_many=1 / left,
    )


def read_rows(file: Path) -> "pd.DataFrame":
    """The rows of a CSV or Parquet file; raises `Invalid` or `NotFound`."""
    import pandas as pd

    try:
        if file.suffix.lower() in {".parquet", ".pq"}:
            return pd.read_parquet(file)
        return pd.read_csv(file)
    except OSError as error:
        raise NotFound(
            field="file", value=str(file), expected=f"a readable file ({error.strerror or error})"
        ) from error
    except ValueError as error:
        raise Invalid(
            field="file", value=str(file), expected=f"CSV in UTF-8, or Parquet ({error})"
        ) from error


def _arms(rows: "pd.DataFrame", arm: str, control: str | None) -> tuple[str, str]:
    missing = int(rows[arm].isna().sum())
    if missing:
        raise Invalid(field=arm, value=f"{missing:,} rows without", expected="an arm in each row")
    found = sorted({str(one) for one in rows[arm].unique()})
    if len(found) != 2:
        shown = ", ".join(found[:5]) or "none"
        raise Invalid(field=arm, value=shown, expected=f"two arms, not {len(found)}")
    if control is not None and control not in found:
        raise Invalid(field="control", value=control, expected=f"one of {', '.join(found)}")
    first = control or found[0]
    return first, next(one for one in found if one != first)


def _numbers(rows: "pd.DataFrame", name: str) -> Floats:
    import pandas as pd

    found: Floats = pd.to_numeric(rows[name], errors="coerce").to_numpy(
        dtype=float, na_value=math.nan
    )
    wrong = np.flatnonzero(~np.isfinite(found))
    if wrong.size:
        row = int(wrong[0])
        raise Invalid(
            field=name,
            value=f"{rows[name].iloc[row]} in row {row + 1:,}",
            expected=f"a number in each row ({wrong.size:,} have none)",
        )
    return found


def _told(found: Measured) -> Difference:
    match found:
        case Undefined(reason=reason, n=n):
            raise Invalid(field="rows", value=n, expected=f"enough to measure: {reason}")
        case Estimate():
            return Difference(
                value=found.value,
                low=found.low,
                high=found.high,
                level=found.level,
                n=found.n,
                method=found.method,
            )


def _correlation(arms: Sequence[Arm]) -> float:
    """Of outcome and before, pooled within the arms as the adjustment is; 0 for a constant."""
    apart = [(after - after.mean(), before - before.mean()) for after, before in arms]
    shared = sum(float(after @ before) for after, before in apart)
    spread = [sum(float(one[place] @ one[place]) for one in apart) for place in (0, 1)]
    scale = math.sqrt(spread[0] * spread[1])
    return 0.0 if scale == 0 else shared / scale

"""Whether rows can be told apart, hold only known categories, and are recent."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.data.declared import OF, SHOWN, chosen_columns, exact_share, no_twins, problem
from gonogo.checks.data.given import NOTHING, Given
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.cells import fingerprints, missing, times_of
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role, Schema, columns_of
from gonogo.checks.inputs.scored import AND
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools
from gonogo.stats.estimate import Measured, Undefined, exact

if TYPE_CHECKING:
    import pandas as pd


def key_violations(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of rows whose key is incomplete or that of an earlier row, unit share.

    `key` is a column, or columns joined by &; without it, the identifiers together. Raises
    `Invalid` for a column that is not declared and there. Detail: the columns, the rows without a
    whole key and those that repeat one, with the first of each.
    """
    check = "data.key_violations"
    settings = settle_parameters(check, asked, **_key_default(schema))
    if settings.find("key") is None:
        nothing = Undefined(
            "no column is declared an identifier, and no key is named", n=len(frame)
        )
        return Finding(check, settings.values, nothing)
    names = [name.strip() for name in settings.text("key").split(AND)]
    pairs = [chosen_columns(frame, schema, name, field="with.key")[0] for name in names]
    absent: Bools = np.zeros(len(frame), dtype=np.bool_)
    for column, values in pairs:
        absent = absent | missing(column, values)
    keys = fingerprints(frame, [column for column, _ in pairs])
    first = np.zeros(len(frame), dtype=np.bool_)
    first[np.unique(keys, return_index=True)[1]] = True
    again: Bools = ~first & ~absent
    detail: dict[str, Json] = {
        "key": list(names),
        "incomplete": int(absent.sum()),
        "repeated": int(again.sum()),
        "incomplete_rows": np.flatnonzero(absent)[:SHOWN].tolist(),
        "repeated_rows": np.flatnonzero(again)[:SHOWN].tolist(),
    }
    measured = exact_share(int((absent | again).sum()), len(frame), "row")
    return Finding(check, settings.values, measured, detail)


def unseen_categories(
    frame: "pd.DataFrame", schema: Schema, asked: Parameters, given: Given = NOTHING
) -> Finding:
    """Share of values of categories that are not known, of one column or of all, unit share.

    Known are the categories of the reference where one is handed in, else those that are declared;
    missing values are not counted. `Undefined` where nothing says which are known. Raises `Invalid`
    where the reference lacks a column. Detail: by column the count, how many different ones, and
    the first rows; not the values, they may be anyone's.
    """
    check = "data.unseen_categories"
    reference = given.reference
    told = {} if reference is None else {"reference": reference.dataset}
    settings = settle_parameters(check, asked, **told)
    if settings.find("reference") != (None if reference is None else reference.dataset):
        raise Invalid(
            field="with.reference",
            value=settings.find("reference"),
            expected="the dataset that was handed in" if reference else "its rows as well",
        )
    found: list[Json] = []
    unseen = n = 0
    for column, values in chosen_columns(frame, schema, settings.find("column")):
        if column.type is not ColumnType.CATEGORY:
            continue
        known = _known(column, given)
        if known is None:
            continue
        there = ~missing(column, values)
        words = values.astype(str)
        bad: Bools = there & ~words.isin(known).to_numpy(dtype=np.bool_)
        unseen, n = unseen + int(bad.sum()), n + int(there.sum())
        found.append(
            {
                **problem(column, "no known category", bad),
                "different": int(words[bad].nunique()),
                "known": len(known),
                "n": int(there.sum()),
            }
        )
    if not found:
        nothing = Undefined("no category has known values to be held to", n=len(frame))
        return Finding(check, settings.values, nothing)
    return Finding(check, settings.values, exact_share(unseen, n, "value"), {"columns": found})


def age_days(
    frame: "pd.DataFrame", schema: Schema, asked: Parameters, given: Given = NOTHING
) -> Finding:
    """Days between the newest row and the time of measuring, unit days.

    The time of a row is in `column`; without it, in the only column of type time. Measured at `at`,
    else at the time handed in. Rows dated later than that cannot be trusted and are left out; the
    detail counts them. `Undefined` without a dated row. Raises `Invalid` without a time of
    measuring, and where `column` is no time. Detail: newest and oldest time, rows without one.
    """
    check = "data.age_days"
    told = {} if given.at is None else {"at": given.at.astimezone(UTC).isoformat()}
    settings = settle_parameters(check, asked, **told)
    now = _moment(settings)
    found = _dated(frame, schema, settings)
    if isinstance(found, Undefined):
        return Finding(check, settings.values, found)
    column, values = found
    times = times_of(column, values)
    future = times > now
    past = times[times.notna() & ~future]
    detail: dict[str, Json] = {
        "column": column.name,
        "undated": int(times.isna().sum()),
        "later_than_now": int(future.sum()),
        "newest": None if past.empty else past.max().isoformat(),
        "oldest": None if past.empty else past.min().isoformat(),
    }
    return Finding(check, settings.values, _age(past, now, len(frame)), detail)


def _age(past: "pd.Series[Any]", now: datetime, n: int) -> Measured:
    if past.empty:
        return Undefined("no row has a time up to now" if n else "no observations", n=n)
    days = (now - past.max()).total_seconds() / 86400
    return exact(days, n=len(past), unit="days", of=OF)


def _moment(settings: Settings) -> datetime:
    said = settings.find("at")
    if said is None:
        raise Invalid(field="with.at", expected="the time of measuring, or a clock handed in")
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError as error:
        raise Invalid(field="with.at", value=said, expected="a time in ISO 8601") from error
    if moment.tzinfo is None:
        raise Invalid(field="with.at", value=said, expected="a time with its offset from UTC")
    return moment


def _dated(
    frame: "pd.DataFrame", schema: Schema, settings: Settings
) -> "tuple[ColumnSpec, pd.Series[Any]] | Undefined":
    """The column with the time of a row."""
    name = settings.find("column")
    times = [
        pair for pair in chosen_columns(frame, schema, name) if pair[0].type is ColumnType.TIME
    ]
    if name is not None and not times:
        raise Invalid(field="with.column", value=name, expected="a column of type time")
    if len(times) != 1:
        return Undefined(
            f"{len(times)} columns of type time, say which one dates a row", len(frame)
        )
    return times[0]


def _key_default(schema: Schema) -> dict[str, str]:
    names = columns_of(schema, Role.IDENTIFIER)
    return {"key": AND.join(names)} if names else {}


def _known(column: ColumnSpec, given: Given) -> list[str] | None:
    """The categories a column may have, None where nothing says so."""
    if given.reference is None:
        return list(column.categories) or None
    rows = given.reference.frame
    no_twins("reference", rows)
    if column.name not in rows.columns:
        raise Invalid(field="reference", value=column.name, expected="a column that is declared")
    values = rows[column.name]
    return sorted(values[~missing(column, values)].astype(str).unique())
